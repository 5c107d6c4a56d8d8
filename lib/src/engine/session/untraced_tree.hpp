// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "engine/session/subject.hpp"

namespace cotrace::engine {

class session_state;

/// The processes that a session traces without ptrace(2): by seccomp notifications, or by observation.
class untraced_tree : public subject {
public:
    /// Handles the notifications that have arrived; an observation handles its events at other times. Returns false if
    /// there was nothing to do.
    virtual bool collect() = 0;
    /// Makes the executor wait for the next notification, which then wakes the engine. Does nothing for an observation.
    virtual void sleep() = 0;
    /// Whether the launched child has called execve(2).
    virtual bool saw_execve() = 0;
    virtual session_state const& session() const noexcept = 0;
    /// Whether calls of the processes fail or wait for ever when no tracer answers them.
    virtual bool needs_tracer() const noexcept = 0;

    /// Called while the engine is destroyed. Handles what has arrived, and reaps the root process if it has ended.
    virtual void collect_all() = 0;
    virtual void engine_gone() = 0;
    /// Ends all waits of this object without closing a descriptor. To be called in a child that the host has forked.
    virtual void rest() = 0;

protected:
    ~untraced_tree() = default;
};

}   // namespace cotrace::engine
