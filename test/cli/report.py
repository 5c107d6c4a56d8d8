#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Tests --report: a headless Chromium opens the page, clicks, searches and sorts, and the test compares what the page shows
with the records. The test is skipped if Chromium is not installed, or if cotrace was built without D3."""

import json
import os
import re
import subprocess

from browser import Browser, chromium
from support import COTRACE, CommandTest, guest, main

# File names that the page would show wrongly, or run as HTML or as a script, if they were not escaped.
HOSTILE = [b"<", b"script>alert(1)<", b"quote\"and'back\\slash", b"bytes\xff\xfe", b"line\nbreak\x1b[31m", b"<img src=x onerror=alert(1)>",
           "gr\u00fc\u00dfe \u65e5\u672c".encode(), b"&lt;b&gt;"]


def js(text):
    return json.dumps(text)


class Report(CommandTest):
    def setUp(self):
        super().setUp()
        chromium()
        if b"without D3" in subprocess.run([COTRACE, "--report=/dev/null", "true"], stderr=subprocess.PIPE, check=False).stderr:
            self.skipTest("cotrace was built without D3")

    def report(self, *words, options=(), status=0):
        """Traces a command with --report=r.html, and also writes its records as JSON lines. Stores the records of all
        completed calls in `calls`, and those of the failed calls in `failed`."""
        got, _, err = self.trace("--report=r.html", "-o", "records", "--format=json", "-f", *options, *words)
        self.assertEqual(got, status, err)
        with open(self.path("records"), encoding="utf-8") as file:
            records = [json.loads(line) for line in file]
        self.calls = [each for each in records if each["event"] == "syscall_exited"]
        self.failed = [each for each in self.calls if "error" in each]

    def open(self, dark=False):
        self.browser = Browser(self.folder, dark)
        self.addCleanup(self.browser.close)
        self.browser.open(self.path("r.html"))

    def tearDown(self):
        if hasattr(self, "browser"):
            self.browser.close()
        super().tearDown()

    def took(self, call):
        return int(call["took"] if "took" in call else call["duration"])

    def shown(self, column):
        """The texts of a column of the table."""
        return self.browser.evaluate(f"[...document.querySelectorAll('#table tbody tr')].map(r => r.cells[{column}].textContent)")

    def matches(self):
        return self.browser.evaluate("document.getElementById('matches').textContent")

    def search(self, text):
        self.browser.click_on("#search")
        self.browser.evaluate("document.getElementById('search').select()")
        self.browser.type(text)
        self.browser.wait_for(f"state.words.join(' ') === {js(text.lower())}")

    def figure(self, title):
        return self.browser.evaluate(f"[...document.querySelectorAll('#figures div')].find(d => d.firstChild.textContent === {js(title)})"
                                     ".lastChild.textContent")

    def check_no_errors(self):
        self.assertEqual(self.browser.errors, [])
        self.assertEqual([url for url in self.browser.requested if not url.startswith("file://")], [])

    def test_figures_tables_search_and_order(self):
        self.report("sh", "-c", "ls /; cat /nonexistent; sleep 0.01; cat /etc/passwd >copy", status=0)
        self.open()
        ends = {each["tid"] for each in self.calls}
        self.assertEqual(self.browser.evaluate("document.getElementById('title').textContent"),
                         "sh -c 'ls /; cat /nonexistent; sleep 0.01; cat /etc/passwd >copy'")
        self.all = len(self.calls) + len(ends)   # each process ends in an exit_group(2), which does not return
        self.assertEqual(self.figure("Calls"), f"{self.all:,}")
        self.assertEqual(self.browser.evaluate("trace.calls.filter(c => c.unfinished).map(c => c.name)"), ["exit_group"] * len(ends))
        self.assertEqual(self.figure("Failed"), f"{len(self.failed):,}")
        self.assertEqual(self.figure("Processes"), str(len(ends)))

        # The table shows the slowest calls first. A second click on a heading reverses the order.
        order = sorted((self.took(each) for each in self.calls), reverse=True)
        self.assertEqual(self.browser.evaluate("trace.calls.filter(c => !c.unfinished).map(c => c.took).sort((a, b) => b - a)"), order)
        first = self.shown(3)[0]
        self.assertIn(first.split("(")[0], ("wait4", "clock_nanosleep"))
        self.browser.click_on("#table th:nth-child(1) button")
        self.browser.click_on("#table th:nth-child(1) button")
        self.assertTrue(self.shown(3)[0].startswith("execve("))
        self.assertEqual(self.browser.evaluate("document.querySelector('th[aria-sort]').getAttribute('aria-sort')"), "ascending")

        # A search shows the calls that contain all words of the search.
        wanted = [each for each in self.failed if each["error"]["name"] == "ENOENT" and each["name"] == "openat"]
        self.search("openat( ENOENT")
        self.assertEqual(self.matches(), f"{len(wanted)} of {self.all:,} calls")
        self.assertTrue(any("/nonexistent" in text for text in self.shown(3)))
        self.search("")

        # "Errors" has all failed calls. A click on a row searches for the calls of this row.
        self.browser.click_on("#tab-errors")
        self.assertEqual(sum(int(text) for text in self.shown(0)), len(self.failed))
        row = self.shown(3).index("/nonexistent")
        self.browser.click_on(f"#table tbody tr:nth-child({row + 1})")
        self.assertEqual(self.browser.evaluate("document.getElementById('search').value"), "openat( ENOENT")
        self.search("")
        self.browser.click_on("#failed")
        self.assertEqual(self.matches(), f"{len(self.failed)} of {self.all:,} calls")
        self.browser.click_on("#failed")

        self.check_processes_and_files()
        self.check_no_errors()

    def check_processes_and_files(self):
        self.browser.click_on("#tab-processes")
        self.assertEqual(sorted(self.shown(1)), ["cat", "cat", "ls", "sh", "sleep"])
        self.assertIn("ls /", self.shown(2))
        self.assertEqual(sum(int(text.replace(",", "")) for text in self.shown(6)), self.all)
        self.assertEqual(sorted(self.shown(9)), ["exited with 0"] * 4 + ["exited with 1"])
        self.assertEqual([text.startswith(" ") for text in self.shown(0)], [False, True, True, True, True])
        self.browser.click_on("#tab-files")
        size = os.path.getsize("/etc/passwd")
        row = self.shown(0).index(self.path("copy"))
        self.assertEqual(self.shown(4)[row], self.browser.evaluate(f"bytes({size})"))
        row = self.shown(0).index("/etc/passwd")
        self.assertEqual(self.shown(3)[row], self.browser.evaluate(f"bytes({size})"))

    def test_text_of_the_program_is_only_text(self):
        folder = os.fsencode(self.folder)
        words = []
        for name in HOSTILE:
            path = os.path.join(folder, name)
            with open(path, "wb") as file:
                file.write(b"</script><script>alert(1)</script>\n")
            words.append(path)
        os.mkdir(os.path.join(folder, b"a<"))
        words.append(os.path.join(folder, b"a<", b"..", b"</script><script>document.title='taken'</script>"))
        self.report("cat", *(os.fsdecode(each) for each in words), "</script><b>title</b>", status=1)
        self.open()
        page = self.browser.evaluate("document.documentElement.innerHTML.length > 0 && [document.scripts.length,"
                                     " document.querySelectorAll('img, b').length, document.title]")
        self.assertEqual(page[1], 0)
        self.assertTrue(page[2].startswith("cat "), page[2])
        with open(self.path("r.html"), "rb") as file:
            whole = file.read()
        # The script of the page has removed the script elements with the class "rows".
        self.assertEqual(whole.count(b"<script"), page[0] + whole.count(b'class="rows"'))
        self.browser.click_on("#tab-files")
        files = self.shown(0)
        prefix = self.folder + "/"
        for name, text in zip(HOSTILE, ("<", "script>alert(1)<", "quote\"and'back\\slash", "bytes\\xff\\xfe", "line\\x0abreak\\x1b[31m",
                                        "<img src=x onerror=alert(1)>", "gr\u00fc\u00dfe \u65e5\u672c", "&lt;b&gt;")):
            self.assertIn(prefix + text, files, name)
        self.search("taken")
        self.browser.click_on("#tab-calls")
        self.assertTrue(all("document.title='taken'" in text for text in self.shown(3)))
        self.assertEqual(len(self.shown(3)), len([each for each in self.calls if "taken" in json.dumps(each)]))
        self.check_no_errors()

    def test_the_timeline(self):
        self.report("sh", "-c", "sleep 0.02; ls / >/dev/null; sleep 0.02")
        self.open()
        sleeps = [each for each in self.calls if "nanosleep" in each["name"]]
        self.assertEqual(len(sleeps), 2)
        # A click on a call in the canvas shows the call.
        x, y = self.browser.evaluate("(c => { const b = document.getElementById('canvas').getBoundingClientRect(); return ["
                                     "b.x + timeline.x(c.start + c.took / 2), b.y + (c.lane.place + 0.5) * timeline.row]; })"
                                     "(trace.calls.find(c => c.name.includes('nanosleep')))")
        self.browser.move(x, y)
        self.assertFalse(self.browser.evaluate("document.getElementById('tip').hidden"))
        self.browser.click(x, y)
        self.assertRegex(self.browser.evaluate("document.querySelector('#details .text').textContent"), r"^clock_nanosleep\(.*\) = 0$")
        self.browser.click_on("#details button")

        # With the check box "only what the timeline shows", the table lists only the calls in the timeline's range.
        self.browser.evaluate("timeline.show(trace.calls.find(c => c.name.includes('nanosleep')).start + 1000,"
                              " trace.calls.find(c => c.name.includes('nanosleep')).start + 2000)")
        self.browser.click_on("#in-range")
        self.browser.wait_for("state.calls.length < trace.calls.length")
        self.assertEqual(sorted(text.split("(")[0] for text in self.shown(3)), ["clock_nanosleep", "wait4"])
        self.browser.click_on("#zoom-all")
        self.browser.wait_for("state.calls.length === trace.calls.length")
        before = self.browser.evaluate("timeline.x.domain()")
        self.browser.click_on("#zoom-in")
        after = self.browser.evaluate("timeline.x.domain()")
        self.assertTrue(before[0] < after[0] and after[1] < before[1])
        # A click on a category in the legend hides the calls of this category.
        self.browser.click_on("#legend li:nth-child(1) button")
        self.assertLess(self.browser.evaluate("trace.calls.filter(c => c.wanted).length"), len(self.calls))
        self.check_no_errors()

    def test_threads_signals_and_unfinished_calls(self):
        self.report("sh", "-c", "kill -TERM $$", status=-15)
        self.open()
        self.browser.click_on("#tab-events")
        self.assertIn("SIGTERM", self.shown(3))
        self.assertIn("killed by SIGTERM", self.shown(3))
        self.check_no_errors()

    def test_colors_follow_the_scheme(self):
        self.report("true")
        backs = []
        for dark in (False, True):
            self.open(dark)
            backs.append(self.browser.evaluate("getComputedStyle(document.body).backgroundColor"))
            self.browser.close()
            del self.browser
        lightness = [sum(int(part) for part in re.findall(r"\d+", back)) for back in backs]
        self.assertGreater(lightness[0], 600)
        self.assertLess(lightness[1], 150)

    def test_many_calls(self):
        self.report("dd", "if=/dev/zero", "of=/dev/null", "bs=1", "count=20000", options=["-e", "trace=read,write"])
        self.open()
        self.assertEqual(self.figure("Calls"), f"{len(self.calls):,}")
        self.assertEqual(len(self.shown(3)), 200)
        self.browser.click_on("#table .more")
        self.assertEqual(len(self.shown(3)), 1000)
        self.check_no_errors()


class Writing(CommandTest):
    """Tests whether cotrace also prints the trace when it writes a report, and what happens if the report cannot be
    written."""

    def setUp(self):
        super().setUp()
        if b"without D3" in subprocess.run([COTRACE, "--report=/dev/null", "true"], stderr=subprocess.PIPE, check=False).stderr:
            self.skipTest("cotrace was built without D3")

    def test_the_trace_is_printed_only_if_it_is_asked_for(self):
        self.assertEqual(self.trace("--report=r.html", "true"), (0, "", ""))
        page = self.contents("r.html")
        self.assertTrue(page.startswith("<!DOCTYPE html>"))
        self.assertTrue(page.endswith("</html>\n"))
        status, _, err = self.trace("--report=r.html", "--format=text", "true")
        self.assertIn("execve(", err)
        self.assertEqual(self.trace("--report=r.html", "-o", "t", "true"), (0, "", ""))
        self.assertIn("execve(", self.contents("t"))
        self.assertIn("execve(", self.contents("r.html"))

    def test_a_file_that_cannot_be_written(self):
        status, out, err = self.trace("--report=/nonexistent/r.html", "true")
        self.assertEqual((status, out), (1, ""))
        self.assert_one_line(err, "/nonexistent/r.html: No such file or directory")
        status, out, err = self.trace("--report=/dev/full", "-o", "t", "echo", "hi")
        self.assertEqual((status, out), (0, "hi\n"))
        self.assert_one_line(err, "/dev/full: No space left on device; the trace is incomplete from here")
        self.assertIn("+++ exited with 0 +++", self.contents("t"))

    def test_filters_apply_to_the_page(self):
        self.trace("--report=r.html", "-e", "trace=execve", "true")
        rows = re.findall(r'^,?\["call",.*\]$', self.contents("r.html"), re.M)
        self.assertEqual(len(rows), 1)

    def test_unfinished_calls_and_several_files(self):
        status, _, _ = self.trace("--report=r.html", "-f", "-ff", "-o", "t", "-e", "trace=pause,alarm", guest("signals_itself"))
        self.assertIn(status, (0, -10, 138))
        self.assertTrue(self.contents("r.html").endswith("</html>\n"))


if __name__ == "__main__":
    main()
