# SPDX-License-Identifier: BSL-1.0
"""The rows of compare.py. A row is a piece of work, the tracers under which it is measured, and the aims for
cotrace."""

import dataclasses
import os
import shlex
import shutil
import subprocess

from measuring import Run

SMALL_SOURCE = """#include <stdio.h>
int main(void) { return puts("hello") == EOF; }
"""
LARGE_HEADERS = ("algorithm any array atomic bitset charconv chrono complex deque filesystem forward_list fstream functional future"
                 " iomanip iostream iterator list locale map memory memory_resource mutex numeric optional queue random ranges"
                 " regex set shared_mutex span sstream string thread tuple unordered_map unordered_set valarray variant vector")
LARGE_SOURCE = "".join(f"#include <{name}>\n" for name in LARGE_HEADERS.split()) + """
int main(int count, char** words)
{
    std::map<std::string, std::vector<int>> seen;
    for (int i = 0; i < count; ++i)
        seen[words[i]].push_back(i);
    return std::regex_match(seen.begin()->first, std::regex{"[a-z]*"}) ? 0 : 1;
}
"""


@dataclasses.dataclass(frozen=True)
class Bar:
    """An aim: a limit for the ratio of the results of two commands of a row, or for their difference."""

    upper: str                 # title of the command with the first operand of the ratio or difference
    lower: str                 # title of the command with the second operand: the divisor, or the number to subtract
    least: float | None = None
    most: float | None = None
    of: str = "seconds"        # which result is compared: the name of a field of Measured
    calls: int = 0             # 0: the limit is for a ratio; N: it is for the difference in microseconds, divided by N

    @property
    def title(self):
        if self.calls:
            return f"{self.upper} - {self.lower}, us" + (" a call" if self.calls > 1 else "")
        return ("memory, " if self.of == "memory" else "") + f"{self.upper} / {self.lower}"

    def compare(self, upper, lower):
        """Compares the results of the two commands in one run."""
        if self.calls:
            return (upper - lower) * 1e6 / self.calls
        return upper / lower if lower > 0 else float("nan")

    def holds(self, result):
        return (self.least is None or result >= self.least) and (self.most is None or result <= self.most)

    def text(self):
        return f">= {self.least:g}" if self.least is not None else f"<= {self.most:g}"


@dataclasses.dataclass
class Row:
    name: str
    title: str
    runs: dict[str, Run]
    bars: list[Bar] = dataclasses.field(default_factory=list)
    stops: int = 0             # the number of stops in one measurement, if times are shown per stop; 0: they are shown per run
    is_busy: bool = False      # other programs keep all CPUs busy during the measurement


class Programs:
    """The tracers and their command lines."""

    def __init__(self, build, folder):
        self.bare = f"{build}/test/bench/bare_loop"
        self.cotrace = f"{build}/app/cotrace"
        self.trace = f"{folder}/trace"
        self.pin = ("taskset", "-c", str(max(os.sched_getaffinity(0))))
        self.help = subprocess.run([self.cotrace, "--help"], capture_output=True, text=True, check=True).stdout
        self.has_strace = shutil.which("strace") is not None

    def strace(self, *options):
        return ("strace", "-f", *options, "-o", self.trace)

    def ours(self, *options):
        return (self.cotrace, "-f", *options, "-o", self.trace)

    def others(self, work, *options):
        """The work without a tracer, and under all tracers except cotrace. `options` are options of strace."""
        found = {"untraced": (), "strace": self.strace(*options), "strace pinned": (*self.pin, *self.strace(*options))}
        if not options:
            found |= {"bare": (self.bare,), "bare pinned": (*self.pin, self.bare),
                      "bare long slice": (*self.pin, self.bare, "-p")}
        elif options[0] == "-e":
            found["strace bpf"] = self.strace("--seccomp-bpf", *options)
        return {title: dataclasses.replace(work, command=(*words, *work.command)) for title, words in found.items()
                if self.has_strace or not title.startswith("strace")}

    def all(self, work, *options):
        runs = self.others(work, *options)
        runs["cotrace"] = self.by_us(work, *options)
        if "--placement" in self.help:
            runs["cotrace unplaced"] = self.by_us(work, "--placement=off", *options)
        return runs

    def by_us(self, work, *options):
        return dataclasses.replace(work, command=(*self.ours(*options), *work.command))


