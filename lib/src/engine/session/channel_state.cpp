// SPDX-License-Identifier: BSL-1.0
//
// The queue of a `record_channel`: how records are sent and taken, and how the channel is closed. channel_consumers.cpp
// has the consumers.
#include "engine/session/channel_state.hpp"

#include "engine/session/posting_lock.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/system_executor.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace cotrace::detail {

namespace {

record without_event(record const& whole)
{
    return {whole.thread, whole.at, {}, whole.process, whole.session, whole.comm, whole.context};
}

}   // namespace

// How records are queued and taken, and how the channel is closed.

channel_state::channel_state(asio::any_io_executor executor, channel_options options)
    : executor_{std::move(executor)}
    , options_{.depth = std::max<std::size_t>(options.depth, 1),
               .when_full = options.when_full == overflow::automatic ? overflow::block : options.when_full}
    , guard_{std::make_shared<channel_guard>()}
{
}

// Aborts the operations that still wait: a waiting operation does not keep the channel alive.
channel_state::~channel_state()
{
    if (!guard_->made_here)
        return;
    posting_lock const lock{guard_->mutex};
    abort_waiting();
    end({});
}

// With `overflow::drop`, a new record needs room for two records if losses are to be announced: see `push_here`.
bool channel_state::is_full(std::size_t queued) const noexcept
{
    bool const owes = options_.when_full == overflow::drop && unannounced_ != 0;
    return queued + (owes ? 1 : 0) >= options_.depth;
}

/// Returns the first channel, of this channel and its outputs, that makes senders wait, or null.
channel_state* channel_state::first_without_room() noexcept
{
    if (open_ && is_full() && options_.when_full == overflow::block)
        return this;
    for (auto* const each : outputs_)
        if (auto* const full = each->first_without_room())
            return full;
    return nullptr;
}

bool channel_state::look_for_room()
{
    if (!guard_->made_here)
        return true;
    std::lock_guard const lock{guard_->mutex};
    bool const found = first_without_room() == nullptr;
    has_room_.store(found && outputs_.empty(), std::memory_order_relaxed);
    return found;
}

// If records of several sessions were lost, the next `records_lost` record names no session, process or thread.
void channel_state::note_loss(record const& lost)
{
    ++lost_;
    is_mixed_ = unannounced_++ != 0 && (is_mixed_ || lost.session != last_lost_.session);
    last_lost_ = is_mixed_ ? record{.thread = {}, .at = lost.at, .what = {}} : without_event(lost);
}

pushed channel_state::push(record&& fact)
{
    if (!guard_->made_here)
        return {};
    std::lock_guard const lock{guard_->mutex};
    return push_here(std::move(fact));
}

pushed channel_state::try_push(record fact)
{
    if (!guard_->made_here)
        return {};
    posting_lock const lock{guard_->mutex};
    if (first_without_room() != nullptr)
        return {};
    auto const done = push_here(std::move(fact));
    notify_here();
    return done;
}

// If this channel is full, `drop` discards the new record, `overwrite` discards the oldest record, and with `block` the
// queue grows beyond its depth.
pushed channel_state::push_here(record&& fact)
{
    if (!open_)
        return {};
    for (auto* const each : outputs_)
        each->push_here(record{fact});
    auto queued = queue_.size();
    bool const loses = options_.when_full != overflow::block && is_full(queued);
    if (loses) {
        bool const drops = options_.when_full == overflow::drop;
        note_loss(drops ? fact : queue_.front());
        if (drops)
            return {false, 1};
        queue_.pop_front();
        --queued;
    }
    if (options_.when_full == overflow::drop && unannounced_ != 0) {
        queue_.push_back(std::move(*take_losses()));
        ++queued;
    }
    queue_.push_back(std::move(fact));
    highest_ = std::max(highest_, ++queued);
    if (options_.when_full == overflow::block && is_full(queued))
        has_room_.store(false, std::memory_order_relaxed);
    return {true, loses ? 1u : 0u};
}

// Returns a `records_lost` record for all losses that were not announced yet, or nothing.
std::optional<record> channel_state::take_losses()
{
    auto const count = std::exchange(unannounced_, 0);
    if (count == 0)
        return std::nullopt;
    auto announced = last_lost_;
    announced.what = records_lost{count};
    return announced;
}

