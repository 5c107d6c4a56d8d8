#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Fails if the source tree has an unknown file at the top, an unresolved merge, a source
without an SPDX line or without a newline at the end, a mark of unfinished work, white
space at the end of a line, `co_await` in a check of Catch2, a source of more than 500
lines, a function of more than 60 lines, or a C or C++ line of more than 130 columns.
Tables are exempt from these limits.

usage: check_tree.py TREE
"""

import ast
import re
import subprocess
import sys
from pathlib import Path

TOP = {"LICENSE", "README.md", "app", "lib", "meson.build", "meson_options.txt", "subprojects", "test"}
SOURCES = {".bash", ".build", ".c", ".cpp", ".h", ".hpp", ".py", ".txt", ".wrap", ".yml"}
# The second licence is that of BPF programs: the kernel offers some helpers only to programs under the GPL.
SPDX = re.compile(r"^(//|#) SPDX-License-Identifier: (BSL-1\.0|BSD-2-Clause OR GPL-2\.0-only)$")
CONFLICT = re.compile(r"^(<{7} |={7}$|>{7} )")
MOST_LINES, MOST_LINES_OF_FUNCTION, MOST_COLUMNS = 500, 60, 130
TABLES = ("lib/src/uapi/", "lib/include/cotrace/uapi/")   # in these folders, files and functions may have any length
FUNCTION_BEGINS = re.compile(r"^( *)\{$")   # clang-format puts the brace of a function on a line of its own
TABLE_ROW = re.compile(r'^\s*(\{.*\},|"[^"]*": .*,)$')   # rows of tables do not count as lines of a function
# In the folders TABLES, a line of this form may have any length.
TABLE_LINE = re.compile(r"^\s*([{.&]|static_assert|.*\bconstexpr [\w:]+(?: const&)? \w+(?:\[\])?\s*[{=]|\w+\{)")
STRING = re.compile(r'R"\(.*|"(?:\\.|[^"\\])*"')   # strings do not count, because clang-format does not split them
# In Catch2 2, the check macros use the checked expression several times, so GCC 12 awaits several times.
AWAITED_CHECK = re.compile(r"^\s*(CHECK|REQUIRE)\w*\([^\[]*\bco_await\b")
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")


def files_of(tree):
    """The files that git tracks or would add. Outside a checkout: all files, except those at the top with a name that begins
    with "build" or ".", and those in folders at the top with such a name."""
    asked = subprocess.run(
        ["git", "-C", tree, "-c", f"safe.directory={tree}", "ls-files", "-coz", "--exclude-standard"],
        capture_output=True, text=True, check=False) if (tree / ".git").exists() else None
    if asked is not None and asked.returncode == 0:
        names = [tree / name for name in asked.stdout.split("\0") if name]
    else:
        names = [path for path in tree.rglob("*")
                 if not any(part.startswith("build") or part.startswith(".")
                            for part in path.relative_to(tree).parts[:1])]
    return sorted({path for path in names if path.is_file()})


def is_source(path, text):
    return path.suffix in SOURCES or text.startswith("#!")


def functions_of(path, text):
    """Yields for each function the numbers of its first and last line. The first line of a C++ function is its `{`."""
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield node.lineno, node.end_lineno
    elif path.suffix in (".c", ".cpp", ".h", ".hpp"):
        begun = {}   # maps the indentation of an open function to the line of its `{`
        for number, line in enumerate(text.splitlines(), 1):
            if found := FUNCTION_BEGINS.match(line):
                begun[found[1]] = number
            elif (indent := re.match(r"^( *)\}", line)) and indent[1] in begun:
                yield begun.pop(indent[1]), number


def check_lengths(path, text, has_tables):
    lines = text.splitlines()
    if path.suffix in (".c", ".cpp", ".h", ".hpp"):
        for number, line in enumerate(lines, 1):
            if len(STRING.sub("", line)) > MOST_COLUMNS and not (TABLE_LINE if has_tables else TABLE_ROW).match(line):
                yield number, f"more than {MOST_COLUMNS} columns"
    if has_tables:
        return
    if path.suffix in (".c", ".cpp", ".h", ".hpp", ".py", ".bash") and len(lines) > MOST_LINES:
        yield len(lines), f"more than {MOST_LINES} lines"
    for first, last in functions_of(path, text):
        length = sum(not TABLE_ROW.match(line) for line in lines[first - 1:last])
        if length > MOST_LINES_OF_FUNCTION:
            yield first, f"a function of {length} lines, more than {MOST_LINES_OF_FUNCTION}"


def check_file(path):
    """Yields (line, complaint) for each fault of a file."""
    try:
        text = path.read_text()
    except UnicodeDecodeError:
        return
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if CONFLICT.search(line):
            yield number, "unresolved merge"
    if not is_source(path, text):
        return
    first = 1 if text.startswith("#!") else 0
    if len(lines) <= first or not SPDX.match(lines[first]):
        yield first + 1, "no SPDX-License-Identifier line"
    if not text.endswith("\n"):
        yield len(lines), "no newline at the end"
    for number, line in enumerate(lines, 1):
        if line != line.rstrip():
            yield number, "white space at the end of the line"
        if UNFINISHED.search(line):
            yield number, "unfinished work"
        if AWAITED_CHECK.match(line):
            yield number, "co_await in a check: store the result in a variable first"


def main():
    tree = Path(sys.argv[1]).resolve()
    files = files_of(tree)
    complaints = [] if files else [f"{tree}: no files found"]
    tops = {path.relative_to(tree).parts[0] for path in files}
    complaints += [f"{name}: does not belong at the top" for name in sorted(tops)
                   if name not in TOP and not name.startswith(".")]
    for path in files:
        complaints += [f"{path.relative_to(tree)}:{line}: {what}" for line, what in check_file(path)]
        if path.suffix in SOURCES:
            has_tables = str(path.relative_to(tree)).startswith(TABLES)
            complaints += [f"{path.relative_to(tree)}:{line}: {what}"
                           for line, what in check_lengths(path, path.read_text(), has_tables)]
    print(*complaints, sep="\n", end="\n" if complaints else "")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
