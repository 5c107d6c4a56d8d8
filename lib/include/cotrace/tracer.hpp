// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/command.hpp>
#include <cotrace/session.hpp>
#include <cotrace/targets.hpp>
#include <cotrace/waiting.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace cotrace {

namespace engine {
class engine;
}

/// Launches and attaches to what is to be traced.
///
/// Thread rule: a tracer belongs to one thread, because the kernel takes ptrace
/// requests only from the thread that attached. It is the thread that runs the
/// first launch or attach of the tracer, and so the thread that runs the context
/// of the tracer's executor. Another thread may construct the tracer. A process
/// may have many tracers, also several on one thread; each waits only for its own
/// subjects and leaves all other children of the process alone.
///
/// Destroying a tracer ends its sessions, each as its options say, before the
/// destructor returns. Subjects that do not end or stop within five seconds, or
/// one second where all that are left are in uninterruptible sleep (as a vfork's
/// parent), stay traced until the thread ends. The kernel lets them go then, but
/// for the launched without `session_options::outlive_tracer`, which it kills.
/// Records can still be read.
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

    /// Throws `boost::system::system_error` with `errc::kernel_too_old` before Linux 5.3.
    explicit tracer(executor_type executor, waiting how = waiting::automatic);
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

private:
    std::shared_ptr<engine::engine> engine_;
};

} // namespace cotrace

#include <cotrace/impl/tracer.hpp>
