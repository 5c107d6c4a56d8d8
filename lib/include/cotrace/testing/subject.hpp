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
    // Not an aggregate: GCC 12 copies an aggregate made of braces in a co_await expression bit by bit, and destroys it twice.
    subject_options() {}

    /// Options of the session: filter, interceptors, and so on. A subject is always
    /// killed at the end, whatever `at_end` says, and its records are always queued,
    /// whatever `records` says. Patterns only fit what the session records: without
    /// `entries`, neither entries nor calls that do not return.
    session_options session{};
    testing::limit  limit = std::chrono::seconds{10};   ///< of the start, and of each wait for which no limit is given
    std::string     input{};                            ///< content of standard input
};

/// A function that runs in a traced child. Its result is the child's exit status; a function
/// without a result gives status 0.
///
/// The child is a fork(2) of this process, in which only the calling thread exists. The
/// function may compute, allocate, print, and make system calls. It must not depend on
/// another thread of the host, or on a lock that such a thread may have held, and must
/// not use the host's io_context. The host does not see what it changes in memory.
/// Assertions of a test framework have no effect in the child: return an exit status, or
/// print, and make the assertion in the host. If an exception leaves the function, its
/// text is written to standard error, and the exit status is `child_threw`.
///
/// The child has the host's open descriptors except the first three, and the host's signal
/// mask without SIGCHLD. It has no signal handlers. It is killed when the thread that
/// made it ends (PR_SET_PDEATHSIG). It ends by _exit(2) after flushing the standard
/// streams: neither destructors of static objects nor atexit(3) functions run.
class child_code {
public:
    template <std::invocable Function>
        requires(!std::same_as<std::decay_t<Function>, child_code>)
    child_code(Function code)
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

/// The records of a subject until its last process has ended.
struct finished : run {
    thread_exited end{};     ///< how the first process ended
    std::string   output{};  ///< what was written to standard output
    std::string   errors{};  ///< … and to standard error
};

/// A program, or a function in a child, under test.
///
/// A subject has a tracer of its own, on the thread that made the subject.
///
/// Thread rule: call all functions on that thread, and start one wait at a time.
///
/// Standard input, output and error are files without names, unless the command
/// redirects them. While the test does not wait, the subject runs on until the queue of
/// its session is full (`session_options::depth`).
///
/// All waits have a limit. Destroying a subject kills all its processes.
class subject {
public:
    subject(subject&&) noexcept;
    subject& operator=(subject&&) noexcept;
    ~subject();

    /// Waits for the next event that fits, after the event that the last `next` returned.
    /// Events between them are skipped, but kept for `so_far`. A `next` that fails or is
    /// cancelled skips nothing. For a call during which its thread ended, the result is
    /// the record of the entry.
    ///
    /// Throws `test_failed` when the limit has passed or the subject has ended before.
    /// Cancellation: terminal; no record is lost.
    task<record> next(pattern what, std::optional<limit> within = {});

    /// Reads all records to the end, and gives the whole run from its beginning.
    /// Throws `test_failed` when the subject has not ended within the limit.
    /// Cancellation: terminal; no record is lost.
    task<finished> finish(std::optional<limit> within = {});

    /// All records that were read so far.
    run so_far() const;

    /// What the subject has written to standard output and standard error so far.
    std::string output() const;
    std::string errors() const;

    /// The first process of the subject.
    pid root() const noexcept;

    /// Sends SIGKILL to all processes. The records of their ends follow.
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
/// The subject uses the executor of the calling coroutine; only this thread may run its context.
task<subject> launch(command what, subject_options options = {});

/// Starts a function as a subject. The function's first call is the first call that is recorded.
/// `cpu_placement::automatic` treats the subject as a launched process.
task<subject> launch(child_code what, subject_options options = {});

/// Runs a test's coroutine on a context of its own. Exceptions of the coroutine are rethrown.
/// Throws `test_failed` if the coroutine has not ended within the limit, and destroys it.
///
/// `body` is a function that returns a coroutine, such as a lambda. It lives until the coroutine has ended.
void within(limit most, std::function<task<void>()> body);

} // namespace cotrace::testing
