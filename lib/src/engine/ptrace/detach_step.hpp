// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace cotrace::engine {

/// The state of a thread that is to be detached. The first step of the detach depends on it.
struct detach_state {
    bool traced = true;         ///< the thread has not left its session, and its coroutine does not run
    bool loses_id = false;      ///< no thread has this thread's id any longer, perhaps because of an execve(2)
    bool awaits_host = false;   ///< the thread is at a stop and waits for host code, such as an interceptor
    bool has_status = false;    ///< a wait status of the thread waits for room in the record queue
    bool dead_leader = false;   ///< the thread is a thread group leader that exited before the group's other threads

    bool operator==(detach_state const&) const = default;
};

/// What a detach does first.
enum class detach_step : std::uint8_t {
    /// Does nothing: the thread is not traced, its running coroutine will detach the thread, or no thread has its id
    /// any longer.
    nothing,
    /// Ends the wait for host code. The thread is then detached from the stop that it is at.
    end_host_wait,
    /// Waits for room in the record queue. The thread is detached when its wait status is handled.
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
