#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Text that options add to calls: the names of arguments (-N), new namespaces (--namespace=new), and the reason for which
KVM_RUN returned (--kvm=vcpu)."""

import re

from support import CommandTest, guest, main


class Explanations(CommandTest):
    def traced(self, name, *options):
        """Traces a guest that exits with 77 where it cannot run. Returns its output and the lines of the trace."""
        alone = self.run_to_end(guest(name))
        if alone[0] == 77:
            self.skipTest(f"{name} cannot run here")
        status, out, err = self.trace("-o", "t", *options, guest(name))
        self.assertEqual((status, err), (0, ""))
        return out, self.contents("t").splitlines()

    def test_names_of_arguments(self):
        for option in ("-N", "--arg-names"):
            status, _, err = self.trace("-o", "t", option, "-e", "trace=openat,close,write,getppid", "sh", "-c", "echo hello > file")
            self.assertEqual((status, err), (0, ""))
            text = self.contents("t")
            for call in ('openat(dirfd=AT_FDCWD, pathname="file", flags=O_WRONLY|O_CREAT|O_TRUNC, mode=0666) = ',
                         'write(fd=1, buf="hello\\n", count=6)', "close(fd="):
                self.assertIn("\n" + call, text)
        self.trace("-o", "t", "-e", "trace=openat", "true")
        self.assertNotIn("dirfd=", self.contents("t"))

    def test_namespaces(self):
        for options in ((), ("-f",)):
            for option in (("--namespace=new",), ("-e", "namespace=new")):
                with self.subTest(options + option):
                    out, lines = self.traced("makes_namespaces", *options, *option, "-e", "trace=clone,clone3,unshare,setns")
                    said = out.split()
                    notes = [re.search(r" = \d+ \((.*)\)$", line) for line in lines]
                    got = [note.group(1) for note in notes if note]
                    self.assertEqual(got, [", ".join(said[0:2]), ", ".join(said[2:4]), *said[4:]])

    def test_without_the_option(self):
        _, lines = self.traced("makes_namespaces", "-e", "trace=unshare,setns")
        self.assertFalse(any(line.endswith(")") and " = 0 (" in line for line in lines))

    def test_a_virtual_cpu(self):
        for option in (("--kvm=vcpu",), ("-e", "kvm=vcpu")):
            out, lines = self.traced("runs_virtual_cpu", *option, "-e", "trace=ioctl")
            self.assertEqual(out, "5\n")
            run = [line for line in lines if "KVM_RUN" in line]
            self.assertEqual(len(run), 1)
            self.assertRegex(run[0], r"^ioctl\(\d+, KVM_RUN, 0\) += 0 \(KVM_EXIT_HLT\)$")

    def test_mistakes(self):
        for options, line in ((("--kvm=cpu",), "invalid -e kvm= argument: 'cpu'; did you mean 'vcpu'?"),
                              (("-e", "namespace=old"), "invalid -e namespace= argument: 'old'")):
            status, _, err = self.trace(*options, "true")
            self.assertEqual(status, 1)
            self.assert_one_line(err, line)


if __name__ == "__main__":
    main()
