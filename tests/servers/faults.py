#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs smtp-probe-cli against openssl s_server: each fault of a certificate, each oddity of a session, each alert.

    faults.py PROGRAM MAKE_PKI

What is reported is compared with what OpenSSL and certtool say of the same server.  Prints TAP; needs no root.
"""

import os
import re
import stat
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

# pylint: disable=wrong-import-position
from authority import HOST, Authority, run, why_unavailable
from facts import PROTOCOLS, SClient, compare_chain, opinion, registered_name
from probe import Program
from sserver import AlertServer, SServer, alert
from tap import Tap

TO_RCPT = 'connect handshake greeting EHLO MAIL RCPT RSET QUIT'
HELLO = ('--helo', 'client.test', '--from', 'sender@outside.test', '--to', 'alice@example.test', '--security', 'tls')

# Debian's OpenSSL would not use weak things by itself.
WEAK = ('-cipher', 'ALL:@SECLEVEL=0')
DAY = r'\d{4}-\d\d-\d\d \d\d:\d\d UTC'

# Chain: the faults that are to be found with their sentences, the worst first; the errors that openssl verify finds.
CHAINS = {
    'good': ((), set()),
    'rooted': ((), set()),
    'wildcard': ((), set()),
    'cnonly': ((), set()),
    'expired': ((('expired', "The server's certificate expired on " + DAY + r', 1 day ago\.'),), {10}),
    'notyet': ((('not-yet-valid', "The server's certificate is not valid before " + DAY + r'\.'),), {9}),
    'wrongname': ((('name-mismatch', r'The certificate is not for mail\.example\.test\. These names are in it: '
                    r'other\.example\.test\.'),), {62}),
    'expiredwrongname': ((('name-mismatch', '.*other.*'), ('expired', '.* 1 day ago.')), {62}),
    'selfsigned': ((('self-signed', "The server's certificate is signed by itself.*"),), {18}),
    'unknownca': ((('unknown-authority', r'.* not trusted here: .*CN=Stranger Root.*'),), {19}),
    'nointermediate': ((('missing-intermediate', r'.* authority .*CN=Test Intermediate.* was not sent .*'),), {20}),
    'wrongorder': ((('wrong-order', 'The certificates were not sent as they should be.*'),), set()),
    'unrelated': ((('wrong-order', 'The certificates were not sent as they should be.*'),), set()),
    'weakkey': ((('weak-key', "The server's certificate has a weak key: RSA 1024."),), {66}),
    'sha1': ((('weak-signature', '.* a weak algorithm: ECDSA-SHA1.'),), {68}),
    'clientonly': ((('wrong-purpose', '.* not made for TLS servers, but for: clientAuth.'),), {26}),
    # OpenSSL leaves it to others to look at this.
    'muststaple': ((('staple-missing', '.* demands a stapled OCSP answer, .*'),), set()),
    'badsignature': ((('bad-signature', '.* was not signed by the authority that it names.'),), {7}),
    'notaca': ((('not-a-ca', '.*'),), {26, 32, 79}),
    'forbidden': ((('constraints-violated', '.* breaks a limit .*'),), {47}),
}

# For these no client hangs up.
TOLERATED = ('wrong-order',)

# RFC 8446 section 6, and what older versions had beyond it.
ALERTS = {
    10: 'unexpected_message', 20: 'bad_record_mac', 21: 'decryption_failed', 22: 'record_overflow',
    30: 'decompression_failure', 40: 'handshake_failure', 41: 'no_certificate', 42: 'bad_certificate',
    43: 'unsupported_certificate', 44: 'certificate_revoked', 45: 'certificate_expired', 46: 'certificate_unknown',
    47: 'illegal_parameter', 48: 'unknown_ca', 49: 'access_denied', 50: 'decode_error', 51: 'decrypt_error',
    60: 'export_restriction', 70: 'protocol_version', 71: 'insufficient_security', 80: 'internal_error',
    86: 'inappropriate_fallback', 90: 'user_canceled', 109: 'missing_extension', 110: 'unsupported_extension',
    112: 'unrecognized_name', 113: 'bad_certificate_status_response', 115: 'unknown_psk_identity',
    116: 'certificate_required', 120: 'no_application_protocol', 199: 'alert',
}

TLS13 = ('-tls1_3', '-ciphersuites')
TLS12 = ('-tls1_2', '-cipher')

# What a session is like: chain, root, options of the server, more findings that are to be made of it.
SESSIONS = {
    'TLS 1.3 with P-384': ('good', 'ca', (*TLS13, 'TLS_AES_128_GCM_SHA256', '-groups', 'P-384'), set()),
    'TLS 1.3 with X25519': ('rsa', 'other', (*TLS13, 'TLS_CHACHA20_POLY1305_SHA256', '-groups', 'X25519'), set()),
    'TLS 1.2 with ECDHE-ECDSA':
        ('good', 'ca', (*TLS12, 'ECDHE-ECDSA-AES256-GCM-SHA384', '-groups', 'P-256'), set()),
    'TLS 1.2 with ECDHE-RSA': ('rsa', 'other', (*TLS12, 'ECDHE-RSA-AES128-GCM-SHA256', '-groups', 'X25519'), set()),
    'TLS 1.2 without forward secrecy': ('rsa', 'other', (*TLS12, 'AES128-GCM-SHA256'), {'no-forward-secrecy'}),
    'TLS 1.2 with a small group':
        ('rsa', 'other', (*TLS12, 'DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0', '-dhparam', 'small.pem'),
         {'weak-key-exchange'}),
    'TLS 1.1 only': ('rsa', 'other', ('-tls1_1', '-cipher', 'ECDHE-RSA-AES256-SHA:@SECLEVEL=0', '-groups', 'P-256'),
                     {'old-tls-version'}),
    'TLS 1.0 only': ('rsa', 'other', ('-tls1', '-cipher', 'AES128-SHA:@SECLEVEL=0'),
                     {'old-tls-version', 'no-forward-secrecy'}),
}


class Bench:
    """The program, and certificates for servers that it probes."""

    def __init__(self, program, authority):
        self.program = program
        self.authority = authority

    def serve(self, name, *options):
        """Returns a server that sends the chain NAME as it is."""
        first, rest = self.authority.parts(name)
        return SServer(first, self.authority.path(name + '.key'), *(('-cert_chain', rest) if rest else ()), *options)

    def trust(self, name='ca', host=HOST):
        """Returns the arguments that trust the root NAME and look for HOST."""
        return ('--ca-file', self.authority.path(name + '.pem'), '--verify-name', host)

    def probe(self, port, *arguments):
        """Probes a port as far as RCPT; returns a Result."""
        return self.program.probe('127.0.0.1', port, *HELLO, *arguments)


def ids(items):
    """Returns the ids of faults or findings."""
    return [each['id'] for each in items]


def finds_faults(bench, name):
    faults, errors = CHAINS[name]
    with bench.serve(name, *WEAK) as server:
        result = bench.probe(server.port, *bench.trust())
        text = bench.program.text('127.0.0.1', server.port, *HELLO, *bench.trust())
        server.commands.clear()
        strict = bench.probe(server.port, '--strict-tls', *bench.trust())
        asked = list(server.commands)
        seen = SClient(server.port)
    result.expect('works', 'ok', TO_RCPT)
    tls = result.json['tls']
    assert ids(tls['faults']) == [each[0] for each in faults], tls['faults']
    for fault, (_id, sentence) in zip(tls['faults'], faults):
        assert re.fullmatch(sentence, fault['text']), fault['text']
        finding, = (each for each in result.json['findings'] if each['id'] == fault['id'])
        assert finding['text'] == fault['text'] and finding['advice'], finding
        assert finding['severity'] == ('warning' if fault['id'] in TOLERATED else 'error'), finding
        assert finding['steps'] == [1] and fault['text'] in text, text
    is_rejected = bool(set(ids(tls['faults'])) - set(TOLERATED))
    assert tls['strict'] == ('A strict client would have hung up: ' + tls['faults'][0]['text'] if is_rejected else None)
    verdict, = (line for line in text.splitlines() if line.startswith('Verdict:'))
    assert verdict.endswith(result.json['verdict']), (verdict, result.json['verdict'])
    assert is_rejected == ('A strict client would have hung up: ' in verdict), verdict
    compare_chain(tls, seen.chain)

    assert opinion(bench.authority, name, 'ca.pem', host=HOST) == errors
    if ids(tls['faults']) != ['staple-missing']:
        assert tls['trusted'] == (not errors), tls
    ends_if_strict(strict, asked, is_rejected)


def ends_if_strict(result, asked, is_rejected):
    """Asserts that a strict run ended before anything was asked, if it is to be so."""
    if not is_rejected:
        result.expect('works', 'ok', TO_RCPT)
        return
    result.expect('broken', 'certificate-rejected', 'connect handshake:refused close')
    assert not asked, asked
    assert result.recipients == [('alice', 'not-asked', None, None)], result.recipients
    assert result.json['verdict'] == 'Ended because of the certificate, as asked. ' + \
        result.json['tls']['faults'][0]['text'], result.json['verdict']
    assert result.json['next'] == result.json['findings'][0]['advice'], result.json['next']


def looks_for_names(bench):
    with bench.serve('good') as server:
        for name in (HOST, HOST.upper(), 'localhost', '127.0.0.1', '::1'):
            assert bench.probe(server.port, *bench.trust(host=name)).json['tls']['faults'] == [], name
        # What is sent is a name, with or without certificate for it; by itself it is HOST, which is an address here.
        tls = bench.probe(server.port, *bench.trust(host='other.test'), '--sni', HOST).json['tls']
        assert ids(tls['faults']) == ['name-mismatch'] and tls['sni'] == HOST and tls['verify_name'] == 'other.test', tls
        tls = bench.probe(server.port, '--ca-file', bench.authority.path('ca.pem')).json['tls']
        assert tls['faults'] == [] and tls['sni'] is None and tls['verify_name'] == '127.0.0.1', tls
        # Not in a file that is given, so not trusted.
        tls = bench.probe(server.port, *bench.trust('other')).json['tls']
        assert ids(tls['faults']) == ['unknown-authority'] or ids(tls['faults']) == ['missing-intermediate'], tls
    for name, host in (('wrongname', '127.0.0.1'), ('wildcard', 'a.b.example.test'), ('wildcard', 'example.test')):
        with bench.serve(name) as server:
            assert ids(bench.probe(server.port, *bench.trust(host=host)).json['tls']['faults']) == ['name-mismatch']
        assert opinion(bench.authority, name, 'ca.pem', host=host)


def reads_staples(bench):
    cases = (
        ('good', 'good.ocsp', 'ca', [], 'good'), ('good', 'revoked.ocsp', 'ca', ['revoked'], 'revoked'),
        ('good', 'stale.ocsp', 'ca', ['staple-invalid'], 'invalid'),
        ('muststaple', 'muststaple.ocsp', 'ca', [], 'good'),
        # That is about another certificate.
        ('muststaple', 'good.ocsp', 'ca', ['staple-invalid'], 'invalid'),
        # These were made by OpenSSL.
        ('rsa', 'rsa-good.ocsp', 'other', [], 'good'), ('rsa', 'rsa-revoked.ocsp', 'other', ['revoked'], 'revoked'),
    )
    for name, staple, root, faults, status in cases:
        with bench.serve(name, '-status_file', bench.authority.path(staple)) as server:
            result = bench.probe(server.port, *bench.trust(root))
            strict = bench.probe(server.port, *bench.trust(root), '--strict-tls')
        told = result.json['tls']
        assert ids(told['faults']) == faults and told['ocsp']['status'] == status, (staple, told['faults'], told['ocsp'])
        strict.expect(*(('broken', 'certificate-rejected', 'connect handshake:refused close') if faults
                        else ('works', 'ok', TO_RCPT)))
        text = run('openssl', 'ocsp', '-respin', bench.authority.path(staple), '-noverify', '-resp_text').decode()
        assert ('Cert Status: revoked' in text) == (faults == ['revoked']), text
        if status != 'invalid':
            theirs = re.search(r'This Update: \w+ +(\d+) (\S+) ', text).groups()
            ours = re.fullmatch(r'\d+-\d+-(\d+)T(\S+)Z', told['ocsp']['this_update']).groups()
            assert (int(theirs[0]), theirs[1]) == (int(ours[0]), ours[1]), (theirs, ours)
    revoked = result.json['tls']
    assert revoked['ocsp']['revoked_at'] == '2025-01-02T03:04:05Z', revoked['ocsp']
    assert 'revoked by its authority on 2025-01-02' in result.json['verdict'], result.json['verdict']


def describes_sessions(bench, name):
    chain, root, options, findings = SESSIONS[name]
    options = [bench.authority.make_small_group() if each == 'small.pem' else each for each in options]
    with bench.serve(chain, *options) as server:
        result = bench.probe(server.port, *bench.trust(root))
        protocol, cipher = server.session()
        # OpenSSL's client is asked to take what is weak, too.
        seen = SClient(server.port, '-cipher', 'ALL:@SECLEVEL=0')
    result.expect('works', 'ok', TO_RCPT)
    tls = result.json['tls']
    assert tls['version'] == PROTOCOLS[protocol] and tls['cipher'] == registered_name(cipher), (tls, protocol, cipher)
    seen.compare(tls)
    assert tls['faults'] == [], tls['faults']
    usual = {'encrypted', 'no-extended-master-secret'} if not tls['extended_master_secret'] else {'encrypted'}
    assert set(ids(result.json['findings'])) == findings | usual, result.json['findings']
    assert tls['safe_renegotiation'] and tls['extended_master_secret'] and not tls['resumed'], tls


def names_alerts(bench, number):
    with AlertServer(alert(number)) as server:
        result = bench.program.probe('127.0.0.1', server.port, *HELLO)
    result.expect('broken', 'tls-alert', 'connect handshake:broken close')
    name = '%s (%d)' % (ALERTS[number], number)
    assert 'The server ended TLS with the alert %s.' % name in result.json['verdict'], result.json['verdict']
    assert result.json['next'] and result.json['tls'] is None, result.json
    assert result.recipients == [('alice', 'not-asked', None, None)], result.recipients


def gets_alerts(bench):
    """Alerts that OpenSSL itself sends, each for its reason."""
    client = bench.authority.path('client.pem'), bench.authority.path('client.key')
    given = ('--cert', client[0], '--key', client[1])
    root = ('-CAfile', bench.authority.path('ca.pem'))
    cases = (
        (('-tls1_3',), ('--tls-max', '1.2'), 'protocol_version (70)'),
        (('-tls1_2',), ('--tls-min', '1.3'), 'protocol_version (70)'),
        (('-tls1_2', '-cipher', 'ECDHE-ECDSA-AES256-GCM-SHA384'), ('--priority', 'NORMAL:-AES-256-GCM'),
         'handshake_failure (40)'),
        (('-servername', 'else.test', '-servername_fatal', '-cert2', bench.authority.path('rsa.pem'), '-key2',
          bench.authority.path('rsa.key')), ('--sni', HOST), 'unrecognized_name (112)'),
        (('-tls1_3', '-Verify', '1', '-verify_return_error', *root), (), 'certificate_required (116)'),
        (('-tls1_2', '-Verify', '1', '-verify_return_error', *root), (), 'handshake_failure (40)'),
        # The authority of this server is not that of the client.
        (('-tls1_3', '-Verify', '1', '-verify_return_error', '-CAfile', bench.authority.path('other.pem')), given,
         'unknown_ca (48)'),
    )
    for options, arguments, name in cases:
        with bench.serve('good', *options) as server:
            result = bench.probe(server.port, *bench.trust(), *arguments)
        told = result.json
        assert (told['outcome'], told['reason']) == ('broken', 'tls-alert'), (options, told['reason'], result.shape())
        assert name in told['verdict'] and told['next'], (options, told['verdict'])
        assert not server.commands, server.commands
    # And with what it wants, it works.
    with bench.serve('good', '-Verify', '1', '-verify_return_error', *root) as server:
        tls = bench.probe(server.port, *bench.trust(), *given).json['tls']
    assert tls['client_certificate_asked'] and tls['client_certificate_sent'] and tls['faults'] == [], tls


def passes_over_warnings(bench):
    with bench.serve('good', '-tls1_2', '-servername', 'else.test', '-cert2', bench.authority.path('rsa.pem'), '-key2',
                     bench.authority.path('rsa.key')) as server:
        bench.probe(server.port, *bench.trust(), '--sni', HOST).expect('works', 'ok', TO_RCPT)


def logs_keys(bench):
    labels = {
        '-tls1_3': {'CLIENT_HANDSHAKE_TRAFFIC_SECRET', 'SERVER_HANDSHAKE_TRAFFIC_SECRET', 'CLIENT_TRAFFIC_SECRET_0',
                    'SERVER_TRAFFIC_SECRET_0', 'EXPORTER_SECRET'},
        '-tls1_2': {'CLIENT_RANDOM'},
    }
    ours = bench.authority.path('ours.keys')
    both = set()
    for version, expected in labels.items():
        theirs = bench.authority.path(version + '.keys')
        with bench.serve('good', version, '-keylogfile', theirs) as server:
            for _time in range(2):
                bench.probe(server.port, *bench.trust(), '--keylog-file', ours).expect('works', 'ok', TO_RCPT)
        with open(theirs, encoding='ascii') as file:
            secrets = {line for line in file.read().splitlines() if line and not line.startswith('#')}
        assert {line.split(' ')[0] for line in secrets} == expected, secrets
        both |= secrets
    assert stat.S_IMODE(os.stat(ours).st_mode) == 0o600, os.stat(ours)
    with open(ours, encoding='ascii') as file:
        lines = file.read().splitlines()
    for line in lines:
        assert re.fullmatch(r'[A-Z_0-9]+ [0-9a-f]{64} ([0-9a-f]{64}|[0-9a-f]{96})', line), line
    # Four runs, each with a random of its own; and what the server has noted, each secret once.
    assert len({line.split(' ')[1] for line in lines}) == 4, lines
    assert sorted(lines) == sorted(both), (lines, both)


def check_all(tap, bench):
    """Makes all the checks."""
    for name in CHAINS:
        tap.check('finds what is wrong with the chain %s, and ends there if strict' % name, finds_faults, bench, name)
    tap.check('looks for names', looks_for_names, bench)
    tap.check('reads stapled answers', reads_staples, bench)
    for name in SESSIONS:
        tap.check('describes a session: ' + name, describes_sessions, bench, name)
    for number, name in ALERTS.items():
        tap.check('names the alert %d, %s' % (number, name), names_alerts, bench, number)
    tap.check('explains what OpenSSL alerts of', gets_alerts, bench)
    tap.check('passes over a warning', passes_over_warnings, bench)
    tap.check('logs the keys that the server logs', logs_keys, bench)


def main():
    """Checks the program, the first argument, with certificates made by the second."""
    if len(sys.argv) != 3:
        sys.exit('usage: faults.py PROGRAM MAKE_PKI')
    reason = why_unavailable()
    if reason:
        print('1..0 # SKIP ' + reason)
        return 0
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix='smtp-probe-faults-') as folder:
        authority = Authority(folder, os.path.abspath(sys.argv[2]))
        authority.make_by_openssl()
        check_all(tap, Bench(Program(os.path.abspath(sys.argv[1])), authority))
    return tap.finish()


if __name__ == '__main__':
    sys.exit(main())
