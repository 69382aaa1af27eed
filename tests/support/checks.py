# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests in Python share: TAP, and waiting for what gives no notice."""

import sys
import time
import traceback

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

    def finish(self):
        """Prints how many there were; returns the exit status."""
        print('1..%d' % self.count)
        return 1 if self.failed else 0


def until(condition, limit, complain, pause=0.01):
    """Asks until CONDITION holds and returns what it returned; after LIMIT seconds raises what COMPLAIN makes."""
    end = time.monotonic() + limit
    while True:
        held = condition()
        if held:
            return held
        if time.monotonic() > end:
            raise complain()
        time.sleep(pause)


def eventually(condition, what):
    """Waits until CONDITION holds and returns what it returned."""
    return until(condition, LIMIT, lambda: AssertionError('waited in vain: ' + what))
