# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What openssl and certtool say of the same server and the same certificates, to compare with the program's JSON."""

import base64
import calendar
import functools
import hashlib
import re
import subprocess
import time

from authority import run, split

LIMIT = 30

# How OpenSSL and the program name the same.
_KEYS = {'id-ecPublicKey': 'EC/ECDSA', 'rsaEncryption': 'RSA'}
_CURVES = {'prime256v1': 'SECP256R1', 'secp384r1': 'SECP384R1'}
_SIGNATURES = {'ecdsa-with-SHA256': 'ECDSA-SHA256', 'ecdsa-with-SHA1': 'ECDSA-SHA1', 'sha256WithRSAEncryption': 'RSA-SHA256',
               'ecdsa-with-SHA384': 'ECDSA-SHA384'}
PROTOCOLS = {'TLSv1.3': 'TLS1.3', 'TLSv1.2': 'TLS1.2', 'TLSv1.1': 'TLS1.1', 'TLSv1': 'TLS1.0'}
GROUPS = {'ECDH, prime256v1, 256 bits': ('SECP256R1', 256), 'ECDH, secp384r1, 384 bits': ('SECP384R1', 384),
          'ECDH, P-256, 256 bits': ('SECP256R1', 256), 'ECDH, P-384, 384 bits': ('SECP384R1', 384),
          'X25519, 253 bits': ('X25519', 256), 'DH, 1024 bits': (None, 1024), 'DH, 2048 bits': ('FFDHE2048', 2048)}


@functools.lru_cache(maxsize=None)
def registered_name(cipher):
    """Returns the registered name of a cipher suite that has OpenSSL's name."""
    for line in run('openssl', 'ciphers', '-stdname', 'ALL:@SECLEVEL=0').decode().splitlines():
        registered, _dash, name = line.split()[:3]
        if name == cipher:
            return registered
    raise AssertionError('no cipher suite is called ' + cipher)


def _field(text, pattern):
    return re.search(pattern, text, re.M).group(1)


def _iso(date, form):
    return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(calendar.timegm(time.strptime(date, form))))


def _with_colons(number):
    return ':'.join(re.findall('..', '0' * (len(number) % 2) + number.upper()))


@functools.lru_cache(maxsize=None)
def by_openssl(pem):
    """Returns what OpenSSL says of a certificate, with the program's names."""
    text = run('openssl', 'x509', '-subject', '-issuer', '-nameopt', 'RFC2253', '-serial', '-dates', '-fingerprint',
               '-sha256', '-pubkey', '-text', given=pem.encode()).decode()
    sha1 = run('openssl', 'x509', '-noout', '-fingerprint', '-sha1', given=pem.encode()).decode()
    names = re.search(r'Subject Alternative Name:.*\n(.*)', text)
    key = re.search('-----BEGIN PUBLIC KEY-----(.*)-----END PUBLIC KEY-----', text, re.S).group(1)
    curve = re.search(r'ASN1 OID: (\S+)', text)
    return {
        'subject': _field(text, '^subject=(.*)'), 'issuer': _field(text, '^issuer=(.*)'),
        'serial': _with_colons(_field(text, '^serial=(.*)')),
        'not_before': _iso(_field(text, '^notBefore=(.*) GMT'), '%b %d %H:%M:%S %Y'),
        'not_after': _iso(_field(text, '^notAfter=(.*) GMT'), '%b %d %H:%M:%S %Y'),
        'names': re.findall(r'(?:DNS|IP Address):[^,\s]+', names.group(1)) if names else [],
        'key_type': _KEYS[_field(text, r'Public Key Algorithm: (\S+)')],
        'key_bits': int(_field(text, r'Public-Key: \((\d+) bit\)')),
        'key_curve': _CURVES[curve.group(1)] if curve else None,
        'signature': _SIGNATURES[_field(text, r'Signature Algorithm: (\S+)')],
        'is_ca': 'CA:TRUE' in text,
        'sha256': _field(text, '^sha256 Fingerprint=(.*)'), 'sha1': _field(sha1, '=(.*)'),
        'spki_sha256': hashlib.sha256(base64.b64decode(key)).hexdigest(),
        'der': ''.join(pem.splitlines()[1:-1]),
    }


