// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "engine/engine.hpp"
#include "engine/session/session_state.hpp"
#include "engine/ptrace/traced_thread.hpp"

#include <utility>

namespace cotrace::engine {

/// While this lives, the thread may get its leader's id by an execve(2), so that its own id vanishes.
class traced_thread::id_at_risk {
public:
    explicit id_at_risk(traced_thread& self) noexcept : self_{self} { self_.id_at_risk_ = true; }
    id_at_risk(id_at_risk const&) = delete;
    id_at_risk& operator=(id_at_risk const&) = delete;
    ~id_at_risk() { self_.id_at_risk_ = false; }

private:
    traced_thread& self_;
};

/// Waits for the next status of a thread.
class traced_thread::status_awaiter {
public:
    explicit status_awaiter(traced_thread& self) noexcept : self_{self} {}

    bool await_ready() const noexcept { return !self_.inbox_.empty() && self_.session_->has_room(); }
    void await_suspend(std::coroutine_handle<> at) const
    {
        self_.suspended_ = at;
        if (!self_.inbox_.empty())
            self_.await_room();
    }
    sys::wait_status await_resume() const
    {
        auto const first = self_.inbox_.front();
        self_.inbox_.erase(self_.inbox_.begin());
        return first;
    }

private:
    traced_thread& self_;
};

/// Waits for host code, or for the thread's death.
template <class T>
class traced_thread::host_awaiter {
public:
    host_awaiter(traced_thread& self, task<T> work) : self_{self}, work_{std::move(work)} {}

    bool await_ready() const noexcept { return false; }

    // The host code may begin, and complete, during `start`, and it may end this thread's
    // session: nothing of the awaiter is used after the start.
    void await_suspend(std::coroutine_handle<> at)
    {
        auto const operation = operation_;
        self_.suspended_   = at;
        self_.awaits_host_ = operation;
        self_.owner_->host_runs();
        operation->start(self_.session_->host(), std::move(work_), [self = self_.shared_from_this()] {
            own_thread::turn const here{*self->session_->thread()};
            self->host_done();
        });
    }
    std::optional<T> await_resume() { return operation_->take(); }

private:
    traced_thread& self_;
    task<T> work_;
    std::shared_ptr<host_operation_of<T>> operation_ = std::make_shared<host_operation_of<T>>();
};

inline traced_thread::status_awaiter traced_thread::next_status() noexcept { return status_awaiter{*this}; }

template <class T>
traced_thread::host_awaiter<T> traced_thread::unless_dead(task<T> work)
{
    return host_awaiter<T>{*this, std::move(work)};
}

} // namespace cotrace::engine
