// SPDX-License-Identifier: BSL-1.0
//
// The queue of a `record_channel`: how senders append records and wait for room, how consumers get records, and how
// the channel is closed.
//
// A receive operation waits in `waiting_` until there are records that no other operation was woken for. Then the
// operation is woken: it is posted to its executor, and listed in `woken_`. When it runs, it takes its records from the
// queue and completes.
//
// In a copy that fork(2) made, no function waits for the lock, because a thread of the parent may have held it at the
// fork. So most functions check `made_here_` first.
#include "engine/session/channel_state.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/system_executor.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace cotrace::detail {

namespace {

record without_event(record const& whole) { return {whole.thread, whole.at, {}, whole.process, whole.session, whole.comm}; }

/// Holds the lock of a channel in a function that posts operations. An executor that is being shut
/// down may destroy an operation in `post`. The destructor of the operation's handler may then call
/// the channel, which needs the lock. So such operations are passed to `discard`, and this object
/// destroys them after it has released the lock.
class posting_lock {
public:
    explicit posting_lock(std::mutex& guard)
        : lock_{guard}
    {
        of_this_thread = this;
    }
    posting_lock(posting_lock const&) = delete;
    posting_lock& operator=(posting_lock const&) = delete;
    ~posting_lock()
    {
        of_this_thread = nullptr;
        lock_.unlock();
        for (auto* const each : discarded_)
            each->destroy();
    }

    void discard(receive_operation& operation) { discarded_.push_back(&operation); }

    static thread_local posting_lock* of_this_thread;

private:
    std::unique_lock<std::mutex> lock_;
    std::vector<receive_operation*> discarded_;
};

thread_local posting_lock* posting_lock::of_this_thread = nullptr;

}   // namespace

// The queue.

channel_state::channel_state(asio::any_io_executor executor, channel_options options)
    : executor_{std::move(executor)}
    , options_{.depth = std::max<std::size_t>(options.depth, 1), .when_full = options.when_full}
    , guard_{std::make_shared<std::mutex>()}
{
}

// Aborts the operations that still wait. There may be such operations, because they do not keep the channel alive.
channel_state::~channel_state()
{
    if (!made_here_)
        return;
    posting_lock const lock{*guard_};
    abort_waiting();
    end({});
}

// Whether there is no room for a further record if `queued` records are in the queue. With `overflow::drop`, if records
// were lost that no `records_lost` record announces yet, a further record needs room for two records, because
// `push_here` queues a `records_lost` record before the further record.
bool channel_state::is_full(std::size_t queued) const noexcept
{
    bool const owes = options_.when_full == overflow::drop && unannounced_ != 0;
    return queued + (owes ? 1 : 0) >= options_.depth;
}

/// Returns the first channel, among this channel and its outputs, that is full and makes senders wait
/// (`overflow::block`). Returns null if there is none.
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
    if (!made_here_)
        return true;
    std::lock_guard const lock{*guard_};
    bool const found = first_without_room() == nullptr;
    has_room_.store(found && outputs_.empty(), std::memory_order_relaxed);
    return found;
}

// Notes that a record is lost. If records of several sessions were lost since the last announcement, the next announcement
// names no session, process or thread.
void channel_state::note_loss(record const& lost)
{
    ++lost_;
    is_mixed_ = unannounced_++ != 0 && (is_mixed_ || lost.session != last_lost_.session);
    last_lost_ = is_mixed_ ? record{.at = lost.at} : without_event(lost);
}

pushed channel_state::push(record&& fact)
{
    if (!made_here_)
        return {};
    std::lock_guard const lock{*guard_};
    return push_here(std::move(fact));
}

pushed channel_state::try_push(record fact)
{
    if (!made_here_)
        return {};
    posting_lock const lock{*guard_};
    if (first_without_room() != nullptr)
        return {};
    auto const done = push_here(std::move(fact));
    notify_here();
    return done;
}

// Appends a copy of the record to each output, and the record to this channel. If this channel is full, the overflow
// policy decides: `drop` discards the new record, `overwrite` discards the oldest record, and `block` discards nothing,
// so that the queue grows beyond its depth.
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

// Returns a `records_lost` record that announces all lost records that were not announced yet. Returns nothing if there
// are no such records.
std::optional<record> channel_state::take_losses()
{
    auto const count = std::exchange(unannounced_, 0);
    if (count == 0)
        return std::nullopt;
    return record{last_lost_.thread, last_lost_.at, records_lost{count}, last_lost_.process, last_lost_.session, last_lost_.comm};
}

