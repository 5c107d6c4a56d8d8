// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/access_filter.hpp>
#include <cotrace/capture.hpp>
#include <cotrace/detail/session_access.hpp>
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

/// Says whether the end of a session kills the traced processes, or detaches them unharmed. See
/// `session_options::at_end`.
enum class ending : std::uint8_t { kill, detach };

/// Says whether a seccomp program in the kernel selects the calls at which launched processes stop.
enum class kernel_filter : std::uint8_t {
    /// A seccomp program is loaded into the launched process if `session_options::follow` is true and the filter of the
    /// launch does not select all calls. The filter of the launch is `session_options::filter`. If `filter` selects all
    /// calls, the filter of the launch is that of `session_options::matching`.
    ///
    /// A process keeps the program for its whole life. So the program is not loaded if an option lets a process run
    /// untraced: `at_end = ending::detach`, `detach_at_exec`, `outlive_tracer` or `most_generations`. If the kernel
    /// refuses the program, the subjects stop at every call.
    ///
    /// A subject can see the program in the fields `Seccomp` and, if the tracer has no CAP_SYS_ADMIN, `NoNewPrivs` of
    /// /proc/self/status. After a thread has loaded a seccomp filter of its own, the thread stops at all its calls. The
    /// threads and processes that the thread creates later also stop at all their calls. The tracer clears
    /// CLONE_UNTRACED when a subject calls clone(2) or clone3(2), because the child inherits the program.
    automatic,
    off,   ///< the subjects stop at every call; has an effect only with `tracing::ptrace`
};

/// How the tracer learns of the subjects' system calls.
enum class tracing : std::uint8_t {
    /// The tracer uses ptrace(2). All kinds of records, and all verdicts of interceptors, are possible.
    ptrace,

    /// The tracer uses seccomp's user notification, see seccomp_unotify(2) (Linux 5.9). A call is wanted if the filter
    /// of the launch selects it (see `kernel_filter::automatic`). Wanted calls, and a few others such as clone(2) and
    /// execve(2), wait in the kernel until the tracer has seen them. All other calls run at full speed. A wanted call
    /// takes less time than with ptrace, and the least on Linux 6.6 or later. A debugger or strace can attach to the
    /// subjects.
    ///
    /// Only launched processes and their descendants can be traced. The records are `thread_started` and
    /// `thread_exited` of the root process, `syscall_entered`, `trace_failed` and `records_lost`. The session ends when
    /// the last process has ended. Stack pointers are not known. Calls of threads in a pid namespace that the tracer
    /// cannot see into are not recorded.
    ///
    /// Interceptors see only the entries of calls. Interceptors may let a call proceed, make the call fail, make the
    /// call return a value without running, or kill the session's processes. Interceptors may write to the subject's
    /// memory and await other operations. With the verdicts `change_arguments` and `run_instead`, the call fails with
    /// ENOSYS, and a `trace_failed` has `errc::not_by_notification`. If `intercept::rewrite_path` is to replace a path
    /// of a call, the call fails with EFAULT. `on_exit`, `on_signal` and `on_end` of an `interceptor` are not called.
    ///
    /// Filters, limits, overflow policies and statistics work as with ptrace, but single threads have no statistics.
    /// `cpu_placement` has no effect.
    ///
    /// `async_attach` fails with `errc::not_by_notification`. `async_launch` fails with:
    /// - `errc::kernel_too_old` before Linux 5.9;
    /// - `errc::not_by_notification` for `follow = false`, `most_generations`, `detach_at_exec` and `system_times`, and
    ///   for a `matching` with a condition on the outcome of a call;
    /// - `errc::filtered` for `at_end = ending::detach` and `outlive_tracer`.
    ///
    /// `session::detach` fails with `errc::filtered`. The reason for `errc::filtered` is that each wanted call fails
    /// with ENOSYS if no tracer waits for the call.
    ///
    /// If the tracer dies suddenly, the root process is killed (PR_SET_PDEATHSIG). The other processes run on, and
    /// their wanted calls fail with ENOSYS.
    ///
    /// `session::kill` may miss a process after a signal has killed the parent of the process. Such a process is killed
    /// at its next call that waits for the tracer.
    ///
    /// The subjects can notice four things:
    /// - They can see the seccomp program, as with `kernel_filter::automatic`.
    /// - Set-uid programs gain no privileges if the tracer has no CAP_SYS_ADMIN (no_new_privs).
    /// - A subject cannot make a listener (seccomp_unotify(2)) of its own: the kernel returns EBUSY. For the same
    ///   reason, the launch fails if the tracer itself runs under a listener, for example in some containers.
    /// - If a signal arrives before the tracer has taken the notification of a call, the call fails with EINTR, unless
    ///   the handler of the signal has SA_RESTART. Before Linux 5.19, a signal that arrives before the tracer's answer
    ///   has the same effect, and a restarted call is recorded again.
    ///
    /// A call that a seccomp filter of the subject denies is not recorded.
    ///
    /// After the tracer has read the memory that a call's arguments point to, another thread may change this memory. So
    /// interceptors are no protection against a hostile subject.
    notification,

