#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Puts the page of reports together, and writes it as a header of C++.

usage: embed.py OUTPUT PAGE STYLE D3 SCRIPT…

PAGE has the marks @STYLE@, @POLICY@, @DATA@ and @SCRIPTS@. The header has the text before and after @DATA@. The policy
(Content-Security-Policy) has the hashes of the style and of the scripts, so that a browser applies no other style, and
runs no other script.
"""

import base64
import hashlib
import re
import sys
from pathlib import Path

PIECE = 4000   # largest number of characters that one string literal stands for
NOTICE = "/* D3.js %s, Copyright (C) 2013 Michael Bostock, BSD-3-Clause licence, https://d3js.org */\n"


def policy_hash(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def constant(name, text):
    """The definition of an array of literals, in ASCII, that together are the text. Compilers limit the length of a literal."""
    escaped = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "?": "\\?"}
    pieces = []
    for first in range(0, len(text), PIECE):
        data = "".join(escaped.get(c) or (c if " " <= c <= "~" else "".join(f"\\{byte:03o}" for byte in c.encode()))
                       for c in text[first:first + PIECE])
        pieces.append(f'    "{data}",\n')
    return f"inline constexpr std::string_view {name}[] = {{\n{''.join(pieces)}}};\n\n"


def main():
    output, page, style, d3, *own = (Path(word) for word in sys.argv[1:])
    library = d3.read_text(encoding="utf-8")
    version = re.search(r'version:"(3\.\d+\.\d+)"', library)
    if not version:
        sys.exit(f"{d3}: not D3 version 3")
    scripts = [NOTICE % version[1] + library.strip(), *(each.read_text(encoding="utf-8") for each in own)]
    css = style.read_text(encoding="utf-8")
    for text in (css, *scripts):
        if re.search(r"</(script|style)|<!--", text, re.I):
            sys.exit("a script or style has text that would end its element")
    policy = (f"default-src 'none'; style-src {policy_hash(css)}; script-src {' '.join(map(policy_hash, scripts))}; "
              "base-uri 'none'; form-action 'none'")
    whole = page.read_text(encoding="utf-8").replace("@POLICY@", policy).replace("@STYLE@", f"<style>{css}</style>")
    before, after = whole.split("@DATA@")
    after = after.replace("@SCRIPTS@", "\n".join(f"<script>{text}</script>" for text in scripts))
    output.write_text("// Made by embed.py.\n#pragma once\n\n#include <string_view>\n\nnamespace cotrace::render {\n\n"
                      f"{constant('page_before_data', before)}{constant('page_after_data', after)}"
                      "}   // namespace cotrace::render\n")


if __name__ == "__main__":
    main()
