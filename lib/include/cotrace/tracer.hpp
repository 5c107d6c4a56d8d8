// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/command.hpp>
#include <cotrace/session.hpp>
#include <cotrace/targets.hpp>
#include <cotrace/waiting.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/thread_pool.hpp>

#include <concepts>
#include <memory>
#include <utility>
#include <vector>

namespace cotrace {

namespace engine {
class engine;
}

namespace detail {

template <class Executor>
inline constexpr bool has_threads_of_its_own = false;
template <class Allocator, unsigned Bits>
inline constexpr bool has_threads_of_its_own<asio::thread_pool::basic_executor_type<Allocator, Bits>> = true;
template <class Blocking, class Relationship, class Allocator>
inline constexpr bool has_threads_of_its_own<asio::basic_system_executor<Blocking, Relationship, Allocator>> = true;
template <class Inner>
inline constexpr bool has_threads_of_its_own<asio::strand<Inner>> = has_threads_of_its_own<Inner>;

} // namespace detail

/// An executor whose type allows that one thread runs its context, as a tracer requires.
/// `asio::thread_pool` and `asio::system_executor` are excluded, because Asio runs their
/// threads. Use an `asio::io_context` or a `tracer_pool` instead.
template <class Executor>
concept executor_of_one_thread
    = std::convertible_to<Executor const&, asio::any_io_executor> && !detail::has_threads_of_its_own<Executor>;

/// Launches programs, and attaches to running processes, in order to trace them.
///
/// Thread rule: a tracer belongs to one thread, because the kernel takes ptrace
/// requests only from the thread that attached. This is the thread that runs the
/// first launch or attach of the tracer, and therefore the thread that runs the
/// context of the tracer's executor. Another thread may construct the tracer. Any
/// thread may call the functions that begin with `async_`: their work runs on the
/// executor. A process may have many tracers, also several on one thread. Each
/// tracer waits only for its own subjects and leaves all other children of the
/// process alone.
///
/// When a second thread runs the executor, even if never at the same time as the
/// first thread (as with a strand), the tracer ends its work. Every operation of
/// the tracer and of its sessions completes with `errc::wrong_thread`, once the
/// queued records have been read. The tracer makes no further ptrace request.
/// Threads that are stopped stay stopped until the tracer's thread ends. The kernel
/// then detaches the subjects, except subjects that were launched without
/// `session_options::outlive_tracer`, which it kills. So run the executor with one
/// thread, or use `tracer_pool`.
///
/// Destroying the tracer or a session on another thread, for example after the
/// tracer's thread has ended, also ends the tracer's work in this way. Subjects that
/// were launched with `ending::kill` are then killed, and their root process is reaped.
///
/// Destroying a tracer ends its sessions, each as its options say, before the
/// destructor returns. The destructor blocks the thread until every subject has
/// ended or was detached: for at most five seconds, or one second if all remaining
/// subjects are in uninterruptible sleep (such as the parent of a vfork(2)).
/// Remaining subjects then stay traced until the thread ends. The kernel detaches
/// them at that time, except subjects that were launched without
/// `session_options::outlive_tracer`, which it kills. Records can still be read.
/// `async_close` ends the tracer without blocking the thread.
///
/// A launch or an attach that is under way when the tracer is closed or destroyed ends
/// with `errc::tracer_closed`. The launched process is killed and reaped, and the
/// attached processes are detached, whatever `session_options::at_end` says. For the
/// destructor, an operation is under way until its handler is called.
///
/// The executor's context may be destroyed before the tracer and its sessions.
/// Destroying the context ends the sessions, and the launches and attaches under way,
/// as the destructor of the tracer does. Waiting operations are destroyed without a
/// call of their handlers, as in Asio. Queued records can still be taken with
/// `session::try_next`. No operation can be started any longer.
///
/// A program may fork while it has a tracer. The parent's tracer goes on tracing the
/// subjects. In the child, the copies of tracers, pools and sessions do nothing:
/// every operation fails with `errc::wrong_process`, streams of records are at their
/// end, and destroying a copy affects no subject. The copy keeps its memory and its
/// descriptors until the child executes a program or ends. As long as one of these
/// descriptors is open, calls that wait for a tracer with `tracing::notification` do
/// not fail when the parent dies. If the child uses the executor's context, it must
/// call `io_context::notify_fork` first, as Asio requires. The child may make tracers
/// of its own. This holds for fork(3). A raw clone(2) is not detected.
class tracer {
public:
    using executor_type = asio::any_io_executor;

