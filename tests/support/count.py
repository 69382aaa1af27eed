# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts what the tests of some build folders came to, from the record that Meson wrote of each run.

A build folder without a record, one that does not build for example, is a failure; so is, with CI set, a skipped test.
"""

import os
import re
import sys
import xml.etree.ElementTree as ElementTree

# Meson copies what a test printed, and some print what no XML may hold.
NOT_IN_XML = re.compile('[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]')


def cases_of(path):
    """The test cases in a record; none if there is no record."""
    if not os.path.exists(path):
        return []
    with open(path, encoding='utf-8', errors='replace') as record:
        return list(ElementTree.fromstring(NOT_IN_XML.sub('', record.read()).encode()).iter('testcase'))


passed = failed = skipped = 0
for folder in sys.argv[1:]:
    cases = cases_of(os.path.join(folder, 'meson-logs', 'testlog.junit.xml'))
    if not cases:
        print('%s: no test has run' % folder)
        failed += 1
    for case in cases:
        name = '%s: %s: %s' % (folder, case.get('classname'), case.get('name'))
        if case.find('failure') is not None or case.find('error') is not None:
            print('failed: ' + name)
            failed += 1
        elif case.find('skipped') is not None:
            print('skipped: ' + name)
            skipped += 1
        else:
            passed += 1

print('%d passed, %d failed, %d skipped' % (passed, failed, skipped))
sys.exit(1 if failed or not passed or skipped and os.environ.get('CI') else 0)
