# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS servers of another make: openssl s_server, with a little SMTP server behind it, and one that only sends alerts."""

import contextlib
import re
import socket
import subprocess
import tempfile
import threading

from authority import HOST, run

LIMIT = 30


class SServer:
    """openssl s_server on a port of its own, TLS from the first byte; used as a context manager.

    It takes one connection at a time and says of it what an SMTP server would.
    """

    def __init__(self, certificate, key, *options):
        self.port = None
        # What clients have said, and after the end what s_server had to complain of.
        self.commands = []
        self.errors = ''
        self._session = []
        self._ready = threading.Event()
        self._command = ['openssl', 's_server', '-accept', '127.0.0.1:0', '-cert', certificate, '-key', key, *options]
        self._errors = self._process = self._thread = None

    def __enter__(self):
        self._errors = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            self._command, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors)
        self._thread = threading.Thread(target=self._talk, daemon=True)
        self._thread.start()
        self._ready.wait(LIMIT)
        if self.port is None:
            self.__exit__()
            raise AssertionError('%s\n%s' % (' '.join(self._command), self.errors))
        return self

    def __exit__(self, *_error):
        self._process.kill()
        self._process.wait(LIMIT)
        self._thread.join(LIMIT)
        self._process.stdin.close()
        self._process.stdout.close()
        self._errors.seek(0)
        self.errors = self._errors.read().decode('utf-8', 'replace')
        self._errors.close()

    def _talk(self):
        """Reads what s_server says of each session, and in between what the client says in it."""
        session = None
        for line in iter(self._process.stdout.readline, b''):
            line = line.decode('utf-8', 'replace').rstrip('\r\n')
            if line.startswith('ACCEPT ') and self.port is None:
                self.port = int(line.rpartition(':')[2])
                self._ready.set()
            elif line.startswith('-----BEGIN SSL SESSION'):
                session = []
            elif line.startswith('CIPHER is '):
                # No line of these begins with a letter: those are orders to s_server.
                self._say('220 %s ESMTP' % HOST)
            elif re.match('(EHLO|HELO) ', line):
                self.commands.append(line)
                self._say('250-%s\r\n250-PIPELINING\r\n250 SIZE 1000000' % HOST)
            elif re.match('(MAIL FROM|RCPT TO):|RSET$', line):
                self.commands.append(line)
                self._say('250 2.0.0 OK')
            elif line == 'QUIT':
                self.commands.append(line)
                self._say('221 2.0.0 Bye')
            if session is not None:
                session.append(line)
                if line.startswith('-----END SSL SESSION'):
                    self._session, session = session, None
        self._ready.set()

    def _say(self, text):
        # It may have been ended.
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(text.encode() + b'\r\n')

    def session(self):
        """Returns protocol and cipher of the last session, as the server has them."""
        text = run('openssl', 'sess_id', '-noout', '-text', given='\n'.join(self._session).encode() + b'\n').decode()
        return (re.search(r'Protocol *: (\S+)', text).group(1), re.search(r'Cipher *: (\S+)', text).group(1))


class AlertServer:
    """Answers whatever comes first with a TLS record; used as a context manager."""

    def __init__(self, record):
        self._record = record
        self._listener = socket.create_server(('127.0.0.1', 0))
        self._listener.settimeout(LIMIT)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.port = self._listener.getsockname()[1]

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._thread.join(LIMIT)
        self._listener.close()
        assert not self._thread.is_alive(), 'nobody came'

    def _run(self):
        client, _address = self._listener.accept()
        with client, contextlib.suppress(ConnectionError):
            client.settimeout(LIMIT)
            client.recv(65536)
            client.sendall(self._record)
            client.shutdown(socket.SHUT_WR)
            # What is left unread would make a reset of the end.
            while client.recv(65536):
                pass


def alert(number, level=2):
    """Returns the record of an alert: RFC 8446, section 6."""
    return bytes((21, 3, 3, 0, 2, level, number))
