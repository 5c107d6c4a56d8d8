#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Call stacks: -k, -kk, --stack-trace, --stack-when, --format=folded. Stacks are compared with those of Debian's strace.

Debian's strace unwinds with libunwind, and shows the return address of each frame but the innermost. cotrace unwinds
with libdw, as the newest strace does, and shows the return address minus one. So the offsets of all frames but the
innermost may differ by one.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import unittest

from support import COTRACE, LIMIT, CommandTest, guest, main, need, runs_32_bit

FRAME = re.compile(r"^ > (?P<file>[^(]*)\((?:(?P<function>.*)\+0x(?P<within>[0-9a-f]+))?\) \[0x(?P<offset>[0-9a-f]+)\]"
                   r"(?: (?P<source>.+):(?P<line>\d+))?$")


# The functions of the guests calls_deeply and calls_from_cpp.
OWN = ("innermost", "middle", "outermost", "fail", "handler", "ask_time", "descend", "main",
       "guest::caller<long>::call(long, char const*) const")


def has_stacks():
    """Whether cotrace was built with libdw."""
    done = subprocess.run([COTRACE, "-k", "-o", "/dev/null", "true"], capture_output=True, text=True)
    return "built without libdw" not in done.stderr


def stacks_of(text):
    """The calls and signals of a trace with their stacks: pairs of a name and a list of matches of FRAME."""
    found = []
    for line in text.splitlines():
        if line.startswith(" > "):
            frame = FRAME.match(line)
            if frame:   # a line that FRAME does not match says why the stack ends
                found[-1][1].append(frame)
        elif line.startswith("--- "):
            found.append((line.split()[1], []))
        elif "(" in line:
            found.append((line.split("(")[0].split()[-1], []))
    return found


ET_EXEC, ET_DYN = 2, 3


def elf_type(path):
    """The member e_type of the ELF header, see elf(5): ET_DYN for a position-independent executable."""
    with open(path, "rb") as file:
        return int.from_bytes(file.read(18)[16:], sys.byteorder)


def functions(frames):
    return [frame["function"] for frame in frames]


