#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""The manual page and the completions have all options that --help has, and shells accept the completions."""

import os
import re
import subprocess

from support import BUILD, COTRACE, CommandTest, main, need

DOCUMENTS = os.environ.get("COTRACE_DOCUMENTS", f"{BUILD}/app/documents")


def read(name):
    with open(os.path.join(DOCUMENTS, name)) as file:
        return file.read()


class Manual(CommandTest):
    def setUp(self):
        super().setUp()
        if not os.path.exists(os.path.join(DOCUMENTS, "cotrace.1")):
            self.skipTest("the documents are not built when cross-compiling")
        text = self.run_to_end(COTRACE, "--help")[1]
        self.options = re.findall(r"^  (?:-(\w)(?:, )?| {4})?(?:--([\w-]+))?", text, re.M)
        self.options = [(letter, name) for letter, name in self.options if letter or name]
        self.assertGreater(len(self.options), 60)

    def test_the_manual_page(self):
        page = read("cotrace.1").replace("\\-", "-").replace("\\:", "")
        for letter, name in self.options:
            heading = f"-{letter}, --{name}" if letter and name else f"-{letter}" if letter else f"--{name}"
            self.assertRegex(page, rf"(?m)^\.B {heading}(?![\w-])")

    def test_the_manual_page_has_no_errors(self):
        need("groff")
        done = subprocess.run(["groff", "-man", "-Tutf8", "-P-c", "-ww", os.path.join(DOCUMENTS, "cotrace.1")], capture_output=True,
                              text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue("\nOPTIONS\n" in re.sub(".\b", "", done.stdout))

    def complete(self, *words):
        script = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _cotrace; printf "%s\\n" "${COMPREPLY[@]}"'
        done = subprocess.run(["bash", "--norc", "-c", script, "bash", os.path.join(DOCUMENTS, "cotrace"), "cotrace", *words],
                              capture_output=True, text=True, check=False, cwd=self.folder)
        self.assertEqual(done.stderr, "")
        return done.stdout.split()

    def test_bash(self):
        shown = self.complete("-")
        for letter, name in self.options:
            self.assertTrue(not letter or f"-{letter}" in shown, letter)
            self.assertTrue(not name or f"--{name}" in shown or f"--{name}=" in shown, name)
        self.assertEqual(self.complete("--fol"), ["--follow-forks"])
        self.assertEqual(self.complete("--format", "=", "js"), ["json", "json,entries"])
        self.assertEqual(self.complete("--placement", "=", "al"), ["always"])
        self.assertEqual(self.complete("-e", "tra"), ["trace=", "trace-fds="])
        self.assertEqual(self.complete("-e", "trace", "=", "opena"), ["openat", "openat2"])
        self.assertEqual(self.complete("-e", "trace", "=", "read,%cl"), ["read,%clock"])
        self.assertIn(str(os.getpid()), self.complete("-p", ""))
        self.write_file("some-file")
        self.assertIn("some-file", self.complete("-o", "some"))
        self.assertIn("true", self.complete("tru"))

    def write_file(self, name):
        with open(self.path(name), "w") as file:
            file.write("")

    def test_zsh_accepts_its_completion(self):
        need("zsh")
        done = subprocess.run(["zsh", "-n", os.path.join(DOCUMENTS, "_cotrace")], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_zsh_and_fish_know_all_options(self):
        zsh, fish = read("_cotrace"), read("cotrace.fish")
        for letter, name in self.options:
            if letter:
                self.assertRegex(zsh, rf"'\*-{letter}\+?\[")
                self.assertRegex(fish, rf"(?m)^complete -c cotrace -s {letter}\b")
            if name:
                self.assertRegex(zsh, rf"'\*--{name}(=-?)?\[")
                self.assertRegex(fish, rf"(?m)^complete -c cotrace .*-l {name}(?![\w-])")

    def test_fish_accepts_its_completion(self):
        need("fish")
        done = subprocess.run(["fish", "-n", os.path.join(DOCUMENTS, "cotrace.fish")], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    main()
