#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Real commands under Debian's strace and under cotrace: their lines are the same.

`differential.py NAME...` runs only these commands, and shows every line that differs.
"""

import collections
import concurrent.futures
import dataclasses
import http.server
import os
import shutil
import signal
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from differences import COLUMN, Comparison, Rule, Trace
from support import BUILD, COTRACE, LIMIT, CommandTest, main

GUESTS = os.environ.get("COTRACE_GUESTS", f"{BUILD}/test/guest")
WANTED = 0.98         # of all lines are equal
ATTEMPTS = 3          # at a command whose lines differ without a reason
JOBS = os.cpu_count() or 1


@dataclasses.dataclass(frozen=True)
class Command:
    name: str
    words: str                    # for sh -c "exec WORDS", or with `shell` as they are
    options: str = ""
    input: str = ""


COMMANDS = [
    Command("basename", "basename a/b.c .c"),
    Command("cat", "cat text dir/one"),
    Command("cat-f", "cat text no-such-file", "-f"),
    Command("chmod", "chmod 640 text"),
    Command("cksum", "cksum text data"),
    Command("comm", "comm text text", "-s 5"),
    Command("cp", "cp -a dir copy", "-v"),
    Command("cp-sparse", "cp --sparse=always data copy", "-X raw"),
    Command("cut", "cut -c 1-3 text", "-xx"),
    Command("date", "date -u -d @0 +%F", "-X verbose"),
    Command("dd", "dd if=data of=out bs=1000 count=3 conv=fsync", "-s 200"),
    Command("df", "df .", "-v"),
    Command("du", "du -a dir"),
    Command("env", "env -i A=b env", "-v"),
    Command("expr", "expr 1 + 2", "-n"),
    Command("find", "find . -name '*o*' -printf '%p %m %s\\n'"),
    Command("find-exec", "find dir -type f -exec cat {} +", "-f"),
    Command("head", "head -n 2 text", "-tt"),
    Command("id", "id", "-s 200"),
    Command("install", "install -D -m 755 text a/b/c"),
    Command("ln", "ln -s text link", "-X verbose"),
    Command("ls", "ls"),
    Command("ls-l", "ls -la . dir", "-v"),
    Command("md5sum", "md5sum text data", "-i"),
    Command("mkdir", "mkdir -p x/y/z", "-X raw"),
    Command("mkfifo", "mkfifo -m 600 pipe"),
    Command("mktemp", "mktemp -d -p . same"),
    Command("mv", "mv text moved", "-r"),
    Command("nproc", "nproc"),
    Command("od", "od -c data", "-x"),
    Command("paste", "paste text text"),
    Command("ps", "ps -p 1 -o comm=", "-s 64"),
    Command("readlink", "readlink -f link"),
    Command("rm", "rm -rf dir", "-v"),
    Command("sleep", "sleep 0.01", "-T"),
    Command("sort", "sort -r --parallel=1 text"),
    Command("split", "split -b 1000 data part-"),
    Command("stat", "stat text dir link", "-v"),
    Command("stty", "stty -a"),
    Command("tail", "tail -c 20 text"),
    Command("tee", "tee out", input="some\nlines\n"),
    Command("timeout", "timeout 5 true", "-f"),
    Command("touch", "touch -d 2020-01-01T00:00:00.5Z text new"),
    Command("truncate", "truncate -s 1M out"),
    Command("tty", "tty"),
    Command("uname", "uname -a", "-v"),
    Command("wc", "wc text data"),
    Command("awk", "awk '{ n += length($0) } END { print n }' text"),
    Command("bash", "bash -c 'for i in 1 2 3; do echo $i; done > out; [[ -f out ]] && read x < out; trap : USR1; kill -USR1 $$'", "-f"),
    Command("bash-pipe", "bash -c 'cat text | tr a-z A-Z | sort | head -n 1; (exit 3); wait'", "-f -s 100"),
    Command("bc", "bc -q", input="2 ^ 100\n"),
    Command("curl", "curl -s -o got http://127.0.0.1:@PORT@/text", "-f"),
    Command("diff", "diff text data"),
    Command("file", "file text data", "-s 50"),
    Command("gcc", "gcc -O1 -c main.c", "-f"),
    Command("git-commit", "git -C repository commit -q --allow-empty -m message", "-f"),
    Command("git-status", "git -C repository status --short", "-f -v"),
    Command("grep", "grep -rn o dir", "-s 16"),
    Command("gzip", "gzip -k -n text", "-ff"),
    Command("ip-address", "ip address show"),
    Command("ip-route", "ip route show table all"),
    Command("make", "make -s -j2 all", "-f"),
    Command("openssl-digest", "openssl dgst -sha256 data"),
    Command("openssl-encrypt", "openssl enc -aes-256-cbc -pbkdf2 -S 0011223344556677 -pass pass:x -in text -out out"),
    Command("perl", "perl -e 'open F, \"<text\"; print sort <F>; $SIG{ALRM} = sub { die }; alarm 5; system \"true\"; print time > 0'", "-f"),
    Command("python3", "python3 -S -c 'import os, json; print(json.dumps(sorted(os.listdir())))'"),
    Command("python3-threads", "python3 -S -c 'import threading as t; [(x.start(), x.join()) for x in [t.Thread(target=print) for _ in range(3)]]'", "-f"),
    Command("rsync", "rsync -a dir/ copy/", "-f"),
    Command("sed", "sed -i s/o/0/ text", "-X verbose"),
    Command("sh", "sh -c 'kill -TERM $$'", "-f"),
    Command("sqlite3", "sqlite3 base.db", input="create table t(a); insert into t values(1),(2); select sum(a) from t;\n"),
    Command("ss-s", "ss -s"),
    Command("ss-tln", "ss -tln"),
    Command("ssh-keygen", "ssh-keygen -q -t ed25519 -N '' -f key -C comment"),
    Command("tar-c", "tar cf out.tar dir text link", "-v"),
    Command("tar-z", "tar czf out.tar.gz dir", "-f"),
    Command("xargs", "xargs -n 1 -P 1 echo", "-f", input="a b c\n"),
    Command("xz", "xz -k -T1 text"),
    Command("guest-connects", "@GUESTS@/connects"),
    Command("guest-edges", "@GUESTS@/shows_edges"),
    Command("guest-threads", "@GUESTS@/threads", "-f"),
    Command("guest-two-threads", "@GUESTS@/two_threads_call", "-f"),
    Command("guest-signals", "@GUESTS@/queues_realtime"),
    Command("guest-siginfo", "@GUESTS@/says_siginfo", "-f"),
    Command("32-hello", "@GUESTS@/hello_32"),
    Command("32-forks", "@GUESTS@/forks_32", "-f"),
    Command("32-threads", "@GUESTS@/threads_many_32", "-f"),
    Command("32-execs", "@GUESTS@/execs_32 @GUESTS@/hello", "-f"),
]

RULES = [
]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def date_time_string(self, timestamp=None):
        return "Thu, 01 Jan 1970 00:00:00 GMT"


class Place:
    """Where commands run: every run finds the same files under the same path, and the same environment."""

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
            "Makefile": "all: one two\none two:\n\t@echo $@ > $@\n",
            "page/text": "served\n",
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

    def run(self, tracer, command):
        """(trace, what the command itself did)"""
        folder = os.path.join(self.top, command.name)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.template, os.path.join(folder, "work"), symlinks=True)
        words = command.words.replace("@GUESTS@", GUESTS).replace("@PORT@", str(self.server.server_port))
        process = subprocess.Popen(
            (["setarch", "-R"] if self.steady else []) +
            [tracer, "-o", os.path.join(folder, "trace"), *command.options.split(), "sh", "-c", "exec " + words],
            cwd=os.path.join(folder, "work"), env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True)
        try:
            out, err = process.communicate(command.input.encode(), timeout=LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
        own_files = "-ff" in command.options.split()
        text = ""
        for name in sorted((name for name in os.listdir(folder) if name.startswith("trace")),
                           key=lambda name: int("0" + name[6:])):
            with open(os.path.join(folder, name), errors="surrogateescape") as file:
                # A file for each is as one file whose lines say whose they are.
                text += "".join(f"{name[6:]:5} {line}" if own_files else line for line in file)
        follows = "-f" in command.options.split()
        return Trace(text, own_files or follows, process.pid, COLUMN + 6 if own_files else COLUMN), \
            (process.returncode, out, err)


@dataclasses.dataclass
class Result:
    command: Command
    comparison: Comparison
    ours: tuple
    theirs: tuple
    attempts: int
    seconds: float


def compare(place, command):
    begun = time.monotonic()
    for attempt in range(1, ATTEMPTS + 1):
        theirs, their_end = place.run("strace", command)
        ours, our_end = place.run(COTRACE, command)
        made = Comparison(theirs, ours, RULES)
        for _ in range(2):
            if made.open:
                made.excuse(place.run("strace", command)[0])
        if not made.open and our_end == their_end:
            break
    return Result(command, made, our_end, their_end, attempt, time.monotonic() - begun)


def show(result):
    made = result.comparison
    return (f"{result.command.name:18} {made.total:5} lines {100 * made.equal / max(1, made.total):6.2f} % equal"
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
                there.append(each)
            else:
                print(f"{each.name}: {program} is not there", file=sys.stderr)
        with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
            results = []
            for result in pool.map(lambda each: compare(place, each), there):
                results.append(result)
                print(show(result), file=sys.stderr)
        kinds = sum((result.comparison.kinds for result in results), collections.Counter())
        total, equal = sum(each.comparison.total for each in results), sum(each.comparison.equal for each in results)
        print(f"{len(results)} commands, {total} lines, {100 * equal / max(1, total):.2f} % equal", file=sys.stderr)
        reasons = {"racing": "another run of strace differs here, too", **{rule.kind: rule.reason for rule in RULES}}
        for kind, count in kinds.most_common():
            print(f"{count:6} {kind}: {reasons[kind]}", file=sys.stderr)
        for each in results:
            for name, theirs, ours, *_ in each.comparison.open:
                print(f"{each.command.name}, process {name}:\n  strace:  {theirs}\n  cotrace: {ours}", file=sys.stderr)
        for each in results:
            with self.subTest(each.command.name):
                self.assertEqual(each.ours, each.theirs)
                self.assertEqual(len(each.comparison.open), 0, "lines differ, as shown above")
        self.assertGreaterEqual(equal, WANTED * total)


if __name__ == "__main__":
    Differential.wanted = [word for word in sys.argv[1:] if not word.startswith("-")]
    sys.argv[1:] = [word for word in sys.argv[1:] if word.startswith("-")]
    main()
