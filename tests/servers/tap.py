# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests with real servers share: starting and skipping."""

import os
import time

import mta
from checks import Tap


def with_server(tap, name, checks, certificates=None):
    """Runs CHECKS (tap, server) while server NAME runs; prints its log when one of them fails."""
    server = mta.SERVERS[name](certificates=certificates)
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
    return tap.finish()
