// SPDX-License-Identifier: BSL-1.0
#include "engine/ptrace/placement.hpp"

#include <cotrace/error.hpp>

#include "sys/procfs.hpp"

#include <utility>

namespace cotrace::engine {

using namespace std::chrono_literals;

namespace {

/// A run of a thread lasts from a resume to the next stop. A run is short if it takes less than this time. The time
/// includes the wake-ups of the thread and of the tracer, if they run on different CPUs.
constexpr auto short_run = 250us;

/// A thread that does not stop for this long either computes or sleeps. A thread that sleeps may stop often again after
/// it wakes up.
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
        // A thread is not moved to a CPU that its own mask excludes. A real-time thread is not moved, because it would
        // keep the tracer from running. The mask is read just before it is changed. A mask that another process sets is
        // lost only if it is set between these two system calls.
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

// A new thread has the affinity mask that its parent had at the clone(2). The parent's mask may have changed since
// then. So this function uses the `cpu_at_clone_` of the parent, and not its `cpu_`.
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

// Remembers which of the descriptors 0 to 63 refer to no file of proc(5), because it takes long to find that out.
// Forgets this when any traced thread makes a descriptor, because threads, and processes made with CLONE_FILES, share
// their descriptors.
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
    // If no thread has the id any longer, the thread has ended, or it has got its leader's id by an execve(2), and the
    // stop of the execve(2) was not handled yet. Nothing is done here, because `forget` will be called in the first case,
    // and `rename` in the second.
    auto const is_gone = [](auto const& got) { return !got && got.error() == boost::system::errc::no_such_process; };
    auto const now = sys::affinity_of(at.thread_);
    if (is_gone(now))
        return;
    // The own mask is restored only if the thread still has the mask that `bind` set. A mask that another process has
    // set stays.
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
