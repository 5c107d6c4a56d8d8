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
    /// Called at most once for each `await_room`, on any thread, when the channel may have room or is closed. The
    /// caller holds the channel's lock. So an implementation may do nothing but post to its own executor.
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
/// Handles, which are `record_channel` objects of the user and of sessions, share ownership of the
/// channel. `tee` makes an output of the channel: another channel that gets a copy of each record.
/// A channel and its outputs refer to each other by plain pointers. The destructor of a channel removes
/// the pointers to that channel. A channel and all its outputs have one lock, so that a sender can check
/// all of them for room and send the record under one lock.
///
/// In a child that the host has forked, the copy of a channel is closed and empty. The functions of the copy
/// never wait for the lock, because another thread of the parent may have held the lock at the fork.
class channel_state : public std::enable_shared_from_this<channel_state> {
public:
    channel_state(asio::any_io_executor executor, channel_options options);
    ~channel_state();

    asio::any_io_executor const& executor() const noexcept { return executor_; }

    // For senders.

    /// Whether a sender may send a record. Returns false if this channel, or one of its outputs or of their outputs, is
    /// open and full and has the policy `overflow::block`.
    bool has_room() { return has_room_.load(std::memory_order_relaxed) || look_for_room(); }
    /// Appends a record, as the overflow policy says. With `overflow::block`, the record is appended even if the
    /// channel is full, because senders check for room before they make a record. Does nothing if the channel is
    /// closed.
    pushed push(record&& fact);
    /// Does nothing if `has_room` is false. Otherwise appends a record, as `push` does, and wakes operations that wait
    /// for records.
    pushed try_push(record fact);
    /// Wakes operations that wait for records. Senders call this once for several records, so that a consumer on
    /// another thread is woken once.
    void notify();
    /// Calls `sender.room_came()` when the channel may have room or is closed, which may be at once.
    void await_room(channel_sender& sender);
    /// Removes `sender`, so that its `room_came` is not called any longer.
    void forget(channel_sender& sender);

    // For consumers.

    std::optional<record> take();
    void start(receive_operation& operation);
    /// Gives a result to `operation`, which was posted to its executor to take records. Called on that executor.
    /// Returns false if other consumers took the records. The operation then waits again.
    bool complete(receive_operation& operation);
    /// Wakes other operations, to take the records that `operation` was expected to take. Called when `operation` was
    /// posted to take records and is destroyed before it has run.
    void give_up(receive_operation& operation);
    void cancel(std::uint64_t id);
    /// Removes and destroys a waiting operation, because the context of its handler is being destroyed.
    void abandon(std::uint64_t id);
    void cancel_all();

    // For senders and consumers.

    std::shared_ptr<channel_state> tee(channel_options options);
    /// Closes the channel and its outputs, so that they take no more records. After that, an operation that finds its
    /// channel empty completes with `why`, which may be no error, and without a record.
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
    /// Number of lost records that no `records_lost` record in the queue announces yet. With `overflow::overwrite`, the
    /// lost records are older than those in the queue. With `overflow::drop`, they are newer.
    std::uint64_t unannounced_ = 0;
    /// The record that was lost last, without its event. If records of several sessions were lost, this record has only
    /// the time. The next `records_lost` record is a copy of this record, with a `records_lost` event.
    record last_lost_{};
    bool is_mixed_ = false;   ///< records of several sessions were lost since the last `records_lost` record
    bool open_ = true;
    /// True: the channel has room, and `has_room` need not take the lock. False: not known. Always false if the channel
    /// has outputs, because an output may be full when this channel is not.
    std::atomic<bool> has_room_ = false;
    error_code why_closed_;
};

/// Makes a closed channel, whose operations complete with `why`.
record_channel closed_channel(error_code why);

}   // namespace cotrace::detail
