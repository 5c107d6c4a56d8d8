# SPDX-License-Identifier: BSL-1.0
"""Shared code of the tests of cotrace, the command: starts cotrace, provides a terminal, and looks for processes that a
test leaves behind."""

import ctypes
import errno
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

BUILD = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "build")
COTRACE = os.path.realpath(os.environ.get("COTRACE", f"{BUILD}/app/cotrace"))
GUESTS = os.environ.get("COTRACE_GUESTS", os.path.join(os.path.dirname(COTRACE), "..", "test", "guest"))
# The longest time, in seconds, that a test waits for something.
LIMIT = float(os.environ.get("COTRACE_LIMIT", "60"))

PR_SET_CHILD_SUBREAPER = 36

# A process that nohup(1) or "&" in a script has started ignores some of these signals, and so do its children.
for _each in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
    if signal.getsignal(_each) == signal.SIG_IGN:
        signal.signal(_each, signal.SIG_DFL)


def is_sanitized(program=COTRACE):
    """Tells whether the program has the address sanitizer, which reserves 20 TiB of address space."""
    with open(program, "rb") as file:
        return b"__asan_init" in file.read()


def turn_off_leak_detector():
    """Turns off the leak detector of the address sanitizer in all programs that this test starts. The detector uses
    ptrace(2) when its program ends, which fails if the program is traced or a profile denies ptrace(2)."""
    os.environ["ASAN_OPTIONS"] = ":".join(filter(None, (os.environ.get("ASAN_OPTIONS"), "detect_leaks=0")))


def guest(name):
    """The path of a guest program."""
    return os.path.join(GUESTS, name)


