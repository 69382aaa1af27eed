#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs smtp-probe-cli against real servers with TLS: what it reports, what they log, what arrives.

    tls.py PROGRAM MAKE_PKI [NAME...]

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
import dialogues
import mta
from authority import HOST, Authority, why_unavailable
from contents import CONTENTS, as_sent, with_dots
from dialogues import NAME
from facts import PROTOCOLS, SClient, registered_name
from probe import Program
from recorder import Recorder
from tap import run, with_server

UP_TO_TLS = 'connect greeting EHLO STARTTLS handshake'
STARTTLS = UP_TO_TLS + ' EHLO'
ON_CONNECT = 'connect handshake greeting EHLO'
CLEAR = 'connect greeting EHLO'
RECIPIENT = ' MAIL RCPT RSET QUIT'
MESSAGE = ' MAIL RCPT DATA:wants-more content QUIT'

# Listener: how encryption begins there, and what is done until the server knows the client.
WAYS = {'starttls': ('starttls-required', STARTTLS), 'smtps': ('tls', ON_CONNECT)}

# Long enough for a busy machine; nobody waits for it to pass but where it is said.
PATIENCE = ('--timeout', '30')


class Manner:
    """How a server does things."""

    def __init__(self, **values):
        # MAIL without encryption; what a client without certificate gets at the next command, or instead of the greeting.
        self.insists = self.asks = None
        # The alert when there is no common version.
        self.no_version = None
        # What it offers only inside TLS.
        self.only_inside = set()
        self.__dict__.update(values)


MANNERS = {
    'postfix': Manner(insists=(530, '5.7.0'), asks=('later', 'client-certificate-required', 'deferred'),
                      no_version='protocol_version (70)'),
    'exim': Manner(insists=(550, '5.7.1'), asks=('broken', 'tls-alert', 'broken'), only_inside={'AUTH'},
                   no_version='handshake_failure (40)'),
}


class Bench(dialogues.Bench):
    """A running server with certificates, and the program that probes it."""

    def __init__(self, server, program, folder, authority):
        super().__init__(server, program, folder)
        self.authority = authority
        self.tls_manner = MANNERS.get(server.name)

    def trust(self):
        """Returns the arguments with which the server's certificate is good."""
        return ('--ca-file', self.authority.path('ca.pem'), '--verify-name', HOST)

    def client(self):
        """Returns the arguments that give a client certificate."""
        return ('--cert', self.authority.path('client.pem'), '--key', self.authority.path('client.key'))

    def probe_tls(self, listener, *arguments, security=None):
        """Probes a listener for alice, as it wants encryption to begin or by SECURITY; returns a Result."""
        security = security or ('tls' if 'smtps' in listener else 'starttls')
        return self.probe_to('alice', listener=listener, arguments=(
            '--security', security, *self.trust(), *PATIENCE, *arguments))


def keywords(result, secure):
    """Returns what the server offers inside TLS, or before."""
    return [each['keyword'] for each in result.json['capabilities'] if each['secure'] == secure]


def works(bench, way):
    security, hello = WAYS[way]
    result = bench.probe_tls(way, security=security)
    result.expect('works', 'ok', hello + RECIPIENT)
    told = result.json
    assert told['target']['security'] == security, told['target']
    tls = told['tls']
    assert tls['faults'] == [] and tls['trusted'] and tls['verify_name'] == HOST, tls
    assert tls['version'] == 'TLS1.3' and not tls['client_certificate_asked'], tls
    assert tls['chain'][0]['names'][0] == 'DNS:' + HOST and len(tls['chain']) == 2, tls
    assert told['findings'][0]['id'] == 'encrypted', told['findings']
    # By itself the best is done that the server offers.
    if way == 'starttls':
        bench.probe_to('alice', arguments=(*bench.trust(), *PATIENCE), listener=way).expect(
            'works', 'ok', hello + RECIPIENT)


def stops_behind_tls(bench):
    result = bench.probe(*NAME, '--security', 'starttls', '--stop-after', 'starttls', *bench.trust(), listener='starttls')
    result.expect('works', 'ok', STARTTLS + ' QUIT')
    result = bench.probe(*NAME, '--security', 'starttls', '--stop-after', 'ehlo', *bench.trust(), listener='starttls')
    assert result.json['outcome'] == 'works' and result.shape().startswith(CLEAR), result.shape()
    result = bench.probe(*NAME, '--security', 'tls', '--stop-after', 'greeting', *bench.trust(), listener='smtps')
    result.expect('works', 'ok', 'connect handshake greeting QUIT')


