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

/// Says which clock gives the times of records, see clock_gettime(2).
enum class record_clock : std::uint8_t {
    realtime,    ///< CLOCK_REALTIME: the time since 1970
    monotonic,   ///< CLOCK_MONOTONIC: the time since boot, without the time that the system was suspended
    boottime,    ///< CLOCK_BOOTTIME: the time since boot
};

/// How a thread came into a session.
enum class origin : std::uint8_t { launched, attached, fork, vfork, clone };

/// The thread of the record is traced from now on. If the thread is the first one of a new process, `record::process`
/// is the new process.
struct thread_started {
    origin how{};
    tid parent{};            ///< the creator of the new thread; `tid{}` if launched, attached or not known
    std::string command{};   ///< the thread's name; empty unless `capture_options::processes` asks for it
};

/// A thread has entered the kernel with a system call. The record describes the call as it was before it ran.
struct syscall_entered {
    std::shared_ptr<syscall_call const> call;
    /// The call stack of a call that ends its thread, if `capture_options::stacks` asks for it. Other calls have their
    /// stack in the record of the exit.
    std::shared_ptr<call_stack const> stack{};
};

/// What interceptors did to a call.
struct tampering {
    bool result = false;      ///< the call did not run, or its result was replaced
    bool arguments = false;   ///< the call ran with other arguments, or memory of the subject was changed
    bool delayed = false;     ///< the call was delayed deliberately

    constexpr bool any() const noexcept { return result || arguments || delayed; }
};

/// A call returned. If the tracer attached during the call, the entry has no record, and `took` is 0. If the kernel
/// restarted the call after the attach, the restarted call is recorded like any other call. Its name may be
/// restart_syscall.
struct syscall_exited {
    std::shared_ptr<syscall_call const> call;
    syscall_outcome outcome;
    /// With ptrace, the time between the stops at the entry and at the exit, including the time of interceptors at the
    /// entry. With `tracing::observation`, the time from the entry to the exit in the kernel.
    std::chrono::nanoseconds took{};
    /// With ptrace, the system CPU time that all threads of the process used between the two stops. The time of
    /// children that the process reaped meanwhile is included. With `tracing::observation`, equal to `took`. Only
    /// measured with `session_options::system_times`.
    std::chrono::nanoseconds system{};
    /// The values that are known only at exit: first the arguments that had the state `value_state::later` at entry, in
    /// their order. The value "return" follows if more is known about the result than `outcome` says. Additional values
    /// such as "dump" come last.
    value_tree values{};
    tampering tampered{};
    /// True if memory, or details of file descriptors, may have changed between the return of the call and the read.
    /// Only `tracing::observation` sets this member.
    bool read_late = false;
    std::shared_ptr<call_stack const> stack{};   ///< the call stack; null unless `capture_options::stacks` asks for it
    /// What was read to decode `values`; null unless `capture_options::keep_inputs` is set.
    std::shared_ptr<decode::inputs const> inputs{};

    /// The argument, or the part of an argument, that `name` names (see `value::find`). The value at exit if the call
    /// may have changed the argument, otherwise the value at entry.
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

/// The thread called execve(2), which succeeded. A thread that was not the thread group leader had the id `former`, and
/// now has the id of the process.
struct image_replaced {
    /// The id of the thread before its execve(2). With `tracing::observation`, `tid{}` if the id did not change.
    tid former{};
    /// The thread's new name. Empty unless `capture_options::processes` asks for it, or, with `tracing::observation`,
    /// `capture_options::thread_names`.
    std::string command{};
};

/// Another thread of the process called execve(2), and got the id of the thread group
/// leader. This is the last record of the former leader.
struct superseded {
    /// The former id of the thread that called execve(2); `tid{}` if this id is not known.
    tid by{};
};

/// The thread has ended. A thread group leader gets this record when its whole process has ended.
struct thread_exited {
    int status = 0;        ///< the exit status, or the number of the signal that killed the thread
    bool killed = false;   ///< a signal killed the thread, and `status` is the number of the signal
    bool dumped = false;   ///< a signal killed the thread, and a core was dumped
    /// False if the other members are not known, for example because other code in the host reaped the thread. In a
    /// result of `session::async_wait`, also false if the session ended before its root process.
    bool known = true;
};

/// The thread was detached and runs on untraced.
struct detached {};

/// Records were discarded because the channel was full (see `overflow`), and this record stands in their place. If the
/// discarded records came from several sessions, this record has no session, process or thread.
///
/// Also recorded if the ring buffer of the BPF programs was full and events were lost. The position of this record does
/// not show the time of the loss.
struct records_lost {
    std::uint64_t count = 0;   ///< number of records or events that were lost
};

/// Something failed, and the trace or the effect of an interceptor is incomplete.
struct trace_failed {
    failure what;
};

/// A process submitted an operation to an io_uring. Recorded if the filter selects the class `%io_uring`.
///
/// With `tracing::ptrace`, `record::thread` is the thread that called io_uring_enter(2). The records precede the
/// `syscall_entered` of this call, in the order of the submission queue. The result of the call is the number of
/// entries that the kernel took. Entries that the kernel did not take are recorded again at the next call.
///
/// With IORING_SETUP_SQPOLL, and with `tracing::observation`, a tracepoint reports each entry when the kernel takes the
/// entry (Linux 6.3). With IORING_SETUP_SQPOLL, a thread of the kernel takes the entries, and `record::thread` is the
/// thread group leader.
struct ring_submitted {
    uapi::ring_entry entry{};
    /// The operation, described as the system call that does the same, for example openat(2). The arguments are members
    /// of `entry`, and `number` is the opcode. Memory that the operation fills is shown as an address.
    std::shared_ptr<syscall_call const> operation{};
    /// The argument `fd` of io_uring_enter(2): a descriptor, or the index of a registered ring
    /// (IORING_ENTER_REGISTERED_RING). -1 if the tracepoint reported the submission.
    int ring = -1;
};

/// An operation of an io_uring has completed, or has given one of several results. Recorded if the filter selects the
/// class `%io_uring`. `record::thread` is the thread that completed the operation, or the thread group leader if a
/// thread of the kernel did.
///
/// A BPF program reports completions, with the requirements of `tracing::observation`. If the requirements are not met,
/// a session with `tracing::ptrace` records one `trace_failed` with `errc::not_observable`, and no completions. A
/// session with `tracing::notification` records one `trace_failed` with `errc::not_by_notification`.
struct ring_completed {
    std::uint64_t user_data = 0;   ///< `user_data` of the submission, or the number that IORING_OP_MSG_RING sent
    syscall_outcome outcome{};     ///< the result of the operation, in the form of the result of a system call
    std::uint32_t flags = 0;       ///< IORING_CQE_F_*
    /// The operation: IORING_OP_*. Empty before Linux 5.18, for later results of a multishot operation, and for a few
    /// other completions.
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
    // There is no `{}`: with it, every file that includes this header would instantiate the constructor and destructor
    // of `event`.
    event what;
    pid process{};   ///< the process that `thread` belongs to; in a `thread_started`, the process of the new thread
    std::shared_ptr<session_identity const> session{};   ///< null if no session made the record
    /// The name of `thread` ("comm" of proc(5)), possibly a former name: see `capture_options::thread_names`. Null
    /// unless `capture_options::thread_names` or `capture_options::processes` asks for names.
    std::shared_ptr<std::string const> comm{};
    /// The SELinux context that `thread` had at the time of this record. Null without `capture_options::contexts` or
    /// SELinux, if the context could not be read, and in a `thread_exited`.
    std::shared_ptr<std::string const> context{};
};

}   // namespace cotrace
