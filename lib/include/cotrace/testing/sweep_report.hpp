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

/// What a fault sweep found, as values and as text. See cotrace/testing/sweep.hpp.
namespace cotrace::testing {

/// A file as a run left it. Times and owners do not count.
struct file_state {
    std::filesystem::file_type  type = std::filesystem::file_type::none;
    std::filesystem::perms      mode = std::filesystem::perms::none;
    std::uint64_t size = 0;      ///< bytes
    std::uint64_t content = 0;   ///< a hash of the content, of a link's target
    friend bool operator==(file_state const&, file_state const&) = default;
};

/// Files by name: those of the working folder by their path in it, those of the
/// folder for temporary files with "$TMPDIR/" in front.
using folder_state = std::map<std::string, file_state>;

/// One run of the subject.
struct fault_run {
    std::filesystem::path work;        ///< its working folder, which still is there while a check looks
    std::filesystem::path temporary;   ///< its TMPDIR
    thread_exited end;                 ///< how its first process ended
    bool          timed_out = false;   ///< it was killed because it ran on, or would not stop writing
    std::string   output;              ///< standard output, up to 1 MiB; the run's own folder is "$RUN" in it
    std::string   errors;              ///< the same of standard error
    folder_state  before;              ///< the files when it began …
    folder_state  after;               ///< … and when all its processes had ended
    std::vector<std::string> crashes;  ///< "thread 1.2 killed by SIGSEGV", of those that a signal ended

    /// Whether it ended as `clean` did, which is how a program says that all went well.
    bool ended_like(fault_run const& clean) const noexcept;
};

/// What is wrong with what a run left, in a few words; empty: nothing.
///
/// A run that ended as the clean one must have the clean one's standard output,
/// and the clean one's files. One that ended otherwise must have left each file
/// that was there before either as it was or as the clean run leaves it.
std::string compare_outcome(fault_run const& run, fault_run const& clean);

/// The files that were not there when the run began, and that the clean run did not leave.
std::vector<std::string> left_behind(fault_run const& run, fault_run const& clean);

/// What became of a run in which one call was made to fail.
enum class fault_verdict : std::uint8_t {
    refused,           ///< it did not end as the clean run, and left nothing wrong: it saw the fault, and said so
    tolerated,         ///< it ended as the clean run did, and left the same
    crashed,           ///< it was killed by a signal, or a process of it was
    hung,              ///< it had not ended in time
    claimed_success,   ///< it ended as the clean run did, but the fault mattered
    damaged,           ///< it said that it failed, but a file that was there before is lost
    leaked,            ///< it left a file that the clean run does not leave
    missed,            ///< the call was not made this time, so nothing failed
};

/// "claimed success" and the like.
std::string_view name_of(fault_verdict verdict) noexcept;

/// Whether somebody ought to look at it.
constexpr bool is_finding(fault_verdict verdict) noexcept
{
    return verdict != fault_verdict::refused && verdict != fault_verdict::tolerated && verdict != fault_verdict::missed;
}

/// One of the subject's calls: the same one in each run, as long as each of its
/// threads does the same in each run.
struct fault_site {
    std::string   thread;             ///< "1" is the first, "1.2" the second that it made
    std::string   call;               ///< "write"
    std::uint64_t occurrence = 1;     ///< its first, second, … call of that name since its program's main
    std::string   text;               ///< the call in the clean run, as strace shows it

    friend bool operator==(fault_site const&, fault_site const&) = default;
};

/// A call, and what it fails with.
struct fault_case {
    std::size_t index = 0;            ///< from 1; the same as long as subject and options are
    fault_site  site;
    int         error = 0;            ///< errno
    bool        loses_data = false;   ///< as of fsync(2): nobody may claim success behind it, whatever the files look like
};

struct fault_result {
    fault_case    what;
    fault_verdict verdict = fault_verdict::missed;
    std::string   detail;             ///< why, in a few words
    thread_exited end;
    std::string   output;             ///< what the run wrote to standard output …
    std::string   errors;             ///< … and to standard error
};

/// All of it.
struct fault_report {
    std::string subject;              ///< the command line that was swept
    std::string repeat;               ///< the command line of this process, which repeats cases that COTRACE_SWEEP_ONLY names
    std::size_t calls = 0;            ///< calls of the clean run that can fail
    std::size_t cases = 0;            ///< as many as there are, run or not
    std::size_t varying = 0;          ///< calls that only one of two clean runs made, and that were left out
    std::vector<std::string>  unstable;   ///< what two clean runs left differently, and was not compared: files, "standard output"
    std::vector<fault_result> results;    ///< of those that were run, in the order of their indices
    std::filesystem::path     folder;     ///< where the runs' folders were left, with `fault_options::keep`

    std::size_t count(fault_verdict verdict) const noexcept;
    /// Whether nothing was found.
    bool passed() const noexcept;
    /// The results that are findings.
    std::vector<fault_result> findings() const;
    /// A few lines for each finding, beneath a summary. Cases of one call that
    /// came to the same stand together.
    std::string text() const;
    /// A line for each case that was run: its index, the errno, the call as the clean run made it, the verdict.
    std::string list() const;
};

} // namespace cotrace::testing