def agrees_with_openssl(bench, way):
    """Chain, protocol and cipher as OpenSSL's client sees them; with TLS 1.2 the server has the choice."""
    begin = ('-starttls', 'smtp', '-name', 'client.test') if way == 'starttls' else ()
    for version, name, cipher, groups in (
            ('-tls1_3', '1.3', ('-ciphersuites', 'TLS_AES_128_GCM_SHA256'), 'NORMAL:-CIPHER-ALL:+AES-128-GCM'),
            ('-tls1_2', '1.2', ('-cipher', 'ECDHE-ECDSA-CHACHA20-POLY1305'), 'NORMAL:-CIPHER-ALL:+CHACHA20-POLY1305')):
        seen = SClient(bench.server.port(way), *begin, version, *cipher, '-groups', 'P-256')
        tls = bench.probe_tls(way, '--tls-min', name, '--tls-max', name, '--priority',
                              groups + ':-GROUP-ALL:+GROUP-SECP256R1').json['tls']
        assert tls['version'] == PROTOCOLS[version.replace('-tls1_', 'TLSv1.')], tls
        seen.compare(tls)


def shows_capabilities(bench):
    result = bench.probe_tls('starttls')
    before, inside = keywords(result, False), keywords(result, True)
    only_inside = bench.tls_manner.only_inside
    assert before and inside and 'STARTTLS' in before and 'STARTTLS' not in inside, (before, inside)
    assert set(inside) - set(before) == only_inside and not set(before) - set(inside) - {'STARTTLS'}, (before, inside)
    changed = [each for each in result.json['findings'] if each['id'] == 'capabilities-changed']
    assert [each['text'] for each in changed] == ['Offered only inside TLS: %s.' % each for each in only_inside], changed
    clear, secure = (step['reply']['lines'] for step in result.steps if step['sent'] == 'EHLO client.test')
    assert [line[4:].split()[0] for line in clear[1:]] == before, clear
    assert [line[4:].split()[0] for line in secure[1:]] == inside, secure
    # With TLS on connect there is no before.
    result = bench.probe_tls('smtps')
    assert keywords(result, False) == [] and 'STARTTLS' not in keywords(result, True), result.json['capabilities']


def stays_in_clear(bench):
    result = bench.probe_tls('starttls', security='none')
    result.expect('works', 'ok', CLEAR + RECIPIENT)
    assert result.json['tls'] is None and keywords(result, True) == [], result.json
    assert 'AUTH' not in keywords(result, False), result.json['capabilities']


def insists_on_encryption(bench):
    result = bench.probe_tls('encrypt', security='none')
    result.expect('refused', 'tls-required', CLEAR + ' MAIL:refused QUIT')
    reply = result.step_of('MAIL')['reply']
    assert (reply['code'], reply['enhanced']) == bench.tls_manner.insists, reply
    explanation = reply['explanation']
    assert explanation['id'] == 'tls-required' and explanation['actor'] == 'you', explanation
    assert 'STARTTLS' in result.json['next'] and 'encrypted' in result.json['verdict'], result.json
    bench.probe_tls('encrypt').expect('works', 'ok', STARTTLS + RECIPIENT)


def speaks_one_version(bench):
    assert bench.probe_tls('tls12').json['tls']['version'] == 'TLS1.2'
    result = bench.probe_tls('tls12', '--tls-min', '1.3')
    result.expect('broken', 'tls-alert', UP_TO_TLS + ':broken close')
    assert bench.tls_manner.no_version in result.json['verdict'] and 'version' in result.json['next'], result.json


def asks_for_certificate(bench):
    outcome, reason, word = bench.tls_manner.asks
    for listener, hello in (('asks', STARTTLS), ('asks-smtps', 'connect handshake greeting')):
        result = bench.probe_tls(listener)
        result.expect(outcome, reason, '%s:%s close' % (hello, word))
        told = result.json
        assert told['tls']['client_certificate_asked'] and not told['tls']['client_certificate_sent'], told['tls']
        assert 'client-certificate-asked' in [each['id'] for each in told['findings']], told['findings']
        assert 'The server wants a client certificate and got none' in told['verdict'], told['verdict']
        assert told['next'] == 'Give a client certificate and its key.', told['next']
    for listener, hello in (('asks', STARTTLS), ('asks-smtps', ON_CONNECT)):
        result = bench.probe_tls(listener, *bench.client())
        result.expect('works', 'ok', hello + RECIPIENT)
        assert result.json['tls']['client_certificate_sent'], result.json['tls']
    # One that it does not trust is sent all the same, and named as the cause.
    result = bench.probe_tls('asks', '--cert', bench.authority.path('selfsigned.pem'), '--key',
                             bench.authority.path('selfsigned.key'))
    assert result.json['outcome'] in ('broken', 'later') and result.json['tls']['client_certificate_sent'], result.json
    assert 'client certificate' in result.json['verdict'] or 'unknown' in result.json['verdict'], result.json['verdict']
    assert 'got none' not in result.json['verdict'], result.json['verdict']


