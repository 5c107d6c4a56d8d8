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

/// The executors that a tracer accepts. A tracer needs an executor whose context is run by
/// one thread. `asio::system_executor`, the executors of `asio::thread_pool`, and strands of
/// these executors are excluded, because several threads may run their work. Use an
/// `asio::io_context` or a `tracer_pool` instead.
template <class Executor>
concept executor_of_one_thread =
    std::convertible_to<Executor const&, asio::any_io_executor> && !detail::has_threads_of_its_own<Executor>;

/// Launches programs, and attaches to running processes, in order to trace them. The
/// processes and threads that a tracer traces are called its subjects. The program that
/// uses the library is called the host.
///
/// Thread rule: a tracer belongs to one thread, because the kernel accepts ptrace
/// requests for a subject only from the thread that attached to the subject. The
/// tracer's thread is the thread that runs the tracer's first operation, such as a launch.
/// This is the thread that runs the context of the tracer's executor; the tracer may
/// be constructed on another thread. Any thread may call the functions that begin with
/// `async_`: their work runs on the executor. Handlers are called on their associated
/// executor, or on the tracer's executor if they have none. A process may have many
/// tracers, also several on one thread. Each tracer waits only for its own subjects
/// and leaves all other children of the process alone.
///
/// The tracer ends its work when a second thread runs functions of the tracer's executor, even
/// if the two threads never run such functions at the same time, as with a strand. From then on,
/// every operation of the tracer, and of its sessions that have not ended, completes with
/// `errc::wrong_thread`. Operations that read records from a session's own channel first deliver the queued
/// records, and complete with this error when no record is left. The subjects of sessions with
/// `tracing::notification` are killed at once, as far as the tracer can find them; see
/// `tracing::notification`. Subjects with `tracing::observation` run on, and are not
/// observed any more. For subjects that are traced with ptrace, the tracer makes
/// no further request, so stopped threads stay stopped until the tracer's thread ends.
/// When that thread ends, the kernel kills the subjects that were launched without
/// `session_options::outlive_tracer`, and detaches all other subjects. To avoid such an
/// end, run the context of the executor on one thread only, or use `tracer_pool`.
///
/// The tracer also ends its work in this way if the tracer or one of its sessions is
/// destroyed on a second thread, for example after the tracer's thread has ended. After
/// any such end of the tracer's work, the destructor of the tracer kills and reaps the
/// root process of each launched session that ends with `ending::kill`, which is the
/// default for launched sessions. If the destructor runs on another thread while the tracer's thread
/// still lives, the kernel lets a killed process that is traced with ptrace end only when the tracer's
/// thread ends. Such a process is not reaped by the destructor, so the host must reap it.
///
/// The destructor of a tracer ends all sessions of the tracer. `session_options::at_end` of each session says whether
/// its subjects are killed or detached. The destructor blocks the thread until every subject has ended or was
/// detached, but for at most five seconds. It returns earlier if all remaining subjects are in uninterruptible sleep
/// (such as the parent of a vfork(2)) and no subject has stopped or ended within the last second. Subjects that remain
/// when the destructor returns stay traced until the tracer's thread ends. When that thread ends, the kernel kills the
/// subjects that were launched without `session_options::outlive_tracer`, and detaches the others. `async_close` ends
/// the tracer without blocking the thread. Queued records can still be read after the destructor.
///
/// If a function that the tracer calls directly destroys the tracer, the destructor returns at once, and the sessions
/// end when the executor next runs work. These functions are `limits::when`, `interceptor::wants`,
/// `interceptor::on_end`, the conditions of a `call_matcher`, and custom decoders. The destructor cannot wait in this
/// case: the tracer calls these functions while it handles the stop of a thread, and that thread cannot end until the
/// tracer has handled the stop.
///
/// A launch or an attach that is under way when the tracer is closed or destroyed ends
/// with `errc::tracer_closed`. The launched process is killed and reaped, and the
/// attached processes are detached, whatever `session_options::at_end` says. For the
/// destructor, an operation counts as under way until its handler is called.
///
/// The executor's context may be destroyed before the tracer and its sessions.
/// Destroying the context ends the sessions, and the launches and attaches under way,
/// as the destructor of the tracer does. Waiting operations are destroyed without a
/// call of their handlers, as in Asio. Afterwards, no operation can be started, but
/// queued records can still be taken with `session::try_next`.
///
/// A program may fork while it has a tracer. The parent's tracer goes on tracing the
/// subjects. In the child, the copies of tracers, pools and sessions do nothing:
/// every read of records reports the end of the records, `session::async_wait` completes
/// without an error, every other operation fails with `errc::wrong_process`, and destroying
/// a copy affects no subject. The child keeps the memory and the file descriptors of the
/// copies until it executes a program or ends. If the parent has a session with
/// `tracing::notification`, one of these file descriptors is the session's listener, from
/// which the tracer receives the calls. If the parent dies while the child has the
/// listener open, calls that wait for the parent's tracer do not fail with ENOSYS, but
/// wait until the child executes a program or ends. If the child uses the executor's
/// context, it must call `io_context::notify_fork` first, as Asio requires. The child may
/// make tracers of its own. All this holds for children that fork(3) makes. The tracer does not detect that
/// it was copied into a child that a direct call of clone(2) makes.
class tracer {
public:
    using executor_type = asio::any_io_executor;

