// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/call.hpp>
#include <cotrace/error.hpp>
#include <cotrace/ids.hpp>
#include <cotrace/process_name.hpp>
#include <cotrace/uapi/ring_entry.hpp>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace cotrace {

class call_stack;   // in cotrace/stack.hpp

/// The time of a record in nanoseconds. `session_options::clock` selects the clock, by default CLOCK_REALTIME. With
/// another clock, `time_since_epoch()` is the time since boot.
using timestamp = std::chrono::time_point<std::chrono::system_clock, std::chrono::nanoseconds>;

/// Says which clock gives the times of records, see clock_gettime(2). The clock is chosen before the trace, because the
/// times of two clocks cannot be converted later: CLOCK_REALTIME may be set, and CLOCK_MONOTONIC stops in suspend.
enum class record_clock : std::uint8_t {
    realtime,    ///< CLOCK_REALTIME: the time since 1970
    monotonic,   ///< CLOCK_MONOTONIC: the time since boot, without the time that the system was suspended
    boottime,    ///< CLOCK_BOOTTIME: the time since boot
};

/// How a thread came into a session.
enum class origin : std::uint8_t { launched, attached, fork, vfork, clone };

/// The thread of the record is traced from now on. `record::process` is the process that the thread belongs to. If
/// `parent` created the thread with CLONE_THREAD, this is the process of `parent`. If `parent` created a process,
/// `record::process` is the new process.
struct thread_started {
    origin how{};
    tid parent{};            ///< the creator of the new thread; `tid{}` if launched, attached or not known
    std::string command{};   ///< the thread's name; empty unless `capture_options::processes` asks for it
};

/// A thread has entered the kernel with a system call. The record describes the call as it was before it ran.
struct syscall_entered {
    std::shared_ptr<syscall_call const> call;
    /// The call stack of a call that ends its thread, if `capture_options::stacks` asks for it. Other calls have the
    /// stack in the record of their exit.
    std::shared_ptr<call_stack const> stack{};
};

/// What interceptors did to a call.
struct tampering {
    bool result = false;      ///< the call did not run, or its result was replaced
    bool arguments = false;   ///< the call ran with other arguments, or memory of the subject was changed
    bool delayed = false;     ///< the call was delayed deliberately

    constexpr bool any() const noexcept { return result || arguments || delayed; }
};

/// A call returned. If the thread was attached during the call, there is no record of the call's entry, and `took` is
/// 0. But if the attach interrupted the call and the kernel restarted it, the restarted call is recorded like any other
/// call, with its entry and its `took`. The name of a restarted call is restart_syscall in some cases.
struct syscall_exited {
    std::shared_ptr<syscall_call const> call;
    syscall_outcome outcome;
    /// With ptrace, the time from the stop at the entry to the stop at the exit of the call, measured when the tracer
    /// collected these stops. The time that interceptors take at the entry is included. With `tracing::observation`, the
    /// time from the entry to the exit in the kernel.
    std::chrono::nanoseconds took{};
    /// With ptrace, the system CPU time that the process used between the two stops. The time of the other threads of the
    /// process is included, and the whole time of children that the process reaped between the stops. With
    /// `tracing::observation`, equal to `took`. Only measured with `session_options::system_times`.
    std::chrono::nanoseconds system{};
    /// The values that are known only at exit. First come the final values of the arguments that had the state
    /// `value_state::later` at entry, in the order of the arguments. The value "return" follows if more is known about
    /// the result than `outcome` says. Additional values such as "dump" come last.
    value_tree values{};
    tampering tampered{};
    /// True if memory, or details of file descriptors, were read only after the call had returned. They may have
    /// changed before they were read; see `tracing::observation`.
    bool read_late = false;
    std::shared_ptr<call_stack const> stack{};   ///< the call stack; null unless `capture_options::stacks` asks for it
    /// What was read to decode `values`; null unless `capture_options::keep_inputs` is set.
    std::shared_ptr<decode::inputs const> inputs{};

    /// The argument, or the part of an argument, that `name` names (see `value::find`). This is the value at exit if
    /// the call may have changed the argument, and otherwise the value at entry.
    std::optional<value> argument(std::string_view name) const noexcept
    {
        auto const now = values.find(name);
        return now || !call ? now : call->argument(name);
    }
};

/// A signal is about to be delivered to the thread. `info` is the kernel's description of the signal.
struct signal_received {
    siginfo_t info{};
    process_name sender{};   ///< details of the process in `info`; empty unless `capture_options::processes` asks for them
    std::uint64_t ip = 0;    ///< instruction pointer at which the thread was interrupted; 0: not known
    std::shared_ptr<call_stack const> stack{};   ///< the call stack; null unless `capture_options::stacks` asks for it
};

/// The thread is in a group-stop (job control); see ptrace(2), "Group-stop".
struct group_stopped {
    signo signal{};
    std::uint64_t ip = 0;   ///< instruction pointer; 0: not known
};

/// The thread called execve(2), which succeeded. If the thread was not the thread group
/// leader, its id was `former` until now, and is the id of the process from now on.
struct image_replaced {
    /// The id of the thread before its execve(2). With `tracing::observation`, `tid{}` if the id did not change.
    tid former{};
    /// The thread's new name; empty unless `capture_options::processes` asks for it. With `tracing::observation`,
    /// `capture_options::thread_names` is enough.
    std::string command{};
};

