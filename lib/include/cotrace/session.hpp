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
#include <utility>
#include <vector>

namespace cotrace {

class session;

namespace engine {
class counters;
class session_state;
std::shared_ptr<counters const> counters_of(session const& of);
}

/// What happens to subjects whose session is dropped: they are killed, or let go unharmed.
enum class ending : std::uint8_t { kill, detach };

/// Whether the kernel decides which calls of the launched stop at all.
enum class kernel_filter : std::uint8_t {
    /// Where it can: a seccomp program goes into what is launched, with `follow`,
    /// with a filter that does not want all, and where no option lets a subject go
    /// (`at_end`, `detach_at_exec`, `outlive_tracer`), because a process keeps the
    /// program for its whole life.
    /// Subjects see it in `Seccomp` of /proc/self/status, and, where the tracer
    /// has no CAP_SYS_ADMIN, in `NoNewPrivs`. Where the kernel refuses it, every
    /// call stops, as with `off`. Once a subject confines itself with a filter
    /// of its own, all its calls stop from then on, so that what that filter
    /// denies is recorded too; those of other threads that it confines along
    /// (SECCOMP_FILTER_FLAG_TSYNC) from their next stop on. A child made with
    /// CLONE_UNTRACED is traced, because the program is in it, too.
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
    /// 6.6, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP), and nobody is traced in the sense
    /// of ptrace: a debugger or strace can attach to the subjects meanwhile.
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
    /// `intercept::rewrite_path` makes calls fail with EFAULT. What waits for exits
    /// or signals is never asked, and `interceptor::on_end` is not called.
    ///
    /// Filters, limits, overflow and statistics are as with ptrace. Of single
    /// threads there are no statistics, and `cpu_placement` has nothing to do: the
    /// kernel wakes either side where the other ran.
    ///
    /// Not possible either, and refused at launch: to attach, not to `follow`,
    /// `detach_at_exec`, `system_times` and `matching` what a call comes to
    /// (`errc::not_by_notification`); to let go at the end, `outlive_tracer`, as
    /// `session::detach` later (`errc::filtered`), because without the listener
    /// each wanted call fails with ENOSYS. That is also what happens when the tracer dies suddenly, but for the root, which is
    /// killed then (PR_SET_PDEATHSIG). The kernel has no list of those who have a
    /// program: `session::kill` finds descendants of the root, of children left by
    /// a parent that called exit_group(2), and whoever makes a wanted call later;
    /// not a process that makes none and whose parent was killed by a signal.
    ///
    /// What the subjects may notice: the program, as with `kernel_filter`; that
    /// set-uid programs gain nothing where the tracer has no CAP_SYS_ADMIN
    /// (no_new_privs); that a second listener is refused to them with EBUSY (and so
    /// here, where the tracer lives under one itself: containers); that a call
    /// which a signal meets in the moment before the tracer takes it fails with
    /// EINTR where the signal's handler has no SA_RESTART, whatever call it is.
    /// Before Linux 5.19 the same goes for all the time that a call waits, and one
    /// that is restarted is recorded again. Filters of the subjects' own come first
    /// where they deny a call (it is not seen), and last where they report one to a
    /// tracer.
    ///
    /// What a call's arguments point to is read while it waits. Other threads may
    /// change that before the kernel reads it, so this is no protection against a
    /// hostile subject.
    notification,
};

/// When a session has had enough; what is reached first counts. It ends then as
/// `session_options::at_end` says. The record that reached the limit is the last
/// but for those of the ends: of each thread a `thread_exited`, or `detached`.
///
/// What a launched process does before its execve(2), and that call, is recorded
/// in any case. Records are limited only where there are any, see
/// `session_options::records`.
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

    std::uint64_t records = 0;            ///< so many in all; 0: any number
    std::uint64_t bytes   = 0;            ///< as `statistics::bytes` counts them; 0: any number
    std::chrono::nanoseconds time{};      ///< after the launch or attach completed; 0: any time
    /// At the first record for which this is true. It is called on the tracer's
    /// thread while the record's thread is stopped: a call at whose entry it is
    /// true does not run if the session ends with a kill. An exception that
    /// leaves it counts as true, and is recorded as `trace_failed`.
    std::function<bool(record const&)> when{};
};