def ends_if_strict(bench):
    result = bench.probe_tls('selfsigned')
    result.expect('works', 'ok', STARTTLS + RECIPIENT)
    fault, = result.json['tls']['faults']
    assert fault['id'] == 'self-signed' and result.json['tls']['trusted'] is False, fault
    assert result.json['verdict'].endswith('A strict client would have hung up: ' + fault['text']), result.json['verdict']
    result = bench.probe_tls('selfsigned', '--strict-tls')
    result.expect('broken', 'certificate-rejected', UP_TO_TLS + ':refused close')
    assert result.json['verdict'].endswith(fault['text']) and result.json['next'], result.json
    bench.probe_tls('starttls', '--strict-tls').expect('works', 'ok', STARTTLS + RECIPIENT)
    # With the name of an unknown machine the same certificate is bad.
    result = bench.probe_tls('starttls', '--verify-name', 'other.test', '--strict-tls')
    result.expect('broken', 'certificate-rejected', UP_TO_TLS + ':refused close')


def is_met_in_the_wrong_way(bench):
    """TLS where clear text is spoken, and clear text where TLS is."""
    result = bench.probe_tls('mx', security='tls')
    result.expect('broken', 'plain-text-on-tls', 'connect handshake:broken close')
    assert '465' in result.json['verdict'] and 'STARTTLS' in result.json['next'], result.json
    assert result.step('handshake')['reply']['code'] == 220, result.step('handshake')

    result = bench.probe_tls('mx', security='starttls-required')
    result.expect('broken', 'starttls-not-offered', CLEAR + ' handshake:skipped QUIT')
    assert '465' in result.json['next'], result.json['next']

    result = bench.probe_tls('mx', security='starttls')
    result.expect('works', 'ok', CLEAR + RECIPIENT)
    assert [each['id'] for each in result.json['findings']] == ['starttls-not-offered'], result.json['findings']

    # Both wait for the other side to begin: this takes as long as it may, and not longer.
    result = bench.probe_tls('smtps', '--timeout', '1', security='none')
    assert (result.json['outcome'], result.json['reason'], result.status) == ('broken', 'timeout', 7), result.json
    assert 'expect TLS from the first byte (port 465 does)' in result.json['verdict'], result.json['verdict']


def delivers(bench, way, content):
    security, hello = WAYS[way]
    counts, text = bench.counts(), as_sent(content)
    result = bench.probe_tls(way, *bench.message(content), security=security)
    result.expect('works', 'ok', hello + MESSAGE, True)
    step = result.step('content')
    assert step['secure'] and step['sent_bytes'] == len(with_dots(text)), (step, len(with_dots(text)))
    arrived = bench.arrived('alice', counts)
    at = len(os.path.commonprefix((arrived, text)))
    assert arrived == text, 'at byte %d %r arrived instead of %r' % (
        at, arrived[max(at - 20, 0):at + 20], text[max(at - 20, 0):at + 20])


def nothing_in_clear(bench, way, piecewise):
    """What passes is TLS from where it begins, in whatever pieces it comes."""
    security, hello = WAYS[way]
    counts, content = bench.counts(), CONTENTS['300 kB']
    with Recorder(bench.server.port(way), piecewise) as recorder:
        result = bench.program.probe(
            '127.0.0.1', recorder.port, *dialogues.HELLO, '--security', security, *bench.trust(), *PATIENCE, '--to',
            'alice@example.test', *bench.message(content))
    result.expect('works', 'ok', hello + MESSAGE, True)
    assert bench.arrived('alice', counts) == content
    sent, came = bytes(recorder.from_client), bytes(recorder.from_server)
    clear = b'EHLO client.test\r\nSTARTTLS\r\n' if way == 'starttls' else b''
    assert sent.startswith(clear) and not re.search(rb'MAIL|RCPT|alice|x{50}', sent[len(clear):]), sent[:200]
    # The last thing said is TLS's own good-bye.
    for stream, start in ((sent, len(clear)), (came, sum(len(line) + 2 for step in result.steps if not step['secure']
                                                         for line in (step['reply'] or {'lines': ()})['lines']))):
        records = []
        while start < len(stream):
            assert stream[start] in (20, 21, 22, 23) and stream[start + 1] == 3, stream[start:start + 20]
            records.append(stream[start])
            start += 5 + int.from_bytes(stream[start + 3:start + 5], 'big')
        assert start == len(stream) and len(records) > 4, records


