// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/command.hpp>
#include <cotrace/detail/has_threads_of_its_own.hpp>
#include <cotrace/session.hpp>
#include <cotrace/targets.hpp>
#include <cotrace/waiting.hpp>
#include <cotrace/with_failure.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution_context.hpp>

#include <concepts>
#include <memory>
#include <utility>
#include <vector>

namespace cotrace {

namespace engine {
class engine;
}

/// The executors that a tracer accepts. Only one thread may run their context. `asio::system_executor`, the executors
/// of `asio::thread_pool`, and strands of these executors are excluded. Use an `asio::io_context` or a `tracer_pool`
/// instead.
template <class Executor>
concept executor_of_one_thread =
    std::convertible_to<Executor const&, asio::any_io_executor> && !detail::has_threads_of_its_own<Executor>;

/// Launches programs, and attaches to running processes, in order to trace them. The traced processes and threads are
/// called the tracer's subjects. The program that uses the library is called the host.
///
/// Thread rule: only one thread may run the context of the tracer's executor. This thread is the tracer's thread.
/// Another thread may construct the tracer. Any thread may call the functions that begin with `async_`. A handler
/// without an associated executor is called on the tracer's executor. A process may have many tracers, also several on
/// one thread. A tracer waits only for its own subjects, and for no other children of the process.
///
/// A second thread ends the tracer's work in two cases:
/// - The thread runs functions of the tracer's executor, even if the two threads never run at the same time.
/// - The thread destroys the tracer, or one of its sessions.
///
/// Such an end has these effects:
/// - Operations of the tracer, and of its sessions that have not ended, complete with `errc::wrong_thread`. Reads from
///   a session's own channel first deliver the queued records.
/// - Subjects that are traced with ptrace stay stopped at their next stop until the tracer's thread ends. The kernel
///   then kills the subjects that were launched without `session_options::outlive_tracer`, and detaches the others.
/// - Subjects with `tracing::notification` are killed, as far as the tracer can find them.
/// - Subjects with `tracing::observation` run on, and are not observed any more.
/// - The destructor of the tracer kills and reaps the root process of each launched session that ends with
///   `ending::kill`. If the destructor runs on another thread while the tracer's thread still lives, the host must reap
///   a root process that is traced with ptrace.
///
/// The destructor of a tracer ends all sessions as their `session_options::at_end` says. The destructor blocks until
/// every subject has ended or was detached, but for at most five seconds. It returns earlier if all remaining subjects
/// are in uninterruptible sleep, such as the parent of a vfork(2). Subjects that remain stay traced until the tracer's
/// thread ends. Queued records can still be read after the destructor. `async_close` ends the tracer without blocking.
///
/// A function of the host that the tracer calls directly may destroy the tracer: `limits::when`, `interceptor::wants`,
/// `interceptor::on_end`, a condition of a `call_matcher`, or a custom decoder. In this case, the destructor returns at
/// once, and the sessions end when the executor next runs work.
///
/// If a launch or an attach is under way when the tracer is closed or destroyed, the operation ends with
/// `errc::tracer_closed`. The launched process is killed and reaped, and attached processes are detached, whatever
/// `session_options::at_end` says. For the destructor, an operation is under way until its handler is called.
///
/// The executor's context may be destroyed before the tracer. The end of the context ends the sessions as the
/// destructor of the tracer does. Waiting operations are destroyed without a call of their handlers, as in Asio.
/// Afterwards, no operation can be started, but `session::try_next` still returns queued records.
///
/// The host may fork while it has a tracer. In a child that fork(3) makes, the copies of tracers, pools and sessions do
/// nothing. Reads of records report the end of the records, and `session::async_wait` completes without an error. All
/// other operations fail with `errc::wrong_process`. The child keeps the file descriptors of the copies until it
/// executes a program or ends. The child may make tracers of its own. The child must call `io_context::notify_fork`
/// before it uses the executor's context.
class tracer {
public:
    using executor_type = asio::any_io_executor;

    /// Makes a tracer whose work runs on `executor`.
    ///
    /// Throws `boost::system::system_error`:
    /// - with `errc::kernel_too_old` if the kernel lacks PTRACE_GET_SYSCALL_INFO (Linux 5.3)
    /// - with `errc::wrong_thread` if `executor` is an `any_io_executor` that holds an excluded executor
    /// - with EINVAL if COTRACE_WAITING has an unknown value (see `waiting`)
    /// - with the error of a failed system call, for example EMFILE
    template <executor_of_one_thread Executor>
    explicit tracer(Executor const& executor, waiting how = waiting::automatic)
        : engine_{start(executor, how)}
    {
    }
    /// Makes a tracer whose work runs on the executor of `context`, such as an `asio::io_context`.
    template <class Context>
    requires executor_of_one_thread<typename Context::executor_type> && std::derived_from<Context, asio::execution_context>
    explicit tracer(Context& context, waiting how = waiting::automatic)
        : tracer{context.get_executor(), how}
    {
    }
    /// Deleted, so that the compiler's error message is short: see `executor_of_one_thread`.
    template <class Executor>
    requires detail::has_threads_of_its_own<Executor>
    explicit tracer(Executor const& has_threads_of_its_own, waiting = waiting::automatic) = delete;
    template <class Context>
    requires detail::has_threads_of_its_own<typename Context::executor_type>
    explicit tracer(Context& has_threads_of_its_own, waiting = waiting::automatic) = delete;
    /// Operations of a moved-from tracer fail with `errc::empty_object`.
    tracer(tracer&&) noexcept = default;
    tracer& operator=(tracer&&) noexcept;
    ~tracer();

    executor_type get_executor() const noexcept;

