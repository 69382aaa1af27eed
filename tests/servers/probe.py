# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs smtp-probe-cli and reads its JSON, which is checked for being consistent in itself."""

import base64
import json
import os
import re
import subprocess

LIMIT = 60

EXIT_STATUS = {'works': 0, 'partial': 3, 'later': 4, 'refused': 5,
               'unreachable': 6, 'broken': 8, 'not-testable': 9}

_ENHANCED = re.compile(rb'\d{3} ([245]\.\d{1,3}\.\d{1,3})[ \r]')
_CLASSES = {2: 'success', 3: 'continue', 4: 'temporary', 5: 'permanent'}


class Result:
    """What one run of the program said."""

    def __init__(self, status, output):
        self.status = status
        self.json = json.loads(output)
        self.steps = self.json['steps']
        self.recipients = [
            (each['address'].partition('@')[0], each['outcome'], each['code'],
             each['enhanced']) for each in self.json['recipients']]

    def shape(self):
        """Returns the steps in one line: what was done, and ':result' where it was not accepted."""
        words = []
        for step in self.steps:
            word = step['kind']
            if word == 'command':
                word = step['sent'].split(' ')[0]
            if step['result'] != 'accepted':
                word += ':' + step['result']
            words.append(word)
        return ' '.join(words)

    def step(self, kind):
        """Returns the only step of KIND."""
        found = [step for step in self.steps if step['kind'] == kind]
        assert len(found) == 1, '%d steps are %s' % (len(found), kind)
        return found[0]

    def step_of(self, verb):
        """Returns the only step that says VERB."""
        found = [step for step in self.steps if step['kind'] == 'command' and step['sent'].split(' ')[0] == verb]
        assert len(found) == 1, '%d steps say %s' % (len(found), verb)
        return found[0]

    def raw(self):
        """Returns all the bytes of all the replies."""
        return b''.join(raw_of(step) for step in self.steps)

    def expect(self, outcome, reason, shape, message_sent=False):
        """Asserts what came of the run."""
        told = (self.json['outcome'], self.json['reason'], self.status,
                self.shape(), self.json['message_sent'])
        expected = (outcome, reason, EXIT_STATUS[outcome], shape, message_sent)
        assert told == expected, '\n%r is not\n%r' % (told, expected)


class Program:
    """smtp-probe-cli."""

    def __init__(self, path):
        self.path = path
        self.environment = dict(os.environ, LC_ALL='C.UTF-8', LANGUAGE='',
                                G_DEBUG='fatal-warnings')

    def probe(self, host, port, *arguments):
        """Probes a server; HOST is as typed, with brackets or without.  Returns a Result."""
        done = subprocess.run(
            [self.path, '--format', 'json', *arguments,
             '%s:%d' % (host, port) if port else host],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=self.environment, timeout=LIMIT,
            check=False)
        assert done.stderr == b'', done.stderr.decode('utf-8', 'replace')
        result = Result(done.returncode, done.stdout)
        check_consistency(result, host.strip('[]'), port or 25)
        return result

    def text(self, host, port, *arguments):
        """Probes a server; returns what the program prints for people."""
        done = subprocess.run(
            [self.path, *arguments, '%s:%d' % (host, port)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=self.environment, timeout=LIMIT, check=False)
        assert done.stderr == b'', done.stderr.decode('utf-8', 'replace')
        return done.stdout.decode('utf-8')


def raw_of(step):
    """Returns the bytes of the reply of STEP."""
    return base64.b64decode(step['reply']['raw'], validate=True) if step['reply'] else b''


def check_consistency(result, host, port):
    """Asserts what has to be so in each result, whatever the server said."""
    told = result.json
    assert told['schema'] == 1 and told['program'] == 'smtp-probe-cli', told
    assert told['target']['host'] == host, told['target']
    assert told['target']['port'] == port, told['target']
    assert told['verdict'], told
    check_findings(result)
    check_tls(result)
    at = 0
    for number, step in enumerate(result.steps):
        assert step['n'] == number, step
        assert at <= step['at'] <= step['ended'], step
        at = step['at']
        if step['kind'] == 'command':
            assert step['sent_bytes'] == len(step['sent'].encode()) + 2, step
        if step['reply']:
            check_reply(step)
    assert at <= told['elapsed'] == result.steps[-1]['ended'], told


def check_findings(result):
    """Asserts that the findings are whole, and rest on steps that are there."""
    for finding in result.json['findings']:
        assert finding['id'] and finding['text'], finding
        assert finding['severity'] in ('good', 'info', 'warning', 'error'), finding
        assert finding['advice'] or finding['severity'] in ('good', 'info'), finding
        assert finding['steps'] and all(0 <= at < len(result.steps) for at in finding['steps']), finding
    # These servers have no flaws: in clear there is nothing to be said but that it was.
    if result.json['tls'] is None:
        for finding in result.json['findings']:
            assert finding['id'] == 'starttls-not-offered' and result.json['target']['security'] == 'starttls', finding
            assert 'STARTTLS' not in [each['keyword'] for each in result.json['capabilities']], finding


def check_tls(result):
    """Asserts that what is said about TLS in several places is the same."""
    told = result.json
    handshakes = [step for step in result.steps if step['kind'] == 'handshake']
    stands = [step for step in handshakes if step['result'] in ('accepted', 'refused')]
    assert len(handshakes) <= 1 and (told['tls'] is None) == (not stands), told
    first = stands[0]['n'] + 1 if stands else len(result.steps)
    # The connection is closed by whoever made it, and that is not in TLS.
    assert all(step['secure'] == (step['n'] >= first) for step in result.steps if step['kind'] != 'close'), told
    assert not any(each['secure'] for each in told['capabilities'] if not stands), told
    if not stands:
        return

    tls = told['tls']
    faults = [(each['id'], each['text']) for each in tls['faults']]
    found = [(each['id'], each['text']) for each in told['findings']]
    assert found[:len(faults)] == faults, (found, faults)
    assert ('encrypted' in dict(found)) == (not faults), found
    assert tls['trusted'] == (tls['strict'] is None), tls
    assert tls['strict'] is None or any(tls['strict'].endswith(text) for _id, text in faults), tls
    if told['reason'] != 'certificate-rejected':
        assert told['verdict'].endswith(tls['strict'] or '') and (not tls['strict'] or told['next']), told
        assert ('A strict client would have hung up' in told['verdict']) == (not tls['trusted']), told


def check_reply(step):
    """Asserts that what is said about the reply of STEP follows from its bytes."""
    reply, raw = step['reply'], raw_of(step)
    lines = raw.decode('ascii').split('\r\n')
    enhanced = _ENHANCED.match(raw[:-2].rpartition(b'\r\n')[2] + b'\r\n')
    assert step['at'] <= step['first_byte'] <= step['ended'], step
    assert lines.pop() == '' and reply['lines'] == lines, step
    assert all(line[:3] == lines[0][:3] for line in lines), step
    assert reply['code'] == int(raw[:3]), step
    assert reply['class'] == _CLASSES[reply['code'] // 100], step
    assert reply['enhanced'] == (enhanced and enhanced.group(1).decode()), step
    assert reply['defects'] == [], step
    assert reply['explanation']['id'], step
