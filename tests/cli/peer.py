# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server of one connection that the test itself speaks for, and the program as it runs."""

import json
import os
import select
import socket
import subprocess

LIMIT = 90


class Peer:
    """Listens on a free port.  Nothing is answered unless the test says so."""

    def __init__(self, address='127.0.0.1'):
        family = socket.AF_INET6 if ':' in address else socket.AF_INET
        self._listener = socket.create_server((address, 0), family=family)
        self.port = self._listener.getsockname()[1]
        self.target = '%s:%d' % ('[%s]' % address if ':' in address else address, self.port)
        self._connection = None
        self._input = b''

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        if self._connection:
            self._connection.close()
        self._listener.close()

    def was_contacted(self):
        """Whether anybody has connected; to be asked when the program has ended."""
        return bool(select.select([self._listener], [], [], 0)[0])

    def accept(self):
        self._listener.settimeout(LIMIT)
        self._connection = self._listener.accept()[0]
        self._connection.settimeout(LIMIT)

    def say(self, text):
        self._connection.sendall(text.encode() + b'\r\n')

    def hear(self):
        """Waits for a line and returns it without its end; '' at the end of the connection."""
        while b'\r\n' not in self._input:
            came = self._connection.recv(65536)
            if not came:
                assert not self._input, self._input
                return ''
            self._input += came
        line, self._input = self._input.split(b'\r\n', 1)
        return line.decode()

    def serve(self, *replies):
        """Greets with the first reply and gives the others to what comes; returns all that came, to the end."""
        self.accept()
        self.say(replies[0])
        heard = []
        for reply in (*replies[1:], None):
            heard.append(self.hear())
            if reply is None or not heard[-1]:
                break
            self.say(reply)
        assert heard.pop() == '', heard
        return heard


class Program:
    """smtp-probe-cli."""

    def __init__(self, path):
        self.path = os.path.abspath(path)

    def start(self, *arguments, **options):
        return subprocess.Popen([self.path, *arguments], **{
            'stdin': subprocess.DEVNULL, 'stdout': subprocess.PIPE, 'stderr': subprocess.PIPE, **options})

    def run(self, *arguments, **options):
        """Runs it to its end; returns exit status, standard output and standard error."""
        return finish(self.start(*arguments, **options))

    def probe(self, *arguments):
        """Runs it to its end; returns exit status and the JSON object."""
        status, output, errors = self.run('--format', 'json', *arguments)
        assert errors == '', errors
        return status, json.loads(output)


def finish(process):
    """Waits for the end of the program; returns exit status, standard output and standard error."""
    try:
        output, errors = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        output, errors = process.communicate()
        raise AssertionError('it does not end: %r %r' % (output, errors)) from None
    return process.returncode, (output or b'').decode(), (errors or b'').decode()