    /// The tracer observes the subjects with BPF programs (Linux 5.13 with BTF, x86_64). The programs record calls in a
    /// ring buffer, with the memory that the calls use. Subjects never stop, and run on if the tracer dies. A debugger
    /// or strace can attach to the subjects.
    ///
    /// The records, filters, matchers and limits are those of ptrace, with these differences:
    /// - Calls and signals cannot be changed. `async_launch` and `async_attach` fail with `errc::not_by_observation`
    ///   for interceptors, call stacks, `detach_at_exec`, `overflow::block` of the session's own channel, several
    ///   cgroups, and a cgroup of version 1.
    /// - If the ring buffer (`session_options::buffer_size`) is full, events are lost. A `records_lost` record says how
    ///   many.
    /// - The record of an entry is often made only when the call returns, directly before the record of the exit.
    ///   Records of different threads may not be in the order of their times.
    /// - Memory that is not resident at the entry of a call is read at its exit. After a successful execve(2), such
    ///   arguments are shown as addresses. Memory that the BPF programs do not capture is read when the tracer handles
    ///   the event (`syscall_call::read_late`).
    /// - Signals that the subject ignores are not recorded. A call that a seccomp filter of the subject denies has only
    ///   an exit.
    /// - `syscall_exited::system`, if it is measured, is the time from the entry to the exit of the call.
    /// - The session ends a moment after it reaches one of its `limits`: the subject may make more calls.
    ///
    /// `async_launch` and `async_attach` fail with `errc::not_observable` in these cases:
    /// - The kernel lacks BTF.
    /// - The tracer lacks CAP_BPF or CAP_PERFMON.
    /// - The tracer is not in the initial pid namespace.
    /// - The library was built without libbpf.
    observation,
};

/// Limits at which a session ends by itself. `session_options::at_end` says whether the subjects are killed or
/// detached. After the record that reaches a limit, only `thread_exited`, `detached`, `superseded`, `records_lost` and
/// `trace_failed` records follow.
///
/// A launch checks the limits only after the launched process has executed its program. If `session_options::records`
/// is false, only `time` has an effect.
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
    /// Sets `when`. A lambda that captures objects with a destructor by value must be a variable: a temporary lambda of
    /// this kind does not compile.
    limits&& with_predicate(detail::function_argument<bool(record const&)> is_last) &&
    {
        when = std::move(is_last).take();
        return std::move(*this);
    }

    std::uint64_t records = 0;         ///< number of records after which the session ends; 0: no limit
    std::uint64_t bytes = 0;           ///< value of `statistics::bytes` at which the session ends; 0: no limit
    std::chrono::nanoseconds time{};   ///< time after the completion of the launch or attach; 0: no limit
    /// Ends the session at the first record for which the predicate returns true. The predicate is called on the
    /// tracer's thread. If the predicate returns true for the entry of a call, and the session ends with
    /// `ending::kill`, that call does not run, except with `tracing::observation`. If the predicate throws, the session
    /// ends and records a `trace_failed`.
    std::function<bool(record const&)> when{};
};

