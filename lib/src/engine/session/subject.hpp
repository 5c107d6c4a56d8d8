// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <memory>

namespace cotrace::engine {

/// What a session traces as a whole: one thread (ptrace(2)), one tree of processes (seccomp notifications), or all
/// observed threads.
class subject {
public:
    virtual std::shared_ptr<subject> shared() = 0;

    /// The number of threads of the subject; 0 if it is not known.
    virtual std::size_t threads() const noexcept = 0;
    /// Makes the subject stop soon, so that it can be detached.
    virtual void interrupt() = 0;
    virtual void kill() = 0;
    /// Whether the subject cannot stop, because it is in a sleep that no request ends.
    virtual bool cannot_stop() const = 0;
    /// Makes the subject leave its session. Called if the subject has not ended and could not be detached in time.
    virtual void give_up() = 0;
    /// Called after `session_options::filter` has changed.
    virtual void filter_changed() {}

protected:
    ~subject() = default;
};

}   // namespace cotrace::engine
