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

/// Fault sweeps: what a program does when its system calls fail.
///
/// A sweep first runs a command twice without faults, to find the calls that can fail
/// and the outcome: exit status, standard output, files. Then it runs the command once
/// for each of these calls and each errno that the call's manual page lists for correct
/// callers. In each run, only that call fails, with that errno. The sweep judges each
/// run: `fault_verdict`.
///
///     auto const report = testing::run_fault_sweep({"sort", "-o", "sorted", "/etc/services"}).value();
///     std::cout << report.text();
///
/// Each run has a new, empty working folder, another new folder as TMPDIR, and an empty
/// standard input. Several runs are in progress at a time, each with its own time limit.
/// The machine itself is not affected: a call that fails is not carried out.
namespace cotrace::testing {

/// Prepares a run and returns the command to run. It is called before each run, with the
/// run's folders, on the sweep's thread. Working folder, TMPDIR and redirects that the
/// command sets itself take precedence. An exception ends the sweep.
using fault_setup = std::function<command(fault_run const& run)>;

struct fault_options {
    filter calls{};                    ///< restricts the calls that are made to fail
    std::vector<int> errors{};         ///< only these errnos are tried; empty: all
    std::uint64_t occurrences = 0;     ///< how many calls of one system call are made to fail in each thread, the first ones; 0: all

    /// Whether calls before main count, too: calls of the dynamic loader, and of
    /// libraries while they start. They are recognized by the stack, which has no frame of
    /// the program itself yet. In a static program all calls count.
    bool before_main = false;

    /// From the selected call on, all calls of that name fail, in all threads, as on a disk that stays full.
    bool lasting = false;

    /// The cases to run, by index. Empty: the cases that the environment variable
    /// COTRACE_SWEEP_ONLY lists, such as "17,20-22"; without the variable, all cases.
    std::vector<std::size_t> only{};

    std::chrono::nanoseconds time_out = std::chrono::seconds{10};   ///< of each run, which is killed then
    unsigned parallel = 4;             ///< number of runs at a time
    std::vector<std::string> ignore{}; ///< patterns of glob(7); files so named are not looked at: "*.log", "$TMPDIR/*"
    bool keep = false;                 ///< keep the folders of the runs, see `fault_report::folder`

    /// Returns what is wrong with the outcome of a run; empty: nothing. Called for each run that ended by itself.
    std::function<std::string(fault_run const& run, fault_run const& clean)> check = compare_outcome;
};

/// Sweeps on the current executor. One thread must run its context, as for a `tracer`.
///
/// Errors: the command could not be launched; ETIMEDOUT: a run without faults did not end
/// in time; ECANCELED: such a run was killed, or two such runs ended differently.
/// Cancellation: terminal; runs in progress are killed.
task<result<fault_report, failure>> fault_sweep(fault_setup setup, fault_options options = {});

/// Sweeps like `fault_sweep`, but blocks, and runs a context of its own.
result<fault_report, failure> run_fault_sweep(fault_setup setup, fault_options options = {});

/// A sweep of a command that needs nothing prepared.
result<fault_report, failure> run_fault_sweep(command what, fault_options options = {});

/// The indices in a list: "17,20-22" is 17, 20, 21, 22. Throws `std::invalid_argument` for other characters than
/// digits, commas and hyphens.
std::vector<std::size_t> parse_indices(std::string_view list);

} // namespace cotrace::testing
