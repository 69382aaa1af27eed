#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs smtp-probe-cli against real servers: what it reports, what they log, what arrives.

    dialogues.py PROGRAM [NAME...]

Prints TAP.  Without root or overlay mounts everything is skipped, unless
SMTP_PROBE_REQUIRE_SERVERS is set: then that is a failure.
"""

import os
import re
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

# pylint: disable=wrong-import-position
import mta
from checks import LIMIT, eventually
from contents import CONTENTS, HEADER, as_sent, with_dots
from probe import Program, raw_of
from recorder import Recorder
from tap import run, with_server

SENDER = 'sender@outside.test'
NAME = ('--helo', 'client.test')
FROM = ('--from', SENDER)
HELLO = NAME + FROM

START = 'connect greeting EHLO'
TO_RCPT = START + ' MAIL RCPT'
END = ' RSET QUIT'


class Manner:
    """How a server says things; each reply is (code, enhanced status code)."""

    def __init__(self, **values):
        self.accepted = self.unknown = self.relay = self.too_large = None
        # A relay that is not denied in words cannot be told from an unknown user.
        self.relay_reason = 'relay-denied'
        self.later, self.full = (450, '4.2.0'), (452, '4.2.2')
        # A short EHLO name is refused at EHLO, and the refusing greeting is followed by an end.
        self.short_name = START + ':refused QUIT'
        self.after_554 = 'QUIT'
        self.busy_reason = 'server-busy'
        self.limited = None
        # What it adds: behind a header without a body, before text without a header, to nothing at all.
        self.after_header, self.before_text, self.for_nothing = b'', b'\r\n', rb''
        # What the log says of the end of each connection, and of one that ended with QUIT.
        self.log_of_end = self.log_of_quit = None
        self.__dict__.update(values)


MANNERS = {
    'postfix': Manner(
        accepted=(250, '2.1.5'), unknown=(550, '5.1.1'), relay=(554, '5.7.1'),
        too_large=(552, '5.3.4'),
        short_name=TO_RCPT + ':refused' + END,
        busy_reason='try-later', limited=(421, '4.7.0'),
        log_of_end=r' disconnect from \S+ (.*)', log_of_quit=' quit=1 '),
    'exim': Manner(
        accepted=(250, None), unknown=(550, None), relay=(550, None),
        too_large=(552, None), after_554='QUIT:lost', limited=(421, None),
        after_header=b'\r\n', for_nothing=rb'\r\n',
        log_of_end=r'(SMTP connection from .* (?:closed|lost) .*|unexpected disconnection .*)',
        log_of_quit='closed by QUIT'),
    'opensmtpd': Manner(
        accepted=(250, '2.1.5'), unknown=(550, None), relay=(550, None),
        relay_reason='mailbox-unknown', too_large=(554, '5.3.4'),
        before_text=None, for_nothing=rb'Date: .*\r\nMessage-ID: .*\r\n',
        log_of_end=r'smtp disconnected (reason=.*)', log_of_quit='reason=quit'),
}


class Bench:
    """A running server and the program that probes it."""

    def __init__(self, server, program, folder):
        self.server = server
        self.program = program
        self.folder = folder
        self.manner = MANNERS[server.name]
        # Connections were made to see whether the server is ready; the last of them said QUIT.
        self.ended = 0
        self.ended = len(self._wait_ends(1))

    def probe(self, *arguments, listener='mx', host='127.0.0.1'):
        """Probes a listener; returns a Result."""
        return self.program.probe(host, self.server.port(listener), *arguments)

    def probe_to(self, *recipients, arguments=(), listener='mx'):
        """Probes with recipients, which are local parts or addresses."""
        for each in recipients:
            arguments = (*arguments, '--to', each if '@' in each else each + '@' + mta.DOMAIN)
        return self.probe(*HELLO, *arguments, listener=listener)

    def message(self, content):
        """Returns the arguments that send CONTENT."""
        path = os.path.join(self.folder, 'message')
        with open(path, 'wb') as out:
            out.write(content)
        return ('--message', path)

    def counts(self):
        """Returns how many messages each mailbox holds."""
        return {name: len(self.server.messages(name)) for name in mta.MAILBOXES}

    def arrived(self, mailbox, counts):
        """Waits for the next message in MAILBOX after COUNTS and returns it as it was sent."""
        return self.server.as_sent(self.server.wait_message(mailbox, LIMIT, counts[mailbox]))

    def _wait_ends(self, count):
        def logged():
            found = re.findall(r'(?m)%s$' % self.manner.log_of_end, self.server.log())[self.ended:]
            return found if len(found) >= count else None

        return eventually(logged, 'the log of an end')

    def ends(self, count=1):
        """Waits until COUNT more connections have ended; returns what the log says of that.

        Only for the checks that come first: all that was not waited for counts.
        """
        found = self._wait_ends(count)
        self.ended += len(found)
        assert len(found) == count, found
        return [' %s ' % each for each in found]


def accepts(bench):
    result = bench.probe_to('alice')
    result.expect('works', 'ok', TO_RCPT + END)
    assert result.recipients == [('alice', 'works', *bench.manner.accepted)], result.recipients
    assert [each['id'] for each in result.json['findings']] == ['starttls-not-offered'], result.json['findings']
    assert [step['sent'] for step in result.steps[2:]] == [
        'EHLO client.test', 'MAIL FROM:<%s>' % SENDER, 'RCPT TO:<alice@example.test>', 'RSET', 'QUIT']


def takes_null_sender(bench):
    result = bench.probe(*NAME, '--from', '', '--to', 'postmaster@example.test')
    result.expect('works', 'ok', TO_RCPT + END)
    assert result.steps[3]['sent'] == 'MAIL FROM:<>', result.steps[3]


def denies_relaying(bench):
    result = bench.probe_to('someone@elsewhere.test')
    result.expect('refused', bench.manner.relay_reason, TO_RCPT + ':refused' + END)
    assert result.recipients == [('someone', 'refused', *bench.manner.relay)], result.recipients
    if bench.manner.relay_reason != 'relay-denied':
        # The reason is then no more than likely.
        assert result.steps[4]['reply']['explanation']['certainty'] == 'medium', result.steps[4]


def knows_no_such_user(bench):
    result = bench.probe_to('nobody')
    result.expect('refused', 'mailbox-unknown', TO_RCPT + ':refused' + END)
    assert result.recipients == [('nobody', 'refused', *bench.manner.unknown)], result.recipients


def defers(bench):
    result = bench.probe_to('later')
    result.expect('later', 'greylisted', TO_RCPT + ':deferred' + END)
    assert result.recipients == [('later', 'later', *bench.manner.later)], result.recipients
    result = bench.probe_to('full')
    result.expect('later', 'mailbox-full', TO_RCPT + ':deferred' + END)
    assert result.recipients == [('full', 'later', *bench.manner.full)], result.recipients


def sends_to_those_accepted(bench):
    manner, counts = bench.manner, bench.counts()
    content = HEADER + b'\r\nto some of them\r\n'
    result = bench.probe_to('alice', 'nobody', 'later', 'bob', 'full', 'someone@elsewhere.test',
                            arguments=bench.message(content))
    result.expect('partial', 'mailbox-unknown', START + ' MAIL RCPT RCPT:refused RCPT:deferred RCPT '
                  'RCPT:deferred RCPT:refused DATA:wants-more content QUIT', True)
    assert result.recipients == [
        ('alice', 'works', *manner.accepted), ('nobody', 'refused', *manner.unknown),
        ('later', 'later', *manner.later), ('bob', 'works', *manner.accepted),
        ('full', 'later', *manner.full), ('someone', 'refused', *manner.relay)], result.recipients
    assert bench.arrived('alice', counts) == content
    assert bench.arrived('bob', counts) == content
    after = dict(counts, alice=counts['alice'] + 1, bob=counts['bob'] + 1)
    assert bench.counts() == after, bench.counts()


def sends_nothing_when_all_are_refused(bench):
    result = bench.probe_to('nobody', 'someone@elsewhere.test', arguments=bench.message(CONTENTS['300 kB']))
    result.expect('refused', 'mailbox-unknown', TO_RCPT + ':refused RCPT:refused' + END)
    assert [each[1] for each in result.recipients] == ['refused', 'refused'], result.recipients
    # None accepted, but one of them may be later.
    result = bench.probe_to('later', 'nobody', arguments=bench.message(CONTENTS['300 kB']))
    result.expect('partial', 'mailbox-unknown', TO_RCPT + ':deferred RCPT:refused' + END)
    result = bench.probe_to('later', 'full', arguments=bench.message(CONTENTS['300 kB']))
    result.expect('later', 'greylisted', TO_RCPT + ':deferred RCPT:deferred' + END)
    for logged in bench.ends(3):
        assert bench.manner.log_of_quit in logged and 'data=' not in logged, logged


def refuses_large_messages(bench):
    listener, limit = bench.server.small
    counts = bench.counts()
    content = HEADER + b'\r\n' + (b'y' * 98 + b'\r\n') * (limit // 90)
    result = bench.probe_to('alice', arguments=bench.message(content), listener=listener)
    result.expect('refused', 'message-too-large', TO_RCPT + ' DATA:wants-more content:refused QUIT')
    assert {'keyword': 'SIZE', 'parameters': [str(limit)], 'secure': False} in result.json['capabilities']
    assert result.recipients == [('alice', 'works', *bench.manner.accepted)], result.recipients
    step = result.step('content')
    assert (step['reply']['code'], step['reply']['enhanced']) == bench.manner.too_large, step
    assert step['sent_bytes'] == len(content) + 3, step
    assert bench.counts() == counts


def refuses_by_greeting(bench):
    result = bench.probe_to('alice', listener='refuse')
    result.expect('refused', 'refused-at-connect', 'connect greeting:refused ' + bench.manner.after_554)
    reply = result.step('greeting')['reply']
    assert (reply['code'], reply['enhanced']) == (554, '5.7.1'), reply
    assert result.recipients == [('alice', 'not-asked', None, None)], result.recipients


def is_busy(bench):
    result = bench.probe_to('alice', listener='busy')
    result.expect('later', bench.manner.busy_reason, 'connect greeting:deferred close')
    reply = result.step('greeting')['reply']
    assert (reply['code'], reply['enhanced']) == (421, '4.3.2'), reply
    assert result.recipients == [('alice', 'not-asked', None, None)], result.recipients


def limits_connections(bench):
    def probe_while_connected():
        # The connections of earlier checks may still count.
        with bench.server.connect('limited') as first:
            if not first.recv(512).startswith(b'220'):
                return None
            return bench.probe_to('alice', listener='limited')

    result = eventually(probe_while_connected, 'a first connection')
    result.expect('later', 'connection-limit', 'connect greeting:deferred close')
    reply = result.step('greeting')['reply']
    assert (reply['code'], reply['enhanced']) == bench.manner.limited, reply


def wants_full_name(bench):
    recipient = (*FROM, '--to', 'alice@example.test')
    result = bench.probe('--helo', 'short', *recipient, listener='helo')
    result.expect('refused', 'helo-refused', bench.manner.short_name)
    refused = [step for step in result.steps if step['result'] == 'refused']
    assert [(step['reply']['code'], step['reply']['enhanced']) for step in refused] == [(504, '5.5.2')], refused
    assert refused[0]['reply']['explanation']['id'] == 'helo-refused', refused
    # What it says of itself is good enough: this machine's full name or its address.
    for name in (NAME, ()):
        bench.probe(*name, *recipient, listener='helo').expect('works', 'ok', TO_RCPT + END)


def reaches_by_ipv6(bench):
    result = bench.probe(*FROM, '--to', 'alice@example.test', host='[::1]', *NAME)
    result.expect('works', 'ok', TO_RCPT + END)
    target = result.json['target']
    assert target['address'] == '::1' and re.fullmatch(r'\[::1\]:\d+', target['local']), target
    # Without brackets there is no room for a port.
    result = bench.program.probe('::1', None, '--stop-after', 'connect')
    assert result.json['outcome'] in ('works', 'unreachable'), result.json
    assert result.shape() in ('connect close', 'connect:refused'), result.shape()


def reaches_by_name(bench):
    for option, address in (('-4', '127.0.0.1'), ('-6', '::1'))[:1 + bench.server.ipv6]:
        result = bench.probe(option, *NAME, '--stop-after', 'ehlo', host='localhost')
        result.expect('works', 'ok', 'lookup connect greeting EHLO QUIT')
        assert result.json['target']['address'] == address, result.json['target']


def stops_where_told(bench):
    counts = bench.counts()
    recipient = ('--to', 'alice@example.test')
    cases = (
        ('connect', (), 'connect close', False),
        ('greeting', (), 'connect greeting QUIT', True),
        ('ehlo', (), START + ' QUIT', True),
        ('mail', (), START + ' MAIL' + END, True),
        ('rcpt', recipient, TO_RCPT + END, True),
        # Behind 354 all would be message text.
        ('data', recipient, TO_RCPT + ' DATA:wants-more close', False),
    )
    for phase, arguments, shape, properly in cases:
        bench.probe(*HELLO, *arguments, '--stop-after', phase).expect('works', 'ok', shape)
        logged, = bench.ends()
        assert (bench.manner.log_of_quit in logged) == properly, (phase, logged)
    bench.probe(*HELLO, *recipient, '--no-quit').expect('works', 'ok', TO_RCPT + ' close')
    logged, = bench.ends()
    assert bench.manner.log_of_quit not in logged, logged
    assert bench.counts() == counts, bench.counts()


def sends_test_message(bench):
    counts = bench.counts()
    result = bench.probe_to('alice', arguments=('--send',))
    result.expect('works', 'ok', TO_RCPT + ' DATA:wants-more content QUIT', True)
    arrived = bench.arrived('alice', counts)
    assert len(arrived) == result.step('content')['sent_bytes'] - 3, arrived
    for field in (b'From: <%s>' % SENDER.encode(), b'To: <alice@example.test>', b'Subject: ', b'Date: ',
                  b'Message-ID: <'):
        assert re.search(rb'(?m)^' + re.escape(field), arrived), (field, arrived)
    logged, = bench.ends()
    assert bench.manner.log_of_quit in logged, logged


def delivers(bench, content):
    counts, text = bench.counts(), as_sent(content)
    result = bench.probe_to('alice', arguments=bench.message(content))
    result.expect('works', 'ok', TO_RCPT + ' DATA:wants-more content QUIT', True)
    step = result.step('content')
    assert step['sent_bytes'] == len(with_dots(text)), (step, len(with_dots(text)))
    arrived = bench.arrived('alice', counts)
    at = len(os.path.commonprefix((arrived, text)))
    assert arrived == text, 'at byte %d %r arrived instead of %r' % (
        at, arrived[max(at - 20, 0):at + 20], text[max(at - 20, 0):at + 20])


def gets_incomplete_messages(bench):
    shape = TO_RCPT + ' DATA:wants-more content QUIT'
    counts = bench.counts()
    result = bench.probe_to('alice', arguments=bench.message(b''))
    result.expect('works', 'ok', shape, True)
    assert result.step('content')['sent_bytes'] == len(b'.\r\n'), result.step('content')
    arrived = bench.arrived('alice', counts)
    assert re.fullmatch(bench.manner.for_nothing, arrived), arrived

    counts = bench.counts()
    result = bench.probe_to('alice', arguments=bench.message(HEADER))
    result.expect('works', 'ok', shape, True)
    assert bench.arrived('alice', counts) == HEADER + bench.manner.after_header

    counts = bench.counts()
    result = bench.probe_to('alice', arguments=bench.message(b'no header\r\n.\r\n'))
    assert result.step('content')['sent_bytes'] == len(b'no header\r\n..\r\n.\r\n'), result.step('content')
    if bench.manner.before_text is None:
        result.expect('refused', 'message-malformed', shape.replace('content', 'content:refused'))
        assert bench.counts() == counts
    else:
        result.expect('works', 'ok', shape, True)
        assert bench.arrived('alice', counts) == bench.manner.before_text + b'no header\r\n.\r\n'


def shows_capabilities(bench):
    with bench.server.connect() as connection, connection.makefile('rwb', 0) as lines:
        lines.readline()
        lines.write(b'EHLO client.test\r\n')
        raw = [lines.readline()]
        while raw[-1][3:4] == b'-':
            raw.append(lines.readline())
        lines.write(b'QUIT\r\n')
        lines.readline()
    expected = []
    for line in raw[1:]:
        keyword, *parameters = line[4:].decode('ascii').split()
        expected.append({'keyword': keyword, 'parameters': parameters, 'secure': False})
    result = bench.probe(*NAME, '--stop-after', 'ehlo')
    assert len(expected) > 3 and result.json['capabilities'] == expected, result.json['capabilities']
    assert raw_of(result.steps[2]) == b''.join(raw), result.steps[2]


def tells_the_truth(bench, piecewise):
    content = CONTENTS['lines beginning with dots']
    with Recorder(bench.server.port(), piecewise) as recorder:
        arguments = bench.message(content)
        for each in ('alice', 'nobody', 'later', 'someone@elsewhere.test', 'bob'):
            arguments += ('--to', each if '@' in each else each + '@' + mta.DOMAIN)
        result = bench.program.probe('127.0.0.1', recorder.port, *HELLO, *arguments)
    result.expect('partial', 'mailbox-unknown', TO_RCPT + ' RCPT:refused RCPT:deferred RCPT:refused RCPT '
                  'DATA:wants-more content QUIT', True)
    assert result.raw() == recorder.from_server, (result.raw(), recorder.from_server)
    assert result.json['target']['port'] == recorder.port
    sent = b''.join(with_dots(as_sent(content)) if step['kind'] == 'content' else step['sent'].encode() + b'\r\n'
                    for step in result.steps if step['sent'])
    assert sent == recorder.from_client, (sent, recorder.from_client)
    assert sum(step['sent_bytes'] for step in result.steps) == len(sent)


CHECKS = (
    # These count the ends of connections.
    ('sees a proper end wherever the run stops', stops_where_told),
    ('gets the test message', sends_test_message),
    ('gets no message when it accepted none', sends_nothing_when_all_are_refused),
    # These do not.
    ('accepts a recipient', accepts),
    ('takes the null sender', takes_null_sender),
    ('denies relaying', denies_relaying),
    ('knows no such user', knows_no_such_user),
    ('defers recipients', defers),
    ('gets a message for the recipients it accepted', sends_to_those_accepted),
    ('refuses a too large message', refuses_large_messages),
    ('refuses by greeting', refuses_by_greeting),
    ('is too busy', is_busy),
    ('insists on a full name', wants_full_name),
    ('is reached by name', reaches_by_name),
    ('gets incomplete messages', gets_incomplete_messages),
    ('has the capabilities that are shown', shows_capabilities),
)


def check_running(tap, bench):
    """Makes all the checks of one server."""
    name = bench.server.name
    for title, check in CHECKS:
        tap.check('%s %s' % (name, title), check, bench)
    if bench.server.ipv6:
        tap.check(name + ' is reached by IPv6', reaches_by_ipv6, bench)
    else:
        tap.skip(name + ' is reached by IPv6', 'no IPv6 here')
    if 'limited' in bench.server.listeners:
        tap.check(name + ' takes one connection', limits_connections, bench)
    for title, content in CONTENTS.items():
        tap.check('%s gets %s' % (name, title), delivers, bench, content)
    tap.check(name + ' said and got what is shown', tells_the_truth, bench, False)
    tap.check(name + ' said so byte by byte', tells_the_truth, bench, True)


def main():
    """Checks the program, the first argument, with the servers named after it."""
    if len(sys.argv) < 2:
        sys.exit('usage: dialogues.py PROGRAM [NAME...]')
    program = Program(os.path.abspath(sys.argv[1]))

    def check_server(tap, name):
        with tempfile.TemporaryDirectory(prefix='smtp-probe-dialogues-') as folder:
            with_server(tap, name, lambda tap, server: check_running(tap, Bench(server, program, folder)))

    return run(sys.argv[2:], check_server)


if __name__ == '__main__':
    sys.exit(main())
