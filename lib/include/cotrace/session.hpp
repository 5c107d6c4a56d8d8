// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/access_filter.hpp>
#include <cotrace/capture.hpp>
#include <cotrace/error.hpp>
#include <cotrace/filter.hpp>
#include <cotrace/interceptor.hpp>
#include <cotrace/match.hpp>
#include <cotrace/placement.hpp>
#include <cotrace/record.hpp>
#include <cotrace/record_channel.hpp>
#include <cotrace/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/compose.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cotrace {

class session;

namespace engine {
class counters;
class session_state;
std::shared_ptr<counters const> counters_of(session const& of);
/// Empties a session that has ended. Unlike the destructor, this keeps the queued records.
void forget(session& ended) noexcept;
/// The handler of a launch or attach is about to be called with `made`. Replaces `made` by
/// `errc::tracer_closed` if the tracer was destroyed before.
void hand_over(result<session, failure>& made);
}

/// What happens to the traced processes when their session is destroyed, reaches one
/// of its `limits`, or its tracer is destroyed: they are killed, or detached unharmed.
enum class ending : std::uint8_t { kill, detach };

/// Whether a seccomp program in the kernel selects the calls at which launched processes stop.
enum class kernel_filter : std::uint8_t {
    /// A seccomp program is loaded into the launched process if `filter` does not
    /// want all calls and `follow` is true. A process keeps the program for its whole
    /// life, so the program is not loaded if an option lets a process run untraced:
    /// `at_end = ending::detach`, `detach_at_exec` or `outlive_tracer`. If the kernel
    /// refuses the program, every call stops, as with `off`.
    ///
    /// A subject can see the program in `Seccomp` of /proc/self/status and, if the
    /// tracer has no CAP_SYS_ADMIN, in `NoNewPrivs`. Once a thread loads a seccomp
    /// filter of its own, all calls of the thread stop, so that calls which that
    /// filter denies are recorded too. With SECCOMP_FILTER_FLAG_TSYNC this holds for
    /// the other threads of the process from their next stop on. A child made with
    /// CLONE_UNTRACED is traced, because the child inherits the program.
    automatic,
    off,   ///< every call stops
};

/// How the tracer learns of the subjects' system calls.
enum class tracing : std::uint8_t {
    /// ptrace(2): all kinds of records, and all verdicts of interceptors.
    ptrace,

    /// Seccomp's user notification, see seccomp_unotify(2) (Linux 5.9): wanted calls
    /// wait in the kernel until the tracer has seen them, and all other calls run at
    /// full speed. A call costs a fraction of two stops (best from Linux 6.6 on,
    /// SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP). The subjects are not tracees of
    /// ptrace, so a debugger or strace can attach to them meanwhile.
    ///
    /// Only launched processes and their descendants can be traced in this way. The
    /// records are `thread_started` of the root, `syscall_entered`, and `thread_exited`
    /// of the root. The stream ends when the last process is gone. Exits of calls,
    /// signals, and the beginnings and ends of other threads are not recorded. Stack
    /// pointers are not known. A call is not recorded if the kernel reports its thread
    /// with id 0, which means that the thread is in a pid namespace that the tracer
    /// cannot see into.
    ///
    /// Interceptors see entries. They may let calls proceed, fail or return a value
    /// without running, write memory, and await other operations. `change_arguments`
    /// and `run_instead` are not possible: the session records a `trace_failed` with
    /// `errc::not_by_notification`, and the call fails with ENOSYS.
    /// `intercept::rewrite_path` makes calls fail with EFAULT. `on_exit`, `on_signal`
    /// and `on_end` of an `interceptor` are not called.
    ///
    /// Filters, limits, overflow and statistics work as with ptrace, except that
    /// there are no statistics for single threads. `cpu_placement` has no effect:
    /// the kernel wakes the tracer and the thread on the CPU on which the other ran.
    ///
    /// `async_attach` fails with `errc::not_by_notification`. `async_launch` fails
    /// with that error for `follow = false`, `detach_at_exec`, `system_times`, and
    /// for a `matching` with a condition on the outcome of a call. `async_launch`
    /// fails with `errc::filtered` for `at_end = ending::detach` and
    /// `outlive_tracer`, and so does `session::detach`: without the listener, each
    /// wanted call fails with ENOSYS.
    ///
    /// If the tracer dies suddenly, the root is killed (PR_SET_PDEATHSIG). The other
    /// processes run on, and each wanted call in them fails with ENOSYS.
    ///
    /// The kernel has no list of the processes that have a seccomp program.
    /// `session::kill` kills the root, its descendants, the children of processes
    /// that called exit_group(2), the descendants of these children, and each
    /// process that makes a wanted call later. A process that makes no wanted call
    /// is missed if its parent was killed by a signal.
    ///
    /// The subjects can notice four things. They can see the seccomp program, as with
    /// `kernel_filter`. Set-uid programs gain no privileges if the tracer has no
    /// CAP_SYS_ADMIN (no_new_privs). The kernel refuses a second
    /// listener with EBUSY. So the launch also fails if the tracer itself runs under a
    /// listener, for example in some containers. A signal that arrives before the tracer has taken
    /// the notification makes any call fail with EINTR if the handler of the signal
    /// has no SA_RESTART. Before Linux 5.19, a signal does so during the whole wait,
    /// and a call that is restarted is recorded again.
    ///
    /// If a seccomp filter of the subject denies a call, the call is not recorded. If
    /// the filter returns SECCOMP_RET_TRACE, the notification takes precedence.
    ///
    /// The memory that a call's arguments point to is read while the call waits. Other
    /// threads may change that memory before the kernel reads it, so interceptors are
    /// no protection against a hostile subject.
    notification,
};

