// SPDX-License-Identifier: BSL-1.0
//
// How a thread leaves its session: by a detach, by a kill, or because the session ends without waiting.
#include "engine/ptrace/traced_thread_awaiters.hpp"

#include "engine/engine.hpp"
#include "engine/ptrace/detach_step.hpp"
#include "engine/session/counters.hpp"
#include "engine/session/session_state.hpp"
#include "sys/procfs.hpp"

#include <utility>

#include <unistd.h>

namespace cotrace::engine {

namespace {

bool sleeps_uninterruptibly(tid thread)
{
    auto const about = sys::status_of(thread);
    return about && about->state == 'D';
}

/// Whether the calling thread traces `thread`.
bool is_traced_here(tid thread)
{
    if (auto const about = sys::status_of(thread))
        return about->tracer == tid{::gettid()};
    return sys::can_wait_for(thread);   // perhaps there is no /proc, or no file descriptor is free to read it
}

}   // namespace

void traced_thread::detach_at_stop(tracee::stopped at, signo sig)
{
    owner_->places.restore(assigned_cpu_);
    session_->counts.stopped += counted_->resume(std::chrono::steady_clock::now());
    auto const sent = std::move(at).detach(sig);
    if (!sent) {   // for example EIO: there is no signal with the number `sig`
        report(sent.error(), "PTRACE_DETACH");
        (void)sys::detach(thread_, signo::none);
    }
    if (sent && sent.value())   // the thread was killed: it is detached at its PTRACE_EVENT_EXIT stop, or it ends
        return owner_->watch(thread_);
    publish(detached{});
    leave(after_detach());
}

// Returns what the engine does after the detach: it reaps a child of this process, unless the host does.
leftover_kind traced_thread::after_detach() const
{
    if (!session_->launched() || thread_ != leader(process_))
        return leftover_kind::none;
    // If the launch fails later, `engine::end_detached_child` kills and reaps the child.
    if (process_ == session_->root)
        return session_->options().reap_detached || session_->starting() ? leftover_kind::child : leftover_kind::none;
    auto const about = sys::status_of(thread_);
    return about && about->parent == pid{::getpid()} ? leftover_kind::child : leftover_kind::none;
}

void traced_thread::interrupt()
{
    bool const is_leader = thread_ == leader(process_);
    detach_state const now{
        .traced = is_traced() && suspended_,   // if not suspended, the coroutine runs and will detach the thread itself
        .loses_id = is_traced() && owner_->is_missing(*this),
        .awaits_host = awaits_host_ != nullptr,
        .has_status = !inbox_.empty(),
        // If the threads of the process cannot be listed, the process is assumed to have other threads.
        .dead_leader = is_leader && owner_->is_exiting(thread_) && sys::threads_of(process_).size() != 1,
    };
    switch (first_step(now)) {
    case detach_step::nothing:
    case detach_step::answer_status: return;
    case detach_step::end_host_wait: return end_host_wait(given_up::cut_short);
    case detach_step::leave: return leave_undetached(leftover_kind::dead_leader);
    case detach_step::interrupt: break;
    }
    if (sys::interrupt(thread_))
        return;
    if (is_id_reused())
        return leave_undetached(after_detach());
    owner_->watch(thread_);   // ESRCH: usually no thread has the id any longer, and the next wait status is `vanished`
    owner_->wake();           // no hint comes for such an id
}

void traced_thread::leave_undetached(leftover_kind after)
{
    if (owner_->id_changes_of(thread_).has_unreported_child)
        owner_->find_unreported_threads(session_, process_, /*strict=*/false, this);
    publish(detached{});
    leave(after);
}

// Whether a thread that this tracer does not trace now has the id. A zombie does not count: it may be the traced
// thread.
bool traced_thread::is_id_reused() const
{
    auto const about = sys::status_of(thread_);
    return about && about->tracer != tid{::gettid()} && about->state != 'Z';
}

bool traced_thread::cannot_stop() const { return !session_->is_killing() && sleeps_uninterruptibly(thread_); }

void traced_thread::give_up()
{
    auto const why = sleeps_uninterruptibly(thread_) ? errc::uninterruptible : errc::not_stopped;
    report(why, session_->is_killing() ? "kill" : "detach from");
    session_->left(*this);
}

bool traced_thread::is_given_up() const noexcept { return session_->ended(); }

void traced_thread::kill()
{
    (void)send(signo{SIGKILL}, sys::receiver::process);
    if (awaits_host_)
        awaits_host_->cancel();
}

/// Sends a signal to the thread or to its process.
result<void> traced_thread::send(signo sig, sys::receiver to)
{
    auto const send_to = [&](tid thread) { return sys::send_signal(thread, sig, to, [&] { return is_traced_here(thread); }); };
    auto sent = send_to(thread_);
    if (!sent && thread_ != leader(process_))   // the thread may have got its leader's id by an execve(2)
        sent = send_to(leader(process_));
    if (!sent)
        return sent.error();
    session_->note_addressing(sent.value());
    return outcome::success();
}

void traced_thread::cut_short()
{
    if (awaits_host_)
        end_host_wait(given_up::cut_short);
    else
        on_room();
}

void traced_thread::engine_gone() noexcept
{
    if (awaits_host_)
        std::exchange(awaits_host_, nullptr)->give_up(given_up::cut_short);
    owner_ = nullptr;
}

void traced_thread::leave(leftover_kind after)
{
    auto const keeps_itself = shared_from_this();
    auto* const owner = owner_;
    owner->drop(*this, after);
    end_session_part();
    if (thread_ == leader(process_))
        owner->end_missing(process_);
}

void traced_thread::end_session_part()
{
    owner_->places.forget(assigned_cpu_);
    if (session_->stacks && thread_ == leader(process_))
        session_->stacks->forget(process_);
    auto* const counted = std::exchange(counted_, nullptr);
    {
        engine::direct_call const scope{owner_};
        for (auto const& each : session_->options().interceptors)
            each->on_end(thread_);
    }
    session_->counts.end_thread(*counted);
    session_->left(*this);
}

}   // namespace cotrace::engine