/// How a target is traced. Members are assigned, or set by functions in a chain:
///
///     auto options = session_options{}.with_filter("%file").without_entries();
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
    /// Ends the subjects so when the session ends.
    session_options&& with_end(ending how) &&;
    /// Ends the session when one of these limits is reached.
    session_options&& with_limits(limits most) &&;

    cotrace::filter filter{};        ///< which calls are recorded and intercepted …
    access_filter accesses{};        ///< … and of these, which files they must be about; needs `capture.decode` …
    /// … and what they must be like; the same. Where that is about what a call
    /// comes to, its entry is intercepted but not queued. With a `filter` that
    /// wants all, only the matcher's calls stop.
    std::optional<call_matcher> matching{};
    bool follow  = true;             ///< also trace the threads and processes that the subjects create
    bool system_times = false;       ///< measure what CPU time the kernel spends on each call, see `syscall_exited::system`
    bool detach_at_exec = false;     ///< let processes go when they execute a program, but for the launched at its first
    bool records = true;             ///< false: nothing is queued; for sessions that only intercept
    bool entries = true;             ///< queue a record at a call's entry too, not only at its exit
    bool exits   = true;             ///< false: only at its entry, and where the kernel filters, no stop at its exit
    tracing how  = tracing::ptrace;  ///< with `notification`, for entries alone, whatever `exits` says
    kernel_filter in_kernel = kernel_filter::automatic;
    cpu_placement placing = cpu_placement::automatic;
    capture_options capture{};       ///< how much of a call is looked at while its thread is stopped
    std::optional<cotrace::filter> in_full{};   ///< calls that are captured as with `capture_options::verbose`
    std::optional<cotrace::filter> flat{};      ///< calls that are captured as without `capture_options::follow`
    std::size_t depth = 4096;        ///< records the queue holds, at least 1
    overflow when_full = overflow::block;
    limits stop_after{};             ///< when it ends by itself
    std::optional<ending> at_end{};  ///< default: the launched are killed, the attached detached
    bool outlive_tracer = false;     ///< launched subjects survive a tracer that dies suddenly (no PTRACE_O_EXITKILL)
    std::vector<std::shared_ptr<interceptor>> interceptors{};   ///< asked in this order; the first other than `proceed` decides
};

/// Counts since the session began.
struct statistics {
    std::uint64_t stops   = 0;       ///< ptrace-stops, or notifications of seccomp, answered
    std::uint64_t records = 0;       ///< records queued
    std::uint64_t bytes   = 0;       ///< memory that these take or took, with the calls and values they own
    std::uint64_t lost    = 0;       ///< records thrown away by `overflow::drop`
    std::size_t   threads = 0;       ///< threads traced now; 0 with `tracing::notification`, where nobody knows
    std::chrono::nanoseconds stopped{};   ///< how long threads stood still for the tracer, added up; for stops that are over
};

/// The same of one traced thread.
struct thread_statistics {
    tid           thread{};
    std::uint64_t stops = 0;              ///< ptrace-stops, the present one included
    std::chrono::nanoseconds stopped{};   ///< how long it stood still for the tracer, the present stop included
};

/// One launched or attached tree of processes, and the records it gives.
///
/// Thread rule: every call comes from the tracer's thread, but for `stats` and
/// `thread_stats`, which any thread may call at any time. On another thread,
/// `detach`, `kill` and `set_filter` fail with `errc::wrong_thread` and have no
/// effect (in a forked child, `errc::wrong_process`). Other calls and the
/// destructor end the work of the tracer, as described there. A `pooled_session`
/// is for any thread.
///
/// Destroying a session ends it as `session_options::at_end` says. What remains to
/// be done then is done on the tracer's executor.
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

    /// Waits for the next record; empty when the target is gone and all was read.
    /// Records of one thread come in the order in which things happened to it.
    ///
    /// Completion signature: `void(error_code, std::optional<record>)`.
    /// Cancellation: terminal, partial and total; no record is lost.
    /// One `async_next` or `async_read` at a time.
    template <asio::completion_token_for<void(error_code, std::optional<record>)> Token
                  = asio::use_awaitable_t<>>
    auto async_next(Token&& token = {});

    /// Waits until there is a record, then appends all that are queued to `into`,
    /// which must live until then. Gives how many there were; 0 means the end.
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
    /// child of this process: the tracer reaps it at its end, while there is a
    /// tracer and it has other subjects; else it is for the host to wait for. The
    /// same goes for children that it made with CLONE_PARENT, followed or not.
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

    /// From now on other calls are wanted; those under way are still recorded.
    /// Where the kernel filters, they are as many as at the launch or fewer:
    /// else the error is `errc::filter_too_wide`, and nothing changes.
    result<void> set_filter(filter wanted);

    /// Sends SIGKILL to every process of the session. Its end is in the records. When
    /// no thread ended for five seconds, the session ends with a `trace_failed` record
    /// for each that is left, as with `detach`.
    result<void> kill();

    /// What was counted, at this moment; takes no lock, and costs the tracer nothing.
    statistics stats() const noexcept;

    /// The same of each thread that is traced now, in no order.
    std::vector<thread_statistics> thread_stats() const;

private:
    friend std::shared_ptr<engine::counters const> engine::counters_of(session const& of);
    std::shared_ptr<engine::session_state> state_;
};

} // namespace cotrace

#include <cotrace/impl/session.hpp>
