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
import subprocess
import sys
import threading

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


class GatedServer:
    """Says yes to everything, but to no more recipients than it was let."""

    def __init__(self):
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.gate = threading.Semaphore(0)
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *exception):
        self.let(100000)
        self.listener.close()

    def let(self, count):
        for _ in range(count):
            self.gate.release()

    def serve(self):
        with contextlib.suppress(OSError):
            client, _ = self.listener.accept()
            with client, client.makefile('rb') as lines:
                client.sendall(b'220 gated.example ESMTP\r\n')
                for line in lines:
                    if line.startswith(b'RCPT'):
                        self.gate.acquire()
                    client.sendall(b'250 Yes\r\n')


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
        for kind, left in (('Sent', 'received|note'), ('Received', 'note')):
            app.find('button', '^%s$' % kind).click()
            app.wait_until(lambda: all(re.match('([^:]*, )?(%s): ' % left, name) for name in rows(app)), 10,
                           '%s without %s' % (rows(app), kind))
        app.find('button', '^Notes$').click()
        app.wait_for('label', '^No line matches$')
        app.key('Escape')
        app.wait_until(lambda: len(rows(app)) > 10, 10, 'all rows without the search')


def every_practice_server_is_in_the_menu():
    with window() as app:
        app.key('F10')
        for name in ('Refuses some recipients', 'Well-behaved', 'Greylisting', 'Mailbox full', 'Too busy', 'Slow',
                     'Like Exchange', 'Not a mail server', 'Encrypted', 'Encrypted from the start', 'TLS 1.2 only',
                     'Self-signed certificate', 'Expired certificate', 'Certificate of another server',
                     'Incomplete certificate chain', 'Encryption out of order', 'Hangs up at encryption',
                     'Tampered encryption'):
            app.wait_for('menu item', '^%s$' % name)
        app.find('menu item', '^Greylisting$').click()
        wait_verdict(app, 'turned away for now')
        app.find('list item', '^alice@practice.example: Later$')

        app.key('F10')
        app.wait_for('menu item', '^Encrypted from the start$').click()
        wait_verdict(app, 'It works')
        app.find('list item', '^bob@practice.example: Accepted$')
        assert any('The certificate is good' in name for name in rows(app)), rows(app)


def the_shortcuts_and_who_made_it():
    with window() as app:
        app.key('F1')
        app.wait_until(lambda: len(app.windows()) == 2, 10, 'the shortcuts')
        overlay = next(node for node in app.windows() if node.name != 'SMTP Probe')
        shown = overlay.text()
        for part in ('Run the probe', 'Escape', 'F9', 'Ctrl'):
            assert part in shown, (part, shown)
        app.key('Escape')
        app.wait_until(lambda: app.x_window().width > 1000, 10, 'the window to be alone')
        app.key('F10')
        app.wait_for('menu item', '^About SMTP Probe$').click()
        app.wait_for('label', '^Asks a mail server and shows what it says$')
        app.key('Escape')
        app.wait_until(lambda: app.x_window().width > 1000, 10, 'the window to be alone again')


def the_list_follows_the_end_unless_scrolled_up():
    with GatedServer() as server, window('smtp://127.0.0.1:%d' % server.port) as app:
        app.find('text box', '^Add recipients$').focus_by_click()
        app.put_on_clipboard('\n'.join('user%02d@example.org' % number for number in range(60)))
        app.key('ctrl+v')
        app.wait_for('label', '^Asks about 60 recipients')
        app.key('ctrl+Return')
        server.let(30)
        app.wait_for('list item', 'RCPT TO:<user29@')
        app.find('list item', 'RCPT TO:<user29@').click()
        app.key('Home')
        first = app.wait_for('list item', 'Connected to')
        server.let(25)
        app.wait_for('list item', '^user54@example.org: Accepted$', showing=False)
        assert first.showing() and 'Connected to' in first.name, first
        assert 'Connected to' in app.find('group', '^Explanation$').text()
        app.key('ctrl+End')
        app.wait_for('list item', 'RCPT TO:<user54@')
        server.let(5)
        wait_verdict(app, 'accepts mail for all 60 recipients')
        app.wait_for('list item', 'sent: QUIT')