/// Another thread of the process called execve(2), and got the id of the thread group
/// leader. This is the last record of the former leader.
struct superseded {
    /// The former id of the thread that called execve(2); `tid{}` if this id is not known. It is known if this tracer, or
    /// another tracer that runs on the same thread as this tracer, traces the thread that called execve(2).
    tid by{};
};

/// The thread has ended. The record of a thread group leader is made when its whole process has ended, and describes the
/// end of the process.
struct thread_exited {
    int status = 0;        ///< the exit status, or the number of the signal that killed the thread
    bool killed = false;   ///< a signal killed the thread, and `status` is the number of the signal
    bool dumped = false;   ///< a signal killed the thread, and a core was dumped
    /// False if the other members are not known, for example because other code in the host reaped the thread first, or
    /// because an observation lost events. In a result of `session::async_wait`, also false if the session ended before
    /// its root process, for example because the process was detached.
    bool known = true;
};

/// The thread was detached and runs on untraced.
struct detached {};

/// Records were discarded because the channel was full (see `overflow`). This record stands in their place. If the
/// discarded records came from several sessions, this record has no session, process or thread.
///
/// A `records_lost` is also recorded if events were lost because the ring buffer of the BPF programs was full. The
/// position of such a record does not show when the events were lost.
struct records_lost {
    std::uint64_t count = 0;   ///< number of records or events that were lost
};

/// Something failed, and the trace or the effect of an interceptor is incomplete.
struct trace_failed {
    failure what;
};

/// A process submitted an operation to an io_uring. Recorded if the filter selects the class `%io_uring`.
///
/// With `tracing::ptrace`, `record::thread` is the thread that called io_uring_enter(2). The records come before the
/// `syscall_entered` of this call, in the order of the submission queue. The kernel may take fewer entries than the
/// call asks for; the result of the call is the number of entries that the kernel took. Entries that the kernel did not
/// take are recorded again at the next call.
///
/// A tracepoint of the kernel (Linux 6.3, see `ring_completed`) reports the submissions in two cases: with
/// IORING_SETUP_SQPOLL, and with `tracing::observation`. It reports each entry when the kernel takes the entry. With
/// IORING_SETUP_SQPOLL, a thread of the kernel takes the entries, and `record::thread` is the thread group leader.
struct ring_submitted {
    uapi::ring_entry entry{};
    /// The operation, described as the system call that does the same, for example openat(2). The arguments of this
    /// call are members of `entry`, and its `number` is the opcode. Memory that the operation fills is shown as an
    /// address.
    std::shared_ptr<syscall_call const> operation{};
    /// The argument `fd` of io_uring_enter(2): a descriptor, or with IORING_ENTER_REGISTERED_RING the index of a registered
    /// ring. -1 if the kernel's tracepoint reported the submission.
    int ring = -1;
};

/// An operation of an io_uring has completed, or has given one of several results. Recorded if the filter selects the
/// class `%io_uring`.
///
/// A process can read completions without a system call, so the library gets them from a tracepoint of the kernel,
/// through a BPF program. The requirements are those of `tracing::observation`. If they are not met, a session with
/// `tracing::ptrace` records a `trace_failed` with `errc::not_observable`, and no `ring_completed`. A session with
/// `tracing::notification` always records a `trace_failed` with `errc::not_by_notification` instead. `record::thread` is
/// the thread that completed the operation, or the thread group leader if a thread of the kernel completed it.
struct ring_completed {
    std::uint64_t user_data = 0;   ///< `user_data` of the submission, or the number that IORING_OP_MSG_RING sent
    syscall_outcome outcome{};     ///< the result of the operation, in the form of the result of a system call
    std::uint32_t flags = 0;       ///< IORING_CQE_F_*
    /// The operation: IORING_OP_*. Empty if the kernel does not report it: for later results of a multishot operation,
    /// for notifications of zero-copy sends, for completions that IORING_OP_MSG_RING posts, for completions that did
    /// not fit into the ring, and before Linux 5.18.
    std::optional<std::uint8_t> opcode{};

    /// The name of the operation, such as "openat"; "operation" if the operation is not known.
    std::string_view name() const noexcept;
};

/// What happened. There is one alternative for each kind of record.
using event = std::variant<thread_started, syscall_entered, syscall_exited, signal_received, group_stopped, image_replaced,
                           superseded, thread_exited, detached, records_lost, trace_failed, ring_submitted, ring_completed>;

/// Identifies the session that a record comes from, because several sessions may send to one channel.
struct session_identity {
    std::uint32_t number = 0;   ///< number of the session, unique in the process, from 1 on
    std::string label{};        ///< name of the session: `session_options::label`
};

/// An event, with the thread and the process that it concerns. A record owns everything that it refers to.
struct record {
    tid thread{};
    timestamp at{};
    // There is no `{}`, because with it, every file that includes this header would instantiate the constructor and the
    // destructor of `event`.
    event what;
    pid process{};   ///< the process that `thread` belongs to; in a `thread_started`, the process of the new thread
    std::shared_ptr<session_identity const> session{};   ///< null if no session made the record
    /// The name of `thread` ("comm" of proc(5)). For a short time, this may be a former name: see
    /// `capture_options::thread_names`. Null unless `capture_options::thread_names` or `capture_options::processes` asks
    /// for names.
    std::shared_ptr<std::string const> comm{};
    /// The SELinux context that `thread` had at the time of this record. Null if `capture_options::contexts` is false,
    /// if SELinux is not enabled, if the context could not be read, or if the record is a `thread_exited`.
    std::shared_ptr<std::string const> context{};
};

}   // namespace cotrace
