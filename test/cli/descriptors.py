#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Tests -y, -yy, -Y, -P and --trace-fds. If strace is installed, compares cotrace's lines with strace's lines.

cotrace prints the text of the newest strace. The installed strace may be older, and print other text for eventfd,
signalfd and /dev/ptmx. So older() replaces the text of the newest strace by that of an older strace.
"""

import os
import re
import subprocess

from differences import of_one_age
from support import COTRACE, CommandTest, guest, main, need

# A program that opens files of many kinds and passes their descriptors to system calls.
PROGRAM = r"""
import ctypes, mmap, os, select, signal, socket
libc = ctypes.CDLL(None)
os.chdir(os.environ["FOLDER"])
a, b = socket.socketpair()
a.send(b"x"); b.recv(1)
listener = socket.socket(socket.AF_UNIX); listener.bind("u.sock"); listener.listen()
client = socket.socket(socket.AF_UNIX); client.connect("u.sock"); served, _ = listener.accept()
client.send(b"y"); served.recv(1)
named = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); named.bind("\0cotrace-%07d<>" % os.getpid()); os.fstat(named.fileno())
for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
    try:
        tcp = socket.socket(family); tcp.bind((address, 0)); tcp.listen()
        peer = socket.socket(family); peer.connect(tcp.getsockname()); served, _ = tcp.accept()
        peer.send(b"z"); served.recv(1)
        udp = socket.socket(family, socket.SOCK_DGRAM); udp.bind((address, 0)); os.fstat(udp.fileno())
    except OSError:   # no IPv6 here
        pass
netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0); netlink.bind((0, 0)); os.fstat(netlink.fileno())
event = libc.eventfd(3, 0); os.read(event, 8)
pidfd = os.pidfd_open(os.getpid()); os.fstat(pidfd)
memory = os.memfd_create("odd<name>"); os.write(memory, b"hi")
null = os.open("/dev/null", os.O_RDWR); os.read(null, 1)
read_end, write_end = os.pipe(); os.write(write_end, b"1"); os.read(read_end, 1)
gone = os.open("gone", os.O_CREAT | os.O_RDWR); os.unlink("gone"); os.write(gone, b"1"); os.close(gone)
epoll = select.epoll(); epoll.register(a, select.EPOLLIN); epoll.poll(0)
select.select([a, read_end], [b], [], 0)
poll = select.poll(); poll.register(b, select.POLLOUT); poll.poll(0)
signals = libc.signalfd(-1, (ctypes.c_ulong * 16)(0x204), 0); os.fstat(signals)
timer = libc.timerfd_create(1, 0); os.fstat(timer)
watch = libc.inotify_init1(0); os.fstat(watch)
odd = os.open(b"odd\xff\n\"<>\\", os.O_CREAT | os.O_RDWR); os.fstat(odd)
marked = os.open("ends (deleted)", os.O_CREAT | os.O_RDWR); os.fstat(marked); os.unlink("ends (deleted)"); os.fstat(marked)
socket.send_fds(a, [b"fds"], [odd, memory]); socket.recv_fds(b, 3, 4)
os.dup2(odd, 99); os.dup(99)
mmap.mmap(memory, 1)
os.mkdir("sub"); folder = os.open("sub", os.O_RDONLY); os.mkdir("x", dir_fd=folder); os.rename("x", "y", src_dir_fd=folder, dst_dir_fd=folder)
try:
    os.fstat(55)
except OSError:
    pass
