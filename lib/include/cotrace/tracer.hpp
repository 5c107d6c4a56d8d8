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

/// An executor that a tracer can be on, for all that its type tells: the program runs
/// its context with one thread. The threads of `asio::thread_pool` and
/// `asio::system_executor` are Asio's own. Use an `asio::io_context` or a `tracer_pool`.
template <class Executor>
concept executor_of_one_thread
    = std::convertible_to<Executor const&, asio::any_io_executor> && !detail::has_threads_of_its_own<Executor>;

/// Launches and attaches to what is to be traced.
///
/// Thread rule: a tracer belongs to one thread, because the kernel takes ptrace
/// requests only from the thread that attached. It is the thread that runs the
/// first launch or attach of the tracer, and so the thread that runs the context
/// of the tracer's executor. Another thread may construct the tracer. Any thread may
/// call the functions that begin with `async_`: their work runs on the executor. A process
/// may have many tracers, also several on one thread; each waits only for its own
/// subjects and leaves all other children of the process alone.
///
/// When a second thread runs the executor, also one after the other as with a
/// strand, the tracer ends its work. Every operation of the tracer and of its
/// sessions completes with `errc::wrong_thread`, once the records that were queued
/// are read. The tracer makes no further ptrace request. Threads that are stopped
/// stay stopped until the thread that the tracer belongs to ends. The kernel then
/// lets the subjects go, but for those launched without
/// `session_options::outlive_tracer`, which it kills. So run the executor with one
/// thread, or use `tracer_pool`.
///
/// Destroying the tracer or a session on another thread, such as after the
/// tracer's thread has ended, has that effect, too; what the tracer launched
/// with `ending::kill` is then killed and its root process reaped.
///
/// Destroying a tracer ends its sessions, each as its options say, before the
/// destructor returns. The destructor blocks the thread until every subject has
/// ended or was let go: for at most five seconds, or one second where all subjects
/// that are left are in uninterruptible sleep (such as the parent of a vfork(2)).
/// Subjects that are left then stay traced until the thread ends. The kernel lets
/// them go then, except those launched without `session_options::outlive_tracer`,
/// which it kills. Records can still be read. `async_close` does the same without
/// blocking the thread.
///
/// The executor's context may be destroyed before the tracer and its sessions.
/// Destroying the context then ends the sessions as the destructor of the tracer
/// does. Operations that wait are destroyed without a call of their handlers, as
/// in Asio. Records that were queued can still be taken with `session::try_next`;
/// no operation can be started any longer.
///
/// A program may fork while it has a tracer. The subjects stay the parent's, and
/// the parent's tracer goes on. In the child, the copies of tracers, pools and
/// sessions do nothing: every operation fails with `errc::wrong_process`, streams
/// of records are at their end, and destroying a copy touches no subject. The copy
/// keeps its memory and its descriptors until the child executes a program or
/// ends. As long as one of these descriptors is open, calls that wait for a
/// tracer with `tracing::notification` do not fail when the parent dies. If the
/// child uses the executor's context, it calls `io_context::notify_fork` first, as
/// Asio requires. The child may make tracers of its own. This is about fork(3); a
/// raw clone(2) is not noticed.
class tracer {
public:
    using executor_type = asio::any_io_executor;

    /// An executor of an `asio::thread_pool`, a strand of one and `asio::system_executor` do not
    /// compile. Throws `boost::system::system_error`: `errc::kernel_too_old` before Linux 5.3;
    /// `errc::wrong_thread` where `executor` is an `any_io_executor` that holds one of these.
    template <executor_of_one_thread Executor>
    explicit tracer(Executor const& executor, waiting how = waiting::automatic) : engine_{start(executor, how)}
    {
    }
    /// Operations of a tracer that was moved from fail with `errc::empty_object`, as with a `session`.
    tracer(tracer&&) noexcept = default;
    tracer& operator=(tracer&&) noexcept;
    ~tracer();

    executor_type get_executor() const noexcept;

    /// Starts `what` and traces it from its execve(2) on, which is the first call recorded.
    ///
    /// Completes once the exec succeeded or failed; a failed one leaves no process.
    /// Errors: what fork(2), PTRACE_SEIZE or execve(2) said; the operation tells which.
    /// Completion signature: `void(result<session, failure>)`.
    /// Cancellation: terminal, partial and total; the child is killed.
    template <asio::completion_token_for<void(result<session, failure>)> Token = asio::use_awaitable_t<>>
    auto async_launch(command what, session_options options = {}, Token&& token = {});

    /// Traces what runs already, as one session: a process, with all its threads
    /// (without `session_options::follow`, the one thread whose id is given); a
    /// tree, a cgroup, all of one name, now and also later; or several of these.
    ///
    ///     auto one = (co_await tracer.async_attach(cotrace::pid{4711})).value();
    ///     auto web = (co_await tracer.async_attach(cotrace::targets::named{"nginx", cotrace::targets::also_later})).value();
    ///
    /// Nobody sees a SIGSTOP (PTRACE_SEIZE). What a thread does is recorded from
    /// its first stop on; the operation completes when each had one, or after
    /// 200 ms with those that cannot stop now, as a vfork's parent.
    /// `session::root` is the first that was attached, and 0 while there was none.
    ///
    /// Errors: ESRCH "no such process"; EPERM "not permitted"; `errc::already_traced`,
    /// with the tracer in `failure::other`; `errc::own_process`. After an error
    /// nothing stays attached. See cotrace/targets.hpp for sets, in which not every such process is an error.
    /// Completion signature: `void(result<session, failure>)`.
    /// Cancellation: terminal, partial and total; what was attached is let go.
    template <asio::completion_token_for<void(result<session, failure>)> Token = asio::use_awaitable_t<>>
    auto async_attach(target_list which, session_options options = {}, Token&& token = {});

    /// Ends all sessions, each as its options say, and completes when every subject has
    /// ended or was let go. Meanwhile the executor runs other work. From the call on, launches
    /// and attaches fail with `errc::tracer_closed`. The destructor has nothing left to do
    /// after completion. Records can still be read.
    ///
    /// Errors: `errc::not_stopped`: subjects were left after the time that the destructor
    /// would wait, and what it says of them holds; `errc::wrong_thread`; `errc::empty_object`.
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
