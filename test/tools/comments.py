# SPDX-License-Identifier: BSL-1.0
"""Finds the comments of the tree, for check_language.py and sample_comments.py."""

import io
import re
import tokenize
from pathlib import Path

from check_tree import files_of

MARKS = {".hpp": "//", ".cpp": "//", ".c": "//", ".h": "//", ".py": "#", ".bash": "#", ".build": "#"}
# Comments with these beginnings are left out: directives for tools, and names of namespaces after closing braces.
DIRECTIVES = ("SPDX-License-Identifier", "clang-format o", "shellcheck", "!", "namespace")
LITERAL = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'')


def mark_of(path):
    """The mark that begins a comment in the file `path`; None if a file of this kind has no comments."""
    with path.open("rb") as file:
        return "#" if file.read(2) == b"#!" else MARKS.get(path.suffix)


def python_comments(text):
    """Yields for each comment line: (line number, whether code stands before the comment, text of the comment)."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.line[:token.start[1]].strip() != "", token.string.lstrip("# ")


def line_comments(text, mark):
    """Yields for each comment line: (line number, whether code stands before the comment, text of the comment)."""
    in_raw = False
    for number, line in enumerate(text.splitlines(), 1):
        if in_raw or 'R"(' in line:   # a raw string may contain another program, with comments that are not comments here
            in_raw = ')"' not in line.split('R"(')[-1]
            continue
        bare = LITERAL.sub(lambda found: "_" * len(found[0]), line)
        found = re.search(r"(?:^|\s)(//[/!]?<?|#)(?:\s|$)" if mark == "//" else r"(?:^|\s)(#)(?:\s|$)", bare)
        if found and (mark == "#" or found[1].startswith("//")):
            yield number, bare[:found.start(1)].strip() != "", line[found.end(1):].strip()


def comments_of(path):
    """Yields (number of the first line, text) for each comment of a file. Successive comment lines are one comment."""
    try:
        text = path.read_text()
    except UnicodeDecodeError:
        return
    mark = mark_of(path)
    if mark is None:
        return
    lines = python_comments(text) if path.suffix == ".py" else line_comments(text, mark)
    begun, last, parts = 0, 0, []
    for number, trails, words in lines:
        is_text = bool(words) and not words.startswith(DIRECTIVES)
        if trails or number != last + 1 or not is_text:
            if parts:
                yield begun, " ".join(parts)
            parts = []
        if is_text:
            begun = begun if parts else number
            parts.append(words)
        last = 0 if trails else number
    if parts:
        yield begun, " ".join(parts)


def all_comments(tree):
    """A list of (path, number of the first line, text) for each comment of the tree, in order."""
    return [(path, line, text) for path in files_of(tree) for line, text in comments_of(path)]
