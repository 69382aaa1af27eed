# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for the source as a whole: layers, sizes, no dead files, licences, no sleeping tests.

    style.py SOURCE NM DIALOGUE_TEST... -- LIBRARY_OR_PROGRAM...

The first programs must play all of tests/dialogues; of the libraries and programs behind them it is looked at what
they call.  Prints TAP.
"""

import fnmatch
import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'support'))

# pylint: disable=wrong-import-position
from checks import Tap

LONGEST_FUNCTION = 100
LONGEST_FILE = 800

# Files that may be longer, each with a reason; data tables are one.
LONG_FILES = {}

# The C library as far as it neither does I/O nor knows the time; arpa/inet.h is for inet_pton().
PURE = ('assert.h', 'ctype.h', 'errno.h', 'inttypes.h', 'limits.h', 'stdarg.h', 'stdbool.h', 'stddef.h', 'stdint.h',
        'stdlib.h', 'string.h', 'arpa/inet.h', 'glib.h', 'glib-object.h')
NETWORK = ('fcntl.h', 'gio/*', 'glib-unix.h', 'gnutls/*', 'netinet/*', 'sys/socket.h', 'unistd.h')
WORDS = ('glib/gi18n.h',)
EVERYTHING = {'protocol', 'dialogue', 'session', 'message', 'diagnosis', 'export', 'practice'}

# Folder: the folders it may use, single files of others, and the headers of libraries.
LAYERS = {
    'protocol': ({'protocol'}, (), PURE),
    # GIO for GListModel and GError alone, netdb.h for getservbyname().
    'dialogue': ({'protocol', 'dialogue'}, (), (*PURE, 'gio/gio.h', 'netdb.h')),
    'session': ({'protocol', 'dialogue', 'session'}, (), (*PURE, *NETWORK)),
    'message': ({'message'}, (), PURE),
    'diagnosis': ({'protocol', 'dialogue', 'diagnosis'}, (), (*PURE, *WORDS, 'gio/gio.h')),
    'export': ({'protocol', 'dialogue', 'diagnosis', 'export'}, (), (*PURE, *WORDS, 'json-glib/*')),
    'practice': ({'protocol', 'practice'}, ('session/smtp-tls.h',), (*PURE, *WORDS, 'gio/*', 'gnutls/*')),
    'cli': (EVERYTHING | {'cli'}, (),
            (*PURE, *WORDS, *NETWORK, 'glib/gstdio.h', 'locale.h', 'signal.h', 'stdio.h', 'sys/*')),
    'app': (EVERYTHING | {'app'}, (), ('*',)),
}

GTK = ('gtk_', 'gdk_', 'gsk_')
SOCKETS = ('g_socket', 'g_resolver', 'g_file_', 'gnutls_', *GTK)
STREAMS = ('g_input_stream', 'g_output_stream', 'g_io_stream')
CLOCK = ('g_get_monotonic_time', 'g_get_real_time', 'g_date_time_new_now', 'g_timeout_', 'g_main_', 'g_usleep')
GETTEXT = ('dcgettext', 'dcngettext', 'dgettext', 'gettext', 'ngettext', 'g_dgettext', 'g_dngettext')
# Whole names of the C library; without sockets, clock and files there is no use for them.
BARE = {'accept', 'bind', 'clock_gettime', 'connect', 'fopen', 'getaddrinfo', 'gethostbyname', 'gettimeofday', 'open',
        'open64', 'poll', 'read', 'recv', 'select', 'send', 'sleep', 'socket', 'time', 'usleep', 'write'}

# Folder: how the names begin that it may not call.
FORBIDDEN = {
    'protocol': (*SOCKETS, *STREAMS, *CLOCK, *GETTEXT),
    'dialogue': (*SOCKETS, *STREAMS, *CLOCK, *GETTEXT),
    'session': (*GTK, *GETTEXT),
    'message': (*SOCKETS, *STREAMS, *CLOCK, *GETTEXT),
    'diagnosis': (*SOCKETS, *STREAMS, *CLOCK),
    'export': (*SOCKETS, *STREAMS, *CLOCK),
    'practice': ('g_resolver', 'g_file_', *GTK),
    'cli': GTK,
}

# Headers that nobody includes yet.
AHEAD = {'src/session/smtp-certificate.h': 'the handshake will call it'}

# These wait for something that tells nobody, or for time itself to pass.
SLEEPERS = {
    'tests/support/checks.py': 'until() asks again and again; it is the only loop of that kind',
    'tests/e2e/driver.py': 'a click that is meant as one of its own comes after the time for a double click',
}

SOURCE = '.'


def read(path):
    with open(os.path.join(SOURCE, path), encoding='utf-8') as file:
        return file.read()


def files(*patterns, below=('data', 'po', 'src', 'tests')):
    """The paths of all files with such names, from the top of the source."""
    found = []
    for top in below:
        for folder, folders, names in os.walk(os.path.join(SOURCE, top)):
            folders[:] = sorted(each for each in folders if each != '__pycache__')
            found += [os.path.relpath(os.path.join(folder, name), SOURCE) for name in sorted(names)
                      if any(fnmatch.fnmatch(name, pattern) for pattern in patterns)]
    assert found, patterns
    return found


def none(complaints):
    """Fails with all of them."""
    complaints = list(complaints)
    assert not complaints, '\n' + '\n'.join(complaints)


def includes(path):
    """The include lines of a file: line number, bracket or quote, header."""
    for number, line in enumerate(read(path).splitlines(), 1):
        found = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if found:
            yield number, *found.groups()


def wrong_includes(path):
    folder = path.split(os.sep)[1]
    folders, single, system = LAYERS[folder]
    for number, bracket, header in includes(path):
        where = '%s:%d: %s' % (path, number, header)
        if bracket == '<':
            if not any(fnmatch.fnmatch(header, pattern) for pattern in system):
                yield where + ' is not for ' + folder
        elif header != 'config.h':
            owner, slash, name = header.partition('/')
            if not slash:
                yield where + ' lacks its folder'
            elif owner not in folders and header not in single:
                yield where + ' is out of reach of ' + folder
            elif name.endswith('-private.h') and owner != folder:
                yield where + ' is private to ' + owner


def layers_by_include_lines():
    sources = files('*.c', '*.h', below=('src',))
    none(complaint for path in sources for complaint in wrong_includes(path))


def only_the_window_sees_gtk():
    none('%s:%d: %s' % (path, number, header) for path in files('*.c', '*.h', below=('src',))
         for number, _bracket, header in includes(path)
         if header.startswith(('gtk/', 'gdk/')) and not path.startswith('src/app/'))


def layers_by_build_files():
    complaints = []
    for folder, (folders, single, _system) in LAYERS.items():
        text = read('src/%s/meson.build' % folder)
        used = set(re.findall(r'\bsmtp_(\w+)_dep\b', text)) | {'app'} & set(re.findall(r'\bprobe_(app)_dep\b', text))
        allowed = folders | {path.split('/')[0] for path in single}
        complaints += ['%s is built on %s' % (folder, each) for each in sorted(used - allowed)]
        if folder != 'app' and 'gtk_dep' in text:
            complaints.append('%s is built on GTK' % folder)
    none(complaints)


def every_folder_has_a_layer():
    folders = {entry.name for entry in os.scandir(os.path.join(SOURCE, 'src')) if entry.is_dir()}
    assert folders == set(LAYERS), folders ^ set(LAYERS)


def layers_by_calls(nm, binaries):
    seen = set()
    complaints = []
    for path in binaries:
        folder = os.path.basename(os.path.dirname(path))
        seen.add(folder)
        calls = re.findall(r'^ +U (\w+)', subprocess.run(
            [nm, '-u', path], stdout=subprocess.PIPE, text=True, check=True).stdout, re.M)
        # The tool must have seen something: everything needs memory.
        assert [each for each in calls if each.startswith(('g_free', 'g_malloc', 'g_strdup'))], path
        complaints += ['%s calls %s' % (folder, call) for call in sorted(set(calls))
                       if call.startswith(FORBIDDEN[folder]) or (CLOCK[0] in FORBIDDEN[folder] and call in BARE)]
    none(complaints)
    assert seen == set(FORBIDDEN), seen ^ set(FORBIDDEN)


def functions(path):
    """The bodies of a C file that begin and end in the first column: first line and number of lines."""
    start = None
    for number, line in enumerate(read(path).splitlines(), 1):
        if line == '{':
            start = number
        elif line.startswith('}') and start is not None:
            if line == '}':
                yield start, number - start + 1
            start = None


def functions_are_short():
    sources = files('*.c', '*.h', below=('src', 'tests'))
    found = [(path, *function) for path in sources for function in functions(path)]
    assert len(found) > 100, len(found)
    none('%s:%d: a function of %d lines' % each for each in found if each[2] > LONGEST_FUNCTION)


def files_are_short():
    lengths = {path: read(path).count('\n')
               for path in files('*.c', '*.h', '*.py', '*.sh', '*.ui', '*.css', 'meson.build')}
    none('%s: %d lines' % each for each in lengths.items() if each[1] > LONGEST_FILE and each[0] not in LONG_FILES)
    none('%s is no longer long' % path for path in LONG_FILES if lengths.get(path, 0) <= LONGEST_FILE)


def sources_are_built():
    builds = {path: read(path) for path in files('meson.build')}
    # A test may be built with the source of a helper, by the way that leads there from its folder.
    none('%s is not in any meson.build' % path for path in files('*.c', below=('src', 'tests'))
         if not any(is_named(path, build, text) for build, text in builds.items()))


def is_named(path, build, text):
    """Whether a meson.build names a file, or puts its name together as in 'fuzz-' + target + '.c'."""
    relative = os.path.relpath(path, os.path.dirname(build))
    beginnings = re.findall(r"(?:'([^']*)' \+ )?\w+ \+ '\.c'", text)
    return "'%s'" % relative in text or any(
        relative.startswith(beginning) and "'%s'" % relative[len(beginning):-2] in text for beginning in beginnings)


def headers_are_included():
    included = {header for path in files('*.c', '*.h', below=('src', 'tests'))
                for _number, _bracket, header in includes(path)}
    none('%s is never included' % path for path in files('*.h', below=('src', 'tests'))
         if path.split(os.sep, 1)[1] not in included and os.path.basename(path) not in included and path not in AHEAD)


def resources_are_bundled():
    bundled = read('src/app/smtp-probe.gresource.xml')
    none('%s is not in the resources' % path for path in files('*.ui', '*.css', below=('src',))
         if '>%s<' % os.path.basename(path) not in bundled)


def scripts_are_used():
    texts = {path: read(path) for path in files('*.py', '*.sh', 'run', 'meson.build')}

    def is_used(path):
        name = os.path.basename(path)
        module = r'(?m)^\s*(import|from) +%s\b' % re.escape(name.rpartition('.')[0])
        return any(name in text or re.search(module, text) for other, text in texts.items() if other != path)

    none('%s is never run or imported' % path for path in files('*.py', '*.sh') if not is_used(path))


def dialogues_are_played(programs):
    names = {os.path.basename(path) for path in files('*', below=('tests/dialogues',))}
    none('%s is no dialogue' % name for name in names if not name.endswith('.dialogue'))
    for program in programs:
        listed = subprocess.run([program, '-l'], stdout=subprocess.PIPE, text=True, check=True).stdout
        played = {line.rpartition('/')[2] for line in listed.splitlines() if '/whole/' in line}
        assert played == names, (program, played ^ names)


def everything_is_licensed():
    none('%s has no SPDX line' % path
         for path in files('*.c', '*.h', '*.py', '*.sh', '*.xml', '*.1', 'run', 'meson.build') + ['meson.build']
         if path != 'src/app/smtp-probe.gresource.xml' and 'SPDX-License-Identifier: ' not in read(path)[:2000])


def tests_tell_their_result():
    tests = [path for path in files('*.c', below=('tests',)) if 'g_test_init (' in read(path)
             or fnmatch.fnmatch(os.path.basename(path), 'test-*.c') and re.search(r'(?m)^main \(', read(path))]
    tells = re.compile(r'\n  return g_test_run \(\);\n}\n$|\n  status = g_test_run \(\);\n(  .*\n)*\n  return status;\n}\n$')
    assert tests
    none('%s does not return what g_test_run() does' % path for path in tests
         if read(path).count('g_test_init (') != 1 or not tells.search(read(path)))


def tests_do_not_sleep():
    sleep = re.compile(r'\b(u?sleep|nanosleep|g_usleep)\s*\(')
    slept = {path for path in files('*.c', '*.h', '*.py', '*.sh', 'run', below=('tests',))
             if sleep.search(read(path)) and not path.startswith('tests/bench/')}
    none('%s sleeps' % path for path in sorted(slept - set(SLEEPERS)))
    none('%s no longer sleeps' % path for path in sorted(set(SLEEPERS) - slept))
    for path in SLEEPERS:
        assert len(sleep.findall(read(path))) == 1, path


def main(source, nm, *others):
    global SOURCE
    SOURCE = source
    cut = others.index('--')
    tap = Tap()
    for check in (every_folder_has_a_layer, layers_by_include_lines, only_the_window_sees_gtk, layers_by_build_files,
                  functions_are_short, files_are_short, sources_are_built, headers_are_included,
                  resources_are_bundled, scripts_are_used, everything_is_licensed, tests_tell_their_result,
                  tests_do_not_sleep):
        tap.check(check.__name__.replace('_', ' '), check)
    tap.check('layers by calls', layers_by_calls, nm, others[cut + 1:])
    tap.check('dialogues are played', dialogues_are_played, others[:cut])
    return tap.finish()


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
