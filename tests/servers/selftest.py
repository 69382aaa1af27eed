#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks, by raw SMTP, that the real servers behave as tests expect them to.

Prints TAP.  Without root or overlay mounts everything is skipped, unless
SMTP_PROBE_REQUIRE_SERVERS is set: then that is a failure.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

# pylint: disable=wrong-import-position
import mta
from checks import LIMIT, eventually
from tap import run, with_server

MESSAGE = b''.join((
    b'Received: from elsewhere.test\r\n\tby somewhere.test; as sent\r\n',
    b'Date: Tue, 24 Nov 2026 12:00:00 +0000\r\n',
    b'From: Sender <sender@outside.test>\r\n',
    b'To: alice@example.test\r\n',
    b'Message-ID: <1@outside.test>\r\n',
    b'Subject:  two  spaces, a tab\tand\r\n   a folded line\r\n',
    b'X-Eight-Bits: gr\xc3\xbc\xc3\x9fe\r\n',
    b'\r\n',
    b'\r\n',
    b'From the start of a line\r\n>From a quoted one\r\n',
    b'.\r\n..\r\n...three dots\r\n.dot\r\n',
    b'eight bits: \xe4\xff, not UTF-8\r\n',
    b'trailing blanks \t \r\n',
    b'x' * 998 + b'\r\n',
    b'\r\n',
    b'no empty line after this one\r\n',
))


class Talk:
    """One SMTP connection."""

    def __init__(self, server, listener='mx', family=socket.AF_INET):
        self._socket = server.connect(listener, family, LIMIT)
        self._file = self._socket.makefile('rb')
        self.greeting = self._reply()
        self.capabilities = ''

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._file.close()
        self._socket.close()

    def _reply(self):
        lines = []
        while True:
            line = self._file.readline()
            lines.append(line.decode('utf-8', 'replace').rstrip('\r\n'))
            if line[3:4] != b'-':
                return '\n'.join(lines)

    def say(self, command):
        """Sends a line and returns the reply."""
        self._socket.sendall(command.encode() + b'\r\n')
        return self._reply()

    def hello(self, recipient='alice'):
        """Says all that comes before DATA."""
        self.capabilities = self.say('EHLO client.test')
        self.say('MAIL FROM:<sender@outside.test>')
        return self.say('RCPT TO:<%s@%s>' % (recipient, mta.DOMAIN))

    def content(self, message):
        """Sends MESSAGE, which ends with CRLF, and returns the reply."""
        dotted = b'\r\n'.join(b'.' + line if line.startswith(b'.') else line
                              for line in message.split(b'\r\n'))
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._socket.sendall(dotted + b'.\r\n')
        return self._reply()


def expect(reply, *codes):
    """Asserts that REPLY starts with one of CODES."""
    assert reply.startswith(codes), '%r is none of %r' % (reply, codes)


def refused(port):
    """Whether nobody listens on PORT."""
    try:
        socket.create_connection(('127.0.0.1', port), LIMIT).close()
        return False
    except ConnectionRefusedError:
        return True


def processes_of(namespace):
    """Returns the processes that live in a process namespace."""
    found = []
    for number in os.listdir('/proc'):
        with contextlib.suppress(OSError):
            if number.isdigit() and os.readlink(
                    '/proc/%s/ns/pid' % number) == namespace:
                found.append(int(number))
    return found


def greets(server, family):
    with Talk(server, 'mx', family) as talk:
        expect(talk.greeting, '220 ' + mta.HOSTNAME)
        expect(talk.say('EHLO client.test'), '250-' + mta.HOSTNAME)
        expect(talk.say('QUIT'), '221')


def recipients(server):
    with Talk(server) as talk:
        expect(talk.hello('alice'), '250')
        expect(talk.say('RCPT TO:<bob@example.test>'), '250')
        expect(talk.say('RCPT TO:<nobody@example.test>'), '550')
        expect(talk.say('RCPT TO:<later@example.test>'), '450 4.2.0')
        expect(talk.say('RCPT TO:<full@example.test>'), '452 4.2.2')