    /// Starts a command and traces it. The first call that can be recorded is the execve(2) of the command.
    ///
    /// The operation completes when the execve(2) has succeeded or failed. After a failure, no process is left, except
    /// perhaps after `errc::wrong_thread`.
    ///
    /// Errors:
    /// - those of the system calls that prepare the child, such as fork(2), PTRACE_SEIZE and execve(2)
    /// - EINVAL if `command::argv` is empty
    /// - `errc::tracee_died` if the child was killed before its execve(2)
    /// - `errc::not_decoded` if `session_options::matching` or `session_options::accesses` needs decoded calls, but
    ///   `capture_options::decode` is false
    /// - `asio::error::operation_aborted` after a cancellation
    /// - `errc::tracer_closed`, `errc::wrong_thread`, `errc::wrong_process` and `errc::empty_object` (see `tracer`)
    /// - the errors that `tracing::notification` and `tracing::observation` list
    ///
    /// After an error, the session is empty, and `session::why` names the step that failed. With the default token, the
    /// launch throws a `failed`.
    /// Completion signature: `void(error_code, session)`.
    /// Cancellation: terminal, partial and total; the child is killed and reaped.
    template <asio::completion_token_for<void(error_code, session)> Token = with_failure_t>
    auto async_launch(command what, session_options options, Token&& token = {});
    template <asio::completion_token_for<void(error_code, session)> Token = with_failure_t>
    auto async_launch(command what, Token&& token = {});

    /// Attaches to running processes and traces them as one session. `which` is one target, or a list of targets. A
    /// target is a process, a process with all its descendants, a cgroup, all processes with a certain name, or the
    /// whole system (see cotrace/targets.hpp). If `session_options::follow` is false, a process target attaches only
    /// the thread with the given id.
    ///
    /// With ptrace, a thread is recorded from its first stop on. The operation completes when each thread has stopped
    /// once, or after 200 ms if some threads cannot stop, such as the parent of a vfork(2). With
    /// `tracing::observation`, no thread stops, and the operation does not wait for the threads.
    ///
    /// A few calls, such as epoll_wait(2), fail with EINTR if an attach or a detach interrupts them: see ptrace(2),
    /// "BUGS". The kernel restarts all other calls. No process sees a SIGSTOP, because the tracer uses PTRACE_SEIZE.
    ///
    /// `session::root` is the first process that was attached, or `pid{}` if there is none yet. With
    /// `tracing::observation`, the processes of a cgroup and of the whole system do not count as attached.
    ///
    ///     auto one = co_await tracer.async_attach(cotrace::pid{4711});
    ///     auto web = co_await tracer.async_attach(cotrace::targets::named{"nginx", cotrace::targets::also_later});
    ///
    /// Errors:
    /// - ESRCH if the process of a target does not exist, or if no target has a process and none has
    ///   `targets::also_later`
    /// - ENOENT if the folder of a cgroup does not exist, and ENOTDIR if the folder is not that of a cgroup
    /// - EPERM if the kernel does not allow the tracer to trace the process
    /// - EMFILE or ENFILE if no file descriptor is free
    /// - EINVAL if `which` is empty
    /// - `errc::already_traced` if the process has another tracer; `failure::other` is the id of that tracer
    /// - `errc::own_process` if the process is the tracer's own
    /// - `errc::no_procfs` if /proc is not mounted, or shows another pid namespace
    /// - `errc::not_decoded`: see `async_launch`
    /// - `asio::error::operation_aborted` after a cancellation
    /// - `errc::not_by_notification` if `options` asks for `tracing::notification`
    /// - `errc::only_by_observation` if a target is `targets::everything` and `options` does not ask for
    ///   `tracing::observation`
    /// - the errors that `tracing::observation` and cotrace/targets.hpp list
    /// - `errc::tracer_closed`, `errc::wrong_thread`, `errc::wrong_process` and `errc::empty_object` (see `tracer`)
    ///
    /// If a target is a set of processes, a process that cannot be attached is not always an error (see
    /// cotrace/targets.hpp). After an error, no process stays attached, except perhaps after `errc::wrong_thread`. The
    /// session is empty, and `session::why` names the step that failed. With the default token, the attach throws a
    /// `failed`.
    /// Completion signature: `void(error_code, session)`.
    /// Cancellation: terminal, partial and total; the processes that were attached are detached.
    template <asio::completion_token_for<void(error_code, session)> Token = with_failure_t>
    auto async_attach(target_list which, session_options options, Token&& token = {});
    template <asio::completion_token_for<void(error_code, session)> Token = with_failure_t>
    auto async_attach(target_list which, Token&& token = {});

    /// Ends all sessions as their `session_options::at_end` says. Completes when every subject has ended or was
    /// detached. Launches and attaches that are under way, and later ones, fail with `errc::tracer_closed`. Queued
    /// records can still be read after the completion. Several calls of `async_close` complete together.
    ///
    /// Errors: `errc::not_stopped` if subjects are left after five seconds, or after one second if all of them are in
    /// uninterruptible sleep; these subjects stay traced until the tracer's thread ends. `errc::wrong_thread`,
    /// `errc::wrong_process` and `errc::empty_object` (see `tracer`).
    /// Completion signature: `void(error_code)`.
    /// Cancellation: not supported; a cancellation has no effect.
    template <asio::completion_token_for<void(error_code)> Token = asio::deferred_t>
    auto async_close(Token&& token = {});

private:
    static std::shared_ptr<engine::engine> start(executor_type executor, waiting how);

    std::shared_ptr<engine::engine> engine_;
};

}   // namespace cotrace

#include <cotrace/impl/tracer.hpp>