/// How a session traces its processes. The members can be assigned. The most common members can also be set by functions
/// whose calls can be chained:
///
///     auto options = session_options{}.with_filter(filter{"%file"}).without_entries();
///
/// The constructor makes the class a non-aggregate, because GCC 12 may destroy an aggregate twice in a `co_await`
/// expression.
struct session_options {
    session_options() = default;

    /// Records and intercepts only the calls that `wanted` selects.
    session_options&& with_filter(cotrace::filter wanted) &&;
    /// Sets `matching`: only calls that fit `wanted` are recorded. Interceptors are not asked about a call if the entry
    /// of the call shows that the call cannot fit.
    session_options&& with_matching(call_matcher wanted) &&;
    /// Queues no record at the entry of a call.
    session_options&& without_entries() &&;
    /// Queues no record at the exit of a call.
    session_options&& without_exits() &&;
    /// Queues no records, for sessions that only intercept.
    session_options&& without_records() &&;
    /// Does not trace the threads and processes that the subjects create.
    session_options&& without_following() &&;
    /// Adds an interceptor. It is asked after the interceptors that were added earlier.
    session_options&& with_interceptor(std::shared_ptr<interceptor> added) &&;
    /// Sets the capacity, as a number of records, and the overflow policy of the session's own channel.
    session_options&& with_queue(std::size_t records, overflow policy = overflow::automatic) &&;
    /// Sets `into`: the records go to a channel that other sessions may share.
    session_options&& with_channel(record_channel shared) &&;
    /// Gives the session a name, which its records contain.
    session_options&& with_label(std::string text) &&;
    /// Sets `at_end`: whether the end of the session kills or detaches the subjects.
    session_options&& with_end(ending how) &&;
    /// Sets `stop_after`: the session ends when one of the limits in `most` is reached.
    session_options&& with_limits(limits most) &&;

    cotrace::filter filter{};   ///< selects the calls that are recorded and intercepted
    access_filter accesses{};   ///< restricts `filter` to calls that name certain files; needs `capture.decode`
    /// Restricts the calls that `filter` and `accesses` select to those that fit this matcher. Conditions on paths,
    /// text and memory need `capture.decode`. If the matcher has a condition on the outcome of a call, interceptors see
    /// the entries of calls, but no entry is recorded.
    std::optional<call_matcher> matching{};
    bool follow = true;   ///< also trace the threads and processes that the subjects create
    /// How many generations of new processes are followed, if `follow` is true. The launched process and attached
    /// processes are generation 0, their children generation 1, and so on. 0: new threads are followed, new processes
    /// are not. Empty: no limit. With ptrace, a process that is not followed is detached before it runs. New members of
    /// a target (`targets::also_later`) are attached as generation 0.
    std::optional<unsigned> most_generations{};
    bool system_times = false;     ///< measure the CPU time that the kernel spends on each call, see `syscall_exited::system`
    bool detach_at_exec = false;   ///< detach a process at its execve(2), except at the first execve(2) of a launch
    bool records = true;           ///< false: no records are queued; for sessions that only intercept
    bool entries = true;           ///< queue a record at the entry of a call
    /// Queue a record at a call's exit. If `exits` is false and a seccomp program selects the calls (`in_kernel`),
    /// threads stop only at exits that the tracer or an interceptor needs.
    bool exits = true;
    /// How the tracer learns of calls. With `tracing::notification`, exits are not recorded, whatever `exits` says.
    tracing how = tracing::ptrace;
    kernel_filter in_kernel = kernel_filter::automatic;
    cpu_placement placing = cpu_placement::automatic;   ///< whether the tracer chooses the CPUs of the subjects
    capture_options capture{};                          ///< how much of a call is captured while its thread is stopped
    std::optional<cotrace::filter> in_full{};           ///< calls that are captured as if `capture.verbose` were true
    std::optional<cotrace::filter> flat{};              ///< calls that are captured as if `capture.follow` were false
    /// The channel that gets the records. If empty, the session has a channel of its own, on the tracer's executor.
    /// Several sessions may share the given channel. The end of a session does not close the given channel: call
    /// `record_channel::close`, or use `close_with_last_owner` (streams.hpp).
    std::optional<record_channel> into{};
    std::size_t depth = 4096;                      ///< number of records that the session's own channel holds, at least 1
    overflow when_full = overflow::automatic;      ///< what the session's own channel does when it is full
    record_clock clock = record_clock::realtime;   ///< the clock of `record::at`
    std::string label{};   ///< name of the session, which its records contain as `session_identity::label`
    limits stop_after{};   ///< the session ends by itself when one of these limits is reached
    /// What happens to the subjects when the session is destroyed or reaches a limit, or when its tracer is closed or
    /// destroyed. If empty, launched processes are killed, and attached processes are detached.
    std::optional<ending> at_end{};
    /// Whether the tracer reaps the launched process after the process was detached. The tracer does so only as long as
    /// it exists and has other subjects. In all other cases, the host has to reap the process (waitid(2)).
    bool reap_detached = true;
    bool outlive_tracer = false;   ///< launched subjects survive a tracer that dies suddenly (no PTRACE_O_EXITKILL)
    /// Size in bytes of the ring buffer for events of BPF programs, rounded up to a power of two from 64 KiB to 1 GiB.
    /// Used with `tracing::observation`, and with a filter that has the class `%io_uring`.
    std::uint32_t buffer_size = 1 << 26;
    /// The interceptors of the session. They are asked in the order of the vector; the first verdict other than
    /// `proceed` decides.
    std::vector<std::shared_ptr<interceptor>> interceptors{};
};

