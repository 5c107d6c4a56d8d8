#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""The examples in app/examples do what their comments say."""

import os
import socket
import threading
import urllib.request

from support import BUILD, LIMIT, CommandTest, main, need

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


if __name__ == "__main__":
    main()
