// SPDX-License-Identifier: BSL-1.0
//
// The consumers of a `record_channel`: how receive operations wait, are woken, complete and are cancelled.
//
// A receive operation waits in `waiting_`. An operation that is woken is posted to its executor, and is in `woken_`
// until it runs.
#include "engine/session/channel_state.hpp"

#include "engine/session/posting_lock.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <utility>

namespace cotrace::detail {

// A woken operation takes its records only when it runs, so that no record is lost if the operation is destroyed
// before.

/// An operation claims records, so that no second operation is woken for these records. Returns false if the channel is
/// being destroyed.
bool channel_state::wake(receive_operation& operation)
{
    operation.channel_ = weak_from_this().lock();
    if (!operation.channel_)
        return false;
    auto const unclaimed = available() - std::min(available(), claimed_);
    operation.claim_ = operation.into_ != nullptr ? unclaimed : std::min<std::size_t>(unclaimed, 1);
    claimed_ += operation.claim_;
    woken_.push_back(&operation);
    operation.post();
    return true;
}

void channel_state::wake_waiting()
{
    auto next = waiting_.begin();
    while (next != waiting_.end() && can_wake() && wake(**next))
        ++next;
    waiting_.erase(waiting_.begin(), next);
}

void channel_state::notify()
{
    if (!guard_->made_here)
        return;
    posting_lock const lock{guard_->mutex};
    notify_here();
}

void channel_state::notify_here()
{
    wake_waiting();
    for (auto* const each : outputs_)
        each->notify_here();
}

void channel_state::start(receive_operation& operation)
{
    if (!guard_->made_here)
        return operation.post();
    posting_lock const lock{guard_->mutex};
    wake_waiting();   // operations that have waited for longer get their records first
    if (can_wake() && wake(operation))
        return;
    operation.enter(weak_from_this());
    waiting_.push_back(&operation);
}

bool channel_state::complete(receive_operation& operation)
{
    if (!guard_->made_here)
        return true;
    std::lock_guard const lock{guard_->mutex};
    forget_woken(operation);
    if (operation.into_ != nullptr)
        operation.count_ = take_all(*operation.into_);
    else
        operation.received_ = take_first();
    if (operation.count_ != 0 || operation.received_)
        return true;
    if (!open_ || operation.is_cancelled_) {
        operation.error_ = open_ ? asio::error::operation_aborted : why_closed_;
        return true;
    }
    // Other consumers took the records. The operation waits again, before operations that began later.
    operation.enter(weak_from_this());
    waiting_.insert(waiting_.begin(), &operation);
    return false;
}

void channel_state::give_up(receive_operation& operation)
{
    if (!guard_->made_here)
        return;
    posting_lock const lock{guard_->mutex};
    forget_woken(operation);
    wake_waiting();
}

void channel_state::forget_woken(receive_operation& operation)
{
    claimed_ -= std::exchange(operation.claim_, 0);
    std::erase(woken_, &operation);
}

void channel_state::cancel(std::uint64_t id)
{
    if (end_as_copy())
        return;
    posting_lock const lock{guard_->mutex};
    // A woken operation is posted already and may still get records. If it gets none, `complete` aborts it.
    if (auto const woken = std::ranges::find(woken_, id, &receive_operation::id_); woken != woken_.end())
        (*woken)->is_cancelled_ = true;
    auto const at = std::ranges::find(waiting_, id, &receive_operation::id_);
    if (at == waiting_.end())
        return;
    auto* const operation = *at;
    waiting_.erase(at);
    abort(*operation);
}

void channel_state::abandon(std::uint64_t id)
{
    receive_operation* operation = nullptr;
    if (!guard_->made_here)
        return;
    {
        std::lock_guard const lock{guard_->mutex};
        auto const at = std::ranges::find(waiting_, id, &receive_operation::id_);
        if (at == waiting_.end())
            return;
        operation = *at;
        waiting_.erase(at);
    }
    operation->destroy();   // without the lock, because the destructor of the operation's handler may call the channel
}

void channel_state::cancel_all()
{
    if (end_as_copy())
        return;
    posting_lock const lock{guard_->mutex};
    for (auto* const each : woken_)
        each->is_cancelled_ = true;
    abort_waiting();
}

void channel_state::abort_waiting()
{
    for (auto* const each : std::exchange(waiting_, {}))
        abort(*each);
}

void channel_state::abort(receive_operation& operation)
{
    operation.error_ = asio::error::operation_aborted;
    operation.posted_under_ = guard_;
    operation.post();
}

}   // namespace cotrace::detail