@functools.lru_cache(maxsize=None)
def by_certtool(pem):
    """Returns what certtool says of a certificate, with the program's names."""
    text = run('certtool', '--certificate-info', given=pem.encode()).decode()
    fingerprints = _field(text.replace('\n', ' '), '\tFingerprint:(.*)Public Key ID')
    return {
        'subject': _field(text, r'^\tSubject: (.*)'), 'issuer': _field(text, r'^\tIssuer: (.*)'),
        # With the byte that only keeps it from being negative.
        'serial': re.sub('^00:([89A-F])', r'\1', _with_colons(_field(text, r'Serial Number \(hex\): (\S+)'))),
        'not_before': _iso(_field(text, r'Not Before: \w+ (.*)'), '%b %d %H:%M:%S UTC %Y'),
        'not_after': _iso(_field(text, r'Not After: \w+ (.*)'), '%b %d %H:%M:%S UTC %Y'),
        'key_type': _field(text, r'Subject Public Key Algorithm: (\S+)'),
        'key_bits': int(_field(text, r'Algorithm Security Level: .*\((\d+) bits\)')),
        'signature': _field(text, r'\tSignature Algorithm: (\S+)'),
        'sha256': _with_colons(_field(fingerprints, 'sha256:(\\w+)')), 'sha1': _with_colons(_field(fingerprints, 'sha1:(\\w+)')),
        'spki_sha256': base64.b64decode(_field(text, 'pin-sha256:(\\S+)')).hex(),
    }


def _plain(names):
    """Returns alternative names as OpenSSL prints them, for it expands IPv6 addresses."""
    return [re.sub('^IP:', 'IP Address:', each).replace('IP Address:::1', 'IP Address:0:0:0:0:0:0:0:1')
            for each in names]


def compare_chain(told, pems):
    """Asserts that the JSON object TOLD, of "tls", says of each certificate what others say of PEMS."""
    assert len(told['chain']) == len(pems), (len(told['chain']), len(pems))
    for certificate, pem in zip(told['chain'], pems):
        assert certificate['malformed'] is None, certificate
        ours = dict(certificate, names=_plain(certificate['names']))
        for theirs in (by_openssl(pem), by_certtool(pem)):
            found = {key: ours[key] for key in theirs}
            assert found == theirs, '\n%r is not\n%r' % (found, theirs)


class SClient:
    """What openssl s_client sees of a server."""

    def __init__(self, port, *options):
        done = subprocess.run(
            ['openssl', 's_client', '-connect', '127.0.0.1:%d' % port, '-showcerts', *options], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LIMIT, check=False)
        text = done.stdout.decode('utf-8', 'replace')
        self.chain = split(text)
        assert self.chain, done.stderr.decode('utf-8', 'replace')
        self.protocol, self.cipher = re.search(r'^New, (\S+), Cipher is (\S+)', text, re.M).groups()
        key = re.search('^Server Temp Key: (.*)', text, re.M)
        self.group = key.group(1) if key else None
        self.verify_code = int(re.findall(r'Verif\w* (?:return code|error)?:? *(\d+)', text)[0])

    def compare(self, told):
        """Asserts that the JSON object TOLD, of "tls", says the same of session and chain."""
        compare_chain(told, self.chain)
        assert told['cipher'] == registered_name(self.cipher), (told['cipher'], self.cipher)
        group, bits = GROUPS[self.group] if self.group else (None, 0)
        assert (group is None or told['group'] == group) and told['group_bits'] == bits, (told, self.group)


def opinion(authority, name, trusted, *, host=None):
    """Returns the numbers of the errors that openssl verify finds with the chain NAME: none for a good one."""
    first, rest = authority.parts(name)
    options = ('-verify_hostname', host) if host else ('-verify_ip', '127.0.0.1')
    if rest:
        options += ('-untrusted', rest)
    text = subprocess.run(
        ['openssl', 'verify', '-no-CApath', '-no-CAstore', '-CAfile', authority.path(trusted), '-purpose', 'sslserver',
         '-auth_level', '2', *options, first], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False).stdout.decode()
    errors = {int(each) for each in re.findall(r'^error (\d+) at', text, re.M)}
    assert bool(errors) != text.endswith(': OK\n'), text
    return errors