"""


def older(text):
    text = of_one_age(text)
    text = re.sub(r"<\{eventfd-count=[^}]*\}>", "<anon_inode:[eventfd]>", text)
    text = re.sub(r"<signalfd:\[[^]]*\]>", "<anon_inode:[signalfd]>", text)
    text = re.sub(r"nl_pad=0x[0-9a-f]+, ", "", text)   # the content of this padding is random
    return re.sub(r"(<char 5:2) @/dev/pts/\d+", r"\1", text)


def renamed(text):
    """Hides numbers of three and more digits, because ids, inodes, ports and times differ between runs. Process ids
    usually have at least three digits: after the largest one, the kernel continues at 300 (RESERVED_PIDS)."""
    text = re.sub(r"0x[0-9a-f]{5,}", "ADDRESS", text)
    text = re.sub(r"(\\x70\\x69\\x70\\x65\\x3a\\x5b)(\\x3\d)+", r"\1N", text)   # matches "pipe:[4711" as -xx prints it
    text = re.sub(r"\b\d{3,}\b(?!\.\d)", "N", text)
    return re.sub(r" +=", " =", re.sub(r"<(strace|cotrace)>", "<tracer>", text))


def is_about_descriptors(line):
    """Whether the line is not that of an anonymous mapping. The number of these mappings varies between runs, because
    Python maps memory as needed."""
    return "MAP_ANONYMOUS, -1, 0)" not in line


class Beside(CommandTest):
    def setUp(self):
        super().setUp()
        need("strace")
        self.environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}

    def lines(self, tracer, options, words):
        folder = self.path("w")
        os.mkdir(folder)
        with open(os.path.join(folder, "text"), "w") as file:
            file.write("one\ntwo\n")
        status, _, _ = self.run_to_end(tracer, "-o", self.path("t"), *options, *words, cwd=folder,
                                       env={**self.environment, "FOLDER": folder})
        self.run_to_end("rm", "-r", folder)
        self.assertEqual(status, 0)
        return [line for line in renamed(older(self.contents("t"))).splitlines() if is_about_descriptors(line)]

    def compare(self, options, *words):
        # This list lacks the calls with structures that other releases of strace show differently. Other tests compare
        # those calls.
        calls = "read,write,close,openat,pread64,newfstatat,fstat,mmap,dup,dup2,fcntl,lseek,ioctl,getdents64,pipe2,socket," \
                "socketpair,bind,listen,connect,accept4,sendto,recvfrom,eventfd2,pidfd_open,memfd_create,epoll_create1,epoll_ctl," \
                "epoll_wait,pselect6,poll,signalfd4,timerfd_create,inotify_init1,sendmsg,recvmsg,mkdirat,renameat,chdir,unlink," \
                "getpid,getppid,gettid,getpgrp,execve,exit_group,kill,fadvise64"
        options = (*options, "-s", "8", "-e", f"trace={calls}")
        ours = self.lines(COTRACE, options, words)
        theirs = self.lines("strace", options, words)
        self.assertEqual(ours, theirs)
        self.assertGreater(len(ours), 5)
        return ours

    def test_ls(self):
        self.compare(("-y",), "ls", "-l")

    def test_cat(self):
        seen = self.compare(("-y",), "cat", "text")
        self.assertTrue(any(re.match(r"read\(3</.*/w/text>, \"one\\ntwo\\n\", ", line) for line in seen), seen)

    def test_redirections(self):
        need("bash")
        self.compare(("-y",), "bash", "-c", "exec 3<text 4>out; read x <&3; echo $x >&4; echo hi 2>&4 >>out; exec 3<&- 4>&-; cd /; echo end")

    def test_everything_with_paths(self):
        need("python3")
        self.compare(("-y",), "python3", "-S", "-c", PROGRAM)

    def test_everything_with_all_details(self):
        need("python3")
        seen = "\n".join(self.compare(("-yy",), "python3", "-S", "-c", PROGRAM))
        for part in ("<TCP:[127.0.0.1:", "->127.0.0.1:", "<UDP:[127.0.0.1:", "<UNIX-STREAM:[", ",\"u.sock\"]>", ",@\"cotrace-", "<NETLINK:[ROUTE:",
                     "<pid:", "</dev/null<char 1:3>>", "/w/gone>(deleted)", "</memfd:odd\\74name\\76>(deleted)", "/w/ends (deleted)>,",
                     "/w/ends (deleted)>(deleted)"):
            self.assertIn(part, seen)

    def test_hexadecimal(self):
        self.compare(("-yy", "-xx"), "cat", "text")

    def test_names_of_processes(self):
        self.compare(("-Y",), "sh", "-c", "kill -0 $$; kill -0 $PPID; exit 0")

    def test_one_kind_alone(self):
        need("python3")
        for kind in ("socket", "dev", "pidfd", "path,dev", "none"):
            self.compare(("-e", f"decode-fds={kind}"), "python3", "-S", "-c", PROGRAM)

    def test_paths_of_p(self):
        os.symlink("text", self.path("link"))
        link, null = self.path("link"), "/dev/null"
        for options in (("-P", "text"), ("-P", "text", "-P", null), ("-P", "text", "-e", "trace=read,close"), ("-P", link),
                        ("--trace-path=/no/such",), ("-y", "-P", null)):
            with self.subTest(options):
                words = ("sh", "-c", "exec cat text < /dev/null")
                ours = self.traced(COTRACE, options, words)
                theirs = self.traced("strace", options, words)
                self.assertEqual(ours, theirs)

    def traced(self, tracer, options, words):
        folder = self.path("w")
        os.mkdir(folder)
        with open(os.path.join(folder, "text"), "w") as file:
            file.write("one\ntwo\n")
        status, _, err = self.run_to_end(tracer, "-o", self.path("t"), *options, *words, cwd=folder)
        self.run_to_end("rm", "-r", folder)
        self.assertEqual(status, 0)
        name = re.escape(tracer)
        return renamed(self.contents("t")).splitlines(), re.sub(rf"^{name}: ", "TRACER: ", err, flags=re.M)


class Alone(CommandTest):
    """Checks cotrace without strace, because the installed strace may be too old to print this text."""

    def lines(self, *options_and_words):
        status, _, err = self.trace("-o", "t", *options_and_words)
        self.assertEqual((status, err), (0, ""))
        return self.contents("t").splitlines()

    def test_newer_text(self):
        need("python3")
        program = ("import ctypes, os\nlibc = ctypes.CDLL(None)\n"
                   "e = libc.eventfd(0x3f, 1); os.fstat(e)\ns = libc.signalfd(-1, (ctypes.c_ulong * 16)(0x204), 0); os.fstat(s)\n"
                   "p = os.open('/dev/ptmx', os.O_RDWR); os.fstat(p)\n")
        seen = "\n".join(self.lines("-yy", "python3", "-S", "-c", program))
        self.assertRegex(seen, r"eventfd2\(63, EFD_SEMAPHORE\) += 3<\{eventfd-count=0x3f(, eventfd-id=\d+(, eventfd-semaphore=1)?)?\}>\n")
        self.assertRegex(seen, r"signalfd4\(-1, \[QUIT USR1\], 8, 0\) += 4<signalfd:\[QUIT USR1\]>\n")
        self.assertRegex(seen, r"openat\(AT_FDCWD<.*>, \"/dev/ptmx\", .*\) = 5</dev/ptmx<char 5:2( @/dev/pts/\d+)?>>\n")

    def test_descriptors_by_number(self):
        self.assertTrue(all(re.match(r"\w+\(3[,)]|mmap\(.*, 3, |\+\+\+ ", line) for line in self.lines("--trace-fds=3", "cat", "/etc/passwd")))
        both = self.lines("-e", "trace-fds=3", "-P", "/dev/null", "sh", "-c", "exec cat /etc/passwd </dev/null")
        self.assertTrue(any('"/dev/null"' in line for line in both))
        self.assertTrue(any(line.startswith("read(3,") for line in both))
        self.assertFalse(any(line.startswith("write(1,") for line in both))
        self.assertEqual(self.lines("--trace-fds=none", "true"), ["+++ exited with 0 +++"])

    def test_a_summary_of_the_calls_on_a_path(self):
        status, _, err = self.trace("-o", "t", "-c", "-P", "/etc/passwd", "cat", "/etc/passwd")
        self.assertEqual((status, err), (0, ""))
        self.assertRegex(self.contents("t"), r"(?m) 1 +openat$")

    def test_a_resolved_path_is_reported_once(self):
        os.symlink("/etc/passwd", self.path("link"))
        status, _, err = self.trace("-o", "t", "-P", "link", "cat", "link")
        self.assertEqual(status, 0)
        self.assert_one_line(err, 'Requested path "link" resolved into "/etc/passwd"')
        self.assertEqual(self.trace("-o", "t", "--quiet=path-resolution", "-P", "link", "cat", "link")[2], "")

    def test_names_before_lines(self):
        seen = self.lines("-f", "-Y", "-e", "trace=execve,exit_group", "sh", "-c", "trap : USR1; kill -USR1 $$; ls /dev/null; exit 0")
        self.assertTrue(any(re.match(r"\d+<sh> exit_group\(0\) ", line) for line in seen), seen)
        self.assertTrue(any(re.match(r"\d+<ls> exit_group\(0\) ", line) for line in seen), seen)
        self.assertTrue(any(re.match(r"\d+<sh> --- SIGUSR1 \{.*, si_pid=\d+<sh>, ", line) for line in seen), seen)

    def test_a_namespace_s_ids(self):
        probe = subprocess.run(["unshare", "-Urpf", "--mount-proc", "true"], check=False, stderr=subprocess.DEVNULL)
        if probe.returncode != 0:
            self.skipTest("pid namespaces are not permitted here")
        seen = self.lines("-f", "--decode-pids=pidns", "-e", "trace=getpid,kill,set_tid_address", "unshare", "-Urpf", "sh", "-c",
                          "kill -0 $$; exit 0")
        self.assertTrue(any(re.search(r" getpid\(\) += 1 /\* \d+ in strace's PID NS \*/$", line) for line in seen), seen)
        self.assertTrue(any(re.search(r" set_tid_address\(0x\w+\) += 1 /\* \d+ in strace's PID NS \*/$", line) for line in seen), seen)
        self.assertTrue(any(re.search(r" kill\(1 /\* \d+ in strace's PID NS \*/, 0\) = 0$", line) for line in seen), seen)


class NamesOfThreads(CommandTest):
    def test_a_name_is_that_of_the_time_of_the_line(self):
        # A name is correct even if the calls that change names are filtered out, by a seccomp filter or by cotrace.
        for options in (("-f",), ("-f", "-e", "trace=getppid"), ("-f", "-e", "trace=getppid", "--syscall-limit=1000")):
            with self.subTest(options):
                status, _, err = self.trace("-o", "t", "-Y", *options, guest("renames_threads"))
                self.assertEqual((status, err), (0, ""))
                self.assertEqual(re.findall(r"^\d+<([^>]*)> getppid", self.contents("t"), re.M),
                                 ["itself", "before", "by another"])


if __name__ == "__main__":
    main()
