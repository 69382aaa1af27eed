#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures SMTP Probe against the least a program can do (the floors) and against other programs.

Single times mean little on a machine that does other things too. So in each round every client does the same work
once, in an order that turns from round to round; each is compared within its round; and the median of these ratios
is what counts. Every run is checked: what the server counted, the exit status, and, in a run that is not timed, that
our output really holds the transcript. Output of timed runs goes to /dev/null.

  dialogue         one message to one recipient
  starttls         the same encrypted, one authority trusted
  starttls-system  the same, with all that the system trusts
  recipients       one message to 10,000 recipients, none pipelined
  message          a message of 500 MB
  message-tls      the same encrypted
  reply            an EHLO reply of 1,000,000 lines, 48 MB
  window           from the start of a program to the first picture of its window
  list             1,000,000 rows on show: work for each frame

Dialogues and recipients run on one core with the server: on two, the time a sleeping core takes to wake is most of what
would be measured. The programs that are measured with are built by `ninja bench`, which also runs this. What is not
installed is left out, and said so: curl, swaks, posttls-finger (of postfix); libx11-dev, libxdamage-dev, xvfb and
dbus-daemon for the window and the list.
"""
import argparse
import os
import shutil
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import screen  # noqa: E402
import wire  # noqa: E402

WORKLOADS = {**wire.WORKLOADS, **screen.WORKLOADS}


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-w", "--workloads", default=",".join(WORKLOADS), help="which, with commas (default: all)")
    parser.add_argument("-n", "--rounds", type=int, help="rounds (default: 25, long ones 7, window 15, list 3)")
    parser.add_argument("--build", default="build", help="the build folder (default: build)")
    parser.add_argument("--cli", help="our command line (default: the one in the build folder)")
    parser.add_argument("--app", help="our window (default: the one in the build folder)")
    parser.add_argument("--postfix", help="folder with an unpacked postfix package, for its posttls-finger")
    parser.add_argument("--scratch", help="folder for files, about 600 MB (default: a temporary one)")
    options = parser.parse_args()
    options.workloads = options.workloads.split(",")
    wrong = [name for name in options.workloads if name not in WORKLOADS]
    if wrong:
        parser.error(f"no such workload: {', '.join(wrong)}")
    options.build = os.path.abspath(options.build)
    options.tools = os.path.join(options.build, "tests", "bench")
    if not os.access(os.path.join(options.tools, "sink"), os.X_OK):
        parser.error(f"nothing to measure with in {options.tools}: run `ninja bench` in the build folder")
    options.cli = find_ours(options.cli, options.build, "src/cli/smtp-probe-cli")
    options.app = find_ours(options.app, options.build, "src/app/smtp-probe")
    return options


def find_ours(given, build, usual):
    """The program as an absolute path, or None with a word about it."""
    path = os.path.abspath(given or os.path.join(build, usual))
    if os.access(path, os.X_OK):
        return path
    if given:
        sys.exit(f"bench: {given} cannot be run")
    print(f"bench: without ours: there is no {path}", file=sys.stderr)
    return None


def main():
    options = parse()
    scratch = options.scratch and os.path.abspath(options.scratch)
    options.scratch = scratch or tempfile.mkdtemp(prefix="smtp-probe-bench-")
    os.makedirs(options.scratch, exist_ok=True)
    print(f"{time.strftime('%Y-%m-%d %H:%M %Z')}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}")
    try:
        results = []
        for name in options.workloads:
            results.append(WORKLOADS[name](options))
            sys.stdout.flush()
    finally:
        if not scratch:
            shutil.rmtree(options.scratch, ignore_errors=True)
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
