// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace cotrace::engine {

/// What the first step of a detach depends on.
struct detach_state {
    bool traced = true;          ///< the thread has not left its session
    bool loses_id = false;       ///< the thread's id is gone, perhaps because of its own execve(2)
    bool awaits_host = false;    ///< the thread is at a stop and waits for host code, such as an interceptor
    bool has_status = false;     ///< a wait status of the thread waits for room in the record queue
    bool dead_leader = false;    ///< the thread is the thread group leader and has exited, and other threads of the process run

    bool operator==(detach_state const&) const = default;
};

/// What a detach does first.
enum class detach_step : std::uint8_t {
    nothing,         ///< The thread is not traced, or the next status of its leader's id shows whether the thread has that id.
    end_host_wait,   ///< The wait for host code ends, and the thread is let go from the stop that it is at.
    answer_status,   ///< The status is answered when there is room, and the thread is let go from that stop.
    leave,           ///< The kernel does not let a dead thread go (PTRACE_DETACH): the engine reaps it later.
    interrupt,       ///< PTRACE_INTERRUPT stops the thread, and it is let go from that stop.
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

} // namespace cotrace::engine
