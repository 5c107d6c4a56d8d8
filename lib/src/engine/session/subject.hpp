// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <memory>

namespace cotrace::engine {

/// The interface of what a session traces: a thread that is traced with ptrace(2), or
/// a tree of processes whose calls arrive as seccomp notifications. A
/// subject calls `session_state::joined` when its tracing begins and
/// `session_state::left` when its tracing ends.
class subject {
public:
    virtual std::shared_ptr<subject> shared() = 0;

    /// The number of threads of the subject, if it is known; otherwise 0.
    virtual std::size_t threads() const noexcept = 0;
    /// Stops the subject soon, so that it can be let go.
    virtual void interrupt() = 0;
    virtual void kill() = 0;
    /// Whether the subject is in a sleep that no request ends.
    virtual bool cannot_stop() const = 0;
    /// The session ends without the subject, which neither ended nor could be let go in time.
    virtual void give_up() = 0;

protected:
    ~subject() = default;
};

} // namespace cotrace::engine
