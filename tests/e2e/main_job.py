# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way a person goes through the window, with real keys and clicks.

    main_job.py PROGRAM SCHEMAS
"""

import contextlib
import json
import os
import re
import socket
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), 'servers')]

# pylint: disable=wrong-import-position
import mta
from driver import Session, Skip, TooLate, run_tests, wait_until

PROGRAM, SCHEMAS = (os.path.abspath(path) for path in sys.argv[1:3])

BADGES = ('TCP', '220 Ready', '250 Success', '250 Success', '250 Success', '550 Permanent', '250 Success',
          '221 Success')


@contextlib.contextmanager
def window(*arguments, session=None, **desktop):
    """The program on a desktop of its own, or on that of SESSION; at the end it must not have complained."""
    with contextlib.ExitStack() as stack:
        session = session or stack.enter_context(Session(**desktop))
        app = session.launch([PROGRAM, *arguments], {'GSETTINGS_SCHEMA_DIR': SCHEMAS})
        yield app
        app.close()
        assert app.messages() == '', app.messages()


@contextlib.contextmanager
def postfix():
    reason = mta.why_unavailable()
    if reason and not os.environ.get('SMTP_PROBE_REQUIRE_SERVERS'):
        raise Skip(reason)
    with mta.Postfix() as server:
        yield server


@contextlib.contextmanager
def silent_server():
    """Takes connections and never says a word."""
    with socket.create_server(('127.0.0.1', 0)) as server:
        yield server.getsockname()[1]


def fill_form(app, port, sender, *recipients):
    app.find('text box', '^Host$').set_text_by_keys('127.0.0.1')
    app.find('text box', '^Port$').set_text_by_keys(str(port))
    app.find('text box', '^EHLO name$').set_text_by_keys('client.example.net')
    app.find('text box', '^Sender$').set_text_by_keys(sender)
    entry = app.find('text box', '^Add recipients$')
    for recipient in recipients:
        entry.focus_by_click()
        app.type(recipient + '\n')
        app.wait_for('list item', '^' + re.escape(recipient))


def rows(app):
    return [row.name for row in app.rows(app.find('list', '^Transcript$'))]


def verdict(app):
    group = app.find('group', '^Verdict$')
    return '%s %s' % (app.find('status', within=group).name, group.text())


def wait_verdict(app, pattern):
    app.wait_until(lambda: re.search(pattern, verdict(app)), 30, 'the verdict /%s/' % pattern)


def save_as(app, path):
    """Saves by keys, and waits for the file, which appears whole."""
    app.key('ctrl+s')
    app.wait_until(lambda: any(node.role == 'dialog' or node.name == 'Save the transcript' for node in app.windows()),
                   20, 'the file dialog')
    name = app.wait_for('text box', '', states=('focused',))
    app.key('ctrl+a')
    app.type(path)
    app.wait_until(lambda: name.text() == path, 10, 'the path to be typed')
    app.key('Return')
    app.wait_until(lambda: os.path.exists(path), 20, path)
    app.wait_until(lambda: len(app.windows()) == 1, 20, 'the file dialog to close')


def two_recipients_on_postfix():
    with postfix() as server, window() as app:
        fill_form(app, server.port('mx'), 'me@client.example.net', 'alice@example.test', 'nobody@example.test')
        app.find('label', r'^Asks about 2 recipients\. No message is sent\.$')
        app.find('button', '^Run probe$').click()
        wait_verdict(app, '^1 of 2 recipients was refused')

        told = rows(app)
        sent = [name[len('sent: '):] for name in told if name.startswith('sent: ')]
        assert sent == ['EHLO client.example.net', 'MAIL FROM:<me@client.example.net>',
                        'RCPT TO:<alice@example.test>', 'RCPT TO:<nobody@example.test>', 'RSET', 'QUIT'], sent
        badges = tuple(name.split(', ')[0] for name in told if re.match(r'TCP|\d{3} ', name))
        assert badges == BADGES, badges
        assert any(re.match('550 Permanent, received: 550 5.1.1 <nobody@example.test>', name) for name in told), told
        app.find('list item', '^alice@example.test: Accepted$')
        app.find('list item', '^nobody@example.test: Refused$')
        explanation = app.find('group', '^Explanation$').text()
        assert '550 Permanent' in explanation and 'no such mailbox' in explanation, explanation
        assert not server.messages('alice')

        path = os.path.join(app.session.folder, 'ticket.txt')
        save_as(app, path)
        with open(path, encoding='utf-8') as file:
            text = file.read()
        for part in ('127.0.0.1', str(server.port('mx')), 'RCPT TO:<nobody@example.test>', '550 5.1.1',
                     '1 of 2 recipients was refused'):
            assert part in text, (part, text)

        path = os.path.join(app.session.folder, 'ticket.json')
        save_as(app, path)
        with open(path, encoding='utf-8') as file:
            told = json.load(file)
        assert told['outcome'] == 'partial' and told['schema'] == 1
        assert [(each['address'], each['code']) for each in told['recipients']] == [
            ('alice@example.test', 250), ('nobody@example.test', 550)]


def a_test_message_to_postfix():
    with postfix() as server, window() as app:
        fill_form(app, server.port('mx'), 'me@client.example.net', 'bob@example.test')
        app.choose('Probe kind', 'Send a test message')
        app.find('label', r'(?i)sends a test message')
        app.key('ctrl+Return')
        wait_verdict(app, '(?i)message was accepted|took the message')
        message = server.wait_message('bob')
        assert b'SMTP Probe' in message and b'me@client.example.net' in message, message


def the_practice_server_with_one_click():
    with window() as app:
        assert 'insensitive' not in app.find('button', '^Run probe$').states
        app.find('button', '^Try the practice server$').click()
        wait_verdict(app, '^2 of 3 recipients were refused')
        app.find('list item', '^alice@practice.example: Accepted$')
        assert any(name.startswith('554 Permanent') for name in rows(app))

        # A failure is selected already; another row explains itself.
        app.find('list item', '^220 Ready').click()
        app.wait_until(lambda: '220 Ready' in app.find('group', '^Explanation$').text(), 10, 'the explanation')
        app.key('ctrl+c')
        app.wait_until(lambda: '220 practice.example ESMTP' in app.clipboard(), 10, 'the copied row')
        app.key('ctrl+shift+c')
        app.wait_until(lambda: 'QUIT' in app.clipboard(), 10, 'the copied transcript')

        app.key('ctrl+f')
        app.wait_for('search box', '^Search$', states=('focused',))
        app.type('nobody')
        app.wait_until(lambda: len(rows(app)) == 2, 10, 'two rows with that word: %s' % rows(app))
        app.key('ctrl+a', 'Delete')
        app.find('button', '^Failures only$').click()
        app.wait_until(lambda: [name[:3] for name in rows(app)] == ['sen', '550', 'sen', '554'], 10, 'the failures')
        app.find('button', '^Failures only$').click()
        app.wait_until(lambda: len(rows(app)) > 10, 10, 'all rows')


def mistakes_are_told_at_their_fields():
    with window() as app:
        app.find('button', '^Run probe$').click()
        app.wait_until(lambda: app.find('text box', '^Host$').has_focus(), 10, 'the host to have the focus')
        assert app.find('text box', '^Host$').description, 'the empty host is explained'

        app.find('text box', '^Host$').set_text_by_keys('127.0.0.1')
        app.find('text box', '^Port$').set_text_by_keys('99999')
        app.key('Tab')
        app.wait_until(lambda: 'invalid-entry' in app.find('text box', '^Port$').states
                       or app.find('text box', '^Port$').description, 10, 'the port to be marked')
        sentence = app.find('text box', '^Port$').description
        app.find('label', '^' + re.escape(sentence) + '$')
        app.find('text box', '^Port$').set_text_by_keys('9')
        app.find('text box', '^Sender$').set_text_by_keys('a b@example.org')
        app.key('Tab')
        app.wait_until(lambda: app.find('text box', '^Sender$').description, 10, 'the sender to be marked')
        app.key('ctrl+Return')
        app.wait_until(lambda: app.find('text box', '^Sender$').has_focus(), 10, 'the sender to have the focus')
        assert not app.find_all('list', '^Transcript$'), 'nothing was sent'

        app.find('text box', '^Sender$').set_text_by_keys('')
        app.find('text box', '^Add recipients$').focus_by_click()
        app.type('not an address@\n')
        app.wait_for('label', '(?i)address|domain')


def many_recipients_at_once():
    with window() as app:
        app.find('text box', '^Add recipients$').focus_by_click()
        app.type('a@example.org, b@example.org; c@example.org a@EXAMPLE.org\n')
        app.wait_for('list item', '^c@example.org')
        names = [row.name for row in app.rows(app.find('list', '^Recipients$'))]
        assert [name.split(':')[0] for name in names] == ['a@example.org', 'b@example.org', 'c@example.org',
                                                          'a@EXAMPLE.org'], names
        assert 'uplicate' in names[3], names
        app.wait_for('label', '^Asks about 3 recipients')


def stop_acts_at_once():
    with silent_server() as port, window('smtp://127.0.0.1:%d' % port) as app:
        app.choose('Probe kind', 'Connect only')
        app.find('button', '^Run probe$').click()
        app.wait_for('button', '^Stop$')
        app.wait_until(lambda: re.search(r's of 30 s', verdict(app)), 10, 'the time used and its limit')
        app.find('button', '^Stop$').click()
        wait_verdict(app, '(?i)stopped')
        app.wait_for('button', '^Run probe$')


def all_by_keyboard():
    with window('--practice') as app:
        wait_verdict(app, 'refused')
        app.key('ctrl+l')
        app.wait_until(lambda: app.find('text box', '^Host$').has_focus(), 10, 'the host to have the focus')
        names = app.tab_walk(40)
        for name in ('Port', 'EHLO name', 'Sender', 'Add recipients', 'Options', 'Probe kind', 'Menu', 'Save',
                     'Run probe'):
            assert name in names, (name, names)
        in_list = [name for name in names if name and re.search('sent:|received:|note:', name)]
        assert 1 <= len(in_list) <= 3, 'Tab goes into the transcript and out of it: %s' % names
        app.key('F9')
        app.wait_gone('text box', '^Host$')
        app.key('F9')
        app.wait_for('text box', '^Host$')
        findings = [line for line in app.audit(mnemonics=True)
                    if not line.startswith(('scroll bar', 'image, called GtkImage'))]
        assert not findings, findings


def values_are_remembered():
    with Session() as session:
        with window(session=session) as app:
            fill_form(app, 2525, 'me@example.net', 'you@example.org')
            app.choose('Probe kind', 'Connect only')
            app.resize(1000, 700)
        with window(session=session) as app:
            assert app.find('text box', '^Port$').text() == '2525'
            assert app.find('text box', '^Sender$').text() == 'me@example.net'
            app.find('list item', '^you@example.org')
            assert app.chosen(app.find('combo box', '^Probe kind$')) == 'Connect only'
            assert app.x_window()[3:] == (1000, 700), app.x_window()


def a_narrow_window_folds_the_form():
    with window('--practice') as app:
        wait_verdict(app, 'refused')
        app.resize(800, 600)
        app.wait_gone('text box', '^Host$')
        app.find('button', '^Form$').click()
        app.wait_for('text box', '^Host$')
        app.resize(1220, 780)
        app.wait_for('text box', '^Host$')


def a_failed_save_is_told():
    with window('--practice') as app:
        wait_verdict(app, 'refused')
        with contextlib.suppress(TooLate):
            app.key('ctrl+s')
            app.wait_for('text box', '', states=('focused',))
        app.key('ctrl+a')
        app.type('/proc/no-such-place.txt\n')
        app.wait_for('label', 'could not be written')
        app.key('Escape')
        app.wait_until(lambda: len(app.windows()) == 1, 20, 'the message to close')
        assert any(name.startswith('550') for name in rows(app)), 'nothing is lost'


def looks():
    for options in ({'theme': 'dark'}, {'theme': 'hc'}, {'text_scale': 2.0}, {'rtl': True}, {'size': (800, 600)}):
        with window('--practice', **options) as app:
            wait_verdict(app, 'refused')


if __name__ == '__main__':
    sys.exit(run_tests([two_recipients_on_postfix, a_test_message_to_postfix, the_practice_server_with_one_click,
                        mistakes_are_told_at_their_fields, many_recipients_at_once, stop_acts_at_once,
                        all_by_keyboard, values_are_remembered, a_narrow_window_folds_the_form,
                        a_failed_save_is_told, looks]))
