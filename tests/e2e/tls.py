# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Encryption through the window, with real keys and clicks.

    tls.py PROGRAM SCHEMAS MAKE-PKI
"""

import contextlib
import hashlib
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
from driver import Session, run_tests
from tlsserver import TlsServer

PROGRAM, SCHEMAS, MAKE_PKI = (os.path.abspath(path) for path in sys.argv[1:4])
PKI = ''

FAULTS = {
    'expired': r"The server's certificate expired on \d{4}-\d\d-\d\d \d\d:\d\d UTC",
    'wrongname': r'The certificate is not for 127\.0\.0\.1\. These names are in it: other\.example\.test',
    'selfsigned': r"The server's certificate is signed by itself: no authority vouches for it\.",
}


@contextlib.contextmanager
def window(*arguments, session=None):
    """The program on a desktop of its own, or on that of SESSION; at the end it must not have complained."""
    with contextlib.ExitStack() as stack:
        session = session or stack.enter_context(Session())
        app = session.launch([PROGRAM, *arguments], {'GSETTINGS_SCHEMA_DIR': SCHEMAS})
        yield app
        app.close()
        assert app.messages() == '', app.messages()


def pki(name):
    return os.path.join(PKI, name)


def certificates(name):
    """The certificates of a PEM file, as DER."""
    with open(pki(name), encoding='ascii') as file:
        blocks = re.findall('-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n', file.read(), re.S)
    return [ssl.PEM_cert_to_DER_cert(block) for block in blocks]


def fingerprint(der):
    return ':'.join(re.findall('..', hashlib.sha256(der).hexdigest().upper()))


def security(app):
    return app.chosen(app.find('combo box', '^Security$', showing=False))


def port(app):
    return app.find('text box', '^Port$').text()


def open_options(app):
    app.resize(1220, 1000)
    app.find('button', '^Encryption options$').click()
    app.wait_for('combo box', '^Trust$')


def trust_test_authority(app):
    app.choose('^Trust$', 'Authorities of a CA file')
    app.wait_for('text box', '^CA file$').set_text_by_keys(pki('ca.pem'))


def fill_in(app, server):
    app.find('text box', '^Host$', showing=False).set_text_by_keys('127.0.0.1')
    app.find('text box', '^Port$', showing=False).set_text_by_keys(str(server.port))
    if not app.find_all('list item', '^alice@example.org', showing=False):
        app.find('text box', '^Add recipients$', showing=False).focus_by_click()
        app.type('alice@example.org\n')
        app.wait_for('list item', '^alice@example.org', showing=False)


def run(app, server, verdict):
    fill_in(app, server)
    app.find('text box', '^Port$', showing=False).set_text_by_keys(str(server.port))
    app.key('ctrl+Return')
    group = app.wait_for('group', '^Verdict$')
    app.wait_until(lambda: re.search(verdict, told(app, group)) and 'finished' in app.wait_for('label', ' — ').name, 30,
                   'the verdict /%s/' % verdict)
    return told(app, group)


def told(app, group):
    return '%s %s' % (app.find('status', within=group).name, group.text())


def rows(app):
    app.find('tab', '^Transcript$').click()
    return [row.name for row in app.rows(app.wait_for('list', '^Transcript$'))]


def server_page(app):
    app.find('tab', '^Server$').click()
    return app.wait_for('group', '^Server report$')


def save_to(app, path, keys=None):
    """Types the path into the file dialog, and waits for the file, which appears whole."""
    if keys:
        app.key(keys)
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


def port_and_security_follow_each_other():
    with Session() as session:
        with window(session=session) as app:
            assert (port(app), security(app)) == ('25', 'STARTTLS if offered')
            app.choose('^Security$', 'TLS on connect')
            app.wait_until(lambda: port(app) == '465', 10, 'port 465')
            app.choose('^Security$', 'No encryption')
            app.wait_until(lambda: port(app) == '25', 10, 'port 25')
            # Now both were chosen by hand.
            app.find('text box', '^Port$', showing=False).set_text_by_keys('465')
            assert security(app) == 'No encryption'
            app.choose('^Security$', 'STARTTLS required')
            assert port(app) == '465'
        with window(session=session) as app:
            assert (port(app), security(app)) == ('465', 'STARTTLS required'), 'remembered'
    with window() as app:
        app.find('text box', '^Port$', showing=False).set_text_by_keys('465')
        app.wait_until(lambda: security(app) == 'TLS on connect', 10, 'TLS on connect')
        app.find('text box', '^Port$', showing=False).set_text_by_keys('587')
        app.wait_until(lambda: security(app) == 'STARTTLS if offered', 10, 'STARTTLS')
        app.find('text box', '^Port$', showing=False).set_text_by_keys('submissions')
        app.wait_until(lambda: security(app) == 'TLS on connect', 10, 'TLS on connect')
        app.key('alt+c')
        app.wait_until(lambda: app.find('combo box', '^Security$').has_focus(), 10, 'the focus by its key')


def a_good_certificate():
    with TlsServer(PKI, 'good') as server, window() as app:
        open_options(app)
        trust_test_authority(app)
        verdict = run(app, server, 'accepts mail')
        assert 'strict client' not in verdict, verdict

        names = rows(app)
        assert 'sent: STARTTLS, in clear' in names, names
        assert any(name.startswith('TLS, note: Encrypted with TLS1.3') and name.endswith(', encrypted') for name in names), names
        assert [name for name in names if name.startswith('sent: EHLO')] == [
            name for name in names if re.fullmatch('sent: EHLO .*, (in clear|encrypted)', name)], names

        page = server_page(app)
        text = page.text()
        chain = certificates('good.pem')
        for part in ('TLS1.3', 'CN=mail.example.test', fingerprint(chain[0]), 'Nothing wrong', 'Certificate 2'):
            assert part in text, (part, text)
        app.find('button', '^Copy fingerprint$', showing=False).click()
        app.wait_until(lambda: app.clipboard() == fingerprint(chain[0]), 10, 'the fingerprint: ' + app.clipboard())
        app.find('button', '^Copy TLSA record$', showing=False).click()
        app.wait_until(lambda: re.fullmatch('3 1 1 [0-9a-fA-F]{64}', app.clipboard()), 10, 'the TLSA record')
        app.find('button', '^Certificate 2', showing=False).click()
        app.wait_until(lambda: fingerprint(chain[1]) in page.text(), 10, 'the second certificate')

        app.find('button', '^Save chain…$', showing=False).click()
        saved = save_to(app, os.path.join(app.session.folder, 'chain.pem'))
        with open(pki('good.pem'), encoding='ascii') as file:
            assert saved == file.read(), 'what the server sent'
        assert [line for line in app.audit() if not line.startswith(('scroll bar', 'image, called GtkImage'))] == []


def three_bad_certificates():
    with contextlib.ExitStack() as stack, window() as app:
        for name, sentence in FAULTS.items():
            server = stack.enter_context(TlsServer(PKI, name, on_connect=name == 'expired'))
            app.choose('^Security$', 'TLS on connect' if server.on_connect else 'STARTTLS required')
            run(app, server, 'A strict client would have hung up: ' + sentence)
            assert re.search(sentence, server_page(app).text()), server_page(app).text()
            saved = save_to(app, os.path.join(app.session.folder, name + '.txt'), 'ctrl+s')
            assert re.search(sentence, re.sub(r'\s+', ' ', saved)), saved
            row = next(name for name in rows(app) if name.startswith('Bad certificate, note: '))
            assert row.endswith(', encrypted'), row
        app.find('list item', '^Bad certificate').click()
        app.wait_until(lambda: re.search(sentence, app.find('group', '^Explanation$').text()), 10, 'the explanation')
        app.find('button', '^Show the certificates$').click()
        app.wait_for('group', '^Server report$')

        open_options(app)
        app.find('checkbox', '^Stop at a bad certificate$').click()
        run(app, server, 'Ended because of the certificate')
        # It ran behind the other page; now that it is looked at, it is all there, and what decided is in view.
        assert not any('QUIT' in name and 'encrypted' in name for name in rows(app)), rows(app)
        app.wait_for('list item', '^Bad certificate', states=('selected',))


def mistakes_are_told_at_their_fields():
    with TlsServer(PKI) as server, window() as app:
        open_options(app)
        field = app.find('text box', '^Priority string$')
        field.set_text_by_keys('NORMAL:+NONSENSE')
        app.key('Tab')
        app.wait_until(lambda: '+NONSENSE' in field.description, 10, 'the priority string to be marked')
        app.find('label', re.escape(field.description))
        app.choose('^What to offer$', 'Modern (TLS 1.3 only)')
        app.wait_until(lambda: not field.description and 'TLS1.3' in field.text(), 10, 'a priority string in order')
        app.choose('^Highest version$', 'TLS 1.1')
        app.choose('^Lowest version$', 'TLS 1.2')
        app.wait_for('label', '^The lowest TLS version is above the highest')
        app.choose('^Highest version$', 'Any')
        app.wait_gone('label', '^The lowest TLS version is above the highest')

        app.choose('^Trust$', 'Both')
        field = app.find('text box', '^CA file$')
        field.set_text_by_keys(pki('good.key'))
        app.key('Tab')
        app.wait_until(lambda: 'no certificate' in field.description, 10, 'the CA file to be marked')
        app.choose('^Trust$', 'Authorities of this system')

        app.find('text box', '^Client certificate$', showing=False).set_text_by_keys(pki('client.pem'))
        app.find('text box', '^Key file$', showing=False).set_text_by_keys(pki('good.key'))
        app.key('Tab')
        app.wait_until(lambda: 'does not belong' in app.find('text box', '^Key file$', showing=False).description, 10, 'the key to be marked')
        app.find('text box', '^Key file$', showing=False).set_text_by_keys(pki('locked.key'))
        password = app.find('text box', '^Key password$', showing=False)
        password.focus_by_click()
        app.type('wrong\t')
        app.wait_until(lambda: 'password' in password.description, 10, 'the password to be marked')

        # Nothing is sent while something is wrong.
        fill_in(app, server)
        app.key('ctrl+Return')
        app.wait_for('label', r'^Cannot run\. The key is locked', showing=False)
        app.wait_until(password.has_focus, 10, 'the password to have the focus')
        assert not server.peers and not app.find_all('list', '^Transcript$')

        app.key('ctrl+a')
        app.type('secret')
        run(app, server, '.')
        assert len(server.peers) == 1


def the_client_certificate_is_sent_and_choices_are_remembered():
    with TlsServer(PKI, authority=pki('ca.pem')) as server, Session() as session:
        with window(session=session) as app:
            open_options(app)
            app.find('text box', '^Name to verify$').set_text_by_keys('mail.example.test')
            app.choose(r'^Server name to send \(SNI\)$', 'Another name')
            app.wait_for('text box', '^SNI name$').set_text_by_keys('other.example.test')
            app.find('text box', '^Client certificate$', showing=False).set_text_by_keys(pki('client.pem'))
            app.find('text box', '^Key file$', showing=False).set_text_by_keys(pki('locked.key'))
            app.find('text box', '^Key password$', showing=False).focus_by_click()
            app.type('secret')
            run(app, server, '.')
            assert server.peers == certificates('client.pem')[:1], 'the client certificate'
            assert server.sni == ['other.example.test'], server.sni
        with open(os.path.join(session.env['XDG_CONFIG_HOME'], 'glib-2.0/settings/keyfile'), encoding='utf-8') as file:
            kept = file.read()
        assert 'client.pem' in kept and 'secret' not in kept, kept
        with window(session=session) as app:
            open_options(app)
            assert app.find('text box', '^Name to verify$').text() == 'mail.example.test'
            assert app.find('text box', '^SNI name$').text() == 'other.example.test'
            assert app.find('text box', '^Key password$', showing=False).text() == ''


def the_key_log_is_marked_and_off_at_the_next_start():
    with TlsServer(PKI) as server, Session() as session:
        path = os.path.join(session.folder, 'keys.log')
        with window(session=session) as app:
            open_options(app)
            app.find('checkbox', '^Write the keys to a file', showing=False).click()
            app.wait_for('text box', '^Key log file$', showing=False).set_text_by_keys(path)
            app.wait_for('label', '^The keys of the next run will be written to ' + re.escape(path))
            run(app, server, '.')
            app.wait_for('label', '^The keys of this run are being written to ' + re.escape(path))
            with open(path, encoding='ascii') as file:
                assert 'CLIENT_HANDSHAKE_TRAFFIC_SECRET' in file.read()
            app.choose('^Security$', 'No encryption')
            app.wait_gone('label', '^The keys of the next run')
        with window(session=session) as app:
            open_options(app)
            assert 'checked' not in app.find('checkbox', '^Write the keys to a file', showing=False).states


def a_practice_server_with_a_bad_certificate():
    with window() as app:
        app.key('F10')
        app.wait_for('menu item', '(?i)expired').click()
        app.wait_until(lambda: 'expired' in app.find('group', '^Verdict$').text(), 30, 'the verdict')
        assert 'expired' in server_page(app).text()


if __name__ == '__main__':
    with tempfile.TemporaryDirectory(prefix='smtp-probe-pki-') as PKI:
        subprocess.run([MAKE_PKI, PKI], check=True)
        status = run_tests([port_and_security_follow_each_other, a_good_certificate, three_bad_certificates,
                            mistakes_are_told_at_their_fields,
                            the_client_certificate_is_sent_and_choices_are_remembered,
                            the_key_log_is_marked_and_off_at_the_next_start, a_practice_server_with_a_bad_certificate])
    sys.exit(status)
