#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Copies the tests of a build into the folder of a machine, and writes tests.json, the list of tests that inside.py runs.

usage: tests_inside.py SOURCE BUILD FOLDER [--core] [SUITE/TEST…]
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

BUILD_INSIDE = Path("/cotrace/build")
SOURCE_INSIDE = Path("/cotrace/source")
PROGRAMS = ["app/cotrace", "test/live-tests", "test/unit-tests", "test/denying", "test/parse_lines"]
SUITES = ["unit", "cli", "trace", "signalfd", "unprivileged"]   # in the order in which a machine runs them
# These suites run only if their tests are named, because they repeat the tests of the suite `trace` in other ways. The machines
# with older kernels wait with signalfd anyway.
REPEATED_SUITES = ["signalfd", "unprivileged"]
# The tests of the command that need no programs except those of this project and of `program_packages` in machines.bash.
CLI_TESTS = ["container", "debug_lines", "descriptors", "detaching", "ending", "explanations", "help", "json_lines", "mistakes",
             "namespaces", "outcome", "output_trouble", "own_options", "predicates", "restarts", "stacks", "terminal",
             "unknown_numbers"]
# The live tests and unit tests that --core selects. Live tests of attaches, filters and interceptors are left out, because each
# of them takes minutes.
CORE_TESTS = ["abi", "detach", "exec", "exit", "follow", "launch", "memory", "signals"]
CORE_UNIT_TESTS = ("engine/", "sys/", "tracee/", "uapi/")


def tests_of(build):
    """All tests of the build, as Meson lists them, each with one suite."""
    listed = subprocess.run(["meson", "introspect", "--tests", build], check=True, capture_output=True, text=True).stdout
    for test in json.loads(listed):
        test["suite"] = test["suite"][0].split(":")[-1]
        yield test


def is_wanted(test, selected):
    if test["suite"] not in SUITES:
        return False
    if f"{test['suite']}/{test['name']}" in selected:
        return True
    if test["suite"] == "cli" and test["name"] not in CLI_TESTS:
        return False
    if not selected:
        return test["suite"] not in REPEATED_SUITES
    if "--core" not in selected:
        return False
    return test["suite"] == "trace" and test["name"] in CORE_TESTS or \
        test["suite"] == "unit" and test["name"].startswith(CORE_UNIT_TESTS)


def as_inside(text, source, build):
    """A word of a command line or of the environment. A path is replaced with the path inside of the machine."""
    if not text.startswith("/"):
        return text
    path = Path(os.path.normpath(text))
    for outside, inside in ((build, BUILD_INSIDE), (source, SOURCE_INSIDE)):
        if path.is_relative_to(outside):
            return str(inside / path.relative_to(outside))
    return "/usr/bin/python3" if path.name.startswith("python3") else text


def described(test, source, build):
    return {"name": test["name"], "suite": test["suite"],
            "command": [as_inside(word, source, build) for word in test["cmd"]],
            "environment": {name: as_inside(value, source, build) for name, value in test["env"].items()}}


def copy_file(path, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, target)


def main():
    source, build, folder = (Path(word).resolve() for word in sys.argv[1:4])
    inside = folder / "cotrace"
    shutil.rmtree(inside, ignore_errors=True)
    for name in PROGRAMS:
        copy_file(build / name, inside / "build" / name)
    for path in (build / "test/guest").iterdir():
        if path.is_file() and os.access(path, os.X_OK):
            copy_file(path, inside / "build/test/guest" / path.name)
    for part in ("test/cli", "test/support"):
        for path in (source / part).glob("*.py"):
            copy_file(path, inside / "source" / part / path.name)
    here = Path(__file__).parent
    copy_file(here / "inside.py", inside / "inside.py")
    copy_file(here / "init", folder / "init")
    tests = [described(test, source, build) for test in tests_of(build) if is_wanted(test, sys.argv[4:])]
    tests.sort(key=lambda test: (SUITES.index(test["suite"]), test["name"]))
    (inside / "tests.json").write_text(json.dumps(tests, indent=1))
    print(len(tests))


if __name__ == "__main__":
    main()
