#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Tests the contexts of files and file descriptors that --secontext prints. The tests give files SELinux contexts by setting
the attribute security.selinux, which only root may do. They run cotrace in a mount namespace with a small policy, from which
--secontext=mismatch takes the expected contexts.

On a machine without SELinux, the tests imitate SELinux: a second cotrace traces the tested one, and changes the result of
statfs(2), so that SELinux seems to be enabled."""

import os
import re
import unittest

from selinux_support import (FIRST, HAS_LIBSELINUX, HAS_SELINUX, HAS_TRACE_FILES, TRACED, ContextTest,
                             need_test_policy, type_of)
from support import COTRACE, main

SELINUX_MAGIC = 0xf97cff8c

USES_A_REMOVED_FILE = """import os
fd = os.open("removed", os.O_RDONLY)
os.unlink("removed")
os.fsync(fd)
"""


class FileContexts:
    """The tests that run with SELinux or, on a machine without it, with the imitation."""

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

    def run_with_contexts(self, *words):
        """Returns (the trace, standard error)."""
        status, _, err = self.trace_with_policy("-o", "t", *words)
        self.assertEqual(status, 0, err)
        return self.contents("t"), err

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

    @unittest.skipUnless(HAS_TRACE_FILES, "cotrace was built without trace files")
    def test_recorded_trace(self):
        self.label("file", "system_u:object_r:file_t:s0:c1")
        status, _, err = self.trace_with_policy("--record", "r", "--secontext", "-e", "trace=openat", "cat", "file")
        self.assertEqual((status, err), (0, ""))
        for option, context in ("--secontext", "file_t"), ("--secontext=full", "system_u:object_r:file_t:s0:c1"):
            status, out, err = self.trace("view", "r", option)
            self.assertEqual((status, err), (0, ""))
            self.assertIn(f'openat(AT_FDCWD, "file" [{context}], O_RDONLY) = 3', out)

    def test_empty_path(self):
        """An empty path names the folder that relative paths begin at."""
        self.label("folder", "system_u:object_r:folder_t:s0", "folder")
        program = "import os\nos.access('', 0, dir_fd=os.open('folder', os.O_RDONLY))\nos.chdir('folder')\nos.access('', 0)\n"
        trace, _ = self.run_with_contexts("--secontext", "-e", "trace=faccessat,faccessat2,access", "python3", "-c", program)
        self.assertRegex(trace, r'faccessat2?\(3 \[folder_t\], "" \[folder_t\], F_OK')
        self.assertIn('access("" [folder_t], F_OK)', trace)

    def test_contexts_of_sockets(self):
        self.write_policy("socket -s system_u:object_r:right_t:s0")
        self.label("folder", "system_u:object_r:folder_t:s0", "folder")
        # Without SELinux, the kernel does not label sockets. So the program connects to the path of a labelled regular file.
        self.label("socket", "system_u:object_r:wrong_t:s0")
        trace, _ = self.run_with_contexts("--secontext", "-e", "trace=connect", "python3", "-c",
                                          'import socket\nsocket.socket(socket.AF_UNIX).connect_ex("socket")')
        self.assertRegex(trace, r'connect\(3(?: \[kernel_t\])?, \{sa_family=AF_UNIX, sun_path="socket" \[wrong_t\]\}, 9\) = '
                                r'-1 ECONNREFUSED')

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
        # `!full` selects all words of --secontext except `full`.
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

@unittest.skipIf(HAS_SELINUX, "SELinux is enabled here")
class WithoutSelinux(FileContexts, ContextTest):
    # The outer cotrace must trace execve(2), because only the exit of this call shows that the inner cotrace has begun
    # (`after_exec` in app/injection_interceptors.cpp).
    BEFORE_COTRACE = (COTRACE, "-o", "/dev/null", "-e", "trace=statfs,execve", "-e",
                      "inject=statfs:path=/sys/fs/selinux:retval=0:poke_exit=@arg2=" + SELINUX_MAGIC.to_bytes(8, "little").hex())

    def test_nothing_is_printed(self):
        for option in ("--secontext", "--secontext=full", "--secontext=mismatch"):
            self.trace("-o", "t", option, "-e", "trace=openat,close", "cat", "/dev/null")
            self.assertIn('openat(AT_FDCWD, "/dev/null", O_RDONLY) = 3\n', self.contents("t"))
            self.assertNotRegex(self.contents("t"), r"(?m)^\[| \[")

    @unittest.skipIf(HAS_LIBSELINUX, "cotrace was built with libselinux")
    def test_without_libselinux(self):
        status, _, err = self.trace("-o", "t", "--secontext=mismatch", "true")
        self.assertEqual(status, 0)
        self.assert_one_line(err, "-e secontext=mismatch: cotrace was built without libselinux")


class AnyPolicy(ContextTest):
    """A test with SELinux that does not need the test policy."""

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
        with open("/proc/thread-self/attr/current") as file:
            own = re.escape(file.read().rstrip("\0\n").split(":")[2])
        self.assertRegex(self.contents("t"),
                         rf'(?m)^\[{own}\] openat\(AT_FDCWD, "/etc/passwd" \[{kind}\], O_RDONLY\) = 3 \[{kind}\]$')


class FilesWithSelinux(FileContexts, ContextTest):
    def setUp(self):
        super().setUp()
        need_test_policy(self)

    def test_contexts_that_the_kernel_gives(self):
        """A pipe and a socket get the context of the thread that makes them. A file gets the type of its folder, or the
        context in /proc/thread-self/attr/fscreate."""
        program = TRACED + f"""become("{FIRST}")
