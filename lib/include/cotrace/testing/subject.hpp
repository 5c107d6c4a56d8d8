// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/command.hpp>
#include <cotrace/session.hpp>
#include <cotrace/task.hpp>
#include <cotrace/testing/child_code.hpp>
#include <cotrace/testing/run.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <source_location>
#include <string>

namespace cotrace::testing {

/// The longest time that a function waits.
using limit = std::chrono::nanoseconds;

/// Options of a `testing::subject` and of `testing::trace`.
struct subject_options {
    // Makes the class a non-aggregate: GCC 12 may destroy an aggregate twice in a co_await expression.
    subject_options() {}

    /// The options of the session. `at_end` and `records` are ignored: the subject is killed at the end, and its
    /// records are queued. A `testing::pattern` fits only events that the session records.
    session_options session{};
    /// The time limit of the start of the subject, and of each wait that has no limit of its own.
    testing::limit limit = std::chrono::seconds{10};
    std::string input{};   ///< content of standard input
};

/// All records of a subject, after its last process has ended.
struct finished : run {
    thread_exited end{};    ///< how the first process ended
    std::string output{};   ///< what was written to standard output
    std::string errors{};   ///< what was written to standard error
};

/// A program under test, or a function under test that runs in a child process.
///
/// Each subject has a tracer of its own.
///
/// Thread rule: call all functions on the thread that made the subject. Start a `next` or `finish` only when no other
/// `next` or `finish` is in progress.
///
/// The subject's standard input, output and error are memfd_create(2) files, unless the command redirects them. Between
/// calls of `next`, the subject runs on until the queue of its session is full (`session_options::depth`).
///
/// Each wait has a time limit. Destroying a subject kills all its processes.
///
/// The parameter `at` is the place in the test that a `test_failed` names. Its default is the place of the call.
class subject {
public:
    subject(subject&&) noexcept;
    subject& operator=(subject&&) noexcept;
    ~subject();

    /// Waits for the first event that fits `what`, after the event that the previous `next` returned. Skipped events
    /// stay in `so_far`. A `next` that fails or is cancelled skips nothing. For a call without a record of its exit,
    /// returns the record of the entry (see `happening`).
    ///
    /// Throws `test_failed` if the limit passes or the subject ends before an event fits, or if the records cannot be
    /// read.
    /// Cancellation: terminal; no record is lost.
    task<record> next(pattern what, std::optional<limit> within = {}, std::source_location at = std::source_location::current());

    /// Reads records until the subject has ended. Returns all records of the subject, including those that `next` has
    /// read. Throws `test_failed` if the limit passes before the end, or if the records cannot be read.
    /// Cancellation: terminal; no record is lost.
    task<finished> finish(std::optional<limit> within = {}, std::source_location at = std::source_location::current());

    /// All records that were read so far.
    run so_far() const;

    /// What the subject has written to standard output and standard error so far.
    std::string output() const;
    std::string errors() const;

    /// The first process of the subject.
    pid root() const noexcept;

    /// Sends SIGKILL to all processes of the subject. Later reads return the records of their ends.
    void kill();

    /// The session of the subject. Do not read records from the session.
    cotrace::session& session() noexcept;

    struct state;
    explicit subject(std::unique_ptr<state> made) noexcept;

private:
    std::unique_ptr<state> state_;
};

/// Starts a program as a subject. The first call that can be recorded is the program's execve(2). Throws `test_failed`
/// if the program cannot be started.
/// Thread rule: the subject uses the executor of the calling coroutine. Only the calling thread may run this executor's
/// context.
task<subject> launch(command what, subject_options options = {}, std::source_location at = std::source_location::current());

/// Starts a function as a subject. The first call that can be recorded is the first system call of the function. Errors
/// and thread rule: as for a program. `cpu_placement::automatic` has the effect of `cpu_placement::always`.
task<subject> launch(child_code what, subject_options options = {}, std::source_location at = std::source_location::current());

/// Runs a coroutine on an io_context that this function creates. Rethrows an exception of the coroutine. If the
/// coroutine has not ended within the limit, destroys the coroutine and throws `test_failed`.
///
/// `body` returns the coroutine, and is destroyed after the coroutine. If `body` is a lambda, the coroutine may use its
/// captures.
void within(limit most, std::function<task<void>()> body, std::source_location at = std::source_location::current());

}   // namespace cotrace::testing
