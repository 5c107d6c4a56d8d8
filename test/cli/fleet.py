#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Tests lib/share/clickhouse: loads the calls of two hosts into a ClickHouse server that this test starts, runs the queries,
and compares their results with the rows and with the summaries of cotrace."""

import collections
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

from support import COTRACE, LIMIT, CommandTest, guest, main, wait_until

SHARE = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "lib", "share", "clickhouse")
PATH = os.environ["PATH"] + ":/usr/sbin"
# System calls that the traced programs make equally often in each run, whatever their addresses and environment are.
CALLS = "openat,getpid,read,connect,socket,close,execve"

CONFIGURATION = """<yandex>
  <logger><level>warning</level><console>1</console></logger>
  <listen_host>127.0.0.1</listen_host>
  <http_port>{port}</http_port>
  <path>{folder}/data/</path>
  <tmp_path>{folder}/tmp/</tmp_path>
  <users_config>users.xml</users_config>
  <default_profile>default</default_profile>
  <default_database>default</default_database>
  <mark_cache_size>67108864</mark_cache_size>
</yandex>
"""
USERS = """<yandex>
  <profiles><default></default></profiles>
  <quotas><default></default></quotas>
  <users><default>
    <password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>
  </default></users>
</yandex>
"""


def statements(name):
    """The statements of a file, without comments."""
    with open(os.path.join(SHARE, name)) as file:
        text = re.sub(r"^--.*\n", "", file.read(), flags=re.M)
    return [each.strip() for each in text.split(";\n") if each.strip()]


def has_rows():
    """Whether cotrace has the format `rows`."""
    return bool(re.search(r"\brows\b", subprocess.run([COTRACE, "--help=format"], capture_output=True, text=True).stdout))


def rows_of_text(text, host):
    """Yields the rows of --format=rows, made from a text trace. Used if the tested cotrace does not have this format."""
    line_of_call = re.compile(r"^(?P<tid>\d+) +(?P<seconds>\d+)\.(?P<fraction>\d{9}) (?P<call>\w+)\((?P<args>.*)\) += "
                              r"(?P<result>\?|-?\d+|0x[0-9a-f]+)(?: (?P<error>E\w+))?.*?(?: <(?P<took>\d+\.\d{9})>)?$")
    for line in text.splitlines():
        if call := line_of_call.match(line):
            name, args, result, took = call["call"], call["args"], call["result"], (call["took"] or "0.").split(".")
            path = re.search(r'"([^"]*)"', args) if name in ("openat", "execve") else None
            fd = re.match(r"\d+", args) if name in ("read", "connect", "close") else None
            yield {"start_ns": int(call["seconds"] + call["fraction"]), "duration_ns": int(took[0] + took[1]), "host": host,
                   "pid": int(call["tid"]), "tid": int(call["tid"]), "comm": "", "syscall": name, "args": args,
                   "path": path[1] if path else "", "fd": int(fd[0]) if fd else None, "error": call["error"] or "",
                   "return": None if result == "?" else int(result, 0), "class": "", "stack": ""}


class Server:
    """A ClickHouse server that only this test uses, on a free port of the loopback interface."""

    def __init__(self, test):
        self.test = test
        for name in ("data", "tmp"):
            os.mkdir(test.path(name))
        with open(test.path("users.xml"), "w") as file:
            file.write(USERS)
        while not self.start():   # start() returns false if another program took the port first
            pass

    def start(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        with open(self.test.path("config.xml"), "w") as file:
            file.write(CONFIGURATION.format(port=self.port, folder=self.test.folder))
        with open(self.test.path("log"), "w") as log:
            self.process = self.test.start(shutil.which("clickhouse-server", path=PATH), "--config-file=config.xml", stdout=log,
                                           stderr=log)
        started = wait_until(lambda: self.process.poll() is not None or self.answers())
        log = self.test.contents("log")
        self.test.assertTrue(started, log)
        if self.process.poll() is None:
            return True
        self.test.assertIn("Address already in use", log)
        return False

    def answers(self):
        try:
            return self.ask("SELECT 1") == "1\n"
        except urllib.error.URLError:
            return False

    def ask(self, query, data=b""):
        address = f"http://127.0.0.1:{self.port}/?" + urllib.parse.urlencode({"query": query})
        try:
            with urllib.request.urlopen(address, data=data, timeout=LIMIT) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{query}: {error.read().decode()}") from error

    def rows(self, query):
        """The rows of the result of a query. ClickHouse writes 64-bit integers as strings in JSON, so such strings become
        integers."""
        answer = self.ask(query + " FORMAT JSONCompact")
        return [[int(cell) if isinstance(cell, str) and re.fullmatch(r"-?\d+", cell) else cell for cell in row]
                for row in json.loads(answer)["data"]]

    def stop(self):
        self.process.terminate()
        self.process.wait(LIMIT)


class Fleet(CommandTest):
    def record(self, host, script):
        """Traces a shell script, and returns the file with its rows and the rows."""
        name, command = self.path(f"{host}.rows"), ("sh", "-c", script)
        options = ("-f", "-e", f"trace={CALLS}", "-e", "signal=none", "-q")
        if has_rows():
            status, _, err = self.trace("-o", name, *options, "--format=rows", f"--host-label={host}", *command)
        else:
            status, _, err = self.trace("-o", "text", *options, "--whole-lines", "--absolute-timestamps=format:unix,precision:ns",
                                        "--syscall-times=ns", *command)
            with open(name, "w") as file:
                file.writelines(json.dumps(row) + "\n" for row in rows_of_text(self.contents("text"), host))
        self.assertEqual(status, 0, err)
        with open(name) as file:
            rows = [json.loads(line) for line in file]
        self.compare_with_summary(rows, options, command)
        return name, rows

    def compare_with_summary(self, rows, options, command):
        """Compares the numbers of calls and errors with those that cotrace counts in a second run."""
        status, _, err = self.trace("-o", "summary", *options, "-c", "-U", "calls,errors,name", *command)
        self.assertEqual(status, 0, err)
        counted = {}
        for line in self.contents("summary").splitlines()[2:-2]:
            calls, *errors, name = line.split()
            counted[name] = int(calls), int(*errors)
        ours = collections.Counter(row["syscall"] for row in rows)
        failed = collections.Counter(row["syscall"] for row in rows if row["error"])
        self.assertEqual({name: (calls, failed[name]) for name, calls in ours.items()}, counted)

    def test_the_queries(self):
        repeats, connects = guest("repeats_calls"), guest("connects")
        alpha, rows = self.record("alpha", f"{repeats} openat 60000; {repeats} getpid 45000; {connects}; {connects}; :")
        beta, more = self.record("beta", f"{repeats} openat 20000; {repeats} read32 80000; {connects}; cat / 2> /dev/null; :")
        rows += more
        self.assertGreater(len(rows), 200000)
        server = Server(self)
        for statement in statements("schema.sql"):
            server.ask(statement)
        for name in (alpha, beta):
            with open(name, "rb") as file:
                server.ask("INSERT INTO cotrace.calls FORMAT JSONEachRow", file.read())
        self.assertEqual(server.rows("SELECT count() FROM cotrace.calls"), [[len(rows)]])
        queries = statements("queries.sql")
        self.assertEqual(len(queries), 10)
        checks = (self.times, self.slowest, self.comparison, self.failed_files, self.errors_of_one_host, self.connections,
                  self.by_second, self.programs, self.files, self.histogram)
        for query, check in zip(queries, checks):
            with self.subTest(check.__name__):
                check(server.rows(query), rows)
        server.ask("OPTIMIZE TABLE cotrace.calls FINAL")
        with self.subTest("after a merge"):
            self.times(server.rows(queries[0]), rows)
        server.stop()

    def grouped(self, rows, *keys):
        groups = collections.defaultdict(list)
        for row in rows:
            groups[tuple(row[key] for key in keys)].append(row)
        return groups

    def times(self, found, rows):
        groups = self.grouped(rows, "host", "syscall")
        self.assertEqual(len(found), len(groups))
        self.assertEqual(found[0][4], max(row[4] for row in found))
        for host, syscall, calls, errors, total, percentiles, longest in found:
            group = groups[host, syscall]
            times = sorted(row["duration_ns"] for row in group)
            self.assertEqual((calls, errors, total, longest),
                             (len(group), sum(row["error"] != "" for row in group), sum(times), times[-1]))
            # The percentiles are estimates: with at least 100 calls, the rank of an estimate may be wrong by 2 % of the
            # calls.
            for share, time in zip((0.5, 0.95, 0.99), percentiles):
                least, most = (times[max(0, min(len(times) - 1, int(len(times) * (share + by))))] for by in (-0.02, 0.02))
                self.assertTrue(least - 1 <= int(time) <= most + 1 or len(times) < 100, (syscall, share, time, least, most))

    def slowest(self, found, rows):
        times = sorted((row["duration_ns"] for row in rows), reverse=True)
        self.assertEqual([row[6] for row in found], times[:20])
        known = {(row["host"], row["start_ns"], row["syscall"], row["args"], row["error"]) for row in rows}
        for host, _, _, syscall, args, error, _, start in found:
            self.assertIn((host, start, syscall, args, error), known)

    def comparison(self, found, rows):
        numbers = {key: len(group) for key, group in self.grouped(rows, "host", "syscall").items()}
        self.assertEqual({(row[0], row[1]): row[2] for row in found}, {key: calls for key, calls in numbers.items() if calls >= 100})
        ratios = [row[5] for row in found]
        self.assertEqual(ratios, sorted(ratios, reverse=True))
        # Nearly all calls of getpid(2) are made on one host, so the ratio of its 95th percentile to that of all hosts is
        # about 1.
        self.assertTrue(0.5 < next(row[5] for row in found if row[1] == "getpid") < 2)

    def failed_files(self, found, rows):
        failed = self.grouped((row for row in rows if row["path"] and row["error"]), "path", "error")
        expected = {key: (len(group), len({row["host"] for row in group})) for key, group in failed.items()}
        self.assertEqual({(path, error): (calls, hosts) for path, error, calls, hosts, _ in found}, expected)
        path, error, calls, hosts, syscalls = found[0]
        self.assertEqual((path, error, hosts, syscalls), ("/nonexistent/usr/lib/libexample.so.6", "ENOENT", 2, ["openat"]))
        self.assertEqual(calls, 80000)

    def errors_of_one_host(self, found, _):
        self.assertEqual([row[:4] for row in found], [["beta", "read", "EISDIR", 1]])
        self.assertRegex(found[0][4], r"^3, ")

    def connections(self, found, rows):
        by_address = {(row[0], row[1]): row[3:6] for row in found}
        self.assertEqual(by_address, {("127.0.0.1", 9): [3, 3, ["alpha", "beta"]],
                                      ("/no/such/socket", 0): [3, 3, ["alpha", "beta"]]})
        self.assertEqual(sum(row[3] for row in found), sum(row["syscall"] == "connect" for row in rows))

    def by_second(self, found, rows):
        seconds = collections.Counter((row["host"], row["start_ns"] // 10**9) for row in rows)
        self.assertEqual([row[2] for row in found], [calls for _, calls in sorted(seconds.items())])
        self.assertEqual(sum(row[3] for row in found), sum(row["error"] != "" for row in rows))

    def programs(self, found, rows):
        groups = self.grouped(rows, "comm", "class")
        self.assertEqual(len(found), len(groups))
        for comm, classes, calls, total, processes in found:
            group = groups[comm, classes]
            self.assertEqual((calls, total, processes), (len(group), sum(row["duration_ns"] for row in group),
                                                         len({(row["host"], row["pid"]) for row in group})))

    def files(self, found, rows):
        groups = self.grouped((row for row in rows if row["path"]), "path")
        self.assertEqual(len(found), min(50, len(groups)))
        for path, calls, total, longest, hosts in found:
            times = [row["duration_ns"] for row in groups[path,]]
            self.assertEqual((calls, total, longest, hosts),
                             (len(times), sum(times), max(times), len({row["host"] for row in groups[path,]})))

    def histogram(self, found, rows):
        expected = collections.Counter((row["syscall"], 1 << (row["duration_ns"].bit_length() - 1))
                                       for row in rows if row["duration_ns"] > 0)
        self.assertEqual({(row[0], row[1]): row[2] for row in found}, expected)


if __name__ == "__main__":
    if not shutil.which("clickhouse-server", path=PATH):
        print("clickhouse-server is not installed")
        sys.exit(77)
    main()
