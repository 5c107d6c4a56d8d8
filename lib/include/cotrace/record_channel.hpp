// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/detail/channel_state.hpp>
#include <cotrace/record.hpp>
#include <cotrace/task.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace cotrace {

/// What happens when a channel of records is full.
enum class overflow : std::uint8_t {
    block,       ///< the traced thread stays stopped until there is room; no record is lost
    drop,        ///< the new record is discarded and counted; a `records_lost` record follows the records in the channel
    /// The oldest record is discarded and counted. The channel holds the newest records, and a `records_lost` record
    /// precedes them.
    overwrite,
};

/// The capacity of a channel, and what it does when it is full.
///
/// With `drop` and `overwrite`, the channel never holds more than `depth` records. With
/// `block`, some records cannot wait for room and are added although the channel is full.
/// For each session these are:
///
/// - two or three records of its launch, because the program has no session to read from before the launch completes;
/// - `thread_started` for each new or attached thread, and each record of a stop after the first;
/// - `trace_failed`, except at a call;
/// - all records of an attach to a process whose execve(2) waits for a thread that this tracer traces already;
/// - all records once its tracer is being closed, or one second after the session began to end. These are few:
///   for each thread, the records of its last call and of its end.
///
/// So a channel that many launches share, and that no consumer reads, grows by a few records
/// for each launch. If tracers on several threads share a channel, several of them may see the last free
/// place at once, so that each of these tracers adds a record. `record_channel::try_send` never exceeds `depth`.
struct channel_options {
    std::size_t depth = 4096;             ///< number of records that the channel holds, at least 1
    overflow when_full = overflow::block;
};

/// Counts of one channel, at one moment.
struct channel_counts {
    /// Records in the channel now. A `records_lost` that is made only when it is received does not count.
    std::size_t   queued  = 0;
    /// The most records that were in the channel at any time; for `overflow::block` see `channel_options`.
    std::size_t   highest = 0;
    std::uint64_t lost    = 0;   ///< records that the overflow policy discarded
};

/// A bounded queue of records between tracers and consumers.
///
/// Any number of sessions may send to one channel (`session_options::into`), and
/// any number of consumers may wait for its records; each record goes to one of
/// them. `tee` makes further channels, each of which gets a copy of every record.
/// A session that is given no channel has one of its own.
///
/// Thread rule: every function except assignment and destruction may be called on any thread, also
/// at the same time on one handle. Handlers run on their associated executor, and on the channel's executor if
/// they have none.
///
/// A record_channel is a handle: copies refer to the same queue. A moved-from handle
/// still refers to the queue, so no handle is empty. The queue exists as long as
/// one of these does:
///
/// - a handle of the user, also a copy in `session_options::into`;
/// - a session that sends to it: its `session` object, or its traced threads;
/// - an operation that is about to complete. An operation that waits does not keep the queue.
///   It completes with `asio::error::operation_aborted` when the queue is destroyed.
///
/// When none of these exists any more, the queue is closed and destroyed with its records. A
/// channel and its outputs (see `tee`) do not keep each other alive. An output without a handle is removed from
/// its channel, and no sender waits for it.
///
/// Asio's own concurrent_channel is not used here: it moves one record for each
/// completion, and has neither a policy for a full queue nor several outputs.
class record_channel {
public:
    using executor_type = asio::any_io_executor;

    explicit record_channel(executor_type executor, channel_options options = {});
    // A move is a copy.
    record_channel(record_channel const&) noexcept = default;
    record_channel& operator=(record_channel const&) noexcept = default;
    ~record_channel() = default;

    executor_type get_executor() const noexcept;

    /// Waits for the next record. The optional is empty when the channel was
    /// closed and every record in it was received.
    ///
    /// Completion signature: `void(error_code, std::optional<record>)`.
    /// Cancellation: terminal, partial and total; no record is lost. A record stays in the channel until its
    /// handler is about to run, so none is lost with an operation whose execution context is destroyed.
    template <asio::completion_token_for<void(error_code, std::optional<record>)> Token = asio::use_awaitable_t<>>
    auto async_receive(Token&& token = {});

    /// Waits until the channel holds a record, then appends all its records to
    /// `into`, which must live until the operation completes. The result is the
    /// number of appended records; it is 0 if the channel was closed and every record in it was received.
    ///
    /// Completion signature: `void(error_code, std::size_t)`.
    /// Cancellation: terminal, partial and total; no record is lost, as for `async_receive`.
    template <asio::completion_token_for<void(error_code, std::size_t)> Token = asio::use_awaitable_t<>>
    auto async_read(std::vector<record>& into, Token&& token = {});

    /// The next record if the channel holds one.
    std::optional<record> try_receive();

    /// Sends a record of the caller. Returns whether the record is in the channel now.
    /// False means one of these:
    ///
    /// - the channel is closed;
    /// - the channel, or one of its outputs, is full and its policy is `overflow::block`: neither the
    ///   channel nor an output gets the record;
    /// - the channel is full and its policy is `overflow::drop`: the record is counted as lost, and the outputs
    ///   still get it.
    bool try_send(record fact);

    /// Makes a channel that gets a copy of every record sent to this channel from now
    /// on, an output. The output has its own capacity and policy. If its policy is
    /// `overflow::block`, the senders of this channel also wait while the output
    /// is full. The output is closed with this channel: by `close`, or when the last handle of this channel is gone.
    record_channel tee(channel_options options = {}) const;

    /// Closes the channel: no further record is accepted. Records in the channel can still be received.
    void close();

    /// Completes all waiting operations with `asio::error::operation_aborted`.
    void cancel();

    bool is_open() const noexcept;
    channel_counts counts() const noexcept;

private:
    friend class detail::channel_state;
    friend std::shared_ptr<detail::channel_state> const& detail::state_of(record_channel const& channel) noexcept;
    explicit record_channel(std::shared_ptr<detail::channel_state> state) noexcept;

    std::shared_ptr<detail::channel_state> state_;
};

} // namespace cotrace

#include <cotrace/impl/record_channel.hpp>
