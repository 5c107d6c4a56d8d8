# SPDX-License-Identifier: BSL-1.0
"""How many system calls cotrace makes for one that it traces.

strace counts those of cotrace, which traces a guest; strace does not follow, so
the guest is cotrace's alone. What cotrace does for other reasons is the same for
any number of calls, so it goes with the difference of two runs. Beside strace
cotrace is slow, and its subject has always stopped already when it looks.
"""

import collections
import os
import shutil
import subprocess

from measuring import Broken

NAME = "kernel-calls"
KINDS = {"getpid": "no argument to read", "openat": "a string argument", "read32": "a buffer of 32 bytes"}


def is_ptrace_allowed(build):
    return subprocess.run([f"{build}/app/cotrace", "-o", os.devnull, "true"], capture_output=True, check=False).returncode == 0


def counted(build, folder, kind, calls):
    """Per name, how many system calls cotrace made."""
    counts = f"{folder}/counts"
    subject = [f"{build}/test/guest/repeats_calls", kind, str(calls)]
    ran = subprocess.run(["strace", "-c", "-U", "calls,name", "-o", counts, f"{build}/app/cotrace", "-o",
                          f"{folder}/trace", *subject], capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        raise Broken(f"strace of cotrace ended with {ran.returncode}: {ran.stderr.strip()}")
    found = collections.Counter()
    with open(counts, encoding="ascii") as file:
        for line in file:
            words = line.split()
            if len(words) == 2 and words[0].isdigit() and words[1] != "total":
                found[words[1]] += int(words[0])
    if not found:
        raise Broken(f"strace counted nothing of cotrace: {ran.stderr.strip()}")
    return found


def show(build, folder, short):
    if not shutil.which("strace"):
        return
    calls = 100 if short else 5000
    print(f"\n{NAME}: system calls of cotrace per traced call")
    for kind, what in KINDS.items():
        few, many = counted(build, folder, kind, 0), counted(build, folder, kind, calls)
        per_call = {name: (many[name] - few[name]) / calls for name in many}
        shown = ", ".join(f"{name} {count:.2f}" for name, count in
                          sorted(per_call.items(), key=lambda each: -each[1]) if abs(count) >= 0.005)
        print(f"  {kind + ', ' + what:30}{sum(per_call.values()):6.2f}: {shown}", flush=True)
