# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What clients of a mail server take: time and memory of whole processes, the server costing next to nothing."""
import contextlib
import os
import shutil
import statistics
import subprocess
import time

HELO, SENDER, RECIPIENT = "probe.test", "from@example.test", "to@example.test"
HEADER = f"From: <{SENDER}>\r\nTo: <{RECIPIENT}>\r\nSubject: A measurement\r\n\r\n".encode()
FILLER_LENGTH = 48
MEGABYTE = 1 << 20  # for memory
LONGEST_RUN = 120   # seconds
SYSTEM_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


def numbers(text):
    """NAME=NUMBER pairs as a dictionary."""
    return {name: int(value) for name, value in (pair.split("=") for pair in text.split())}


class Sink:
    """The server as a child; it ends with its standard input."""

    def __init__(self, options, *arguments):
        self.process = subprocess.Popen([os.path.join(options.tools, "sink"), *map(str, arguments)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = numbers(self.process.stdout.readline())["port"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def counters(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return numbers(self.process.stdout.readline())

    def complaint(self, expected):
        """What is missing of the expected counts, or ''. The last bytes may take a moment to arrive."""
        total = dict.fromkeys(expected, 0)
        give_up = time.monotonic() + 2
        while True:
            now = self.counters()
            total = {name: count + now[name] for name, count in total.items()}
            if total == expected or time.monotonic() > give_up:
                break
            time.sleep(0.005)
        return ", ".join(f"{name} {total[name]} instead of {expected[name]}"
                         for name in expected if total[name] != expected[name])


class Client:
    """One program doing one work. `prints`: (text, how often) its output must hold."""

    def __init__(self, name, argv, expected, prints=None, environment=None):
        self.name, self.argv, self.expected, self.prints = name, [str(word) for word in argv], expected, prints
        self.environment = environment or {}
        self.walls, self.peak = [], 0

    def run(self, options, sink, output):
        """Runs once; returns (report of launch, complaint)."""
        errors = os.path.join(options.scratch, "errors")
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": options.scratch, "LC_ALL": "C.UTF-8",
                       **self.environment}
        launch = [os.path.join(options.tools, "launch"), str(LONGEST_RUN), output, errors, *self.argv]
        done = subprocess.run(launch, env=environment, cwd=options.scratch, stdout=subprocess.PIPE, text=True,
                              check=True)
        report = numbers(done.stdout)
        complaint = sink.complaint(self.expected)
        if report["status"]:
            with open(errors, errors="replace") as file:
                said = file.readline().strip()
            complaint = f"exit status {report['status']} {said} {complaint}".strip()
        return report, complaint

    def rehearse(self, options, sink):
        """A run that is not timed but looked at."""
        output = os.path.join(options.scratch, "output")
        _, complaint = self.run(options, sink, output)
        if not complaint and self.prints:
            text, times = self.prints
            with open(output, "rb") as file:
                found = file.read().count(text)
            if found < times:
                complaint = f"its output holds {text.decode()!r} {found} times, not {times}"
        os.unlink(output)
        return complaint

    def measure(self, options, sink):
        report, complaint = self.run(options, sink, "/dev/null")
        self.walls.append(report["wall_ns"] / 1e6)
        self.peak = max(self.peak, report["rss_kb"] * 1024 / MEGABYTE)
        return complaint


def median_ratio(a, b):
    return statistics.median(x / y for x, y in zip(a.walls, b.walls))


class Goal:
    """At most `ratio` times what `rival` takes, and at most `megabytes` of memory, if that is given."""

    def __init__(self, ratio, rival, megabytes=None):
        self.ratio, self.rival, self.megabytes = ratio, rival, megabytes

    def verdict(self, ours, clients):
        rival = next((client for client in clients if client.name == self.rival), None)
        memory = ""
        if self.megabytes:
            memory = f"; {self.megabytes:.0f} MB {'met' if ours.peak <= self.megabytes else 'MISSED'}"
        if rival is None:
            return f"{self.rival} is not here to compare{memory}"
        ratio = median_ratio(ours, rival)
        return f"{self.ratio:.2f} × {self.rival} {'met' if ratio <= self.ratio else f'MISSED: {ratio:.2f}'}{memory}"


@contextlib.contextmanager
def affinity(one_core):
    """One core for us and all we start."""
    before = os.sched_getaffinity(0)
    if one_core:
        os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def in_milliseconds(wall):
    return f"{wall:.2f} ms" if wall < 10 else f"{wall:.0f} ms" if wall < 10000 else f"{wall / 1000:.1f} s"


def print_table(title, rounds, clients, dropped, goal):
    floor = clients[0]
    ours = next((client for client in clients if client.name == "ours"), None)
    print(f"\n### {title}\n\n{rounds} rounds, load {os.getloadavg()[0]:.2f}\n")
    print(f"| client | wall (least) | × {floor.name} | × ours | peak memory | goal |")
    print("|---|---|---|---|---|---|")
    for client in clients:
        to_ours = f"{median_ratio(client, ours):.2f}" if ours else "-"
        print(f"| {client.name} | {in_milliseconds(statistics.median(client.walls))} "
              f"({in_milliseconds(min(client.walls))}) | {median_ratio(client, floor):.2f} | {to_ours} "
              f"| {client.peak:.1f} MB | {goal.verdict(client, clients) if client is ours else ''} |")
    for client, complaint in dropped:
        print(f"\nnot counted: {client.name}: {complaint}")


def compare(options, title, sink, clients, rounds, goal):
    """Rehearsal, rounds, table. False when a floor or ours could not be measured."""
    dropped = []
    for client in list(clients):
        complaint = client.rehearse(options, sink)
        if complaint:
            dropped.append((client, complaint))
            clients.remove(client)
    for turn in range(rounds):
        first = turn % max(len(clients), 1)
        for client in clients[first:] + clients[:first]:
            complaint = client.measure(options, sink)
            if complaint:
                dropped.append((client, f"in round {turn + 1}: {complaint}"))
                clients.remove(client)
    if clients:
        print_table(title, rounds, clients, dropped, goal)
    return not any(client.name.startswith(("floor", "ours")) for client, _ in dropped)


# ---- files and command lines ---------------------------------------------------------------------------------------

def make_small_message(options):
    path = os.path.join(options.scratch, "small.eml")
    with open(path, "wb") as file:
        file.write(HEADER + b"A few words.\r\n")
    return path


def make_big_message(options, size):
    """Lines of 76 octets, one in a thousand with a dot first. Returns the path and the octets on the wire."""
    path = os.path.join(options.scratch, "big.eml")
    line = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/0123456789AB\r\n"
    block = line * 999 + b"." + line[1:]
    blocks = size // len(block)
    with open(path, "wb") as file:
        file.write(HEADER)
        for _ in range(blocks):
            file.write(block)
    return path, os.path.getsize(path) + blocks + len(".\r\n")


class Plain:
    """What each program is told so that it does not encrypt."""
    sink = floor = curl = swaks = ()
    ours = ("-s", "none")
    handshakes = 0


class Encrypted:
    """What each is told so that it does, by STARTTLS, and trusts our authority or, `with_system`, all others too."""
    handshakes = 1

    def __init__(self, options, with_system=False):
        folder = os.path.join(options.scratch, "certificates")
        subprocess.run([os.path.join(options.build, "tests", "support", "make-pki"), folder], check=True)
        ours, all_of_them = os.path.join(folder, "ca.pem"), os.path.join(folder, "all.pem")
        with open(all_of_them, "wb") as file:
            for path in [SYSTEM_BUNDLE, ours] if with_system else [ours]:
                with open(path, "rb") as part:
                    file.write(part.read())
        self.sink = ("--cert", os.path.join(folder, "good.pem"), "--key", os.path.join(folder, "good.key"))
        self.floor = ("-t", ours, *(["-s"] if with_system else []))
        self.ours = ("-s", "starttls-required", "--strict-tls", "--ca-file", ours,
                     "--trust", "both" if with_system else "file")
        self.curl = ("--ssl-reqd", "--cacert", all_of_them)
        self.swaks = ("-tls", "--tls-verify", "--tls-ca-path", all_of_them)


def floor(options, name, sink, expected, *arguments):
    return Client(name, [os.path.join(options.tools, "floor"), *arguments, sink.port], expected)


def ours(options, sink, expected, message, prints, recipients=RECIPIENT, mode=Plain):
    if not options.cli:
        return []
    argv = [options.cli, f"127.0.0.1:{sink.port}", "--helo", HELO, "--from", SENDER, "--to", recipients,
            "--message", message, *mode.ours]
    return [Client("ours", argv, expected, prints)]


def curl(sink, expected, message, mode=Plain):
    if not shutil.which("curl"):
        print("bench: without curl: not installed")
        return []
    return [Client("curl", ["curl", "--disable", "--silent", "--show-error", f"smtp://127.0.0.1:{sink.port}/{HELO}",
                            "--mail-from", SENDER, "--mail-rcpt", RECIPIENT, "--upload-file", message, *mode.curl],
                   expected)]


def swaks(sink, expected, message, mode=Plain):
    if not shutil.which("swaks"):
        print("bench: without swaks: not installed")
        return []
    expected = {**expected, "content": expected["content"] + len("\r\n")}  # it ends every message by one more line
    return [Client("swaks", ["swaks", "--server", "127.0.0.1", "--port", sink.port, "--helo", HELO, "--from", SENDER,
                             "--to", RECIPIENT, "--data", f"@{message}", *mode.swaks], expected)]


def posttls_finger(options, sink, expected):
    """The installed one, or the one of an unpacked package, which needs its libraries and a configuration named."""
    program, environment = shutil.which("posttls-finger", path="/usr/sbin:/usr/bin"), {}
    if options.postfix:
        program = os.path.join(os.path.abspath(options.postfix), "usr/sbin/posttls-finger")
        environment["LD_LIBRARY_PATH"] = os.path.join(os.path.abspath(options.postfix), "usr/lib/postfix")
    if not program or not os.access(program, os.X_OK):
        print("bench: without posttls-finger: not installed, and none under --postfix")
        return []
    environment["MAIL_CONFIG"] = os.path.join(options.scratch, "postfix")
    os.makedirs(environment["MAIL_CONFIG"], exist_ok=True)
    with open(os.path.join(environment["MAIL_CONFIG"], "main.cf"), "w") as file:
        # an owner that every system has: the package's own is made when it is installed
        file.write("compatibility_level = 3.6\nmyhostname = probe.test\nmail_owner = daemon\nsetgid_group = mail\n")
    return [Client("posttls-finger", [program, "-c", "-l", "may", f"[127.0.0.1]:{sink.port}"], expected,
                   environment=environment)]


# ---- workloads -----------------------------------------------------------------------------------------------------

def expected_counts(content, recipients=1, mode=Plain):
    return {"sessions": 1, "tls": mode.handshakes, "senders": 1, "recipients": recipients, "messages": 1,
            "content": content}


def compare_dialogue(options, title, mode, goal):
    message = make_small_message(options)
    expected = expected_counts(os.path.getsize(message) + len(".\r\n"), mode=mode)
    with affinity(True), Sink(options, *mode.sink) as sink:
        clients = [floor(options, "floor", sink, expected, "-m", message, *mode.floor),
                   *curl(sink, expected, message, mode), *swaks(sink, expected, message, mode),
                   *ours(options, sink, expected, message, (b"221 2.0.0 Bye", 1), mode=mode)]
        return compare(options, f"{title}, one core", sink, clients, options.rounds or 25, goal)


def dialogue(options):
    return compare_dialogue(options, "One dialogue", Plain, Goal(1.15, "floor", 8))


def starttls(options):
    return compare_dialogue(options, "One dialogue with STARTTLS", Encrypted(options), Goal(1.12, "floor"))


def starttls_system(options):
    if not os.path.exists(SYSTEM_BUNDLE):
        print(f"bench: without starttls-system: there is no {SYSTEM_BUNDLE}")
        return True
    return compare_dialogue(options, "One dialogue with STARTTLS, the system's authorities trusted",
                            Encrypted(options, with_system=True), Goal(1.00, "floor"))


def recipients(options, count=10000):
    message = make_small_message(options)
    names = os.path.join(options.scratch, "recipients")
    with open(names, "w") as file:
        file.writelines(f"user{number:05d}@example.test\n" for number in range(count))
    expected = expected_counts(os.path.getsize(message) + len(".\r\n"), count)
    with affinity(True), Sink(options, "--no-pipelining") as sink:
        clients = [floor(options, "floor", sink, expected, "-r", count, "-m", message),
                   *ours(options, sink, expected, message, (b"RCPT TO:<user", count), f"@{names}")]
        return compare(options, f"{count:,} recipients, one core", sink, clients, options.rounds or 25,
                       Goal(1.10, "floor", 16))


def compare_message(options, title, mode, goal, size=500_000_000):
    path, content = make_big_message(options, size)
    expected = expected_counts(content, mode=mode)
    try:
        with Sink(options, *mode.sink) as sink:
            clients = [floor(options, "floor", sink, expected, "-m", path, *mode.floor),
                       *curl(sink, expected, path, mode),
                       *ours(options, sink, expected, path, (b"221 2.0.0 Bye", 1), mode=mode)]
            return compare(options, f"{title} of {size // 1_000_000} MB", sink, clients, options.rounds or 7, goal)
    finally:
        os.unlink(path)


def message(options):
    return compare_message(options, "A message", Plain, Goal(1.15, "floor", 12))


def message_tls(options):
    return compare_message(options, "An encrypted message", Encrypted(options), Goal(1.20, "floor", 12))


def reply(options, lines=1_000_000):
    path = make_small_message(options)
    expected = expected_counts(os.path.getsize(path) + len(".\r\n"))
    with Sink(options, "--filler", lines) as sink:
        size = lines * FILLER_LENGTH
        clients = [floor(options, "floor, keeping all", sink, expected, "-c", "-m", path),
                   *posttls_finger(options, sink, {"sessions": 1, "commands": 2}),
                   *ours(options, sink, expected, path, (b"FILLER", lines))]
        return compare(options, f"A reply of {lines:,} lines, {size // 1_000_000} MB", sink, clients,
                       options.rounds or 7, Goal(1 / 3, "posttls-finger", 16 + 1.4 * size / MEGABYTE))


WORKLOADS = {"dialogue": dialogue, "starttls": starttls, "starttls-system": starttls_system, "recipients": recipients,
             "message": message, "message-tls": message_tls, "reply": reply}
