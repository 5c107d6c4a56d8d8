// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record_channel.hpp>

#include "sys/fork.hpp"

#include <deque>
#include <mutex>

namespace cotrace::detail {

/// A sender that waits for room in a channel.
class channel_sender {
public:
    /// The channel has room. Called once for each `await_room`, on any thread, with the
    /// channel's lock. So an implementation may only post to its own executor.
    virtual void room_came() noexcept = 0;

protected:
    ~channel_sender() = default;
};

/// The result of sending a record.
struct pushed {
    bool        queued = false;
    std::size_t lost = 0;   ///< number of records that the policy discarded

    bool operator==(pushed const&) const = default;
};

/// The queue of a `record_channel`. It does not depend on ptrace.
///
/// A copy that fork(2) made is closed and empty. It never takes the lock unless the
/// lock is free, because another thread of the parent may have held it at the fork.
class channel_state {
public:
    channel_state(asio::any_io_executor executor, channel_options options);
    ~channel_state();

    asio::any_io_executor const& executor() const noexcept { return executor_; }

    // For senders.

    /// False if a further record would exceed the capacity of this channel or of one
    /// of its copies, and the policy there is `overflow::block`.
    bool has_room() const;
    /// Appends a record, as the policy says. With `overflow::block`, or if `beyond_depth`
    /// is set, the record is appended even if the channel is full. With `overflow::block`,
    /// senders check for room before they make a record.
    pushed push(record fact, bool beyond_depth = false);
    /// Completes operations that wait for records. Senders call this once for several
    /// records, so that a consumer on another thread is woken once.
    void notify();
    void await_room(channel_sender& sender);
    /// Ends the wait of `sender`.
    void forget(channel_sender& sender);

    // For consumers.

    std::optional<record> take();
    void start(receive_operation& operation, std::uint64_t id);
    void cancel(std::uint64_t id);
    /// Removes an operation because the context of its handler is being destroyed.
    void abandon(std::uint64_t id);
    void cancel_all();

    // For both.

    std::shared_ptr<channel_state> tee(channel_options options);
    /// From now on, operations that find the channel empty complete with `why`, or with no record if `why` is no error.
    void close(error_code why = {});
    /// Discards the queued records, and accepts no further ones.
    void discard();
    bool is_open() const;
    channel_counts counts() const;

private:
    // Called with the lock, except `end_as_copy`.
    bool is_full() const noexcept { return queue_.size() >= options_.depth; }
    void append(record&& fact);
    pushed push_here(record fact, bool beyond_depth);
    bool   end_as_copy();
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
    std::vector<channel_sender*> senders_;               ///< senders that wait for room
    std::vector<std::shared_ptr<channel_state>> copies_;
    std::size_t highest_ = 0;
    std::uint64_t lost_ = 0;
    std::uint64_t lost_last_ = 0;    ///< dropped after the newest record in the queue
    std::uint64_t lost_first_ = 0;   ///< overwritten before the oldest record in the queue
    record last_lost_{};             ///< the last record that was lost, without its event: `records_lost` names its thread
    bool open_ = true;
    error_code why_closed_;
    sys::made_here made_here_;
};

/// A channel that is closed, and whose operations complete with `why`.
record_channel closed_channel(error_code why);

} // namespace cotrace::detail