/// Counts of a session. Except for `threads` and `channel`, they are counts from the beginning of the session.
struct statistics {
    std::uint64_t stops = 0;   ///< number of ptrace-stops, seccomp notifications, or events of an observation
    /// Number of records that were queued, without the `records_lost` that stand for records discarded by the channel.
    std::uint64_t records = 0;
    /// Size in bytes of the records that were queued, with the calls and values that they own.
    std::uint64_t bytes = 0;
    /// Number of records that the channel discarded when this session queued a record. Includes the events that were
    /// lost because the ring buffer of the BPF programs was full.
    std::uint64_t lost = 0;
    std::size_t threads = 0;              ///< number of threads traced with ptrace now
    std::chrono::nanoseconds stopped{};   ///< total stop time of all threads; with ptrace, including stops in progress
    /// Number of attaches and signals that used the id of a process or thread instead of a pidfd, for example because
    /// no file descriptor was free.
    std::uint64_t by_id = 0;
    channel_counts channel{};     ///< the counts of the session's channel, which other sessions may share
    bool limit_reached = false;   ///< a limit of `session_options::stop_after` has ended the session, or is ending it
};

/// Counts of one traced thread.
struct thread_statistics {
    tid thread{};
    std::uint64_t stops = 0;              ///< number of ptrace-stops, including a stop in progress
    std::chrono::nanoseconds stopped{};   ///< total time of the thread's stops, including a stop in progress
};

/// The processes that one `async_launch` or one `async_attach` traces, and their records.
///
/// Thread rule: call the functions on the tracer's thread, with these exceptions. Any thread may call `root`, `why`,
/// `get_executor`, `channel`, `try_next`, `cancel`, `stats` and `thread_stats`. Any thread may call the functions whose
/// names begin with `async_`, except `async_wait`. On a thread other than the tracer's, `detach`, `set_filter` and
/// `kill` fail with `errc::wrong_thread`. In a forked child, these functions fail with `errc::wrong_process`. If
/// `async_wait` or the destructor is called on a thread other than the tracer's, the tracer ends its work (see
/// `tracer`). `pooled_session` is a session that any thread may use.
///
/// The destructor ends the session, as `session_options::at_end` says. The destructor does not wait for the end: the
/// remaining work is done on the tracer's executor.
class session {
public:
    using executor_type = asio::any_io_executor;

