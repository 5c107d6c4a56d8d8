// SPDX-License-Identifier: BSL-1.0
//
// How a tracer ends: it is closed or destroyed, its context is destroyed, another
// thread uses it, or its process forks.
#include "engine/engine.hpp"

#include "sys/process.hpp"
#include "sys/procfs.hpp"
#include "sys/ptrace.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <utility>

#include <unistd.h>

namespace cotrace::engine {

// Whether an ending engine has nothing left to wait for. A dead thread group leader must be reaped when it is the last thread of
// its process, because the parent waits for its end.
bool engine::is_done() const
{
    auto const can_be_left = [](auto const& each) {
        auto const& [thread, what] = each;
        auto const about = what == leftover_kind::child ? std::nullopt : sys::status_of(thread);
        return !about || about->tracer != tid{::gettid()}
               || (what == leftover_kind::dead_leader && sys::threads_of(pid{raw(thread)}).size() > 1);
    };
    return trees_.empty()
           && std::all_of(threads_.begin(), threads_.end(), [](auto const& each) { return each.second->is_given_up(); })
           && std::all_of(leftovers_.begin(), leftovers_.end(), can_be_left);
}

/// Whether nothing is left but traced threads that cannot stop (`subject::cannot_stop`), and threads that their sessions gave up.
bool engine::is_stuck() const
{
    return trees_.empty() && std::all_of(threads_.begin(), threads_.end(), [](auto const& each) {
               return each.second->is_given_up() || each.second->cannot_stop();
           });
}

error_code engine::start_refusal() const noexcept
{
    if (auto const why = misuse(); why)
        return why;
    return closing_ || over_ ? error_code{errc::tracer_closed} : error_code{};
}

/// Begins to end each session as its `session_options::at_end` says. Launches and attaches that are under way fail.
void engine::end_sessions()
{
    for (auto const& each : sessions_)
        if (auto const state = each.lock()) {
            state->close();
            end_detached_child(*state);
        }
    auto const all = threads_;
    for (auto const& [id, thread] : all)
        thread->cut_short();
}

/// Kills and reaps the child of a launch that fails, if an interceptor or a limit has already detached the child.
void engine::end_detached_child(session_state& launch)
{
    auto const at = leftovers_.find(leader(launch.root));
    if (!launch.starting() || !launch.launched() || at == leftovers_.end() || at->second != leftover_kind::child)
        return;
    sys::kill_child(at->first);
    sys::reap(launch.root);
    waits_->forget(at->first);
    leftovers_.erase(at);
}

/// Whether to stop waiting for the end of the sessions. `idle` is the time since the last stop, or `waited` if the last stop is
/// not known.
bool engine::gives_up_after(std::chrono::steady_clock::duration waited, std::chrono::steady_clock::duration idle) const
{
    return waited >= ending_deadline || (idle > uninterruptible_deadline && is_stuck());
}

task<error_code> engine::close()
{
    if (auto const why = misuse(); why)
        co_return why;
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    if (!closing_)
        closing_.emplace(executor_);
    end_sessions();
    wake();
    auto const begun = std::chrono::steady_clock::now();
    while (!over_ && !is_done()) {
        auto const waited = std::chrono::steady_clock::now() - begun;
        if (gives_up_after(waited, waited))
            break;
        // All calls of `close` wait for one timer. `pump` cancels the timer when `is_done` returns true. `release` also
        // cancels it.
        if (closing_->expiry() <= std::chrono::steady_clock::now())
            closing_->expires_after(uninterruptible_deadline);
        co_await closing_->async_wait(use_tuple);
    }
    if (lost_)
        co_return errc::wrong_thread;
    bool const complete = threads_.empty() && trees_.empty();   // `is_done` ignores threads that sessions gave up
    if (!std::exchange(over_, true)) {
        waits_->rest();
        release({});
    }
    co_return complete ? error_code{} : error_code{errc::not_stopped};
}

void engine::shut_down()
{
    own_thread::turn const here{*thread_};
    if (lost_)
        return end_roots();
    if (over_)
        return;
    if (direct_calls_ != 0)
        return asio::post(host_, [self = shared_from_this()] { self->shut_down(); });
    over_ = true;   // the coroutines of a launch, an attach or a `close` check `over_` when they are resumed
    if (is_copy())
        return rest_as_copy();
    for (auto const& each : sessions_)
        if (auto const state = each.lock())
            state->withdraw();
    end_sessions();

    auto const begun = std::chrono::steady_clock::now();
    auto last = begun;   // time of the last stop
    while (!is_done() && !gives_up_after(collected_ - begun, collected_ - last)) {
        dispatch_batch();   // the first time, there may be statuses that `pump` has collected and not dispatched
        waits_->collect_all(batch_);
        collected_ = std::chrono::steady_clock::now();
        bool const stopped = !batch_.empty();
        dispatch_batch();
        for (auto const& each : std::vector{trees_})
            each->collect_all();
        if (stopped)
            last = collected_;
        else
            ::usleep(200);
    }
    release({});
}

/// Ends the work of the engine, even if threads are still traced. All operations that wait complete. If `why` is an error, the
/// operations of sessions that have not ended complete with `why`.
void engine::release(error_code why)
{
    places.restore_all();
    for (auto const& [id, thread] : threads_)
        thread->engine_gone();
    for (auto const& each : trees_)
        each->engine_gone();
    for (auto const& each : sessions_)
        if (auto const state = each.lock())
            state->engine_gone(why);
    for (auto* const each : launches_)
        each->cancel();
    if (closing_)
        closing_->cancel();
    unlist();
}

// The kernel refuses ptrace requests of another thread for the engine's tracees. When the engine's own thread ends, the kernel
// kills tracees with PTRACE_O_EXITKILL, and detaches the other tracees.
void engine::on_wrong_thread()
{
    if (over_ || is_copy())
        return;
    over_ = lost_ = true;
    waits_->rest();
    // Without a listener, which `release` closes, each call that the seccomp program reports would fail with ENOSYS.
    for (auto const& each : trees_)
        if (each->needs_tracer())
            each->kill();
    for (auto const& each : sessions_) {
        auto const state = each.lock();
        if (!state || state->ended() || !state->launched())
            continue;
        tid const root = leader(state->root);
        bool const is_unreaped =
            threads_.contains(root)
                ? !waits_->has_ended(root)
                : std::ranges::any_of(trees_, [&](auto const& each) { return &each->session() == state.get(); });
        if (is_unreaped && state->starting())   // the launch fails, so no `session` object will end the child
            sys::kill_child(root);
        if (is_unreaped && state->at_end() == ending::kill)
            roots_.emplace_back(state->root, sys::pidfd::of(state->root));
    }
    release(errc::wrong_thread);
}

// The tracer may be destroyed later than the context. The engine's timers and descriptors in the context must be destroyed now.
void engine::on_context_end() noexcept
{
    own_thread::turn const here{*thread_};
    shut_down();
    if (is_copy())   // the copy of an engine in a forked child is never destroyed: see `rest_as_copy`
        return;
    trees_.clear();
    places.close();
    closing_.reset();
    waits_.reset();
}

// Kills and reaps the launched processes of a lost engine. A killed tracee stays at PTRACE_EVENT_EXIT until the engine's own
// thread ends or detaches the process, so the wait has a limit.
void engine::end_roots()
{
    auto const begun = std::chrono::steady_clock::now();
    for (auto const& [id, process] : roots_) {
        if (process)
            process.kill();
        else
            sys::kill_child(leader(id));
    }
    while (!roots_.empty() && std::chrono::steady_clock::now() - begun < uninterruptible_deadline) {
        std::erase_if(roots_, [this](auto const& each) {
            auto const root = leader(each.first);
            auto const status = sys::poll_end(root);
            if (status && status->is_stop() && thread_->is_here())
                (void)sys::detach(root, signo::none);
            return status && !status->is_stop();   // waitid(2) also reports stops of tracees
        });
        if (!roots_.empty())
            ::usleep(200);
    }
    roots_.clear();
}

// Called in a child that the host has forked. Nothing is closed: Asio would remove the descriptor from the epoll set, which the
// parent may share.
void engine::rest_as_copy()
{
    waits_->rest();
    for (auto const& each : trees_)
        each->rest();
    for (auto const& each : sessions_)
        if (auto const state = each.lock())
            state->end_as_copy();
    sys::never_destroy(shared_from_this());
}

}   // namespace cotrace::engine
