// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/call.hpp>
#include <cotrace/error.hpp>
#include <cotrace/ids.hpp>
#include <cotrace/open_file.hpp>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace cotrace {

/// Wall-clock time (CLOCK_REALTIME) in nanoseconds.
using timestamp = std::chrono::time_point<std::chrono::system_clock, std::chrono::nanoseconds>;

/// How a thread came into a session.
enum class origin : std::uint8_t { launched, attached, fork, vfork, clone };

/// A thread is traced from now on. The record's thread is the new thread.
struct thread_started {
    origin how{};
    tid    parent{};    ///< the thread that created it; `tid{}` for launched and attached threads
    std::string command{};   ///< the thread's name, if `capture_options::processes` asks for it
};

/// A thread entered the kernel. The call has not run yet.
struct syscall_entered {
    std::shared_ptr<syscall_call const> call;
};

/// What interceptors did to a call.
struct tampering {
    bool result    = false;   ///< the call did not run, or its result was replaced
    bool arguments = false;   ///< the call ran with other arguments, or memory of the subject was changed
    bool delayed   = false;   ///< the call was delayed deliberately

    constexpr bool any() const noexcept { return result || arguments || delayed; }
};

/// A call returned. After an attach during a call, there is no record of the call's entry.
struct syscall_exited {
    std::shared_ptr<syscall_call const> call;
    syscall_outcome          outcome;
    /// The time from the stop at the entry to the stop at the exit, as the tracer collected them. The time that
    /// interceptors take at the entry is included.
    std::chrono::nanoseconds took{};
    std::chrono::nanoseconds system{};     ///< CPU time that the kernel spent on the call; only with `session_options::system_times`
    /// First the final value of each argument that was `later` at entry, in the order of the arguments. Then "return", if more is
    /// known of the result than `outcome` has. Then additional values such as "dump".
    value_tree               values{};
    tampering                tampered{};

    /// The argument of that name: its value at exit if the call may have changed it, otherwise its value at entry.
    std::optional<value> argument(std::string_view name) const noexcept
    {
        auto const now = values.find(name);
        return now || !call ? now : call->argument(name);
    }
};

/// A signal is about to be delivered. `info` is the kernel's description of it.
struct signal_received {
    siginfo_t     info{};
    process_name  sender{};  ///< the process that `info` names, if `capture_options::processes` asks for it
    std::uint64_t ip = 0;    ///< instruction pointer at which the thread was interrupted; 0: not known
};

/// The thread is in a group-stop (job control); see ptrace(2), "Group-stop".
struct group_stopped {
    signo         signal{};
    std::uint64_t ip = 0;    ///< instruction pointer; 0: not known
};

/// execve(2) succeeded. If a thread other than the leader called it, that thread's
/// id was `former` until now, and is the id of the process from now on.
struct image_replaced {
    tid former{};
    std::string command{};   ///< the thread's new name, if `capture_options::processes` asks for it
};

/// Another thread of the process called execve(2) and has the leader's id now. This
/// is the last record of the former leader.
struct superseded {
    tid by{};   ///< the former id of that thread; `tid{}` if no tracer on the tracer's thread traces it
};

/// The thread has ended. The end of a thread group leader is the end of its process.
struct thread_exited {
    int  status = 0;        ///< exit status, or the signal that killed it
    bool killed = false;    ///< `status` is a signal
    bool dumped = false;    ///< … and a core was dumped
    bool known  = true;     ///< false: other code in the tracer's process reaped the thread first, and its status is not known
};

/// The thread was detached and runs on untraced.
struct detached {};

/// The channel's overflow policy discarded this number of records here.
struct records_lost {
    std::uint64_t count = 0;
};

/// Something failed, and the trace or the effect of an interceptor is incomplete.
struct trace_failed {
    failure what;
};

/// What happened: one alternative for each kind of record.
using event = std::variant<thread_started, syscall_entered, syscall_exited, signal_received, group_stopped,
                           image_replaced, superseded, thread_exited, detached, records_lost, trace_failed>;

/// The session that a record comes from. Several sessions may send to one channel.
struct session_identity {
    std::uint32_t number = 0;   ///< unique in the program, from 1 on
    std::string   label{};      ///< `session_options::label`
};

/// One event of one thread. A record owns everything that it refers to.
struct record {
    tid       thread{};
    timestamp at{};
    event     what{};
    pid       process{};   ///< the thread group of `thread`
    std::shared_ptr<session_identity const> session{};   ///< null where no session made the record
};

} // namespace cotrace
