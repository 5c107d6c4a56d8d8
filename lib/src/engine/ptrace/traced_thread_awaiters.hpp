// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "engine/engine.hpp"
#include "engine/ptrace/traced_thread.hpp"
#include "engine/session/session_state.hpp"

#include <optional>
#include <string_view>
#include <utility>

namespace cotrace::engine {

/// Exists while the thread may be in an execve(2), which may give the thread its leader's id.
class traced_thread::execve_scope {
public:
    explicit execve_scope(traced_thread& self)
        : self_{self}
    {
        self_.owner_->id_changes_of(self_.thread_).may_be_in_execve = true;
    }
    execve_scope(execve_scope const&) = delete;
    execve_scope& operator=(execve_scope const&) = delete;
    ~execve_scope()
    {
        if (self_.owner_ != nullptr && self_.is_traced())   // otherwise, the thread may not be in the wait book
            self_.owner_->id_changes_of(self_.thread_).may_be_in_execve = false;
    }

private:
    traced_thread& self_;
};

/// What the coroutine `live` remembers of earlier stops of the thread.
struct traced_thread::progress {
    /// The thread is a launched child that has not called execve(2) yet: no call or signal is recorded.
    bool before_exec = false;
    std::optional<int> announced_end;     ///< the wait status of the thread's end; empty before its PTRACE_EVENT_EXIT stop
    bool has_unknown_interface = false;   ///< `errc::unknown_interface` was reported, and is not reported again
    std::string_view interrupted{};       ///< the name of the call that the next restart_syscall(2) continues; empty if none
};

template <class Event>
void traced_thread::publish(Event&& what)
{
    session_->publish(thread_, process_, std::forward<Event>(what));
}

/// Waits until the thread has a wait status and the record queue has room.
class traced_thread::status_awaiter {
public:
    explicit status_awaiter(traced_thread& self) noexcept
        : self_{self}
    {
    }

    bool await_ready() const noexcept { return !self_.inbox_.empty() && self_.session_->has_room(); }
    void await_suspend(std::coroutine_handle<> at) const
    {
        self_.suspended_ = at;
        if (!self_.inbox_.empty())
            self_.await_room();
    }
    void await_resume() const noexcept {}

private:
    traced_thread& self_;
};

/// A question to the interceptors about a stop. `co_await` ends when the interceptors have answered, the thread has
/// died, or the wait was cut short.
template <class Verdict>
class traced_thread::question {
public:
    question(traced_thread& self, std::shared_ptr<interception> stop, task<Verdict> work)
        : self_{self}
        , stop_{std::move(stop)}
        , work_{std::move(work)}
    {
    }
    question(question const&) = delete;
    question& operator=(question const&) = delete;
    ~question() { stop_->over = true; }

    bool await_ready() const noexcept { return false; }

    // The interceptors may run during `start`, and may end the session and destroy this object. No member is used after
    // `start`.
    void await_suspend(std::coroutine_handle<> at)
    {
        auto const operation = operation_;
        self_.suspended_ = at;
        self_.awaits_host_ = operation;
        self_.owner_->host_runs();
        operation->start(self_.session_->host(), std::move(work_), [self = self_.shared_from_this()] {
            own_thread::turn const here{*self->session_->thread()};
            self->host_done();
        });
    }
    void await_resume() const noexcept {}

    interception const& stop() const noexcept { return *stop_; }
    /// The verdict, or `proceed` if the wait was cut short. Returns nothing if the thread died first.
    std::optional<Verdict> answer() { return operation_->take(); }

private:
    traced_thread& self_;
    std::shared_ptr<interception> stop_;
    task<Verdict> work_;
    std::shared_ptr<host_operation_of<Verdict>> operation_ = std::make_shared<host_operation_of<Verdict>>();
};

inline traced_thread::status_awaiter traced_thread::next_status() noexcept { return status_awaiter{*this}; }

}   // namespace cotrace::engine