/// Limits at which a session ends by itself. The first limit that is reached ends
/// the session as `session_options::at_end` says. After the record that reached the
/// limit, only records of ends and failures follow: `thread_exited`, `detached`,
/// `superseded`, `records_lost` and `trace_failed`.
///
/// No limit is checked until a launched process has executed its program, so its
/// `thread_started` record and its execve(2) are recorded in any case. With
/// `session_options::records` false, only `time` has an effect.
///
///     options.stop_after = limits{}.with_records(10'000).with_time(30s);
struct limits {
    limits() = default;

    limits&& with_records(std::uint64_t most) &&
    {
        records = most;
        return std::move(*this);
    }
    limits&& with_bytes(std::uint64_t most) &&
    {
        bytes = most;
        return std::move(*this);
    }
    limits&& with_time(std::chrono::nanoseconds most) &&
    {
        time = most;
        return std::move(*this);
    }
    limits&& with_predicate(std::function<bool(record const&)> is_last) &&
    {
        when = std::move(is_last);
        return std::move(*this);
    }

    std::uint64_t records = 0;            ///< number of records; 0: no limit
    std::uint64_t bytes   = 0;            ///< size of the records, as in `statistics::bytes`; 0: no limit
    std::chrono::nanoseconds time{};      ///< time since the launch or attach completed; 0: no limit
    /// Ends the session at the first record for which the predicate is true. The
    /// predicate is called on the tracer's thread while the thread of the record is
    /// stopped. If it is true at the entry of a call and the session ends with a kill,
    /// that call does not run. An exception from the predicate counts as true and is
    /// recorded as `trace_failed`.
    std::function<bool(record const&)> when{};
};

/// How a target is traced. Members are assigned, or set by functions in a chain:
///
///     auto options = session_options{}.with_filter(filter{"%file"}).without_entries();
///
/// The class is deliberately not an aggregate: GCC 12 destroys a braced aggregate in a
/// `co_await` expression twice.
struct session_options {
    session_options() = default;

    /// Records and intercepts only the calls of this filter.
    session_options&& with_filter(cotrace::filter wanted) &&;
    /// Records and intercepts only the calls that fit.
    session_options&& with_matching(call_matcher wanted) &&;
    /// Queues no record at the entry of a call.
    session_options&& without_entries() &&;
    /// Queues no record at the exit of a call.
    session_options&& without_exits() &&;
    /// Queues no records, for sessions that only intercept.
    session_options&& without_records() &&;
    /// Does not trace the threads and processes that the subjects create.
    session_options&& without_following() &&;
    /// Adds an interceptor, which is asked after those that were added before.
    session_options&& with_interceptor(std::shared_ptr<interceptor> added) &&;
    /// Gives the session's own channel this capacity and policy.
    session_options&& with_queue(std::size_t records, overflow policy = overflow::block) &&;
    /// Sends the records to a channel that other sessions may share.
    session_options&& with_channel(record_channel shared) &&;
    /// Names the session in its records.
    session_options&& with_label(std::string text) &&;
    /// Says whether the traced processes are killed or detached when the session ends.
    session_options&& with_end(ending how) &&;
    /// Ends the session when one of these limits is reached.
    session_options&& with_limits(limits most) &&;

