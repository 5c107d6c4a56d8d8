// SPDX-License-Identifier: BSL-1.0
#include "engine/engine.hpp"

#include "sys/procfs.hpp"
#include "sys/ptrace.hpp"
#include "tracee/stop_decoder.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <mutex>
#include <utility>

#include <sched.h>
#include <unistd.h>

namespace cotrace::engine {

using namespace std::chrono_literals;

namespace {

/// Collecting goes on for so many rounds, and not for longer than that, before
/// the executor's other work gets its turn.
constexpr int  rounds_in_a_row = 1024;
constexpr auto longest_turn    = 1ms;

/// After so many rounds in a row that had stops there will be more: see `sys::patient_turn`.
constexpr int rounds_to_be_patient = 8;

/// In one of so many turns the scheduler may move us, if there is a better place.
constexpr unsigned turns_to_move = 8;

/// Threads that stopped in none of so many rounds become cold.
constexpr int rounds_to_cool = 8;

/// How long a destructor waits for subjects to end or to be let go.
constexpr auto patience = 5s;

/// All engines there are. Who is traced by our thread may be another engine's.
struct {
    std::mutex           guard;
    std::vector<engine*> all;
} engines;

} // namespace

engine::engine(asio::any_io_executor executor, waiting how)
    : places{executor}, executor_{std::move(executor)}, waits_{executor_, how, [this] {
        if (!awake_)   // else it looks soon
            pump();
    }}
{
    std::lock_guard const held{engines.guard};
    engines.all.push_back(this);
}

engine::~engine()
{
    shut_down();
    std::lock_guard const held{engines.guard};
    std::erase(engines.all, this);
}

std::shared_ptr<session_state> engine::open(session_options options, ending otherwise, bool launched)
{
    auto const at_end = options.at_end.value_or(otherwise);
    auto       state  = std::make_shared<session_state>(*this, std::move(options), at_end, launched);
    std::erase_if(sessions_, [](auto const& each) { return each.expired(); });
    sessions_.push_back(state);
    return state;
}

// From waits to resumes.

void engine::pump()
{
    if (over_)
        return;
    awake_      = true;
    bool rested = false;
    busy_rounds_ = std::min(busy_rounds_, rounds_to_be_patient);
    auto const begun = std::chrono::steady_clock::now();
    collected_ = begun;
    for (int round = 0; round < rounds_in_a_row && collected_ - begun < longest_turn; ++round) {
        if (++rounds_ % rounds_to_cool == 0)
            waits_.cool();
        // All waits are collected before the first thread is resumed, so that
        // one busy thread cannot starve the others.
        batch_.clear();
        waits_.collect(batch_, static_cast<bool>(patient_));
        if (!batch_.empty())
            collected_ = std::chrono::steady_clock::now();
        for (auto const& status : batch_)
            dispatch(status);
        if (bool const told = collect_notified(); told || !batch_.empty()) {
            rested = false;
            if (patient_)   // whom we resumed has run
                continue;
            if (busy_rounds_++ == rounds_to_be_patient)   // once a turn: an older kernel says no
                patient_.begin(/*bound=*/++turns_ % turns_to_move != 0);
        } else if (std::exchange(rested, true)) {
            host_runs();
            awake_ = false;
            flush();
            return sleep();
        }
        yield();
    }
    patient_.end();
    flush();
    awake_ = false;
    wake();
}

void engine::host_runs()
{
    patient_.end();
    busy_rounds_ = 0;
}

bool engine::collect_notified()
{
    bool any = false;
    for (auto at = trees_.size(); at-- > 0;) {
        auto const tree = trees_[at];   // it may drop itself
        any = tree->collect() || any;
    }
    return any;
}

void engine::sleep()
{
    for (auto const& each : trees_)
        each->sleep();
    places.sleep();
    waits_.sleep();
}

// A subject on our CPU needs it to reach its next stop; that costs less than to
// sleep and be woken. But who yields comes last of all who want the CPU
// (sched_yield(2)), and behind a stranger who computes that is milliseconds:
// then we sleep instead, and try again after a while, and a longer one.
void engine::yield()
{
    constexpr auto long_turn = 400us;
    constexpr int  longest   = 1 << 12;
    if (turns_to_sleep_ > 0) {
        --turns_to_sleep_;
        return;
    }
    auto const from = std::chrono::steady_clock::now();
    ::sched_yield();
    if (std::chrono::steady_clock::now() - from < long_turn) {
        patience_lost_ = std::max(patience_lost_ - 1, 1);
    } else {
        turns_to_sleep_ = patience_lost_;
        patience_lost_  = std::min(patience_lost_ * 4, longest);
    }
}

void engine::wake()
{
    if (over_ || std::exchange(awake_, true))
        return;
    asio::post(executor_, [self = weak_from_this()] {
        if (auto const alive = self.lock())
            alive->pump();
    });
}

void engine::flush()
{
    while (!touched_.empty()) {   // one that ends for good has more to say
        flushed_.swap(touched_);
        for (auto const& each : flushed_)
            each->flush();
        flushed_.clear();
    }
}

void engine::dispatch(sys::wait_status const& status)
{
    if (leftovers_.contains(status.thread)) {
        if (!status.is_stop()) {
            leftovers_.erase(status.thread);
            waits_.forget(status.thread);
        }
        return;
    }
    if (status.is_stop() && tracee::is_exec(status.code))
        rename_after_exec(status.thread);
    if (auto const at = loops_.find(status.thread); at != loops_.end()) {
        auto const loop = at->second;   // it may drop itself
        loop->on_status(status);
    }
}

// "When a thread other than the leader calls execve": ptrace(2). Its id becomes
// the leader's, and the old leader is gone without a word.
void engine::rename_after_exec(tid leader_id)
{
    auto const message = sys::event_message(leader_id);
    if (!message)
        return;
    tid const former{static_cast<std::int32_t>(message.value())};
    auto const at = loops_.find(former);
    if (former == leader_id || at == loops_.end())
        return;
    auto const mover = at->second;
    loops_.erase(at);
    waits_.forget(former);
    auto const old = std::exchange(loops_[leader_id], mover);
    mover->take_over(leader_id);
    if (old)
        old->be_superseded(former);
}

void engine::adopt(std::shared_ptr<session_state> const& state, tid thread, pid process, origin how, tid parent,
                   traced_thread const* maker)
{
    if (raw(thread) <= 0 || loops_.contains(thread))
        return;
    auto const loop = std::make_shared<traced_thread>(*this, state, thread, process);
    if (maker != nullptr)
        loop->inherit(*maker);
    if (leftovers_.erase(thread) != 0)   // the host reaped it, and its id is used again
        waits_.forget(thread);
    loops_.emplace(thread, loop);
    waits_.watch(thread);
    if (state->options().system_times)
        waits_.take_times(thread);
    loop->begin(how, parent);
}

void engine::drop(traced_thread& loop, leftover_kind after)
{
    loops_.erase(loop.id());
    if (after == leftover_kind::none || waits_.leaves_end(loop.id()))
        return waits_.forget(loop.id());
    leftovers_.emplace(loop.id(), after);
    if (after == leftover_kind::child)
        return waits_.watch_idly(loop.id());
    waits_.watch(loop.id());
    wake();
}

void engine::drop(notified& tree)
{
    std::erase_if(trees_, [&](auto const& each) { return each.get() == &tree; });
}

bool engine::is_known_here(tid thread) const
{
    auto const knows = [&](engine const& one) {
        auto const left = one.leftovers_.find(thread);
        return one.loops_.contains(thread) || (left != one.leftovers_.end() && left->second == leftover_kind::dead_leader);
    };
    std::lock_guard const held{engines.guard};
    return std::any_of(engines.all.begin(), engines.all.end(),
                       [&](engine const* each) { return each->own_ == own_ && knows(*each); });
}

void engine::find_orphans(std::shared_ptr<session_state> const& state, pid process, bool strict,
                          traced_thread const* maker)
{
    auto const look_at = [&](tid thread) {
        if (is_known_here(thread))
            return;
        auto const about = sys::status_of(thread);
        if (!about || about->tracer != tid{::gettid()})
            return;
        // A child of the host's whose end was seen, and which the host is yet to reap.
        if (about->state == 'Z' && about->parent == pid{::getpid()})
            return;
        if (!strict || about->group == process || about->parent == process)
            adopt(state, thread, about->group, about->group == process ? origin::clone : origin::fork, tid{}, maker);
    };
    for (tid const thread : sys::threads_of(process))
        look_at(thread);
    for (pid const each : sys::all_processes())
        look_at(leader(each));
}

void engine::end_missing(pid process)
{
    std::vector<std::shared_ptr<traced_thread>> lost;
    for (auto const& [thread, loop] : loops_)
        if (loop->process() == process && waits_.has_ended(thread))
            lost.push_back(loop);
    for (auto const& each : lost)
        each->on_status({each->id(), sys::wait_status::kind::vanished, 0});
}

// Nobody reaps for us once we are gone, so that a dead leader is lost to its
// parent unless its other threads are about to end.
bool engine::is_done() const
{
    return loops_.empty() && trees_.empty() && std::all_of(leftovers_.begin(), leftovers_.end(), [](auto const& each) {
        return each.second == leftover_kind::child || sys::threads_of(pid{raw(each.first)}).size() > 1;
    });
}

void engine::shut_down()
{
    if (over_)
        return;
    over_ = true;   // coroutines find that there is nothing left to do
    for (auto const& each : sessions_)
        if (auto const state = each.lock())
            state->close();
    auto const all = loops_;
    for (auto const& [thread, loop] : all)
        loop->cut_short();

    auto const deadline = std::chrono::steady_clock::now() + patience;
    while (!is_done() && std::chrono::steady_clock::now() < deadline) {
        batch_.clear();
        waits_.collect_all(batch_);
        collected_ = std::chrono::steady_clock::now();
        for (auto const& status : batch_)
            dispatch(status);
        for (auto const& each : std::vector{trees_})
            each->collect_all();
        if (batch_.empty())
            ::usleep(200);
    }
    places.give_all_back();
    for (auto const& [thread, loop] : loops_)
        loop->orphan();
    for (auto const& each : trees_)
        each->orphan();
    for (auto const& each : sessions_)
        if (auto const state = each.lock())
            state->orphan();
}

} // namespace cotrace::engine
