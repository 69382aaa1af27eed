# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests with real servers share: TAP, waiting, starting and skipping."""

import os
import sys
import time
import traceback

import mta

LIMIT = 30


class Tap:
    """Counts and prints results."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def check(self, name, test, *arguments):
        """Runs TEST, which raises when it fails."""
        self.count += 1
        try:
            test(*arguments)
            print('ok %d - %s' % (self.count, name), flush=True)
        except Exception:  # pylint: disable=broad-exception-caught
            self.failed += 1
            print('not ok %d - %s' % (self.count, name))
            for line in traceback.format_exc().splitlines():
                print('# ' + line)
            sys.stdout.flush()

    def skip(self, name, reason):
        """Counts a check that cannot be made."""
        self.count += 1
        print('ok %d - %s # SKIP %s' % (self.count, name, reason))


def eventually(condition, what):
    """Waits until CONDITION holds and returns what it returned."""
    limit = time.monotonic() + LIMIT
    while True:
        held = condition()
        if held:
            return held
        assert time.monotonic() < limit, 'waited in vain: ' + what
        time.sleep(0.01)


def with_server(tap, name, checks):
    """Runs CHECKS (tap, server) while server NAME runs; prints its log when one of them fails."""
    server = mta.SERVERS[name]()
    failed_before = tap.failed
    begun = time.monotonic()
    server.start()
    print('# %s is ready after %.2f s' % (name, time.monotonic() - begun))
    try:
        checks(tap, server)
    finally:
        if tap.failed > failed_before:
            for line in server.log().splitlines():
                print('# ' + line)
        server.stop()


def run(names, check_server):
    """Calls CHECK_SERVER (tap, name) for each of NAMES, by default all; returns the exit status.

    Where no server can run all is skipped, unless SMTP_PROBE_REQUIRE_SERVERS
    is set: then that is a failure.
    """
    tap = Tap()
    try:
        reason = mta.why_unavailable()
        if reason:
            raise mta.Unavailable(reason)
        mta.fetch(names=names or None)
        for name in names or mta.SERVERS:
            check_server(tap, name)
    except mta.Unavailable as error:
        reason = ' '.join(str(error).split())
        if os.environ.get('SMTP_PROBE_REQUIRE_SERVERS') or tap.count:
            print('Bail out! ' + reason)
            return 1
        print('1..0 # SKIP ' + reason)
        return 0
    print('1..%d' % tap.count)
    return 1 if tap.failed else 0
