#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""A misspelled name gives one line that suggests the right name, and starts nothing.

Each name that a command line may have (options, qualifiers, classes of calls, calls, errors, signals, words of
arguments) is misspelled by one and by two letters. The misspellings are pseudorandom, and equal in each run. Most of the
command lines are not given to cotrace, but to the test program parse_lines, which parses all of them with cotrace's code
in one run, to save time. cotrace itself gets a few of them. Run this file with COTRACE_MISSPELLINGS=all for all
misspellings by one letter, and 100 by two letters of each name.
"""

import collections
import os
import random
import re
import subprocess

from manual import OF_STRACE
from support import BUILD, COTRACE, CommandTest, main

PARSE_LINES = os.environ.get("COTRACE_PARSE_LINES", f"{BUILD}/test/parse_lines")
EACH = 2       # each name gets this many misspellings by one letter, and as many by two letters
# If true, all misspellings by one letter are tested, and EACH_OF_EVERY misspellings of each name by two letters.
EVERY = os.environ.get("COTRACE_MISSPELLINGS") == "all"
EACH_OF_EVERY = 100
RUNS = 5000 if EVERY else 200   # number of misspellings, of all kinds of names, that cotrace itself parses
WANTED = 95    # the right name must be suggested for at least this percentage of the misspellings
AT_MOST = 3    # largest number of suggestions for a misspelling

LOWER = "abcdefghijklmnopqrstuvwxyz"
# For each kind of names: the characters that a mistake uses, and a function that makes arguments with the given name.
KINDS = {
    "option": (LOWER + "-", lambda name: ["--" + name]),
    "qualifier": (LOWER + "-", lambda name: ["-e", name + "=all"]),
    "word": (LOWER + "-", lambda name: ["--" + name]),
    "set": (LOWER + "-", lambda name: ["-c", "--" + name]),   # --summary-columns needs -c
    "class": (LOWER + "_%", lambda name: ["-e", "trace=" + name]),
    "call": (LOWER + "_0123456789", lambda name: ["-e", "trace=" + name]),
    "errno": (LOWER.upper() + "0123456789", lambda name: ["-e", "inject=openat:error=" + name]),
    "signal": (LOWER.upper() + "12", lambda name: ["-e", "signal=" + name]),
}

Misspelling = collections.namedtuple("Misspelling", "kind name letters word")


def mistake(word, letters, chance):
    """The word with one random mistake: a letter is inserted, deleted, replaced, or exchanged with the next letter."""
    at = chance.randrange(len(word))
    kind = chance.choice(("insert", "delete", "replace", "swap"))
    if kind == "insert":
        at = chance.randrange(len(word) + 1)
        return word[:at] + chance.choice(letters) + word[at:]
    if kind == "delete":
        return word[:at] + word[at + 1:]
    if kind == "replace":
        return word[:at] + chance.choice(letters) + word[at + 1:]
    return word[:at] + word[at + 1:at + 2] + word[at:at + 1] + word[at + 2:]


def all_mistakes(word, letters):
    """All words with one mistake."""
    for at in range(len(word) + 1):
        yield from (word[:at] + letter + word[at:] for letter in letters)
        yield from (word[:at] + letter + word[at + 1:] for letter in letters if at < len(word))
        yield word[:at] + word[at + 1:]
        yield word[:at] + word[at + 1:at + 2] + word[at:at + 1] + word[at + 2:]


def random_mistakes(word, letters, count, chance):
    """Random words with `count` mistakes; some may be equal."""
    for _ in range(EACH_OF_EVERY if EVERY else EACH):
        made = word
        for _ in range(count):
            made = mistake(made, letters, chance) if made else made
        yield made


def misspellings(kind, name):
    chance = random.Random(f"{kind} {name}")
    made = set()
    option, _, word = name.rpartition("=") if kind in ("word", "set") else ("", "", name)
    for count in (1, 2):
        letters = KINDS[kind][0]
        wrong = all_mistakes(word, letters) if EVERY and count == 1 else random_mistakes(word, letters, count, chance)
        for each in wrong:
            if each not in ("", word) and each not in made:
                made.add(each)
                yield Misspelling(kind, name, count, f"{option}={each}" if option else each)


def is_refused_name(given, line):
    """Whether the line, the error message for a misspelling, rejects the misspelled name. Not every misspelling is
    rejected: it may be another valid name, or the abbreviation of an option."""
    begin = {"option": "unrecognized option ", "qualifier": "invalid qualifier "}
    return line != "" and line.startswith(begin.get(given.kind, ""))


def suggestions(line):
    question = line.split("did you mean ")
    return re.findall(r"'([^']*)'", question[1]) if len(question) == 2 else []


def is_suggested(given, line):
    name = given.name.rpartition("=")[2]
    right = {"option": ("--" + name,), "signal": (name, name.removeprefix("SIG"))}
    return any(each in suggestions(line) for each in right.get(given.kind, (name,)))


def rates(refused):
    """For each group of names and number of wrong letters, the percentage of the lines that suggest the right name. The
    groups are all names, and each kind of names. A kind leaves out names of at most three letters that have two wrong
    letters: one right letter is not enough to suggest the name, and such names can be a large part of a kind with few names,
    such as the qualifiers."""
    tried, found = collections.Counter(), collections.Counter()
    for given, line in refused:
        groups = [("all names", given.letters)]
        if given.letters == 1 or len(given.name.rpartition("=")[2]) > 3:
            groups.append((given.kind, given.letters))
        for group in groups:
            tried[group] += 1
            found[group] += is_suggested(given, line)
    return {group: 100 * found[group] / tried[group] for group in tried}


class Misspellings(CommandTest):
    def parse(self, command_lines):
        text = "".join("\t".join(words) + "\n" for words in command_lines)
        done = subprocess.run([PARSE_LINES], input=text, capture_output=True, text=True, check=True)
        lines = done.stdout.split("\n")[:-1]
        self.assertEqual(len(lines), len(command_lines), "an error is not one line")
        return lines

    def names(self):
        done = subprocess.run([PARSE_LINES, "--names"], capture_output=True, text=True, check=True)
        all_names = [tuple(line.split("\t")) for line in done.stdout.splitlines()]
        self.assertEqual({kind for kind, _ in all_names}, set(KINDS))
        self.assertGreater(len(all_names), 700)
        return all_names

    all_refused = []   # the result of refused(), kept because parsing can take minutes; empty before the first call

    def refused(self):
        """Pairs of a misspelling and the error message that rejects it."""
        if not self.all_refused:
            given = [each for kind, name in self.names() for each in misspellings(kind, name)]
            lines = self.parse([KINDS[each.kind][1](each.word) + ["true"] for each in given])
            self.all_refused.extend(pair for pair in zip(given, lines) if is_refused_name(*pair))
        return self.all_refused

    def test_the_names_themselves_are_accepted(self):
        names = [(kind, name) for kind, name in self.names() if kind not in ("option", "qualifier")]
        # --format=perfetto needs a file.
        lines = self.parse([KINDS[kind][1](name) + ["-o", "file", "true"] for kind, name in names])
        self.assertEqual([pair for pair in zip(names, lines) if pair[1]], [])

    def test_each_abbreviation_that_strace_accepts_means_its_option(self):
        # cotrace also has options of its own that begin with the same letters. The abbreviation means strace's option.
        known = set(self.names())
        names = [name for name in OF_STRACE if ("option", name) in known]
        abbreviated = [(name[:size], name) for name in names for size in range(1, len(name))
                       if [each for each in OF_STRACE if each.startswith(name[:size])] == [name]]
        self.assertGreater(len(abbreviated), 300)
        lines = self.parse([["--" + short, "true"] for short, _ in abbreviated])
        whole = self.parse([["--" + name, "true"] for _, name in abbreviated])
        self.assertEqual([pair for pair, line, right in zip(abbreviated, lines, whole) if line != right], [])

    def test_the_right_name_is_suggested(self):
        refused = self.refused()
        self.assertGreater(len(refused), 700 * EACH)
        for given, line in refused:
            self.assertLessEqual(len(suggestions(line)), AT_MOST, line)
            self.assertIn(given.word.rpartition("=")[2], line)
        shares = rates(refused)
        for (kind, letters), share in sorted(shares.items()):
            print(f"{kind}, {letters} wrong: the right name is suggested for {share:.1f} of 100 misspellings")
        for letters in (1, 2):
            self.assertGreaterEqual(shares["all names", letters], WANTED)
            for kind in KINDS if EVERY else ():   # there are too few misspellings of each kind in a sample
                self.assertGreaterEqual(shares[kind, letters], WANTED, (kind, letters))

    def test_the_rate_can_be_too_low(self):
        refused = self.refused()
        without = [(given, line.split("did you mean ")[0] if number % 10 == 0 else line)
                   for number, (given, line) in enumerate(refused)]
        self.assertLess(rates(without)["all names", 1], rates(refused)["all names", 1] - 5)
        wrong = [(given, line.replace(f"'{given.name}'", "'x'")) for given, line in refused if given.kind == "call"]
        self.assertEqual((rates(wrong)["call", 1], rates(wrong)["call", 2]), (0, 0))

    def test_the_command_prints_one_line_and_starts_nothing(self):
        refused = self.refused()
        for given, line in refused[::len(refused) // RUNS]:
            with self.subTest(given):
                words = KINDS[given.kind][1](given.word)
                status, out, err = self.trace(*words, "touch", self.path("started"))
                self.assertEqual((status, out), (1, ""))
                self.assertEqual(err, f"{COTRACE}: {line}\n")
                self.assertEqual(os.listdir(self.folder), [])


if __name__ == "__main__":
    main()