def logs_the_session(bench):
    """Postfix notes what it has agreed on; that is what the program shows."""
    before = len(bench.server.log())
    tls = bench.probe_tls('starttls').json['tls']
    logged = re.search(r'TLS connection established from \S+ (TLS\S+) with cipher (\S+) .*key-exchange (.*) '
                       r'server-signature (.*) server-digest (\S+)', bench.server.log()[before:])
    protocol, cipher, exchange, signature, digest = logged.groups()
    assert tls['version'] == PROTOCOLS[protocol] and tls['cipher'] == registered_name(cipher), (tls, logged.group())
    curves = {'prime256v1': 'SECP256R1'}
    assert exchange == 'ECDHE (prime256v1)' and tls['group'] == 'SECP256R1', (tls, exchange)
    kind, curve = re.fullmatch(r'(\w+) \((\w+)\)', signature).groups()
    assert tls['signature'] == '%s-%s-%s' % (kind, curves[curve], digest), (tls, signature, digest)


def fails_inside(bench):
    """OpenSMTPD of Debian 12: the fault is the server's, and is named so."""
    for listener, shape in (('starttls', UP_TO_TLS), ('encrypt', UP_TO_TLS), ('smtps', 'connect handshake')):
        for arguments in ((), ('--tls-max', '1.2')):
            result = bench.probe_tls(listener, *arguments)
            result.expect('broken', 'tls-alert', shape + ':broken close')
            told = result.json
            assert 'internal_error (80)' in told['verdict'], told['verdict']
            assert 'the fault is on its side' in told['verdict'] and 'OpenSMTPD' in told['next'], told
            assert told['tls'] is None and result.recipients == [('alice', 'not-asked', None, None)], told
    result = bench.probe_tls('encrypt', security='none')
    result.expect('refused', 'tls-required', CLEAR + ' MAIL:refused QUIT')
    bench.probe_tls('starttls', security='none').expect('works', 'ok', CLEAR + RECIPIENT)


CHECKS = (
    ('offers STARTTLS, and it works', works, 'starttls'),
    ('has TLS on connect, and it works', works, 'smtps'),
    ('is left behind the handshake', stops_behind_tls),
    ('is seen by OpenSSL in the same way, by STARTTLS', agrees_with_openssl, 'starttls'),
    ('is seen by OpenSSL in the same way, on connect', agrees_with_openssl, 'smtps'),
    ('says what it can do before and inside TLS', shows_capabilities),
    ('is asked in clear where that is wanted', stays_in_clear),
    ('insists on encryption', insists_on_encryption),
    ('speaks only TLS 1.2', speaks_one_version),
    ('asks for a client certificate', asks_for_certificate),
    ('is left at once with a bad certificate, if strict', ends_if_strict),
    ('is met in the wrong way', is_met_in_the_wrong_way),
    ('gets nothing in clear behind STARTTLS', nothing_in_clear, 'starttls', False),
    ('gets nothing in clear on connect', nothing_in_clear, 'smtps', True),
)

# Over TLS on connect only what is new there: nothing before TLS, and messages of several records.
ON_CONNECT_CONTENTS = ('lines beginning with dots', 'every byte with the eighth bit', 'a dot at the seam of two pieces')


def check_running(tap, bench):
    """Makes all the checks of one server."""
    name = bench.server.name
    if bench.tls_manner is None:
        tap.check(name + ' fails inside, and that is said', fails_inside, bench)
        return
    for title, check, *arguments in CHECKS:
        tap.check('%s %s' % (name, title), check, bench, *arguments)
    if name == 'postfix':
        tap.check(name + ' logs the session that is shown', logs_the_session, bench)
    for title, content in CONTENTS.items():
        tap.check('%s gets by STARTTLS %s' % (name, title), delivers, bench, 'starttls', content)
    for title in ON_CONNECT_CONTENTS:
        tap.check('%s gets on connect %s' % (name, title), delivers, bench, 'smtps', CONTENTS[title])


def main():
    """Checks the program, the first argument, with the servers named after the second, which makes certificates."""
    if len(sys.argv) < 3:
        sys.exit('usage: tls.py PROGRAM MAKE_PKI [NAME...]')
    program = Program(os.path.abspath(sys.argv[1]))
    with tempfile.TemporaryDirectory(prefix='smtp-probe-tls-') as folder:
        authority = Authority(folder, os.path.abspath(sys.argv[2]))

        def check_server(tap, name):
            if why_unavailable():
                raise mta.Unavailable(why_unavailable())
            with_server(tap, name, lambda tap, server: check_running(
                tap, Bench(server, program, folder, authority)), certificates=folder)

        return run(sys.argv[3:], check_server)


if __name__ == '__main__':
    sys.exit(main())
