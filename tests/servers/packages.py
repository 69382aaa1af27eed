# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fetches the Debian packages of mail servers without installing them.

The mail servers of Debian exclude each other and would set themselves up on
the machine, so their packages are only downloaded and unpacked, each below
CACHE/root/NAME.  What is installed, and only when missing, are the shared
libraries that their daemons name as dependencies.
"""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile

PACKAGES = {
    'postfix': ('postfix',),
    'exim': ('exim4-daemon-light',),
    'opensmtpd': ('opensmtpd',),
}

# Written last: an unpacked tree without it is incomplete.
STAMP = '.libraries'


class Unavailable(Exception):
    """A server cannot be had or run on this machine: a reason to skip."""


def default_cache():
    """Returns the folder in which fetched servers are kept."""
    own = os.environ.get('SMTP_PROBE_TESTS_CACHE')
    if own:
        return own
    base = os.environ.get('XDG_CACHE_HOME') or os.path.expanduser('~/.cache')
    return os.path.join(base, 'smtp-probe-tests')


def root_of(name, cache=None):
    """Returns the folder that holds the unpacked tree of server NAME."""
    return os.path.join(cache or default_cache(), 'root', name)


def fetch(cache=None, names=None):
    """Downloads and unpacks the servers NAMES (default: all) into CACHE.

    Does nothing for those already there, but installs missing libraries.
    Several processes may call it at once.  Raises Unavailable.
    """
    cache = cache or default_cache()
    os.makedirs(os.path.join(cache, 'root'), exist_ok=True)
    with open(os.path.join(cache, 'lock'), 'w', encoding='ascii') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        libraries = set()
        for name in names or PACKAGES:
            tree = root_of(name, cache)
            if not os.path.exists(os.path.join(tree, STAMP)):
                _unpack(cache, name, tree)
            with open(os.path.join(tree, STAMP), encoding='ascii') as stamp:
                libraries.update(stamp.read().split())
        _install(sorted(libraries))


def _unpack(cache, name, tree):
    """Puts the packages of server NAME into TREE, which appears whole."""
    shutil.rmtree(tree, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=cache) as work:
        try:
            _download(work, PACKAGES[name])
        except Unavailable:
            # The lists of packages may be absent or older than the archive.
            _apt('update')
            _download(work, PACKAGES[name])
        unpacked = os.path.join(work, 'tree')
        libraries = set()
        for archive in sorted(os.listdir(work)):
            archive = os.path.join(work, archive)
            if archive.endswith('.deb'):
                _run('dpkg-deb', '--extract', archive, unpacked)
                libraries.update(_libraries_of(archive))
        os.chmod(unpacked, 0o755)
        with open(os.path.join(unpacked, STAMP), 'w', encoding='ascii') as out:
            out.write('\n'.join(sorted(libraries)) + '\n')
        os.rename(unpacked, tree)


def _download(folder, packages):
    _apt('download', *packages, cwd=folder)


def _libraries_of(archive):
    """Returns the library packages on which the package ARCHIVE depends."""
    depends = _run('dpkg-deb', '--field', archive, 'Depends')
    names = (re.split(r'[ (|]', item.strip(), maxsplit=1)[0]
             for item in depends.split(','))
    return {name for name in names if name.startswith('lib')}


def _install(libraries):
    """Installs those of LIBRARIES that the machine lacks."""
    query = subprocess.run(
        ['dpkg-query', '--show', '--showformat',
         '${binary:Package} ${db:Status-Status}\n', *libraries],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        check=False)
    present = {line.split()[0].split(':')[0]
               for line in query.stdout.splitlines()
               if line.endswith(' installed')}
    missing = [name for name in libraries if name not in present]
    if not missing:
        return
    if os.geteuid() != 0:
        raise Unavailable('not root, and packages are missing: '
                          + ' '.join(missing))
    install = ('install', '--yes', '--no-install-recommends', *missing)
    try:
        _apt(*install)
    except Unavailable:
        _apt('update')
        _apt(*install)


def _apt(*arguments, cwd=None):
    # Without a sandbox, the download folder need not be readable for _apt.
    return _run('apt-get', '-q', '-o', 'APT::Sandbox::User=root', *arguments,
                cwd=cwd)


def _run(*command, cwd=None):
    environment = dict(os.environ, LC_ALL='C.UTF-8',
                       DEBIAN_FRONTEND='noninteractive')
    try:
        done = subprocess.run(
            command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False)
    except FileNotFoundError as error:
        raise Unavailable(str(error)) from error
    if done.returncode != 0:
        raise Unavailable('%s failed:\n%s' % (' '.join(command), done.stdout))
    return done.stdout