class Works:
    """The commands that are traced. All files are in `folder`."""

    def __init__(self, build, folder, short):
        self.folder, self.short = folder, short
        self.guests = f"{build}/test/guest"
        self.bench = f"{build}/test/bench"

    def sized(self, size, short):
        return short if self.short else size

    def file(self, name, text):
        path = f"{self.folder}/{name}"
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        return path

    def calls(self):
        return Run((f"{self.guests}/repeats_calls", "getpid", str(self.sized(20000, 200))))

    def dd(self):
        return Run(("dd", "if=/dev/zero", "of=/dev/null", "bs=1", f"count={self.sized(10000, 100)}", "status=none"))

    def find(self):
        tree = f"{self.folder}/tree"
        for i in range(self.sized(100, 2)):
            os.makedirs(f"{tree}/{i}", exist_ok=True)
            for j in range(100):
                with open(f"{tree}/{i}/{j}", "wb"):
                    pass
        return Run(("find", tree, "-size", "0"))

    def gcc(self):
        return Run(("gcc", "-c", self.file("small.c", SMALL_SOURCE), "-o", f"{self.folder}/small.o"))

    def two_gxx(self):
        source = self.file("large.cpp", SMALL_SOURCE if self.short else LARGE_SOURCE)
        one = f"g++ -std=c++20 -O1 -c {shlex.quote(source)} -o {shlex.quote(self.folder)}/large"
        return Run(("sh", "-c", f"{one}1.o & {one}2.o & wait $!; status=$?; wait; exit $status"))

    def commands(self):
        return Run(("sh", self.file("commands.sh", f"{shutil.which('true')}\n" * self.sized(500, 5))))

    def pool(self, tokens=2000):
        return Run((f"{self.bench}/passes_tokens", "8", str(self.sized(tokens, 20))))

    def loopback(self):
        return Run((f"{self.bench}/answers_itself", str(self.sized(2500, 20))))

    def subjects(self, count, busy, calls=None):
        calls = (calls or self.sized(20000, 100)) // busy
        return Run((f"{self.bench}/many_subjects", str(count), str(busy), str(calls)), says_time=True)

    def timed(self, run):
        """The work, timed without the start and the end of a tracer. EPOCHREALTIME has 6 digits after the point."""
        script = 'a=$EPOCHREALTIME; "$@" > /dev/null || exit; b=$EPOCHREALTIME; echo $(((${b/./} - ${a/./}) * 1000))'
        return dataclasses.replace(run, command=("bash", "-c", script, "bash", *run.command), says_time=True)

    def ls(self):
        return Run(("ls", "/"), repeat=self.sized(5, 1))

    def start(self):
        return Run(("true",), repeat=self.sized(20, 1))


def rows(build, folder, short):
    """All rows: a name, and a function that makes the row."""
    by, do = Programs(build, folder), Works(build, folder, short)

    def plain(name, title, work, *bars):
        return Row(name, title, by.all(work), list(bars))

    def filtered(name, title, work, calls, *bars):
        return Row(name, f"{title}, -e trace={calls}", by.all(work, "-e", f"trace={calls}"), list(bars))

    def against_strace(least):
        return Bar("strace", "cotrace", least=least)

    def subjects(name, count):
        row = plain(name, f"{count:,} subjects at once" if count > 1 else "1 subject", do.subjects(count, count))
        row.stops = do.sized(20000, 100) // count * count * 2
        return row

    def on_a_busy_machine():
        row = plain("calls-busy", "cheap calls, other programs keep all CPUs busy", do.calls(), against_strace(1))
        row.is_busy = True
        return row

    def idle():
        many = do.sized(1000, 30)
        few, all_of_them = do.subjects(10, 10), do.subjects(many, 10)
        runs = {"cotrace, 10": by.by_us(few), f"cotrace, {many:,}": by.by_us(all_of_them)}
        for title, words in {"strace": by.strace(), "bare": (by.bare,)}.items():
            if title != "strace" or by.has_strace:
                runs |= {f"{title}, 10": dataclasses.replace(few, command=(*words, *few.command)),
                         f"{title}, {many:,}": dataclasses.replace(all_of_them, command=(*words, *all_of_them.command))}
        return Row("idle", f"{many:,} subjects, {many - 10:,} of them idle, and 10 subjects, none idle", runs,
                   [Bar(f"cotrace, {many:,}", "cotrace, 10", most=1.3)], do.sized(20000, 100) * 2)

    def json():
        runs = by.others(do.find())
        runs |= {"cotrace": by.by_us(do.find()), "cotrace json": by.by_us(do.find(), "--format=json")}
        return Row("json", "find as JSON lines", runs, [])

    def perfetto():
        runs = by.others(do.find())
        runs |= {"cotrace": by.by_us(do.find()), "cotrace perfetto": by.by_us(do.find(), "--format=perfetto")}
        return Row("perfetto", "find as a trace for Perfetto", runs, [])

    def entries():
        runs = by.all(do.calls())
        runs["cotrace entries"] = by.by_us(do.calls(), "--entries-only")
        return Row("entries", "cheap calls, entries only", runs, [Bar("strace", "cotrace entries", least=15)])

    made = {
        "calls": lambda: plain("calls", "cheap calls of one subject", do.calls(), against_strace(7),
                               Bar("strace pinned", "cotrace", least=1.25), Bar("cotrace", "bare pinned", most=1.25)),
        "calls-busy": on_a_busy_machine,
        "dd": lambda: plain("dd", "dd bs=1", do.dd()),
        "find": lambda: plain("find", "find in 10,000 files", do.find(), against_strace(6),
                              Bar("cotrace", "strace", most=1.5, of="memory")),
        "gcc": lambda: plain("gcc", "gcc -c, a small file", do.gcc(), against_strace(3.5)),
        "commands": lambda: plain("commands", "a script of 500 short commands", do.commands(), against_strace(3)),
        "g++": lambda: plain("g++", "two g++ -O1 at once, large", do.two_gxx(), against_strace(1)),
        "g++-process": lambda: filtered("g++-process", "two g++ -O1 at once", do.two_gxx(), "%process",
                                        Bar("cotrace", "untraced", most=1.25)),
        "gcc-execve": lambda: filtered("gcc-execve", "gcc -c", do.gcc(), "execve", Bar("cotrace", "untraced", most=1.2)),
        "gcc-file": lambda: filtered("gcc-file", "gcc -c", do.gcc(), "%file"),
        "pool": lambda: plain("pool", "8 threads exchanging through futexes", do.pool(), against_strace(2)),
        "loopback": lambda: plain("loopback", "a server and a client on the loopback", do.loopback(), against_strace(2)),
        "stacks": lambda: Row("stacks", "ls /, with -k", by.all(do.ls(), "-k"), [against_strace(2)]),
        "start": lambda: plain("start", "true", do.start(), against_strace(1)),
        "subjects-1": lambda: subjects("subjects-1", 1),
        "subjects-10": lambda: subjects("subjects-10", 10),
        "subjects-100": lambda: subjects("subjects-100", do.sized(100, 12)),
        "subjects-1000": lambda: subjects("subjects-1000", do.sized(1000, 25)),
        "idle": idle,
        "json": json,
        "perfetto": perfetto,
    }
    if "--entries-only" in by.help:
        made["entries"] = entries
    if "--observe" in by.help:
        made |= observation_rows(by, do)
    return made


