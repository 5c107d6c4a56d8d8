# SPDX-License-Identifier: BSL-1.0
"""Finds the comments of the tree, for check_language.py and sample_comments.py."""

import io
import re
import tokenize
from pathlib import Path

from check_tree import files_of

MARKS = {".hpp": "//", ".cpp": "//", ".c": "//", ".h": "//", ".py": "#", ".bash": "#", ".build": "#"}
# Comments with these beginnings, which are directives for tools, are left out.
DIRECTIVES = ("SPDX-License-Identifier", "clang-format o", "shellcheck", "!")
LITERAL = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'')


def mark_of(path):
    """The mark that begins a comment in the file `path`; None if a file of this kind has no comments."""
    with path.open("rb") as file:
        return "#" if file.read(2) == b"#!" else MARKS.get(path.suffix)


def python_comments(text):
    """Yields for each comment line: (line number, column of the mark, code before the mark, text of the comment)."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.start[1], token.line[:token.start[1]].strip(), token.string.lstrip("# ")


def line_comments(text, mark):
    """Yields for each comment line: (line number, column of the mark, code before the mark, text of the comment)."""
    in_raw = False
    for number, line in enumerate(text.splitlines(), 1):
        if in_raw or 'R"(' in line:   # a raw string may contain another program, with comments that are not comments here
            in_raw = ')"' not in line.split('R"(')[-1]
            continue
        bare = LITERAL.sub(lambda found: "_" * len(found[0]), line)
        found = re.search(r"(?:^|\s)(//[/!]?<?|#)(?:\s|$)" if mark == "//" else r"(?:^|\s)(#)(?:\s|$)", bare)
        if found and (mark == "#" or found[1].startswith("//")):
            yield number, found.start(1), line[:found.start(1)].strip(), line[found.end(1):].strip()


def comments_of(path):
    """Yields (number of the first line, text) for each comment of a file. Successive comment lines are one comment. A
    comment behind code and the comment line below it are one comment only if both begin in the same column."""
    try:
        text = path.read_text()
    except UnicodeDecodeError:
        return
    mark = mark_of(path)
    if mark is None:
        return
    lines = python_comments(text) if path.suffix == ".py" else line_comments(text, mark)
    begun, last, place, parts = 0, 0, None, []
    for number, column, code, words in lines:
        closes = code.startswith("}") and words.startswith("namespace")
        is_text = bool(words) and not words.startswith(DIRECTIVES) and not closes
        goes_on = not code and number == last + 1 and place in (None, column)
        if not goes_on or not is_text:
            if parts:
                yield begun, " ".join(parts)
            parts = []
        if is_text:
            begun = begun if parts else number
            parts.append(words)
        if not goes_on:
            place = column if code else None
        last = number
    if parts:
        yield begun, " ".join(parts)


def all_comments(tree):
    """A list of (path, number of the first line, text) for each comment of the tree, in order."""
    return [(path, line, text) for path in files_of(tree) for line, text in comments_of(path)]
