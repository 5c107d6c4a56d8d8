// SPDX-License-Identifier: BSL-1.0
//
// How a thread leaves its session: it is let go or killed, or the session ends
// without it. The rest of the thread's life is in thread_loop.cpp.
#include "engine/thread_loop.hpp"

#include "engine/counters.hpp"
#include "engine/engine.hpp"
#include "engine/session_state.hpp"
#include "sys/procfs.hpp"
#include "sys/spawn.hpp"

#include <utility>

#include <unistd.h>

namespace cotrace::engine {

namespace {

bool sleeps_uninterruptibly(tid thread)
{
    auto const about = sys::status_of(thread);
    return about && about->state == 'D';
}

} // namespace

void thread_loop::let_go(signo sig)
{
    owner_->places.give_back(seat_);
    note_resume();
    auto const sent = std::move(*at_).detach(sig);
    if (!sent) {   // EIO: no such signal
        report(sent.error(), "PTRACE_DETACH");
        (void)sys::detach(thread_, signo::none);
    }
    at_.reset();
    if (sent && sent.value())   // killed: it is let go at its exit event, or ends
        return owner_->watch(thread_);
    session_->publish(thread_, detached{});
    leave(after_detach());
}

// The tracer reaps the launched process and the siblings that it made (CLONE_PARENT).
leftover_kind thread_loop::after_detach() const
{
    if (!session_->launched() || thread_ != leader(process_))
        return leftover_kind::none;
    if (process_ == session_->root)
        return leftover_kind::child;
    auto const about = sys::status_of(thread_);
    return about && about->parent == pid{::getpid()} ? leftover_kind::child : leftover_kind::none;
}

void thread_loop::interrupt()
{
    if (gone_ || missing_ || (busy_ && work_ == job::room))   // when there is room, its stop is answered
        return;
    if (busy_) {
        stop_asking();
        return conclude(work_, {}, {});
    }
    bool const is_dead_leader = exit_status_ && thread_ == leader(process_) && sys::threads_of(process_).size() != 1;   // 0: not known
    if (!is_dead_leader && sys::interrupt(thread_))
        return;
    if (!is_dead_leader && !has_stranger())   // it ends, as the next wait tells
        return owner_->watch(thread_);
    if (kind_ == tracee::call_kind::makes_thread)
        owner_->find_orphans(session_, process_, /*strict=*/false, this);
    session_->publish(thread_, detached{});
    leave(is_dead_leader ? leftover_kind::dead_leader : after_detach());
}

// Whether the thread with this id is not traced by this tracer: it got the id by its
// execve(2). A zombie may be the traced thread, if other code in the process took its status.
bool thread_loop::has_stranger() const
{
    auto const about = sys::status_of(thread_);
    return about && about->tracer != tid{::gettid()} && about->state != 'Z';
}

bool thread_loop::cannot_stop() const { return !session_->killing() && sleeps_uninterruptibly(thread_); }

void thread_loop::give_up()
{
    auto const why = sleeps_uninterruptibly(thread_) ? errc::uninterruptible : errc::not_stopped;
    report(why, session_->killing() ? "kill" : "detach from");
    given_up_ = true;
    session_->left(*this);
}

void thread_loop::kill()
{
    sys::kill_process(process_, thread_);
    if (busy_)
        cancel_->emit(asio::cancellation_type::terminal);
}

void thread_loop::leave(leftover_kind after)
{
    auto const  keeps_itself = shared_from_this();
    auto* const owner        = owner_;
    owner->drop(*this, after);
    end_session_part();
    if (thread_ == leader(process_))
        owner->end_missing(process_);
}

void thread_loop::end_session_part()
{
    if (std::exchange(unmet_, false))
        session_->met();
    end_suspension();
    owner_->places.forget(seat_);
    gone_ = true;
    tell_interceptors_of_end();
    session_->counts.end_thread(*std::exchange(counted_, nullptr));
    session_->left(*this);
}

void thread_loop::tell_interceptors_of_end()
{
    for (auto const& each : session_->options().interceptors)
        each->on_end(thread_);
}

} // namespace cotrace::engine
