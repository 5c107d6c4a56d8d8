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

/// How long to wait at most.
using limit = std::chrono::nanoseconds;

struct subject_options {
    // No aggregate: what GCC 12 makes of one's braces within a co_await is copied bit by bit, and destroyed twice.
    subject_options() {}

    /// Filter, interceptors, and so on. Subjects are killed at the end whatever
    /// `at_end` says, and records are kept whatever `records` says. What the
    /// session does not record, no pattern fits: without `entries`, there are
    /// neither entries nor calls that do not come back.
    session_options session{};
    testing::limit  limit = std::chrono::seconds{10};   ///< of each wait that names none, and of the start
    std::string     input{};                            ///< what standard input gives, to the end of file
};

/// A function to be run in a traced child, and its exit status: what it returns,
/// or 0 where that is nothing.
///
/// The child is a fork(2) of this process, in which only the calling thread goes
/// on. It may compute, allocate, print, and make system calls. It must not count
/// on another thread of the host, nor on a lock that one may have held, nor use
/// the host's io_context; what it changes in memory, only it sees. Assertions of
/// a test framework are lost in it: give an exit status, or print, and let the
/// host assert. An exception that leaves the function is printed to standard
/// error, and the status is `child_threw`.
///
/// It has the host's open descriptors, but for the first three; its signal mask,
/// without SIGCHLD; no signal handlers; and it is killed when the thread that
/// made it ends (PR_SET_PDEATHSIG). It ends by _exit(2), after standard streams
/// were flushed: neither destructors of statics nor atexit(3) functions run.
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

/// A run to the end of the last of its processes.
struct finished : run {
    thread_exited end{};     ///< how the first process ended
    std::string   output{};  ///< what was written to standard output
    std::string   errors{};  ///< … and to standard error
};

/// A program, or a function in a child, under test.
///
/// It has a tracer of its own, on the thread that made it, from which all calls
/// must come. Standard input, output and error are files without names, unless
/// the command redirects them. As long as nobody waits, it runs on until its
/// session's queue is full (`session_options::depth`). One wait at a time.
///
/// All waits have a limit. Destroying a subject kills all of its processes.
class subject {
public:
    subject(subject&&) noexcept;
    subject& operator=(subject&&) noexcept;
    ~subject();

    /// The next thing of that kind, from behind the one that the last `next` gave.
    /// What comes in between is skipped, but kept for `so_far`. A `next` that
    /// fails, or is cancelled, skips nothing.
    ///
    /// Of a call in which its thread ended, it is the entry's record.
    /// Throws `test_failed` when the limit has passed or the subject ended first.
    /// Cancellation: terminal; no record is lost.
    task<record> next(pattern what, std::optional<limit> within = {});

    /// Reads all records to the end, and gives everything from the beginning.
    /// Throws `test_failed` when the subject has not ended within the limit.
    /// Cancellation: as `next`.
    task<finished> finish(std::optional<limit> within = {});

    /// All that was read by now.
    run so_far() const;

    /// What was written by now to standard output and error.
    std::string output() const;
    std::string errors() const;

    /// The first process.
    pid root() const noexcept;

    /// Sends SIGKILL to all processes; the records of their ends are still to come.
    void kill();

    /// The session, for what else it can do. Do not read records from it.
    cotrace::session& session() noexcept;

    struct state;
    explicit subject(std::unique_ptr<state> made) noexcept;

private:
    std::unique_ptr<state> state_;
};

/// Starts a program as a subject; its execve(2) is the first call recorded.
/// Throws `test_failed` if that cannot be done.
/// The executor is that of the coroutine that calls; its context must be run by this thread alone.
task<subject> launch(command what, subject_options options = {});

/// Starts a function as a subject; the first call that it makes is the first recorded.
/// To `cpu_placement::automatic`, it is as good as launched.
task<subject> launch(child_code what, subject_options options = {});

/// Runs a test's coroutine on a context of its own, and throws what it throws.
/// Throws `test_failed` when it has not ended within the limit; it is destroyed then.
///
/// `body` is a function that gives a coroutine, such as a lambda; it lives until that has ended.
void within(limit most, std::function<task<void>()> body);

} // namespace cotrace::testing
