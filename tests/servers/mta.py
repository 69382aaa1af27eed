#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real mail servers for tests: Postfix, Exim and OpenSMTPD on loopback.

As a module:

    import mta
    with mta.Postfix() as server:
        server.connect('small')             # a socket; port() for the number
        server.wait_message('alice')        # the bytes in the Maildir
        server.as_sent(message)             # the same without trace fields
        server.log()                        # for the report of a failure

As a command:

    mta.py fetch [NAME...]   download the servers into the cache
    mta.py start NAME [--certificates FOLDER]
                             run one until standard input is closed; prints
                             one line of JSON when it is ready
    mta.py check             say why no server can run here; silent if they can

NAME is postfix, exim or opensmtpd.  The exit status is 77 when servers are not
to be had on this machine, which test harnesses take as skipped.  Needs root,
Debian, and overlay mounts.  The listeners of each server and what it alters in
a message are told in postfix.py, exim.py and opensmtpd.py.
"""

import argparse
import json
import os
import signal
import sys

sys.dont_write_bytecode = True
sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'support'))

# pylint: disable=wrong-import-position
from cell import DOMAIN, HOSTNAME, MAILBOXES, StartError, why_unavailable
from exim import Exim
from opensmtpd import OpenSMTPD
from packages import PACKAGES, Unavailable, default_cache, fetch
from postfix import Postfix

__all__ = [
    'DOMAIN', 'HOSTNAME', 'MAILBOXES', 'SERVERS', 'Exim', 'OpenSMTPD',
    'Postfix', 'StartError', 'Unavailable', 'default_cache', 'fetch',
    'why_unavailable',
]

SERVERS = {each.name: each for each in (Postfix, Exim, OpenSMTPD)}

EXIT_SKIP = 77


def _run_until_told(name, cache, certificates):
    """Runs server NAME until standard input ends or a signal comes."""
    def leave(number, _frame):
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    with SERVERS[name](cache, certificates) as server:
        print(json.dumps(server.describe()), flush=True)
        while sys.stdin.buffer.read1(4096):
            pass


def main():
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(
        description='Real mail servers on loopback, for tests.')
    parser.add_argument('--cache', help='where the servers are kept '
                        '(default: %s)' % default_cache())
    actions = parser.add_subparsers(dest='action', required=True)
    action = actions.add_parser('fetch', help='download servers')
    action.add_argument('names', nargs='*', metavar='NAME',
                        help=' '.join(PACKAGES))
    action = actions.add_parser('start', help='run a server')
    action.add_argument('name', choices=sorted(SERVERS))
    action.add_argument('--certificates', metavar='FOLDER',
                        help='listen with TLS, too; make-pki has filled FOLDER')
    actions.add_parser('check', help='say why no server can run here')
    options = parser.parse_args()
    try:
        if options.action == 'fetch':
            unknown = set(options.names) - set(PACKAGES)
            if unknown:
                parser.error('no such server: ' + ' '.join(sorted(unknown)))
            fetch(options.cache, options.names)
        elif options.action == 'start':
            _run_until_told(options.name, options.cache, options.certificates)
        else:
            reason = why_unavailable()
            if reason:
                raise Unavailable(reason)
    except Unavailable as error:
        print(error, file=sys.stderr)
        return EXIT_SKIP
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
