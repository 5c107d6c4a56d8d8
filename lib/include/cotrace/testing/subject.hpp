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

    /// Options of the session: filter, interceptors, and so on. A subject is always killed at the end, whatever
    /// `session_options::at_end` says, and its records are always queued, whatever `session_options::records` says.
    /// A `testing::pattern` fits only events that the session records: without `session_options::entries`, no pattern
    /// fits an entry or a call that does not return.
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
/// Each subject has its own tracer, which works on the thread that made the subject.
///
/// Thread rule: call all functions on the thread that made the subject. Call `next` or
/// `finish` only when no earlier `next` or `finish` is still waiting.
///
/// The subject's standard input, output and error are memfd_create(2) files, unless the
/// command redirects them. Between calls of `next` and `finish`, the subject runs on until the
/// queue of its session is full (`session_options::depth`).
///
/// Each wait has a time limit. Destroying a subject kills all its processes.
///
/// The parameter `at` of these functions is the place in the test that a `test_failed` names. Leave it to its default.
class subject {
public:
    subject(subject&&) noexcept;
    subject& operator=(subject&&) noexcept;
    ~subject();

    /// Waits for the next event that fits `what`, after the event that the previous `next`
    /// returned. Events between these two are skipped, but kept for `so_far`. A `next` that
    /// fails or is cancelled skips nothing. If the event is a call without a record of its exit (see
    /// `happening`), the result is the record of its entry.
    ///
    /// Throws `test_failed` if the limit passes, or the subject ends, before an event fits, or if the records cannot be
    /// read. The text of the exception has the events that fit most nearly, the last five events, and the calls in
    /// progress.
    /// Cancellation: terminal; no record is lost.
    task<record> next(pattern what, std::optional<limit> within = {}, std::source_location at = std::source_location::current());

    /// Reads all records until the subject has ended, and returns all records of the subject,
    /// also those that were read earlier. Throws `test_failed` if the subject has not ended within the limit, or if the
    /// records cannot be read.
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

    /// The session of the subject, for operations that this class does not have. Do not read records from the session.
    cotrace::session& session() noexcept;

    struct state;
    explicit subject(std::unique_ptr<state> made) noexcept;

private:
    std::unique_ptr<state> state_;
};

/// Starts a program as a subject. The program's execve(2) is the first call that is recorded.
/// Throws `test_failed` if the program cannot be started.
/// The subject uses the executor of the calling coroutine; only the calling thread may run that executor's context.
task<subject> launch(command what, subject_options options = {}, std::source_location at = std::source_location::current());

/// Starts a function as a subject. The first recorded call is the first system call that the function makes.
/// With `cpu_placement::automatic`, the threads of the subject may be moved to the tracer's CPU, like the threads of a
/// launched program.
task<subject> launch(child_code what, subject_options options = {}, std::source_location at = std::source_location::current());

/// Runs a test's coroutine on an io_context that this function creates. Exceptions of the coroutine are rethrown.
/// If the coroutine has not ended within the limit, it is destroyed, and `test_failed` is thrown, with the last five
/// events and the calls in progress of each subject of the calling thread.
///
/// `body` is a function that returns a coroutine, such as a lambda. The object `body` lives until the coroutine has
/// ended, so the coroutine may use the captures of the lambda.
void within(limit most, std::function<task<void>()> body, std::source_location at = std::source_location::current());

}   // namespace cotrace::testing
