#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Calls with numbers that the kernel does not define. cotrace traces them unless the option -e trace leaves them out,
with and without a seccomp filter, and the summary counts them."""

import re

from support import CommandTest, guest, main

NUMBERS = (500, 0x7000)   # 500 is below the size of cotrace's tables of calls, 0x7000 is not


class UnknownNumbers(CommandTest):
    def lines(self, number, *options):
        status, out, _ = self.trace("-o", "t", *options, guest("makes_numbered_call"), str(number))
        self.assertEqual((status, out), (0, "errno 38\n"))
        return re.findall(rf"\bsyscall_{number:#x}\(.*", self.contents("t"))

    def test_sets_of_calls(self):
        for number in NUMBERS:
            line = rf"syscall_{number:#x}\(0x1, 0x2, 0x3, 0x4, 0x5, 0x6\) += -1 ENOSYS \(Function not implemented\)"
            for follow in ((), ("-f",)):
                for traced in ((), ("-e", "trace=all"), ("-e", "trace=!open"), ("-e", "trace=!%file")):
                    with self.subTest(number=number, options=follow + traced):
                        found = self.lines(number, *follow, *traced)
                        self.assertEqual(len(found), 1)
                        self.assertRegex(found[0], line)
                for traced in ("open", "%file", "/^s", "none"):
                    with self.subTest(number=number, options=follow + (traced,)):
                        self.assertEqual(self.lines(number, *follow, "-e", f"trace={traced}"), [])

    def test_the_summary(self):
        for number in NUMBERS:
            for options in (("-c",), ("-c", "-f"), ("-c", "-f", "-e", "trace=!open")):
                with self.subTest(number=number, options=options):
                    self.lines(number, *options)
                    self.assertRegex(self.contents("t"), rf"(?m)^ .* 1 +1 syscall_{number:#x}$")
            self.lines(number, "-c", "-e", "trace=%file")
            self.assertNotIn("syscall_", self.contents("t"))


if __name__ == "__main__":
    main()
