// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace cotrace::engine {

/// What the first step of a detach depends on.
struct detach_state {
    bool traced = true;         ///< the thread has not left its session
    bool loses_id = false;      ///< the thread's id is gone, perhaps because the thread called execve(2)
    bool awaits_host = false;   ///< the thread is at a stop and waits for host code, such as an interceptor
    bool has_status = false;    ///< a wait status of the thread waits for room in the record queue
    bool dead_leader = false;   ///< the thread is the thread group leader and has exited, and other threads of the process run

    bool operator==(detach_state const&) const = default;
};

/// What a detach does first.
enum class detach_step : std::uint8_t {
    /// Nothing. Either the thread is not traced, or the next status of its leader's id will show whether the thread has
    /// that id now.
    nothing,
    /// Ends the wait for host code. The thread is then detached from the stop that it is at.
    end_host_wait,
    /// Nothing yet. When the record queue has room, the status is handled, and the thread is detached from its stop.
    answer_status,
    /// Ends the tracing without PTRACE_DETACH, which the kernel refuses for a dead thread. The engine reaps the thread
    /// later.
    leave,
    /// Stops the thread with PTRACE_INTERRUPT. The thread is then detached from that stop.
    interrupt,
};

constexpr detach_step first_step(detach_state const& of) noexcept
{
    using enum detach_step;
    if (!of.traced || of.loses_id)
        return nothing;
    if (of.awaits_host)
        return end_host_wait;
    if (of.has_status)
        return answer_status;
    return of.dead_leader ? leave : interrupt;
}

}   // namespace cotrace::engine
