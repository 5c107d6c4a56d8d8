// SPDX-License-Identifier: BSL-1.0
#include "engine/engine.hpp"

#include "engine/rings/traced_rings.hpp"
#include "sys/debug_log.hpp"
#include "sys/procfs.hpp"
#include "sys/ptrace.hpp"
#include "tracee/stop_decoder.hpp"
#include "tracee/stop_text.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include <sched.h>
#include <unistd.h>

namespace cotrace::engine {

using namespace std::chrono_literals;

namespace {

/// `pump` returns to the executor after this many rounds, or after `longest_turn`.
constexpr int rounds_in_a_row = 1024;
constexpr auto longest_turn = 1ms;

/// After this many rounds with stops or notifications, the tracer's thread gets a `sys::longer_time_slice`.
constexpr int busy_rounds_to_lengthen = 8;

/// During one of this many longer time slices, the tracer's thread is not bound to its CPU, so that the scheduler may move it.
constexpr unsigned turns_to_move = 8;

/// Once in this many rounds of `pump`, `reactor::cool` makes the threads cold that were not resumed since its last call.
constexpr int rounds_to_cool = 8;

/// `engine::batch_` releases its memory when its capacity is larger than this many statuses.
constexpr std::size_t most_statuses_kept = 256;

/// The engines of this process, except those whose work is over. A thread may have several engines, which trace
/// different threads.
struct {
    std::mutex guard;
    std::vector<engine*> all;
} engines;

}   // namespace

std::shared_ptr<engine> engine::make(asio::any_io_executor host, waiting how)
{
    auto const made = std::make_shared<engine>(std::move(host), how);
    made->thread_->begin(made);
    context_service::enter(made->executor_, made);
    return made;
}

engine::engine(asio::any_io_executor host, waiting how)
    : host_{std::move(host)}
    , executor_{turn_executor{host_, thread_}}
    , places{executor_}
    , waits_{std::in_place, host_, thread_, how, [this] {
                 if (!awake_)   // if `awake_` is set, `pump` runs or is posted
                     pump();
             }}
{
    std::lock_guard const held{engines.guard};
    engines.all.push_back(this);
}

engine::~engine() { shut_down(); }

void engine::unlist()
{
    std::lock_guard const held{engines.guard};
    std::erase(engines.all, this);
}

error_code engine::misuse() const noexcept
{
    if (is_copy())
        return errc::wrong_process;
    return thread_->is_here() && !lost_ ? error_code{} : errc::wrong_thread;
}

std::shared_ptr<session_state> engine::open(session_options options, ending otherwise, bool launched)
{
    auto const at_end = options.at_end.value_or(otherwise);
    auto state = std::make_shared<session_state>(*this, std::move(options), at_end, launched);
    std::erase_if(sessions_, [](auto const& each) { return each.expired(); });
    sessions_.push_back(state);
    context_service::enter(executor_, state);
    if (!state->options().filter.wants_ring_operations())
        return state;
    if (state->options().how == tracing::ptrace)
        state->rings = traced_rings::start(*this, *state);
    else if (state->options().how == tracing::notification)
        state->publish(tid{}, pid{}, trace_failed{{errc::not_by_notification, "show the operations of io_urings", {}, {}}});
    return state;
}

// How wait statuses are collected and dispatched.

void engine::pump()
{
    if (over_ || is_copy())
        return;
    awake_ = true;
    bool idle = false;   // the last round had no stops and no notifications
    busy_rounds_ = std::min(busy_rounds_, busy_rounds_to_lengthen);
    auto const begun = std::chrono::steady_clock::now();
    collected_ = begun;
    for (int round = 0; round < rounds_in_a_row && collected_ - begun < longest_turn; ++round) {
        if (++rounds_ % rounds_to_cool == 0)
            waits_->cool();
        // All statuses are collected before the first thread is resumed, so that one busy thread cannot starve the others.
        waits_->collect(batch_, static_cast<bool>(longer_slice_));
        bool const stopped = !batch_.empty();
        if (stopped)
            collected_ = std::chrono::steady_clock::now();
        dispatch_batch();
        bool const notified = collect_from_trees();
        if (over_)   // for example, host code has destroyed the tracer
            break;
        if (notified || stopped) {
            idle = false;
            if (longer_slice_)   // no yield is needed: resumed tracees preempt the tracer's thread at once
                continue;
            // Before Linux 6.12, `begin` has no effect. The test is `==` and not `>=`, because more calls would only cost time.
            if (busy_rounds_++ == busy_rounds_to_lengthen)
                longer_slice_.begin(/*bound=*/++turns_ % turns_to_move != 0);
        } else if (std::exchange(idle, true)) {
            host_runs();
            awake_ = false;
            flush();
            if (closing_ && is_done())
                closing_->cancel();
            return sleep();
        }
        yield();
    }
    longer_slice_.end();
    flush();
    awake_ = false;
    wake();
}

void engine::host_runs()
{
    longer_slice_.end();
    busy_rounds_ = 0;
}

bool engine::collect_from_trees()
{
    bool any = false;
    for (auto at = trees_.size(); at-- > 0;) {
        if (at >= trees_.size())   // `collect` may have removed several trees
            continue;
        auto const tree = trees_[at];   // keeps the tree alive if `collect` removes it from `trees_`
        any = tree->collect() || any;
    }
    return any;
}

void engine::sleep()
{
    for (auto const& each : trees_)
        each->sleep();
    places.sleep();
    waits_->sleep();
}

// Lets tracees on the tracer's CPU run until their next stop. If an unrelated process computes on this CPU, a yield takes
// milliseconds. After such a yield, a number of calls of this function do nothing.
void engine::yield()
{
    constexpr auto long_turn = 400us;
    constexpr int longest = 1 << 12;
    if (turns_without_yield_ > 0) {
        --turns_without_yield_;
        return;
    }
    auto const from = std::chrono::steady_clock::now();
    ::sched_yield();
    if (std::chrono::steady_clock::now() - from < long_turn) {
        next_turns_without_yield_ = std::max(next_turns_without_yield_ - 1, 1);
    } else {
        turns_without_yield_ = next_turns_without_yield_;
        next_turns_without_yield_ = std::min(next_turns_without_yield_ * 4, longest);
    }
}

void engine::wake()
{
    if (over_ || is_copy() || std::exchange(awake_, true))
        return;
    post_turn(host_, thread_, [self = weak_from_this()] {
        if (auto const alive = self.lock())
            alive->pump();
    });
}

void engine::flush()
{
    while (!to_flush_.empty()) {   // a session that ends during its flush may publish records, and then needs another flush
        flushing_.swap(to_flush_);
        for (auto const& each : flushing_)
            each->flush();
        flushing_.clear();
    }
}

// A dispatch may run host code that destroys the tracer. `shut_down` may call this function for the statuses that are left.
void engine::dispatch_batch()
{
    while (dispatched_ < batch_.size()) {
        auto const status = batch_[dispatched_++];
        dispatch(status);
    }
    batch_.clear();
    if (batch_.capacity() > most_statuses_kept)
        batch_.shrink_to_fit();
    dispatched_ = 0;
}

void engine::dispatch(sys::wait_status const& status)
{
    if (sys::has_debug_log())
        sys::log(status.thread, "wait status", tracee::text_of(status));
    if (status.is_stop() && tracee::is_exec(status.code))
        dispatch_exec(status);
    else
        deliver(status);
}

void engine::deliver(sys::wait_status const& status)
{
    auto const at = threads_.find(status.thread);
    if (at == threads_.end())
        return end_leftover(status);
    auto const thread = at->second;   // keeps the object alive if `on_status` removes it from `threads_`
    if (status.what != sys::wait_status::kind::vanished || !has_moved(*thread))
        thread->on_status(status);
}

void engine::end_leftover(sys::wait_status const& status)
{
    auto const known = leftovers_.find(status.thread);
    if (known == leftovers_.end())
        return;
    // The thread is to be detached at its first stop, or has got the id of a leftover thread by an execve(2).
    if (status.is_stop() && !sys::detach(status.thread, signo::none))
        return waits_->watch(status.thread);   // the thread was killed after it stopped
    bool const is_reaped_later = status.is_stop() && known->second == leftover_kind::unwanted_child;
    leftovers_.erase(known);
    waits_->forget(status.thread);
    if (is_reaped_later)
        reap_later(status.thread);
}

// After an execve(2), the status of PTRACE_EVENT_EXEC has the leader's id, and the event message is the former id of the thread:
// ptrace(2), "execve(2) under ptrace". Different engines may trace the thread and the old leader.
void engine::dispatch_exec(sys::wait_status const& status)
{
    auto const message = sys::event_message(status.thread);
    tid const former = message ? tid{static_cast<std::int32_t>(message.value())} : status.thread;
    auto* const by = former == status.thread ? nullptr : holder_of(former);
    // If the thread was killed meanwhile, the message is an exit status, which may equal the id of a thread of another process.
    if (by == nullptr || leader(by->threads_.at(former)->process()) != status.thread)
        return deliver(status);
    by->hand_over(former, status.thread);
    by->waits_->hold(status.thread);
    by->deliver(status);
    if (by != this)
        by->wake();
}

// Called when the id of `thread` has disappeared. Returns whether `thread` has, or may have, its leader's id after an execve(2).
// If the leader is not traced, gives `thread` its new id.
bool engine::has_moved(traced_thread& thread)
{
    tid const to = leader(thread.process());
    if (thread.id() == to)
        return false;
    if (holder_of(to) != nullptr)
        return waits_->id_changes_of(thread.id()).may_be_in_execve && !thread.has_status();
    auto const about = sys::status_of(to);
    if (!about || about->tracer != tid{::gettid()} || (about->state == 'Z' && leftovers_.contains(to)))
        return false;
    hand_over(thread.id(), to);
    waits_->watch(to);
    return true;
}

bool engine::is_missing(traced_thread const& thread) const
{
    return waits_->has_ended(thread.id()) && waits_->id_changes_of(thread.id()).may_be_in_execve && !thread.has_status();
}

/// Changes the id of the thread `former` to `leader_id`, because the thread has got its leader's id by an execve(2).
void engine::hand_over(tid former, tid leader_id)
{
    auto const mover = threads_.find(former)->second;
    threads_.erase(former);
    waits_->forget(former);
    if (leftovers_.erase(leader_id) != 0)
        waits_->forget(leader_id);
    std::shared_ptr<traced_thread> old;
    bool leaves_end = false;
    id_changes changes;
    if (auto* const holder = holder_of(leader_id)) {
        old = holder->threads_.find(leader_id)->second;
        changes = holder->waits_->id_changes_of(leader_id);
        leaves_end = holder->waits_->leaves_end(leader_id);
        holder->threads_.erase(leader_id);
        holder->waits_->forget(leader_id);
        holder->wake();
    }
    threads_.emplace(leader_id, mover);
    mover->take_over(leader_id);
    if (leaves_end)   // needed if `wait_for` finds no free file descriptor to read /proc
        waits_->leave_end(leader_id);
    wait_for(*mover);
    if (old)
        old->be_superseded(former, changes);
}

void engine::set_own_filter(pid process) noexcept
{
    for (auto const& [id, each] : threads_)
        if (each->process() == process)
            each->set_own_filter();
}

/// Tells the reactor how to take the statuses of a thread.
void engine::wait_for(traced_thread& thread)
{
    auto const& session = thread.session();
    if (session.options().system_times)
        waits_->take_times(thread.id());
    // In a session that attached, the host reaps the children of this process.
    if (session.launched() || thread.id() != leader(thread.process()))
        return;
    if (auto const about = sys::status_of(thread.id()); about && about->parent == pid{::getpid()})
        waits_->leave_end(thread.id());
}

void engine::expect_exec(pid process)
{
    if (!threads_.contains(leader(process)))
        waits_->hurry();
}

// How threads are added, removed and found.

void engine::adopt(std::shared_ptr<session_state> const& state, tid thread, pid process, origin how, tid parent,
                   traced_thread const* maker, unsigned generation)
{
    if (raw(thread) <= 0 || threads_.contains(thread))
        return;
    auto const adopted = std::make_shared<traced_thread>(*this, state, thread, process, generation);
    if (maker != nullptr)
        adopted->inherit(*maker);
    if (maker != nullptr && state->rings)
        state->rings->queues.note_fork(maker->process(), process);
    if (leftovers_.erase(thread) != 0)   // an earlier thread with this id was reaped, or a detached child is attached again
        waits_->forget(thread);
    threads_.emplace(thread, adopted);
    waits_->watch(thread);
    if (thread == leader(process) && (how == origin::launched || how == origin::attached))
        waits_->watch_end(thread);
    wait_for(*adopted);
    adopted->begin(how, parent);
}

void engine::drop(traced_thread& thread, leftover_kind after)
{
    threads_.erase(thread.id());
    if (after == leftover_kind::none || waits_->leaves_end(thread.id()))
        return waits_->forget(thread.id());
    if (after == leftover_kind::child)
        return reap_later(thread.id());
    leftovers_.emplace(thread.id(), after);
    waits_->watch(thread.id());
    wake();
}

void engine::reap_later(tid child)
{
    if (threads_.contains(child) || !leftovers_.emplace(child, leftover_kind::child).second)
        return;
    waits_->watch_idly(child);
}

void engine::drop(untraced_tree& tree)
{
    std::erase_if(trees_, [&](auto const& each) { return each.get() == &tree; });
}

engine* engine::holder_of(tid thread)
{
    if (threads_.contains(thread))
        return this;
    std::lock_guard const held{engines.guard};
    auto const at = std::find_if(engines.all.begin(), engines.all.end(), [&](engine const* each) {
        return each->thread_->is_same(*thread_) && !each->is_copy() && each->threads_.contains(thread);
    });
    return at == engines.all.end() ? nullptr : *at;
}

bool engine::is_known_here(tid thread) const
{
    auto const knows = [&](engine const& one) {
        auto const left = one.leftovers_.find(thread);
        return one.threads_.contains(thread) || (left != one.leftovers_.end() && left->second != leftover_kind::child);
    };
    std::lock_guard const held{engines.guard};
    return std::any_of(engines.all.begin(), engines.all.end(),
                       [&](engine const* each) { return each->thread_->is_same(*thread_) && !each->is_copy() && knows(*each); });
}

void engine::end_missing(pid process)
{
    std::vector<std::pair<engine*, std::shared_ptr<traced_thread>>> lost;
    {
        std::lock_guard const held{engines.guard};
        for (engine* const each : engines.all)
            if (each->thread_->is_same(*thread_) && !each->is_copy())
                for (auto const& [id, thread] : each->threads_)
                    if (thread->process() == process && each->is_missing(*thread))
                        lost.emplace_back(each, thread);
    }
    for (auto const& [holder, thread] : lost) {
        if (!holder->has_moved(*thread))
            thread->on_status({thread->id(), sys::wait_status::kind::vanished, 0});
        holder->wake();
    }
}

}   // namespace cotrace::engine