    /// Makes a tracer whose work runs on `executor`. Executors that `executor_of_one_thread` excludes
    /// are rejected by the compiler.
    ///
    /// Throws `boost::system::system_error`, with `errc::kernel_too_old` if the kernel lacks PTRACE_GET_SYSCALL_INFO
    /// (Linux 5.3), with `errc::wrong_thread` if `executor` is an `any_io_executor` that holds an excluded executor, with
    /// EINVAL if COTRACE_WAITING has an unknown value (see `waiting`), or with the error of a failed system call.
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
    /// An `asio::thread_pool`, its executors, and `asio::system_executor` have threads of their own, so a tracer cannot
    /// use them: use an `asio::io_context` or a `tracer_pool`. Because of these deleted overloads, the error message of
    /// the compiler is short.
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

    /// Starts a command and traces it. The execve(2) of the command is the first call that can be recorded.
    ///
    /// The operation completes when the execve(2) has succeeded or failed. After a failure, no process is left, except
    /// perhaps after `errc::wrong_thread`.
    /// Errors: those of the system calls that prepare the child, such as fork(2), PTRACE_SEIZE and execve(2);
    /// `failure::operation` names the call that failed. EINVAL if `command::argv` is empty. `errc::tracee_died` if the
    /// child was killed before its execve(2). `errc::not_decoded` if `session_options::matching` or
    /// `session_options::accesses` needs decoded calls, but `capture_options::decode` is false.
    /// `asio::error::operation_aborted` after a cancellation. `errc::tracer_closed`, `errc::wrong_thread`,
    /// `errc::wrong_process` and `errc::empty_object`, as the documentation of `tracer` says.
    /// The documentation of `tracing::notification` and `tracing::observation` lists the further errors of a launch with
    /// these options.
    /// After an error the session is empty, and `session::why` says what failed. With the default token, the launch
    /// throws a `failed`, and `failed::why` says what failed.
    /// Completion signature: `void(error_code, session)`.
    /// Cancellation: terminal, partial and total; the child is killed and reaped.
    template <asio::completion_token_for<void(error_code, session)> Token = with_failure_t>
    auto async_launch(command what, session_options options, Token&& token = {});
    template <asio::completion_token_for<void(error_code, session)> Token = with_failure_t>
    auto async_launch(command what, Token&& token = {});