def options_decide_how_it_goes():
    with silent_server() as port, window('--practice') as app:
        wait_verdict(app, 'refused')
        app.resize(1220, 960)
        app.find('button', '^Options$').click()
        app.choose('Addresses', 'IPv4 only')
        app.choose('Stop after', 'EHLO')
        app.find('checkbox', '^Say QUIT before closing$').click()
        app.choose('Time-outs', 'Own values')
        app.wait_for('label', r'^IPv4 only · own time-outs · Stop after: EHLO · no QUIT$')
        app.find('label', '^Connects', showing=False)
        app.key('ctrl+Return')
        app.wait_until(lambda: 'EHLO' in ' '.join(rows(app)) and not re.search('MAIL|QUIT', ' '.join(rows(app))), 20,
                       'a run as far as EHLO, without QUIT: %s' % rows(app))

        app.find('combo box', '^Time-outs$').focus_by_click()
        app.key('Escape')
        greeting = app.find('spin button', '^Greeting$', showing=False)
        app.wait_until(lambda: greeting.has_focus() or app.tab_walk(1) == ['none'], 20, 'Tab to come to the greeting')
        app.key('ctrl+a')
        app.type('1\t')
        app.key('ctrl+l', 'Tab', 'ctrl+a')
        app.type('%d\n' % port)
        app.wait_until(lambda: [name for name in rows(app) if name.startswith('Time-out, ')], 20, 'the time-out of 1 s')
        app.wait_for('button', '^Run probe$')


def mistakes_are_told_at_their_fields():
    with window() as app:
        app.find('button', '^Run probe$').click()
        app.wait_until(lambda: app.find('text box', '^Host$').has_focus(), 10, 'the host to have the focus')
        assert app.find('text box', '^Host$').description, 'the empty host is explained'
        app.find('label', r'^Cannot run\. Which server')

        app.find('text box', '^Host$').set_text_by_keys('127.0.0.1')
        app.find('label', r'^Asks about the recipients you add\. No message is sent\.$')
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

        app.put_on_clipboard('d@example.org\nEve <e@example.org>\r\nf@example.org, wrong@')
        entry = app.find('text box', '^Add recipients$')
        entry.focus_by_click()
        app.key('ctrl+v')
        app.wait_for('label', '^Asks about 6 recipients')
        app.wait_until(lambda: entry.text() == 'wrong@', 10, 'what is wrong to stay in the entry')
        app.wait_until(lambda: entry.description, 10, 'the entry to say what is wrong')
        app.key('ctrl+a', 'Delete')


def recipients_by_keyboard():
    with window() as app:
        app.find('text box', '^Add recipients$').focus_by_click()
        app.type('a@example.org,b@example.org,c@example.org,')
        app.wait_for('label', '^Asks about 3 recipients')
        app.key('shift+Tab')
        app.wait_for('button', '^Remove ', states=('focused',))
        app.key('Home', 'Down')
        app.wait_for('list item', '^b@example.org$', states=('focused',))
        app.key('Delete')
        app.wait_for('label', '^Asks about 2 recipients')
        assert [row.name for row in app.rows(app.find('list', '^Recipients$'))] == ['a@example.org', 'c@example.org']
        app.wait_until(lambda: app.find('list', '^Recipients$') in app.focused().lineage, 10, 'the list to keep the focus')
        app.key('Tab')
        app.wait_until(lambda: app.find('text box', '^Add recipients$').has_focus(), 10, 'Tab to leave the list')


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


def practice_does_not_keep_real_values_from_being_remembered():
    with silent_server() as port, Session() as session:
        with window('--practice', session=session) as app:
            wait_verdict(app, 'refused')
            app.find('text box', '^Port$').set_text_by_keys(str(port))
            app.choose('Probe kind', 'Connect only')
        with window(session=session) as app:
            assert app.find('text box', '^Port$').text() == str(port)
        with window('--practice', session=session) as app:
            wait_verdict(app, 'refused')
        with window(session=session) as app:
            assert app.find('text box', '^Port$').text() == str(port), 'the practice server is forgotten'


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
                        recipients_by_keyboard, every_practice_server_is_in_the_menu, the_shortcuts_and_who_made_it,
                        the_list_follows_the_end_unless_scrolled_up, options_decide_how_it_goes,
                        practice_does_not_keep_real_values_from_being_remembered,
                        all_by_keyboard, values_are_remembered, a_narrow_window_folds_the_form,
                        a_failed_save_is_told, looks]))
