# SPDX-License-Identifier: BSL-1.0
"""Compares the traces that two tracers made of the same command: divides each trace into the lines of each thread,
hides the text that differs in each run, pairs the lines of the two traces, and explains different lines by rules.
In this file, "theirs" is the trace of the first tracer, and "ours" is the trace of the second tracer."""

import collections
import dataclasses
import difflib
import itertools
import re

COLUMN = 40   # the column of "=" unless the option -a sets another one

# Patterns of text that may differ between two runs, each with its replacement.
VARYING = [
    (r"\bnl(msg)?_pid=-\d+", r"nl\1_pid=PORT"),
    (r"\b([rt]x_(?:packets|bytes)|[ct]stamp)=\d+", r"\1=VARYING"),
    (r"/\* \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{9})?(?=[+-]\d{4} \*/)", "/* TIME"),
    (r"\b1[6-9]\d{8}\b", "SECONDS"),
    (r"(?<=SECONDS, tv_nsec=)\d+", "NANOSECONDS"),
    (r"(?<=SECONDS, tv_usec=)\d+", "MICROSECONDS"),
    (r"(?<=time_nsec=)\d+", "NANOSECONDS"),
    (r"(?<=time=\{tv_sec=0, tv_[nu]sec=)\d+", "SHORT"),        # matches ru_utime and ru_stime of struct rusage
    # A time that does not end with 000 is a remaining time or a point in time, which differs in each run.
    (r"tv_sec=\d+, tv_([nu])sec=\d*(?!000\b)\d{3}\b", r"tv_sec=ODD, tv_\1sec=ODD"),
    (r"0x[0-9a-f]+ (?=/\* \d+ vars? \*/)", "ADDRESS "),        # matches the address of the environment of an execve(2)
    (r"(?<=execve\(\"/usr/bin/sh\", )0x[0-9a-f]+, 0x[0-9a-f]+", "ARGUMENTS, ENVIRONMENT"),
    (r"^\[[0-9a-f]{16}\] (?=execve\(.*ADDRESS)", "[ADDRESS] "),
    (r"\b(getrandom\()\"[^\"]*\"", r"\1RANDOM"),
    (r"\b(si_[us]time|uptime|freeram|sharedram|bufferram|procs|f_bfree|f_bavail|f_ffree)=\d+( /\* \S+ s \*/)?", r"\1=VARYING"),
    (r"\"\.[\w ]+\.\w{6}\"", r'"RANDOM"'),   # matches the names of rsync's temporary files
    (r"\b(ru_(?:maxrss|minflt|inblock|oublock|nvcsw|nivcsw))=\d+", r"\1=VARYING"),
    (r"\b((?:sem|msg|shm)(?:ctl|op|timedop|at|snd|rcv)\()(?:0x[0-9a-f]+|\d+)", r"\1ID"),
    (r"\b((?:semget|msgget|shmget|add_key|keyctl)\(.*= )(?:0x[0-9a-f]+|\d+)", r"\1ID"),
    (r"\bloads=\[[^]]*\]", "loads=VARYING"),
    (r"(/tmp/cc|tmp_obj_|\./sed)\w{6}\b", r"\1RANDOM"),
    (r"(?<=_port=htons\()(3[2-9]|[45]\d|6[0-5])\d{3}\b", "PORT"),
    (r"(?<=_port=\")(?:\\x[0-9a-f]{2}){2}", "PORT"),
    (r"((?:127\.0\.0\.1|0\.0\.0\.0|\[::1?\]):)(?:3[2-9]|[45]\d|6[0-5])\d{3}\b", r"\1PORT"),
]
# Matches the inode numbers of files, sockets and pipes, which _settled() replaces by their order of appearance.
INODES = r"(_ino=|\b(?:socket|pipe):\[|<[A-Zv\d-]+:\[|->)(\d{3,})(?=[-,\]])"
# For each option that puts a time before or after a call: a pattern of that text, and its replacement.
STAMPS = {
    "-t": (r"^\d\d:\d\d:\d\d ", "TIME "),
    "-tt": (r"^\d\d:\d\d:\d\d\.\d{6} ", "TIME "),
    "-ttt": (r"^\d{10}\.\d{6} ", "TIME "),
    "-r": (r"^[ \d]{6}\.\d{6} ", "TIME "),
    "-T": (r"<\d+\.\d{6}>$", "<TIME>"),
}


