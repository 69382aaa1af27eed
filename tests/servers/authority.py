# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Test certificates in a folder: those of make-pki, and some that OpenSSL makes.

make-pki writes NAME.pem and NAME.key for each of its chains, and ca.pem, the root of those that are to be trusted
(see ../support/make-pki.c).  What OpenSSL makes owes nothing to the library that the program reads certificates with.
"""

import os
import re
import shutil
import subprocess

HOST = 'mail.example.test'

_EXTENSIONS = '''
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = DNS:%s, DNS:localhost, IP:127.0.0.1, IP:::1
[request]
distinguished_name = name
[name]
''' % HOST

# RFC 2409, section 6.2: 1024 bits.
_SMALL_PRIME = (
    'FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B'
    '302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE6'
    '49286651ECE65381FFFFFFFFFFFFFFFF')


def why_unavailable():
    """Returns why no certificates can be made or looked at here, or None when they can."""
    missing = [name for name in ('openssl', 'certtool') if shutil.which(name) is None]
    if missing and os.environ.get('SMTP_PROBE_REQUIRE_SERVERS'):
        raise AssertionError('missing: ' + ', '.join(missing))
    return 'missing: ' + ', '.join(missing) if missing else None


def run(*command, given=None, status=0):
    """Runs a program that must end with STATUS, None for any; returns its standard output."""
    done = subprocess.run(command, input=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    assert status is None or done.returncode == status, (command, done.stderr.decode('utf-8', 'replace'))
    return done.stdout


def split(pem):
    """Returns the certificates in the text PEM."""
    return re.findall(r'-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n', pem, re.S)


class Authority:
    """The folder; what make-pki writes is there, the rest comes when it is asked for."""

    def __init__(self, folder, make_pki):
        self.folder = folder
        run(make_pki, folder)

    def path(self, name):
        """Returns where the file NAME is."""
        return os.path.join(self.folder, name)

    def read(self, name):
        """Returns the text of the file NAME."""
        with open(self.path(name), encoding='ascii') as file:
            return file.read()

    def write(self, name, text):
        """Writes the file NAME and returns where it is."""
        with open(self.path(name), 'w', encoding='ascii') as file:
            file.write(text)
        return self.path(name)

    def parts(self, name):
        """Splits NAME.pem; returns the paths of the server's certificate and of what follows it, None for nothing."""
        first, *rest = split(self.read(name + '.pem'))
        return (self.write(name + '-first.pem', first),
                self.write(name + '-rest.pem', ''.join(rest)) if rest else None)

    def make_by_openssl(self):
        """Makes a root, other.pem, and rsa.pem below it, with keys; and OCSP answers about it."""
        extensions = self.write('extensions', _EXTENSIONS)
        run('openssl', 'req', '-config', extensions, '-x509', '-extensions', 'root', '-newkey', 'ec', '-pkeyopt',
            'ec_paramgen_curve:secp384r1', '-nodes', '-keyout', self.path('other.key'), '-subj',
            '/C=XX/O=Other & Sons, "Ltd"/CN=Other Root', '-days', '30', '-out', self.path('other.pem'))
        run('openssl', 'req', '-config', extensions, '-newkey', 'rsa:2048', '-nodes', '-keyout', self.path('rsa.key'),
            '-subj', '/C=XX/O=Other/CN=' + HOST, '-out', self.path('rsa.csr'))
        run('openssl', 'x509', '-req', '-in', self.path('rsa.csr'), '-CA', self.path('other.pem'), '-CAkey',
            self.path('other.key'), '-extfile', extensions, '-extensions', 'leaf', '-set_serial', '0x00CAFE0123456789',
            '-days', '29', '-out', self.path('rsa.pem'))
        self._answer('rsa-good', 'V', '')
        self._answer('rsa-revoked', 'R', '250102030405Z,keyCompromise')

    def _answer(self, name, status, revoked):
        """Makes NAME.ocsp, which says of rsa.pem what its line in an index says."""
        index = self.write(name + '.index', '%s\t400101000000Z\t%s\tCAFE0123456789\tunknown\t/CN=%s\n' % (
            status, revoked, HOST))
        request, root = self.path(name + '.request'), self.path('other.pem')
        run('openssl', 'ocsp', '-issuer', root, '-cert', self.path('rsa.pem'), '-no_nonce', '-reqout', request)
        run('openssl', 'ocsp', '-index', index, '-CA', root, '-rsigner', root, '-rkey', self.path('other.key'),
            '-ndays', '7', '-reqin', request, '-respout', self.path(name + '.ocsp'))

    def make_small_group(self):
        """Makes parameters for Diffie-Hellman of 1024 bits; returns where they are."""
        text = 'asn1 = SEQUENCE:group\n[group]\np = INTEGER:0x%s\ng = INTEGER:2\n' % _SMALL_PRIME
        der = self.path('small.der')
        run('openssl', 'asn1parse', '-genconf', self.write('small.conf', text), '-noout', '-out', der)
        run('openssl', 'dhparam', '-inform', 'DER', '-in', der, '-out', self.path('small.pem'))
        return self.path('small.pem')
