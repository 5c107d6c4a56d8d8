// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record_channel.hpp>

#include <deque>
#include <mutex>

namespace cotrace::detail {

/// A sender that waits for room in a channel.
class channel_sender {
public:
    /// Room came. Called once for each `await_room`, on any thread, with the channel's
    /// lock: an implementation may do no more than post to its own executor.
    virtual void room_came() noexcept = 0;

protected:
    ~channel_sender() = default;
};

/// The queue behind a `record_channel`. It knows nothing of ptrace.
class channel_state {
public:
    channel_state(asio::any_io_executor executor, channel_options options);
    ~channel_state();

    asio::any_io_executor const& executor() const noexcept { return executor_; }

    // For senders.

    /// False where a further record would exceed the capacity of this channel or of one
    /// of its copies and the policy there is `overflow::block`.
    bool has_room() const;
    /// Appends a record, as the policy says. With `overflow::block` the record is
    /// appended even where the channel is full: a sender asks for room before the
    /// event of which the record tells. Gives the number of records lost by it.
    std::size_t push(record fact);
    /// Completes operations that wait for records. Senders call this once for several
    /// records, so that a consumer on another thread is woken once.
    void notify();
    void await_room(channel_sender& who);
    /// `who` waits no longer.
    void forget(channel_sender& who);

    // For consumers.

    std::optional<record> take();
    void start(receive_operation& operation, std::uint64_t id);
    void cancel(std::uint64_t id);
    /// The context of the operation's handler is being destroyed.
    void abandon(std::uint64_t id);
    void cancel_all();

    // For both.

    std::shared_ptr<channel_state> tee(channel_options options);
    void close();
    /// Throws away what is queued; further records are not accepted.
    void discard();
    bool is_open() const;
    channel_counts counts() const;

private:
    // All of these are called with the lock.
    bool is_full() const noexcept { return queue_.size() >= options_.depth; }
    void append(record&& fact);
    std::size_t push_here(record fact);
    void append_losses();
    void put_losses_first();
    bool can_complete() const noexcept { return !queue_.empty() || lost_first_ != 0 || !open_; }
    void complete_waiting();
    void fill(receive_operation& operation);
    std::optional<record> take_first();
    std::size_t take_all(std::vector<record>& into);
    void give_room();

    asio::any_io_executor const executor_;
    channel_options const options_;
    mutable std::mutex guard_;
    std::deque<record, recycling<record>> queue_;
    std::vector<receive_operation*> waiting_;
    std::vector<channel_sender*> senders_;               ///< wait for room
    std::vector<std::shared_ptr<channel_state>> copies_;
    std::size_t highest_ = 0;
    std::uint64_t lost_ = 0;
    std::uint64_t lost_last_ = 0;    ///< dropped after the newest record in the queue
    std::uint64_t lost_first_ = 0;   ///< overwritten before the oldest record in the queue
    record loser_{};                 ///< the last record that was lost, without its event: `records_lost` names its thread
    bool open_ = true;
};

} // namespace cotrace::detail
