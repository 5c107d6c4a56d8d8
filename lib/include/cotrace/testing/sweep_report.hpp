// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// The results of a fault sweep, as values and as text. See cotrace/testing/sweep.hpp.
namespace cotrace::testing {

/// The state of a file before or after a run, without its times and its owner.
struct file_state {
    std::filesystem::file_type type = std::filesystem::file_type::none;
    std::filesystem::perms mode = std::filesystem::perms::none;
    std::uint64_t size = 0;      ///< size of a regular file in bytes; otherwise 0
    std::uint64_t content = 0;   ///< hash of the content of a regular file, or of the target of a symbolic link; otherwise 0
    friend bool operator==(file_state const&, file_state const&) = default;
};

/// The states of a run's files, by name. The name of a file is its path in the working folder, or "$TMPDIR/" and its
/// path in TMPDIR.
using folder_state = std::map<std::string, file_state>;

/// One run of the subject, which is the command or function that the sweep tests.
struct fault_run {
    std::filesystem::path work;         ///< the run's working folder, which exists until the checks are done
    std::filesystem::path temporary;    ///< the run's TMPDIR
    thread_exited end;                  ///< how the first process of the run ended
    bool timed_out = false;             ///< the run was killed because it took too long, or wrote too much output
    std::string output;                 ///< standard output, up to 1 MiB; "$RUN" replaces the path of the run's folder
    std::string errors;                 ///< standard error, up to 1 MiB; "$RUN" replaces the path of the run's folder
    folder_state before;                ///< the states of the files before the run
    folder_state after;                 ///< the states of the files after all processes of the run had ended
    std::vector<std::string> crashes;   ///< a text for each thread that a signal killed: "thread 1.2 killed by SIGSEGV"

    /// Whether this run and `clean` ended alike: their first processes have equal exit statuses, or died by equal
    /// signals. False if this run timed out.
    bool ended_like(fault_run const& clean) const noexcept;
};

/// Returns what is wrong with the outcome of a run, or an empty string if nothing is wrong. `clean` is a run without
/// faults.
///
/// A run that ended like `clean` must have the standard output and the files of `clean`, and may have more files. After
/// any other run, each file that existed before the run must be as before the run, or as after `clean`.
std::string compare_outcome(fault_run const& run, fault_run const& clean);

/// The names of the files that exist after the run, but neither before the run nor after the clean run.
std::vector<std::string> left_behind(fault_run const& run, fault_run const& clean);

/// The result of a run in which one call was made to fail.
enum class fault_verdict : std::uint8_t {
    refused,           ///< the run did not end as the clean run did, and no file is wrong: the fault was reported
    tolerated,         ///< the run ended as the clean run did, and its output and its files are right
    crashed,           ///< a signal killed a thread of the run, but not this thread in the clean run
    hung,              ///< the run was killed, because it took too long or wrote too much output
    claimed_success,   ///< the run ended as the clean run did, but its output or files are wrong, or data may be lost
    damaged,           ///< the program reported a failure, but a file that existed before the run is gone or is wrong
    leaked,            ///< the run left a file that the clean run does not leave
    missed,            ///< the selected call was not made in this run, so nothing was made to fail
};

/// The name of a verdict as words: "claimed success".
std::string_view name_of(fault_verdict verdict) noexcept;

/// Whether the verdict is a finding, which a person should examine.
constexpr bool is_finding(fault_verdict verdict) noexcept
{
    return verdict != fault_verdict::refused && verdict != fault_verdict::tolerated && verdict != fault_verdict::missed;
}

/// A call of the subject. `thread`, `call` and `occurrence` identify the call, if each thread makes equal calls in each
/// run.
struct fault_site {
    std::string thread;   ///< "1" is the first thread, "1.2" the second thread or process that "1" created
    std::string call;     ///< the name of the system call, such as "write"
    /// n for the n-th call of that name in the thread. `fault_options::before_main` decides which calls count.
    std::uint64_t occurrence = 1;
    std::string text;   ///< the call in the clean run, as strace shows it

    friend bool operator==(fault_site const&, fault_site const&) = default;
};

/// A call, and the error that it fails with.
struct fault_case {
    std::size_t index = 0;   ///< number of the case, from 1
    fault_site site;
    int error = 0;             ///< errno
    bool loses_data = false;   ///< set for calls such as fsync(2): if they fail, a run must not claim success
};

/// The result of one run of a fault sweep.
struct fault_result {
    fault_case what;
    fault_verdict verdict = fault_verdict::missed;
    std::string detail;   ///< the reason for the verdict, in a few words
    thread_exited end;
    std::string output;   ///< what the run wrote to standard output
    std::string errors;   ///< what the run wrote to standard error
};

/// The results of a whole sweep.
struct fault_report {
    std::string subject;   ///< the command line of the subject, or "a function in a child"
    /// The command line of the program that ran the sweep. The program runs the cases that COTRACE_SWEEP_ONLY lists.
    std::string repeat;
    std::size_t calls = 0;     ///< number of calls that can fail and that both clean runs made
    std::size_t cases = 0;     ///< number of cases, including those that were not run
    std::size_t varying = 0;   ///< number of calls that only one of the two clean runs made; the sweep makes none of them fail
    /// What differed between the two clean runs: names of files, or "standard output". The sweep does not compare
    /// these.
    std::vector<std::string> unstable;
    std::vector<fault_result> results;   ///< the results of the cases that were run, in the order of their indices
    std::filesystem::path folder;        ///< the folder that has the runs' folders, if `fault_options::keep` is set

    std::size_t count(fault_verdict verdict) const noexcept;
    /// Whether there are no findings.
    bool passed() const noexcept;
    /// The results that are findings.
    std::vector<fault_result> findings() const;
    /// A summary, and a few lines for each finding. Successive findings of one call are combined if they are alike.
    std::string text() const;
    /// A line for each case that was run: its index, the errno, the call in the clean run, the verdict.
    std::string list() const;
};

}   // namespace cotrace::testing
