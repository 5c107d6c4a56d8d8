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

/// Wall-clock time in nanoseconds, as CLOCK_REALTIME has it.
using timestamp = std::chrono::time_point<std::chrono::system_clock, std::chrono::nanoseconds>;

/// How a thread came into a session.
enum class origin : std::uint8_t { launched, attached, fork, vfork, clone };

/// A thread is traced from here on. The record's thread is the new one.
struct thread_started {
    origin how{};
    tid    parent{};    ///< who made it; `tid{}` for the launched and the attached
    std::string command{};   ///< its name, if `capture_options::processes` asks for it
};

/// A thread entered the kernel. The call has not run yet.
struct syscall_entered {
    std::shared_ptr<syscall_call const> call;
};

/// What interceptors did to a call.
struct tampering {
    bool result    = false;   ///< it did not run, or its result was replaced
    bool arguments = false;   ///< it ran with other arguments, or memory of the subject was changed
    bool delayed   = false;   ///< it was held up on purpose

    constexpr bool any() const noexcept { return result || arguments || delayed; }
};

/// A call came back. After an attach inside a call there may be no entry before it.
struct syscall_exited {
    std::shared_ptr<syscall_call const> call;
    syscall_outcome          outcome;
    std::chrono::nanoseconds took{};       ///< from entry to exit, as the tracer saw them
    std::chrono::nanoseconds system{};     ///< CPU time that the kernel spent on it; with `session_options::system_times` only
    value_tree               values{};     ///< one for each argument that was `later` at entry, in their order, then
                                           ///< "return" if more is known of the result than `outcome` has, then notes
    tampering                tampered{};

    /// The argument of that name: as it is now if the call may have changed it, else as it was at entry.
    std::optional<value> argument(std::string_view name) const noexcept
    {
        auto const now = values.find(name);
        return now || !call ? now : call->argument(name);
    }
};

/// A signal is about to be delivered, with all that the kernel says about it.
struct signal_received {
    siginfo_t     info{};
    process_name  sender{};  ///< the process that `info` names, as far as `capture_options::processes` asks
    std::uint64_t ip = 0;    ///< instruction pointer where the thread was interrupted; 0: not known
};

/// The thread stopped with its process: job control, see ptrace(2), "Group-stop".
struct group_stopped {
    signo         signal{};
    std::uint64_t ip = 0;    ///< instruction pointer; 0: not known
};

/// execve(2) succeeded. When another thread than the leader called it, that
/// thread's id was `former` until now and is the process's from here on.
struct image_replaced {
    tid former{};
    std::string command{};   ///< the thread's name from here on, if `capture_options::processes` asks for it
};

/// Another thread of the process called execve(2) and has the leader's id now. This
/// is the last record of the former leader.
struct superseded {
    tid by{};   ///< the former id of that thread; `tid{}` where no tracer of this thread traces it
};

/// The thread is gone. When it is the leader, so is the process.
struct thread_exited {
    int  status = 0;        ///< exit status, or the signal that killed it
    bool killed = false;    ///< `status` is a signal
    bool dumped = false;    ///< … and a core was dumped
    bool known  = true;     ///< false: someone else reaped it, and nothing told us its status
};

/// The thread was let go and runs on untraced.
struct detached {};

/// Records that the channel's overflow policy threw away here.
struct records_lost {
    std::uint64_t count = 0;
};

/// A request of the tracer failed in a way that costs the trace something.
struct trace_failed {
    failure what;
};

/// What happened. One alternative per thing a trace can say.
using event = std::variant<thread_started, syscall_entered, syscall_exited, signal_received, group_stopped,
                           image_replaced, superseded, thread_exited, detached, records_lost, trace_failed>;

/// Which session a record comes from, where several send to one channel.
struct session_identity {
    std::uint32_t number = 0;   ///< unique in the program, from 1 on
    std::string   label{};      ///< `session_options::label`
};

/// One fact about one thread. A record owns all that it refers to.
struct record {
    tid       thread{};
    timestamp at{};
    event     what{};
    pid       process{};   ///< the thread group of `thread`
    std::shared_ptr<session_identity const> session{};   ///< null where no session made the record
};

} // namespace cotrace