class Trace:
    """The lines of one run, divided by thread. The name of a thread says its place in the tree of all threads: "1.2" is the
    second thread or process that the thread "1" has created."""

    def __init__(self, text, has_ids, tracer=None, column=COLUMN, options=(), steady=True):
        """`has_ids` says whether each line begins with the id of its thread. `steady` says whether addresses are the
        same in each run."""
        self.column = column
        self.varying = [STAMPS[each] for each in options if each in STAMPS] + VARYING
        if not steady:
            self.varying.append((r"0x[0-9a-f]{6,}", "ADDRESS"))
        self.threads = {}
        for line in text.splitlines():
            number = re.match(r"\d+", line) if has_ids else None
            width = max(5, number.end()) + 1 if number else 0
            if number and line[number.end():width].strip():
                # A line without a space after the id is kept with its id, so that it is reported as a difference.
                number, width = None, 0
            self.threads.setdefault(int(number.group()) if number else None, []).append((width, line))
        self.threads = {thread: list(self._joined(lines)) for thread, lines in self.threads.items()}
        self.names = self._names(tracer)
        self.lines = {self.names.get(thread, f"stray {thread}"): self._settled(lines)
                      for thread, lines in self.threads.items()}

    def _joined(self, lines):
        """The lines of a thread, with the two parts of an interrupted line joined."""
        begun = None
        for prefix, line in lines:
            text = line[prefix:]
            if text.endswith(" <unfinished ...>"):
                begun = text[:-len(" <unfinished ...>")]
                continue
            resumed = re.match(r".*?<\.\.\. \w+ resumed>(.*)", text)
            if resumed and begun is not None:
                # Each part of the line was aligned alone, so the joined line is aligned again.
                text = self._aligned(prefix, begun + resumed.group(1))
                begun = None
            yield prefix, text
        if begun is not None:
            yield 0, begun + " <unfinished ...>"

    def _aligned(self, prefix, text):
        parts = re.match(r"(.*\)) +(= .*)$", text)
        return (parts.group(1) + " ").ljust(self.column - prefix) + parts.group(2) if parts else text

    def _names(self, tracer):
        """The name of each thread, and "TRACER" for the tracer."""
        names = {tracer: "TRACER"}
        waiting = [(next(iter(self.threads)), "1")] if self.threads else []
        while waiting:
            thread, name = waiting.pop(0)
            lines = [text for _, text in self.threads.get(thread, [])]
            own = re.search(r"set_tid_address\(.*= (\d+)", "\n".join(lines)) if thread is None else None
            if own:   # the lines of a trace with a single thread have no id
                names[int(own.group(1))] = name
            names.setdefault(thread, name)
            born = [int(id) for id in re.findall(r"(?m)^(?:.* )?(?:clone|clone3|fork|vfork)\(.* = (\d+)\b", "\n".join(lines))]
            for nth, child in enumerate(dict.fromkeys(born), 1):
                if child not in names:
                    names[child] = f"{name}.{nth}"
                    waiting.append((child, names[child]))
        return names

    def _settled(self, lines):
        """The lines of a thread, without the text that differs in each run."""
        inodes = {}

        def process(match):
            return "P" + self.names[int(match.group())] if int(match.group()) in self.names else match.group()

        def inode(match):
            return match.group(1) + "INODE" + str(inodes.setdefault(match.group(2), len(inodes) + 1))

        settled = []
        for prefix, line in lines:
            text = re.sub(r"(?<![\w.])(?<!size=)[1-9]\d{1,6}(?![\w.])", process, re.sub(INODES, inode, line))
            for pattern, instead in self.varying:
                text = re.sub(pattern, instead, text)
            settled.append(self._aligned(prefix, text) if text != line else text)
        return settled


@dataclasses.dataclass(frozen=True)
class Rule:
    """A known difference between the tracers. A rule rewrites the lines of either tracer. The rule explains two
    different lines if they are equal after the rewrite."""
    kind: str
    reason: str
    theirs: tuple = ()   # pairs of (pattern, replacement), which rewrite the lines of the first tracer
    ours: tuple = ()

    def rewrite(self, theirs, ours):
        for pattern, instead in self.theirs:
            theirs = re.sub(pattern, instead, theirs)
        for pattern, instead in self.ours:
            ours = re.sub(pattern, instead, ours)
        return theirs, ours


