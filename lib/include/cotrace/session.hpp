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
/// Makes a session that has ended empty. Unlike its destructor, keeps the records that are queued.
void forget(session& ended) noexcept;
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

/// What tells of the calls that subjects make.
enum class tracing : std::uint8_t {
    /// ptrace(2): all there is to know, and every verdict.
    ptrace,

    /// Seccomp's user notification, see seccomp_unotify(2) (Linux 5.9): calls that
    /// are wanted wait in the kernel until the tracer has seen them, all others
    /// run at full speed. A call costs a fraction of two stops (best from Linux
    /// 6.6, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP). The subjects are not tracees of
    /// ptrace, so a debugger or strace can attach to them meanwhile.
    ///
    /// For what is launched, with all that it creates. The records are
    /// `thread_started` of the root, `syscall_entered`, and `thread_exited` of the
    /// root; the stream ends when the last process is gone. There are no exits, no
    /// signals, and of other threads neither beginning nor end. Stack pointers are
    /// not known. A call under id 0, in a pid namespace that the tracer cannot see
    /// into, is not recorded.
    ///
    /// Interceptors see entries, and may let calls proceed, fail or return a value
    /// without running, write memory, and take their time. `change_arguments` and
    /// `run_instead` are not possible: a `trace_failed` with
    /// `errc::not_by_notification` says so, and the call fails with ENOSYS.
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
    /// CAP_SYS_ADMIN (no_new_privs). A second listener is refused with EBUSY; for the
    /// same reason the launch fails where the tracer itself runs under a listener, for
    /// example in some containers. A signal that arrives before the tracer has taken
    /// the notification makes any call fail with EINTR if the handler of the signal
    /// has no SA_RESTART. Before Linux 5.19, a signal does so during the whole wait,
    /// and a call that is restarted is recorded again.
    ///
    /// If a seccomp filter of the subject denies a call, the call is not recorded. If
    /// it returns SECCOMP_RET_TRACE, the notification takes precedence.
    ///
    /// What a call's arguments point to is read while it waits. Other threads may
    /// change that before the kernel reads it, so this is no protection against a
    /// hostile subject.
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
/// The class is no aggregate on purpose: GCC 12 destroys a braced aggregate in a
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
    /// Asks `added` after the interceptors that are there.
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

    cotrace::filter filter{};        ///< which calls are recorded and intercepted …
    access_filter accesses{};        ///< … and of these, which files they must be about; needs `capture.decode` …
    /// Of the calls that `filter` wants, only those that fit are recorded and intercepted.
    /// Conditions on paths and memory need `capture.decode`. With a condition on the
    /// outcome, entries are intercepted but not queued. If `filter` wants all calls, the
    /// calls of the matcher take its place in a launch.
    std::optional<call_matcher> matching{};
    bool follow  = true;             ///< also trace the threads and processes that the subjects create
    bool system_times = false;       ///< measure what CPU time the kernel spends on each call, see `syscall_exited::system`
    bool detach_at_exec = false;     ///< detach a process at its execve(2), except at the first one of a launch
    bool records = true;             ///< false: nothing is queued; for sessions that only intercept
    bool entries = true;             ///< queue a record at a call's entry too, not only at its exit
    bool exits   = true;             ///< queue a record at a call's exit; false: where the kernel filters, most exits do not stop
    tracing how  = tracing::ptrace;  ///< with `notification`, for entries alone, whatever `exits` says
    kernel_filter in_kernel = kernel_filter::automatic;
    cpu_placement placing = cpu_placement::automatic;
    capture_options capture{};       ///< how much of a call is looked at while its thread is stopped
    std::optional<cotrace::filter> in_full{};   ///< calls that are captured as with `capture_options::verbose`
    std::optional<cotrace::filter> flat{};      ///< calls that are captured as without `capture_options::follow`
    /// The channel that gets the records. Without one, the session has a channel of its own, on the tracer's executor.
    std::optional<record_channel> into{};
    std::size_t depth = 4096;        ///< number of records that the session's own channel holds, at least 1
    overflow when_full = overflow::block;   ///< what the session's own channel does when it is full
    std::string label{};             ///< names the session in its records: `session_identity::label`
    limits stop_after{};             ///< when it ends by itself
    std::optional<ending> at_end{};  ///< default: the launched are killed, the attached detached
    bool outlive_tracer = false;     ///< launched subjects survive a tracer that dies suddenly (no PTRACE_O_EXITKILL)
    std::vector<std::shared_ptr<interceptor>> interceptors{};   ///< asked in this order; the first other than `proceed` decides
};

