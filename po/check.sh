#!/bin/sh
# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Whether every string of the program is translated: POTFILES lists all files that have any, and each catalogue has
# all of theirs.
#   check.sh SOURCE_FOLDER
set -eu
cd "$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

{
  grep -rlE --include='*.c' '(^|[^A-Za-z_])(N?_|N?C_|ngettext) ?\(' src
  grep -rl --include='*.ui' 'translatable="yes"' src
  ls data/*.metainfo.xml ./*.desktop
} | sed 's,^\./,,' | LC_ALL=C sort >"$work/found"
grep -v '^#' po/POTFILES | LC_ALL=C sort >"$work/listed"
diff -u "$work/listed" "$work/found" || { echo 'po/POTFILES is not the list of files with strings'; exit 1; }

xgettext --files-from="$work/listed" --from-code=UTF-8 --output="$work/all.pot" --package-name=smtp-probe \
  --keyword=_ --keyword=N_ --keyword=C_:1c,2 --keyword=NC_:1c,2 --keyword=ngettext:1,2

failed=0
for catalogue in po/*.po; do
  msgcmp "$catalogue" "$work/all.pot" || failed=1
done
exit $failed