    /// Attaches to running processes and traces them as one session. `which` is one target,
    /// or a list of targets. A target is one of these (see cotrace/targets.hpp):
    /// - A process with all its threads. If `session_options::follow` is false, only the thread
    ///   with the given id is attached.
    /// - A process and all its descendants.
    /// - All processes of a cgroup. With `targets::also_later`, processes that join the
    ///   cgroup after the attach are attached, too.
    /// - All processes that have a certain name. With `targets::also_later`, processes that get the name
    ///   after the attach are attached, too.
    /// - The whole system (`targets::everything`). Needs `tracing::observation`.
    ///
    /// With `tracing::observation`, no thread stops, and the operation completes without a wait for the threads. The
    /// next two paragraphs are about ptrace.
    ///
    /// A few calls, such as epoll_wait(2), fail with EINTR if a thread is attached or detached while it waits in them:
    /// see ptrace(2), "BUGS". The kernel restarts all other calls.
    ///
    /// No process sees a SIGSTOP, because the tracer uses PTRACE_SEIZE. A thread is
    /// recorded from its first stop on. The operation completes when each thread has
    /// stopped once, or after 200 ms if some threads cannot stop, such as the parent of
    /// a vfork(2).
    ///
    /// `session::root` is the first process that was attached. With `targets::also_later` there may be no process
    /// yet; then `session::root` is `pid{}`. With `tracing::observation`, the processes of a cgroup and of the whole
    /// system do not count as attached for `session::root`.
    ///
    ///     auto one = co_await tracer.async_attach(cotrace::pid{4711});
    ///     auto web = co_await tracer.async_attach(cotrace::targets::named{"nginx", cotrace::targets::also_later});
    ///
    /// Errors (after an error, no process stays attached, except perhaps after `errc::wrong_thread`):
    /// - ESRCH if the process of a target does not exist, or if no target has a process and none has
    ///   `targets::also_later`.
    /// - ENOENT if the folder of a cgroup does not exist, and ENOTDIR if the folder is not
    ///   that of a cgroup.
    /// - EPERM if the kernel does not allow the tracer to trace the process.
    /// - EMFILE or ENFILE if no file descriptor is free.
    /// - EINVAL if `which` is empty.
    /// - `errc::already_traced` if the process has another tracer. `failure::other`
    ///   is the id of that tracer.
    /// - `errc::own_process` if the process is the tracer's own.
    /// - `errc::no_procfs` if /proc is not mounted, or shows another pid namespace.
    /// - `errc::not_decoded` if `session_options::matching` or `session_options::accesses` needs decoded calls, but
    ///   `capture_options::decode` is false.
    /// - `asio::error::operation_aborted` after a cancellation.
    /// - `errc::not_by_notification` if `options` asks for `tracing::notification`.
    /// - `errc::only_by_observation` if a target is `targets::everything` and `options` does not ask for
    ///   `tracing::observation`. The documentation of `tracing::observation` lists the errors of an attach with it.
    /// - `errc::tracer_closed`, `errc::wrong_thread`, `errc::wrong_process` and
    ///   `errc::empty_object`, as the documentation of `tracer` says.
    ///
    /// If a target is a set of processes, a process that cannot be attached is not always an
    /// error. cotrace/targets.hpp describes this, and the errors of `targets::also_later`.
    /// After an error the session is empty, and `session::why` says what failed. With the default token,
    /// the attach throws a `failed`, and `failed::why` says what failed.
    /// Completion signature: `void(error_code, session)`.
    /// Cancellation: terminal, partial and total; the processes that were attached are detached.
    template <asio::completion_token_for<void(error_code, session)> Token = with_failure_t>
    auto async_attach(target_list which, session_options options, Token&& token = {});
    template <asio::completion_token_for<void(error_code, session)> Token = with_failure_t>
    auto async_attach(target_list which, Token&& token = {});

    /// Ends all sessions, and completes when every subject has ended or was detached.
    /// `session_options::at_end` of each session says whether its subjects are killed or detached. While the operation
    /// waits, the executor runs other work. Launches and attaches that are under way, and those that are started
    /// later, fail with `errc::tracer_closed`. After the completion, the destructor has nothing left to do, and queued
    /// records can still be read. If `async_close` is called several times before it has completed, all these operations
    /// complete together.
    ///
    /// Errors: `errc::not_stopped` if subjects are left after five seconds, or after one second if
    /// all of them are in uninterruptible sleep. These subjects stay traced until the tracer's thread ends.
    /// `errc::wrong_thread`, `errc::wrong_process` and `errc::empty_object`, as the documentation of
    /// `tracer` says.
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
