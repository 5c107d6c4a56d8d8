#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Compares the text that `cotrace view` shows of a recorded trace with the text of a live trace of the same command, with
the same options.

`recording_text.py NAME...` compares only the commands of the test `differential` with these names.
"""

import unittest

from differential import COMMANDS, check_alike, compare, main_with, results_of, runnable
from differential_place import new_place
from support import COTRACE

# Options that select what cotrace traces or looks up. They must be given when the trace is recorded.
RECORDED = ("-f", "-y", "-yy", "-Y")


def recorded_options(options):
    """The options for recording a trace that `cotrace view` will show with `options`."""
    words = options.replace("-ff", "-f").split()
    dumps = [f"-e {word}" for word in words if word.startswith(("read=", "write="))]
    return " ".join([word for word in words if word in RECORDED] + dumps)


def live_options(options):
    """The options of the live trace. `cotrace view` does not resolve the paths of -P, so it prints no resolved paths. The
    live trace must not print them either."""
    return options + " -e quiet=path-resolution" if "-P" in options.split() else options


class Text(unittest.TestCase):
    wanted = ()

    def test_text_is_that_of_a_live_trace(self):
        self.compare_with_live()

    def test_redacted_text_is_that_of_a_live_trace(self):
        self.compare_with_live(" --redact=strings", only_first=True)

    def compare_with_live(self, redaction="", only_first=False):
        """Compares the commands, with all their options or only with the first. `redaction` is an option for both tracers."""
        place = new_place(self, "recording")
        def compare_one(place, command, options):
            number = command.options.index(options)   # both runs use one folder, because paths are in the text
            return compare(command, options, lambda: place.run(COTRACE, command, live_options(options) + redaction, number),
                           lambda: place.run(COTRACE, command, options, number, recorded_options(options) + redaction), [])

        commands = [each for each in COMMANDS if not self.wanted or each.name in self.wanted]
        chosen = [(each, options) for each, options in runnable(commands, place)
                  if not only_first or options == each.options[0]]
        check_alike(self, list(results_of(compare_one, place, chosen)), "live    ", "recorded")


if __name__ == "__main__":
    main_with(Text)