    cotrace::filter filter{};        ///< selects the calls that are recorded and intercepted
    access_filter accesses{};        ///< restricts the calls of `filter` to calls about certain files; needs `capture.decode`
    /// Restricts the calls that `filter` and `accesses` select to those that fit this matcher.
    /// Conditions on paths and memory need `capture.decode`. With a condition on the
    /// outcome, entries are intercepted but not queued. If `filter` wants all calls, the
    /// calls of the matcher take its place in a launch.
    std::optional<call_matcher> matching{};
    bool follow  = true;             ///< also trace the threads and processes that the subjects create
    bool system_times = false;       ///< measure the CPU time that the kernel spends on each call, see `syscall_exited::system`
    bool detach_at_exec = false;     ///< detach a process at its execve(2), except at the first one of a launch
    bool records = true;             ///< false: no records are queued; for sessions that only intercept
    bool entries = true;             ///< queue a record at a call's entry too, not only at its exit
    bool exits   = true;             ///< queue a record at a call's exit; false: where the kernel filters, most exits cause no stop
    tracing how  = tracing::ptrace;  ///< `notification` gives only entries, whatever `exits` says
    kernel_filter in_kernel = kernel_filter::automatic;
    cpu_placement placing = cpu_placement::automatic;
    capture_options capture{};       ///< how much of a call is captured while its thread is stopped
    std::optional<cotrace::filter> in_full{};   ///< calls that are captured as with `capture_options::verbose`
    std::optional<cotrace::filter> flat{};      ///< calls that are captured as without `capture_options::follow`
    /// The channel that gets the records. Without one, the session has a channel of its own, on the tracer's executor.
    std::optional<record_channel> into{};
    std::size_t depth = 4096;        ///< number of records that the session's own channel holds, at least 1
    overflow when_full = overflow::block;   ///< what the session's own channel does when it is full
    std::string label{};             ///< names the session in its records: `session_identity::label`
    limits stop_after{};             ///< the session ends by itself when one of these limits is reached
    std::optional<ending> at_end{};  ///< empty: launched processes are killed, attached processes are detached
    bool outlive_tracer = false;     ///< launched subjects survive a tracer that dies suddenly (no PTRACE_O_EXITKILL)
    std::vector<std::shared_ptr<interceptor>> interceptors{};   ///< asked in this order; the first other than `proceed` decides
};

/// Counts since the session began.
struct statistics {
    std::uint64_t stops   = 0;       ///< ptrace-stops, or notifications of seccomp, that were answered
    std::uint64_t records = 0;       ///< number of records that were queued; `records_lost` records do not count
    std::uint64_t bytes   = 0;       ///< size of these records in memory, with the calls and values that they own
    std::uint64_t lost    = 0;       ///< records that the overflow policy discarded when this session queued a record
    std::size_t   threads = 0;       ///< threads traced now; always 0 with `tracing::notification`
    std::chrono::nanoseconds stopped{};   ///< time for which threads were stopped for the tracer, without stops in progress
    /// Attaches and signals without a pidfd: no file descriptor was free, or, for signals, the kernel is older than Linux 6.9.
    std::uint64_t by_id   = 0;
};

/// Counts of one traced thread.
struct thread_statistics {
    tid           thread{};
    std::uint64_t stops = 0;              ///< ptrace-stops, including a stop in progress
    std::chrono::nanoseconds stopped{};   ///< time for which the thread was stopped for the tracer, including a stop in progress
};

/// The processes that one `async_launch` or one `async_attach` traces, and their records.
///
/// Thread rule: call the functions on the tracer's thread. On another thread, `detach`,
/// `set_filter` and `kill` fail with `errc::wrong_thread` and have no effect (in a forked
/// child, `errc::wrong_process`). Any thread may call `channel`, `try_next`, `async_next`,
/// `async_read`, `stats` and `thread_stats` at any time. `async_wait` and the destructor, on
/// another thread, end the work of the tracer, as the documentation of `tracer` says. A
/// `tracer_pool` has sessions for any thread (`pooled_session`).
///
/// Destroying a session ends it as `session_options::at_end` says. The remaining work
/// is done on the tracer's executor.
class session {
public:
    using executor_type = asio::any_io_executor;

    /// A session without a target, as a moved-from session is: operations fail with
    /// `errc::empty_object`, on the handler's associated executor or
    /// `asio::system_executor`; `root` is `pid{}`; there are no records, and all counts are 0.
    session() noexcept = default;
    explicit session(std::shared_ptr<engine::session_state> state) noexcept;
    session(session&&) noexcept = default;
    session& operator=(session&& other) noexcept;
    ~session();