// Lost records are older than the queue with `overflow::overwrite`, and newer with `overflow::drop`. The `records_lost`
// record is placed accordingly.
std::optional<record> channel_state::take_first()
{
    if (queue_.empty() || options_.when_full == overflow::overwrite)
        if (auto losses = take_losses())
            return losses;
    if (queue_.empty())
        return std::nullopt;
    std::optional<record> first{std::move(queue_.front())};
    queue_.pop_front();
    // Senders are woken when half of the capacity is free, not as soon as there is room.
    if (queue_.size() <= options_.depth / 2)
        give_room();
    return first;
}

std::size_t channel_state::take_all(std::vector<record>& into)
{
    auto const before = into.size();
    auto losses = take_losses();
    if (losses && options_.when_full == overflow::overwrite)
        into.push_back(std::move(*losses));
    into.insert(into.end(), std::make_move_iterator(queue_.begin()), std::make_move_iterator(queue_.end()));
    if (losses && options_.when_full == overflow::drop)
        into.push_back(std::move(*losses));
    queue_.clear();
    give_room();
    return into.size() - before;
}

std::optional<record> channel_state::take()
{
    if (!guard_->made_here)
        return std::nullopt;
    std::lock_guard const lock{guard_->mutex};
    return take_first();
}

// Returns whether this channel is a copy that fork(2) made. If so, closes the copy if the lock is free.
bool channel_state::end_as_copy()
{
    if (guard_->made_here)
        return false;
    if (std::unique_lock const lock{guard_->mutex, std::try_to_lock}; lock && std::exchange(open_, false)) {
        queue_.clear();
        unannounced_ = 0;
        wake_waiting();
    }
    return true;
}

void channel_state::close(error_code why)
{
    if (end_as_copy())
        return;
    posting_lock const lock{guard_->mutex};
    end(why);
}

void channel_state::end(error_code why)
{
    if (!std::exchange(open_, false))
        return;
    why_closed_ = why;
    leave_source();
    for (auto* const each : std::exchange(outputs_, {})) {
        each->source_ = nullptr;
        each->end(why);
    }
    wake_waiting();
    give_room();
}

void channel_state::leave_source()
{
    if (auto* const source = std::exchange(source_, nullptr))
        std::erase(source->outputs_, this);
}

void channel_state::discard()
{
    close();
    if (!guard_->made_here)
        return;
    std::lock_guard const lock{guard_->mutex};
    queue_.clear();
    unannounced_ = 0;
}

bool channel_state::is_open() const
{
    if (!guard_->made_here)
        return false;
    std::lock_guard const lock{guard_->mutex};
    return open_;
}

channel_counts channel_state::counts() const
{
    if (!guard_->made_here)
        return {};
    std::lock_guard const lock{guard_->mutex};
    return {queue_.size(), highest_, lost_};
}

std::shared_ptr<channel_state> channel_state::tee(channel_options options)
{
    auto output = std::make_shared<channel_state>(executor_, options);
    if (!guard_->made_here) {
        output->close();
        return output;
    }
    std::lock_guard const lock{guard_->mutex};
    output->guard_ = guard_;   // a channel and its outputs share one lock
    output->open_ = open_;
    if (open_) {
        has_room_.store(false, std::memory_order_relaxed);
        outputs_.push_back(output.get());
        output->source_ = this;
    }
    return output;
}

// How senders wait for room.

void channel_state::await_room(channel_sender& sender)
{
    if (!guard_->made_here)
        return;
    std::lock_guard const lock{guard_->mutex};
    if (auto* const full = first_without_room())
        full->senders_.push_back(&sender);
    else
        sender.room_came();
}

void channel_state::forget(channel_sender& sender)
{
    if (!guard_->made_here)
        return;
    std::lock_guard const lock{guard_->mutex};
    forget_here(sender);
}

void channel_state::forget_here(channel_sender& sender)
{
    std::erase(senders_, &sender);
    for (auto* const each : outputs_)
        each->forget_here(sender);
}

void channel_state::give_room()
{
    for (auto* const each : std::exchange(senders_, {}))
        each->room_came();
}

// Functions that are not members of `channel_state`.

void discard(receive_operation& operation) noexcept
{
    if (auto* const lock = posting_lock::of_this_thread)
        lock->discard(operation);
    else
        operation.destroy();
}

std::shared_ptr<channel_state> const& state_of(record_channel const& channel) noexcept { return channel.state_; }

record_channel closed_channel(error_code why)
{
    record_channel made{asio::system_executor{}};
    state_of(made)->close(why);
    return made;
}

}   // namespace cotrace::detail
