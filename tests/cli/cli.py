# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""smtp-probe-cli as scripts see it: exit status, what is written where, and when.

    cli.py PROGRAM VERSION MANUAL

Prints TAP.
"""

import contextlib
import functools
import json
import os
import re
import resource
import signal
import socket
import stat
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), 'support')]

# pylint: disable=wrong-import-position
from checks import Tap
from peer import Peer, Program, finish

HINT = "Try 'smtp-probe-cli --help'."
NAME = ('--helo', 'client.test')
BOB = ('--to', 'bob@example.test')

# Arguments that make no sense, and a word of the reason.  TARGET is a server that must not be contacted.
USAGE = (
    ((), 'HOST'),
    (('TARGET', 'TARGET'), 'Only one'),
    (('--nonsense', 'TARGET'), '--nonsense'),
    (('--output',), '--output'),
    (('127.0.0.1:0',), '65535'),
    (('127.0.0.1:65536',), '65535'),
    (('127.0.0.1:-1',), '65535'),
    (('127.0.0.1:',), 'port'),
    (('127.0.0.1:no-such-service',), 'service'),
    (('[127.0.0.1]x:25',), 'host name'),
    (('bad host',), 'spaces'),
    (('bad\x07host',), 'control'),
    (('1.2.3',), 'IP address'),
    (('-4', '-6', 'TARGET'), 'exclude'),
    (('-6', 'TARGET'), 'other family'),
    (('-4', '[::1]:PORT'), 'other family'),
    (('--to', 'a\x07@example.test', 'TARGET'), 'control'),
    (('--to', 'a@example.test\r\nRCPT TO:<b@example.test>', 'TARGET'), 'line break'),
    (('--to', 'nobody', 'TARGET'), '@'),
    (('--to', '', 'TARGET'), 'empty'),
    (('--from', 'a@exa\x1bmple.test', 'TARGET'), 'control'),
    (('--helo', 'client.test\r\nQUIT', 'TARGET'), 'domain'),
    (('--to', '@FOLDER/missing', 'TARGET'), 'missing'),
    (('--to', '@FOLDER', 'TARGET'), 'FOLDER'),
    (('--to', '@FOLDER/wrong', 'TARGET'), 'two@@example'),
    (('--to', '@FOLDER/nul', 'TARGET'), 'control'),
    (('--message', 'FOLDER/missing', *BOB, 'TARGET'), 'missing'),
    (('--message', 'FOLDER', *BOB, 'TARGET'), 'directory'),
    (('--message', 'FOLDER/wrong', '--send', *BOB, 'TARGET'), 'one of them'),
    (('--send', 'TARGET'), 'recipient'),
    (('--stop-after', 'rcpt', 'TARGET'), 'recipient'),
    (('--stop-after', 'data', 'TARGET'), 'recipient'),
    (('--stop-after', 'message', *BOB, 'TARGET'), 'no message'),
    (('--stop-after', 'nowhere', 'TARGET'), 'nowhere'),
    (('--format', 'xml', 'TARGET'), 'format'),
    (('--timeout', '0', 'TARGET'), '3600'),
    (('--timeout', '-5', 'TARGET'), '3600'),
    (('--timeout', '3601', 'TARGET'), '3600'),
    (('--timeout', 'soon', 'TARGET'), 'soon'),
    (('--timeouts', 'slow', 'TARGET'), 'slow'),
    (('--security', 'rot13', 'TARGET'), '--security'),
    (('--practice', 'nobody'), '--practice list'),
    (('--pause', '5', 'TARGET'), '--tls-survey'),
    (('--tls-survey', '--pause', '-1', 'TARGET'), '60000'),
    (('--tls-survey', '--pause', '60001', 'TARGET'), '60000'),
    (('--tls-survey', '--security', 'none', 'TARGET'), 'none'),
    (('--tls-survey', *BOB, 'TARGET'), 'recipients'),
    (('--tls-survey', '--priority', 'NORMAL', 'TARGET'), '--priority'),
    (('--tls-survey', '--lab-injection', '--lab-consent', 'TARGET'), 'two probes'),
    (('--lab-injection', 'TARGET'), '--lab-consent'),
    (('--lab-consent', 'TARGET'), '--lab-injection'),
    (('--lab-injection', '--lab-consent', *BOB, 'TARGET'), 'recipients'),
    (('--lab-injection', '--lab-consent', '--security', 'tls', 'TARGET'), 'STARTTLS'),
    (('--lab-injection', '--lab-consent', '--security', 'none', 'TARGET'), 'none'),
    (('--practice', 'good', 'TARGET'), 'HOST'),
)

# What each personality comes to when it is only asked, and when it is sent a message: exit status, outcome, and
# what becomes of its recipients.
PERSONALITIES = {
    'refusals': ((3, 'partial', 'works refused refused'), (3, 'partial', True)),
    'good': ((0, 'works', 'works works'), (0, 'works', True)),
    'greylisting': ((4, 'later', 'later'), (4, 'later', False)),
    'full': ((3, 'partial', 'works later'), (3, 'partial', True)),
    'busy': ((4, 'later', 'not-asked'), (4, 'later', False)),
    'slow': ((0, 'works', 'works'), (0, 'works', True)),
    'exchange': ((3, 'partial', 'works works refused'), (5, 'refused', False)),
    'web': ((8, 'broken', 'not-asked'), (8, 'broken', False)),
    'tls': ((0, 'works', 'works works'), (0, 'works', True)),
    'tls-on-connect': ((0, 'works', 'works works'), (0, 'works', True)),
    'tls12': ((0, 'works', 'works'), (0, 'works', True)),
    'self-signed': ((0, 'works', 'works'), (0, 'works', True)),
    'expired': ((0, 'works', 'works'), (0, 'works', True)),
    'wrong-name': ((0, 'works', 'works'), (0, 'works', True)),
    'missing-intermediate': ((0, 'works', 'works'), (0, 'works', True)),
    'tls-unavailable': ((4, 'later', 'not-asked'), (4, 'later', False)),
    'tls-drops': ((8, 'broken', 'not-asked'), (8, 'broken', False)),
    'tls-injects': ((8, 'broken', 'not-asked'), (8, 'broken', False)),
}

# Practice servers with TLS, and what the user wants: exit status, and the faults of the certificate; None: no TLS.
ENCRYPTED = (
    ('tls', (), 0, []),
    ('tls-on-connect', (), 0, []),
    ('tls12', (), 0, []),
    ('self-signed', (), 0, ['self-signed']),
    ('expired', (), 0, ['expired']),
    ('wrong-name', (), 0, ['name-mismatch']),
    ('missing-intermediate', (), 0, ['missing-intermediate']),
    ('expired', ('--strict-tls',), 8, ['expired']),
    ('wrong-name', ('--strict-tls', '--verify-name', 'elsewhere.example'), 0, []),
    ('tls', ('--strict-tls', '--verify-name', 'practice.example'), 0, []),
    ('tls', ('--trust', 'system'), 0, ['missing-intermediate']),
    ('tls', ('--security', 'none'), 0, None),
    ('tls', ('--security', 'tls'), 8, None),
    ('tls-on-connect', ('--security', 'starttls', '--timeout', '1'), 7, None),
    ('tls12', ('--tls-min', '1.3'), 8, None),
    ('good', ('--security', 'starttls-required'), 8, None),
)


@contextlib.contextmanager
def folder():
    with tempfile.TemporaryDirectory() as path:
        yield path


def write(path, content):
    with open(path, 'wb') as file:
        file.write(content)
    return path


def read(path):
    with open(path, 'rb') as file:
        return file.read().decode()


def usage_error(program, arguments, word):
    with folder() as path, Peer() as peer:
        write(path + '/wrong', b'one@example.test\ntwo@@example.test\n')
        write(path + '/nul', b'one@example.test\n\0two@example.test\n')
        replaced = [each.replace('TARGET', peer.target).replace('PORT', str(peer.port)).replace('FOLDER', path)
                    for each in arguments]
        status, output, errors = program.run(*replaced)
        assert (status, output) == (2, ''), (status, output, errors)
        assert not peer.was_contacted()
        # One sentence, and where there is more to read.
        lines = errors.splitlines()
        assert lines[1:] in ([], [HINT]) and lines[0].startswith('smtp-probe-cli: '), errors
        assert word.replace('FOLDER', path) in lines[0], errors
        assert not re.search(r'[\x00-\x1f\x7f]', lines[0]), errors


def practice_names(program, personalities):
    status, output, errors = program.run('--practice', 'list')
    assert (status, errors) == (0, ''), (status, errors)
    assert [line.split()[0] for line in output.splitlines()] == list(personalities), output


def practice(program, expected):
    """All at once: one of them takes its time."""
    runs = {(name, send): program.start('--practice', name, '--format', 'json', *NAME, *send)
            for name in expected for send in ((), ('--send',))}
    for (name, send), process in runs.items():
        status, output, errors = finish(process)
        told = json.loads(output)
        assert errors == '', errors
        asked, sent = expected[name]
        if send:
            assert (status, told['outcome'], told['message_sent']) == sent, (name, status, output)
        else:
            recipients = ' '.join(each['outcome'] for each in told['recipients'])
            assert (status, told['outcome'], recipients) == asked, (name, status, output)
            assert not told['message_sent'], output


def practice_in_tls(program, name, options, expected, faults):
    status, told = program.probe('--practice', name, *NAME, *options)
    assert status == expected, (status, told)
    if faults is None:
        assert told['tls'] is None, told['tls']
    else:
        assert [fault['id'] for fault in told['tls']['faults']] == faults, told['tls']
        assert told['tls']['trusted'] == (not faults), told['tls']
        assert told['tls']['version'] == ('TLS1.2' if name == 'tls12' else 'TLS1.3'), told['tls']


def text(program):
    """Text on standard output, nothing on standard error, and exactly what was asked for on the wire."""
    with Peer() as peer:
        process = program.start(*NAME, '-s', 'none', '-f', 'me@client.test', *BOB, peer.target)
        heard = peer.serve('220 mx', '250-mx\r\n250 HELP', '250 ok', '250 ok', '250 ok', '221 bye')
        status, output, errors = finish(process)
    assert (status, errors) == (0, ''), (status, errors)
    assert heard == ['EHLO client.test', 'MAIL FROM:<me@client.test>', 'RCPT TO:<bob@example.test>', 'RSET', 'QUIT']
    assert output.startswith('Target:   127.0.0.1 port %d, no encryption\n' % peer.port), output
    marks = [line[10] for line in output.split('\n\n')[1].splitlines() if line[0] == '+']
    assert ''.join(marks) == '*<' + '><' * 5, output
    assert '\n             250 HELP\n' in output, output
    assert output.splitlines()[-1].startswith('Verdict:  It works. '), output


def live(program):
    """The greeting is printed while the reply to EHLO is still waited for."""
    with Peer() as peer:
        process = program.start(*NAME, peer.target)
        peer.accept()
        peer.say('220 mx.example.test')
        assert peer.hear() == 'EHLO client.test'
        come = b''
        while b'220 mx.example.test   [220 Ready' not in come or b'>  EHLO client.test\n' not in come:
            more = os.read(process.stdout.fileno(), 65536)
            assert more, come
            come += more
        assert process.poll() is None
        peer.say('250 mx')
        assert peer.hear() == 'QUIT'
        peer.say('221 bye')
        status, output, errors = finish(process)
        assert (status, errors) == (0, ''), (status, errors)
        output = come.decode() + output
        assert '<  250 mx   [250 Success' in output and output.count('220 mx.example.test') == 1, output


def quiet(program):
    for arguments in ((), ('--format', 'text')):
        status, output, errors = program.run('--practice', 'busy', '-q', *arguments)
        assert (status, errors) == (4, ''), (status, errors)
        assert re.fullmatch(r'The server [^\n]* \(421 4\.3\.2\)\.\n', output), output
    status, output, errors = program.run('--practice', 'busy', '--quiet', '--format', 'json')
    assert (status, errors, json.loads(output)['outcome']) == (4, '', 'later'), (status, output, errors)
    with folder() as path:
        status, output, errors = program.run('--practice', 'busy', '--quiet', '-o', path + '/out')
        assert (status, output, errors) == (4, '', ''), (status, output, errors)
        assert '[421 Temporary' in read(path + '/out'), read(path + '/out')


def version(program, number):
    assert program.run('--version') == (0, 'smtp-probe-cli %s\n' % number, '')


def options_are_in_the_manual(program, manual):
    status, output, errors = program.run('--help')
    assert (status, errors) == (0, ''), (status, errors)
    assert output == program.run('-h')[1], output
    option = r'(?:^|[\s,])(--?[a-z0-9][a-z0-9-]*)'
    helped = set()
    for line in output.splitlines():
        if line.startswith('  -'):
            # What is behind two blanks explains.
            helped |= set(re.findall(option, ' ' + re.split(r' {2,}', line.strip())[0]))
    page = read(manual).split('.SH OPTIONS\n')[1].split('\n.SH ')[0].replace('\\-', '-')
    described = set()
    for line in re.findall(r'(?m)^\.TP\n\.B[IR]? (.*)$', page):
        described |= set(re.findall(option, ' ' + line.replace('"', ' ')))
    assert len(helped) > 20 and helped == described, helped ^ described


def refused_port(program):
    # Bound, so that nobody else takes it, but nobody listens.
    with socket.socket() as bound:
        bound.bind(('127.0.0.1', 0))
        status, told = program.probe('127.0.0.1:%d' % bound.getsockname()[1])
    assert (status, told['outcome'], told['reason']) == (6, 'unreachable', 'connection-refused'), told
    assert told['target']['local'] is None, told['target']


def unknown_host(program):
    os.environ['RES_OPTIONS'] = 'timeout:1 attempts:1'
    status, told = program.probe('no-such-host.invalid')
    # The name service of this machine may be out of reach.
    assert (status, told['outcome']) == (6, 'unreachable'), told
    assert told['reason'] in ('name-not-found', 'lookup-failed'), told
    assert [step['kind'] for step in told['steps']] == ['lookup'], told


def time_out(program):
    with Peer() as silent:
        status, told = program.probe('--timeout', '1', silent.target)
        assert silent.was_contacted()
    assert (status, told['outcome'], told['reason']) == (7, 'broken', 'timeout'), told
    step = told['steps'][1]
    assert (step['kind'], step['result'], step['limit']) == ('greeting', 'timed-out', 1), step
    assert 1 <= step['ended'] - step['at'], step


def hosts_as_typed(program):
    with Peer() as peer:
        for typed, lookup in (('127.0.0.1', []), ('[127.0.0.1]', []), ('localhost', ['lookup'])):
            status, told = program.probe('-4', '--stop-after', 'connect', '%s:%d' % (typed, peer.port))
            kinds = [step['kind'] for step in told['steps']]
            assert (status, kinds) == (0, [*lookup, 'connect', 'close']), told
            assert told['target']['host'] == typed.strip('[]'), told['target']
            assert told['target']['address'] == '127.0.0.1', told['target']
            assert re.fullmatch(r'127\.0\.0\.1:\d+', told['target']['local']), told['target']
        status, told = program.probe('--stop-after', 'connect', 'smtp://%s/' % peer.target)
        assert (status, told['target']['port']) == (0, peer.port), told['target']


def hosts_of_ipv6(program):
    with Peer('::1') as peer:
        for typed in ('[::1]', '[IPv6:::1]'):
            status, told = program.probe('-6', '--stop-after', 'connect', '%s:%d' % (typed, peer.port))
            assert status == 0 and told['target']['host'] == told['target']['address'] == '::1', told
            assert re.fullmatch(r'\[::1\]:\d+', told['target']['local']), told['target']
    # Without brackets all of it is the address.
    status, told = program.probe('--stop-after', 'connect', '::1')
    assert (told['target']['host'], told['target']['port']) == ('::1', 25), told['target']


def recipients_of_a_file(program):
    with folder() as path:
        write(path + '/people', b'# those who moved\r\n\r\n  alice@practice.example \r\n<bob@practice.example>\n'
                                b'Carol <carol@practice.example>')
        status, told = program.probe('--practice', 'good', '-t', '@%s/people' % path, '-t', 'dave@practice.example')
    assert status == 0, told
    assert [each['address'].split('@')[0] for each in told['recipients']] == ['alice', 'bob', 'carol', 'dave'], told


def stop(program, number, arguments, check):
    """A signal in the middle of a wait ends the run at once, with all that is known by then."""
    with Peer() as peer:
        process = program.start(*NAME, *arguments, '--timeout', '3600', peer.target)
        peer.accept()
        peer.say('220 mx.example.test')
        assert peer.hear() == 'EHLO client.test'
        process.send_signal(number)
        status, output, errors = finish(process)
        assert status == 9, (status, output, errors)
        assert peer.hear() == ''
        check(output, errors)


def stopped_text(output, errors):
    assert errors == '', errors
    assert '<  220 mx.example.test   [220 Ready' in output, output
    assert re.search(r'\n\+\d\S+ +>  EHLO client\.test\n\+\d\S+ +\*  Stopped by you\.   \[Stopped\]\n', output), output
    assert '\nVerdict:  Stopped. ' in output, output


def stopped_json(output, errors):
    told = json.loads(output)
    assert errors == '' and (told['outcome'], told['reason']) == ('not-testable', 'cancelled'), (told, errors)
    shape = [(step['kind'], step['result']) for step in told['steps']]
    assert shape == [('connect', 'accepted'), ('greeting', 'accepted'), ('command', 'cancelled'),
                     ('close', 'accepted')], shape


def stopped_file(program):
    with folder() as path:
        def check(output, errors):
            assert output == '' and errors == 'Stopped by you.\n', (output, errors)
            stopped_text(read(path + '/out'), '')

        stop(program, signal.SIGINT, ('-o', path + '/out'), check)


def output_file(program):
    with folder() as path:
        out = path + '/out'
        status, output, errors = program.run('--practice', 'busy', '-o', out)
        assert (status, output) == (4, ''), (status, output)
        assert re.fullmatch(r'The server [^\n]*\(421 4\.3\.2\)\.\n', errors), errors
        assert read(out).startswith('Target:   127.0.0.1 port '), read(out)
        status, output, errors = program.run('--practice', 'busy', '--format', 'json', '-o', out)
        assert (status, output, json.loads(read(out))['outcome']) == (4, '', 'later'), (status, output)
        assert os.listdir(path) == ['out'], os.listdir(path)


def output_keeps_permissions_and_links(program):
    with folder() as path:
        os.chmod(write(path + '/real', b'old\n'), 0o600)
        os.symlink('real', path + '/link')
        assert program.run('--practice', 'busy', '-q', '-o', path + '/link') == (4, '', '')
        assert os.readlink(path + '/link') == 'real'
        assert stat.S_IMODE(os.stat(path + '/real').st_mode) == 0o600
        assert '421' in read(path + '/real')


def output_into_a_pipe(program):
    """What is no file is written into, and stays what it is."""
    with folder() as path:
        os.mkfifo(path + '/pipe')
        reader = os.open(path + '/pipe', os.O_RDONLY | os.O_NONBLOCK)
        try:
            assert program.run('--practice', 'busy', '-q', '-o', path + '/pipe') == (4, '', '')
            assert b'421 Temporary' in os.read(reader, 65536)
        finally:
            os.close(reader)
        assert stat.S_ISFIFO(os.stat(path + '/pipe').st_mode)


def allow_small_files_only():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))


def output_that_fails(program):
    with folder() as path:
        write(path + '/file', b'old\n')
        os.mkdir(path + '/closed')
        write(path + '/closed/file', b'old\n')
        os.chmod(path + '/closed', 0o555)
        cases = [(path + '/missing/out', None), (path + '/file/out', None), (path, None), ('/dev/full', None),
                 # No room for it, which holds for root as well.
                 (path + '/file', allow_small_files_only)]
        if os.geteuid() != 0:
            cases.append((path + '/closed/file', None))
        for target, prepare in cases:
            for arguments in (('-q',), ()):
                status, output, errors = program.run('--practice', 'busy', '-o', target, *arguments,
                                                     preexec_fn=prepare)
                assert (status, output) == (1, ''), (target, status, output, errors)
                lines = errors.splitlines()
                assert lines[0].startswith('smtp-probe-cli: ') and target in lines[0], errors
                # The verdict is known all the same.
                assert len(lines) == (1 if arguments else 2) and (arguments or '(421 4.3.2)' in lines[1]), errors
        assert sorted(os.listdir(path)) == ['closed', 'file'], os.listdir(path)
        assert os.listdir(path + '/closed') == ['file'], os.listdir(path + '/closed')
        assert read(path + '/file') == read(path + '/closed/file') == 'old\n'
        os.chmod(path + '/closed', 0o755)


ALL_OUTPUT = (('--practice', 'busy'), ('--practice', 'busy', '--format', 'json'), ('--practice', 'busy', '-q'),
              ('--practice', 'list'), ('--version',), ('--help',))


def expect_output_failure(result, arguments):
    status, _output, errors = result
    assert status == 1, (arguments, status, errors)
    assert re.fullmatch(r'smtp-probe-cli: [^\n]*standard output\n', errors), (arguments, errors)


def standard_output_full(program):
    with open('/dev/full', 'wb') as full:
        for arguments in ALL_OUTPUT:
            expect_output_failure(program.run(*arguments, stdout=full), arguments)


def standard_output_closed(program):
    for arguments in ALL_OUTPUT:
        expect_output_failure(program.run(*arguments, preexec_fn=functools.partial(os.close, 1)), arguments)


def reader_gone(program):
    for arguments in ALL_OUTPUT:
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, 'wb') as pipe:
            expect_output_failure(program.run(*arguments, stdout=pipe), arguments)


def close_standard_files():
    for number in range(3):
        os.close(number)


def nothing_printed_into_the_connection(program):
    """Closed standard files must not become the socket."""
    with Peer() as peer:
        process = program.start(*NAME, peer.target, preexec_fn=close_standard_files)
        assert peer.serve('220 mx', '250 mx', '221 bye') == ['EHLO client.test', 'QUIT']
        status, output, errors = finish(process)
    assert (status, output, errors) == (1, '', ''), (status, output, errors)


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(('::1', 0))
        return True
    except OSError:
        return False


def main(path, number, manual):
    program = Program(path)
    tap = Tap()
    for arguments, word in USAGE:
        tap.check('usage error: %r' % ' '.join(arguments), usage_error, program, arguments, word)
    tap.check('practice list', practice_names, program, PERSONALITIES)
    tap.check('practice', practice, program, PERSONALITIES)
    for name, options, status, faults in ENCRYPTED:
        tap.check(' '.join(('practice in TLS:', name, *options)), practice_in_tls, program, name, options, status, faults)
    tap.check('version', version, program, number)
    tap.check('options are in the manual', options_are_in_the_manual, program, manual)
    tap.check('interrupt, text', stop, program, signal.SIGINT, (), stopped_text)
    tap.check('interrupt, JSON', stop, program, signal.SIGINT, ('--format', 'json'), stopped_json)
    tap.check('terminate, text', stop, program, signal.SIGTERM, (), stopped_text)
    tap.check('interrupt, file', stopped_file, program)
    for check in (text, live, quiet, refused_port, unknown_host, time_out, hosts_as_typed, recipients_of_a_file,
                  output_file, output_keeps_permissions_and_links, output_into_a_pipe, output_that_fails,
                  standard_output_full, standard_output_closed, reader_gone, nothing_printed_into_the_connection):
        tap.check(check.__name__.replace('_', ' '), check, program)
    if has_ipv6():
        tap.check('hosts of ipv6', hosts_of_ipv6, program)
    else:
        tap.skip('hosts of ipv6', 'this machine has no IPv6')
    return tap.finish()


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