    /// The process that was launched, or the first that was attached.
    pid root() const noexcept;

    executor_type get_executor() const noexcept;

    /// The channel of the session's records: `session_options::into`, or the session's own channel, which is closed when
    /// the last traced thread has ended or was detached. Any thread may use it; see `record_channel`.
    record_channel channel() const;

    /// Waits for the next record of the session's channel. The optional is empty when the
    /// session has ended and every record was read. Records of one thread are in the order
    /// of the events. Equivalent to `channel().async_receive(token)`.
    ///
    /// Completion signature: `void(error_code, std::optional<record>)`.
    /// Cancellation: terminal, partial and total; no record is lost.
    template <asio::completion_token_for<void(error_code, std::optional<record>)> Token
                  = asio::use_awaitable_t<>>
    auto async_next(Token&& token = {});

    /// Waits until a record is queued, then appends all queued records to `into`, which
    /// must live until the operation completes. Gives their number; 0 means the end.
    ///
    /// Completion signature: `void(error_code, std::size_t)`.
    /// Cancellation: terminal, partial and total; no record is lost.
    template <asio::completion_token_for<void(error_code, std::size_t)> Token = asio::use_awaitable_t<>>
    auto async_read(std::vector<record>& into, Token&& token = {});

    /// The next record if one is queued.
    std::optional<record> try_next();

    /// Waits until the last traced thread has ended or was detached, and gives how the
    /// root process ended. Read the records meanwhile, or switch them off: with
    /// `overflow::block`, a full queue keeps the subjects stopped.
    ///
    /// Completion signature: `void(error_code, thread_exited)`.
    /// Cancellation: terminal, partial and total; the session goes on.
    template <asio::completion_token_for<void(error_code, thread_exited)> Token = asio::use_awaitable_t<>>
    auto async_wait(Token&& token = {});

    /// Detaches all subjects. They run on as if they had never been traced. Running
    /// threads are interrupted with PTRACE_INTERRUPT, which they do not notice. The
    /// stream ends with a `detached` record for each thread. A launched root stays a
    /// child of this process. The tracer reaps the root when the root ends, as long as
    /// the tracer exists and has other subjects; otherwise the host has to wait for the
    /// root. This also holds for processes that the root made with CLONE_PARENT,
    /// whether they were traced or not.
    /// A thread group leader that has exited before its other threads cannot be
    /// detached. Until these threads end, the tracer has work on its executor, and the
    /// parent cannot reap the process without the tracer.
    ///
    /// The session does not wait for threads that cannot stop. It ends with a
    /// `trace_failed` record for each remaining thread when no thread was detached for
    /// one second and all remaining threads are in uninterruptible sleep (as the parent
    /// of a vfork(2) is until its child executes a program or exits), or after five
    /// seconds without a detached thread. The error is `errc::uninterruptible` or
    /// `errc::not_stopped`. The tracer detaches such a thread as soon as the thread
    /// stops, and has work on its executor until then. A full queue keeps threads
    /// stopped for one second at most.
    ///
    /// Errors: `errc::session_ended`; `errc::filtered` if a seccomp program in the subjects
    /// reports calls to a tracer, because these calls would fail with ENOSYS without a
    /// tracer. Launch subjects that are to be detached with `ending::detach` or
    /// `kernel_filter::off`.
    result<void> detach();

    /// Replaces the filter. A call that has already entered the kernel is still recorded.
    /// If the kernel filters, `wanted` must select only calls that the filter of the
    /// launch selected. Otherwise this fails with `errc::filter_too_wide` and changes
    /// nothing. Fails with `errc::session_ended` once the session has ended.
    result<void> set_filter(filter wanted);

    /// Sends SIGKILL to every process of the session. Their ends are recorded. When no
    /// thread has ended for five seconds, the session ends with a `trace_failed` record
    /// for each remaining thread; the errors in these records are those of `detach`.
    /// Fails with `errc::session_ended` once the session has ended.
    result<void> kill();

    /// The counts at this moment. Takes no lock and does not slow the tracer.
    statistics stats() const noexcept;

    /// The counts of each thread that is traced now, in no particular order.
    std::vector<thread_statistics> thread_stats() const;

private:
    friend std::shared_ptr<engine::counters const> engine::counters_of(session const& of);
    friend void engine::forget(session& ended) noexcept;
    friend void engine::hand_over(result<session, failure>& made);
    std::shared_ptr<engine::session_state> state_;
};

} // namespace cotrace

#include <cotrace/impl/session.hpp>