// Takes the next record for a consumer. With `overflow::overwrite`, the lost records are older than the queue, so the
// `records_lost` record comes before the queued records. With `overflow::drop`, the `records_lost` record comes after
// them.
std::optional<record> channel_state::take_first()
{
    if (queue_.empty() || options_.when_full == overflow::overwrite)
        if (auto losses = take_losses())
            return losses;
    if (queue_.empty())
        return std::nullopt;
    std::optional<record> first{std::move(queue_.front())};
    queue_.pop_front();
    // Senders are woken when half of the capacity is free, and not after each record.
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
    if (!made_here_)
        return std::nullopt;
    std::lock_guard const lock{*guard_};
    return take_first();
}

// In a copy that fork(2) made, completes the waiting operations if the lock is free, and returns true even if the lock
// is not free. Returns false if this channel is no such copy.
bool channel_state::end_as_copy()
{
    if (made_here_)
        return false;
    if (std::unique_lock const lock{*guard_, std::try_to_lock}; lock && std::exchange(open_, false)) {
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
    posting_lock const lock{*guard_};
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
    if (!made_here_)
        return;
    std::lock_guard const lock{*guard_};
    queue_.clear();
    unannounced_ = 0;
}

bool channel_state::is_open() const
{
    if (!made_here_)
        return false;
    std::lock_guard const lock{*guard_};
    return open_;
}

channel_counts channel_state::counts() const
{
    if (!made_here_)
        return {};
    std::lock_guard const lock{*guard_};
    return {queue_.size(), highest_, lost_};
}

std::shared_ptr<channel_state> channel_state::tee(channel_options options)
{
    auto output = std::make_shared<channel_state>(executor_, options);
    if (!made_here_) {
        output->close();
        return output;
    }
    std::lock_guard const lock{*guard_};
    output->guard_ = guard_;   // a channel and its outputs share one lock
    output->open_ = open_;
    if (open_) {
        has_room_.store(false, std::memory_order_relaxed);
        outputs_.push_back(output.get());
        output->source_ = this;
    }
    return output;
}

// Senders that wait for room.

void channel_state::await_room(channel_sender& sender)
{
    if (!made_here_)
        return;
    std::lock_guard const lock{*guard_};
    if (auto* const full = first_without_room())
        full->senders_.push_back(&sender);
    else
        sender.room_came();
}

void channel_state::forget(channel_sender& sender)
{
    if (!made_here_)
        return;
    std::lock_guard const lock{*guard_};
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

// Consumers. A woken operation takes its records when it runs, just before its handler. Until then, the records
// stay in the queue, so that no record is lost if the operation is destroyed and never runs.

/// Posts an operation that can take records now, or that completes because the channel was closed. The operation
/// keeps the channel alive until the operation has run. The operation claims the records that it is expected to take,
/// so that no second operation is woken for these records. Returns false if the last handle of the channel is gone. The
/// destructor of the channel, which waits for the lock, then aborts the operation.
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
    if (!made_here_)
        return;
    posting_lock const lock{*guard_};
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
    if (!made_here_)
        return operation.post();
    posting_lock const lock{*guard_};
    wake_waiting();   // operations that have waited for longer get their records first
    if (can_wake() && wake(operation))
        return;
    operation.enter(weak_from_this());
    waiting_.push_back(&operation);
}

bool channel_state::complete(receive_operation& operation)
{
    if (!made_here_)
        return true;
    std::lock_guard const lock{*guard_};
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
    if (!made_here_)
        return;
    posting_lock const lock{*guard_};
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
    posting_lock const lock{*guard_};
    // A woken operation is posted already and may still get records. If it gets none, `complete` aborts it.
    if (auto const woken = std::ranges::find(woken_, id, &receive_operation::id_); woken != woken_.end())
        (*woken)->is_cancelled_ = true;
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
        std::lock_guard const lock{*guard_};
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
    posting_lock const lock{*guard_};
    for (auto* const each : woken_)
        each->is_cancelled_ = true;
    abort_waiting();
}

void channel_state::abort_waiting()
{
    for (auto* const each : std::exchange(waiting_, {})) {
        each->error_ = asio::error::operation_aborted;
        each->post();
    }
}

// Functions that the templates of the public headers call.

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
