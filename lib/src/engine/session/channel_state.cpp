// SPDX-License-Identifier: BSL-1.0
#include "engine/session/channel_state.hpp"

#include "engine/reactor/clock.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/system_executor.hpp>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <utility>

namespace cotrace::detail {

namespace {

record without_event(record const& whole) { return {whole.thread, whole.at, {}, whole.process, whole.session}; }

} // namespace

// The queue.

channel_state::channel_state(asio::any_io_executor executor, channel_options options)
    : executor_{std::move(executor)}
    , options_{.depth = std::max<std::size_t>(options.depth, 1), .when_full = options.when_full}
{
}

// Operations hold no reference to the channel, so some may still wait.
channel_state::~channel_state()
{
    if (!made_here_)
        return;
    for (auto* const each : waiting_) {
        each->error_ = asio::error::operation_aborted;
        each->post();
    }
}

bool channel_state::has_room() const
{
    if (!made_here_)
        return true;
    std::lock_guard const lock{guard_};
    if (open_ && is_full() && options_.when_full == overflow::block)
        return false;
    return std::ranges::all_of(copies_, [](auto const& each) { return each->has_room(); });
}

pushed channel_state::push(record fact, bool beyond_depth)
{
    if (!made_here_)
        return {};
    std::lock_guard const lock{guard_};
    for (auto const& each : copies_)
        each->push(fact, beyond_depth);
    return push_here(std::move(fact), beyond_depth);
}

pushed channel_state::push_here(record fact, bool beyond_depth)
{
    if (!open_)
        return {};
    bool const loses = is_full() && options_.when_full != overflow::block && !beyond_depth;
    lost_ += loses ? 1 : 0;
    if (loses && options_.when_full == overflow::drop) {
        ++lost_last_;
        last_lost_ = without_event(fact);
        return {false, 1};
    }
    if (loses) {   // the oldest record is removed
        ++lost_first_;
        last_lost_ = without_event(queue_.front());
        queue_.pop_front();
    }
    append_losses();
    append(std::move(fact));
    return {true, loses ? 1u : 0u};
}

void channel_state::append(record&& fact)
{
    queue_.push_back(std::move(fact));
    highest_ = std::max(highest_, queue_.size());
}

void channel_state::append_losses()
{
    if (auto const count = std::exchange(lost_last_, 0); count != 0)
        append({last_lost_.thread, engine::clock_now(), records_lost{count}, last_lost_.process, last_lost_.session});
}

void channel_state::put_losses_first()
{
    if (auto const count = std::exchange(lost_first_, 0); count != 0)
        queue_.push_front({last_lost_.thread, last_lost_.at, records_lost{count}, last_lost_.process, last_lost_.session});
}

std::optional<record> channel_state::take_first()
{
    put_losses_first();
    if (queue_.empty())
        return std::nullopt;
    std::optional<record> first{std::move(queue_.front())};
    queue_.pop_front();
    // Senders are not woken after each record, but when half of the capacity is free.
    if (queue_.size() <= options_.depth / 2)
        give_room();
    return first;
}

std::size_t channel_state::take_all(std::vector<record>& into)
{
    put_losses_first();
    auto const count = queue_.size();
    into.insert(into.end(), std::make_move_iterator(queue_.begin()), std::make_move_iterator(queue_.end()));
    queue_.clear();
    give_room();
    return count;
}

std::optional<record> channel_state::take()
{
    if (!made_here_)
        return std::nullopt;
    std::lock_guard const lock{guard_};
    return take_first();
}

// In a copy that fork(2) made: completes the waiting operations if the lock is free, and returns true.
bool channel_state::end_as_copy()
{
    if (made_here_)
        return false;
    if (std::unique_lock const lock{guard_, std::try_to_lock}; lock && std::exchange(open_, false)) {
        queue_.clear();
        lost_first_ = 0;
        complete_waiting();
    }
    return true;
}

void channel_state::close(error_code why)
{
    if (end_as_copy())
        return;
    std::lock_guard const lock{guard_};
    if (!open_)
        return;
    append_losses();
    open_       = false;
    why_closed_ = why;
    for (auto const& each : copies_)
        each->close(why);
    complete_waiting();
    give_room();
}

void channel_state::discard()
{
    close();
    if (!made_here_)
        return;
    std::lock_guard const lock{guard_};
    queue_.clear();
    lost_first_ = 0;
}

bool channel_state::is_open() const
{
    if (!made_here_)
        return false;
    std::lock_guard const lock{guard_};
    return open_;
}

channel_counts channel_state::counts() const
{
    if (!made_here_)
        return {};
    std::lock_guard const lock{guard_};
    return {queue_.size(), highest_, lost_};
}

std::shared_ptr<channel_state> channel_state::tee(channel_options options)
{
    auto copy = std::make_shared<channel_state>(executor_, options);
    if (!made_here_) {
        copy->close();
        return copy;
    }
    std::lock_guard const lock{guard_};
    if (open_)
        copies_.push_back(copy);
    else
        copy->close();
    return copy;
}

// Senders that wait for room.

void channel_state::await_room(channel_sender& sender)
{
    if (!made_here_)
        return;
    std::lock_guard const lock{guard_};
    bool const here = open_ && is_full() && options_.when_full == overflow::block;
    if (here) {
        senders_.push_back(&sender);
        return;
    }
    for (auto const& each : copies_)
        if (!each->has_room())
            return each->await_room(sender);
    sender.room_came();
}

void channel_state::forget(channel_sender& sender)
{
    if (!made_here_)
        return;
    std::lock_guard const lock{guard_};
    std::erase(senders_, &sender);
    for (auto const& each : copies_)
        each->forget(sender);
}

void channel_state::give_room()
{
    for (auto* const each : std::exchange(senders_, {}))
        each->room_came();
}

// Consumers.

void channel_state::fill(receive_operation& operation)
{
    if (operation.into_ != nullptr)
        operation.count_ = take_all(*operation.into_);
    else
        operation.received_ = take_first();
    if (operation.count_ == 0 && !operation.received_)
        operation.error_ = why_closed_;
}

void channel_state::complete_waiting()
{
    auto const first = waiting_.begin();
    auto next = first;
    for (; next != waiting_.end() && can_complete(); ++next) {
        fill(**next);
        (*next)->post();
    }
    waiting_.erase(first, next);
}

void channel_state::notify()
{
    if (!made_here_)
        return;
    std::lock_guard const lock{guard_};
    complete_waiting();
    for (auto const& each : copies_)
        each->notify();
}

void channel_state::start(receive_operation& operation, std::uint64_t id)
{
    if (!made_here_)
        return operation.post();
    std::lock_guard const lock{guard_};
    operation.id_ = id;
    waiting_.push_back(&operation);
    complete_waiting();
}

void channel_state::cancel(std::uint64_t id)
{
    if (end_as_copy())
        return;
    std::lock_guard const lock{guard_};
    auto const at = std::ranges::find(waiting_, id, &receive_operation::id_);
    if (at == waiting_.end())
        return;
    auto* const operation = *at;
    waiting_.erase(at);
    operation->error_ = asio::error::operation_aborted;
    operation->post();
}

void channel_state::abandon(std::uint64_t id)
{
    receive_operation* operation = nullptr;
    if (!made_here_)
        return;
    {
        std::lock_guard const lock{guard_};
        auto const at = std::ranges::find(waiting_, id, &receive_operation::id_);
        if (at == waiting_.end())
            return;
        operation = *at;
        waiting_.erase(at);
    }
    operation->abandon();   // without the lock: the handler's destructor may call the channel
}

void channel_state::cancel_all()
{
    if (end_as_copy())
        return;
    std::lock_guard const lock{guard_};
    for (auto* const each : std::exchange(waiting_, {})) {
        each->error_ = asio::error::operation_aborted;
        each->post();
    }
}

// Functions that the templates of the public headers call.

std::uint64_t next_operation_id() noexcept
{
    static std::atomic<std::uint64_t> last = 0;
    return ++last;
}

void start_receive(std::shared_ptr<channel_state> const& channel, receive_operation& operation, std::uint64_t id)
{
    channel->start(operation, id);
}

void cancel_receive(std::weak_ptr<channel_state> const& channel, std::uint64_t id)
{
    if (auto const alive = channel.lock())
        alive->cancel(id);
}

std::shared_ptr<channel_state> const& state_of(record_channel const& channel) noexcept { return channel.state_; }

record_channel closed_channel(error_code why)
{
    record_channel made{asio::system_executor{}};
    state_of(made)->close(why);
    return made;
}

asio::execution_context::id receiver_service::id;

void receiver_service::enter(std::uint64_t operation, std::weak_ptr<channel_state> channel)
{
    std::lock_guard const lock{guard_};
    waiting_.emplace_back(operation, std::move(channel));
}

void receiver_service::leave(std::uint64_t operation)
{
    std::lock_guard const lock{guard_};
    std::erase_if(waiting_, [operation](auto const& each) { return each.first == operation; });
}

void receiver_service::shutdown() noexcept
{
    auto const all = [this] {
        std::lock_guard const lock{guard_};
        return std::exchange(waiting_, {});
    }();
    for (auto const& [operation, channel] : all)
        if (auto const alive = channel.lock())
            alive->abandon(operation);
}

} // namespace cotrace::detail