def runs_32_bit():
    """Whether the 32-bit guests were built, and the kernel can run them."""
    try:
        return subprocess.run([guest("hello_32")], stdout=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


def become_subreaper():
    """Makes orphaned descendants children of this process, so that tests find them; see prctl(2)."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children_of(process):
    """The current children of all threads of `process`, zombies included."""
    found = []
    for thread in os.listdir(f"/proc/{process}/task"):
        with open(f"/proc/{process}/task/{thread}/children") as file:
            found += [int(word) for word in file.read().split()]
    return found


def children():
    return children_of("self")


def reap_dead():
    """Reaps the children that have ended. Returns true if this process has no child any more."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return True
    return False


def name_of(process):
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rsplit(")", 1)[0] + ")"
    except OSError:
        return str(process)


def wait_until(condition, limit=LIMIT):
    """Polls `condition`. Returns true as soon as it holds, and false after `limit` seconds."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return False


def state_of(process):
    """The state letter of proc(5); empty if the process does not exist."""
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0]
    except OSError:
        return ""


def tracer_of(process):
    with open(f"/proc/{process}/status") as file:
        return int(re.search(r"^TracerPid:\s*(\d+)", file.read(), re.M).group(1))


def need(*programs):
    """Skips the test if one of the programs is missing."""
    for program in programs:
        if not shutil.which(program):
            raise unittest.SkipTest(f"{program} is not installed")


def normalise(text):
    """Hides addresses, and replaces process ids by their order of appearance."""
    text = re.sub(r"0x[0-9a-f]{5,}", "ADDRESS", text)
    order = {}

    def rename(match):
        return match.group(1) + "P" + str(order.setdefault(match.group(2), len(order) + 1))

    return re.sub(r"(\[pid +|^|[Pp][Ii][Dd] |Process |child |si_pid=)(\d{2,})\b", rename, text, flags=re.M)


class CommandTest(unittest.TestCase):
    """Runs each test in an empty folder of its own. A test fails if a process that it started still exists after the
    test."""

    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="cotrace-cli.")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.started = []

    def tearDown(self):
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream:
                    stream.close()
        # This process is a child subreaper (see become_subreaper), so it must reap orphans.
        wait_until(reap_dead, 5.0)
        left = [(process, name_of(process), state_of(process)) for process in children()]
        for process, _, _ in left:
            os.kill(process, signal.SIGKILL)
        wait_until(reap_dead)
        self.assertEqual(left, [], "processes were left behind")

    def path(self, name):
        return os.path.join(self.folder, name)

    def contents(self, name):
        with open(self.path(name), errors="surrogateescape") as file:
            return file.read()

    def start(self, *words, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        options.setdefault("cwd", self.folder)
        options.setdefault("text", True)
        process = subprocess.Popen([str(word) for word in words], **options)
        self.started.append(process)
        return process

    def cotrace(self, *words, **options):
        return self.start(COTRACE, *words, **options)

    def finish(self, process, limit=LIMIT):
        out, err = process.communicate(timeout=limit)
        return process.returncode, out, err

    def run_to_end(self, *words, **options):
        return self.finish(self.start(*words, **options))

    def trace(self, *words, **options):
        """Runs cotrace to its end. Returns (status, stdout, stderr); a negative status is the number of a signal."""
        return self.finish(self.cotrace(*words, **options))

    def assert_one_line(self, err, *parts):
        self.assertRegex(err, r"\A" + re.escape(COTRACE) + r": [^\n]+\n\Z")
        for part in parts:
            self.assertIn(part, err)


class Terminal:
    """A program with its own terminal."""

    def __init__(self, *words, folder=None, environment=None):
        self.seen = ""
        self.id, self.master = pty.fork()
        if self.id == 0:
            try:
                if folder:
                    os.chdir(folder)
                # The terminal has 1000 columns, so that no shell folds a line.
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 1000, 0, 0))
                os.execvpe(words[0], list(words), environment or os.environ)
            except OSError as error:
                os.write(2, f"{words[0]}: {error}\n".encode())
            os._exit(127)

    def send(self, text):
        os.write(self.master, text.encode())

    def read_some(self, limit):
        if not select.select([self.master], [], [], limit)[0]:
            return False
        try:
            got = os.read(self.master, 65536)
        except OSError as error:
            if error.errno != errno.EIO:  # read(2) of a pty's master fails with EIO when no process has the slave open
                raise
            return False
        self.seen += got.decode(errors="replace")
        return bool(got)

    def expect(self, pattern, limit=LIMIT):
        """Reads the program's output until `pattern` matches, and discards the output up to the end of the match."""
        end = time.monotonic() + limit
        while True:
            match = re.search(pattern, self.seen)
            if match:
                self.seen = self.seen[match.end():]
                return match
            if not self.read_some(max(0.0, end - time.monotonic())):
                raise AssertionError(f"no {pattern!r} in {self.seen!r}")

    def wait(self, limit=LIMIT):
        """Waits for the program's end. Returns its exit status (or the negative signal) and the rest of its output."""
        end = time.monotonic() + limit
        while True:
            self.read_some(0.02)
            found, status = os.waitpid(self.id, os.WNOHANG)
            if found:
                while self.read_some(0.05):
                    pass
                os.close(self.master)
                self.id = 0
                return os.waitstatus_to_exitcode(status), self.seen
            if time.monotonic() > end:
                raise AssertionError(f"still running; it wrote {self.seen!r}")

    def close(self):
        if self.id == 0:
            return
        os.close(self.master)
        os.kill(self.id, signal.SIGKILL)
        os.waitpid(self.id, 0)
        self.id = 0


def main():
    if not os.path.exists(COTRACE):
        print(f"{COTRACE} is not there: set COTRACE to the built command")
        sys.exit(1)
    probe = subprocess.run([COTRACE, "-o", "/dev/null", "true"], stderr=subprocess.PIPE, text=True)
    if probe.returncode != 0 and "PTRACE" in probe.stderr and "not permitted" in probe.stderr:
        print("tracing is not permitted here: " + probe.stderr.strip())
        sys.exit(77)
    become_subreaper()
    unittest.main(module="__main__", verbosity=1)
