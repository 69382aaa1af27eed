# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""--tls-survey and --lab-injection against servers of another TLS library than the program's, of a known configuration.

    survey.py PROGRAM MAKE_PKI

Prints TAP.
"""

import json
import os
import pty
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import warnings

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), 'support')]

# pylint: disable=wrong-import-position
from checks import Tap, eventually
from peer import Program, finish

ARGUMENTS = ('--helo', 'client.test', '--tls-survey', '--pause', '0')


class Server:
    """A mail server with STARTTLS.  What it accepts in TLS is in its context."""

    def __init__(self, folder, chain='good'):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(os.path.join(folder, chain + '.pem'), os.path.join(folder, chain + '.key'))
        self.context.options &= ~ssl.OP_CIPHER_SERVER_PREFERENCE
        self.busy_from = None
        self.injectable = False
        self.count = 0
        self._listener = socket.create_server(('127.0.0.1', 0))
        self.target = '127.0.0.1:%d' % self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                connection = self._listener.accept()[0]
            except OSError:
                return
            self.count += 1
            threading.Thread(target=self._serve, args=(connection, self.count), daemon=True).start()

    def _serve(self, connection, number):
        try:
            self._talk(connection, number)
        except OSError:
            pass  # refused handshakes, and what was stopped
        finally:
            connection.close()

    def _talk(self, connection, number):
        if self.busy_from and number >= self.busy_from:
            connection.sendall(b'421 4.7.0 Enough\r\n')
            return
        connection.sendall(b'220 server.test\r\n')
        buffered, secure = b'', False
        while True:
            while b'\r\n' not in buffered:
                came = connection.recv(65536)
                if not came:
                    return
                buffered += came
            line, buffered = buffered.split(b'\r\n', 1)
            if line == b'STARTTLS':
                connection.sendall(b'220 Go\r\n')
                connection = self.context.wrap_socket(connection, server_side=True)
                buffered, secure = buffered if self.injectable else b'', True
            elif line.startswith(b'EHLO'):
                connection.sendall(b'250-server.test\r\n250 SIZE\r\n' if secure else b'250-server.test\r\n250 STARTTLS\r\n')
            elif line == b'AUTH':
                connection.sendall(b'503 5.5.1 Not enabled\r\n')
            elif line == b'QUIT':
                connection.sendall(b'221 Bye\r\n')
                connection.close()
                return
            else:
                connection.sendall(b'250 Ok\r\n')


def survey(program, server, *arguments):
    """Runs a survey to its end; returns exit status, the JSON object and standard error."""
    status, output, errors = program.run(*ARGUMENTS, '--format', 'json', *arguments, server.target)
    return status, json.loads(output), errors


def accepted(document, kind):
    return [row['name'] for row in document['survey'] if row['kind'] == kind and row['verdict'] == 'accepted']


def one_suite(program, folder):
    with Server(folder) as server:
        server.context.maximum_version = ssl.TLSVersion.TLSv1_2
        server.context.set_ciphers('ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256')
        status, document, errors = survey(program, server)
        count = server.count
    assert status == 0, status
    assert (document['schema'], document['outcome'], document['reason']) == (1, 'works', 'ok'), document
    assert document['target']['host'] == '127.0.0.1' and document['target']['security'] == 'starttls', document['target']
    assert accepted(document, 'version') == ['TLS 1.2'], document
    assert len(accepted(document, 'suite')) == 1, document
    assert accepted(document, 'suite')[0].endswith('_WITH_AES_128_GCM_SHA256'), document
    row = next(row for row in document['survey'] if row['verdict'] == 'accepted' and row['kind'] == 'suite')
    assert row['versions'] == ['TLS 1.2'] and row['grade'] == 'good' and row['source'] == 'RFC 9325 4.2', row
    assert accepted(document, 'in-clear') == ['MAIL'], document
    refused = next(row for row in document['survey'] if row['name'] == 'TLS 1.3')
    assert refused['verdict'] == 'refused' and refused['grade'] is None and refused['versions'] == [], refused
    missing = next(row for row in document['survey'] if row['name'] == 'SSL 2.0')
    assert missing['verdict'] == 'not-testable' and missing['reason'] == 'not-in-library', missing
    assert document['connections'] == count, (document['connections'], count)
    assert document['grades']['insecure'] == 0 or 'rsa_pkcs1_sha1' in accepted(document, 'signature') or \
        'ecdsa_sha1' in accepted(document, 'signature'), document
    assert 'about' in errors and 'connections' in errors and '\r' not in errors, errors


def newest_only(program, folder):
    with Server(folder) as server:
        server.context.minimum_version = ssl.TLSVersion.TLSv1_3
        status, document, _errors = survey(program, server)
    assert status == 0, status
    assert accepted(document, 'version') == ['TLS 1.3'], document
    assert sorted(accepted(document, 'suite')) == [
        'TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'], document
    assert document['grades'] == {'good': document['grades']['good'], 'dated': 1, 'insecure': 0}, document['grades']


def oldest_only(program, folder):
    """Offered a newer version, the server answers with the one it has: no alert, and yet a refusal."""
    with Server(folder) as server, warnings.catch_warnings():
        warnings.simplefilter('ignore', DeprecationWarning)
        server.context.minimum_version = ssl.TLSVersion.TLSv1
        server.context.maximum_version = ssl.TLSVersion.TLSv1
        server.context.set_ciphers('ALL:@SECLEVEL=0')
        status, document, _errors = survey(program, server)
    rows = {row['name']: row for row in document['survey'] if row['kind'] == 'version'}
    assert rows['TLS 1.2']['verdict'] == 'refused' and rows['TLS 1.1']['verdict'] == 'refused', rows
    if rows['TLS 1.0']['reason'] != 'forbidden-here':
        assert status == 0 and accepted(document, 'version') == ['TLS 1.0'], document
        assert rows['TLS 1.0']['grade'] == 'insecure' and rows['TLS 1.0']['source'] == 'RFC 8996', rows


def one_group(program, folder):
    with Server(folder) as server:
        server.context.set_ecdh_curve('prime256v1')
        _status, document, _errors = survey(program, server)
    assert accepted(document, 'group') == ['secp256r1'], document


def order(program, folder, chooses):
    with Server(folder) as server:
        if chooses:
            server.context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE
        _status, document, _errors = survey(program, server)
    orders = {entry['version']: entry['order'] for entry in document['preference']}
    assert orders['TLS 1.2'] == ('server' if chooses else 'client'), document['preference']


def text(program, folder):
    with Server(folder) as server:
        status, output, errors = program.run(*ARGUMENTS, server.target)
    assert status == 0, status
    for line in ('Probe:    TLS survey, ', 'Versions', 'Cipher suites', 'Key exchange groups', 'Signature schemes',
                 'Without encryption', '  TLS 1.2   accepted      good      ', 'The TLS library of this machine'):
        assert '\n' + line in output or line in output, (line, output)
    assert errors.count('\n') == 1, errors


def quiet(program, folder):
    with Server(folder) as server:
        status, output, errors = program.run(*ARGUMENTS, '--quiet', server.target)
    assert status == 0 and errors == '' and output.count('\n') == 1, (status, output, errors)


def counter(program, folder):
    """On a terminal it counts; the last thing it does is to clear the line."""
    ours, theirs = pty.openpty()
    with Server(folder) as server:
        server.busy_from = 4
        status, _output, _errors = finish(program.start(*ARGUMENTS, server.target, stderr=theirs))
    os.close(theirs)
    shown = b''
    while True:
        try:
            came = os.read(ours, 65536)
        except OSError:
            break
        if not came:
            break
        shown += came
    os.close(ours)
    assert status == 9, status
    assert b'\r1 of about ' in shown and b'\r3 of about ' in shown and shown.endswith(b'\r\033[K'), shown


def busy(program, folder):
    with Server(folder) as server:
        server.busy_from = 3
        status, document, _errors = survey(program, server)
        assert server.count == 3, server.count
    assert status == 9 and document['outcome'] == 'not-testable' and document['reason'] == 'busy', document
    assert not [row for row in document['survey'] if row['verdict'] == 'waiting'], document
    assert accepted(document, 'version') == ['TLS 1.3'], document


def interrupted(program, folder):
    with Server(folder) as server:
        process = program.start(*ARGUMENTS[:-1], '60000', server.target)
        eventually(lambda: server.count == 1, 'the first connection')
        process.send_signal(signal.SIGINT)
        status, output, _errors = finish(process)
        assert server.count == 1, server.count
    assert status == 9 and 'Stopped' in output, (status, output)


def unreachable(program, _folder):
    with socket.socket() as bound:
        bound.bind(('127.0.0.1', 0))
        status, output, _errors = program.run(*ARGUMENTS, '127.0.0.1:%d' % bound.getsockname()[1])
    assert status == 6 and 'Nobody listens' in output, (status, output)


def injection(program, folder, injectable):
    with Server(folder) as server:
        server.injectable = injectable
        status, output, _errors = program.run('--helo', 'client.test', '--lab-injection', '--lab-consent', '--timeout', '2',
                                              '--format', 'json', server.target)
    document = json.loads(output)
    sent = next(step for step in document['steps'] if step['sent'] and step['sent'].startswith('STARTTLS'))
    silence = next(step for step in document['steps'] if step['kind'] == 'silence')
    found = [finding['id'] for finding in document['findings']]
    assert sent['sent'] == 'STARTTLS\\r\\nNOOP' and sent['sent_bytes'] == len('STARTTLS\r\nNOOP\r\n'), sent
    assert silence['secure'], silence
    if injectable:
        assert (status, document['outcome'], document['reason']) == (8, 'broken', 'starttls-command-injection'), document
        assert silence['reply']['code'] == 250, silence
        assert 'starttls-command-injection' in found, found
    else:
        assert (status, document['outcome'], document['reason']) == (0, 'works', 'ok'), document
        assert silence['reply'] is None and silence['result'] == 'accepted', silence
        assert 'starttls-command-injection' not in found, found


def main(path, make_pki):
    tap = Tap()
    program = Program(path)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([make_pki, folder], check=True)
        tap.check('one suite of TLS 1.2', one_suite, program, folder)
        tap.check('TLS 1.3 alone', newest_only, program, folder)
        tap.check('TLS 1.0 alone', oldest_only, program, folder)
        tap.check('one group', one_group, program, folder)
        tap.check('the server chooses', order, program, folder, True)
        tap.check('the client chooses', order, program, folder, False)
        tap.check('text', text, program, folder)
        tap.check('quiet', quiet, program, folder)
        tap.check('a counter on a terminal', counter, program, folder)
        tap.check('421 ends it', busy, program, folder)
        tap.check('stopped in a pause', interrupted, program, folder)
        tap.check('nobody there', unreachable, program, folder)
        tap.check('a command in clear gets in', injection, program, folder, True)
        tap.check('a command in clear does not get in', injection, program, folder, False)
    return tap.finish()


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
