#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Compares the text of `cotrace --observe` with the text that cotrace writes with ptrace for the same commands.

`observation.py NAME...` compares only the commands of the test `differential` with these names.
"""

import collections
import shutil
import subprocess
import sys
import unittest

from differences import bare
from differential import COMMANDS, SHORT, compare, kinds_of, main_with, results_of, summary
from differential_place import new_place
from support import COTRACE, GUESTS, CommandTest, runs_32_bit

# Signals whose default action is to do nothing. The kernel queues them only for tracees of ptrace and for processes that
# have a handler for them.
IGNORED = ("--- SIGCHLD ", "--- SIGCONT ", "--- SIGURG ", "--- SIGWINCH ")

# Signals that a command ignores by an action of its own.
ALSO_IGNORED = {"sh": "--- SIGTERM ", "guest-ignores_signals": "--- SIGUSR1 "}

# Commands that behave differently because threads do not stop.
UNOBSERVABLE = (
    "python3-threads",   # a new thread gets the stack of an earlier one only if the earlier one has ended
    "queues_stop",       # looks at the state of a thread until it changes
    "seizes_child",      # this guest is a tracer itself, and another tracer can attach to a process that is observed
    "steps_itself",
    "unshare",
)

# Options that do not concern the text of calls, or that an observation refuses.
LEFT_OUT = ("-r", "-ttt", "-tt", "-t", "-T")


def can_observe():
    """None, or the reason why this machine cannot observe."""
    done = subprocess.run([COTRACE, "--observe", "-o", "/dev/null", "true"], capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else done.stderr.strip()


def excuse_ignored(made, name):
    """Removes the differences that consist of signals that the process ignores."""
    ignored = (*IGNORED, ALSO_IGNORED.get(name, IGNORED[0]))
    left = []
    for each in made.open:
        if each[2] is None and each[1].startswith(ignored):
            made.kinds["ignored signal"] += 1
        else:
            left.append(each)
    made.open = left


def compare_with_ptrace(place, command, options):
    number = command.options.index(options)   # both runs use one folder, because paths are in the text
    return compare(command, options, lambda: place.run(COTRACE, command, options, number),
                   lambda: place.run(COTRACE, command, f"--observe {options}", number), [],
                   lambda made: excuse_ignored(made, command.name))


@unittest.skipIf(can_observe(), can_observe())
class Observation(unittest.TestCase):
    wanted = ()

    def commands(self, place):
        for each in COMMANDS:
            program = each.words.split()[0].replace("@GUESTS@", GUESTS)
            if self.wanted and each.name not in self.wanted or each.name.removeprefix("guest-") in UNOBSERVABLE:
                continue
            if program.endswith("_32") and not runs_32_bit() or not shutil.which(program, path=place.environment["PATH"]):
                continue
            for options in each.options[:1] if SHORT else each.options:
                if not set(options.split()) & set(LEFT_OUT):
                    yield each, options

    def test_text_is_that_of_ptrace(self):
        place = new_place(self, "observation")
        results = list(results_of(compare_with_ptrace, place, self.commands(place)))
        kinds = kinds_of(results)
        print(summary(results)[2] + "; " + ", ".join(f"{kind}: {count}" for kind, count in kinds.most_common()),
              file=sys.stderr)
        alike = collections.defaultdict(list)
        for result in results:
            for name, theirs, ours, *_ in result.comparison.open:
                alike[bare(theirs or ""), bare(ours or "")].append((result.name, name, theirs, ours))
        for (command, name, theirs, ours), *more in alike.values():
            print(f"{command}, process {name}{f' and {len(more)} more' if more else ''}:\n"
                  f"  ptrace:  {theirs}\n  observe: {ours}", file=sys.stderr)
        for result in results:
            with self.subTest(result.name):
                self.assertEqual(result.ours, result.theirs)
                self.assertEqual(len(result.comparison.open), 0, "lines differ, as shown above")


class Refusals(CommandTest):
    """Each option that an observation does not support is refused in one line."""

    def test_refused_options(self):
        for words, told in (
            (("--observe", "-e", "inject=getpid:error=EPERM", "true"), "--observe and -e inject or -e fault"),
            (("--observe", "-k", "true"), "--observe and -k/--stack-trace"),
            (("--observe", "-b", "execve", "true"), "--observe and -b/--detach-on"),
            (("--observe", "--entries-only", "true"), "--observe and --entries-only"),
            (("--attach-all",), "--attach-all must be given with --observe"),
            (("--observe", "--buffer-size=3", "true"), "--buffer-size"),
            (("--observe", "--buffer-size=17179869185GiB", "true"), "--buffer-size"),   # 1 GiB modulo 2^64
        ):
            with self.subTest(" ".join(words)):
                status, _, err = self.run_to_end(COTRACE, *words)
                self.assertEqual(status, 1)
                self.assertIn(told, err)


if __name__ == "__main__":
    main_with(Observation)