    /// Makes an empty session, which has no target. A moved-from session is empty, too. Operations of an empty session
    /// fail with `errc::empty_object`. Handlers without an associated executor are called on `asio::system_executor`.
    /// `root` is `pid{}`, and all counts are 0.
    session() noexcept = default;
    explicit session(std::shared_ptr<engine::session_state> state) noexcept;
    /// Makes the empty session with which a failed launch or attach completes.
    explicit session(failure why);
    session(session&&) noexcept = default;
    session& operator=(session&& other) noexcept;
    ~session();

    /// Returns the root process: the process that was launched, or the first process that was attached; `pid{}` if none.
    pid root() const noexcept;

    /// Says why the launch or attach that gave this session failed. After a success, the `failure` contains no error.
    failure why() const;

    executor_type get_executor() const noexcept;

    /// Returns the channel of the session's records: `session_options::into`, or else the session's own channel. The
    /// session's own channel is closed when the session has ended.
    record_channel channel() const;

    /// Waits for the next record of the session's channel. The optional is empty if the channel is closed and holds no
    /// record. Records of one thread are in the order of the events. Equivalent to `channel().async_receive(token)`.
    ///
    /// Errors: `asio::error::operation_aborted` after a cancellation, after `cancel`, or if the channel is destroyed;
    /// `errc::empty_object`; `errc::wrong_thread` if the session has its own channel and the tracer was used on a wrong
    /// thread.
    /// Completion signature: `void(error_code, std::optional<record>)`.
    /// Cancellation: terminal, partial and total; no record is lost.
    template <asio::completion_token_for<void(error_code, std::optional<record>)> Token = asio::deferred_t>
    auto async_next(Token&& token = {});

    /// Waits until the session's channel holds a record, then appends all records in the channel to `into`. `into` must
    /// live until the operation completes. The result is the number of appended records, or 0 if the channel is closed
    /// and holds no record.
    ///
    /// Errors: those of `async_next`.
    /// Completion signature: `void(error_code, std::size_t)`.
    /// Cancellation: terminal, partial and total; no record is lost.
    template <asio::completion_token_for<void(error_code, std::size_t)> Token = asio::deferred_t>
    auto async_read(std::vector<record>& into, Token&& token = {});

    /// Takes the next record from the session's channel. Returns an empty optional if the channel holds no record.
    std::optional<record> try_next();

    /// Waits until the session has ended. The result says how the root process ended. A session has ended when its last
    /// traced thread has ended or was detached, and no further process can join (`targets::also_later`).
    ///
    /// With `overflow::block`, read the records during this wait, or switch them off with `session_options::records`.
    /// Otherwise a full channel keeps the subjects stopped, and the wait does not end.
    ///
    /// Errors: `asio::error::operation_aborted` after a cancellation; `errc::wrong_thread`; `errc::empty_object`.
    /// Completion signature: `void(error_code, thread_exited)`.
    /// Cancellation: terminal, partial and total; the session goes on.
    template <asio::completion_token_for<void(error_code, thread_exited)> Token = asio::deferred_t>
    auto async_wait(Token&& token = {});

