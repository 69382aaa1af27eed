# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages that are easily damaged on the way, as the bytes of a file."""

import re

# All that a server might want to add.
HEADER = (b'Date: Tue, 24 Nov 2026 12:00:00 +0000\r\n'
          b'From: Sender <sender@outside.test>\r\n'
          b'To: alice@example.test\r\n'
          b'Message-ID: <1@outside.test>\r\n'
          b'Subject: test\r\n')

# The program reads a file in pieces of this size.
PIECE = 512 * 1024


def _large(size):
    """Returns lines of all lengths up to 998, some with dots before."""
    lines, total, number = [], 0, 0
    while total < size:
        line = b'.' * (number % 3) + b'%d ' % number
        line += b'x' * (number * 37 % (998 - len(line)))
        lines.append(line + b'\r\n')
        total += len(lines[-1])
        number += 1
    return b''.join(lines)


def _at_seams(seam, text):
    """Returns a message in which TEXT begins at byte SEAM."""
    start = HEADER + b'\r\n'
    filling = _large(seam - len(start))[:seam - len(start) - 200]
    rest = seam - len(start) - len(filling) - 2
    return start + filling + b'\r\n' + b'y' * rest + text


CONTENTS = {
    'lines beginning with dots':
        HEADER + b'\r\n.\r\n..\r\n...x\r\n. x\r\n.\t\r\nx.\r\n.x.\r\n....\r\n',
    'a line with a single dot at the end':
        HEADER + b'\r\nlast\r\n.\r\n',
    'a single dot without a line end at the end':
        HEADER + b'\r\nlast\r\n.',
    'nothing but a dot':
        HEADER + b'\r\n.\r\n',
    'lines of 998 bytes':
        HEADER + b'\r\n' + (b'a' * 998 + b'\r\n') * 3 +
        b'.' * 998 + b'\r\n.' + b'b' * 997 + b'\r\n' + b'c' * 998,
    'an empty body':
        HEADER + b'\r\n',
    'empty lines only':
        HEADER + b'\r\n\r\n\r\n\r\n',
    'every byte with the eighth bit':
        HEADER + b'X-Eight-Bits: gr\xc3\xbc\xc3\x9fe \xe4\r\n\r\n' +
        b'\r\n'.join(bytes(range(at, at + 16)) for at in range(128, 256, 16)) + b'\r\n',
    'no final line end':
        HEADER + b'\r\nfirst\r\nlast',
    'LF alone as line end':
        (HEADER + b'\r\n.\r\n\r\n..x\r\nlast\r\n').replace(b'\r\n', b'\n'),
    'CR alone as line end':
        (HEADER + b'\r\n.\r\n\r\n..x\r\nlast\r\n').replace(b'\r\n', b'\r'),
    'line ends of all kinds':
        HEADER + b'\r\ncrlf\r\nlf\ncr\r.\n.\r.\r\n..\n\r\nlast\r',
    'blanks at the ends of lines':
        HEADER + b'\r\ntrailing \t \r\n \r\n\t\r\n  leading\r\n',
    'words that look like SMTP or a mail folder':
        HEADER + b'\r\nFrom here\r\n>From there\r\nQUIT\r\nRSET\r\n.QUIT\r\n',
    '300 kB':
        HEADER + b'\r\n' + _large(300000),
    'a dot at the seam of two pieces':
        _at_seams(PIECE - 2, b'\r\n.\r\n..\r\nend\r\n'),
    'a line end across the seam of two pieces':
        _at_seams(PIECE - 1, b'\r\n.x\r\nend\r\n'),
    'a CR before and a dot behind the seam of two pieces':
        _at_seams(PIECE - 1, b'\r.x\r\nend\r\n'),
}


def as_sent(content):
    """Returns CONTENT as it is to go over the wire, before dots are doubled."""
    lines = re.split(rb'\r\n|\r|\n', content)
    if lines[-1] == b'':
        lines.pop()
    return b''.join(line + b'\r\n' for line in lines)


def with_dots(text):
    """Returns TEXT with dots doubled and with the final dot."""
    return re.sub(rb'(?m)^\.', b'..', text) + b'.\r\n'
