# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one real mail server in a cell: what all the servers have in common.

A cell is a private mount and process namespace.  In it the unpacked package
lies over /usr and the server's configuration and accounts over /etc (both
read-only), and /run, /var/lib and /var/spool are its own, in memory.  The machine's own
files, accounts and services are neither changed nor used.

The first process of the cell waits for the end of its standard input, a pipe
that this process holds.  When the pipe is closed, or this process dies in
whatever way, that first process ends, and the kernel ends all others with it:
no daemon can be left behind.

The name service of the cell knows only its own hosts and accounts, and the
servers either deliver into a Maildir or throw away: nothing leaves the machine.
"""

import os
import shlex
import shutil
import socket
import subprocess
import tempfile

import packages
from checks import until
from packages import Unavailable

DOMAIN = 'example.test'
HOSTNAME = 'mail.example.test'
MAILBOXES = ('alice', 'bob', 'postmaster')

# Seen inside the cell.  Mail and logs lie in the state folder outside.
RUN = '/run/cell'
MAIL = RUN + '/mail'
LOG = RUN + '/log'
CERTIFICATES = '/etc/test-certificates'

# Ours alone: no other program of the machine knows these numbers.
MAIL_UID = 21399
MAIL_USER = 'mailbox'

START_LIMIT = 30
STOP_LIMIT = 10


class StartError(Exception):
    """A server did not come up; the text holds what it logged."""


class Account:
    """A user, and the group of the same name and number."""

    def __init__(self, name, number, home='/nonexistent'):
        self.name = name
        self.number = number
        self.home = home

    def passwd(self):
        return '%s:x:%d:%d::%s:/usr/sbin/nologin\n' % (
            self.name, self.number, self.number, self.home)

    def group(self):
        return '%s:x:%d:\n' % (self.name, self.number)


def why_unavailable():
    """Returns why no server can run here, or None when they can."""
    if os.geteuid() != 0:
        return 'real servers need root'
    with tempfile.TemporaryDirectory(prefix='smtp-probe-try-') as folder:
        script = 'mount -t overlay overlay -o ro,lowerdir=%s:/etc /etc' % folder
        try:
            tried = subprocess.run(
                ['unshare', '--mount', '--pid', '--fork', 'sh', '-c', script],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, check=False)
        except FileNotFoundError as error:
            return str(error)
    if tried.returncode != 0:
        return 'no private mounts here: ' + tried.stdout.strip()
    return None


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(('::1', 0))
        return True
    except OSError:
        return False


def pick_ports(names, ipv6):
    """Returns a port for each of NAMES, free in both families just now."""
    held = []
    ports = {}
    try:
        while len(ports) < len(names):
            first = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            held.append(first)
            first.bind(('127.0.0.1', 0))
            number = first.getsockname()[1]
            if ipv6:
                second = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
                held.append(second)
                second.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                try:
                    second.bind(('::1', number))
                except OSError:
                    continue
            ports[names[len(ports)]] = number
    finally:
        for each in held:
            each.close()
    return ports


class Server:
    """A mail server; used as a context manager: running inside `with`.

    Listeners are known by name: port ('mx') is an ordinary MX; which others
    there are, and what they do, says each subclass.  All of them listen on
    127.0.0.1 and, where the machine has it, ::1.
    """

    name = ''
    listeners = ('mx',)
    # What needs certificates: see Server.certificates.
    tls_listeners = ()
    accounts = ()
    # A listener that refuses messages above so many bytes.
    small = ('mx', 0)
    # Folders below /run, /var/lib, /var/spool: (user, group, mode, paths).
    folders = ()

    # Who else than root may read private keys.
    key_group = 0

    def __init__(self, cache=None, certificates=None):
        self.cache = cache or packages.default_cache()
        # The folder that make-pki has filled; without one there is no TLS.
        self.certificates = certificates
        self.state = None
        self.ports = {}
        self.ipv6 = has_ipv6()
        self._process = None
        self._last_log = ''

    # What a subclass says.

    def files(self):
        """Returns the files below /etc: a dictionary from path to text."""
        raise NotImplementedError

    def command(self):
        """Returns the command that runs the daemon in the foreground."""
        raise NotImplementedError

    # What tests use.

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_error):
        self.stop()

    def start(self):
        """Starts the server and returns when it greets on 'mx'."""
        reason = why_unavailable()
        if reason:
            raise Unavailable(reason)
        packages.fetch(self.cache, [self.name])
        for attempt in range(3):
            self.ports = pick_ports(
                (*self.listeners, *(self.tls_listeners if self.certificates else ())), self.ipv6)
            self._launch()
            try:
                self._wait_until_ready()
                return
            except StartError as error:
                self.stop()
                # Somebody may have taken a port since it was picked.
                if attempt == 2 or 'in use' not in str(error):
                    raise
            except BaseException:
                self.stop()
                raise

    def stop(self):
        """Ends all processes of the server and removes its folder."""
        if self._process is not None:
            self._last_log = self.log()
            self._process.stdin.close()
            try:
                self._process.wait(STOP_LIMIT)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self.state is not None and not _keep_state():
            shutil.rmtree(self.state, ignore_errors=True)
        self.state = None

    def port(self, listener='mx'):
        """Returns the port of the listener of that name."""
        return self.ports[listener]

    def process_id(self):
        """Returns the process whose child is the first one in the cell."""
        return self._process.pid

    def connect(self, listener='mx', family=socket.AF_INET, timeout=30):
        """Returns a socket connected to the listener of that name."""
        host = '::1' if family == socket.AF_INET6 else '127.0.0.1'
        return socket.create_connection((host, self.ports[listener]), timeout)

    def messages(self, mailbox):
        """Returns the messages delivered to MAILBOX as bytes, oldest first.

        Lines end with LF, as Maildir has it; see as_sent().
        """
        folder = os.path.join(self.state, 'mail', mailbox, 'new')
        found = []
        try:
            entries = list(os.scandir(folder))
        except FileNotFoundError:
            return found
        for entry in sorted(entries,
                            key=lambda e: (e.stat().st_mtime_ns, e.name)):
            with open(entry.path, 'rb') as message:
                found.append(message.read())
        return found

    def wait_message(self, mailbox, timeout=30, after=0):
        """Waits for one message more than AFTER in MAILBOX; returns it."""
        def came():
            found = self.messages(mailbox)
            if len(found) <= after and self._process.poll() is not None:
                raise StartError('%s ended by itself\n%s' % (
                    self.name, self.log()))
            return found[after:]

        return until(came, timeout, lambda: TimeoutError(
            '%s: no message for %s in %g s\n%s' % (
                self.name, mailbox, timeout, self.log())))[0]

    @staticmethod
    def as_sent(message):
        """Returns MESSAGE with CRLF and without what the server put before.

        All three put a Received field of their own last before the message
        as they received it, under fields such as Return-Path.
        """
        lines = message.split(b'\n')
        at = 0
        while not lines[at].lower().startswith(b'received:'):
            at += 1
        at += 1
        while lines[at][:1] in (b' ', b'\t'):
            at += 1
        return b'\r\n'.join(lines[at:])

    def log(self):
        """Returns what the server has logged: for the report of a failure."""
        if self.state is None:
            return self._last_log
        texts = []
        folder = os.path.join(self.state, 'log')
        for name in sorted(os.listdir(folder)):
            path = os.path.join(folder, name)
            with open(path, encoding='utf-8', errors='replace') as text:
                texts.append('--- %s\n%s' % (name, text.read()))
        return ''.join(texts)

    def describe(self):
        """Returns what a test in another language needs, as a dictionary."""
        return {'name': self.name, 'ports': self.ports, 'state': self.state,
                'mail': os.path.join(self.state, 'mail'),
                'log': os.path.join(self.state, 'log'), 'ipv6': self.ipv6}

    # How it is done.

    def _launch(self):
        self.state = tempfile.mkdtemp(prefix='smtp-probe-%s-' % self.name)
        if any(mark in self.state for mark in ',:\\'):
            raise Unavailable('overlay mounts cannot take ' + self.state)
        for folder in ('mail', 'log', 'etc', 'cell'):
            os.mkdir(os.path.join(self.state, folder))
            os.chmod(os.path.join(self.state, folder), 0o755)
        os.chown(os.path.join(self.state, 'mail'), MAIL_UID, MAIL_UID)
        os.chmod(os.path.join(self.state, 'log'), 0o1777)
        for path, text in {**self._system_files(), **self.files(), **self._certificate_files()}.items():
            path = os.path.join(self.state, 'etc', path)
            os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
            with open(path, 'w', encoding='utf-8') as out:
                out.write(text)
            os.chmod(path, 0o644)
            if path.endswith('.key'):
                os.chown(path, 0, self.key_group)
                os.chmod(path, 0o640)
            # Postfix waits while a file of its own is less than 1 s old.
            os.utime(path, (1, 1))
        with open(os.path.join(self.state, 'log', 'cell'), 'wb') as log:
            self._process = subprocess.Popen(
                ['unshare', '--mount', '--propagation', 'private', '--pid',
                 '--fork', '--kill-child', 'sh', '-c', self._script()],
                cwd=self.state, stdin=subprocess.PIPE, stdout=log, stderr=log,
                env={'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL': 'C'},
                start_new_session=True, umask=0o022)

    def _script(self):
        """Returns what the first process of the cell does, as shell text."""
        quote = shlex.quote
        usr = os.path.join(packages.root_of(self.name, self.cache), 'usr')
        lines = [
            # What follows must never happen outside a cell.
            '[ $$ = 1 ] || exit 70',
            'set -e',
            'mount -t tmpfs -o mode=0755 tmpfs cell',
            'mkdir -p cell/run/cell/mail cell/run/cell/log',
            'mount --bind mail cell/run/cell/mail',
            'mount --bind log cell/run/cell/log',
            'mount -t overlay overlay -o %s /usr' % quote(
                'ro,lowerdir=%s:/usr' % usr),
            'mount -t overlay overlay -o %s /etc' % quote(
                'ro,lowerdir=%s/etc:/etc' % self.state),
            'mount --rbind cell/run /run',
            'mkdir cell/spool cell/lib',
            'mount --bind cell/spool /var/spool',
            'mount --bind cell/lib /var/lib',
        ]
        for user, group, mode, paths in self.folders:
            lines.append('install -d -o %d -g %d -m %o %s' % (
                user, group, mode, ' '.join(paths)))
        daemon = ' '.join(quote(word) for word in self.command())
        lines += [
            'exec 3<&0 </dev/null',
            'set +e',
            '%s 3<&- & daemon=$!' % daemon,
            # Holds until our side of the pipe is closed or has died.
            '{ cat <&3; : >%s/over; kill -KILL $daemon; } & exec 3<&-' % RUN,
            'wait $daemon; status=$?',
            '[ -e %s/over ] || exit $status' % RUN,
            'kill -KILL -1',
        ]
        if not _keep_state():
            # Nobody may be left outside to remove it.
            lines += ['umount -l cell', 'cd /',
                      'rm -rf --one-file-system %s' % quote(self.state)]
        return '\n'.join(lines)

    def _wait_until_ready(self):
        def greets():
            if self._process.poll() is not None:
                raise StartError('%s ended at once\n%s' % (
                    self.name, self.log()))
            try:
                with self.connect('mx', timeout=START_LIMIT) as probe:
                    greeting = probe.recv(512)
                    probe.sendall(b'QUIT\r\n')
                    if greeting.startswith(b'220 ' + HOSTNAME.encode()):
                        probe.recv(512)
                        return True
            except OSError:
                pass
            return False

        until(greets, START_LIMIT, lambda: StartError(
            '%s does not greet after %d s\n%s' % (
                self.name, START_LIMIT, self.log())))

    def _certificate_files(self):
        """Returns the test certificates, below CERTIFICATES."""
        files = {}
        if self.certificates:
            for name in ('ca.pem', 'good.pem', 'good.key', 'selfsigned.pem', 'selfsigned.key'):
                with open(os.path.join(self.certificates, name), encoding='ascii') as file:
                    files[os.path.join(CERTIFICATES[len('/etc/'):], name)] = file.read()
        return files

    def _system_files(self):
        """Returns the accounts and the name service of the cell."""
        accounts = [Account('root', 0, '/root'), Account('nobody', 65534),
                    Account(MAIL_USER, MAIL_UID), *self.accounts]
        return {
            'passwd': ''.join(each.passwd() for each in accounts),
            'group': ''.join(each.group() for each in accounts),
            'shadow': ''.join(each.name + ':*:::::::\n' for each in accounts),
            'nsswitch.conf': 'passwd: files\ngroup: files\nshadow: files\n'
                             'hosts: files\nservices: files\n'
                             'protocols: files\n',
            'hosts': '127.0.0.1 localhost %s\n::1 localhost %s\n' % (
                HOSTNAME, HOSTNAME),
            # Nobody answers there, and a refusal comes at once.
            'resolv.conf': 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n',
            'mailname': HOSTNAME + '\n',
            'services': 'smtp 25/tcp mail\ndomain 53/tcp\ndomain 53/udp\n',
        }


def _keep_state():
    """Whether the folders of servers are to be kept for a look by hand."""
    return bool(os.environ.get('SMTP_PROBE_KEEP_STATE'))
