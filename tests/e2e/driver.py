# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Works the window as a person does: real keys and clicks, and what a screen reader would be told.

Each Session is a small desktop of its own (X server, buses, window manager, home folder), so tests may run side by
side.  The program is read through the accessibility bus and worked through X.  Only two things are asked of the
machine: the packages named in MISSING_TOOLS below, and the system's own Python, which knows GLib.

    with Session(theme='dark') as session:
        app = session.launch([program], {'GSETTINGS_SCHEMA_DIR': schemas})
        app.find('text box', '^Host$').set_text_by_keys('mail.example.org')
        app.find('button', '^Run probe$').click()
        app.wait_for('label', '^250 ')
        app.close()

Screen positions are never asked over the accessibility bus: GTK 4 warns about the question and answers it wrongly.
They are worked out from the position of the X window that shows the widget.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import namedtuple
from functools import partial

from gi.repository import Gio, GLib

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'support'))

# pylint: disable=wrong-import-position
from atspi import FRAME_ROLES, ROW_ROLES, misread, plain_role, spoken, state_set
from checks import until

MISSING_TOOLS = {'Xvfb': 'xvfb', 'openbox': 'openbox', 'xdotool': 'xdotool', 'wmctrl': 'wmctrl', 'xprop': 'x11-utils',
                 'xclip': 'xclip', 'import': 'imagemagick', 'dbus-daemon': 'dbus', 'setpriv': 'util-linux',
                 '/usr/libexec/at-spi-bus-launcher': 'at-spi2-core'}

# A slow machine may stretch every time limit.
PATIENCE = float(os.environ.get('SMTP_PROBE_PATIENCE', '1'))
ARTIFACTS = os.environ.get('SMTP_PROBE_ARTIFACTS') or os.path.join(tempfile.gettempdir(), 'smtp-probe-artifacts')

ATSPI = 'org.a11y.atspi.'
ROOT = '/org/a11y/atspi/accessible/root'
REGISTRY = 'org.a11y.atspi.Registry'
DBUS = 'org.freedesktop.DBus'
IN_WINDOW = 1
POPUP_LAYER = 5
WHOLE_TEXT = 0x7fffffff

# What the outer desktop says must not reach the program under test.
OUTER_WORLD = ('GTK_', 'GDK_', 'GSK_', 'GIO_', 'G_DEBUG', 'G_MESSAGES', 'GSETTINGS_BACKEND', 'AT_SPI', 'NO_AT_BRIDGE',
               'DBUS_', 'DISPLAY', 'WAYLAND_', 'XAUTHORITY', 'XDG_', 'DESKTOP_', 'SESSION_MANAGER', 'LANG', 'LC_')

NAMED_KEYS = {'\n': 'Return', '\t': 'Tab'}

# Nothing but Alt+F4 and the mouse: any other key belongs to the program.
WINDOW_MANAGER = '''<?xml version="1.0"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <focus><focusNew>yes</focusNew><focusLast>yes</focusLast></focus>
  <placement><policy>Smart</policy><center>yes</center></placement>
  <theme><name>Clearlooks</name></theme>
  <desktops><number>1</number></desktops>
  <keyboard><keybind key="A-F4"><action name="Close"/></keybind></keyboard>
  <mouse><context name="Client"><mousebind button="Left" action="Press">
    <action name="Focus"/><action name="Raise"/></mousebind></context></mouse>
</openbox_config>
'''

THEMES = {'light': '', 'dark': 'gtk-application-prefer-dark-theme=1\n', 'hc': 'gtk-theme-name=HighContrast\n'}

sessions = []
reports = []

Row = namedtuple('Row', 'name text node')


class Missing(LookupError):
    """There is no such widget now."""


class TooLate(AssertionError):
    """What was waited for did not come."""


class Skip(Exception):
    """Raised by a test that cannot be run here; says why."""


def wait_until(predicate, timeout=20, what='a condition'):
    """Asks until the answer is true, and returns it.  A widget that is missing meanwhile counts as a no."""
    reason = ''

    def answer():
        nonlocal reason
        try:
            return predicate()
        except Missing as error:
            reason = ' (%s)' % error
            return None

    return until(answer, timeout * PATIENCE,
                 lambda: TooLate('waited %g s in vain for %s%s' % (timeout * PATIENCE, what, reason)), pause=0.04)


