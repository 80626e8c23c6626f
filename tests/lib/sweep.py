# SPDX-License-Identifier: MIT
"""Has one thing fail at each place in turn where it is asked for, and judges what a capture does then.

What must hold whatever fails: the exit status is one that is documented; with 2 and 3 a message says
why, nothing is under the output's names, no temporary file is left, and a stream is taken for an archive
by nobody; with 0 the output is the reference byte for byte, and so is the report but for what tells of
the run; with 1 GNU tar and bsdtar read the output, and the report names each member that is missing or
differs.

Each run has processes and a /proc of its own, so that the same calls come in the same order. As root.
"""
import argparse
import collections
import concurrent.futures
import json
import mmap
import os
import re
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tar_compare  # noqa: E402

# What tells of the run, not of what was captured.
OF_THE_RUN = ("duration_seconds", "peak_memory_bytes", "cloned", "clone_reason", "mounts")
NAMESPACE = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
# What the dynamic loader says, before there is a program.
LOADER = "error while loading shared libraries|cannot allocate TLS|Fatal glibc error"
# Seconds after which a run hangs, however busy the machine is.
TIMEOUT = 20
STATE = struct.Struct("=qqqqqq")


class Run:
    """One run: what was to fail, and what came of it."""

    def __init__(self, what):
        self.what = what
        self.status = None
        self.message = ""
        # Whether anything was made to fail.
        self.was_hit = True
        # Blocks of memory that were not released, where they are counted.
        self.live = None
        # Whether it was libarchive that got no memory.
        self.in_archive = False
        self.faults = []


