# SPDX-License-Identifier: BSL-1.0
"""Reads the states of processes from proc(5)."""

import os
import re


def contents(path):
    try:
        with open(path, errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def fields(process, *names):
    """The first words of fields of /proc/PID/status, from one read of the file; "" if there is no such process or field."""
    text = contents(f"/proc/{process}/status")
    found = [re.search(rf"^{name}:\s*(\S+)", text, re.M) for name in names]
    return [each.group(1) if each else "" for each in found]


def field(process, name):
    return fields(process, name)[0]


def listed(path):
    try:
        return os.listdir(path)
    except OSError:
        return []


def children_of(process):
    return [int(word) for thread in listed(f"/proc/{process}/task")
            for word in contents(f"/proc/{process}/task/{thread}/children").split()]


def tree_of(process):
    """All descendants of a process, without the process itself."""
    found = children_of(process)
    for each in found:
        found += children_of(each)
    return found


def is_storm(process):
    return contents(f"/proc/{process}/comm").startswith("storm")


def threads_of(processes):
    return [f"{process}/task/{thread}" for process in processes for thread in listed(f"/proc/{process}/task")]


def describe(processes):
    """The state of each thread, for the report of a failure."""
    lines = []
    for thread in threads_of(processes):
        names = ("Name", "State", "PPid", "TracerPid", "Cpus_allowed_list", "SigPnd", "ShdPnd")
        status = dict(zip(names, fields(thread, *names)))
        if status["State"]:
            lines.append(f"  {thread}: " + " ".join(f"{name} {value}" for name, value in status.items())
                         + f" wchan {contents(f'/proc/{thread}/wchan')} syscall {contents(f'/proc/{thread}/syscall').strip()}")
            stack = contents(f"/proc/{thread}/stack").split("\n")
            lines += [f"      {each}" for each in stack[:6] if each]
    return "\n".join(lines[:60])
