#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks that the examples in app/examples do what their comments say."""

import json
import os
import signal
import socket
import threading
import urllib.request

from support import BUILD, LIMIT, CommandTest, guest, main, need, wait_until

EXAMPLES = os.environ.get("COTRACE_EXAMPLES", f"{BUILD}/app/examples")
SOURCES = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "app", "examples")


class Examples(CommandTest):
    def run_example(self, name, *words):
        return self.run_to_end(os.path.join(EXAMPLES, name), *words)

    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)

    def test_each_is_short(self):
        for name in os.listdir(SOURCES):
            if name.endswith(".cpp"):
                with open(os.path.join(SOURCES, name)) as file:
                    self.assertLess(len(file.readlines()), 80, name)


class CountFiles(Examples):
    def listed(self, *words):
        status, out, err = self.run_example("count_files", *words)
        *files, verdict = out.splitlines()
        self.assertEqual(verdict, f"{len(files)} files were read", err)
        return status, files

    def test_a_pipeline(self):
        for name in ("one", "two", "never"):
            self.write(name, name)
        os.mkdir(self.path("folder"))
        status, files = self.listed("sh", "-c", "cat one two one | cat > three; ls folder; cat nothing > /dev/null; exit 3")
        self.assertEqual(status, 3)
        ours = [each for each in files if each.startswith(self.folder)]
        self.assertEqual(ours, [self.path("one"), self.path("two")])
        self.assertNotIn("/dev/null", files)

    def test_a_compiler(self):
        need("gcc")
        self.write("main.c", '#include "header.h"\nint main(void) { return ZERO; }\n')
        self.write("header.h", "#define ZERO 0\n")
        self.write("other.h", "")
        status, files = self.listed("gcc", "-c", "main.c")
        self.assertEqual(status, 0)
        self.assertTrue({self.path("main.c"), self.path("header.h")} <= set(files))
        self.assertNotIn(self.path("other.h"), files)


class AskBeforeConnect(Examples):
    CLIENT = ("import socket, sys\n"
              "for port in sys.argv[1:]:\n"
              "    try:\n"
              "        socket.create_connection(('127.0.0.1', int(port))).close()\n"
              "        print('connected')\n"
              "    except OSError as error:\n"
              "        print(error.strerror)\n")

    def setUp(self):
        super().setUp()
        self.questions = []
        self.allowed, self.forbidden = (self.listening(socket.AF_INET, ("127.0.0.1", 0)) for _ in range(2))
        self.judge = self.listening(socket.AF_UNIX, self.path("judge"))
        threading.Thread(target=self.serve, daemon=True).start()

    def listening(self, family, address):
        made = socket.socket(family)
        made.bind(address)
        made.listen()
        self.addCleanup(made.close)
        return made

    def serve(self):
        while True:
            try:
                client = self.judge.accept()[0]
            except OSError:   # the socket was closed
                return
            with client, client.makefile("rw") as line:
                self.questions.append(line.readline())
                line.write("yes\n" if f"htons({self.allowed.getsockname()[1]})" in self.questions[-1] else "no\n")

    def test_only_allowed_connections_are_made(self):
        ports = [each.getsockname()[1] for each in (self.allowed, self.forbidden, self.allowed)]
        status, out, err = self.run_example("ask_before_connect", self.path("judge"), "python3", "-I", "-c", self.CLIENT, *ports)
        self.assertEqual((status, out, err), (0, "connected\nPermission denied\nconnected\n", ""))
        self.assertEqual(len(self.questions), 3)
        for port, question in zip(ports, self.questions):
            self.assertRegex(question, rf"^\d+ {{sa_family=AF_INET, sin_port=htons\({port}\), sin_addr=inet_addr\(\"127.0.0.1\"\)}}$")

    def test_no_connection_is_made_if_the_questions_get_no_answer(self):
        _, out, _ = self.run_example("ask_before_connect", self.path("nowhere"), "python3", "-I", "-c", self.CLIENT,
                                     self.allowed.getsockname()[1])
        self.assertEqual(out, "Permission denied\n")


class BesideAServer(Examples):
    def test_eight_commands_and_their_page(self):
        commands = [f"read x < {i}; exit 0" for i in range(8)]
        for i in range(8):
            os.mkfifo(self.path(str(i)))
        process = self.start(os.path.join(EXAMPLES, "beside_a_server"), *commands)
        address = process.stdout.readline().strip()
        for each in range(8):   # each command waits until the test opens the FIFO that the command reads
            with open(self.path(str(each)), "w") as fifo:
                with urllib.request.urlopen(address, timeout=LIMIT) as page:
                    text = page.read().decode()
                for command in commands:
                    self.assertRegex(text, rf"(?m)^\d+ calls: {command}$")
                fifo.write("line\n")
        status, out, err = self.finish(process)
        self.assertEqual((status, err), (0, ""))
        counts = [int(line.split()[0]) for line in out.splitlines()]
        self.assertEqual(len(counts), 8)
        self.assertGreater(min(counts), 10)


class Latency(Examples):
    def test_a_running_process(self):
        # The shell makes calls until the file "stop" exists.
        subject = self.start("sh", "-c", "until test -e stop; do sleep 0.01; done")
        status, out, err = self.run_example("latency", subject.pid, "1")
        self.assertEqual((status, err), (0, ""))
        head, *rows = out.splitlines()
        self.assertRegex(head, r"^ +calls +total +median +90 % +99 % +longest call$")
        self.assertIn("clock_nanosleep", [row.split()[-1] for row in rows])
        self.assertIsNone(subject.poll())   # the process still runs
        self.write("stop", "")
        self.assertEqual(self.finish(subject)[0], 0)

    def test_a_process_that_does_not_exist(self):
        status, out, err = self.run_example("latency", "4194305", "1")
        self.assertEqual((status, out), (1, ""))
        self.assertRegex(err, r"^latency: .*4194305.*\n$")


