#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Traces real commands with --format=json, and checks the lines against lib/share/record.schema.json.

This file is not called json.py, because Python would import it in place of the module json.
"""

import base64
import collections
import json
import os
import re
import signal
import subprocess
import unittest

from support import COTRACE, LIMIT, CommandTest, main, need

try:
    from jsonschema import Draft202012Validator
except ImportError:
    Draft202012Validator = None

SCHEMA = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "lib", "share", "record.schema.json")
DATA_PAGE = os.path.join(os.path.dirname(SCHEMA), "..", "doc", "data.md")


def no_duplicates(members):
    """Rejects an object that has two members with the same name. json.loads would accept it and keep the last of
    them."""
    names = [name for name, _ in members]
    if len(set(names)) != len(names):
        raise ValueError(f"a name comes twice: {names}")
    return dict(members)


class JsonLines(CommandTest):
    def lines(self, *words, status=0, options=()):
        got, _, err = self.trace("-o", "t", "--format=json", *options, *words)
        self.assertEqual(got, status, err)
        return self.read()

    def read(self):
        with open(self.path("t"), "rb") as file:
            text = file.read().decode("utf-8", errors="strict")
        self.assertTrue(text.endswith("\n"))
        return [json.loads(line, object_pairs_hook=no_duplicates) for line in text.split("\n")[:-1]]

    def calls(self, lines, name):
        return [line for line in lines if line["event"] == "syscall_exited" and line["name"] == name]

    def execve(self, lines):
        return [line["arguments"] for line in self.calls(lines, "execve") if line["return"]["value"] == 0][-1]


@unittest.skipIf(Draft202012Validator is None, "python3-jsonschema is not installed")
class Schema(JsonLines):
    def setUp(self):
        super().setUp()
        with open(SCHEMA) as file:
            schema = json.load(file)
        Draft202012Validator.check_schema(schema)
        self.validator = Draft202012Validator(schema)

    def check(self, lines):
        """Validates at most five lines of each event, call and outcome (success or failure), because validation is
        slow."""
        seen = collections.Counter()
        for line in lines:
            kind = (line["event"], line.get("name"), "error" in line)
            seen[kind] += 1
            if seen[kind] > 5:
                continue
            for error in self.validator.iter_errors(line):
                self.fail(f"{error.message}\nat {list(error.absolute_path)} of {json.dumps(line)}")

    def test_ls(self):
        self.check(self.lines("ls", "-l", "/", options=("-v", "-s", "200")))

    def test_labels_of_commands(self):
        lines = self.lines("ls", options=("--run", "true", "--run", "sh -c 'kill -CHLD $$'"))
        self.assertEqual({line["session"] for line in lines}, {"1 true", "2 sh", "3 ls"})
        self.check(lines)

    def test_injected_changes_of_calls(self):
        lines = self.lines("cat", "/dev/null", status=1, options=(
            "-e", "fault=openat:error=EIO:when=3+", "-e", "inject=write:delay_exit=1:poke_enter=@arg2=41"))
        self.check(lines)
        tampered = {(line["name"], *line["tampered"]) for line in lines if "tampered" in line}
        self.assertEqual(tampered, {("openat", "result"), ("write", "arguments", "delayed")})
        for wrong in ({}, {"result": False}, {"nothing": True}):
            line = dict(next(line for line in lines if "tampered" in line), tampered=wrong)
            self.assertTrue(list(self.validator.iter_errors(line)), wrong)

    def test_a_shell_with_a_pipeline(self):
        need("bash")
        lines = self.lines("bash", "-c", "echo one two | tr a-z A-Z | cat; kill -USR1 $$; exit 3",
                           options=("-f",), status=-signal.SIGUSR1)
        self.check(lines)
        seen = {line["event"] for line in lines}
        self.assertLessEqual({"thread_started", "syscall_exited", "signal_received", "image_replaced", "thread_exited"}, seen)

    def test_python(self):
        need("python3")
        program = ("import os, select, signal, socket, subprocess, threading, time\n"
                   "a, b = socket.socketpair(); b.send(b'\\xff\\x00'); a.recv(9)\n"
                   "select.select([a], [b], [], 0.01); p = select.poll(); p.register(b, select.POLLOUT); p.poll(1)\n"
                   "e = select.epoll(); e.register(b, select.EPOLLOUT); e.poll(1)\n"
                   "s = socket.socket(socket.AF_UNIX); s.bind('\\0cotrace-json-%d' % os.getpid()); s.listen(); s.getsockname()\n"
                   "t = socket.socket(); t.bind(('127.0.0.1', 0)); t.getsockname(); t.getsockopt(1, 3)\n"
                   "threading.Thread(target=time.sleep, args=(0.01,)).start()\n"
                   "signal.signal(signal.SIGUSR1, lambda *_: 0); os.kill(os.getpid(), signal.SIGUSR1)\n"
                   "subprocess.call(['true']); os.sched_getaffinity(0)\n")
        lines = self.lines("python3", "-S", "-c", program, options=("-f",))
        self.check(lines)
        self.assertTrue(self.calls(lines, "getsockname"))

    def test_details_of_descriptors_and_processes(self):
        need("python3")
        program = ("import ctypes, os, select, socket, signal\nlibc = ctypes.CDLL(None)\n"
                   "a, b = socket.socketpair(); select.select([a], [b], [], 0)\n"
                   "s = socket.socket(socket.AF_UNIX); s.bind('\\0cotrace-json-%d' % os.getpid()); os.fstat(s.fileno())\n"
                   "t = socket.socket(); t.bind(('127.0.0.1', 0)); t.listen(); c = socket.socket(); c.connect(t.getsockname()); os.fstat(c.fileno())\n"
                   "n = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0); n.bind((0, 0)); os.fstat(n.fileno())\n"
                   "os.fstat(libc.eventfd(3, 0)); os.fstat(os.pidfd_open(os.getpid())); os.fstat(libc.signalfd(-1, (ctypes.c_ulong * 16)(0x204), 0))\n"
                   "m = os.memfd_create('m'); os.fstat(m); os.dup(os.open('/dev/null', os.O_RDWR)); os.open(b'\\xff', os.O_CREAT); os.kill(os.getpid(), 0)\n"
                   "signal.signal(signal.SIGUSR1, lambda *_: 0); os.kill(os.getpid(), signal.SIGUSR1)\n"
                   "os.waitpid(os.fork() or os._exit(0), 0)\n")
        lines = self.lines("python3", "-S", "-c", program, options=("-f", "-yy", "-Y"))
        self.check(lines)
        seen = collections.defaultdict(list)
        for line in lines:
            if line["event"] == "syscall_exited" and "details" in line["return"]:
                seen[line["name"]].append(line["return"]["details"])
            for value in line.get("arguments", {}).values():
                for kind in value.get("details", ()):
                    seen[kind].append(value["details"])
        opened = [details["path"] for details in seen["openat"]]
        self.assertTrue(all(path["string"] for path in opened if "string" in path))
        self.assertIn(b"\xff", [base64.b64decode(path["base64"]).rsplit(b"/", 1)[1] for path in opened if "base64" in path])
        sockets = [details["socket"]["fields"] for details in seen["socket"]]
        self.assertLessEqual({"UNIX-STREAM", "TCP", "NETLINK"}, {each["protocol"]["string"] for each in sockets})
        self.assertTrue(any(each.get("remote") == {"string": "127.0.0.1"} for each in sockets))
        for kind in ("character_device", "counter", "pid", "signals", "deleted"):
            self.assertTrue(seen[kind], kind)
        self.assertEqual(seen["signals"][0]["signals"]["names"], ["SIGQUIT", "SIGUSR1"])
        self.assertEqual((lines[0]["comm"], lines[-1]["comm"]), (os.path.basename(COTRACE)[:15], "python3"))
        received = next(line for line in lines if line["event"] == "signal_received"
                        and line["siginfo"]["fields"]["si_signo"]["name"] == "SIGUSR1")
        self.assertEqual(received["sender_command"], "python3")

    def test_the_summary(self):
        self.check(self.lines("ls", options=("-C",)))

    def test_entries(self):
        lines = self.lines("true", options=("--format=json,entries",))
        self.check(lines)
        self.assertEqual(lines[-2]["event"], "syscall_entered")
        self.assertEqual(lines[-2]["name"], "exit_group")

    def test_the_schema_rejects_invalid_lines(self):
        good = self.lines("true")[-1]
        self.assertTrue(self.validator.is_valid(good))
        for name, wrong in (("schema", 1), ("event", "nothing"), ("start", "5"), ("tid", "1"), ("more", 1), ("status", "0")):
            self.assertFalse(self.validator.is_valid({**good, name: wrong}), name)


class Content(JsonLines):
    def test_the_members_of_a_call(self):
        lines = self.lines("cat", "/no/such/file", status=1)
        opened = next(line for line in self.calls(lines, "openat")
                      if line["arguments"]["pathname"]["string"] == "/no/such/file")
        self.assertEqual(opened["arguments"], {
            "dirfd": {"text": "AT_FDCWD", "value": -100, "name": "AT_FDCWD"},
            "pathname": {"text": '"/no/such/file"', "string": "/no/such/file", "length": 13},
            "flags": {"text": "O_RDONLY", "value": 0, "names": ["O_RDONLY"]}})
        self.assertEqual(opened["return"], {"text": "-1 ENOENT (No such file or directory)", "value": -1})
        self.assertEqual(opened["error"], {"value": 2, "name": "ENOENT", "text": "No such file or directory"})
        self.assertEqual((lines[0]["event"], lines[0]["how"]), ("thread_started", "launched"))
        self.assertEqual((lines[-1]["event"], lines[-1]["status"]), ("thread_exited", 1))

    def test_names_that_are_not_text(self):
        name = b"/no/\xff\xfe\"\n\xc3"
        process = subprocess.run([COTRACE, "-o", self.path("t"), "--format=json", "cat", name], check=False,
                                 stderr=subprocess.DEVNULL, timeout=LIMIT)
        self.assertEqual(process.returncode, 1)
        paths = [line["arguments"]["pathname"] for line in self.calls(self.read(), "openat")]
        self.assertIn(name, [base64.b64decode(path["base64"]) for path in paths if "base64" in path])

    def test_each_member_has_one_type(self):
        """Checks that a member has one JSON type in all lines of a trace with many kinds of calls. Members of arguments with
        equal names count as one member, whatever the call and the argument are."""
        types = collections.defaultdict(set)

        def look(place, value):
            if isinstance(value, dict):
                types[place].add("object")
                for name, each in value.items():
                    named_by_user = place.split(".")[-1] in ("arguments", "before", "notes", "fields", "details")
                    look("value" if named_by_user and name != "deleted" else f"{place}.{name}", each)
            elif isinstance(value, list):
                types[place].add("array")
                for each in value:
                    look("value" if place.endswith("elements") else f"{place}[]", each)
            elif value is not None:
                types[place].add(type(value).__name__)

        lines = self.lines("sh", "-c", "ulimit -n; ls -l / | wc; cat /no; kill -CHLD $$", options=("-f", "-v", "-yy", "-k"))
        for line in lines:
            look("line", line)
        self.assertEqual({place: kinds for place, kinds in types.items() if len(kinds) > 1}, {})
        self.assertEqual((types["value.value"], types["line.return.value"], types["line.start"]), ({"int"}, {"int"}, {"int"}))

    def test_times_are_those_of_the_text(self):
        lines = self.lines("sleep", "0.1", options=("--clock=monotonic",))
        slept = self.calls(lines, "clock_nanosleep")[0]
        self.assertGreaterEqual(slept["duration"], 100_000_000)
        times = [line["start"] + line["duration"] for line in lines]
        self.assertEqual(times, sorted(times))

    def test_the_functions_for_javascript(self):
        """Runs the JavaScript functions of lib/doc/data.md with node. The name of the traced thread looks like a member of a
        record: "start":1."""
        need("node")
        need("python3")
        with open(DATA_PAGE) as file:
            blocks = re.findall(r"^```js\n(.*?)^```", file.read(), re.M | re.S)
        program = "import ctypes, os; ctypes.CDLL(None).prctl(15, b'\"start\":1'); os.getppid()"
        lines = self.lines("python3", "-S", "-c", program)
        self.assertIn('"start":1', {line["comm"] for line in lines})
        script = blocks[0] + ("const lines = require('fs').readFileSync(process.argv[1], 'utf8').trimEnd().split('\\n');\n"
                              "for (const line of lines) { const made = read(line); console.log(made.start, made.comm); }\n")
        out = subprocess.run(["node", "-e", script, self.path("t")], capture_output=True, text=True, timeout=LIMIT, check=True).stdout
        self.assertEqual(out, "".join(f"{line['start']}n {line['comm']}\n" for line in lines))
        has_source = subprocess.run(["node", "-p", "JSON.parse('1', (name, value, context) => context?.source ?? '')"],
                                    capture_output=True, text=True, timeout=LIMIT, check=True).stdout.strip()
        if not has_source:
            return   # this version of Node.js gives no source text to the reviver
        script = blocks[1].replace("JSON.parse(line, exact)", "console.log(JSON.parse(process.argv[1], exact).start)")
        text = json.dumps(lines[0])
        out = subprocess.run(["node", "-e", script, text], capture_output=True, text=True, timeout=LIMIT, check=True).stdout
        self.assertEqual(out, f"{lines[0]['start']}n\n")

    def test_names_of_threads_without_an_option(self):
        need("python3")
        program = ("import ctypes, os, threading\n"
                   "def named(): ctypes.CDLL(None).prctl(15, b'a \\xff name'); os.getppid()\n"
                   "t = threading.Thread(target=named); t.start(); t.join(); os.waitpid(os.fork() or os.execvp('true', ['true']), 0)\n")
        lines = self.lines("python3", "-S", "-c", program, options=("-f",))
        self.assertTrue(all(line["comm"] for line in lines))
        self.assertEqual(lines[0]["comm"], os.path.basename(COTRACE)[:15])
        asked = self.calls(lines, "getppid")[0]
        self.assertEqual((asked["comm"], self.calls(lines, "prctl")[-1]["comm"]), ("a \ufffd name", "a \ufffd name"))
        self.assertNotEqual(asked["tid"], asked["pid"])
        ends = {line["tid"]: line for line in lines if line["event"] == "thread_exited"}
        self.assertEqual(sorted(line["comm"] for line in ends.values()), ["a \ufffd name", "python3", "true"])
        self.assertEqual(len({line["pid"] for line in ends.values()}), 2)

    def test_arguments_of_programs_are_whole(self):
        words = ["x" * 4096, "y" * 33, "é" * 40] + [str(n) for n in range(100)]
        argv = self.execve(self.lines("true", *words))["argv"]
        self.assertEqual([each["string"] for each in argv["elements"]], ["true"] + words)
        self.assertNotIn("cut", argv)
        self.assertIn("y" * 33, argv["text"])

    def test_text_is_cut_between_characters(self):
        wrote = self.calls(self.lines("echo", "-n", "a" + "é" * 40, options=("-s", "10")), "write")[0]["arguments"]["buf"]
        self.assertEqual((wrote["string"], wrote["length"], wrote["cut"]), ("aéééé", 81, True))

    def test_the_summary(self):
        status, _, err = self.trace("-c", "--format=json", "-o", "t", "cat", "/no", "/dev/null")
        self.assertEqual(status, 1, err)
        lines = self.read()
        self.assertEqual({line["event"] for line in lines}, {"summary"})
        opened = next(line for line in lines if line["name"] == "openat")
        self.assertGreater(opened["errors"], 0)
        self.assertGreaterEqual(opened["wall"]["longest"] * opened["calls"], opened["wall"]["total"])
        self.assertEqual([line["system"]["total"] for line in lines], sorted((line["system"]["total"] for line in lines), reverse=True))
        table = self.trace("-c", "-o", "u", "cat", "/no", "/dev/null") and self.contents("u")
        self.assertEqual({line["name"]: line["calls"] for line in lines},
                         {row.split()[-1]: int(row.split()[3]) for row in table.splitlines()[2:-2]})
        lines = self.lines("true", options=("-C",))
        self.assertEqual((lines[0]["event"], lines[-1]["event"]), ("thread_started", "summary"))

    def test_standard_error_has_only_json_lines(self):
        status, _, err = self.trace("--format=json", "-f", "sh", "-c", "(exit 3); exit 4")
        self.assertEqual(status, 4)
        for line in err.splitlines():
            self.assertEqual(json.loads(line)["schema"], 2)


if __name__ == "__main__":
    main()
