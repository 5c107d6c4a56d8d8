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
    /// Room came. Called once for each `await_room`, on any thread, with the channel's
    /// lock: an implementation may do no more than post to its own executor.
    virtual void room_came() noexcept = 0;

protected:
    ~channel_sender() = default;
};

/// What became of a record that was sent.
struct pushed {
    bool        queued = false;
    std::size_t lost = 0;   ///< number of records that the policy threw away

    bool operator==(pushed const&) const = default;
};

/// The queue behind a `record_channel`. It knows nothing of ptrace.
///
/// A copy that fork(2) made is closed and empty. It never takes the lock unless the
/// lock is free, because another thread of the parent may have held it at the fork.
class channel_state {
public:
    channel_state(asio::any_io_executor executor, channel_options options);
    ~channel_state();

    asio::any_io_executor const& executor() const noexcept { return executor_; }

    // For senders.

    /// False where a further record would exceed the capacity of this channel or of one
    /// of its copies and the policy there is `overflow::block`.
    bool has_room() const;
    /// Appends a record, as the policy says. With `overflow::block`, and where the
    /// sender asks for it (`beyond_depth`), the record is appended even where the channel
    /// is full: a sender asks for room before the event of which the record tells.
    pushed push(record fact, bool beyond_depth = false);
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
    /// Operations that find the channel empty complete with `why` from now on; no error: with no record.
    void close(error_code why = {});
    /// Throws away what is queued; further records are not accepted.
    void discard();
    bool is_open() const;
    channel_counts counts() const;

private:
    // All of these are called with the lock.
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
    std::vector<channel_sender*> senders_;               ///< wait for room
    std::vector<std::shared_ptr<channel_state>> copies_;
    std::size_t highest_ = 0;
    std::uint64_t lost_ = 0;
    std::uint64_t lost_last_ = 0;    ///< dropped after the newest record in the queue
    std::uint64_t lost_first_ = 0;   ///< overwritten before the oldest record in the queue
    record loser_{};                 ///< the last record that was lost, without its event: `records_lost` names its thread
    bool open_ = true;
    error_code why_closed_;
    sys::made_here made_here_;
};

/// A channel that is closed, and whose operations complete with `why`.
record_channel closed_channel(error_code why);

} // namespace cotrace::detail