class BuildRecorder(Examples):
    def test_a_shell_with_children(self):
        self.write("file", "content")
        status, out, err = self.run_example("build_recorder", self.path("records"), "sh", "-c", "cat file >/dev/null; cat file | wc -c; exit 4")
        self.assertEqual((status, err), (4, ""))
        self.assertRegex(out, r"(?m)^\d+ sh -c .*, exited with 4$")
        self.assertEqual(len([line for line in out.splitlines() if line.endswith(" cat file, exited with 0") and line.startswith("  ")]), 2, out)
        with open(self.path("records")) as file:
            opened = [json.loads(line)["arguments"]["pathname"]["string"] for line in file if '"name":"openat"' in line]
        self.assertEqual(opened.count("file"), 2)


class Merged(Examples):
    def test_the_records_of_eight_commands(self):
        status, out, _ = self.run_example("merged", *(f"exit {each}" for each in range(8)))
        self.assertEqual(status, 0)
        for each in range(8):
            self.assertIn(f"{each + 1}: +++ exited with {each} +++", out.splitlines())


class SandboxServer(Examples):
    def setUp(self):
        super().setUp()
        os.mkdir(self.path("inside"))
        self.serve()

    def serve(self, *more):
        self.server = self.start(os.path.join(EXAMPLES, "sandbox_server"), self.path("inside"), *more)
        self.port = int(self.server.stdout.readline())

    def ask(self, text):
        with socket.create_connection(("127.0.0.1", self.port)) as client, client.makefile("rw") as stream:
            stream.write(text + "\n")
            stream.flush()
            return [json.loads(line) for line in stream]

    def test_commands_of_several_clients(self):
        quiet = self.ask("echo text > file; cat /etc/passwd > /dev/null")
        self.assertEqual((quiet[-1]["event"], quiet[-1]["status"]), ("thread_exited", 0))
        self.assertTrue(os.path.exists(self.path("inside/file")))
        bad = self.ask(f"echo text > {self.path('outside')}; echo text > other")
        self.assertEqual(bad[-1]["signal"]["name"], "SIGKILL")
        last = [each for each in bad if each["event"].startswith("syscall_")][-1]   # the call that the policy did not allow
        self.assertEqual((last["event"], last["arguments"]["pathname"]["string"]), ("syscall_entered", self.path("outside")))
        self.assertFalse(os.path.exists(self.path("outside")) or os.path.exists(self.path("inside/other")))
        os.symlink(self.path("."), self.path("inside/up"))
        for way in ("up/outside", "../outside", "./up/./outside", "up/inside/../outside", "/proc/self/cwd/../outside"):
            with self.subTest(way):
                self.assertEqual(self.ask("echo text > " + way)[-1]["signal"]["name"], "SIGKILL")
                self.assertFalse(os.path.exists(self.path("outside")))
        self.assertEqual(self.ask("mkdir new && echo text > new/file")[-1]["status"], 0)
        denied = [each for each in self.ask(guest("connects")) if each["event"] == "syscall_exited" and each["name"] == "connect"]
        self.assertEqual([each["error"]["name"] for each in denied], ["EACCES", "EACCES"])

    def test_a_command_that_takes_too_long_is_killed(self):
        self.serve("1")
        self.assertEqual(self.ask("exec sleep 60")[-1]["signal"]["name"], "SIGKILL")
        self.assertEqual(self.ask("exec sleep 60")[-1]["signal"]["name"], "SIGKILL")   # the first kill did not end the server

    def test_sigint_ends_the_server_and_its_commands(self):
        with socket.create_connection(("127.0.0.1", self.port)) as client:
            client.sendall(b"echo $$ > id; exec sleep 60\n")
            self.assertTrue(wait_until(lambda: os.path.exists(self.path("inside/id")) and self.contents("inside/id").strip(), 30))
            self.server.send_signal(signal.SIGINT)
            self.assertEqual(self.finish(self.server)[0], 0)
        self.assertTrue(wait_until(lambda: not os.path.exists("/proc/" + self.contents("inside/id").strip()), 30))


class Catch2Tests(Examples):
    def test_they_pass(self):
        status, out, err = self.run_example("catch2_tests")
        self.assertEqual((status, err), (0, ""), out)
        self.assertRegex(out, r"All tests passed \(\d+ assertions in 2 test cases\)")


class CustomIoctl(Examples):
    def test_only_the_described_request_is_shown(self):
        self.write("subject.py", "import fcntl, struct\n"
                                 "with open('/dev/null') as file:\n"
                                 "    for request, argument in (0xc0086601, struct.pack('II', 1, 7)), (0x6602, 0), (0xc0086601, 8):\n"
                                 "        try:\n"
                                 "            fcntl.ioctl(file, request, argument)\n"
                                 "        except OSError:\n"
                                 "            pass\n")
        status, out, err = self.run_example("custom_ioctl", "python3", "-I", "subject.py")
        self.assertEqual((status, err), (0, ""))
        shown, unreadable = out.splitlines()
        self.assertRegex(unreadable, r"^ioctl\(\d+, FROB_RUN, 0x8\) += -1 ENOTTY [^#]*$")
        self.assertRegex(shown, r"^ioctl\(\d+, FROB_RUN, {speed=FROB_FAST, count=7}.*\) += -1 ENOTTY .*# count 7$")


if __name__ == "__main__":
    main()
