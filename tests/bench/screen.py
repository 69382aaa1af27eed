# SPDX-FileCopyrightText: 2026 SMTP Probe contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What windows take, on a screen of their own: start to first picture, and work for each frame of a long list."""
import contextlib
import os
import shutil
import statistics
import subprocess
import sys

# Drawing by the processor: without a graphics card OpenGL would be drawn by it too, which no desktop does.
RENDERER = "cairo"
WAYS = ("live", "step", "page", "jump")
FRAME_MS = 16.7
WINDOW_GOAL, LIST_GOAL = 1.35, 1.25
BYTES_PER_ROW = 16


def pairs(text):
    """NAME=VALUE pairs as a dictionary, other words left out."""
    return dict(word.split("=", 1) for word in text.split() if "=" in word)


@contextlib.contextmanager
def server(argv):
    """A server that writes its address to the descriptor FD."""
    read_end, write_end = os.pipe()
    process = subprocess.Popen([word.replace("FD", str(write_end)) for word in argv], pass_fds=[write_end],
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write_end)
    try:
        with os.fdopen(read_end) as file:
            address = file.readline().strip()
        if not address:
            sys.exit(f"bench: {argv[0]} did not start")
        yield address
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def screen(options):
    """A screen, a session bus, and the environment for programs that use them."""
    runtime = os.path.join(options.scratch, "runtime")
    os.makedirs(runtime, mode=0o700, exist_ok=True)
    environment = {"HOME": options.scratch, "XDG_RUNTIME_DIR": runtime, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
                   "GDK_BACKEND": "x11", "GSK_RENDERER": RENDERER, "GTK_A11Y": "none", "GSETTINGS_BACKEND": "memory",
                   "GSETTINGS_SCHEMA_DIR": os.path.join(options.build, "data")}
    xvfb = ["Xvfb", "-displayfd", "FD", "-screen", "0", "1600x1200x24", "-nolisten", "tcp", "-noreset"]
    bus = ["dbus-daemon", "--session", "--nofork", "--print-address=FD"]
    with server(xvfb) as display, server(bus) as address:
        yield {**environment, "DISPLAY": f":{display}", "DBUS_SESSION_BUS_ADDRESS": address}


def missing(options, *tools):
    """Says what is not there to measure with; True when something is."""
    lacking = [tool for tool in ("Xvfb", "dbus-daemon") if not shutil.which(tool)]
    lacking += [tool for tool in tools if not os.access(os.path.join(options.tools, tool), os.X_OK)]
    if lacking:
        print(f"\nbench: not measured, for want of {', '.join(lacking)}")
    return bool(lacking)


def collect(programs, rounds, environment, cwd):
    """Runs all in turn, a first time for the page cache only; returns a list of figures for each."""
    names, figures = list(programs), {name: [] for name in programs}
    for turn in range(-1, rounds):
        first = max(turn, 0) % len(names)
        for name in names[first:] + names[:first]:
            done = subprocess.run(programs[name], env=environment, cwd=cwd, text=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, timeout=600, check=False)
            if done.returncode:
                print(f"\nbench: {name}: exit status {done.returncode}: {done.stderr.strip()}")
                return None
            if turn >= 0:
                figures[name].append(pairs(done.stdout))
    return figures


def middle(runs, name):
    return statistics.median(float(run[name]) for run in runs)


def judge(value, limit, unit=""):
    return f"{value:.2f}{unit} ≤ {limit:.2f}{unit} {'met' if value <= limit else 'MISSED'}"


def window(options):
    if missing(options, "window", "emptywindow"):
        return False
    watch = os.path.join(options.tools, "window")
    programs = {"empty window": [watch, os.path.join(options.tools, "emptywindow")]}
    if options.app:
        programs["ours"] = [watch, options.app]
    rounds = options.rounds or 15
    with screen(options) as environment:
        figures = collect(programs, rounds, environment, options.scratch)
    if figures is None:
        return False
    print(f"\n### Start of the window, {RENDERER} renderer\n\n{rounds} rounds, load {os.getloadavg()[0]:.2f}\n")
    print("| program | mapped | first picture (least) | × empty | processor | memory (anonymous) | goal |")
    print("|---|---|---|---|---|---|---|")
    for name, runs in figures.items():
        pictures = [float(run["picture_ms"]) for run in runs]
        empty = [float(run["picture_ms"]) for run in figures["empty window"]]
        ratio = statistics.median(a / b for a, b in zip(pictures, empty))
        print(f"| {name} | {middle(runs, 'map_ms'):.0f} ms | {statistics.median(pictures):.0f} ms "
              f"({min(pictures):.0f} ms) | {ratio:.2f} | {middle(runs, 'cpu_ms'):.0f} ms "
              f"| {middle(runs, 'rss_mb'):.0f} MB ({middle(runs, 'anonymous_mb'):.0f} MB) "
              f"| {judge(ratio, WINDOW_GOAL) if name == 'ours' else ''} |")
    return True


def parts(run, way):
    """Median, 95th percentile, largest."""
    return [float(part) for part in run[f"{way}_ms"].split("/")]


def print_way(way, figures):
    floor = [parts(run, way) for run in figures["bare list"]]
    for name, runs in figures.items():
        ours = [parts(run, way) for run in runs]
        busy = [float(run[f"{way}_busy_ms"].split("/")[0]) for run in runs]
        times = " / ".join(f"{statistics.median(column):.1f}" for column in zip(*ours))
        ratios = [statistics.median(a[i] / b[i] for a, b in zip(ours, floor)) for i in (0, 1)]
        late = statistics.median(run[1] for run in ours)
        goal = f"{judge(max(ratios), LIST_GOAL)}; p95 {judge(late, FRAME_MS, ' ms')}" if name != "bare list" else ""
        print(f"| {way} | {name} | {times} | {statistics.median(busy):.1f} "
              f"| {ratios[0]:.2f}, {ratios[1]:.2f} | {goal} |")


def print_memory(name, runs):
    """`text_mb`, the text of all rows, is only said by a program that keeps some."""
    grown = middle(runs, "filled_anonymous_mb") - middle(runs, "empty_anonymous_mb")
    line = f"- {name}: {middle(runs, 'fill_ms'):.0f} ms to add the rows, {middle(runs, 'show_ms'):.0f} ms to show " \
           f"them, {grown:.1f} MB more than the window without rows"
    if "text_mb" in runs[0]:
        limit = middle(runs, "text_mb") + middle(runs, "rows") * BYTES_PER_ROW / (1 << 20)
        line += f": {judge(grown, limit, ' MB')}"
    print(line)


def long_list(options):
    if missing(options, "listfloor"):
        return False
    programs = {"bare list": [os.path.join(options.tools, "listfloor")]}
    transcript = os.path.join(options.tools, "transcriptbench")
    if os.access(transcript, os.X_OK):
        programs["ours, many steps"] = [transcript]
        programs["ours, one huge reply"] = [transcript, "huge"]
    rounds = options.rounds or 3
    with screen(options) as environment:
        figures = collect(programs, rounds, environment, options.scratch)
    if figures is None:
        return False
    print(f"\n### 1,000,000 rows on show, {RENDERER} renderer\n\n{rounds} rounds, load {os.getloadavg()[0]:.2f}\n")
    print("| each frame | list | work: median / p95 / largest, ms | loop busy, ms | × bare: median, p95 | goal |")
    print("|---|---|---|---|---|---|")
    for way in WAYS:
        print_way(way, figures)
    print()
    for name, runs in figures.items():
        print_memory(name, runs)
    return True


WORKLOADS = {"window": window, "list": long_list}
