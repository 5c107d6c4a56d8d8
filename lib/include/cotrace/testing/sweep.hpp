// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/command.hpp>
#include <cotrace/detail/function_argument.hpp>
#include <cotrace/error.hpp>
#include <cotrace/filter.hpp>
#include <cotrace/task.hpp>
#include <cotrace/testing/child_code.hpp>
#include <cotrace/testing/sweep_report.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <source_location>
#include <string>
#include <vector>

/// Fault sweeps find out what a program does when its system calls fail.
///
/// A sweep tests a command, or a function in a child process. First, the sweep makes two clean runs: runs without
/// faults. The clean runs show which calls can fail. Then the sweep makes one run for each case. A case is one of these
/// calls and an errno. In the run of a case, this call fails with this errno. Each of these runs gets a
/// `fault_verdict`.
///
/// For each call, the sweep tries errors of the manual page that a correct program can get. The error with which the
/// call failed in the clean run is left out.
///
///     auto const report = testing::run_fault_sweep({"sort", "-o", "sorted", "/etc/services"}).value();
///     std::cout << report.text();
///
/// Each run has a new, empty working folder, a new TMPDIR, and an empty standard input. The kernel does not execute a
/// call that is made to fail, with two exceptions. A close(2) that is made to fail still closes the descriptor. A
/// brk(2) that is made to fail returns the current program break.
namespace cotrace::testing {

/// Prepares a run and returns the command to run. The sweep calls the function before each run, on the sweep's thread.
/// `run` has the paths of the run's folders. A working folder, a TMPDIR and redirects of the returned command replace
/// those of the sweep. An exception of the function ends the sweep.
using fault_setup = std::function<command(fault_run const& run)>;
/// A `fault_setup` as a parameter. `child_code` says which lambdas must be variables.
using fault_setup_argument = cotrace::detail::function_argument<command(fault_run const&)>;

/// Options of a fault sweep.
struct fault_options {
    // Makes the class a non-aggregate: GCC 12 may destroy an aggregate twice in a co_await expression.
    fault_options() = default;

    filter calls{};              ///< restricts the calls that are made to fail
    std::vector<int> errors{};   ///< only these errnos are tried; empty: all
    /// The sweep makes only the first `occurrences` calls of each name in each thread fail. 0: all calls.
    std::uint64_t occurrences = 0;

    /// Whether calls before main, such as those of the dynamic loader, are made to fail. For a statically linked
    /// program, false has no effect.
    bool before_main = false;

    /// From the selected call on, all calls of the same name fail, in all threads, as on a disk that stays full.
    bool lasting = false;

    /// The indices of the cases to run. Unknown indices are ignored. If the list is empty, the environment variable
    /// COTRACE_SWEEP_ONLY lists the cases: "17,20-22". If this variable is also empty or not set, all cases are run.
    std::vector<std::size_t> only{};

    /// A run that takes longer is killed. If a launch takes longer, the sweep fails.
    std::chrono::nanoseconds time_out = std::chrono::seconds{10};
    unsigned parallel = 4;               ///< number of runs at a time
    std::vector<std::string> ignore{};   ///< ignores files that match one of these globs (glob(7)): "*.log", "$TMPDIR/*"
    bool keep = false;                   ///< keep the folders of the runs, see `fault_report::folder`

    /// Returns what is wrong with `run`, or an empty string if nothing is wrong. `clean` is a clean run. Runs with the
    /// verdicts `missed`, `hung` and `crashed` are not checked.
    std::function<std::string(fault_run const& run, fault_run const& clean)> check = compare_outcome;
};

/// Runs a sweep on the executor of the calling coroutine. Only one thread may run the context of this executor.
///
/// Errors, thrown as a `failed`:
/// - the error of a launch that failed
/// - ETIMEDOUT if a launch or a clean run took longer than `time_out`, or if a clean run wrote too much output
/// - ECANCELED if a signal killed a clean run, or if the two clean runs ended differently
/// - EINVAL if COTRACE_SWEEP_ONLY is not a list of cases, or if `setup` returned a command without words
///
/// Cancellation: terminal; runs in progress are killed.
task<fault_report> fault_sweep(fault_setup_argument setup, fault_options options = {},
                               std::source_location at = std::source_location::current());

/// Runs a sweep of a function. Each run calls the function in a new child process, with the run's working folder and
/// TMPDIR (see `child_code`). `fault_options::before_main` has no effect.
///
///     auto const report = testing::run_fault_sweep([] { return save_settings() ? 0 : 1; }).value();
///
/// Errors and cancellation: those of `fault_sweep` for a command, and `test_failed` if no child can be made.
task<fault_report> fault_sweep(child_code what, fault_options options = {},
                               std::source_location at = std::source_location::current());

/// Runs a sweep on an io_context that this function creates, and blocks until the sweep has ended. Returns the errors
/// that `fault_sweep` throws as a `failed`.
result<fault_report, failure> run_fault_sweep(fault_setup_argument setup, fault_options options = {},
                                              std::source_location at = std::source_location::current());
result<fault_report, failure> run_fault_sweep(child_code what, fault_options options = {},
                                              std::source_location at = std::source_location::current());

/// Runs a sweep of a command that needs no preparation before a run.
result<fault_report, failure> run_fault_sweep(command what, fault_options options = {},
                                              std::source_location at = std::source_location::current());

/// Returns the indices in a list: "17,20-22" is 17, 20, 21, 22. Throws `std::invalid_argument` for other text, and for
/// indices above 10,000,000.
std::vector<std::size_t> parse_indices(std::string_view list);

}   // namespace cotrace::testing
