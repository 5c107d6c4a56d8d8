#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Compares cotrace with strace, with a bare ptrace loop and with no tracer.

usage: compare.py BUILD [--rows NAME,NAME…] [--runs N] [--short]

BUILD is the build folder of cotrace. A row is a piece of work with several commands: one does the work without a tracer,
and the others do it under several tracers (see rows.py). Each run of a row measures each command once. Every second run
measures the commands in the reverse order. A ratio compares two commands in the same run. The output has the median of
the runs, and in parentheses the least and the greatest value. The column "least" is the ratio of the shortest times,
which depends less on other work of the machine.
Memory is the greatest resident set of the tracer's process, read repeatedly while that process runs. "pinned" means that
the program and its children run on one CPU, by taskset. "strace bpf" is strace with --seccomp-bpf. cotrace and strace
write to files. The last table compares the results with the aims of cotrace, and says "pass" or "short" for each aim. The exit
status says whether everything could be measured, not whether the aims are reached.
"""

import argparse
import os
import platform
import signal
import subprocess
import sys
import tempfile

import kernel_calls
import measuring
import rows
from measuring import Spread


def first_line(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.partition("\n")[0]
    except (OSError, subprocess.CalledProcessError):
        return f"no {command[0]}"


def processor():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        models = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    return models[0] if models else platform.machine()


def load():
    return f"{os.getloadavg()[0]:.1f}"


def measure(row, runs, folder):
    """Measures each program of the row in each run. Returns the measurements of each program, by its title."""
    found = {title: [] for title in row.runs}
    with measuring.busy_machine(row.is_busy):
        for number in range(runs):
            for title in (list if number % 2 == 0 else reversed)(list(row.runs)):
                found[title].append(measuring.measure(row.runs[title], folder))
    return found


def show(row, found):
    print(f"\n{row.name}: {row.title}")
    ours = next(title for title in found if title.startswith("cotrace"))
    seconds = {title: [each.seconds for each in runs] for title, runs in found.items()}
    unit, scale = ("us/stop", 1e6 / row.stops) if row.stops else ("ms", 1e3)
    print(f"  {'':18}{unit:>28}{'over ' + ours:>24}{'least':>8}{'CPU ms':>10}{'MB':>8}")
    for title, runs in found.items():
        time = Spread(value * scale for value in seconds[title]).format(2 if row.stops else 1)
        ratio = Spread.of_ratios(seconds[title], seconds[ours]).format(2)
        least = min(seconds[title]) / min(seconds[ours])
        cpu = Spread(each.cpu * 1e3 for each in runs).median
        memory = Spread(each.memory for each in runs).median
        print(f"  {title:18}{time:>28}{ratio:>24}{least:8.2f}{cpu:10.1f}{memory:8.1f}", flush=True)


def judge(row, found):
    """Yields the lines of a row in the last table, one for each aim."""
    for bar in row.bars:
        if bar.upper not in found or bar.lower not in found:
            continue
        upper, lower = ([getattr(each, bar.of) for each in found[title]] for title in (bar.upper, bar.lower))
        results = Spread(map(bar.compare, upper, lower))
        yield (row.title, bar.title, bar.text(), results.format(2), f"{bar.compare(min(upper), min(lower)):.2f}",
               "pass" if bar.holds(results.median) else "short")


def show_table(lines):
    if not lines:
        return
    lines = [("work", "compared", "bar", "median (spread)", "least", ""), *lines]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    print()
    for line in lines:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip())


def arguments():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("build")
    asked.add_argument("--rows", type=lambda text: text.split(","), help="measure only these rows; --rows=help lists all rows")
    asked.add_argument("--runs", type=int, default=5)
    asked.add_argument("--short", action="store_true", help="measure once, with little work, to check that everything runs")
    return asked.parse_args()


def main():
    # On SIGTERM, sys.exit raises an exception, which ends the measured programs and removes the folder.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    options = arguments()
    runs = 1 if options.short else options.runs
    with tempfile.TemporaryDirectory(prefix="cotrace-bench-") as folder:
        made = rows.rows(options.build, folder, options.short)
        made[kernel_calls.NAME] = None
        names = options.rows or list(made)
        if unknown := [name for name in names if name not in made]:
            print(f"rows are {', '.join(made)}; there is no {', '.join(unknown)}")
            return 2
        if not kernel_calls.is_ptrace_allowed(options.build):
            print("ptrace is denied here")
            return 77
        print(f"{os.cpu_count()} CPUs ({processor()}), Linux {platform.release()}, {first_line('strace', '-V')},"
              f" {first_line(options.build + '/app/cotrace', '--version')}; {runs} runs, load {load()}", flush=True)
        broken, table = [], []
        for name in names:
            try:
                if name == kernel_calls.NAME:
                    kernel_calls.show(options.build, folder, options.short)
                    continue
                row = made[name]()
                found = measure(row, runs, folder)
                show(row, found)
                table += judge(row, found)
            except measuring.Broken as why:
                broken.append(f"{name}: {why}")
                print(f"\n{broken[-1]}", flush=True)
        show_table(table)
        print(f"load {load()}" + (f"; {len(broken)} rows could not be measured" if broken else ""))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
