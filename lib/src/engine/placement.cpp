// SPDX-License-Identifier: BSL-1.0
#include "engine/placement.hpp"

#include <cotrace/error.hpp>

#include "sys/procfs.hpp"

#include <utility>

namespace cotrace::engine {

using namespace std::chrono_literals;

namespace {

/// A thread that stops again this soon after its resume takes longer to wake than to
/// run. The measured time includes the wake-ups between two CPUs.
constexpr auto short_run = 250us;

/// A thread that did not stop for this long computes or sleeps. A thread that sleeps may stop often again after it wakes.
constexpr auto long_run = 2ms;

} // namespace

// A thread runs until its first stop.
void placement::begin(seat& at, int streak) noexcept
{
    at.streak_  = streak;
    at.resumed_ = clock::now();
}

void placement::stopped(seat& at, clock::time_point now)
{
    at.running_ = false;
    if (now - at.resumed_ < short_run)
        at.streak_ += at.streak_ < streak_to_move ? 1 : 0;
    else if (!at.taken() && !at.slept_)
        at.streak_ = at.streak_ < 0 ? at.streak_ + 1 : 0;
    at.slept_ = false;
}

void placement::resumes(seat& at, tid thread, bool may_move, clock::time_point now)
{
    at.thread_ = thread;
    at.running_ = true;
    if (may_move && suspended_ == 0 && at.streak_ >= streak_to_move)
        if (auto const here = static_cast<int>(sys::current_cpu()); here != at.cpu_)
            put(at, thread, here);
    at.resumed_ = now;
}

void placement::put(seat& at, tid thread, int cpu)
{
    auto const wanted = sys::only(static_cast<unsigned>(cpu));
    if (!at.taken()) {
        // A thread is not moved to a CPU that its own mask excludes. A real-time thread is not moved, because it would
        // keep the tracer from running. The mask is read last, so that a mask that another process sets meanwhile is
        // lost only if it is set between two system calls.
        bool const fair = sys::is_scheduled_fairly(thread);
        auto       own  = sys::affinity_of(thread);
        if (!fair || !own || !sys::has_several(own.value()) || !sys::includes(own.value(), static_cast<unsigned>(cpu))
            || !sys::set_affinity(thread, wanted)) {
            at.streak_ = -streak_to_move;
            return;
        }
        return take(at, cpu, std::move(own).value());
    }
    if (!sys::includes(at.own_, static_cast<unsigned>(cpu)) || !sys::is_just(thread, static_cast<unsigned>(at.cpu_))
        || !sys::set_affinity(thread, wanted))
        return give_back(at);
    at.cpu_ = cpu;
}

void placement::take(seat& at, int cpu, sys::cpu_mask own)
{
    at.cpu_   = cpu;
    at.own_   = std::move(own);
    at.index_ = taken_.size();
    taken_.push_back(&at);
}

// A new thread has the affinity mask that its parent had at the clone(2), even if the parent has another one by now.
void placement::inherit(seat& at, tid thread, seat const& maker)
{
    at.thread_ = thread;
    begin(at, maker.streak_);
    if (maker.lent_ < 0)
        return;
    take(at, maker.lent_, maker.own_);
    if (suspended_ > 0)
        give_back(at);
}

// To look at a descriptor takes about as long as a stop, so the results are kept. They are discarded when any thread
// makes a descriptor, because threads, and processes made with CLONE_FILES, share their descriptors.
bool placement::may_be_of_proc(seat& at, tid thread, int fd)
{
    if (std::exchange(at.known_at_, descriptors_made_) != descriptors_made_)
        at.not_proc_ = 0;
    auto const bit = fd >= 0 && fd < 64 ? std::uint64_t{1} << fd : 0;
    if ((at.not_proc_ & bit) != 0)
        return false;
    bool const may = sys::may_be_of_proc(thread, fd);
    if (!may)
        at.not_proc_ |= bit;
    return may;
}

void placement::give_back(seat& at, int stops)
{
    if (stops > 0)
        at.streak_ = -stops;
    if (!at.taken())
        return;
    // A thread whose id is gone has ended, or has its leader's id by an execve(2) whose stop was not seen yet. `forget` or
    // `rename` follows.
    auto const is_gone = [](auto const& got) { return !got && got.error() == boost::system::errc::no_such_process; };
    auto const now = sys::affinity_of(at.thread_);
    if (is_gone(now))
        return;
    // An affinity that another process set meanwhile stays.
    bool const ours = now && sys::includes(now.value(), static_cast<unsigned>(at.cpu_)) && !sys::has_several(now.value());
    if (ours && is_gone(sys::set_affinity(at.thread_, at.own_)))
        return;
    forget(at);
}

void placement::give_all_back()
{
    for (std::size_t i = taken_.size(); i-- > 0;)   // `forget` moves only the last element, which was visited already
        give_back(*taken_[i]);
}

void placement::forget(seat& at)
{
    if (!at.taken())
        return;
    taken_[at.index_] = taken_.back();
    taken_[at.index_]->index_ = at.index_;
    taken_.pop_back();
    at.cpu_ = -1;
}

void placement::sleep()
{
    if (taken_.empty() || !ticker_ || std::exchange(ticking_, true))
        return;
    ticker_->expires_after(long_run);
    ticker_->async_wait([this, alive = std::weak_ptr{alive_}](error_code ec) {
        if (ec || alive.expired() || !made_here_)
            return;
        ticking_ = false;
        tick();
        sleep();
    });
}

void placement::tick()
{
    auto const now = clock::now();
    for (std::size_t i = taken_.size(); i-- > 0;)
        if (auto& at = *taken_[i]; at.running_ && now - at.resumed_ > long_run) {
            auto const about = sys::status_of(at.thread_);
            at.slept_ = about && (about->state == 'S' || about->state == 'D');
            if (!at.slept_)
                at.streak_ = 0;
            give_back(at);
        }
}

} // namespace cotrace::engine
