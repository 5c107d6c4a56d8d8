// SPDX-License-Identifier: BSL-1.0
#include "engine/reactor/wait_book.hpp"

#include <algorithm>

namespace cotrace::engine {

void wait_book::watch(tid thread)
{
    auto& about = threads_[thread];
    end_idling(about);
    about.runs_ = true;
    about.fresh_ = true;
    about.untaken_ = false;
    about.resumed_in_ = round_;
    list_unarmed(thread, about);
    if (!about.hot_) {
        about.hot_ = true;
        hot_.push_back(thread);
    }
}

void wait_book::watch_idly(tid thread)
{
    auto& about = threads_[thread];
    about.runs_ = false;   // this tracer does not trace the thread, and takes none of its stops
    idle_ += std::exchange(about.idle_, true) ? 0 : 1;
}

void wait_book::hold(tid thread)
{
    auto& about = threads_[thread];
    end_idling(about);
    about.runs_ = false;
}

bool wait_book::forget(tid thread)
{
    auto const at = threads_.find(thread);
    if (at == threads_.end())
        return false;
    bool const armed = at->second.armed_;
    if (at->second.hot_)
        std::erase(hot_, thread);
    end_idling(at->second);
    threads_.erase(at);
    return armed;
}

id_changes wait_book::id_changes_of(tid thread) const noexcept
{
    auto const at = threads_.find(thread);
    return at == threads_.end() ? id_changes{} : at->second.ids_;
}

bool wait_book::leaves_end(tid thread) const noexcept
{
    auto const at = threads_.find(thread);
    return at != threads_.end() && at->second.leaves_end_;
}

bool wait_book::has_ended(tid thread) const noexcept
{
    auto const at = threads_.find(thread);
    return at != threads_.end() && at->second.ended_;
}

bool wait_book::is_exiting(tid thread) const noexcept
{
    auto const at = threads_.find(thread);
    return at != threads_.end() && at->second.exiting_;
}

watched_thread* wait_book::find(tid thread) noexcept
{
    auto const at = threads_.find(thread);
    return at == threads_.end() ? nullptr : &at->second;
}

bool wait_book::cool()
{
    std::erase_if(hot_, [&](tid thread) {
        auto& about = threads_.find(thread)->second;
        about.hot_ = about.resumed_in_ == round_;
        return !about.hot_;
    });
    ++round_;
    return hot_.size() != threads_.size();
}

void wait_book::cool_all() noexcept
{
    for (tid const thread : hot_)
        threads_.find(thread)->second.hot_ = false;
    hot_.clear();
}

hint_source wait_book::hints() const noexcept
{
    if (!named_)
        return hint_source::signal;
    return has_many() && !foreign_ ? hint_source::wait_for_all : hint_source::wait_per_thread;
}

void wait_book::list_unarmed(tid thread, watched_thread& about)
{
    if (!named_ || about.armed_ || about.listed_)
        return;
    about.listed_ = true;
    unarmed_.push_back(thread);
}

std::span<tid const> wait_book::take_unarmed()
{
    to_arm_.clear();
    std::erase_if(unarmed_, [this](tid thread) {
        auto* const about = find(thread);
        if (about == nullptr)
            return true;
        if (about->hot_)
            return false;
        about->listed_ = false;
        if (!about->armed_ && !about->ended_) {
            about->armed_ = true;
            to_arm_.push_back(thread);
        }
        return true;
    });
    return to_arm_;
}

watched_thread* wait_book::hinted(tid thread)
{
    auto* const about = find(thread);
    if (about == nullptr)
        return nullptr;
    about->armed_ = false;
    list_unarmed(thread, *about);
    return about->hot_ ? nullptr : about;
}

// The status of a thread in the book is foreign if the end was reported and left to the host.
void wait_book::saw_first_status(std::optional<tid> first) noexcept
{
    auto const* const about = first ? find(*first) : nullptr;
    foreign_ = first && (about == nullptr || about->ended_);
}

void wait_book::scanned(clock::time_point from, clock::time_point to) noexcept
{
    next_scan_ = to + std::max<clock::duration>(least_time_between_scans, (to - from) * scan_cost_factor);
}

void wait_book::ticked(bool found) noexcept { period_ = found ? shortest_period : std::min(period_ * 2, longest_period); }

}   // namespace cotrace::engine
