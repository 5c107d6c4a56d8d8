// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/command.hpp>
#include <cotrace/error.hpp>
#include <cotrace/filter.hpp>
#include <cotrace/task.hpp>
#include <cotrace/testing/sweep_report.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// Fault sweeps: what does a program do when a call fails that never fails?
///
/// A sweep runs a command twice as it is, to learn which calls it makes that
/// can fail and what its outcome is: exit status, standard output, files. Then
/// it runs the command once for each of these calls and each errno that the
/// call's manual page has for correct callers, with just that call failing by
/// it, and tells what became of each run: `fault_verdict`.
///
///     auto const report = testing::run_fault_sweep({"sort", "-o", "sorted", "/etc/services"}).value();
///     std::cout << report.text();
///
/// Each run has a new, empty working folder, another one as its TMPDIR, and
/// nothing to read on standard input. Several run at a time, each for as long
/// as it may. No fault is left behind in the machine: the calls just do not run.
namespace cotrace::testing {

/// Makes what a run needs and says what to run. It is called before each run,
/// with its folders, on the sweep's thread. What the command itself says of
/// folder, TMPDIR or redirects counts. An exception ends the sweep.
using fault_setup = std::function<command(fault_run const& run)>;

struct fault_options {
    filter calls{};                    ///< of the calls that can fail, those that are made to
    std::vector<int> errors{};         ///< of the errnos, those that are tried; empty: all
    std::uint64_t occurrences = 0;     ///< of each call, only the first so many that a thread makes; 0: all

    /// Whether calls before main count, too: those of the dynamic loader, and of
    /// libraries as they start. They are told by where the caller is: nothing of
    /// the program's own is on its stack yet. Of a static program all calls count.
    bool before_main = false;

    /// From the call on, all calls of its name fail, of all threads: a disk that is full stays so.
    bool lasting = false;

    /// The cases to run, by index; empty: those that the environment variable
    /// COTRACE_SWEEP_ONLY lists, as in "17,20-22", or else all.
    std::vector<std::size_t> only{};

    std::chrono::nanoseconds time_out = std::chrono::seconds{10};   ///< of each run; then it is killed
    unsigned parallel = 4;             ///< runs at a time
    std::vector<std::string> ignore{}; ///< patterns of glob(7); files so named are not looked at: "*.log", "$TMPDIR/*"
    bool keep = false;                 ///< leave the folders of the runs, see `fault_report::folder`

    /// What is wrong with what a run left, if anything; asked of each that ended by itself.
    std::function<std::string(fault_run const& run, fault_run const& clean)> check = compare_outcome;
};

/// Sweeps on the current executor, whose context one thread runs, as a `tracer`'s.
///
/// Errors: the command could not be launched; ETIMEDOUT: the clean run did not
/// end in time; ECANCELED: it was killed, or two clean runs ended differently.
/// Cancellation: terminal; the runs under way are killed.
task<result<fault_report, failure>> fault_sweep(fault_setup setup, fault_options options = {});

/// The same, blocking, on a context of its own.
result<fault_report, failure> run_fault_sweep(fault_setup setup, fault_options options = {});

/// A sweep of a command that needs nothing prepared.
result<fault_report, failure> run_fault_sweep(command what, fault_options options = {});

/// "17,20-22" as 17, 20, 21, 22. Throws `std::invalid_argument` for anything else than numbers, commas and hyphens.
std::vector<std::size_t> parse_indices(std::string_view list);

} // namespace cotrace::testing