class Sweep:
    def __init__(self, options):
        self.options = options
        self.work = tempfile.mkdtemp(prefix="sweep.", dir=".")
        self.reference = None
        self.reference_bytes = None
        self.reference_report = None
        self.reference_live = None

    def command(self, out):
        line = [self.options.rootlift, "capture", "-q"] + self.options.arguments
        # The same calls come in the same order only without threads; limits have no order.
        if not self.options.limit:
            line += ["--jobs", "1"]
        if self.options.report:
            line += ["--report", os.path.join(out, "report")]
        if self.options.to == "file":
            line += ["-o", os.path.join(out, "x.tar")]
        return line + [self.options.tree]

    def execute(self, run, wrapper=(), env=None, limit=None):
        """Runs one capture, and returns what it has written and its report, or None."""
        out = tempfile.mkdtemp(prefix="out.", dir=self.work)
        tmp = tempfile.mkdtemp(prefix="tmp.", dir=self.work)
        line = NAMESPACE + list(wrapper) + self.command(out)
        environment = dict(os.environ, TMPDIR=os.path.abspath(tmp), **(env or {}))
        if env and "LD_PRELOAD" in env:
            # For the program alone.
            preload = environment.pop("LD_PRELOAD")
            at = len(NAMESPACE) + len(wrapper)
            line[at:at] = ["env", "LD_PRELOAD=" + preload]
        elif limit:
            at = len(NAMESPACE)
            line[at:at] = ["prlimit", "--%s=%d" % limit]
        try:
            done = subprocess.run(line, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, check=False, timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            run.status = "hangs"
            return None, None
        run.status = done.returncode
        run.message = done.stderr.decode("utf-8", "replace").strip()
        left = sorted(os.listdir(out))
        data = report = None
        if self.options.to == "pipe":
            data = done.stdout
        elif "x.tar" in left:
            with open(os.path.join(out, "x.tar"), "rb") as file:
                data = file.read()
        if "report" in left:
            try:
                with open(os.path.join(out, "report"), encoding="utf-8") as file:
                    report = json.load(file)
            except ValueError as error:
                run.faults.append("the report is no JSON: %s" % error)
        if os.listdir(tmp):
            run.faults.append("left in TMPDIR: %s" % os.listdir(tmp))
        wanted = (["report"] if self.options.report else []) + \
            (["x.tar"] if self.options.to == "file" else [])
        if left != (wanted if run.status in (0, 1) else []):
            run.faults.append("in the directory of the output: %s" % left)
        shutil.rmtree(out)
        shutil.rmtree(tmp)
        return data, report

    def readers(self, data):
        """Which programs take it for an archive."""
        with tempfile.NamedTemporaryFile(dir=self.work) as file:
            file.write(data)
            file.flush()
            return [name for name in ("tar", "bsdtar") if subprocess.run(
                [name, "-tf", file.name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                check=False).returncode == 0]

    def judge_report(self, run, report):
        if not self.options.report or report is None:
            return
        if report["exit_status"] != run.status:
            run.faults.append("the report says status %s" % report["exit_status"])
        if run.status != 0:
            return
        for key in sorted(set(self.reference_report) | set(report)):
            if key in OF_THE_RUN or report.get(key) == self.reference_report.get(key):
                continue
            run.faults.append("the report has another %r: %r" % (key, report.get(key)))

    def judge(self, run, data, report):
        if run.status in (2, 3):
            # libarchive has a word of its own before.
            if not re.search("^rootlift: ", run.message, re.MULTILINE):
                run.faults.append("no message")
            if self.options.to == "pipe" and data:
                for name in self.readers(data):
                    run.faults.append("%s takes the stream for an archive" % name)
        elif run.status == 0:
            if data != self.reference_bytes:
                run.faults.append("status 0, and other bytes than without a fault")
        elif run.status == 1:
            if self.readers(data or b"") != ["tar", "bsdtar"]:
                run.faults.append("status 1, and the output cannot be read")
            elif self.options.report and report is not None:
                with tempfile.NamedTemporaryFile(dir=self.work) as file:
                    file.write(data)
                    file.flush()
                    run.faults += tar_compare.compare(
                        self.reference, tar_compare.read(file.name), report, self.reference_report)
        elif run.status == 127 and re.search(LOADER, run.message):
            run.status = "loader"
        elif run.status == -signal.SIGSEGV and run.in_archive:
            # It does not bear that; rootlift sees to it before that there is memory (writer/tar.c).
            run.status = "libarchive crashes"
        elif not re.search(self.options.tolerate, run.message):
            run.faults.append("no documented status")
        # Not libarchive's: what it loses when it fails.
        if run.live is not None and run.status in (0, 1, 2, 3) and "archive" not in run.message and \
                run.live > self.reference_live:
            run.faults.append("%d blocks of memory were not released" % (run.live - self.reference_live))
        self.judge_report(run, report)

    def take_reference(self):
        run = Run("nothing")
        state = self.new_state(0) if self.options.preload else None
        data, report = self.execute(run, env=self.preload_env(state))
        if run.status not in (0, 1) or run.faults:
            sys.exit("the reference: status %s, %s %s" % (run.status, run.message, run.faults))
        self.reference_bytes = data
        self.reference_report = report
        with tempfile.NamedTemporaryFile(dir=self.work) as file:
            file.write(data)
            file.flush()
            self.reference = tar_compare.read(file.name)
        if state:
            _, _, count, _, self.reference_live, _ = self.read_state(state)
            return count
        return None

    # Allocations

    def new_state(self, at):
        handle, path = tempfile.mkstemp(prefix="state.", dir=self.work)
        os.write(handle, STATE.pack(at, self.options.mode == "on", 0, 0, 0, 0).ljust(mmap.PAGESIZE, b"\0"))
        os.close(handle)
        return os.path.abspath(path)

    def read_state(self, path):
        with open(path, "rb") as file:
            return STATE.unpack(file.read(STATE.size))

    def preload_env(self, state):
        return {"LD_PRELOAD": self.options.preload, "FAILMALLOC_STATE": state} if state else None

    def one_allocation(self, number):
        run = Run("allocation %d" % number)
        state = self.new_state(number)
        data, report = self.execute(run, wrapper=self.options.wrapper.split(), env=self.preload_env(state))
        _, _, _, failed, live, run.in_archive = self.read_state(state)
        run.was_hit = failed > 0
        if not self.options.wrapper:
            run.live = live
        os.unlink(state)
        self.judge(run, data, report)
        return run

    # System calls

    def one_call(self, call, error, number):
        run = Run("%s %s %d" % (call, error, number))
        handle, log = tempfile.mkstemp(prefix="strace.", dir=self.work)
        os.close(handle)
        when = "%d%s" % (number, "+" if self.options.mode == "on" else "")
        data, report = self.execute(run, wrapper=[
            "strace", "-f", "--seccomp-bpf", "-qq", "-o", log, "-e", "trace=" + call,
            "-e", "inject=%s:error=%s:when=%s" % (call, error, when)])
        with open(log, encoding="utf-8", errors="replace") as file:
            run.was_hit = "(INJECTED)" in file.read()
        os.unlink(log)
        self.judge(run, data, report)
        return run

    def calls_before(self, call):
        """How many such calls the dynamic loader makes, before the program begins."""
        log = os.path.join(self.work, "loader")
        subprocess.run(NAMESPACE + ["strace", "-f", "--seccomp-bpf", "-qq", "-o", log, "-e", "trace=" + call,
                        self.options.rootlift, "--version"], stdout=subprocess.DEVNULL, check=True)
        with open(log, encoding="utf-8", errors="replace") as file:
            return max(0, sum(1 for line in file if call + "(" in line) - 2)

    # Limits

    def one_limit(self, name, value):
        run = Run("%s %d" % (name, value))
        data, report = self.execute(run, limit=(name, value))
        run.was_hit = run.status != 0
        self.judge(run, data, report)
        return run

    def runs(self, pool, count):
        """All runs, in order."""
        options = self.options
        if options.preload:
            yield from pool.map(self.one_allocation, range(options.start, count + 1, options.step))
        elif options.limit:
            first, last, step = (int(word) for word in options.values.split(":"))
            yield from pool.map(lambda value: self.one_limit(options.limit, value),
                                range(first, last + 1, step))
        else:
            for call in options.call.split(","):
                start = self.calls_before(call) + 1
                for error in options.errors.split(","):
                    yield from self.until_none(pool, call, error, start)

    def until_none(self, pool, call, error, start):
        """As long as there are such calls."""
        step, many = self.options.step, 2 * self.options.jobs
        for first in range(start, start + 100000 * step, step * many):
            batch = list(pool.map(lambda number: self.one_call(call, error, number),
                                  range(first, first + step * many, step)))
            yield from (run for run in batch if run.was_hit)
            if not all(run.was_hit for run in batch):
                return

    def sweep(self):
        counts, messages, bad, tries = collections.Counter(), collections.Counter(), 0, 0
        last = None
        count = self.take_reference()
        with concurrent.futures.ThreadPoolExecutor(self.options.jobs) as pool:
            for run in self.runs(pool, count):
                tries += 1
                counts[str(run.status)] += 1
                messages["%s: %s" % (run.status, run.message.split("\n")[0])] += 1
                last = run
                for fault in run.faults:
                    bad += 1
                    print("%s: %s [status %s: %s]" % (run.what, fault, run.status, run.message))
        if self.options.verbose:
            for message, number in messages.most_common():
                print("%6d %s" % (number, message))
        print("sweep: %s: %d runs, status %s" % (
            self.options.name, tries, ", ".join("%s: %d" % pair for pair in sorted(counts.items()))))
        if tries == 0:
            print("nothing was made to fail")
        if self.options.limit and last and last.status != 0:
            print("the last value does not suffice: %s" % last.message)
            bad += 1
        return 1 if bad or tries == 0 else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rootlift", default=os.environ.get("ROOTLIFT"))
    parser.add_argument("--name", default="")
    parser.add_argument("--tree", default="tree")
    parser.add_argument("--to", choices=("file", "pipe"), default="file")
    parser.add_argument("--no-report", dest="report", action="store_false")
    parser.add_argument("--preload", help="fail allocations, with this library")
    parser.add_argument("--call", help="fail these system calls")
    parser.add_argument("--errors", help="with each of these")
    parser.add_argument("--limit", help="prlimit(1)'s option")
    parser.add_argument("--values", help="FIRST:LAST:STEP; the last has to suffice")
    parser.add_argument("--mode", choices=("once", "on"), default="once")
    parser.add_argument("--start", type=int, default=1)
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--wrapper", default="", help="a command around the program")
    parser.add_argument("--tolerate", default="(?!)", help="messages of what runs before the program")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("arguments", nargs="*")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sweep = Sweep(options)
    try:
        return sweep.sweep()
    finally:
        shutil.rmtree(sweep.work)


if __name__ == "__main__":
    sys.exit(main())