/// Counts since the session began.
struct statistics {
    std::uint64_t stops   = 0;       ///< ptrace-stops, or notifications of seccomp, answered
    std::uint64_t records = 0;       ///< records queued, without `records_lost`
    std::uint64_t bytes   = 0;       ///< memory that these take or took, with the calls and values they own
    std::uint64_t lost    = 0;       ///< records that the overflow policy threw away when this session queued one
    std::size_t   threads = 0;       ///< threads traced now; always 0 with `tracing::notification`
    std::chrono::nanoseconds stopped{};   ///< time that threads were stopped for the tracer, without stops in progress
    std::uint64_t by_id   = 0;       ///< attaches and signals without a pidfd: no file descriptor was free, or, for signals, the kernel is older than Linux 6.9
};

/// Counts of one traced thread.
struct thread_statistics {
    tid           thread{};
    std::uint64_t stops = 0;              ///< ptrace-stops, the present one included
    std::chrono::nanoseconds stopped{};   ///< how long it stood still for the tracer, the present stop included
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
/// Destroying a session ends it as `session_options::at_end` says. The work that remains
/// is done on the tracer's executor.
class session {
public:
    using executor_type = asio::any_io_executor;

    /// Stands for no target, as a session that was moved from: operations fail with
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

    /// The channel of the session's records: `session_options::into`, or the session's own, which is closed when the
    /// last traced thread is gone or was let go. Any thread may use it; see `record_channel`.
    record_channel channel() const;

    /// Waits for the next record of the session's channel. The optional is empty when the
    /// session has ended and every record was read. Records of one thread come in the order
    /// in which things happened to the thread.
    ///
    /// Completion signature: `void(error_code, std::optional<record>)`.
    /// Cancellation: terminal, partial and total; no record is lost.
    /// The same as `channel().async_receive(token)`.
    template <asio::completion_token_for<void(error_code, std::optional<record>)> Token
                  = asio::use_awaitable_t<>>
    auto async_next(Token&& token = {});

    /// Waits until there is a record, then appends all that are queued to `into`,
    /// which must live until then. Gives their number; 0 means the end.
    ///
    /// Completion signature: `void(error_code, std::size_t)`. Otherwise as `async_next`.
    template <asio::completion_token_for<void(error_code, std::size_t)> Token = asio::use_awaitable_t<>>
    auto async_read(std::vector<record>& into, Token&& token = {});

    /// The next record if one is queued already.
    std::optional<record> try_next();

    /// Waits until the last traced thread is gone, or was let go, and gives how
    /// the root process ended. Records must be read meanwhile, or switched off:
    /// `overflow::block` lets no subject run past a full queue.
    ///
    /// Completion signature: `void(error_code, thread_exited)`.
    /// Cancellation: terminal, partial and total; the session goes on.
    template <asio::completion_token_for<void(error_code, thread_exited)> Token = asio::use_awaitable_t<>>
    auto async_wait(Token&& token = {});

    /// Lets all subjects go; they run on as if never traced. Threads that are
    /// running are interrupted without notice to them (PTRACE_INTERRUPT). The
    /// stream ends with a `detached` record for each. A launched root stays a
    /// child of this process. The tracer reaps the root when it ends, as long as the
    /// tracer exists and has other subjects; otherwise the host has to wait for the
    /// root. This also holds for processes that the root made with CLONE_PARENT,
    /// whether they were traced or not.
    /// A leader that has exited before its other threads cannot be let go: until
    /// they end, the tracer has work on its executor, and a parent that waits for
    /// the process needs the tracer to live.
    ///
    /// The session does not wait for threads that cannot stop. When nothing was let
    /// go for one second and all that are left are in uninterruptible sleep (as the
    /// parent of a vfork(2) is until its child executes a program or exits), or for
    /// five seconds in any case, it ends with a `trace_failed` record for each:
    /// `errc::uninterruptible` or `errc::not_stopped`. The tracer lets such a thread
    /// go as soon as it stops, and has work on its executor until then. A full
    /// queue holds threads for one second at most.
    ///
    /// Error: `errc::filtered` where a program in the kernel reports calls to a
    /// tracer, because without one they would fail with ENOSYS. Launch with
    /// `ending::detach` or `kernel_filter::off` what is to be let go one day.
    result<void> detach();

    /// Replaces the filter. A call that has already entered the kernel is still recorded.
    /// If the kernel filters, `wanted` must select only calls that the filter of the
    /// launch selected. Otherwise this fails with `errc::filter_too_wide` and changes
    /// nothing.
    result<void> set_filter(filter wanted);

    /// Sends SIGKILL to every process of the session. Its end is in the records. When
    /// no thread ended for five seconds, the session ends with a `trace_failed` record
    /// for each that is left, as with `detach`.
    result<void> kill();

    /// What was counted, at this moment; takes no lock, and costs the tracer nothing.
    statistics stats() const noexcept;

    /// The counts of each thread that is traced now, in no particular order.
    std::vector<thread_statistics> thread_stats() const;

private:
    friend std::shared_ptr<engine::counters const> engine::counters_of(session const& of);
    friend void engine::forget(session& ended) noexcept;
    std::shared_ptr<engine::session_state> state_;
};

} // namespace cotrace

#include <cotrace/impl/session.hpp>
