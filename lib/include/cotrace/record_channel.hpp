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

/// Says what happens to a new record when a channel of records is full.
enum class overflow : std::uint8_t {
    block,   ///< the traced thread stays stopped until the channel has room; no record is lost
    /// The new record is discarded and counted. A `records_lost` record follows the records in the channel.
    drop,
    /// The oldest record is discarded and counted. The channel holds the newest records, and a `records_lost` record
    /// precedes them.
    overwrite,
    /// Like `block`. But in a session with `tracing::observation`, no thread stops. While the channel is full, events wait
    /// in the ring buffer of the BPF programs. When the ring buffer is full, too, new events are lost, and a
    /// `records_lost` record says how many.
    automatic,
};

/// The capacity of a channel, and what the channel does when it is full.
///
/// With `drop` and `overwrite`, the channel never holds more than `depth` records. With
/// `block`, some records cannot wait for room and are added although the channel is full.
/// Among them are the following records of each session:
///
/// - the first records of a launched session, at most three, because the host has no session to read from until the
///   launch completes;
/// - the `thread_started` record of each new or attached thread, and `superseded` records;
/// - if several records are made at one stop, all of them except the first;
/// - records that are made at a stop after interceptors were asked;
/// - `trace_failed` records that are not made at a stop;
/// - all records that are made while an attach waits for the end of an execve(2) of a target;
/// - records of io_uring operations that are read when the session ends;
/// - all records that are made after the tracer began to close, or more than one second after the session began to
///   end. Each thread makes only a few such records, about its last call and its end.
///
/// Because of these exceptions, a channel that many launches share and that no consumer reads grows by a few records
/// for each launch. If tracers on several threads share a channel, several tracers may find the last free place at the
/// same time, and each of them then adds a record. `record_channel::try_send` never makes a channel hold more than
/// `depth` records.
struct channel_options {
    std::size_t depth = 4096;   ///< number of records that the channel holds, at least 1
    overflow when_full = overflow::block;
};

/// The counts of one channel at one moment.
struct channel_counts {
    /// Number of records in the channel now. The channel makes some `records_lost` records only when a consumer receives
    /// them. These are not counted.
    std::size_t queued = 0;
    /// The largest number of records that were in the channel at any time. With `overflow::block`, this number may
    /// exceed `channel_options::depth`.
    std::size_t highest = 0;
    std::uint64_t lost = 0;   ///< records that the overflow policy discarded
};

/// A bounded queue of records between tracers and consumers.
///
/// Any number of sessions may send to one channel (`session_options::into`), and any
/// number of consumers may wait for the records of the channel. Each record goes to one
/// consumer. `tee` makes further channels, each of which gets a copy of every record. A
/// session without `session_options::into` has a channel of its own.
///
/// Thread rule: any thread may call the functions. Several threads may call functions of
/// one handle at the same time, except assignment and destruction. Handlers are called on
/// their associated executor, or on the channel's executor if they have none.
///
/// A record_channel is a handle: copies refer to the same queue. A moved-from handle
/// still refers to the queue, so no handle is empty. The queue exists as long as one of
/// these exists:
///
/// - a handle, including copies in `session_options::into`;
/// - a session that sends to the queue: the `session` object, or a traced thread of the session;
/// - a receive operation that is about to complete. An operation that still waits does not
///   keep the queue alive. It completes with `asio::error::operation_aborted` when the queue
///   is destroyed.
///
/// When no such handle, session or operation exists any more, the queue is closed and
/// destroyed with its records. A channel and its outputs (see `tee`) do not keep each other
/// alive. When the queue of an output is destroyed, the output is removed from its channel,
/// and no sender waits for this output any more.
class record_channel {
public:
    using executor_type = asio::any_io_executor;

    /// Makes a channel. Handlers without an associated executor are called on `executor`.
    explicit record_channel(executor_type executor, channel_options options = {});
    // The class has no move operations, so that moving a handle makes a copy, and the former handle stays valid.
    record_channel(record_channel const&) noexcept = default;
    record_channel& operator=(record_channel const&) noexcept = default;
    ~record_channel() = default;

    executor_type get_executor() const noexcept;

    /// Waits for the next record. The optional is empty when the channel was
    /// closed and every record in it was received.
    ///
    /// Errors: `asio::error::operation_aborted` after a cancellation, after `cancel`, or if the queue is
    /// destroyed. The channel of a session may end with `errc::wrong_thread` or `errc::empty_object`, see `session`.
    /// Completion signature: `void(error_code, std::optional<record>)`.
    /// Cancellation: terminal, partial and total; no record is lost. A record leaves the channel only immediately
    /// before the handler runs, so no record is lost if an operation is destroyed with its execution context.
    template <asio::completion_token_for<void(error_code, std::optional<record>)> Token = asio::deferred_t>
    auto async_receive(Token&& token = {});

    /// Waits until the channel holds a record, then appends all records in the channel to
    /// `into`, which must live until the operation completes. The result is the
    /// number of appended records; it is 0 if the channel was closed and every record in it was received.
    ///
    /// Errors: those of `async_receive`.
    /// Completion signature: `void(error_code, std::size_t)`.
    /// Cancellation: terminal, partial and total; no record is lost. The records leave the channel only
    /// immediately before the handler runs.
    template <asio::completion_token_for<void(error_code, std::size_t)> Token = asio::deferred_t>
    auto async_read(std::vector<record>& into, Token&& token = {});

    /// Takes the next record out of the channel. Returns an empty optional if the channel holds no record.
    std::optional<record> try_receive();

    /// Sends a record that the caller made. Does not wait. Returns whether the record was added
    /// to the channel. It was not added in these cases:
    ///
    /// - The channel is closed.
    /// - The channel or one of its outputs is full and has the policy `overflow::block`. Neither the
    ///   channel nor an output gets the record.
    /// - The channel is full and has the policy `overflow::drop`. The record is counted as lost, and
    ///   the outputs still get it.
    bool try_send(record fact);

    /// Makes an output of this channel: a channel that gets a copy of every record that is sent to
    /// this channel from now on. The output has its own capacity and policy. If the policy of the
    /// output is `overflow::block`, the senders of this channel also wait while the output is full.
    /// The output is closed together with this channel: by `close`, or when the queue of this channel
    /// is destroyed.
    record_channel tee(channel_options options = {}) const;

    /// Closes the channel, so that it accepts no further record. Records in the channel can still be received. Threads
    /// that wait for room in the channel run on, and their records are discarded.
    void close();

    /// Completes all waiting receive operations with `asio::error::operation_aborted`.
    void cancel();

    bool is_open() const noexcept;
    channel_counts counts() const noexcept;

private:
    friend class detail::channel_state;
    friend std::shared_ptr<detail::channel_state> const& detail::state_of(record_channel const& channel) noexcept;
    explicit record_channel(std::shared_ptr<detail::channel_state> state) noexcept;

    std::shared_ptr<detail::channel_state> state_;
};

}   // namespace cotrace

#include <cotrace/impl/record_channel.hpp>
