#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Tests of options that strace does not have."""

from support import CommandTest, main, need


class WholeStrings(CommandTest):
    def test_a_string_of_several_mib_is_printed_whole(self):
        need("dd")
        size = 3 << 20
        with open(self.path("data"), "w") as file:
            file.write("x" * size)
        status, _, err = self.trace("-s", "unlimited", "-o", "t", "-e", "trace=write", "dd", "if=data", "of=copy", f"bs={size}",
                                    "count=1", "status=none")
        self.assertEqual((status, err), (0, ""))
        first = self.contents("t").split("\n", 1)[0]
        self.assertTrue(first.startswith('write(1, "' + "x" * size + f'", {size})'), first[:80])


if __name__ == "__main__":
    main()
