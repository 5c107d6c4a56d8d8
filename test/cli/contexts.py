#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Tests --secontext. On a machine without SELinux, the tests imitate it: root gives files SELinux contexts by setting the
attribute security.selinux. A second cotrace traces the tested one, and changes the result of statfs(2), so that SELinux
seems to be enabled. The SELinux policy is a small one that the test mounts in a mount namespace of its own."""

import os
import subprocess
import unittest

from support import COTRACE, CommandTest, main, need, turn_off_leak_detector

turn_off_leak_detector()

SELINUX_MAGIC = 0xf97cff8c
HAS_SELINUX = os.path.exists("/sys/fs/selinux/enforce")
HAS_LIBSELINUX = "secontext-mismatch" in subprocess.run([COTRACE, "-V"], capture_output=True, text=True, check=True).stdout

IN_NAMESPACE = """set -e
mount -t tmpfs none /etc
mkdir -p /etc/selinux/small/contexts/files
echo SELINUX=permissive >/etc/selinux/config
echo SELINUXTYPE=small >>/etc/selinux/config
[ ! -e policy ] || cp policy /etc/selinux/small/contexts/files/file_contexts
exec "$@"
"""


USES_A_REMOVED_FILE = """import os
fd = os.open("removed", os.O_RDONLY)
os.unlink("removed")
os.fsync(fd)
"""


class WithSelinux(CommandTest):
    def setUp(self):
        super().setUp()
        if not HAS_SELINUX:
            self.skipTest("SELinux is not enabled here")

    def test_contexts(self):
        self.trace("-o", "t", "--secontext=full", "-e", "trace=openat", "cat", "/etc/passwd")
        whole = os.getxattr("/etc/passwd", "security.selinux").rstrip(b"\0").decode()
        self.assertIn(f'"/etc/passwd" [{whole}], O_RDONLY) = 3 [{whole}]\n', self.contents("t"))
        self.trace("-o", "t", "--secontext", "-e", "trace=openat", "cat", "/etc/passwd")
        kind = whole.split(":")[2]
        self.assertRegex(self.contents("t"), rf'(?m)^\[\w+\] openat\(AT_FDCWD, "/etc/passwd" \[{kind}\], O_RDONLY\) = 3 \[{kind}\]$')


class WithoutSelinux(CommandTest):
    def setUp(self):
        super().setUp()
        if HAS_SELINUX:
            self.skipTest("SELinux is enabled here")
        self.folder = os.path.realpath(self.folder)

    def label(self, name, context, kind="file", to=None):
        if kind == "folder":
            os.mkdir(self.path(name))
        elif kind == "link":
            os.symlink(to, self.path(name))
        else:
            with open(self.path(name), "w"):
                pass
        try:
            os.setxattr(self.path(name), "security.selinux", context.encode() + b"\0", follow_symlinks=False)
        except OSError as error:
            self.skipTest(f"only root can set the attribute, and not in all file systems: {error}")

    def write_policy(self, *lines):
        with open(self.path("policy"), "w") as file:
            file.writelines(f"{self.folder}/{line}\n" for line in lines)

    def run_with_contexts(self, *words):
        """Runs cotrace with these words, as on a machine with SELinux. Returns (the trace, standard error)."""
        need("unshare")
        if subprocess.run(["unshare", "-m", "true"], check=False, stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("mount namespaces are not permitted here")
        first_member = SELINUX_MAGIC.to_bytes(8, "little").hex()
        rule = f"inject=statfs:path=/sys/fs/selinux:retval=0:poke_exit=@arg2={first_member}"
        # The inner and the outer cotrace have the same executable file. The outer one must trace execve(2), because only the
        # exit of this call shows that the inner one has begun (see `after_exec` in app/injection_interceptors.cpp).
        status, _, err = self.run_to_end("unshare", "-m", "sh", "-c", IN_NAMESPACE, "sh", COTRACE, "-o", "/dev/null",
                                         "-e", "trace=statfs,execve", "-e", rule, COTRACE, "-o", "t", *words)
        self.assertEqual(status, 0, err)
        return self.contents("t"), err

    def test_nothing_is_printed(self):
        for option in ("--secontext", "--secontext=full", "--secontext=mismatch"):
            self.trace("-o", "t", option, "-e", "trace=openat,close", "cat", "/dev/null")
            self.assertIn('openat(AT_FDCWD, "/dev/null", O_RDONLY) = 3\n', self.contents("t"))
            self.assertNotRegex(self.contents("t"), r"(?m)^\[| \[")

    def test_contexts_of_files_and_descriptors(self):
        self.label("file", "system_u:object_r:file_t:s0:c1")
        self.label("link", "system_u:object_r:link_t:s0", "link", "file")
        trace, err = self.run_with_contexts("--secontext", "-e", "trace=openat", "cat", "file", "link")
        self.assertEqual(err, "")
        self.assertIn('openat(AT_FDCWD, "file" [file_t], O_RDONLY) = 3 [file_t]\n', trace)
        self.assertIn('openat(AT_FDCWD, "link" [link_t], O_RDONLY) = 3 [file_t]\n', trace)
        trace, err = self.run_with_contexts("--secontext=full", "-e", "trace=openat", "cat", "file")
        whole = "[system_u:object_r:file_t:s0:c1]"
        self.assertIn(f'openat(AT_FDCWD, "file" {whole}, O_RDONLY) = 3 {whole}\n', trace)

    def test_contexts_of_sockets(self):
        self.write_policy("socket -s system_u:object_r:right_t:s0")
        self.label("folder", "system_u:object_r:folder_t:s0", "folder")
        # Without SELinux, the kernel does not label sockets. So the program connects to the path of a labelled regular file.
        self.label("socket", "system_u:object_r:wrong_t:s0")
        trace, _ = self.run_with_contexts("--secontext", "-e", "trace=connect", "python3", "-c",
                                          'import socket\nsocket.socket(socket.AF_UNIX).connect_ex("socket")')
        self.assertRegex(trace, r'connect\(3, \{sa_family=AF_UNIX, sun_path="socket" \[wrong_t\]\}, 9\) = -1 ECONNREFUSED')

    @unittest.skipUnless(HAS_LIBSELINUX, "cotrace was built without libselinux")
    def test_mismatches(self):
        self.write_policy("right -- system_u:object_r:right_t:s0", "wrong -- system_u:object_r:right_t:s0",
                          "user -- staff_u:object_r:right_t:s0", "folder -d system_u:object_r:folder_t:s0",
                          "folder/.* -- system_u:object_r:inside_t:s0", "none -- <<none>>",
                          "removed -- system_u:object_r:right_t:s0")
        for name in ("right", "user"):
            self.label(name, "system_u:object_r:right_t:s0")
        for name in ("wrong", "none", "unknown", "removed"):
            self.label(name, "system_u:object_r:wrong_t:s0")
        self.label("folder", "system_u:object_r:folder_t:s0", "folder")
        self.label("folder/file", "system_u:object_r:wrong_t:s0")
        self.label("link", "system_u:object_r:link_t:s0", "link", "folder")
        names = ("right", "wrong", "user", "none", "unknown", "link/file", "folder/../right")
        trace, err = self.run_with_contexts("--secontext=mismatch", "-e", "trace=openat", "cat", *names)
        self.assertEqual(err, "")
        expected = ("right_t", "wrong_t!!right_t", "right_t", "wrong_t", "wrong_t", "wrong_t!!inside_t", "right_t")
        for name, context in zip(names, expected):
            self.assertIn(f'openat(AT_FDCWD, "{name}" [{context}], O_RDONLY) = 3 [{context}]\n', trace)
        # With `full`, contexts that differ in any part are a mismatch.
        trace, _ = self.run_with_contexts("--secontext=full,mismatch", "-e", "trace=openat", "cat", "user", "right")
        context = "[system_u:object_r:right_t:s0!!staff_u:object_r:right_t:s0]"
        self.assertIn(f'openat(AT_FDCWD, "user" {context}, O_RDONLY) = 3 {context}\n', trace)
        self.assertIn('"right" [system_u:object_r:right_t:s0], O_RDONLY)', trace)
        # `!full` selects all parts of --secontext except `full`.
        trace, _ = self.run_with_contexts("--secontext=!full", "-e", "trace=openat", "cat", "wrong")
        self.assertIn('"wrong" [wrong_t!!right_t], O_RDONLY)', trace)
        trace, _ = self.run_with_contexts("--secontext=!mismatch", "-e", "trace=openat", "cat", "wrong")
        self.assertIn('"wrong" [system_u:object_r:wrong_t:s0], O_RDONLY)', trace)
        # The path of a removed file ends with " (deleted)" in /proc.
        trace, _ = self.run_with_contexts("--secontext=mismatch", "-e", "trace=fsync", "python3", "-c", USES_A_REMOVED_FILE)
        self.assertIn("fsync(3 [wrong_t!!right_t])", trace)

    @unittest.skipUnless(HAS_LIBSELINUX, "cotrace was built without libselinux")
    def test_a_policy_that_cannot_be_read(self):
        self.label("wrong", "system_u:object_r:wrong_t:s0")
        trace, err = self.run_with_contexts("--secontext=mismatch", "-e", "trace=openat", "cat", "wrong")
        self.assert_one_line(err, "-e secontext=mismatch: /etc/selinux/small/", "No such file or directory")
        self.assertIn('"wrong" [wrong_t], O_RDONLY)', trace)
        self.write_policy("wrong -- system_u:object_r:right_t:s0")
        with open(self.path("policy"), "a") as file:
            file.write("no-context\n")
        trace, err = self.run_with_contexts("--secontext=mismatch", "-e", "trace=openat", "cat", "wrong")
        self.assert_one_line(err, "-e secontext=mismatch: /etc/selinux/small/", "line 2 is missing fields")
        self.assertIn('"wrong" [wrong_t], O_RDONLY)', trace)

    @unittest.skipIf(HAS_LIBSELINUX, "cotrace was built with libselinux")
    def test_without_libselinux(self):
        status, _, err = self.trace("-o", "t", "--secontext=mismatch", "true")
        self.assertEqual(status, 0)
        self.assert_one_line(err, "-e secontext=mismatch: cotrace was built without libselinux")


if __name__ == "__main__":
    main()
