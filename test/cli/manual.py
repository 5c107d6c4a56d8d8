#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks that the manual page, the completions and lib/doc/options.md have all options that --help shows, and that
shells accept the completions."""

import os
import re
import subprocess

from support import BUILD, COTRACE, CommandTest, main, need

DOCUMENTS = os.environ.get("COTRACE_DOCUMENTS", f"{BUILD}/app/documents")
OPTIONS_PAGE = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "lib", "doc", "options.md")


# All long options of strace 7.2, also those that its manual does not mention.
OF_STRACE = """abbrev absolute-timestamps always-show-pid arg-names argv0 attach color columns const-print-style daemonised
daemonize daemonized debug decode-fds decode-pids detach-on env failed-only failing-only fault follow-forks help hyperlink
inject instruction-pointer interruptible kill-on-exit kvm namespace no-abbrev output output-append-mode output-separately
pidns-translation quiet raw read relative-timestamps seccomp-bpf secontext signal signals silence silent stack-trace
stack-trace-frame-limit stack-traces status string-limit strings-in-hex successful-only summary summary-columns
summary-only summary-sort-by summary-syscall-overhead summary-wall-clock syscall-limit syscall-number syscall-times
timestamps tips trace trace-fds trace-path user verbose version write""".split()


def read(name):
    with open(os.path.join(DOCUMENTS, name)) as file:
        return file.read()


def tables(text):
    """Yields (option, state) for each option in the first column of a table of the page, for example ("-f",
    "same"). If only cotrace has the option, the state is ""."""
    for row in re.findall(r"^\| (`-.*) \|$", text, re.M):
        cells = re.split(r" \| ", row)
        state = cells[1] if cells[1] in ("same", "different", "not there") else ""
        for letters, name in re.findall(r"`(?:-(\w)\1*\b|--([\w-]+))", cells[0]):
            yield (f"-{letters}" if letters else f"--{name}"), state


class HelpTest(CommandTest):
    def setUp(self):
        super().setUp()
        text = self.run_to_end(COTRACE, "--help")[1]
        self.options = re.findall(r"^  (?:-(\w)(?:, )?| {4})?(?:--([\w-]+))?", text, re.M)
        self.options = [(letter, name) for letter, name in self.options if letter or name]
        self.assertGreater(len(self.options), 60)


class Page(HelpTest):
    """Tests lib/doc/options.md."""

    def test_its_tables_have_the_options_of_the_help(self):
        with open(OPTIONS_PAGE) as file:
            page = file.read().split("\n## What tracing changes\n")[0]
        there, missing = set(), set()
        for option, state in tables(page):
            (missing if state == "not there" else there).add(option)
        known = {f"-{letter}" for letter, _ in self.options if letter} | {f"--{name}" for _, name in self.options if name}
        self.assertGreater(len(missing), 1)
        self.assertEqual(known - there, set(), "options of --help that are not in lib/doc/options.md")
        aliases = {f"--{name}" for name in OF_STRACE} - known - missing
        self.assertEqual(there - known - aliases, set(), "options of lib/doc/options.md that are not in --help")
        self.assertEqual(missing & known, set(), "options that lib/doc/options.md says are not there")

    def test_its_tables_have_all_long_options_of_strace(self):
        with open(OPTIONS_PAGE) as file:
            states = dict(tables(file.read()))
        self.assertEqual([name for name in OF_STRACE if "--" + name not in states], [])
        for name in OF_STRACE:
            _, _, err = self.trace(f"--{name}", stdin=subprocess.DEVNULL)
            self.assertEqual("unrecognized option" in err, states["--" + name] == "not there", name + ": " + err)

    def test_the_parts_of_an_option_s_row(self):
        self.assertEqual(list(tables("| `-k`, `-kk`, `--stack-trace` | same | see `-x` |\n| `--run='X'` | starts |\n")),
                         [("-k", "same"), ("-k", "same"), ("--stack-trace", "same"), ("--run", "")])


class Manual(HelpTest):
    def setUp(self):
        super().setUp()
        if not os.path.exists(os.path.join(DOCUMENTS, "cotrace.1")):
            self.skipTest("the documents are not built when cross-compiling")

    def test_the_manual_page(self):
        page = read("cotrace.1").replace("\\-", "-").replace("\\:", "")
        for letter, name in self.options:
            heading = f"-{letter}, --{name}" if letter and name else f"-{letter}" if letter else f"--{name}"
            self.assertRegex(page, rf"(?m)^\.B {heading}(?![\w-])")

    def formatted(self, name):
        need("groff")
        done = subprocess.run(["groff", "-man", "-Tutf8", "-P-c", "-ww", os.path.join(DOCUMENTS, name)], capture_output=True,
                              text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return re.sub(".\b", "", done.stdout)

    def test_the_manual_page_has_no_errors(self):
        page = self.formatted("cotrace.1")
        self.assertIn("\nOPTIONS\n", page)
        self.assertRegex(page, r"\nSEE ALSO\n.*\bcotrace\(3\)")

    def test_the_manual_page_of_the_library(self):
        page = self.formatted("cotrace.3")
        self.assertRegex(page, r"\nNAME\n +cotrace . asynchronous system call tracer\n")
        for part in ("#include <cotrace/cotrace.hpp>", "$(pkg-config --cflags --libs cotrace)", "lib/html", "lib/doc", "cotrace(1)"):
            self.assertIn(part, re.sub(r"[\u2010-\u2212]", "-", page))

    def test_the_manual_page_has_the_long_parts_of_the_help(self):
        page = read("cotrace.1").replace("\\-", "-")
        for part in (".SH WHAT TRACING CHANGES\n", ".SH SETS OF SYSTEM CALLS\n", ".SH EXIT STATUS AND SIGNALS\n", ".SH EXAMPLES\n",
                     "PR_GET_SECCOMP", ".B %statfs_like\n", ".B poke_enter="):
            self.assertIn(part, page)

    def test_descriptions_in_completions_end_with_a_clause(self):
        about = dict(re.findall(r"(?m)^complete -c cotrace .*?-l ([\w-]+).* -d '(.*)'$", read("cotrace.fish")))
        self.assertEqual(about["env"], "set VAR for COMMAND")
        self.assertEqual(about["quiet"], "omit these lines")
        self.assertTrue(about["fault"].endswith("without executing them"), about["fault"])
        self.assertTrue(about["on-output-error"].endswith("after an error message"), about["on-output-error"])
        for name, text in about.items():
            self.assertRegex(text, r"[^\s,;:(]$", name)
            self.assertEqual(text.count("("), text.count(")"), name)
            self.assertIn(f"[{text}]".replace(":", "\\:") if "[" not in text else "", read("_cotrace"), name)

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
        self.assertEqual(self.complete("--help", "=", "in"), ["inject"])
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
