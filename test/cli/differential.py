#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Traces real commands with Debian's strace and with cotrace, and compares the lines.

`differential.py NAME...` runs only these commands, and shows every line that differs.
"""

import collections
import concurrent.futures
import dataclasses
import http.server
import itertools
import os
import re
import shutil
import signal
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from differences import AGE_RULES, COLUMN, Comparison, Rule, Trace, bare
from support import BUILD, COTRACE, LIMIT, CommandTest, main, normalise

GUESTS = os.environ.get("COTRACE_GUESTS", f"{BUILD}/test/guest")
WANTED = 0.97         # share of equal lines; each process has a line of rseq(2), which the installed strace shows differently
SHORT = "COTRACE_SHORT" in os.environ   # the sanitized command is slow: each command with one set of options
ATTEMPTS = 3          # for a command with unexplained differences
SHOWN = 60            # kinds of different lines that are printed
CPUS = sorted(os.sched_getaffinity(0))


TOPICS = ("clocks", "files", "meetings", "memory", "processes", "signals")   # of the guest makes_calls
NOTHING = "$^"        # a pattern that matches no line
ASKS = "openat|read|close|sched_yield"   # calls of a guest that polls proc(5) for a state


@dataclasses.dataclass(frozen=True)
class Command:
    name: str
    words: str                    # command line for sh
    options: tuple = ("-f",)      # one run for each of these options
    input: str = ""
    racing: str = NOTHING            # pattern of calls that depend on the order of its threads


def also(*options):
    return ("-f", *(f"-f {each}" for each in options))


COMMANDS = [
    Command("basename", "basename a/b.c .c", also("-A")),
    Command("cat", "cat text dir/one no-such-file", also("-xx", "-P text", "-e trace=read,write -e read=3 -e write=1")),
    Command("chmod", "chmod 640 text", also("-X raw", "-X verbose")),
    Command("cksum", "cksum text data", also("-e trace=!read")),
    Command("comm", "comm text text", also("-s 5")),
    Command("cp", "cp -a dir copy", also("-v", "-X raw", "-y")),
    Command("cp-sparse", "cp --sparse=always data copy", also("-X raw")),
    Command("cut", "cut -c 1-3 text", also("-xx")),
    Command("date", "date -u -d @0 +%F", also("-X verbose")),
    Command("dd", "dd if=data of=out bs=1000 count=3 conv=fsync status=none", also("-s 200", "-e raw=read,write")),
    Command("df", "df .", also("-v", "-yy")),
    Command("du", "du -a dir", also("-e trace=%fstat,%stat")),
    Command("env", "env -i A=b env", also("-v")),
    Command("expr", "expr 1 + 2", also("-n", "-a 60")),
    Command("find", "find . -name '*o*' -printf '%p %m %s\\n'", also("-e trace=%file", "-y")),
    Command("find-exec", "find dir -type f -exec cat {} +", also("-qq")),
    Command("head", "head -n 2 text", also("-tt", "-t")),
    Command("id", "id", also("-s 200", "-z")),
    Command("install", "install -D -m 755 text a/b/c", also("-Z")),
    Command("ln", "ln -s text link2", also("-X verbose")),
    Command("ls", "ls", ("", "-e abbrev=none", "-e verbose=none")),
    Command("ls-l", "ls -la . dir", also("-v", "-yy")),
    Command("md5sum", "md5sum text data", also("-i")),
    Command("mkdir", "mkdir -p x/y/z", also("-X raw")),
    Command("mkfifo", "mkfifo -m 600 pipe"),
    Command("mktemp", "mktemp -d -p . same"),
    Command("mv", "mv text moved", also("-r", "-ttt")),
    Command("nproc", "nproc", also("-e trace=%memory,%process")),
    Command("od", "od -c data", also("-x")),
    Command("paste", "paste text text", also("-e trace=desc")),
    Command("readlink", "readlink -f link", also("-e trace=/^read")),
    Command("rm", "rm -rf dir", also("-v")),
    Command("sleep", "sleep 0.01", also("-T", "-v")),
    Command("sort", "sort -r --parallel=1 text", also("-e signal=none")),
    Command("split", "split -b 1000 data part-"),
    Command("stat", "stat text dir link", also("-v", "-X verbose -v")),
    Command("stty", "stty -a"),
    Command("tail", "tail -c 20 text", also("-yy")),
    Command("tee", "tee out", also("-yy"), input="some\nlines\n"),
    Command("timeout", "timeout 5 true", also("-v")),
    Command("touch", "touch -d 2020-01-01T00:00:00.5Z text new", also("-X verbose")),
    Command("truncate", "truncate -s 1M out"),
    Command("tty", "tty"),
    Command("uname", "uname -a", also("-v")),
    Command("wc", "wc text data", also("-e status=failed")),
    Command("awk", "awk '{ n += length($0) } END { print n }' text"),
    Command("bash", "bash -c 'for i in 1 2 3; do echo $i; done > out; [[ -f out ]] && read x < out; "
                    "trap : USR1; kill -USR1 $$'", also("-X verbose", "-v", "-y")),
    Command("bash-pipe", "bash -c 'cat text | tr a-z A-Z | sort | head -n 1; (exit 3); wait'", ("-f", "-f -s 100", "-ff"),
            racing="wait4"),   # depends on which children have ended
    Command("bc", "bc -q", input="2 ^ 100\n"),
    Command("curl", "curl -s -o got http://127.0.0.1:@PORT@/text", also("-v", "-yy"), racing="poll|recvfrom|rt_sigaction"),
    Command("diff", "diff text data"),
    Command("file", "file text data", also("-s 50")),
    Command("gcc", "gcc -O1 -c main.c"),
    Command("git-commit", "git -C repository commit -q --allow-empty -m message"),
    Command("git-status", "git -C repository status --short", also("-v", "-y")),
    Command("grep", "grep -rn o dir", also("-s 16")),
    Command("gzip", "gzip -k -n text", ("-f", "-ff")),
    Command("ip-address", "ip address show", also("-v")),
    Command("ip-link", "ip -d link show", also("-v")),
    Command("ip-route", "ip route show table all"),
    Command("make", "make -s -j2 all"),
    Command("openssl-digest", "openssl dgst -sha256 data"),
    Command("openssl-encrypt", "openssl enc -aes-256-cbc -pbkdf2 -S 0011223344556677 -pass pass:x -in text -out out"),
    Command("perl", "perl -e 'open F, \"<text\"; print sort <F>; $SIG{ALRM} = sub { die }; alarm 5; system \"true\"'",
            also("-v")),
    Command("python3", "python3 -S -c 'import os, json; print(json.dumps(sorted(os.listdir())))'", also("-v")),
    Command("python3-sockets", "python3 -S page/sockets.py", also("-v", "-X raw", "-X verbose", "-yy")),
    Command("python3-threads", "python3 -S -c 'import threading as t; "
                               "[(x.start(), x.join()) for x in [t.Thread(target=print) for _ in range(3)]]'", racing="futex"),
    Command("rsync", "rsync -a --checksum-seed=1 dir/ copy/",
            racing="poll|read|write|wait4|clock_nanosleep|rt_sigreturn"),   # it polls for its child's end every 20 ms
    Command("sed", "sed -i s/o/0/ text", also("-X verbose", "-X raw")),
    Command("sh", "sh -c 'kill -TERM $$'", also("-e trace=none", "-e trace=none -e signal=none", "-q")),
    Command("sqlite3", "sqlite3 base.db", also("-v"),
            input="create table t(a); insert into t values(1),(2); select sum(a) from t;\n"),
    Command("ss-s", "ss -s"),
    Command("ss-tln", "ss -tln"),
    Command("ssh-keygen", "ssh-keygen -q -t ed25519 -N '' -f key -C comment"),
    Command("tar-c", "tar cf out.tar dir text link", also("-v")),
    Command("tar-z", "tar czf out.tar.gz dir"),
    Command("xargs", "xargs -n 1 -P 1 echo", input="a b c\n"),
    Command("xz", "xz -k -T1 text"),
    Command("chrt", "chrt -i 0 true", also("-X verbose")),
    Command("fallocate", "fallocate -l 10000 out", also("-X verbose")),
    Command("flock", "flock text true", also("-X raw")),
    Command("ionice", "ionice -c 3 true", also("-X verbose")),
    Command("ipcs", "ipcs -l", also("-X verbose", "-v")),
    Command("lsattr", "lsattr text", also("-v")),
    Command("namei", "namei -l dir/one"),
    Command("nice", "nice -n 5 true"),
    Command("nohup", "nohup true"),
    Command("prlimit", "prlimit --nofile=100:200 true", also("-X raw", "-X verbose", "-v")),
    Command("script", "script -qc 'echo typed' out", also("-v", "-X verbose"),
            racing="poll|read|write|wait4|rt_sigprocmask"),
    Command("setsid", "setsid -w true"),
    Command("sync", "sync -d text"),
    Command("taskset", "taskset -c 0 true", also("-v")),
    Command("unshare", "unshare -Ur true", also("-X verbose")),
    *(Command(f"calls-{topic}", f"@GUESTS@/makes_calls {topic}", also("-v", "-X raw", "-X verbose"))
      for topic in TOPICS),
    Command("guest-connects", "@GUESTS@/connects", also("-X raw", "-X verbose")),
    Command("guest-edges", "@GUESTS@/shows_edges", also("-X raw", "-x")),
    Command("guest-threads", "@GUESTS@/threads", ("-f", "-ff"), racing="futex"),
    Command("guest-two-threads", "@GUESTS@/two_threads_call", racing="futex"),
    Command("guest-signals", "@GUESTS@/queues_realtime", also("-X verbose")),
    Command("guest-siginfo", "@GUESTS@/says_siginfo", also("-v")),
    *(Command(f"guest-{name}", f"@GUESTS@/{name}", racing=racing) for name, racing in {
        "calls_by_int80": NOTHING,
        "clones_parent": NOTHING,
        "clones_plain": NOTHING,
        "clones_three": NOTHING,
        "clones_vfork": NOTHING,
        "exec_fails": NOTHING,
        "execs": NOTHING,
        "execs_again": NOTHING,
        "execs_by_descriptor": NOTHING,
        "handles_continue": "wait4",
        "hits_breakpoint": NOTHING,
        "ignores_signals": NOTHING,
        "interrupts_sleep": NOTHING,
        "leader_exits_first": "futex",
        "leader_gone_exec": "futex",
        "leaves_zombie": NOTHING,
        "queues_stop": NOTHING,
        "raises_trap": NOTHING,
        "restarts_read": NOTHING,
        "restarts_sleep": ASKS,
        "segfaults": NOTHING,
        "seizes_child": NOTHING,
        "signals_itself": NOTHING,
        "steps_itself": NOTHING,
        "stops_child": NOTHING,
        "stops_orphan": NOTHING,
        "stops_then_kills": NOTHING,
        "thread_dies": "futex",
        "thread_execs": "futex",
        "threads_many": "futex",
        "threads_race_to_exec": "futex",
        "vforks": NOTHING,
        "vforks_and_execs": NOTHING,
        "watches_child": NOTHING,
    }.items()),
    Command("guest-static", "@GUESTS@/hello_static", also("-i")),
    Command("32-hello", "@GUESTS@/hello_32", also("-n", "-i")),
    Command("32-forks", "@GUESTS@/forks_32"),
    Command("32-threads", "@GUESTS@/threads_many_32", also("-v"), racing="futex"),
    *(Command(f"32-calls-{topic}", f"@GUESTS@/makes_calls_32 {topic}", also("-v", "-X verbose")) for topic in TOPICS),
    Command("32-old-calls", "@GUESTS@/makes_old_calls_32", also("-v", "-X raw", "-X verbose")),
    Command("32-connects", "@GUESTS@/connects_32", also("-X verbose")),
    Command("32-execs", "@GUESTS@/execs_32 @GUESTS@/hello", also("-v")),
    Command("32-realtime", "@GUESTS@/queues_realtime_32"),
    Command("32-sleep", "@GUESTS@/restarts_sleep_32", racing=ASKS),
]

# Sockets of several families that talk to each other in one process.
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

RULES = [
    *AGE_RULES,
    Rule("newer attributes", "attributes of links and addresses that the installed strace does not know yet",
         theirs=((r"nla_type=(NLA_F_NESTED\|)?0x[0-9a-f]+ /\* IFLA_\?\?\? \*/", r"nla_type=\1NEWER"),
                 (r"(?<=nla_type=NEWER\}, |type=IFA_PROTO\}, )\"[^\"]*\"", "VALUE"),
                 (r"\[\d+ /\* (?:DEVCONF|ICMP6_MIB)_\?\?\? \*/\]", "[NEWER]")),
         ours=((r"nla_type=(NLA_F_NESTED\|)?IFLA_(?:DEVLINK_PORT|GSO_IPV4_MAX_SIZE|GRO_IPV4_MAX_SIZE|DPLL_PIN"
                r"|MAX_PACING_OFFLOAD_HORIZON|NETNS_IMMUTABLE|HEADROOM|TAILROOM)\b", r"nla_type=\1NEWER"),
               (r"(?<=nla_type=NEWER\}, )(?:\"[^\"]*\"|\d+)", "VALUE"),
               (r"(?<=nla_type=IFA_PROTO\}, )IFAPROT_\w+", "VALUE"),
               (r"\[(?:DEVCONF_(?:ACCEPT_RA_MIN_LFT|FORCE_FORWARDING)|ICMP6_MIB_RATELIMITHOST"
                r"|\d+ /\* (?:DEVCONF|ICMP6_MIB)_\?\?\? \*/)\]", "[NEWER]"))),
    Rule("infinite lifetimes", "newer strace names the lifetime that has no end",
         theirs=((r"(ifa_(?:prefered|valid)=4294967295)(?! /\*)", r"\1 /* INFINITY_LIFE_TIME */"),)),
    Rule("flags without a first one", "strace -X raw leaves out a zero before the flags that follow it",
         theirs=((r"(?<=, )\|(?=0x)", "0|"),)),
    Rule("sets in two words", "strace -X shows each half of a capability set as a number of its own",
         theirs=((r"(?<=^cap)([gs]et\(.*)\{effective=.*\}", r"\1SETS"),),
         ours=((r"(?<=^cap)([gs]et\(.*)\{effective=.*\}", r"\1SETS"),)),
    Rule("newer barriers", "a command of membarrier(2) that the installed strace does not know yet",
         ours=((r"MEMBARRIER_CMD_GET_REGISTRATIONS(?=\)$)", "0x200"),)),
    Rule("flags in a result", "strace -X shows the result of membarrier(2) twice",
         theirs=((r"^(membarrier\(0.*= 0x[0-9a-f]+) \(.*\)$", r"\1"),),
         ours=((r"^(membarrier\(0.*= 0x[0-9a-f]+) \(.*\)$", r"\1"),)),
    Rule("segment of a thread", "of i386's clone3(2) cotrace shows where the segment is described, strace the description",
         theirs=((r"(?<=, tls=)\{entry_number=[^}]*\}", "SEGMENT"),),
         ours=((r"(?<=, tls=)0x[0-9a-f]+", "SEGMENT"),)),
    Rule("sgetmask, ssetmask", "obsolete calls of 32-bit x86, whose result is shown as a number",
         theirs=((r"^(s[gs]etmask\(.*\) +=.*) \((?:old )?mask \[[^]]*\]\)$", r"\1"),)),
]


# Messages of strace on standard error that cotrace does not have.
REMARKS = [
    r"TRACER: umovestr: short read .*\n",   # strace's reader of strings reports the end of a mapping
]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def date_time_string(self, timestamp=None):
        return "Thu, 01 Jan 1970 00:00:00 GMT"


class Place:
    """A folder for commands. Every run has the same files, a path of the same length and the same environment."""

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
            "Makefile": "all: one two\none two:\n\t@echo $@ > $@\ntwo: one\n",   # the dependency fixes the order
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

    def run(self, tracer, command, options):
        """(trace, output and status of the command itself)"""
        # Runs of one command with different options may be concurrent, so each has its own folder, with a path of one length.
        folder = os.path.join(self.top, f"{command.name}.{command.options.index(options)}")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.template, os.path.join(folder, "work"), symlinks=True)
        words = command.words.replace("@GUESTS@", GUESTS).replace("@PORT@", str(self.server.server_port))
        process = subprocess.Popen(
            (["setarch", "-R"] if self.steady else []) +
            [tracer, "-o", os.path.join(folder, "trace"), *options.split(), "sh", "-c", "exec " + words],
            cwd=os.path.join(folder, "work"), env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True)
        try:
            out, err = process.communicate(command.input.encode(), timeout=LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
        wanted = options.split()
        column = int(wanted[wanted.index("-a") + 1]) if "-a" in wanted else COLUMN
        text = ""
        for name in sorted((name for name in os.listdir(folder) if name.startswith("trace")),
                           key=lambda name: int("0" + name[6:])):
            with open(os.path.join(folder, name), errors="surrogateescape") as file:
                # The files of -ff are joined to one text, with the thread's id before each line.
                text += "".join(f"{name[6:]:5} {line}" if "-ff" in wanted else line for line in file)
        trace = Trace(text, "-ff" in wanted or "-f" in wanted, process.pid,
                      column + len("12345 ") if "-ff" in wanted else column, wanted, self.steady)
        return trace, (process.returncode, *(self.settle(each, tracer) for each in (out, err)))

    def settle(self, output, tracer):
        text = re.sub(r"0x[0-9a-f]+|\d+", "N", output.decode(errors="surrogateescape"))
        text = re.sub(rf"(?m)^{os.path.basename(tracer)}: ", "TRACER: ", text)
        for remark in REMARKS:
            text = re.sub(remark, "", text)
        return text


@dataclasses.dataclass
class Result:
    name: str
    comparison: Comparison
    ours: tuple
    theirs: tuple
    attempts: int
    seconds: float


def compare(place, command, options):
    begun = time.monotonic()
    for attempt in range(1, ATTEMPTS + 1):
        theirs, their_end = place.run("strace", command, options)
        ours, our_end = place.run(COTRACE, command, options)
        made = Comparison(theirs, ours, RULES, command.racing)
        for _ in range(2):
            if made.open:
                made.excuse(place.run("strace", command, options)[0])
        if not made.open and our_end == their_end:
            break
    name = command.name if options in ("", "-f") else f"{command.name} {options.removeprefix('-f ')}"
    return Result(name, made, our_end, their_end, attempt, time.monotonic() - begun)


def excerpts(theirs, ours):
    """The two lines, or for long lines the text around the first difference."""
    begin = max(0, len(os.path.commonprefix([theirs or "", ours or ""])) - 100)
    return [line and (line if len(line) < 500 else f"{line[:60]}... {line[begin:begin + 400]}") for line in (theirs, ours)]


def show(result):
    made = result.comparison
    return (f"{result.name:36} {made.total:5} lines {100 * made.equal / max(1, made.total):6.2f} % equal"
            f"{'' if result.attempts == 1 else f', attempt {result.attempts}'} {result.seconds:5.1f} s  "
            + ", ".join(f"{kind}: {count}" for kind, count in sorted(made.kinds.items()))
            + (f"  UNEXPLAINED: {len(made.open)}" if made.open else ""))


@unittest.skipUnless(shutil.which("strace"), "strace is not installed")
class Differential(unittest.TestCase):
    wanted = ()

    def test_lines_are_strace_s(self):
        top = tempfile.mkdtemp(prefix="cotrace-differential.")
        self.addCleanup(shutil.rmtree, top, ignore_errors=True)
        place = Place(top)
        self.addCleanup(place.close)
        commands = [each for each in COMMANDS if not self.wanted or each.name in self.wanted]
        there = []
        for each in commands:
            program = each.words.split()[0].replace("@GUESTS@", GUESTS)
            if shutil.which(program, path=place.environment["PATH"]):
                there += ((each, options) for options in (each.options[:1] if SHORT else each.options))
            else:
                print(f"{each.name}: {program} is not installed", file=sys.stderr)
        # The threads of a command race less if they share one CPU.
        cpus = iter(CPUS)
        with concurrent.futures.ThreadPoolExecutor(
                len(CPUS), initializer=lambda: os.sched_setaffinity(0, {next(cpus)})) as pool:
            results = []
            for result in pool.map(lambda each: compare(place, *each), there):
                results.append(result)
                print(show(result), file=sys.stderr)
        kinds = sum((result.comparison.kinds for result in results), collections.Counter())
        total, equal = sum(each.comparison.total for each in results), sum(each.comparison.equal for each in results)
        print(f"{len(results)} commands, {total} lines, {100 * equal / max(1, total):.2f} % equal", file=sys.stderr)
        reasons = {"racing": "strace's own output differs between runs here", **{rule.kind: rule.reason for rule in RULES}}
        for kind, count in kinds.most_common():
            print(f"{count:6} {kind}: {reasons[kind]}", file=sys.stderr)
        like = collections.defaultdict(list)
        for each in results:
            if self.wanted:
                for name, theirs, ours, *_ in each.comparison.racing:
                    print(f"{each.name}, process {name}, racing:\n  strace:  {theirs}\n  cotrace: {ours}", file=sys.stderr)
            for name, theirs, ours, *_ in each.comparison.open if each.comparison.ours.lines else ():
                if theirs and ours:
                    theirs, ours, _ = each.comparison.rewritten(theirs, ours)
                like[bare(theirs or ""), bare(ours or "")].append((f"{each.name}, process {name}", theirs, ours))
        for alike in itertools.islice(like.values(), SHOWN):
            where = alike[0][0]
            theirs, ours = excerpts(*alike[0][1:])
            print(f"{where}{f' and {len(alike) - 1} more' if alike[1:] else ''}:\n  strace:  {theirs}\n  cotrace: {ours}",
                  file=sys.stderr)
        if len(like) > SHOWN:
            print(f"... and {len(like) - SHOWN} more kinds of lines", file=sys.stderr)
        for each in results:
            with self.subTest(each.name):
                self.assertEqual(each.ours, each.theirs)
                self.assertEqual(len(each.comparison.open), 0, "lines differ, as shown above")
        self.assertGreaterEqual(equal, WANTED * total)


@unittest.skipUnless(shutil.which("strace"), "strace is not installed")
class Surroundings(CommandTest):
    """Everything but the lines of calls: standard error, pipes, files, messages and exit statuses."""

    def test_as_strace_s(self):
        calls = ("-e", "trace=exit_group,kill")
        three, killed = ("sh", "-c", "exit 3"), ("sh", "-c", "kill -TERM $$")
        child = ("sh", "-c", "(exit 3); exit 4")
        for words in (
            (*calls, *three),
            ("-q", *calls, *three),
            ("-qq", *calls, *three),
            ("-a", "10", *calls, *three),
            ("-f", *calls, *child),
            ("-f", "-q", *calls, *child),
            ("-f", "-qq", *calls, *child),
            (*calls, *child),
            (*calls, *killed),
            ("-qq", *calls, *killed),
            (*calls, "sh", "-c", "kill -KILL $$"),
            ("-e", "signal=none", *calls, *killed),
            ("-e", "signal=!TERM", *calls, *killed),
            ("-e", "trace=none", "-e", "signal=none", "-qq", "-o", "got", *three),
            ("-o", "|cat", *calls, *three),
            ("-o", "!cat", *calls, *three),
            ("-f", "-o", "|cat", *calls, *child),
            ("-o", "|cat >got; sleep 0.1; exit 9", *calls, *three),
            ("-ff", *calls, *child),
            ("-E", "NAME=value", "-E", "HOME", *calls, "sh", "-c", "echo $NAME-$HOME"),
        ):
            with self.subTest(" ".join(words)):
                for _ in range(ATTEMPTS):
                    theirs, ours = self.all_of("strace", words), self.all_of(COTRACE, words)
                    if ours == theirs:
                        break
                self.assertEqual(ours, theirs)

    def all_of(self, tracer, words):
        status, out, err = self.run_to_end(tracer, *words)
        err = re.sub(r"(?<=kill\()\d+", "PID", normalise(err)).replace(os.path.basename(tracer) + ": ", "tracer: ")
        got = None
        if os.path.exists(self.path("got")):
            got = normalise(self.contents("got"))
            os.unlink(self.path("got"))
        return status, re.sub(r"(?m)^\d+ +", "PID ", normalise(out)), err, got


if __name__ == "__main__":
    names = {each.name for each in COMMANDS}
    Differential.wanted = [word for word in sys.argv[1:] if word in names]
    if Differential.wanted:
        sys.argv[1:] = ["Differential"]
    main()