@unittest.skipUnless(has_stacks(), "cotrace was built without libdw")
class Stacks(CommandTest):
    def stacks(self, *words, tool=COTRACE, options=("-k",)):
        status, _, err = self.run_to_end(tool, "-o", "t", *options, *words)
        self.assertEqual(status, 0, err)
        return stacks_of(self.contents("t"))

    def stack_of(self, name, *words, options=("-k",), which=0):
        return [frames for call, frames in self.stacks(*words, options=options) if call == name][which]

    def assert_same(self, ours, theirs, with_offsets):
        """Compares two stacks of the same call, by cotrace and by strace."""
        # Functions of a library may have several names, so only the names of the guest's functions are compared. libunwind, which
        # strace uses, ends some stacks early.
        self.assertGreaterEqual(len(ours), len(theirs))
        own = [(our["function"], their["function"]) for our, their in zip(ours, theirs) if our["function"] in OWN]
        self.assertEqual([our for our, _ in own], [their for _, their in own])
        for number, (our, their) in enumerate(zip(ours, theirs)) if with_offsets else ():
            file = re.sub(r"vdso: \d+", "vdso", our["file"])
            self.assertEqual(file, re.sub(r"vdso(: \d+)?", "vdso", their["file"]))
            self.assertIn(int(their["offset"], 16) - int(our["offset"], 16), (0,) if number == 0 else (0, 1), our[0])

    def compare(self, *words, with_offsets=True):
        need("strace")
        ours = self.stacks(*words)
        theirs = self.stacks(*words, tool="strace")
        self.assertEqual([name for name, _ in ours], [name for name, _ in theirs])
        compared = 0
        for (name, our), (_, their) in zip(ours, theirs):
            if not their or name in ("exit_group", "execve"):
                continue
            with self.subTest(call=name, frames=functions(their)):
                self.assert_same(our, their, with_offsets)
                compared += 1
        self.assertGreater(compared, 5)

    def test_of_a_position_dependent_program_as_strace(self):
        # In a program with fixed addresses, Debian's strace shows offsets in the file, and cotrace shows addresses.
        self.assertEqual(elf_type(guest("calls_deeply_fixed")), ET_EXEC)
        self.compare(guest("calls_deeply_fixed"), with_offsets=False)

    def test_of_a_position_independent_program_as_strace(self):
        self.assertEqual(elf_type(guest("calls_deeply_pie")), ET_DYN)
        self.compare(guest("calls_deeply_pie"))

    def test_of_a_stripped_program_as_strace(self):
        self.compare(guest("calls_deeply_stripped"))

    @unittest.skipUnless(os.path.exists(guest("calls_deeply_static")), "the compiler links no static programs")
    def test_of_a_static_program_as_strace(self):
        # This program has fixed addresses, so the offsets of the two tracers differ.
        self.assertEqual(elf_type(guest("calls_deeply_static")), ET_EXEC)
        self.compare(guest("calls_deeply_static"), with_offsets=False)

    def test_of_a_cpp_program_as_strace(self):
        self.compare(guest("calls_from_cpp"))

    def test_of_ls_as_strace(self):
        self.compare("ls", "/")

    @unittest.skipUnless(runs_32_bit(), "32-bit programs cannot be built or run here")
    def test_of_a_32_bit_program(self):
        # Debian's strace has no stacks of 32-bit programs.
        found = functions(self.stack_of("getppid", guest("calls_deeply_32")))
        self.assertEqual([each for each in found if each in ("innermost", "middle", "outermost", "main")],
                         ["innermost", "middle", "outermost", "main"])

    def test_names_the_functions_and_their_file(self):
        frames = self.stack_of("getppid", guest("calls_deeply"))
        self.assertEqual(functions(frames)[:5], ["syscall", "innermost", "middle", "outermost", "main"])
        self.assertEqual(frames[1]["file"], os.path.realpath(guest("calls_deeply")))

    def test_a_handler_is_called_by_the_kernel_in_the_function_that_the_signal_interrupted(self):
        found = functions(self.stack_of("getuid", guest("calls_deeply")))
        self.assertEqual(found[:3], ["syscall", "innermost", "handler"])
        self.assertIn("main", found)

    def test_a_signal_has_a_stack(self):
        self.assertIn("main", functions(self.stack_of("SIGUSR1", guest("calls_deeply"))))

    def test_a_call_of_the_vdso_has_a_frame_there(self):
        files = [frame["file"] for frame in self.stack_of("clock_gettime", guest("calls_deeply"))]
        self.assertRegex(files[0], r"^\[vdso: \d+\]$")

    def test_execve_and_exit_group_have_the_stack_of_their_entry(self):
        found = self.stacks("sh", "-c", "exec " + guest("calls_deeply"))
        last_execve = [frames for name, frames in found if name == "execve"][-1]
        self.assertTrue(any("/dash" in frame["file"] or "/sh" in frame["file"] or "/bash" in frame["file"]
                            for frame in last_execve))
        self.assertEqual(functions(self.stack_of("exit_group", guest("calls_deeply")))[0], "_exit")

    def test_cpp_names_are_demangled(self):
        self.assertIn("guest::caller<long>::call(long, char const*) const",
                      functions(self.stack_of("getppid", guest("calls_from_cpp"))))

    def test_source_lines(self):
        need("cc")
        with open(self.path("p.c"), "w") as file:
            file.write("#include <unistd.h>\n\nint main(void)\n{\n    getppid();\n    return 0;\n}\n")
        subprocess.run(["cc", "-g", "-O0", "-o", self.path("p"), self.path("p.c")], check=True)
        for options in (["-kk"], ["--stack-trace=source"]):
            lines = [(frame["source"], frame["line"]) for frame in self.stack_of("getppid", self.path("p"), options=options)]
            self.assertIn((self.path("p.c"), "5"), lines)
        self.assertEqual({frame["source"] for frame in self.stack_of("getppid", self.path("p"))}, {None})

    def test_the_limit_of_frames(self):
        whole = self.stack_of("getppid", guest("calls_deeply"), "300", which=1)
        self.assertEqual(len(whole), 256)
        self.assertIn(" > too many stack frames\n", self.contents("t"))
        cut = self.stack_of("getppid", guest("calls_deeply"), options=("-k", "--stack-trace-frame-limit=3"))
        self.assertEqual(functions(cut), ["syscall", "innermost", "middle"])

    def test_only_calls_that_failed(self):
        found = self.stacks(guest("calls_deeply"), options=("--stack-when=failed",))
        self.assertEqual([functions(frames)[1:3] for name, frames in found if name == "openat" and frames][-1:],
                         [["fail", "main"]])
        self.assertEqual([frames for name, frames in found if name in ("getppid", "SIGUSR1")], [[], [], []])

    def test_only_signals(self):
        found = self.stacks(guest("calls_deeply"), options=("--stack-when=signal",))
        self.assertEqual([name for name, frames in found if frames], ["SIGUSR1"])

    def test_only_slow_calls(self):
        found = self.stacks("sleep", "0.2", options=("--stack-when=longer-than=100ms",))
        self.assertIn("clock_nanosleep", [name for name, frames in found if frames])
        self.assertIn("mmap", [name for name, frames in found if not frames])

    def test_with_a_filter_in_the_kernel_a_library_that_is_mapped_later_is_known(self):
        need("python3")
        script = "import ctypes, os; os.getppid(); m = ctypes.CDLL('libm.so.6'); ctypes.CDLL(None).getppid()"
        options = ("-k", "-f", "-e", "trace=getppid")
        for frames in (frames for name, frames in self.stacks("python3", "-S", "-c", script, options=options)):
            self.assertIn("getppid", functions(frames)[0] or "")
            self.assertGreater(len(frames), 3)

    def test_a_library_is_mapped_where_another_library_was(self):
        need("cc")
        with open(self.path("p.c"), "w") as file:
            file.write("""
                #include <dlfcn.h>
                #include <stdio.h>
                int main(int count, char** words)
                {
                    for (int i = 1; i + 1 < count; i += 2) {
                        void* library = dlopen(words[i], RTLD_NOW);
                        void (*function)(void) = (void (*)(void))dlsym(library, words[i + 1]);
                        function();
                        printf("%p\\n", (void*)function);
                        dlclose(library);
                    }
                    return 0;
                }""")
        subprocess.run(["cc", "-o", self.path("p"), self.path("p.c")], check=True)
        libraries = []
        for name in ("first", "other"):
            with open(self.path(name + ".c"), "w") as file:
                file.write(f"#include <unistd.h>\nvoid {name}(void) {{ getppid(); getppid(); }}\n")
            libraries += [self.path(name + ".so"), name]
            subprocess.run(["cc", "-shared", "-fPIC", "-o", libraries[-2], self.path(name + ".c")], check=True)
        for options in (["-k"], ["-k", "-f", "-e", "trace=getppid"]):
            status, out, err = self.trace("-o", "t", *options, self.path("p"), *libraries)
            self.assertEqual((status, err), (0, ""))
            self.assertEqual(len(set(out.split())), 1, "the libraries are not at the same address")
            found = [frames[1] for name, frames in stacks_of(self.contents("t")) if name == "getppid"]
            self.assertEqual([(os.path.basename(frame["file"]), frame["function"]) for frame in found],
                             [("first.so", "first")] * 2 + [("other.so", "other")] * 2)

    def test_the_trace_goes_on_while_debug_information_is_downloaded(self):
        # The server accepts the connection, and never answers.
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(LIMIT)
            environment = {**os.environ, "DEBUGINFOD_URLS": f"http://127.0.0.1:{server.getsockname()[1]}/",
                           "DEBUGINFOD_CACHE_PATH": self.path("cache"), "DEBUGINFOD_TIMEOUT": "1000"}
            tracer = self.cotrace("-k", "-o", "t", "sh", "-c", "while read word; do echo $word; done", env=environment,
                                  stdin=subprocess.PIPE)
            try:
                connection = server.accept()[0]
            except TimeoutError:
                self.skipTest("libdw does not use debuginfod here")
            for word in ("one", "two"):
                tracer.stdin.write(word + "\n")
                tracer.stdin.flush()
                self.assertEqual(tracer.stdout.readline(), word + "\n")
            connection.settimeout(0)
            self.assertTrue(connection.recv(4096).startswith(b"GET /buildid/"))
            self.assertRaises(BlockingIOError, connection.recv, 1)   # cotrace still waits for the answer
        connection.close()
        status, _, err = self.finish(tracer)
        self.assertEqual((status, err), (0, ""))
        written = [frames for name, frames in stacks_of(self.contents("t")) if name == "write"]
        self.assertEqual(len(written), 2)
        self.assertTrue(all(any(functions(frames)) for frames in written))

    def test_the_program_is_gone_when_its_functions_are_named(self):
        shutil.copy(guest("calls_deeply"), self.path("p"))
        found = self.stacks("sh", "-c", "exec 3< p; ./p & wait; rm p", options=("-k", "-f", "-e", "trace=getppid"))
        self.assertIn("outermost", [name for _, frames in found for name in functions(frames)])

    def test_as_json(self):
        status, _, err = self.trace("-k", "--format=json", "-o", "t", guest("calls_deeply"))
        self.assertEqual(status, 0, err)
        lines = [json.loads(line) for line in self.contents("t").splitlines()]
        call = next(line for line in lines if line.get("name") == "getppid")
        self.assertEqual([frame["function"] for frame in call["stack"]][:3], ["syscall", "innermost", "middle"])
        self.assertEqual(call["stack"][1]["file"], os.path.realpath(guest("calls_deeply")))

    def test_folded(self):
        status, _, err = self.trace("--format=folded", "-o", "t", guest("calls_deeply"))
        self.assertEqual(status, 0, err)
        lines = self.contents("t").splitlines()
        self.assertEqual(lines, sorted(lines))
        self.assertEqual([line for line in lines if ";outermost;middle;innermost;syscall;getppid" in line][0].split()[-1], "1")
        self.assertTrue(all(re.fullmatch(r"calls_deeply;(.+;)*\w+ \d+", line) for line in lines), lines)

    def test_folded_time(self):
        status, _, err = self.trace("--format=folded,time", "-o", "t", "sleep", "0.2")
        self.assertEqual(status, 0, err)
        slept = [line for line in self.contents("t").splitlines() if ";clock_nanosleep" in line]
        self.assertGreater(int(slept[0].split()[-1]), 100_000)

    def test_wrong_arguments_are_refused_in_one_line(self):
        for words, part in ((["--stack-trace=sources"], "source"), (["--stack-trace-frame-limit=0"], "0"),
                            (["--stack-when=faild"], "failed"), (["--stack-when=longer-than=x"], "longer-than"),
                            (["-k", "--entries-only"], "-k/--stack-trace"), (["-k", "--stack-trace"], "simultaneously"),
                            (["--format=folded", "-ff", "-o", "t"], "folded")):
            with self.subTest(words=words):
                status, _, err = self.trace(*words, "true")
                self.assertEqual(status, 1)
                self.assertIn(part, err)


if __name__ == "__main__":
    main()
