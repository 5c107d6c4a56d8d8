// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/command.hpp>
#include <cotrace/session.hpp>
#include <cotrace/task.hpp>
#include <cotrace/testing/run.hpp>

#include <chrono>
#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace cotrace::testing {

/// The longest time that a function waits.
using limit = std::chrono::nanoseconds;

struct subject_options {
    // The constructor keeps the class from being an aggregate: GCC 12 copies an aggregate that is initialized with
    // braces in a co_await expression bit by bit, and destroys it twice.
    subject_options() {}

    /// Options of the session: filter, interceptors, and so on. A subject is always killed at the end, whatever
    /// `session_options::at_end` says, and its records are always queued, whatever `session_options::records` says.
    /// A `testing::pattern` fits only events that the session records: without `session_options::entries`, no pattern
    /// fits an entry or a call that does not return.
    session_options session{};
    testing::limit limit = std::chrono::seconds{10};   ///< limits the start, and each wait that has no limit of its own
    std::string input{};                               ///< content of standard input
};

/// A function that runs in a traced child. Its result is the child's exit status; a function
/// without a result gives status 0.
///
/// The child is a fork(2) of the test process, here called the host. In the child, only the
/// calling thread exists. The function may compute, allocate, print, and make system calls.
/// It must not depend on another thread of the host, or on a lock that another thread may
/// have held, and must not use the host's io_context. The host does not see what the
/// function changes in memory. Assertions of a test framework have no effect in the child:
/// return an exit status, or print, and make the assertion in the host. If an exception
/// leaves the function, the exception's text is written to standard error, and the exit
/// status is `child_threw`.
///
/// The child has the host's open descriptors except 0 to 2, and the host's signal mask
/// without SIGCHLD. It has no signal handlers. The kernel kills the child when the thread
/// that made it ends (PR_SET_PDEATHSIG). When the function has returned, the child flushes
/// the standard streams and ends as by _exit(2): neither destructors of static objects nor
/// atexit(3) functions run.
class child_code {
public:
    template <std::invocable Function>
    requires(!std::same_as<std::decay_t<Function>, child_code>) child_code(Function code)
        : code_{[code = std::move(code)]() mutable -> int {
            if constexpr (std::is_void_v<std::invoke_result_t<Function&>>) {
                code();
                return 0;
            } else
                return static_cast<int>(code());
        }}
    {
    }

    int operator()() { return code_(); }

private:
    std::function<int()> code_;
};

inline constexpr int child_threw = 99;

/// All records of a subject whose last process has ended.
struct finished : run {
    thread_exited end{};    ///< how the first process ended
    std::string output{};   ///< what was written to standard output
    std::string errors{};   ///< what was written to standard error
};

/// A program under test, or a function under test that runs in a child process.
///
/// Each subject has its own tracer, which works on the thread that made the subject.
///
/// Thread rule: call all functions on the thread that made the subject, and start one wait
/// at a time.
///
/// The subject's standard input, output and error are files without names, unless the
/// command redirects them. While the test does not wait, the subject runs on until the
/// queue of its session is full (`session_options::depth`).
///
/// All waits have a limit. Destroying a subject kills all its processes.
class subject {
public:
    subject(subject&&) noexcept;
    subject& operator=(subject&&) noexcept;
    ~subject();

    /// Waits for the next event that fits `what`, after the event that the last `next`
    /// returned. Events between these two are skipped, but kept for `so_far`. A `next` that
    /// fails or is cancelled skips nothing. If the event is a call whose thread ended during
    /// the call, the result is the record of the entry.
    ///
    /// Throws `test_failed` if the limit passes, or the subject ends, before an event fits.
    /// Cancellation: terminal; no record is lost.
    task<record> next(pattern what, std::optional<limit> within = {});

    /// Reads all records until the subject has ended, and returns all records of the subject,
    /// also those that were read earlier. Throws `test_failed` if the subject has not ended within the limit.
    /// Cancellation: terminal; no record is lost.
    task<finished> finish(std::optional<limit> within = {});

    /// All records that were read so far.
    run so_far() const;

    /// What the subject has written to standard output and standard error so far.
    std::string output() const;
    std::string errors() const;

    /// The first process of the subject.
    pid root() const noexcept;

    /// Sends SIGKILL to all processes of the subject. Later reads return the records of their ends.
    void kill();

    /// The session, for its other operations. Do not read records from it.
    cotrace::session& session() noexcept;

    struct state;
    explicit subject(std::unique_ptr<state> made) noexcept;

private:
    std::unique_ptr<state> state_;
};

/// Starts a program as a subject. Its execve(2) is the first call that is recorded.
/// Throws `test_failed` if the program cannot be started.
/// The subject uses the executor of the calling coroutine; only the calling thread may run that executor's context.
task<subject> launch(command what, subject_options options = {});

/// Starts a function as a subject. The function's first call is the first call that is recorded.
/// With `cpu_placement::automatic`, threads of the subject are moved to the tracer's CPU as launched threads are.
task<subject> launch(child_code what, subject_options options = {});

/// Runs a test's coroutine on an io_context that this function creates. Exceptions of the coroutine are rethrown.
/// If the coroutine has not ended within the limit, it is destroyed, and `test_failed` is thrown.
///
/// `body` is a function that returns a coroutine, such as a lambda. `body` is kept until the coroutine has ended.
void within(limit most, std::function<task<void>()> body);

}   // namespace cotrace::testing