class Bus:
    """A connection to a message bus that can put many questions at once."""

    def __init__(self, address):
        flags = Gio.DBusConnectionFlags
        self.connection = Gio.DBusConnection.new_for_address_sync(
            address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None)

    def ask_all(self, questions):
        """Sends all (peer, path, interface, method, arguments) before it waits for the answers; an error is given back
        in the answer's place."""
        answers = [None] * len(questions)
        left = [len(questions)]

        def answered(number, connection, result):
            left[0] -= 1
            try:
                answers[number] = connection.call_finish(result).unpack()
            except GLib.Error as error:
                answers[number] = Missing(error.message)

        for number, (peer, path, interface, method, arguments) in enumerate(questions):
            self.connection.call(peer, path, interface, method, arguments, None, Gio.DBusCallFlags.NONE,
                                 int(30000 * PATIENCE), None, partial(answered, number))
        while left[0]:
            GLib.MainContext.default().iteration(True)
        return answers

    def ask(self, peer, path, interface, method, arguments=None):
        answer = self.ask_all([(peer, path, interface, method, arguments)])[0]
        if isinstance(answer, Missing):
            raise answer
        return answer


class Node:
    """One accessible object.  It remembers where it is and nothing else, so it never tells what was true before."""

    def __init__(self, app, path):
        self.app, self.path = app, path

    def __eq__(self, other):
        return isinstance(other, Node) and self.path == other.path

    def __hash__(self):
        return hash(self.path)

    def __repr__(self):
        with contextlib.suppress(Missing):
            return '%s "%s"' % (self.role, self.name)
        return 'a widget that is gone'

    def question(self, member, *arguments, interface='Accessible'):
        """A question about this object for Bus.ask_all(): a method, or with a small first letter a property."""
        if member[0].islower():
            arguments = GLib.Variant('(ss)', (ATSPI + interface, member[0].upper() + member[1:]))
            return (self.app.peer, self.path, DBUS + '.Properties', 'Get', arguments)
        arguments = GLib.Variant('(%s)' % arguments[0], arguments[1:]) if arguments else None
        return (self.app.peer, self.path, ATSPI + interface, member, arguments)

    def ask(self, member, *arguments, interface='Accessible'):
        return self.app.session.bus.ask(*self.question(member, *arguments, interface=interface))[0]

    @property
    def name(self):
        """The accessible name; empty where a screen reader would hear a class's name only."""
        return spoken(self.ask('name'))

    @property
    def description(self):
        return self.ask('description')

    @property
    def role(self):
        return plain_role(self.ask('GetRoleName'))

    @property
    def states(self):
        return state_set(self.ask('GetState'))

    @property
    def children(self):
        return [Node(self.app, path) for peer, path in self.ask('GetChildren')]

    @property
    def lineage(self):
        """The object itself, its parent, and so on up to its window."""
        line = [self]
        while True:
            path = line[-1].ask('parent')[1]
            if path == ROOT or path.endswith('/null'):
                return line
            line.append(Node(self.app, path))

    def text(self):
        """What is written in it: the text of an entry, else that of all labels below, with a space between."""
        if ATSPI + 'Text' in self.ask('GetInterfaces'):
            return self.ask('GetText', 'ii', 0, WHOLE_TEXT, interface='Text')
        return ' '.join(filter(None, (label.name for label in self.app.find_all('label', within=self, showing=False))))

    def extents(self):
        """(x, y, width, height) of its content, counted from the corner of its window."""
        return self.ask('GetExtents', 'u', IN_WINDOW, interface='Component')

    def surface(self):
        """The nearest object around it that is an X window of its own, and whether that is a popover."""
        line = self.lineage
        layers = self.app.session.bus.ask_all([node.question('GetLayer', interface='Component') for node in line])
        for node, layer in zip(line, layers):
            if not isinstance(layer, Missing) and layer[0] == POPUP_LAYER:
                return node, True
        return line[-1], False

    def showing(self):
        """Whether it can be seen.  GTK 4.8 calls everything visible, also the hidden pages of a stack with their old
        places; so ask which widget would get a click at some points of it."""
        x, y, width, height = self.extents()
        if width <= 0 or height <= 0:
            return False
        surface, popover = self.surface()
        if surface == self:
            return True
        left, top, wide, high = surface.extents()
        if not (left <= x + width / 2 < left + wide and top <= y + height / 2 < top + high):
            return False
        # A click on what is in an insensitive widget falls through to what is around that.
        line, target = self.lineage, self
        for inner, outer in zip(line, line[1:]):
            if 'sensitive' not in inner.states:
                target = outer
        points = [(x + width * a, y + height * b) for a, b in ((.5, .5), (.1, .5), (.9, .5), (.5, .1), (.5, .9))]
        found = surface.at_points(points)
        if any(target in hit.lineage for hit in found):
            return True
        # Some inner parts, such as those of an entry, are not told of: then the outer widget decides.
        return not found and line[1].showing()

    def centre(self):
        """Where on the screen its middle is."""
        surface, popover = self.surface()
        x, y, width, height = self.extents()
        left, top, wide, high = surface.extents()
        window = self.app.x_popover(wide, high) if popover else self.app.x_window(surface)
        # The shadow and the frame around the content are the same on opposite sides, and may be nothing.
        frame_x, frame_y = (window.width - wide) / 2, (window.height - high) / 2
        shadow = self.app.session.run('xprop', '-id', window.id, '_GTK_FRAME_EXTENTS')
        sides = re.search(r'= (\d+), (\d+), (\d+), (\d+)', shadow)
        if sides:
            a, b, c, d = (int(side) for side in sides.groups())
            frame_x, frame_y = frame_x + (a - b) / 2, frame_y + (c - d) / 2
        return (round(window.x + frame_x + x - left + width / 2), round(window.y + frame_y + y - top + height / 2))

    def scroll_into_view(self):
        """Turns the mouse wheel, at the edge of the scrolled area, until it can be seen from top to bottom."""
        pane = next((node for node in self.lineage if any(child.role == 'scroll bar' for child in node.children)), None)
        if pane is None:
            return self
        bar = next(bar.children[0] for bar in pane.children if bar.role == 'scroll bar' and 'vertical' in bar.states)
        top, height = pane.extents()[1::2]

        def in_view():
            y, high = self.extents()[1::2]
            return (y >= top + 4 and y + high <= top + height - 4 or high > height - 8) and self.showing()

        def position():
            return bar.ask('currentValue', interface='Value')
        x, y = pane.centre()
        x += pane.extents()[2] // 2 - 10  # beside what a wheel would change, and not on the handle of a paned
        for button in ('4', '5') if self.is_above(pane) else ('5', '4'):
            last = None
            while last != position() and not in_view():
                last = position()
                self.app.session.run('xdotool', 'mousemove', str(x), str(y), 'click', button)
                with contextlib.suppress(TooLate):
                    wait_until(lambda: position() != last, 0.5)
            if in_view() or self.showing():
                return self
        raise Missing('%r cannot be scrolled into view' % self)

    def is_above(self, pane):
        """Whether it comes before what is in the middle of a scrolled area.  Only the order in the tree can tell: the
        rows of a list keep an old place, or have none, while they are out of view."""
        x, y, width, height = pane.extents()
        hit = self.surface()[0].at_points([(x + width / 2, y + height / 2)])
        mine, other = self.lineage, hit[0].lineage if hit else []
        branch, common = next(((below, node) for below, node in zip(mine, mine[1:]) if node in other), (self, pane))
        if common in other[1:]:
            children = common.children
            return children.index(branch) < children.index(other[other.index(common) - 1])
        return self.extents()[1] < y

    def at_points(self, points):
        """What would get a click at these points of this window; inner parts of which GTK does not tell are left out."""
        hits = self.app.session.bus.ask_all([
            self.question('GetAccessibleAtPoint', 'iiu', int(x), int(y), IN_WINDOW, interface='Component')
            for x, y in points])
        paths = {hit[0][1] for hit in hits if not isinstance(hit, Missing)}
        return [Node(self.app, path) for path in paths if not path.endswith('/null')]

    def click(self, button=1, times=1):
        """Presses a mouse button at its middle, as a person would: it must be in view, or get there by scrolling."""
        self.scroll_into_view()
        wait_until(self.showing, 10, '%r to be on the screen' % self)
        x, y = wait_until(self.settled_centre, 10, '%r to stay in its place' % self)
        self.app.session.press_mouse(x, y, button, times)
        return self

    def settled_centre(self):
        first = self.centre()
        return first if first == self.centre() else None

    def trail(self):
        """The names of what it is in, from its window inwards."""
        names = [node.name for node in self.lineage[:0:-1]]
        return ' > '.join(filter(None, names)) or 'nothing named'

    def has_focus(self):
        focused = self.app.focused()
        return focused is not None and self in focused.lineage

    def focus_by_click(self):
        self.click()
        wait_until(self.has_focus, 10, '%r to take the focus' % self)
        return self

    def set_text_by_keys(self, text):
        """Replaces what an entry holds by typing, and waits until it is there."""
        self.focus_by_click()
        self.app.key('ctrl+a')
        self.app.type(text) if text else self.app.key('Delete')
        with contextlib.suppress(TooLate):
            wait_until(lambda: self.text() == text, 10)
        if self.text() != text:
            raise AssertionError('%r holds "%s", not "%s"' % (self, self.text(), text))
        return self