    /// The executors of `asio::thread_pool`, strands of them, and `asio::system_executor` do not
    /// compile. Throws `boost::system::system_error`: `errc::kernel_too_old` before Linux 5.3;
    /// `errc::wrong_thread` if `executor` is an `any_io_executor` that holds one of these executors.
    template <executor_of_one_thread Executor>
    explicit tracer(Executor const& executor, waiting how = waiting::automatic) : engine_{start(executor, how)}
    {
    }
    /// Operations of a moved-from tracer fail with `errc::empty_object`.
    tracer(tracer&&) noexcept = default;
    tracer& operator=(tracer&&) noexcept;
    ~tracer();

    executor_type get_executor() const noexcept;

    /// Starts a command and traces it. Its execve(2) is the first call that is recorded.
    ///
    /// Completes when the execve(2) has succeeded or failed. After a failure, no process is left.
    /// Errors: those of fork(2), PTRACE_SEIZE and execve(2); `failure::operation` says which of them failed.
    /// Completion signature: `void(result<session, failure>)`.
    /// Cancellation: terminal, partial and total; the child is killed.
    template <asio::completion_token_for<void(result<session, failure>)> Token = asio::use_awaitable_t<>>
    auto async_launch(command what, session_options options = {}, Token&& token = {});

    /// Attaches to running processes and traces them as one session. A target is a
    /// process with all its threads (without `session_options::follow`, only the thread
    /// with the given id), a tree, a cgroup, or all processes of one name. One call
    /// takes several targets. With `targets::also_later`, processes that join the
    /// cgroup or get the name later are attached, too.
    ///
    ///     auto one = (co_await tracer.async_attach(cotrace::pid{4711})).value();
    ///     auto web = (co_await tracer.async_attach(cotrace::targets::named{"nginx", cotrace::targets::also_later})).value();
    ///
    /// No process sees a SIGSTOP, because the tracer uses PTRACE_SEIZE. A thread is
    /// recorded from its first stop on. The operation completes when each thread has
    /// stopped once, or after 200 ms if some threads cannot stop, such as the parent of
    /// a vfork(2). `session::root` is the first process that was attached; its id is 0
    /// while no process is attached.
    ///
    /// Errors: ESRCH "no such process"; EPERM "not permitted"; EMFILE or ENFILE if no file
    /// descriptor is free; `errc::already_traced`, with the tracer in `failure::other`;
    /// `errc::own_process`. After an error nothing stays attached. In a set of processes
    /// (cotrace/targets.hpp), a process that cannot be attached is not always an error.
    /// Completion signature: `void(result<session, failure>)`.
    /// Cancellation: terminal, partial and total; what was attached is detached.
    template <asio::completion_token_for<void(result<session, failure>)> Token = asio::use_awaitable_t<>>
    auto async_attach(target_list which, session_options options = {}, Token&& token = {});

    /// Ends all sessions, each as its options say, and completes when every subject has
    /// ended or was detached. The executor runs other work meanwhile. From the call on, launches
    /// and attaches fail with `errc::tracer_closed`, also those that are under way. After the
    /// completion, the destructor has nothing left to do. Records can still be read. If there
    /// are several calls, all of them complete at that time.
    ///
    /// Errors: `errc::not_stopped` if subjects are left after the time that the destructor waits
    /// at most; they stay traced until the thread ends. `errc::wrong_thread`; `errc::empty_object`.
    /// Completion signature: `void(error_code)`.
    /// Cancellation: none.
    template <asio::completion_token_for<void(error_code)> Token = asio::use_awaitable_t<>>
    auto async_close(Token&& token = {});

private:
    static std::shared_ptr<engine::engine> start(executor_type executor, waiting how);

    std::shared_ptr<engine::engine> engine_;
};

} // namespace cotrace

#include <cotrace/impl/tracer.hpp>
