#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Runs the tests of tests.json one after the other, inside of an emulated machine. Prints one line for each test, and
after the line of a failed test, the end of its output."""

import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path

BUILD = "/cotrace/build"
MARK = "cotrace-test:"
SKIPPED = 77   # Meson's exit status for "skipped"
SECONDS = int(os.environ.get("COTRACE_TEST_SECONDS", "900"))   # the time limit of one test, in seconds
SHOWN = 12000   # at most this many characters from the end of a failed test's output are printed


def run(test):
    """Runs a test. Returns its result and its output."""
    with open("/tmp/output", "w+", errors="replace") as output:
        process = subprocess.Popen(test["command"], env=os.environ | test["environment"], stdin=subprocess.DEVNULL,
                                   stdout=output, stderr=subprocess.STDOUT, cwd=BUILD, start_new_session=True)
        try:
            status = process.wait(SECONDS)
            result = {0: "passed", SKIPPED: "skipped"}.get(status, "failed")
        except subprocess.TimeoutExpired:
            status, result = "time limit", "failed"
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        output.seek(0)
        return result, f"{output.read()}\n(status {status})"


def reason_to_skip(test):
    """The reason why the test is not run on this machine; empty if the test is run."""
    kernel = tuple(int(number) for number in re.findall(r"\d+", os.uname().release)[:2])
    if test["suite"] == "signalfd" and kernel < (6, 7):
        return "the suite trace waits with signalfd, because io_uring has no waitid before Linux 6.7"
    return ""


def main():
    print(MARK, "kernel", os.uname().release, os.uname().machine, flush=True)
    for test in json.loads(Path(__file__).with_name("tests.json").read_text()):
        if reason := reason_to_skip(test):
            print(MARK, "skipped", f"{test['suite']}/{test['name']}:", reason, flush=True)
            continue
        start = time.monotonic()
        result, output = run(test)
        print(MARK, result, f"{test['suite']}/{test['name']}", f"({time.monotonic() - start:.1f} s)", flush=True)
        if result == "failed":
            print(output[-SHOWN:], flush=True)
    print(MARK, "end", flush=True)


if __name__ == "__main__":
    main()