XWindow = namedtuple('XWindow', 'id x y width height')


class App:
    """A program under test."""

    def __init__(self, session, process, log):
        self.session, self.process, self.log = session, process, log
        self.peer = None
        self.status_checked = False
        self.last_focus = None

    # Finding

    def find_peer(self):
        """Its name on the accessibility bus, where it registers itself."""
        for peer, path in self.session.bus.ask(REGISTRY, ROOT, ATSPI + 'Accessible', 'GetChildren')[0]:
            with contextlib.suppress(Missing):
                pid = self.session.bus.ask(DBUS, '/', DBUS, 'GetConnectionUnixProcessID', GLib.Variant('(s)', (peer,)))
                if pid[0] == self.process.pid:
                    return peer
        return None

    def windows(self):
        return Node(self, ROOT).children

    def walk(self, within=None):
        """All objects below one, or in all windows, in the order of reading; one batch of questions for each level."""
        tops = within.children if within else self.windows()
        below, level = {}, tops
        while level:
            answers = self.session.bus.ask_all([node.question('GetChildren') for node in level])
            for node, answer in zip(level, answers):
                below[node] = [] if isinstance(answer, Missing) else [Node(self, path) for peer, path in answer[0]]
            level = [child for node in level for child in below[node]]
        order, todo = [], tops[::-1]
        while todo:
            order.append(todo.pop())
            todo += below[order[-1]][::-1]
        return order

    def ask_each(self, nodes, member):
        """[(node, answer)] for those of the nodes that still exist."""
        answers = self.session.bus.ask_all([node.question(member) for node in nodes])
        return [(node, answer[0]) for node, answer in zip(nodes, answers) if not isinstance(answer, Missing)]

    def select(self, role, name, within, states=()):
        """The objects that match, in view or not, one after the other."""
        nodes = self.walk(within)
        if role:
            nodes = [node for node, told in self.ask_each(nodes, 'GetRoleName') if plain_role(told) == role]
        if name is not None:
            nodes = [node for node, told in self.ask_each(nodes, 'name') if re.search(name, spoken(told))]
        if states:
            nodes = [node for node, told in self.ask_each(nodes, 'GetState') if state_set(told) >= set(states)]
        return nodes

    def find_all(self, role=None, name=None, within=None, showing=True, states=()):
        return [node for node in self.select(role, name, within, states) if not showing or is_showing(node)]

    def find(self, role=None, name=None, within=None, showing=True, states=()):
        """The first widget of that role whose name matches the regular expression."""
        for node in self.select(role, name, within, states):
            if not showing or is_showing(node):
                return node
        raise Missing('no %s named /%s/%s' % (role or 'widget', name or '', ' ' + ' '.join(states) if states else ''))

    def wait_for(self, role=None, name=None, within=None, showing=True, states=(), timeout=20):
        return self.wait_until(lambda: self.find(role, name, within, showing, states), timeout,
                               '%s named /%s/' % (role or 'a widget', name or ''))

    def wait_gone(self, role=None, name=None, within=None, timeout=20):
        self.wait_until(lambda: not self.find_all(role, name, within), timeout,
                        '%s named /%s/ to go' % (role or 'the widget', name or ''))

    def wait_until(self, predicate, timeout=20, what='a condition'):
        """As the function of that name, but gives up at once when the program has ended."""
        def alive_and_true():
            if self.process.poll() is not None:
                raise AssertionError('the program ended with %d while the test waited for %s:\n%s'
                                     % (self.process.returncode, what, self.messages()))
            return predicate()
        return wait_until(alive_and_true, timeout, what)

    def focused(self):
        """The object with the keyboard focus, or None."""
        if self.last_focus:
            node = Node(self, self.last_focus)
            with contextlib.suppress(Missing):
                if 'focused' in node.states:
                    return node
        return next(iter(self.select(None, None, None, ('focused',))), None)

    def rows(self, list_node):
        """The rows of a list or table, as far as GTK has made widgets for them: about 200 around those in view."""
        nodes = self.walk(list_node)
        roles = {node: plain_role(role) for node, role in self.ask_each(nodes, 'GetRoleName')}
        names = {node: spoken(name) for node, name in self.ask_each(nodes, 'name')}
        rows = []
        for node in nodes:
            if roles.get(node) in ROW_ROLES:
                rows.append((node, []))
            elif roles.get(node) == 'label' and rows and names.get(node):
                rows[-1][1].append(names[node])
        return [Row(names.get(node, ''), ' '.join(texts), node) for node, texts in rows]

    # Working

    def type(self, text):
        """Types into the window that has the keyboard.  xdotool would change the keyboard's layout for what is not
        ASCII, and characters get lost: those are typed by number, as GTK lets everyone."""
        for part in re.findall(r'[ -~]+|[^ -~]', text):
            if part in NAMED_KEYS:
                self.key(NAMED_KEYS[part])
            elif part.isascii():
                self.session.run('xdotool', 'type', '--clearmodifiers', '--delay', '8', '--', part)
            else:
                self.key('ctrl+shift+u', *'%x' % ord(part), 'space')

    def key(self, *chords):
        self.session.run('xdotool', 'key', '--clearmodifiers', '--delay', '12', *chords)

    def chosen(self, dropdown):
        """The item that a drop-down shows."""
        for label in self.find_all('label', within=dropdown):
            return label.name
        return ''

    def choose(self, dropdown, item):
        """Opens a drop-down (or the one of that name) by a click and takes the item with exactly that text by keys."""
        if isinstance(dropdown, str):
            dropdown = self.wait_for('combo box', dropdown, showing=False)
        dropdown.click()
        listing = self.wait_for('list', within=dropdown)
        rows = self.wait_until(lambda: self.rows(listing), 10, 'the items of %r' % dropdown)
        texts = [row.text for row in rows]
        if item not in texts:
            raise Missing('%r offers %s, not "%s"' % (dropdown, texts, item))
        self.wait_until(lambda: self.focused() and listing in self.focused().lineage, 10, 'the focus to be in the list')
        self.key('Home', *['Down'] * texts.index(item), 'Return')
        self.wait_until(lambda: not is_showing(listing) and self.chosen(dropdown) == item, 10,
                        '%r to show "%s"' % (dropdown, item))

    def resize(self, width, height):
        """Asks for a size as one would by the window's corner; returns the size that the program took."""
        window = self.x_window()
        self.session.run('xdotool', 'windowsize', window.id, str(width), str(height))
        with contextlib.suppress(TooLate):
            wait_until(lambda: self.x_window()[3:] == (width, height), 1, 'the size')
        return self.x_window()[3:]

    def put_on_clipboard(self, text):
        """The small program that offers it lives as long as the desktop."""
        subprocess.run(['xclip', '-in', '-selection', 'clipboard'], input=text.encode(), env=self.session.env,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)

    def clipboard(self):
        return self.session.run('xclip', '-out', '-selection', 'clipboard')

    def close(self, status=0):
        """Closes the active window as its button would, and checks how the program ends."""
        self.session.run('wmctrl', '-i', '-c', self.x_window().id)
        return self.wait_exit(status)

    def wait_exit(self, status=0, timeout=30):
        self.status_checked = True
        wait_until(lambda: self.process.poll() is not None, timeout, 'the program to end')
        if self.process.returncode != status:
            raise AssertionError('the program ended with %d, not %d:\n%s'
                                 % (self.process.returncode, status, self.messages()))

    # Judging

    def messages(self):
        """All that it wrote to its standard error."""
        with open(self.log, encoding='utf-8', errors='replace') as log:
            return log.read()

    def screenshot(self, path):
        """A picture of its active window and of what lies over it, such as open menus."""
        window = self.x_window()
        self.session.screenshot(path, '%dx%d+%d+%d' % (window.width, window.height, window.x, window.y))

    def audit(self, mnemonics=False):
        """The widgets that can be focused or operated, but have no accessible name: a line for each.  Rows of a
        drop-down's list are left out, since GTK's own rows cannot be named.  With mnemonics, also those that are read
        out together with the underline of their mnemonic."""
        nodes = self.walk()
        roles = {node: plain_role(role) for node, role in self.ask_each(nodes, 'GetRoleName')}
        states = {node: state_set(words) for node, words in self.ask_each(nodes, 'GetState')}
        operable = {node for node, interfaces in self.ask_each(nodes, 'GetInterfaces')
                    if ATSPI + 'Action' in interfaces or ATSPI + 'EditableText' in interfaces}
        findings = []
        for node, name in self.ask_each(nodes, 'name'):
            if spoken(name).strip() and not (mnemonics and misread(name)) or roles.get(node) in FRAME_ROLES:
                continue
            if node in operable or 'focusable' in states.get(node, ()):
                with contextlib.suppress(Missing):
                    line = [roles.get(outer, '') for outer in node.lineage]
                    if not (line[0] in ROW_ROLES | {'list'} and 'combo box' in line):
                        findings.append('%s, called %s, in %s' % (line[0], name or 'nothing', node.trail()))
        return findings

    def tab_walk(self, count, chord='Tab'):
        """Presses Tab so many times; returns each time the name of what then has the focus, or its role in brackets."""
        names = []
        for _ in range(count):
            before, self.last_focus = self.focused(), None
            self.key(chord)
            with contextlib.suppress(TooLate):
                self.wait_until(lambda: self.focused() != before, 1)
            node = self.focused()
            names.append(node and (node.name or '(%s)' % node.role))
        return names

    # X windows

    def x_window(self, surface=None):
        """Where the X window of an accessible window is; without one, that of the window with the keyboard."""
        ids = [(line[0], line[4] if len(line) > 4 else '')
               for line in (line.split(None, 4) for line in self.session.run('wmctrl', '-l', '-p').splitlines())
               if line[2] == str(self.process.pid)]
        if not ids:
            raise Missing('the program has no window')
        if surface is None:
            active = self.session.active_window()
            return self.session.geometry(next((xid for xid, title in ids if int(xid, 16) == active), ids[-1][0]))
        title = surface.ask('name')
        found = [self.session.geometry(xid) for xid, other in ids if other == title]
        found = found or [self.session.geometry(xid) for xid, other in ids]
        wide, high = surface.extents()[2:]
        return min(found, key=lambda window: abs(window.width - wide) + abs(window.height - high))

    def x_popover(self, wide, high):
        """Where the X window of a popover of that size is: the tightest one that this program shows for itself,
        outside the window manager's reach.  The upper bits of an X window's id tell whose it is."""
        owner = int(self.x_window().id, 16) >> 21
        found = []
        for xid in re.findall(r'^ +(0x[0-9a-f]+) ', self.session.run('xwininfo', '-root', '-children'), re.M):
            if int(xid, 16) >> 21 == owner:
                window = self.session.geometry(xid)
                if window and window.width >= wide and window.height >= high:
                    found.append(window)
        if not found:
            raise Missing('no popover of %dx%d is on the screen' % (wide, high))
        return min(found, key=lambda window: window.width * window.height)