def observation_rows(by, do):
    """The rows of `cotrace --observe`."""
    calls = do.sized(200000, 200)

    def row(name, title, work, *bars):
        runs = {each: run for each, run in by.all(work).items() if each in ("untraced", "strace", "cotrace")}
        runs["observed"] = by.by_us(work, "--observe")
        return Row(f"observe-{name}", f"{title}, --observe", runs, list(bars))

    def cheap():
        made = row("calls", "cheap calls", do.subjects(1, 1, calls), Bar("strace", "observed", least=100),
                   Bar("observed", "untraced", most=0.8, calls=calls))
        made.stops = calls
        return made

    def idle():
        """The CPU time of cotrace while it observes a system that does nothing: the difference of a long and a short run."""
        long, short = do.sized(12, 2), do.sized(2, 1)
        runs = {f"cotrace, {seconds} s": Run(by.ours("--observe", "--attach-all", f"--stop-after={seconds}s"))
                for seconds in (long, short)}
        first, second = runs
        return Row("observe-idle", "an idle system, --observe --attach-all", runs,
                   [Bar(first, second, most=(long - short) * 1e4, of="cpu", calls=1)])   # 10,000 us per second are 1 % of a CPU

    def faster_than_strace(least):
        return Bar("strace", "observed", least=least)

    def as_untraced(most):
        return Bar("observed", "untraced", most=most)

    return {
        "observe-calls": cheap,
        "observe-find": lambda: row("find", "find in 10,000 files", do.find(), faster_than_strace(25)),
        "observe-find-only": lambda: row("find-only", "find in 10,000 files, without start and end of the tracer",
                                         do.timed(do.find()), faster_than_strace(25)),
        "observe-gcc": lambda: row("gcc", "gcc -c, a small file", do.timed(do.gcc()), as_untraced(1.25)),
        "observe-commands": lambda: row("commands", "a script of 500 short commands", do.commands(), as_untraced(1.2)),
        "observe-g++": lambda: row("g++", "two g++ -O1 at once, large", do.two_gxx(), as_untraced(1.05)),
        # Ten times the work of the row "pool", so that the start of an observation takes a small part of the time.
        "observe-pool": lambda: row("pool", "8 threads exchanging through futexes", do.pool(20000), as_untraced(2)),
        "observe-loopback": lambda: row("loopback", "a server and a client on the loopback", do.loopback(), as_untraced(2)),
        "observe-idle": idle,
        "observe-start": lambda: row("start", "true", do.start(), Bar("observed", "untraced", most=80000, calls=1)),
    }
