# SPDX-License-Identifier: BSL-1.0
"""The folder in which the tests `differential`, `observation` and `recording_text` run their commands."""

import http.server
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading

from differences import COLUMN, Trace
from differential_rules import REMARKS
from support import GUESTS, LIMIT

# A Python program with sockets of several families that send data to each other within one process.
SOCKETS = """
import os, select, signal, socket as s, struct, time
a, b = s.socketpair()
a.sendmsg([b"one", b"two"], [(s.SOL_SOCKET, s.SCM_RIGHTS, struct.pack("ii", 0, 1))])
for fd in struct.unpack("ii", b.recvmsg(100, 100)[1][0][2]):
    os.close(fd)
a.send(b"x", s.MSG_DONTWAIT | s.MSG_NOSIGNAL)
select.select([b], [a], [], 1)
polled = select.poll()
polled.register(b, select.POLLIN | select.POLLOUT)
polled.poll(10)
events = select.epoll()
events.register(b, select.EPOLLIN | select.EPOLLET)
events.poll(0.01)
a.shutdown(s.SHUT_WR)
for family, address in (s.AF_INET, ("127.0.0.1", 0)), (s.AF_INET6, ("::1", 0)), (s.AF_UNIX, "\\0cotrace"), (s.AF_UNIX, "path"):
    listener = s.socket(family, s.SOCK_STREAM | s.SOCK_CLOEXEC)
    listener.setsockopt(s.SOL_SOCKET, s.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError:
        continue
    listener.listen(5)
    client = s.socket(family)
    client.setblocking(False)
    try:
        client.connect(listener.getsockname())
    except BlockingIOError:
        pass
    server, _ = listener.accept()
    server.setsockopt(s.SOL_SOCKET, s.SO_LINGER, struct.pack("ii", 1, 2))
    if family != s.AF_UNIX:
        server.setsockopt(s.IPPROTO_TCP, s.TCP_NODELAY, 1)
        server.getpeername()
    else:
        server.getsockopt(s.SOL_SOCKET, s.SO_PEERCRED, 12)
    server.getsockopt(s.SOL_SOCKET, s.SO_ERROR)
    server.getsockopt(s.SOL_SOCKET, s.SO_RCVTIMEO, 16)
    server.sendall(b"hello")
    select.select([client], [], [], 1)
    client.recv(100)
datagram = s.socket(s.AF_INET, s.SOCK_DGRAM)
datagram.sendto(b"into the void", ("127.0.0.1", 9))
try:
    datagram.recvfrom(10, s.MSG_DONTWAIT)
except OSError:
    pass
signal.signal(signal.SIGALRM, lambda *_: 0)
signal.setitimer(signal.ITIMER_REAL, 0.01)
time.sleep(0.1)
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def date_time_string(self, timestamp=None):
        return "Thu, 01 Jan 1970 00:00:00 GMT"


class Place:
    """A folder in which commands run. All runs of a command have the same files and environment, and working
    directories with paths of equal length."""

    def __init__(self, top):
        self.top = top
        self.template = os.path.join(top, "template")
        os.makedirs(os.path.join(self.template, "dir", "sub"))
        for name, text in {
            "text": "The quick brown fox\njumps over\nthe lazy dog.\n" * 20,
            "dir/one": "one\n",
            "dir/two words": "two\n",
            "dir/sub/three": "three\n",
            "main.c": "#include <stdio.h>\nint main(void) { return puts(\"hello\") < 0; }\n",
            "Makefile": "all: one two\none two:\n\t@echo $@ > $@\ntwo: one\n",   # make runs "one" before "two"
            "page/text": "served\n",
            "page/sockets.py": SOCKETS,
        }.items():
            path = os.path.join(self.template, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(text)
        with open(os.path.join(self.template, "data"), "wb") as file:
            file.write(bytes(range(256)) * 15 + bytes(20000) + b"end")
        os.symlink("text", os.path.join(self.template, "link"))
        self.environment = {
            "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": "/nonexistent", "LC_ALL": "C", "TZ": "XYZ-3:30",
            "TERM": "dumb", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "PERL_HASH_SEED": "0",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a",
            "GIT_COMMITTER_EMAIL": "a@b", "GIT_AUTHOR_DATE": "1000000000 +0000", "GIT_COMMITTER_DATE": "1000000000 +0000",
        }
        if shutil.which("git"):
            for words in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "first")):
                repository = os.path.join(self.template, "repository")
                shutil.copytree(os.path.join(self.template, "dir"), repository) if words[0] == "init" else None
                subprocess.run(("git", *words), cwd=repository, env=self.environment, check=True)
        for folder, names, files in os.walk(self.template):
            for name in names + files:
                os.utime(os.path.join(folder, name), (10**9, 10**9), follow_symlinks=False)
        self.steady = subprocess.run(["setarch", "-R", "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0
        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), lambda *words: Quiet(*words, directory=os.path.join(self.template, "page")))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def run(self, tracer, command, options, number=None, recording=None):
        """Returns the trace, and the status and the output of the command. `number` is a part of the name of the folder.
        With `recording`, cotrace records the trace with these options, and shows it with `options`."""
        # Runs of one command may be concurrent, so each run has its own folder. The paths have equal lengths.
        number = command.options.index(options) if number is None else number
        folder = os.path.join(self.top, f"{command.name}.{number}")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.template, os.path.join(folder, "work"), symlinks=True)
        words = command.words.replace("@GUESTS@", GUESTS).replace("@PORT@", str(self.server.server_port))
        file, recorded = os.path.join(folder, "trace"), os.path.join(folder, "recorded")
        tracing = ["-o", file, *options.split()] if recording is None else ["--record", recorded, *recording.split()]
        process = subprocess.Popen(
            (["setarch", "-R"] if self.steady else []) + [tracer, *tracing, "sh", "-c", "exec " + words],
            cwd=os.path.join(folder, "work"), env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True)
        try:
            out, err = process.communicate(command.input.encode(), timeout=LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
        if recording is not None:
            subprocess.run([tracer, "view", recorded, "-o", file, *options.split()], env=self.environment, check=True,
                           cwd=os.path.join(folder, "work"))
        wanted = options.split()
        column = int(wanted[wanted.index("-a") + 1]) if "-a" in wanted else COLUMN
        text = ""
        for name in sorted((name for name in os.listdir(folder) if name.startswith("trace")),
                           key=lambda name: int("0" + name[6:])):
            with open(os.path.join(folder, name), errors="surrogateescape") as file:
                # -ff writes a file for each thread. These files become one text, with the thread's id before each line.
                text += "".join(f"{name[6:]:5} {line}" if "-ff" in wanted else line for line in file)
        trace = Trace(text, "-ff" in wanted or "-f" in wanted, process.pid,
                      column + len("12345 ") if "-ff" in wanted else column, wanted, self.steady)
        return trace, (process.returncode, *(self.settle(each, tracer) for each in (out, err)))

    def settle(self, output, tracer):
        text = re.sub(r"0x[0-9a-f]+|\d+", "N", output.decode(errors="surrogateescape"))
        text = re.sub(rf"(?m)^{re.escape(tracer)}: ", "TRACER: ", text)
        for remark in REMARKS:
            text = re.sub(remark, "", text)
        return text


def new_place(case, name):
    """A new `Place`, which is removed at the end of the test case `case`."""
    top = tempfile.mkdtemp(prefix=f"cotrace-{name}.")
    case.addCleanup(shutil.rmtree, top, ignore_errors=True)
    place = Place(top)
    case.addCleanup(place.close)
    return place
