#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Fails if a file includes a header of a layer that the file's own layer may not use.

usage: check_layers.py TREE

The table MAY_SEE lists, for each layer, the other layers that its files may include headers of. Each source file,
private header and public header belongs to one layer.
"""

import re
import sys
from pathlib import Path

MAY_SEE = {
    "core": set(),
    "uapi": {"core"},
    "sys": {"core"},
    "record": {"core", "uapi"},
    "tracee": {"core", "uapi", "sys"},
    "stack": {"core", "sys", "record", "tracee"},
    "decode": {"core", "uapi", "record"},
    "render": {"core", "uapi", "record"},
    "trace_file": {"core", "uapi", "record", "decode"},
    "engine": {"core", "uapi", "sys", "record", "tracee", "decode", "stack"},
    "public": {"core", "uapi", "sys", "record", "engine"},   # this layer has the bodies of the public classes
    "testing": {"core", "uapi", "sys", "record", "render", "engine"},   # this layer is the testing kit
    "all": {"core", "uapi", "record", "sys", "decode", "render", "trace_file", "engine"},   # cotrace.hpp, streams.hpp
}

# The layers of single headers and sources, by path without suffix. An entry of this table takes precedence over LAYER_OF_FOLDER.
LAYER_OF_NAME = {
    "uapi/arch": "core",    # not "uapi", because all layers need this header
    "command": "core",
    "error": "core",
    "ids": "core",
    "number_set": "core",
    "open_file": "core",
    "placement": "core",
    "process_name": "core",
    "recycled": "core",
    "result": "core",
    "targets": "core",
    "waiting": "core",
    "debug_log": "sys",
    "expected_context": "sys",
    "memory": "sys",
    "access_filter": "record",
    "call": "record",
    "capture": "record",
    "filter": "record",
    "injection": "record",
    "match": "record",
    "record": "record",
    "stack": "record",
    "trace_file": "trace_file",
    "record_channel": "engine",
    "value": "record",
    "detail/column_names": "render",
    "detail/function_argument": "core",
    "detail/last_error": "core",
    "detail/near_names": "core",
    "detail/shape_rows": "uapi",
    "detail/throwing_policy": "core",
    "detail/unique_fd": "core",
    "impl/streams": "all",
    "public/streams": "all",
    "interceptor": "engine",
    "interceptors": "engine",
    "policy": "engine",
    "pooled_session": "engine",
    "predicate": "record",
    "process_tree": "record",
    "session": "engine",
    "session_reference": "engine",
    "streams": "all",
    "traced_target": "engine",
    "verdict": "engine",
    "with_failure": "engine",
    "task": "engine",
    "tracer": "engine",
    "testing": "testing",
    "tracer_pool": "engine",
    "cotrace": "all",
}
LAYER_OF_FOLDER = {"detail": "engine", "impl": "engine"} | {layer: layer for layer in MAY_SEE}

# Each row: the beginning of the names of some headers, and the layers that may use these headers.
RESERVED = [
    ("boost/asio", {"engine", "public", "testing", "app", "all"}),
    ("fmt/", {"record", "render", "app"}),
    ("sys/ptrace.h", {"sys", "app"}),   # app: orphan_reaper.cpp and processes.cpp call ptrace(2)
    ("rapidjson/", {"render"}),
    ("liburing", {"engine"}),
    ("seccomp.h", {"sys"}),
    ("elfutils/", {"stack"}),
    ("libelf.h", {"stack"}),
    ("gelf.h", {"stack"}),
    ("selinux/", {"app"}),
    ("protozero/", {"render", "trace_file"}),
]

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")', re.MULTILINE)


def layer_of(path):
    """The layer of a file, or None if the file belongs to no layer. `path` is relative to lib/include/cotrace or
    lib/src."""
    stem = str(path.with_suffix(""))
    return LAYER_OF_NAME.get(stem) or LAYER_OF_FOLDER.get(path.parts[0] if len(path.parts) > 1 else None)


class Checker:
    def __init__(self, tree):
        self.tree = tree
        self.public = tree / "lib/include/cotrace"
        self.private = tree / "lib/src"
        self.app = tree / "app"
        self.complaints = []

    def complain(self, path, line, what):
        self.complaints.append(f"{path.relative_to(self.tree)}:{line}: {what}")

    def target(self, name, including):
        """Returns the header that an #include names, as a folder and the path in that folder.

        The folder is `self.public` or `self.private`. The result is (None, None) if neither folder has the header.
        """
        if name.startswith("cotrace/"):
            return self.public, Path(name.removeprefix("cotrace/"))
        if (self.private / name).is_file():
            return self.private, Path(name)
        beside = (including.parent / name).resolve()
        for side in (self.public, self.private):
            if beside.is_file() and beside.is_relative_to(side):
                return side, beside.relative_to(side)
        return None, None

    def check_include(self, path, side, layer, name, line):
        to, inside = self.target(name, path)
        if to is None:
            for start, layers in RESERVED:
                if name.startswith(start) and layer not in layers:
                    self.complain(path, line, f"{layer} may not use <{name}>")
            return
        if to is self.private and side is not self.private:
            self.complain(path, line, f"a private header, {name}, in {'the command' if side is self.app else 'a public one'}")
            return
        seen = layer_of(inside)
        if side is not self.app and seen is not None and seen != layer and seen not in MAY_SEE[layer]:
            self.complain(path, line, f"{layer} may not use {seen}, the layer of {name}")

    def check_file(self, path, side):
        layer = "app" if side is self.app else layer_of(path.relative_to(side))
        if layer is None:
            self.complain(path, 1, "belongs to no layer: add it to LAYER_OF_NAME in check_layers.py")
            return
        text = path.read_text()
        for found in INCLUDE.finditer(text):
            line = text.count("\n", 0, found.start(1 if found[1] else 2)) + 1
            self.check_include(path, side, layer, found[1] or found[2], line)

    def check_whole(self):
        """Checks that cotrace.hpp includes all public headers, directly or through other headers. The headers of the
        testing kit and those in detail/ are exempt."""
        seen, left = set(), [self.public / "cotrace.hpp"]
        while left:
            path = left.pop()
            if path in seen:
                continue
            seen.add(path)
            for found in INCLUDE.finditer(path.read_text()):
                to, inside = self.target(found[1] or found[2], path)
                if to is self.public:
                    left.append(to / inside)
        for path in sorted(set(self.public.rglob("*.hpp")) - seen):
            inside = path.relative_to(self.public)
            if layer_of(inside) != "testing" and inside.parts[0] != "detail":
                self.complain(path, 1, "cotrace.hpp does not include this header")

    def run(self):
        self.check_whole()
        count = 0
        for side in (self.public, self.private, self.app):
            for path in sorted(side.rglob("*")):
                if path.suffix in (".hpp", ".cpp"):
                    self.check_file(path, side)
                    count += 1
        if count == 0:
            self.complaints.append(f"{self.tree}: no sources found")
        return self.complaints


def main():
    complaints = Checker(Path(sys.argv[1]).resolve()).run()
    print(*complaints, sep="\n", end="\n" if complaints else "")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
