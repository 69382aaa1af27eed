# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the accessibility bus tells of a widget, in the words that tests use."""

import re

# The bits of AT-SPI's state set, in order, as far as GTK 4 uses them.
STATES = ('invalid active armed busy checked collapsed defunct editable enabled expandable expanded focusable focused '
          'has-tooltip horizontal iconified modal multi-line multiselectable opaque pressed resizable selectable '
          'selected sensitive showing single-line stale transient vertical visible manages-descendants indeterminate '
          'required truncated animated invalid-entry supports-autocompletion selectable-text is-default visited '
          'checkable has-popup read-only').split()

# A widget that nobody named tells its class's name instead.
CLASS_NAME = re.compile(r'(Gtk|Gdk|Adw|Smtp|Probe)([A-Z][A-Za-z0-9]*)+')

ROW_ROLES = {'list item', 'row', 'option'}

# Roles that hold other widgets; they may be marked as focusable without ever taking the focus themselves.
FRAME_ROLES = {'window', 'dialog', 'widget', 'group', 'generic', 'none', 'label', 'menu', 'tab panel'}


def spoken(name):
    """A name as it is meant: nothing for a class's name, and once for a button with a mnemonic, which GTK 4.8 reads out
    as "_Run Run" unless it is mended."""
    if CLASS_NAME.fullmatch(name):
        return ''
    half = len(name) // 2
    return name[half + 1:] if misread(name) else name


def misread(name):
    half = len(name) // 2
    return '_' in name[:half] and name[half:] == ' ' + name[:half].replace('_', '', 1)


def plain_role(role):
    return re.sub('[-_]', ' ', role)


def state_set(words):
    bits = words[0] | words[1] << 32
    return {name for number, name in enumerate(STATES) if bits >> number & 1}