os.get_blocking(os.pipe()[0])
listener = socket.socket(socket.AF_UNIX)
listener.bind("socket")
os.get_blocking(listener.fileno())
os.mkdir("folder")
os.setxattr("folder", "security.selinux", b"staff_u:object_r:folder_t:s0:c1\\0")
os.fsync(os.open("folder/made", os.O_RDWR | os.O_CREAT))
become("system_u:object_r:right_t:s0:c0", "fscreate")
os.fsync(os.open("folder/other", os.O_RDWR | os.O_CREAT))
for path in ("/proc/self/fd/3", "socket", "folder", "folder/made", "folder/other"):
    print(os.getxattr(path, "security.selinux").rstrip(b"\\0").decode())
"""
        status, out, err = self.trace("-o", "t", "--secontext=full", "-e", "trace=mkdir,openat,fsync,fcntl", "python3", "-c",
                                      program)
        self.assertEqual((status, err), (0, ""))
        pipe, unix, folder, made, other = out.splitlines()
        self.assertEqual([pipe, folder, other],
                         [FIRST, "staff_u:object_r:folder_t:s0:c1", "system_u:object_r:right_t:s0:c0"])
        self.assertEqual([type_of(unix), type_of(made)], ["file_t", "folder_t"])
        trace = self.contents("t")
        self.assertIn(f"fcntl(3 [{pipe}], F_GETFL)", trace)
        self.assertIn(f"fcntl(5 [{FIRST}], F_GETFL)", trace)
        # At the entry of the calls that make a file, its path has no context yet.
        self.assertIn('mkdir("folder", 0777)', trace)
        self.assertIn(f'"folder/made", O_RDWR|O_CREAT|O_CLOEXEC, 0777) = 6 [{made}]\n', trace)
        self.assertIn(f'"folder/other", O_RDWR|O_CREAT|O_CLOEXEC, 0777) = 7 [{other}]\n', trace)
        self.assertIn(f"fsync(6 [{made}])", trace)
        self.assertIn(f"fsync(7 [{other}])", trace)

    def test_changed_context_of_a_file(self):
        self.label("file", "system_u:object_r:wrong_t:s0")
        program = """import os
file = os.open("file", os.O_RDONLY)
for kind in "right", "wrong":
    os.fsync(file)
    os.setxattr("file", "security.selinux", f"system_u:object_r:{kind}_t:s0".encode())
os.fsync(file)
"""
        trace, _ = self.run_with_contexts("--secontext", "-e", "trace=fsync,setxattr", "python3", "-c", program)
        shown = re.findall(r'(fsync|setxattr)\(\S+ \[(\w+)\]', trace)
        self.assertEqual(shown, [("fsync", "wrong_t"), ("setxattr", "wrong_t"), ("fsync", "right_t"), ("setxattr", "right_t"),
                                 ("fsync", "wrong_t")])


if __name__ == "__main__":
    main()