def hexadecimal(number):
    return f"{number:#x}" if number else "0"


# Differences between Debian's strace 6.1 and the newest release of strace, whose text cotrace prints.
AGE_RULES = [
    Rule("rseq", "newer strace shows the area of rseq(2) and its length in decimal",
         theirs=((r"\brseq\((?:0x[0-9a-f]+|NULL), 0x[0-9a-f]+(, .*\)) +(?==)", r"rseq(AREA, LENGTH\1 "),),
         ours=((r"\brseq\((?:\{.*\}|0x[0-9a-f]+|NULL), \d+(, .*\)) +(?==)", r"rseq(AREA, LENGTH\1 "),)),
    Rule("struct sched_param", "newer strace shows it as a structure",
         theirs=((r"\b(sched_setscheduler\(.*, |sched_[gs]etparam\(.*, )\[(\d+)\]\) +(?==)", r"\1{sched_priority=\2}) "),),
         ours=((r"\b(sched_(?:setscheduler|[gs]etparam)\(.*\}\)) +(?==)", r"\1 "),)),
    Rule("unknown operations of seccomp(2)", "newer strace has another prefix for them",
         theirs=((r"\bSECCOMP_SET_MODE_\?\?\?", "SECCOMP_???"),)),
    Rule("set_tid_address", "newer strace shows its argument as an address",
         theirs=((r"\bset_tid_address\(0\) +(?==)", "set_tid_address(NULL) "),),
         ours=((r"\bset_tid_address\(NULL\) +(?==)", "set_tid_address(NULL) "),)),
    Rule("epoll's data", "newer strace shows the union of struct epoll_event as one hexadecimal number",
         theirs=((r"(?<=, data=)\{u32=\d+, u64=(\d+)\}", lambda found: hexadecimal(int(found.group(1)))),)),
    Rule("readdir", "newer strace shows the count of readdir(2)",
         theirs=((r"^(readdir\([^,]*, (?:\{.*\}|0x[0-9a-f]+|NULL))\) +(?==)", r"\1, COUNT) "),),
         ours=((r"^(readdir\(.*), \d+\) +(?==)", r"\1, COUNT) "),)),
]


def of_one_age(text):
    """Rewrites the text of either tracer by AGE_RULES, so that the texts of the installed strace and of the newest
    strace become equal."""
    lines = []
    for line in text.split("\n"):
        for rule in AGE_RULES:
            for pattern, instead in (*rule.theirs, *rule.ours):
                line = re.sub(pattern, instead, line)
        lines.append(line)
    return "\n".join(lines)


END = "--- SIGCHLD "


def bare(line):
    """The line with "*" in place of each number and each string."""
    return re.sub(r"0x[0-9a-f]+|\b\d+\b|\"(\\.|[^\"\\])*\"(\.\.\.)?| +(?== )", "*", line)


def call_of(line):
    """The name of the system call that the line is about. For other lines, the first words of the line."""
    match = re.match(r"(?:\S+ +)*?(\w+)\(|(\W+ \w+)", line)
    return match.group(1) or match.group(2) if match else line


