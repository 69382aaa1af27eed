# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The TLS survey through the window, with real keys and clicks.

    survey.py PROGRAM SCHEMAS MAKE-PKI
"""

import contextlib
import json
import os
import re
import ssl
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

# pylint: disable=wrong-import-position
from driver import Session, TooLate, run_tests
from tlsserver import TlsServer

PROGRAM, SCHEMAS, MAKE_PKI = (os.path.abspath(path) for path in sys.argv[1:4])
PKI = ''


@contextlib.contextmanager
def window(*arguments, **desktop):
    """The program on a desktop of its own; at the end it must not have complained."""
    with Session(**desktop) as session:
        app = session.launch([PROGRAM, *arguments], {'GSETTINGS_SCHEMA_DIR': SCHEMAS})
        yield app
        app.close()
        assert app.messages() == '', app.messages()


class StallingServer(TlsServer):
    """Answers three connections, and lets those after them wait."""

    def __init__(self, folder):
        super().__init__(folder)
        self.count = 0

    def talk(self, client):
        self.count += 1
        if self.count > 3:
            with contextlib.suppress(OSError):
                client.recv(1)
        else:
            super().talk(client)


@contextlib.contextmanager
def one_suite():
    """A server with TLS 1.2 alone, and one cipher suite, of which newer ones are better."""
    with TlsServer(PKI) as server:
        server.context.maximum_version = ssl.TLSVersion.TLSv1_2
        server.context.set_ciphers('ECDHE-ECDSA-AES256-SHA384')
        yield server


def fill_in(app, server):
    app.choose('^Probe kind$', 'TLS survey')
    app.find('text box', '^Host$').set_text_by_keys('127.0.0.1')
    app.find('text box', '^Port$').set_text_by_keys(str(server.port))


def headline(app):
    return app.find('status', within=app.find('group', '^Verdict$')).name


def wait_result(app, pattern):
    app.wait_for('group', '^Verdict$')
    app.wait_until(lambda: re.search(pattern, headline(app)), 50, 'the verdict /%s/' % pattern)
    app.wait_for('label', ' — finished in ')
    return app.find('group', '^Verdict$').text()


def rows(app):
    """What is said of each row: by its name."""
    names = [row.name for row in app.rows(app.wait_for('list', '^TLS survey$'))]
    return {name.split(':')[0]: name for name in names}


def save_to(app, path):
    """Types the path into the file dialog, and waits for the file, which appears whole."""
    app.key('ctrl+s')
    app.wait_until(lambda: len(app.windows()) > 1, 20, 'the file dialog')
    name = app.wait_for('text box', '', states=('focused',))
    app.key('ctrl+a')
    app.type(path)
    app.wait_until(lambda: name.text() == path, 10, 'the path to be typed')
    app.key('Return')
    app.wait_until(lambda: os.path.exists(path), 20, path)
    app.wait_until(lambda: len(app.windows()) == 1, 20, 'the file dialog to close')
    with open(path, encoding='utf-8') as file:
        return file.read()


def toggle(app, name, pressed):
    """Clicks until it is so: a click that falls into the moment when the list is laid out anew is lost."""
    button = app.find('button', name)

    def is_so():
        return ('pressed' in button.states) == pressed

    for _try in range(3):
        button.click()
        with contextlib.suppress(TooLate):
            app.wait_until(is_so, 3, 'the button to be %s' % ('pressed' if pressed else 'up'))
        if is_so():
            return
    raise TooLate('%s does not answer' % name)


def one_suite_of_one_version():
    with one_suite() as server, window() as app:
        fill_in(app, server)
        # Without a recipient, and it says so.
        app.wait_for('label', r'^This makes about \d+ connections, one after the other, .* No message is sent\. No recipient is asked\.$')
        app.key('ctrl+Return')
        app.wait_for('status', r'^Connection \d+ of about \d+$')
        told = wait_result(app, '^Some of it is (dated|insecure)$')
        assert 'The server accepts' in told, told

        found = rows(app)
        assert re.match(r'TLS 1\.3: refused\. Answer: ', found['TLS 1.3']), found
        assert re.match(r'TLS 1\.2: accepted, good\. .*RFC 9325', found['TLS 1.2']), found
        suite, other = 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384', 'TLS_RSA_WITH_AES_256_GCM_SHA384'
        assert re.match(suite + r': accepted, dated\. TLS 1\.2 · CBC mode .*\(RFC 9325 4\.2\)$', found[suite]), found[suite]
        assert re.search(r'^Cipher suites: 1 of \d+ accepted\.', found['Cipher suites']), found['Cipher suites']
        assert found['SSL 2.0'].startswith('SSL 2.0: not testable. '), found

        # Tab gets out of the list; what is wanted comes, and what is not goes.
        listing = app.find('list', '^TLS survey$')
        app.find('list item', '^TLS 1.2: ').click()
        app.wait_until(listing.has_focus, 10, 'the focus in the list')
        app.key('ctrl+c')
        app.wait_until(lambda: app.clipboard() == found['TLS 1.2'], 10, 'the row on the clipboard')
        assert not any(listing in node.lineage for node in [after_tab(app)]), 'Tab leaves the list'
        assert other not in found
        toggle(app, r'^Refused: \d\d+$', True)
        app.wait_until(lambda: rows(app).get(other) == other + ': refused', 10, 'the refused suites')
        toggle(app, r'^Accepted: \d+$', False)
        app.wait_until(lambda: suite not in rows(app), 10, 'the accepted suite to go')
        assert re.match('TLS 1.2: accepted', rows(app)['TLS 1.2'])

        app.key('ctrl+shift+c')
        app.wait_until(lambda: suite in app.clipboard(), 10, 'the table on the clipboard')
        assert suite in save_to(app, os.path.join(app.session.folder, 'survey.txt'))
        document = json.loads(save_to(app, os.path.join(app.session.folder, 'survey.json')))
        verdicts = {row['name']: (row['verdict'], row['grade']) for row in document['survey']}
        assert verdicts['TLS 1.3'] == ('refused', None) and verdicts['TLS 1.2'] == ('accepted', 'good'), verdicts
        assert verdicts[suite] == ('accepted', 'dated'), verdicts
        assert (document['program'], document['outcome']) == ('smtp-probe', 'works'), document
        assert [line for line in app.audit() if not line.startswith(('scroll bar', 'image, called GtkImage'))] == []


def after_tab(app):
    before = app.focused()
    app.key('Tab')
    return app.wait_until(lambda: app.focused() not in (None, before) and app.focused(), 10, 'the focus to go on')


def the_practice_server():
    with window() as app:
        app.key('F10')
        app.wait_for('menu item', '(?i)expired').click()
        app.wait_until(lambda: 'expired' in app.find('group', '^Verdict$').text(), 30, 'the verdict')

        # Without encryption there is nothing to ask about, and it says so.
        app.choose('^Probe kind$', 'TLS survey')
        app.choose('^Security$', 'No encryption')
        app.wait_for('label', '^A TLS survey is about encryption: ')
        app.key('ctrl+Return')
        app.wait_for('label', '^Cannot run. A TLS survey is about encryption: ')
        app.wait_until(lambda: app.focused() and app.focused().name == 'Security', 10, 'the security to have the focus')
        app.choose('^Security$', 'STARTTLS required')
        app.wait_gone('label', '^Cannot run')

        app.key('ctrl+Return')
        app.wait_until(lambda: rows(app).get('TLS 1.3', '').startswith('TLS 1.3: accepted, good'), 30, 'the first version')
        app.key('Escape')
        wait_result(app, '.')

        # A probe of another kind takes the place of the survey.
        app.choose('^Probe kind$', 'Check recipients')
        app.key('ctrl+Return')
        app.wait_until(lambda: 'expired' in app.find('group', '^Verdict$').text(), 30, 'the verdict')
        app.wait_for('list', '^Transcript$')


def stop_acts_at_once():
    with StallingServer(PKI) as server, window() as app:
        fill_in(app, server)
        app.key('ctrl+Return')
        app.wait_for('status', '^Connection 4 of about ')
        app.find('button', '^Stop$').click()
        wait_result(app, '^Stopped$')
        assert rows(app)['TLS 1.3'].startswith('TLS 1.3: accepted, good'), rows(app)
        app.find('button', '^Not testable: ').click()
        app.wait_until(lambda: any(name.endswith('not testable. The survey was stopped before.') for name in rows(app).values()), 10,
                       'what was not asked')


if __name__ == '__main__':
    with tempfile.TemporaryDirectory(prefix='smtp-probe-pki-') as PKI:
        subprocess.run([MAKE_PKI, PKI], check=True)
        status = run_tests([one_suite_of_one_version, the_practice_server, stop_acts_at_once])
    sys.exit(status)