    /// Detaches all subjects: they run on, and get no signal. A running thread is first stopped with PTRACE_INTERRUPT.
    /// The kernel restarts the interrupted call, except for a few calls such as epoll_wait(2), which fail with EINTR
    /// (ptrace(2), "BUGS"). The last record of each thread is `detached`, or `trace_failed` if the session ended
    /// without the thread. Use `async_wait` to wait until the session has ended.
    ///
    /// A launched root process stays a child of the host process. `session_options::reap_detached` says whether the
    /// tracer or the host reaps the root process. Processes that the root process made with CLONE_PARENT are reaped by
    /// the tracer, as long as the tracer exists and has subjects.
    ///
    /// A thread group leader that has exited before the other threads of its process cannot be detached. Until these
    /// threads end, the tracer has work on its executor. The parent of the process can reap the process only after the
    /// tracer has reaped the leader.
    ///
    /// The session ends without the remaining threads if no thread has ended or was detached for five seconds. This
    /// time is one second if all remaining threads are in uninterruptible sleep. The session records a `trace_failed`
    /// for each remaining thread: with `errc::uninterruptible` if the thread is in uninterruptible sleep, and with
    /// `errc::not_stopped` otherwise. The tracer detaches a remaining thread as soon as the thread stops. While the
    /// channel is full, threads are not detached, but this delay lasts at most one second.
    ///
    /// Errors:
    /// - `errc::session_ended`; `errc::empty_object`.
    /// - `errc::wrong_thread` and `errc::wrong_process`, see the thread rule of `session`.
    /// - `errc::filtered` if a seccomp program reports the subjects' calls: without a tracer, these calls would fail
    ///   with ENOSYS. To avoid the program, launch with `tracing::ptrace`, and with `at_end = ending::detach` or
    ///   `in_kernel = kernel_filter::off`.
    result<void> detach();

    /// Calls `detach` on the tracer's thread.
    /// Errors: those of `detach`. Completion signature: `void(error_code)`. Cancellation: not supported.
    template <asio::completion_token_for<void(error_code)> Token = asio::deferred_t>
    auto async_detach(Token&& token = {});

    /// Replaces `session_options::filter`. For a call that has already entered the kernel, the former filter decides
    /// whether the call is recorded. After an error, the filter is unchanged.
    ///
    /// Errors:
    /// - `errc::filter_too_wide` if a seccomp program selects the calls (`kernel_filter`), and `wanted` selects a call
    ///   that the filter of the launch did not select.
    /// - `errc::session_ended`; `errc::empty_object`.
    /// - `errc::wrong_thread` and `errc::wrong_process`, see the thread rule of `session`.
    result<void> set_filter(filter wanted);

    /// Calls `set_filter` on the tracer's thread.
    /// Errors: those of `set_filter`. Completion signature: `void(error_code)`. Cancellation: not supported.
    template <asio::completion_token_for<void(error_code)> Token = asio::deferred_t>
    auto async_set_filter(filter wanted, Token&& token = {});

    /// Sends SIGKILL to every process of the session. The ends of the processes are recorded. When no thread has ended
    /// for five seconds, the session ends without the remaining threads. The session records a `trace_failed` with
    /// `errc::uninterruptible` or `errc::not_stopped` for each remaining thread.
    ///
    /// Errors:
    /// - `errc::session_ended`; `errc::empty_object`.
    /// - `errc::wrong_thread` and `errc::wrong_process`, see the thread rule of `session`.
    result<void> kill();

    /// Calls `kill` on the tracer's thread.
    /// Errors: those of `kill`. Completion signature: `void(error_code)`. Cancellation: not supported.
    template <asio::completion_token_for<void(error_code)> Token = asio::deferred_t>
    auto async_kill(Token&& token = {});

    /// Completes the waiting operations of `async_next`, `async_read` and `async_wait` with
    /// `asio::error::operation_aborted`. This includes the reads of all sessions that share the channel. On a thread
    /// other than the tracer's, `cancel` does not complete `async_wait` operations.
    void cancel();

    /// Returns the counts at this moment. Takes no lock except that of the session's channel.
    statistics stats() const noexcept;

    /// Returns the counts of each thread that is traced with ptrace now, in no particular order.
    std::vector<thread_statistics> thread_stats() const;

private:
    friend std::shared_ptr<engine::counters const> engine::counters_of(session const& of);
    friend void engine::forget(session& ended) noexcept;
    friend void engine::hand_over(error_code& error, session& made);
    std::shared_ptr<engine::session_state> state_;
    std::shared_ptr<failure const> why_;   ///< why the launch or attach failed; null if there was no failure
};

}   // namespace cotrace

#include <cotrace/impl/session.hpp>
