// SPDX-License-Identifier: BSL-1.0
#include "engine/ptrace/placement.hpp"

#include <cotrace/error.hpp>

#include "sys/procfs.hpp"

#include <utility>

namespace cotrace::engine {

using namespace std::chrono_literals;

namespace {

/// A run, from a resume to the next stop, is short if it takes less than this time, including wake-ups.
constexpr auto short_run = 250us;

/// A thread that does not stop for this long computes or sleeps.
constexpr auto long_run = 2ms;

}   // namespace

// Notes that the first run of a new thread begins now.
void placement::begin(assigned_cpu& at, int streak) noexcept
{
    at.streak_ = streak;
    at.resumed_ = clock::now();
}

void placement::stopped(assigned_cpu& at, clock::time_point now)
{
    at.running_ = false;
    if (now - at.resumed_ < short_run)
        at.streak_ += at.streak_ < streak_to_move ? 1 : 0;
    else if (!at.is_bound() && !at.slept_)
        at.streak_ = at.streak_ < 0 ? at.streak_ + 1 : 0;
    at.slept_ = false;
}

void placement::resumes(assigned_cpu& at, tid thread, bool may_move, clock::time_point now)
{
    at.thread_ = thread;
    at.running_ = true;
    if (may_move && suspended_ == 0 && at.streak_ >= streak_to_move)
        if (auto const here = static_cast<int>(sys::current_cpu()); here != at.cpu_)
            bind(at, thread, here);
    at.resumed_ = now;
}

void placement::bind(assigned_cpu& at, tid thread, int cpu)
{
    auto const wanted = sys::only(static_cast<unsigned>(cpu));
    if (!at.is_bound()) {
        // A CPU outside of the thread's own mask is not used. A real-time thread is not moved: it would keep the tracer
        // from running.
        bool const fair = sys::is_scheduled_fairly(thread);
        auto own = sys::affinity_of(thread);
        if (!fair || !own || !sys::has_several(own.value()) || !sys::includes(own.value(), static_cast<unsigned>(cpu))
            || !sys::set_affinity(thread, wanted)) {
            at.streak_ = -streak_to_move;
            return;
        }
        return note_bound(at, cpu, std::move(own).value());
    }
    if (!sys::includes(at.own_, static_cast<unsigned>(cpu)) || !sys::is_bound_to(thread, static_cast<unsigned>(at.cpu_))
        || !sys::set_affinity(thread, wanted))
        return restore(at);
    at.cpu_ = cpu;
}

void placement::note_bound(assigned_cpu& at, int cpu, sys::cpu_mask own)
{
    at.cpu_ = cpu;
    at.own_ = std::move(own);
    at.index_ = bound_.size();
    bound_.push_back(&at);
}

// A new thread inherits the mask that its parent had at the clone(2), so `cpu_at_clone_` is used, not `cpu_`.
void placement::inherit(assigned_cpu& at, tid thread, assigned_cpu const& maker)
{
    at.thread_ = thread;
    begin(at, maker.streak_);
    if (maker.cpu_at_clone_ < 0)
        return;
    note_bound(at, maker.cpu_at_clone_, maker.own_);
    if (suspended_ > 0)
        restore(at);
}

// Remembers which descriptors refer to no file of proc(5), until any traced thread makes a descriptor, because threads
// may share descriptors.
bool placement::may_be_of_proc(assigned_cpu& at, tid thread, int fd)
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

void placement::restore(assigned_cpu& at, int stops)
{
    if (stops > 0)
        at.streak_ = -stops;
    if (!at.is_bound())
        return;
    // The thread has ended, or has got its leader's id by an execve(2). `forget` or `rename` will be called.
    auto const is_gone = [](auto const& got) { return !got && got.error() == boost::system::errc::no_such_process; };
    auto const now = sys::affinity_of(at.thread_);
    if (is_gone(now))
        return;
    // The own mask is restored only over the mask that `bind` set. A mask that another process has set stays.
    bool const ours = now && sys::includes(now.value(), static_cast<unsigned>(at.cpu_)) && !sys::has_several(now.value());
    if (ours && is_gone(sys::set_affinity(at.thread_, at.own_)))
        return;
    forget(at);
}

void placement::restore_all()
{
    for (std::size_t i = bound_.size(); i-- > 0;)   // `restore` may move the last element to i
        restore(*bound_[i]);
}

void placement::forget(assigned_cpu& at)
{
    if (!at.is_bound())
        return;
    bound_[at.index_] = bound_.back();
    bound_[at.index_]->index_ = at.index_;
    bound_.pop_back();
    at.cpu_ = -1;
}

void placement::sleep()
{
    if (bound_.empty() || !ticker_ || std::exchange(ticking_, true))
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
    for (std::size_t i = bound_.size(); i-- > 0;)
        if (auto& at = *bound_[i]; at.running_ && now - at.resumed_ > long_run) {
            auto const about = sys::status_of(at.thread_);
            at.slept_ = about && (about->state == 'S' || about->state == 'D');
            if (!at.slept_)
                at.streak_ = 0;
            restore(at);
        }
}

}   // namespace cotrace::engine
