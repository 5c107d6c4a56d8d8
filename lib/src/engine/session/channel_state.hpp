// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record_channel.hpp>

#include "sys/fork.hpp"

#include <boost/container/deque.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

namespace cotrace::detail {

/// The lock of a channel and of its outputs.
struct channel_guard {
    std::mutex mutex;
    sys::made_here made_here;   ///< false in a forked child, which must not wait for `mutex`
};

/// A sender that can wait for room in a channel.
class channel_sender {
public:
    /// Called at most once for each `await_room`, on any thread, with the channel's lock held. May only post to the
    /// sender's executor.
    virtual void room_came() noexcept = 0;

protected:
    ~channel_sender() = default;
};

/// The result of sending a record.
struct pushed {
    bool queued = false;
    std::size_t lost = 0;   ///< number of records of this channel that the overflow policy discarded

    bool operator==(pushed const&) const = default;
};

/// The implementation of a `record_channel`: its queue, its senders and its consumers.
///
/// Handles share ownership of a channel. A channel and its outputs (`tee`) refer to each other by plain pointers, and
/// share one lock.
///
/// In a forked child, the copy of a channel is closed and empty. Its functions never wait for the lock, which may be
/// held forever.
class channel_state : public std::enable_shared_from_this<channel_state> {
public:
    channel_state(asio::any_io_executor executor, channel_options options);
    ~channel_state();

    asio::any_io_executor const& executor() const noexcept { return executor_; }

    // For senders.

    /// Returns false if this channel or an output, at any depth, is open and full with `overflow::block`.
    bool has_room() { return has_room_.load(std::memory_order_relaxed) || look_for_room(); }
    /// Appends a record, as the overflow policy says. With `overflow::block`, appends even to a full channel: senders
    /// check for room before.
    pushed push(record&& fact);
    /// Does nothing if `has_room` is false. Otherwise appends a record, as `push` does, and wakes operations that wait
    /// for records.
    pushed try_push(record fact);
    /// Wakes operations that wait for records. Senders call this function once for several records, to wake a consumer
    /// once.
    void notify();
    /// Calls `sender.room_came()` when the channel may have room or is closed, which may be at once.
    void await_room(channel_sender& sender);
    /// Removes `sender`, so that its `room_came` is not called any longer.
    void forget(channel_sender& sender);

    // For consumers.

    std::optional<record> take();
    void start(receive_operation& operation);
    /// Gives a result to a woken `operation`, on its executor. Returns false if other consumers took the records: the
    /// operation waits again.
    bool complete(receive_operation& operation);
    /// Wakes other operations for the records that `operation` had claimed. Called if a woken operation is destroyed
    /// before it runs.
    void give_up(receive_operation& operation);
    void cancel(std::uint64_t id);
    /// Removes and destroys a waiting operation, because the context of its handler is being destroyed.
    void abandon(std::uint64_t id);
    void cancel_all();

    // For senders and consumers.

    std::shared_ptr<channel_state> tee(channel_options options);
    /// Closes the channel and its outputs. An operation that finds its channel empty completes with `why`, and without
    /// a record.
    void close(error_code why = {});
    /// Closes the channel, and discards the records in its queue.
    void discard();
    bool is_open() const;
    channel_counts counts() const;

private:
    // The caller of these functions holds the lock. Exceptions: `look_for_room` and `end_as_copy` take the lock.
    bool is_full(std::size_t queued) const noexcept;
    bool is_full() const noexcept { return is_full(queue_.size()); }
    bool look_for_room();
    channel_state* first_without_room() noexcept;
    void note_loss(record const& lost);
    pushed push_here(record&& fact);
    void notify_here();
    void end(error_code why);
    void abort(receive_operation& operation);
    void abort_waiting();
    void leave_source();
    void forget_here(channel_sender& sender);
    std::optional<record> take_losses();
    std::size_t available() const noexcept { return queue_.size() + (unannounced_ != 0 ? 1 : 0); }
    bool can_wake() const noexcept { return available() > claimed_ || !open_; }
    bool wake(receive_operation& operation);
    void wake_waiting();
    void forget_woken(receive_operation& operation);
    std::optional<record> take_first();
    std::size_t take_all(std::vector<record>& into);
    void give_room();
    bool end_as_copy();

    asio::any_io_executor const executor_;
    channel_options const options_;
    std::shared_ptr<channel_guard> guard_;   ///< shared with the source and the outputs of this channel
    channel_state* source_ = nullptr;        ///< the open channel that this channel is an output of, or null
    std::vector<channel_state*> outputs_;    ///< the open channels that get copies of all records
    /// A deque with blocks of eight records. The blocks of a std::deque would hold only two records each.
    boost::container::deque<record, recycling<record>, boost::container::deque_options<boost::container::block_size<8>>::type>
        queue_;
    std::vector<receive_operation*> waiting_;
    std::vector<receive_operation*> woken_;   ///< operations that were posted to take records and have not run yet
    std::size_t claimed_ = 0;                 ///< number of records that the operations in `woken_` are expected to take
    std::vector<channel_sender*> senders_;    ///< senders that wait for room
    std::size_t highest_ = 0;
    std::uint64_t lost_ = 0;
    /// Number of lost records that no `records_lost` record in the queue announces yet.
    std::uint64_t unannounced_ = 0;
    /// What the next `records_lost` record names: the last lost record without its event, or only its time (see
    /// `is_mixed_`).
    record last_lost_{};
    bool is_mixed_ = false;   ///< records of several sessions were lost since the last `records_lost` record
    bool open_ = true;
    /// True: the channel has room, and `has_room` need not take the lock. Always false with outputs, which may be full.
    std::atomic<bool> has_room_ = false;
    error_code why_closed_;
};

/// Makes a closed channel, whose operations complete with `why`.
record_channel closed_channel(error_code why);

}   // namespace cotrace::detail