def relay_denied(server):
    with Talk(server) as talk:
        expect(talk.hello(), '250')
        expect(talk.say('RCPT TO:<someone@elsewhere.test>'), '550', '554')


def delivers(server):
    before = len(server.messages('alice'))
    with Talk(server) as talk:
        expect(talk.hello(), '250')
        expect(talk.say('DATA'), '354')
        expect(talk.content(MESSAGE), '250')
    delivered = server.wait_message('alice', LIMIT, before)
    assert delivered.replace(b'\n', b'\r\n').endswith(MESSAGE), delivered
    assert server.as_sent(delivered) == MESSAGE, delivered


def too_large(server, listener, limit):
    with Talk(server, listener) as talk:
        expect(talk.hello(), '250')
        assert 'SIZE %d' % limit in talk.capabilities, talk.capabilities
        expect(talk.say('DATA'), '354')
        line = b'y' * 998 + b'\r\n'
        large = MESSAGE + line * (limit // len(line) + 1)
        expect(talk.content(large), '552', '554 5.3.4')


def special_greetings(server):
    with Talk(server, 'refuse') as talk:
        expect(talk.greeting, '554')
    with Talk(server, 'busy') as talk:
        expect(talk.greeting, '421')


def wants_full_name(server):
    with Talk(server, 'helo') as talk:
        replies = [talk.say('EHLO short'),
                   talk.say('MAIL FROM:<sender@outside.test>'),
                   talk.say('RCPT TO:<alice@example.test>')]
        assert any(reply.startswith('504') for reply in replies), replies
    with Talk(server, 'helo') as talk:
        expect(talk.hello(), '250')


def takes_one(server):
    def only_one():
        # The connections of earlier checks may still count.
        with Talk(server, 'limited') as first:
            if not first.greeting.startswith('220'):
                return False
            with Talk(server, 'limited') as second:
                expect(second.greeting, '421')
        return True

    eventually(only_one, 'a first connection')


def stops(server):
    namespace = os.readlink(
        '/proc/%d/ns/pid_for_children' % server.process_id())
    assert processes_of(namespace)
    state, port = server.state, server.port()
    server.stop()
    assert refused(port)
    assert not processes_of(namespace)
    assert not os.path.exists(state)


def dies_with_its_owner(name):
    command = [sys.executable, os.path.join(os.path.dirname(
        os.path.abspath(__file__)), 'mta.py'), 'start', name]
    with subprocess.Popen(command, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as owner:
        ready = json.loads(owner.stdout.readline())
        assert ready['name'] == name
        assert not refused(ready['ports']['mx'])
        owner.send_signal(signal.SIGKILL)
        owner.wait(LIMIT)
    eventually(lambda: refused(ready['ports']['mx']), 'the port is closed')
    eventually(lambda: not os.path.exists(ready['state']), 'the folder is gone')


def check_running(tap, server):
    """Makes the checks of a running server; stops it with the last."""
    name = server.name
    tap.check(name + ' greets on 127.0.0.1', greets, server, socket.AF_INET)
    if server.ipv6:
        tap.check(name + ' greets on ::1', greets, server, socket.AF_INET6)
    else:
        tap.skip(name + ' greets on ::1', 'no IPv6 here')
    tap.check(name + ' judges recipients', recipients, server)
    tap.check(name + ' denies relaying', relay_denied, server)
    tap.check(name + ' delivers byte for byte', delivers, server)
    tap.check(name + ' refuses a too large message', too_large, server,
              *server.small)
    tap.check(name + ' refuses by greeting', special_greetings, server)
    tap.check(name + ' insists on a full name', wants_full_name, server)
    if 'limited' in server.listeners:
        tap.check(name + ' takes one connection', takes_one, server)
    tap.check(name + ' stops without a trace', stops, server)


def check_server(tap, name):
    """Makes all the checks of one server."""
    with_server(tap, name, check_running)
    tap.check(name + ' dies with its owner', dies_with_its_owner, name)


if __name__ == '__main__':
    sys.exit(run(sys.argv[1:], check_server))
