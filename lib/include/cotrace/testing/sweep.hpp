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
/// A sweep first runs a command, or a function in a child process, twice without faults. These
/// runs show which calls can fail, and what the outcome is: exit status, standard output, files.
/// Then the sweep runs the command or function once for each of these calls and each errno that it tries
/// for the call. In each of these runs, only that call is made to fail, with that errno; with
/// `fault_options::lasting`, more calls are made to fail. The sweep gives each of these runs a verdict, see
/// `fault_verdict`.
///
/// The sweep tries a selection of the errors in the manual page of a call: those that a correct program can get. It does not
/// try the error with which the call failed without faults.
///
///     auto const report = testing::run_fault_sweep({"sort", "-o", "sorted", "/etc/services"}).value();
///     std::cout << report.text();
///
/// Each run has a new, empty working folder, another new folder as TMPDIR, and an empty
/// standard input. Several runs are in progress at a time, each with its own time limit.
/// A sweep does not use up disk space or memory to make a call fail: the kernel does not execute
/// the call, and the call returns the error. But a close(2) that fails still closes the
/// descriptor, as it does without a sweep, and a brk(2) that fails returns the current program break.
namespace cotrace::testing {

/// Prepares a run and returns the command to run. The function is called before each run,
/// on the thread that runs the sweep; `run` has the paths of the run's folders. If the
/// returned command sets a working folder, TMPDIR or redirects, these take precedence over
/// those of the sweep. An exception of the function ends the sweep.
using fault_setup = std::function<command(fault_run const& run)>;
/// A `fault_setup` as a parameter. A lambda that captures objects with a destructor by value must be a variable, see
/// `child_code`.
using fault_setup_argument = cotrace::detail::function_argument<command(fault_run const&)>;

/// Options of a fault sweep: the calls that are made to fail, and how the runs are made and judged.
struct fault_options {
    // Makes the class a non-aggregate: GCC 12 may destroy an aggregate twice in a co_await expression.
    fault_options() = default;

    filter calls{};              ///< restricts the calls that are made to fail
    std::vector<int> errors{};   ///< only these errnos are tried; empty: all
    /// In each thread, only the first `occurrences` calls of each name are made to fail. The value 0 stands for all calls.
    std::uint64_t occurrences = 0;

    /// Whether calls before main are made to fail, too: calls of the dynamic loader, and of
    /// libraries that initialize themselves. Such a call is recognized by the instruction pointer and the stack of its
    /// thread, which show no code of the program itself. In a statically linked
    /// program, calls before main are made to fail even if this option is false.
    bool before_main = false;

    /// From the selected call on, all calls of the same name fail, in all threads, as on a disk that stays full.
    bool lasting = false;

    /// The cases to run, by index. Empty: the cases that the environment variable
    /// COTRACE_SWEEP_ONLY lists, such as "17,20-22"; if the variable is not set or empty, all cases. Indices that the
    /// sweep does not have are ignored.
    std::vector<std::size_t> only{};

    /// A run that takes longer is killed. If a launch takes longer, for example because it waits for a FIFO, the sweep fails.
    std::chrono::nanoseconds time_out = std::chrono::seconds{10};
    unsigned parallel = 4;               ///< number of runs at a time
    std::vector<std::string> ignore{};   ///< ignores files that match one of these globs (glob(7)): "*.log", "$TMPDIR/*"
    bool keep = false;                   ///< keep the folders of the runs, see `fault_report::folder`

    /// Returns what is wrong with the outcome of a run, or an empty string if nothing is wrong. The function is called
    /// for each run that made the selected call, except runs with the verdict `hung` or `crashed`. `clean` is a run
    /// without faults.
    std::function<std::string(fault_run const& run, fault_run const& clean)> check = compare_outcome;
};

/// Runs a sweep on the executor of the calling coroutine. Only one thread may run the context of
/// this executor, as for a `tracer`.
///
/// Errors: the error of a launch that failed; ETIMEDOUT: a launch took longer than `time_out`, or a
/// run without faults took too long or wrote too much output; ECANCELED: a signal killed a run
/// without faults, or the two runs without faults ended differently; EINVAL: COTRACE_SWEEP_ONLY is
/// not a list of cases, or `setup` returned a command without words. The function throws these
/// errors as a `failed`.
/// Cancellation: terminal; runs in progress are killed.
task<fault_report> fault_sweep(fault_setup_argument setup, fault_options options = {},
                               std::source_location at = std::source_location::current());

/// Runs a sweep of a function. Each run calls the function in a child process of its own, see
/// `child_code`. The child's working folder and its TMPDIR are those of the run.
/// `fault_options::before_main` has no effect, because the function runs after the start of main.
///
///     auto const report = testing::run_fault_sweep([] { return save_settings() ? 0 : 1; }).value();
///
/// Errors and cancellation: those of `fault_sweep` for a command. Throws `test_failed` if no
/// child can be made; `at` is the place in the test that the `test_failed` names.
task<fault_report> fault_sweep(child_code what, fault_options options = {},
                               std::source_location at = std::source_location::current());

/// Runs a sweep as `fault_sweep` does, but on an io_context that this function creates and runs. Blocks until the sweep
/// has ended. Returns the errors that `fault_sweep` throws as a `failed`.
result<fault_report, failure> run_fault_sweep(fault_setup_argument setup, fault_options options = {},
                                              std::source_location at = std::source_location::current());
result<fault_report, failure> run_fault_sweep(child_code what, fault_options options = {},
                                              std::source_location at = std::source_location::current());

/// Runs a sweep of a command that needs no preparation before a run.
result<fault_report, failure> run_fault_sweep(command what, fault_options options = {},
                                              std::source_location at = std::source_location::current());

/// Returns the indices in a list: "17,20-22" is 17, 20, 21, 22. Throws `std::invalid_argument` if `list` is not a list
/// of numbers and ranges, or has a number above 10,000,000.
std::vector<std::size_t> parse_indices(std::string_view list);

}   // namespace cotrace::testing