def pairs(theirs, ours):
    """Yields all lines in pairs: (theirs, ours, index in theirs, index in ours). If a line has no counterpart in the
    other trace, the counterpart is None."""
    for tag, a, a_end, b, b_end in difflib.SequenceMatcher(None, theirs, ours, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from ((theirs[a + i], ours[b + i], a + i, b + i) for i in range(a_end - a))
            continue
        # Two different lines are a pair if they are about the same system call.
        left, right = [call_of(line) for line in theirs[a:a_end]], [call_of(line) for line in ours[b:b_end]]
        for inner, i, i_end, j, j_end in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
            if inner == "equal":
                yield from ((theirs[a + i + n], ours[b + j + n], a + i + n, b + j + n) for n in range(i_end - i))
            else:
                yield from ((theirs[a + n], None, a + n, b + j) for n in range(i, i_end))
                yield from ((None, ours[b + n], a + i_end, b + n) for n in range(j, j_end))


class Comparison:
    """Compares two traces. excuse() removes the differences that also appear between two runs of the first tracer."""

    def __init__(self, theirs, ours, rules, racing):
        self.theirs, self.ours, self.rules = theirs, ours, rules
        self.kinds = collections.Counter()
        self.equal = 0
        self.total = 0
        self.racing = []
        # The unexplained differences, each a tuple (name of the thread, theirs, ours, index in theirs, index in ours).
        self.open = []
        for name in sorted({*theirs.lines, *ours.lines}):
            left, right = theirs.lines.get(name, []), ours.lines.get(name, [])
            self.total += max(len(left), len(right))
            for a, b, i, j in pairs(left, right):
                if a == b:
                    self.equal += 1
                    continue
                kinds = ["racing"] if re.fullmatch(racing, call_of(a or b)) else self.explain(a, b)
                self.kinds.update(kinds)
                if not kinds:
                    self.open.append((name, a, b, i, j))
        self.excuse_moved_ends()

    def excuse_moved_ends(self):
        """Removes pairs of differences that are one line at two places. Such differences appear when a child ends,
        because its SIGCHLD may come during different calls of the parent in the two runs."""
        for theirs in [each for each in self.open if each[2] is None]:
            ours = next((each for each in self.open if each[1] is None and (each[0], each[2]) == theirs[:2]), None)
            if ours and (theirs[1].startswith(END) or self.changed_places(theirs[0], theirs[3], ours[4])):
                self.kinds["racing"] += 2
                self.racing += [theirs, ours]
                self.open.remove(theirs)
                self.open.remove(ours)

    def changed_places(self, name, i, j):
        """Whether a line comes directly after a SIGCHLD in one trace, and directly before that SIGCHLD in the other.
        The line has the index `i` in theirs and `j` in ours."""
        left, right = self.theirs.lines[name], self.ours.lines[name]
        beside = (left[max(i - 1, 0):i], right[j + 1:j + 2]), (left[i + 1:i + 2], right[max(j - 1, 0):j])
        return any(a and a == b and a[0].startswith(END) for a, b in beside)

    def explain(self, theirs, ours):
        """The kinds of the rules that explain the whole difference of two lines; empty if no rules explain it all."""
        if theirs is None or ours is None:
            return []
        for rule in self.rules:
            a, b = rule.rewrite(theirs, ours)
            if a == b:
                return [rule.kind]
        theirs, ours, used = self.rewritten(theirs, ours)
        return used if theirs == ours else []

    def rewritten(self, theirs, ours):
        """The two lines after the rewrites of all rules, and the kinds of the rules that changed them."""
        used = []
        for rule in self.rules:
            a, b = rule.rewrite(theirs, ours)
            if (a, b) != (theirs, ours):
                theirs, ours = a, b
                used.append(rule.kind)
        return theirs, ours, used

    def excuse(self, again):
        """Removes differences that come from the run and not from the tracer. `again` is another trace by the first
        tracer. A difference is removed if `again` has the line of the second tracer. In most cases, it is also removed if
        `again` differs at this place from the first trace of that tracer."""
        left = []
        for name, group in itertools.groupby(self.open, lambda each: each[0]):
            first, second, mine = (trace.lines.get(name, []) for trace in (self.theirs, again, self.ours))
            stable = {a for line, other, a, _ in pairs(first, second) if line is not None and line == other}
            seen = {b for line, other, b, _ in pairs(mine, second) if line is not None and line == other}
            forms = {bare(line) for line in second}
            for each in group:
                _, theirs, ours, i, j = each
                if theirs is None:
                    racing = j in seen or not {i - 1, i} - {-1, len(first)} <= stable
                elif ours is None:
                    racing = i not in stable
                else:
                    # The difference is excused if `again` has our line. It is also excused if `again` lacks their line, and
                    # our line has the form of theirs (`bare`) or no line of `again` has this form.
                    racing = j in seen or i not in stable and (bare(theirs) == bare(ours) or bare(theirs) not in forms)
                if racing:
                    self.kinds["racing"] += 1
                    self.racing.append(each)
                else:
                    left.append(each)
        self.open = left
