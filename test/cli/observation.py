#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Compares the text of `cotrace --observe` with the text that cotrace writes with ptrace for the same commands.

`observation.py NAME...` compares only the commands of the test `differential` with these names.
"""

import dataclasses
import re
import subprocess
import unittest

from differential import COMMANDS, check_alike, compare, main_with, results_of, runnable
from differential_place import new_place
from support import COTRACE, CommandTest

# Signals that are ignored by default. The kernel queues them only for a tracee of ptrace, or if the process handles or blocks
# them.
IGNORED = ("--- SIGCHLD ", "--- SIGCONT ", "--- SIGURG ", "--- SIGWINCH ")

# Signals that a command ignores by an action of its own.
ALSO_IGNORED = {"sh": "--- SIGTERM ", "guest-ignores_signals": "--- SIGUSR1 "}

# Commands with traces that differ: the threads of an observed process do not stop, and have no tracer.
UNOBSERVABLE = (
    "32-connects",       # cotrace reads the arguments of socketcall(2) after the call, when the process may have ended
    "32-old-calls",      # cotrace also reads the arguments of ipc(2), and of the old mmap(2) and select(2), after the call
    "python3-threads",   # a new thread gets the stack of an earlier one only if the earlier one has ended
    "queues_stop",       # this guest polls the state of a thread until it changes, and the number of polls varies
    "seizes_child",      # this guest is a tracer itself, and another tracer can attach to a process that is observed
    "steps_itself",
    "timeout",           # this command waits for its child only if the child has not ended
    "unshare",
)

# Options that do not change the text of calls, or for which an observation looks at the process after the call.
LEFT_OUT = ("-r", "-ttt", "-tt", "-t", "-T", "-yy", "read=3")


def can_observe():
    """None, or the reason why this machine cannot observe."""
    done = subprocess.run([COTRACE, "--observe", "-o", "/dev/null", "true"], capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else done.stderr.strip()


# These calls depend on when a signal arrives. Without stops, a signal may arrive during another call than with ptrace.
RACING = "rt_sigreturn|rt_sigsuspend|wait4|waitid"


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


def excuse_late(made):
    """Removes the differences in lines of execve(2) for which the BPF program could not read all arguments: the pages of the
    arguments were not resident at the entry, and after the call they no longer exist."""
    def is_late(theirs, ours):
        return (theirs or "").startswith("execve(") and (ours or "").startswith("execve(") and re.search(r"\[?0x[0-9a-f]+[],]", ours)
    left = [each for each in made.open if not is_late(*each[1:3])]
    made.kinds["late execve"] += len(made.open) - len(left)
    made.open = left


def excuse(made, name):
    excuse_ignored(made, name)
    excuse_late(made)


def compare_with_ptrace(place, command, options):
    command = dataclasses.replace(command, racing=f"{command.racing}|{RACING}")
    number = command.options.index(options)   # both runs use one folder, because paths are in the text
    return compare(command, options, lambda: place.run(COTRACE, command, options, number),
                   lambda: place.run(COTRACE, command, f"--observe {options}", number), [],
                   lambda made: excuse(made, command.name))


@unittest.skipIf(can_observe(), can_observe())
class Observation(unittest.TestCase):
    wanted = ()

    def commands(self, place):
        wanted = (each for each in COMMANDS if not self.wanted or each.name in self.wanted)
        observable = (each for each in wanted if each.name.removeprefix("guest-") not in UNOBSERVABLE)
        return (each for each in runnable(observable, place) if not set(each[1].split()) & set(LEFT_OUT))

    def test_text_is_that_of_ptrace(self):
        place = new_place(self, "observation")
        check_alike(self, list(results_of(compare_with_ptrace, place, self.commands(place))), "ptrace ", "observe")


class Refusals(CommandTest):
    """cotrace refuses options that cannot be used with --observe, and impossible sizes of the buffer."""

    def test_refused_options(self):
        for words, told in (
            (("--observe", "-e", "inject=getpid:error=EPERM", "true"), "--observe and -e inject or -e fault"),
            (("--observe", "-k", "true"), "--observe and -k/--stack-trace"),
            (("--observe", "-b", "execve", "true"), "--observe and -b/--detach-on"),
            (("--observe", "--entries-only", "true"), "--observe and --entries-only"),
            (("--attach-all",), "--attach-all must be given with --observe"),
            (("--observe", "--buffer-size=3", "true"), "--buffer-size"),
            (("--observe", "--buffer-size=17179869185GiB", "true"), "--buffer-size"),   # this size is 1 GiB modulo 2^64
        ):
            with self.subTest(" ".join(words)):
                status, _, err = self.run_to_end(COTRACE, *words)
                self.assertEqual(status, 1)
                self.assertIn(told, err)


if __name__ == "__main__":
    main_with(Observation)
