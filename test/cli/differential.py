#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Traces real commands with Debian's strace and with cotrace, and compares the lines.

`differential.py NAME...` runs only the commands with these names, and also shows the lines that differ between two
runs of strace. The call stacks of -k are compared by the test `stacks`.
"""

import collections
import concurrent.futures
import dataclasses
import itertools
import os
import re
import shutil
import sys
import time
import unittest

from differences import Comparison, bare
from differential_place import new_place
from differential_rules import RULES
from support import COTRACE, GUESTS, CommandTest, main, normalise, runs_32_bit

# The least accepted share of equal lines. Lines with an expected difference, such as those of rseq(2), do not count as equal.
WANTED = 0.97
# Whether the environment asks for shorter tests: each command is then traced with only one set of options.
SHORT = "COTRACE_SHORT" in os.environ
ATTEMPTS = 8          # a command with unexplained differences is traced at most this many times
SHOWN = 60            # at most this many kinds of different lines are printed
CPUS = sorted(os.sched_getaffinity(0))


TOPICS = ("clocks", "files", "meetings", "memory", "processes", "signals")   # arguments of the guest makes_calls
NOTHING = "$^"        # a pattern that matches no line
ASKS = "openat|read|close|sched_yield"   # the calls by which a guest polls a file of proc(5) for the state of a thread


@dataclasses.dataclass(frozen=True)
class Command:
    name: str
    words: str                    # the command line, which sh runs
    options: tuple = ("-f",)      # the traces of strace and cotrace are compared for each of these sets of options
    input: str = ""
    racing: str = NOTHING            # pattern of calls with lines that depend on the timing of the command's threads


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
            racing="wait4"),   # the result of wait4 depends on which children have ended
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
            # rsync polls until its child has ended. A signal that ends a second child may interrupt any call of this child.
            racing="poll|read|write|wait4|clock_nanosleep|rt_sigreturn|munmap"),
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
        "queues_stop": ASKS,
        "raises_trap": NOTHING,
        "restarts_read": NOTHING,
        "restarts_sleep": f"{ASKS}|wait4",   # the stop of the child interrupts wait4, or precedes it
        "segfaults": NOTHING,
        "seizes_child": NOTHING,
        "signals_itself": NOTHING,
        "steps_itself": NOTHING,
        "stops_child": "wait4",
        "stops_orphan": NOTHING,
        "stops_then_kills": NOTHING,
        "thread_dies": "futex|rt_sigprocmask",   # the other thread may end the process while the first one unblocks signals
        "thread_execs": "futex|rt_sigprocmask",
        "threads_many": "futex",
        "threads_race_to_exec": "futex|rt_sigprocmask",
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
    Command("32-sleep", "@GUESTS@/restarts_sleep_32", racing=f"{ASKS}|wait4"),
]

@dataclasses.dataclass
class Result:
    name: str
    comparison: Comparison
    ours: tuple
    theirs: tuple
    attempts: int
    seconds: float


def compare(command, options, run_theirs, run_ours, rules, excuse=lambda made: None):
    """Calls `run_theirs` and `run_ours`, which trace a command, until their texts agree, and at most ATTEMPTS times.
    `excuse` removes expected differences from a comparison."""
    begun = time.monotonic()
    for attempt in range(1, ATTEMPTS + 1):
        theirs, their_end = run_theirs()
        ours, our_end = run_ours()
        made = Comparison(theirs, ours, rules, command.racing)
        excuse(made)
        for _ in range(2):
            if made.open:
                made.excuse(run_theirs()[0])
        if not made.open and our_end == their_end:
            break
    name = command.name if options in ("", "-f") else f"{command.name} {options.removeprefix('-f ')}"
    return Result(name, made, our_end, their_end, attempt, time.monotonic() - begun)


def compare_with_strace(place, command, options):
    return compare(command, options, lambda: place.run("strace", command, options),
                   lambda: place.run(COTRACE, command, options), RULES)


def results_of(compare_one, place, commands):
    """Yields the result of `compare_one(place, command, options)` for each command and options in `commands`. Some
    commands run at the same time. All threads of a command run on one CPU, because the order in which they run then
    varies less."""
    cpus = iter(CPUS)
    with concurrent.futures.ThreadPoolExecutor(
            len(CPUS), initializer=lambda: os.sched_setaffinity(0, {next(cpus)})) as pool:
        yield from pool.map(lambda each: compare_one(place, *each), commands)


def summary(results):
    """The number of lines of all results, the number of equal lines, and a text that says both."""
    total, equal = sum(each.comparison.total for each in results), sum(each.comparison.equal for each in results)
    return total, equal, f"{len(results)} commands, {total} lines, {100 * equal / max(1, total):.2f} % equal"


def kinds_of(results):
    """For each kind of rule, the number of different lines that the rules explain."""
    return sum((each.comparison.kinds for each in results), collections.Counter())


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


def runnable(commands, place):
    """Yields each command that this machine can run, with each of its options; with only the first if SHORT is set."""
    for each in commands:
        program = each.words.split()[0].replace("@GUESTS@", GUESTS)
        if program.endswith("_32") and not runs_32_bit() or not shutil.which(program, path=place.environment["PATH"]):
            continue
        for options in each.options[:1] if SHORT else each.options:
            yield each, options


def check_alike(case, results, theirs, ours):
    """Fails if the two traces of a result differ. `theirs` and `ours` are the names of the two ways to trace."""
    kinds = kinds_of(results)
    print(summary(results)[2] + "; " + ", ".join(f"{kind}: {count}" for kind, count in kinds.most_common()), file=sys.stderr)
    alike = collections.defaultdict(list)
    for result in results:
        for name, their_line, our_line, *_ in result.comparison.open:
            alike[bare(their_line or ""), bare(our_line or "")].append((result.name, name, their_line, our_line))
    for (command, name, their_line, our_line), *more in alike.values():
        print(f"{command}, process {name}{f' and {len(more)} more' if more else ''}:\n"
              f"  {theirs}: {their_line}\n  {ours}: {our_line}", file=sys.stderr)
    for result in results:
        with case.subTest(result.name):
            case.assertEqual(result.ours, result.theirs)
            case.assertEqual(len(result.comparison.open), 0, "lines differ, as shown above")


@unittest.skipUnless(shutil.which("strace"), "strace is not installed")
class Differential(unittest.TestCase):
    wanted = ()

    def test_lines_are_strace_s(self):
        place = new_place(self, "differential")
        commands = [each for each in COMMANDS if not self.wanted or each.name in self.wanted]
        there = []
        for each in commands:
            program = each.words.split()[0].replace("@GUESTS@", GUESTS)
            if program.endswith("_32") and not runs_32_bit():
                print(f"{each.name}: this kernel runs no 32-bit programs", file=sys.stderr)
            elif shutil.which(program, path=place.environment["PATH"]):
                there += ((each, options) for options in (each.options[:1] if SHORT else each.options))
            else:
                print(f"{each.name}: {program} is not installed", file=sys.stderr)
        results = []
        for result in results_of(compare_with_strace, place, there):
            results.append(result)
            print(show(result), file=sys.stderr)
        kinds = kinds_of(results)
        total, equal, text = summary(results)
        print(text, file=sys.stderr)
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
    """Compares everything that is not a line of a call: standard error, pipes, files, messages and exit statuses."""

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
        err = re.sub(r"(?<=kill\()\d+", "PID", normalise(err)).replace(tracer + ": ", "tracer: ")
        got = None
        if os.path.exists(self.path("got")):
            got = normalise(self.contents("got"))
            os.unlink(self.path("got"))
        return status, re.sub(r"(?m)^\d+ +", "PID ", normalise(out)), err, got


def main_with(case):
    """Runs the tests of the program. If words of the command line are names of COMMANDS, runs only the class `case` with
    these commands."""
    names = {each.name for each in COMMANDS}
    case.wanted = [word for word in sys.argv[1:] if word in names]
    if case.wanted:
        sys.argv[1:] = [case.__name__]
    main()


if __name__ == "__main__":
    main_with(Differential)
