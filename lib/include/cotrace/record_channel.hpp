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
    overwrite,   ///< the oldest record is discarded and counted: a flight recorder, which holds the newest records
};

/// The capacity of a channel, and what it does when it is full.
///
/// With `drop` and `overwrite`, the channel never holds more than `depth` records. With
/// `block`, records that cannot wait for room exceed `depth`. Each session that sends to
/// the channel may add these beyond it:
///
/// - the records of its launch, two or three, because no consumer can have the session yet;
/// - `thread_started` for each new or attached thread, and the second record of a stop;
/// - `trace_failed`, except at a call;
/// - all records while an attach waits for an execve(2) of a process that is traced already;
/// - all records once its tracer is being closed, or one second after the session began to end. These are few:
///   each thread still has the record of its last call, and its end.
///
/// So a channel that many launches share, and that no consumer reads, grows by a few records
/// for each launch. If tracers on several threads share a channel, each of them may find room for the
/// same last place. `record_channel::try_send` never exceeds `depth`.
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
/// Thread rule: every function may be called from any thread at any time, on different handles
/// or on one. Handlers run on their associated executor, and on the channel's executor if
/// they have none.
///
/// A record_channel is a handle: copies refer to the same queue. There are no empty
/// handles, because a handle that is moved from stays a copy. The queue exists as long as
/// one of these does:
///
/// - a handle of the user, also a copy in `session_options::into`;
/// - a session that sends to it: its `session` object, or its traced threads;
/// - an operation that is about to complete. An operation that waits does not keep the queue.
///   It completes with `asio::error::operation_aborted` when the queue is destroyed.
///
/// A queue whose last handle is gone is closed and destroyed with its records. A channel and
/// its outputs (see `tee`) do not keep each other. An output without a handle is removed from
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
    /// `into`, which must live until the operation completes. Gives their number;
    /// 0 when the channel was closed and every record in it was received.
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
    /// - the channel, or one of its outputs, is full and its policy is `overflow::block`: no channel has the record;
    /// - the channel is full and its policy is `overflow::drop`: the record is counted as lost, and the outputs have it.
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
