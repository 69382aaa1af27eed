#!/bin/sh
# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# check-manual.sh GROFF PAGE: fails where groff has anything to say about a manual page. groff warns on
# standard error and ends with 0 all the same, so its words are what counts.
set -u

warnings=$("$1" -man -Tutf8 -ww -z "$2" 2>&1)
status=$?

if [ "$status" -ne 0 ] || [ -n "$warnings" ]; then
  printf '%s\n' "$warnings" >&2
  exit 1
fi