def is_showing(node):
    with contextlib.suppress(Missing):
        return node.showing()
    return False


class Session:
    """A desktop of its own for one test: theme is light, dark or hc (high contrast), language that of the messages, and
    rtl mirrors the layout whatever the language.  Settings last from one launch to the next."""

    def __init__(self, size=(1280, 1024), theme='light', text_scale=1.0, language=None, rtl=False):
        self.size, self.text_scale = size, text_scale
        self.folder = tempfile.mkdtemp(prefix='smtp-probe-e2e-')
        self.processes, self.apps = [], []
        self.bus = None
        self.last_click = (0, None)
        self.env = {name: value for name, value in os.environ.items() if not name.startswith(OUTER_WORLD)}
        self.env.update(GTK_A11Y='atspi', GDK_BACKEND='x11', GSK_RENDERER='cairo', GDK_DEBUG='gl-disable',
                        GTK_IM_MODULE='gtk-im-context-simple', GSETTINGS_BACKEND='keyfile', GIO_USE_VFS='local',
                        G_DEBUG='fatal-criticals', LANG='C.UTF-8')
        if language:
            self.env['LANGUAGE'] = language
        if rtl:
            self.env['GTK_DEBUG'] = 'invert-text-dir'
        for name, part in (('HOME', 'home'), ('XDG_RUNTIME_DIR', 'run'), ('XDG_CONFIG_HOME', 'config'),
                           ('XDG_DATA_HOME', 'data'), ('XDG_CACHE_HOME', 'cache'), ('XDG_STATE_HOME', 'state')):
            self.env[name] = os.path.join(self.folder, part)
            os.mkdir(self.env[name], 0o700)
        self.write('config/gtk-4.0/settings.ini',
                   '[Settings]\ngtk-enable-animations=0\ngtk-cursor-blink=0\n' + THEMES[theme])

    def write(self, path, text):
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        return path

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        sessions.append(self)
        return self

    def __exit__(self, kind, error, trace):
        if kind and not issubclass(kind, Skip):
            self.report()
        sessions.remove(self)
        crashed = [app for app in self.apps if app.process.poll() and not app.status_checked]
        told = '\n'.join('the program ended with %d:\n%s' % (app.process.returncode, app.messages()) for app in crashed)
        self.stop()
        if crashed and not kind:
            raise AssertionError(told)

    def start(self):
        missing = sorted({package for tool, package in MISSING_TOOLS.items() if not shutil.which(tool)})
        if missing:
            raise RuntimeError('these packages are missing: ' + ' '.join(missing))
        self.env['DISPLAY'] = ':' + self.spawn_and_read(
            'Xvfb', '-displayfd', '{fd}', '-screen', '0', '%dx%dx24' % tuple(self.size), '-dpi', '96',
            '-nolisten', 'tcp', '-noreset')
        if self.text_scale != 1:
            self.run('xprop', '-root', '-format', 'RESOURCE_MANAGER', '8s', '-set', 'RESOURCE_MANAGER',
                     'Xft.dpi:\t%d\n' % round(96 * self.text_scale))
        # Only now, so that what the bus starts by itself finds the display.
        self.env['DBUS_SESSION_BUS_ADDRESS'] = self.spawn_and_read(
            'dbus-daemon', '--session', '--nofork', '--nopidfile', '--nosyslog', '--print-address={fd}',
            '--address=unix:dir=' + self.env['XDG_RUNTIME_DIR'])
        self.spawn('openbox', '--sm-disable', '--config-file', self.write('openbox.xml', WINDOW_MANAGER))
        self.spawn('/usr/libexec/at-spi-bus-launcher', '--launch-immediately')
        session_bus = Bus(self.env['DBUS_SESSION_BUS_ADDRESS'])
        address = wait_until(lambda: session_bus.ask('org.a11y.Bus', '/org/a11y/bus', 'org.a11y.Bus', 'GetAddress')[0],
                             30, 'the accessibility bus')
        session_bus.connection.close_sync(None)
        self.bus = Bus(address)
        self.bus.connection.signal_subscribe(None, ATSPI + 'Event.Object', 'StateChanged', None, 'focused',
                                             Gio.DBusSignalFlags.NONE, self.focus_moved)
        # GTK looks for the registry once, when it starts.
        wait_until(lambda: self.bus.ask(REGISTRY, ROOT, ATSPI + 'Accessible', 'GetRole'), 30, 'the registry')
        wait_until(lambda: 'window id' in self.run('xprop', '-root', '_NET_SUPPORTING_WM_CHECK'), 30,
                   'the window manager')

    def focus_moved(self, connection, peer, path, interface, signal_name, arguments):
        if arguments.unpack()[1]:
            for app in self.apps:
                if app.peer == peer:
                    app.last_focus = path

    def spawn(self, *argv, log='services.log', **options):
        """Starts a program that ends together with this one, however this one ends."""
        with open(os.path.join(self.folder, log), 'ab') as output:
            options = {'env': self.env, 'stdout': output, **options}
            process = subprocess.Popen(['setpriv', '--pdeathsig', 'TERM', '--', *argv], stdin=subprocess.DEVNULL,
                                       stderr=output, start_new_session=True, **options)
        self.processes.append(process)
        return process

    def spawn_and_read(self, *argv):
        """Starts a service that says by a line, on the file descriptor {fd}, that it is ready and where."""
        reader, writer = os.pipe()
        with os.fdopen(reader) as answer:
            self.spawn(*(word.format(fd=writer) for word in argv), pass_fds=(writer,))
            os.close(writer)
            line = answer.readline().strip()
        if not line:
            raise RuntimeError('%s did not start; see %s' % (argv[0], self.folder))
        return line

    def launch(self, argv, env=None, cwd=None):
        """Starts a program and waits until its window can be seen, typed into and asked."""
        log = 'program-%d.log' % len(self.apps)
        process = self.spawn(*argv, log=log, env={**self.env, **(env or {})}, cwd=cwd or self.env['HOME'])
        app = App(self, process, os.path.join(self.folder, log))
        self.apps.append(app)

        def ready():
            app.peer = app.peer or app.find_peer()
            return app.peer and app.windows() and int(app.x_window().id, 16) == self.active_window()
        app.wait_until(ready, 60, 'the window of ' + argv[0])
        return app

    def run(self, *argv):
        """Runs a small X tool; what it cannot do shows in what it answers."""
        done = subprocess.run(argv, env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=120 * PATIENCE)
        return done.stdout.decode('utf-8', 'replace')

    def active_window(self):
        found = re.search(r'0x[0-9a-f]+', self.run('xprop', '-root', '_NET_ACTIVE_WINDOW'))
        return int(found[0], 16) if found else 0

    def geometry(self, xid):
        """Where an X window is on the screen; None when it is not shown."""
        told = self.run('xwininfo', '-id', xid)
        numbers = [re.search(key + r': +(-?\d+)', told)
                   for key in ('Absolute upper-left X', 'Absolute upper-left Y', 'Width', 'Height')]
        if not all(numbers) or 'IsViewable' not in told:
            return None
        return XWindow(xid, *(int(number[1]) for number in numbers))

    def press_mouse(self, x, y, button=1, times=1):
        # A second click on the same spot, meant as one of its own, must not become a double click.
        when, where = self.last_click
        if where == (x, y, button):
            time.sleep(max(0, when + 0.5 - time.monotonic()))
        self.run('xdotool', 'mousemove', str(x), str(y), 'sleep', '0.03',
                 'click', '--repeat', str(times), '--delay', '60', str(button))
        self.last_click = (time.monotonic(), (x, y, button))

    def screenshot(self, path, crop=None):
        self.run('import', '-silent', '-window', 'root', *(['-crop', crop, '+repage'] if crop else []), path)

    def report(self):
        """Keeps what helps to understand a failure: a picture, and what the programs wrote."""
        os.makedirs(ARTIFACTS, exist_ok=True)
        handle, picture = tempfile.mkstemp('.png', 'failure-', ARTIFACTS)
        os.close(handle)
        self.screenshot(picture)
        reports.append('screenshot: ' + picture)
        for app in self.apps:
            reports.append('%s: exit status %s, standard error:\n%s'
                           % (app.process.args[4], app.process.poll(), app.messages()))

    def stop(self):
        if self.bus:
            with contextlib.suppress(GLib.Error):
                self.bus.connection.close_sync(None)
        for process in reversed(self.processes):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def run_tests(tests):
    """Runs test functions one after the other, tells about them in TAP, and returns the exit status."""
    signal.signal(signal.SIGTERM, lambda *args: sys.exit(128 + signal.SIGTERM))
    print('TAP version 13\n1..%d' % len(tests), flush=True)
    failures = 0
    for number, test in enumerate(tests, 1):
        name, verdict, reports[:] = test.__name__.replace('_', ' '), 'ok', []
        try:
            test()
        except Skip as reason:
            name += ' # SKIP %s' % reason
        except Exception:
            failures, verdict = failures + 1, 'not ok'
            for session in sessions:
                session.report()
            reports.insert(0, traceback.format_exc())
        print('%s %d - %s' % (verdict, number, name))
        for line in '\n'.join(reports).splitlines():
            print('# ' + line)
        sys.stdout.flush()
    return 1 if failures else 0
