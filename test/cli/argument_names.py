#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Tests -N: compares the names of arguments with those of the running kernel, which tracefs shows for each system call.

cotrace prints strace's names, and many of them differ from the kernel's: `dirfd` where the kernel has `dfd`. Therefore
the test checks what must hold for both sets of names: a call has no more arguments than in the kernel, each argument has
a name, and no argument has the name that the kernel gives to another argument of this call.
"""

import os
import re
import unittest

from support import CommandTest, guest, main

EVENTS = "/sys/kernel/tracing/events/syscalls"
NUMBERS = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"
IN_TRACEFS = {"stat": "newstat", "lstat": "newlstat", "fstat": "newfstat", "uname": "newuname", "sendfile": "sendfile64",
              "umount2": "umount"}
# The guest makes these calls itself, so they must not be replaced by an error.
NEEDED = ("arch_prctl", "brk", "close", "execve", "exit_group", "fstat", "getrandom", "mmap", "mprotect", "munmap",
          "newfstatat", "openat", "pread64", "prlimit64", "read", "rseq", "set_robust_list", "set_tid_address", "write")
# The guest does not make these calls: they end the guest, have no arguments, or are printed with other text than their
# arguments.
NOT_MADE = ("exit", "fork", "vfork", "rt_sigreturn", "restart_syscall")
OTHER_PLACES = {
    "clone": "strace prints child_stack first",
    "preadv2": "strace prints the two halves of the offset as one number",
    "pwritev2": "strace prints the two halves of the offset as one number",
    "sysfs": "strace names all arguments by their places, and the kernel names the first one otherwise",
}


def kernel_names(call):
    """The names of the arguments in the order of the kernel's prototype, or None if this kernel does not have the call."""
    path = f"{EVENTS}/sys_enter_{IN_TRACEFS.get(call, call)}/format"
    if not os.path.exists(path):
        return None
    with open(path) as file:
        fields = re.findall(r"field:.*?(\w+);\toffset:(\d+);", file.read())
    return [name for name, offset in fields if int(offset) >= 16]   # the common fields and the number of the call come first


def arguments(text):
    """Splits the text between the parentheses of a call at its outermost commas."""
    parts, depth, quoted = [""], 0, False
    for c in re.findall(r"\\.|.", text):
        quoted ^= c == '"'
        depth += 0 if quoted else (c in "{[(") - (c in "}])")
        if c == "," and depth == 0 and not quoted:
            parts.append("")
        else:
            parts[-1] += c
    return [part.strip() for part in parts if part.strip()]


class ArgumentNames(CommandTest):
    def lines(self):
        """A pair (name of the call, text of its arguments) for each call of this architecture, except NEEDED and NOT_MADE.
        cotrace injects an error in place of each call."""
        with open(NUMBERS) as file:
            numbers = dict(re.findall(r"#define __NR_(\w+)\s+(\d+)", file.read()))
        made = [number for call, number in numbers.items() if call not in (*NEEDED, *NOT_MADE)]
        status, _, err = self.trace("-N", "-a", "0", "-s", "0", "-o", "t", "-e", f"inject=!{','.join((*NEEDED, 'exit'))}:error=ENOSYS",
                                    guest("makes_numbered_call"), *made)
        self.assertEqual(status, 0, err)
        return re.findall(r"(?m)^(\w+)\((.*)\) += ", self.contents("t"))

    @unittest.skipUnless(os.path.exists(NUMBERS), "not x86_64, or no kernel headers")
    @unittest.skipUnless(os.path.isdir(EVENTS), "tracefs is not mounted")
    def test_no_argument_has_the_name_of_another(self):
        compared = set()
        for call, text in self.lines():
            kernel = kernel_names(call)
            if kernel is None or call in OTHER_PLACES:
                continue
            compared.add(call)
            with self.subTest(call=call, text=text, kernel=kernel):
                parts = arguments(text)
                self.assertLessEqual(len(parts), len(kernel))
                for place, part in enumerate(parts):
                    name = re.match(r"(\w+)=", part)
                    self.assertTrue(name, part)
                    self.assertNotIn(name[1], kernel[:place] + kernel[place + 1:])
        self.assertGreater(len(compared), 300)


if __name__ == "__main__":
    main()
