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
    /// The oldest record is discarded and counted. A `records_lost` record precedes the records in the channel.
    overwrite,
    /// Like `block`, but observed threads (`tracing::observation`) run on, and their events wait in the ring buffer of the
    /// BPF programs. If the ring buffer is full, events are lost, and a `records_lost` record says how many.
    automatic,
};

/// The capacity of a channel, and what the channel does when it is full.
///
/// With `drop` and `overwrite`, the channel never holds more than `depth` records. With `block`, some records are added
/// although the channel is full. Among them are:
///
/// - the first records of a launched session, at most three;
/// - the `thread_started` record of each new or attached thread, and `superseded` records;
/// - if several records are made at one stop, all of them except the first;
/// - records that are made at a stop after interceptors were asked;
/// - `trace_failed` records that are not made at a stop;
/// - records that are made while an attach waits for the end of an execve(2) of a target;
/// - records of io_uring operations that are read when the session ends;
/// - records that are made after the tracer began to close, or more than one second after the session began to end.
///
/// If no consumer reads a shared channel, the channel grows by a few records for each launch. Tracers on several
/// threads may exceed `depth` when they send at the same time. `record_channel::try_send` never exceeds `depth`.
struct channel_options {
    std::size_t depth = 4096;   ///< number of records that the channel holds, at least 1
    overflow when_full = overflow::block;
};

/// The counts of one channel at one moment.
struct channel_counts {
    /// Number of records in the channel now. A `records_lost` record that was not made yet is not counted.
    std::size_t queued = 0;
    std::size_t highest = 0;   ///< largest number of records that were in the channel at one time
    std::uint64_t lost = 0;    ///< number of records that the overflow policy discarded
};

/// A bounded queue of records between tracers and consumers.
///
/// Several sessions may send to one channel (`session_options::into`). Several consumers may receive from one channel.
/// Each record goes to one consumer.
///
/// Thread rule: any thread may call the functions. Several threads may call functions of one handle at the same time,
/// except assignment and destruction. Handlers are called on their associated executor, or on the channel's executor if
/// they have none.
///
/// A record_channel is a handle: copies refer to the same queue. A moved-from handle still refers to its queue. The
/// queue is closed and destroyed with its records when none of these exists any more:
///
/// - a handle, including copies in `session_options::into`;
/// - a `session` that sends to the queue, or a traced thread of such a session;
/// - a receive operation that is about to complete.
///
/// A receive operation that still waits does not keep the queue alive. A channel and its outputs (see `tee`) do not
/// keep each other alive.
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

    /// Waits for the next record. The optional is empty if the channel is closed and holds no record.
    ///
    /// Errors: `asio::error::operation_aborted` after a cancellation, after `cancel`, or if the queue is destroyed. The
    /// channel of a `session` can also give `errc::wrong_thread` or `errc::empty_object`, see `session`.
    /// Completion signature: `void(error_code, std::optional<record>)`.
    /// Cancellation: terminal, partial and total; no record is lost. A record leaves the channel only immediately
    /// before the handler runs.
    template <asio::completion_token_for<void(error_code, std::optional<record>)> Token = asio::deferred_t>
    auto async_receive(Token&& token = {});

    /// Waits until the channel holds a record, then appends all records in the channel to `into`. `into` must live
    /// until the operation completes. The result is the number of appended records, or 0 if the channel is closed and
    /// holds no record.
    ///
    /// Errors: those of `async_receive`.
    /// Completion signature: `void(error_code, std::size_t)`.
    /// Cancellation: terminal, partial and total; no record is lost.
    template <asio::completion_token_for<void(error_code, std::size_t)> Token = asio::deferred_t>
    auto async_read(std::vector<record>& into, Token&& token = {});

    /// Takes the next record out of the channel. Returns an empty optional if the channel holds no record.
    std::optional<record> try_receive();

    /// Adds a record that the caller made, without waiting. Returns whether the record was added. A record is not added
    /// in these cases:
    ///
    /// - The channel is closed.
    /// - The channel or one of its outputs is full and has the policy `overflow::block`. No output gets the record.
    /// - The channel is full and has the policy `overflow::drop`. The record is counted as lost. The outputs get the
    ///   record.
    bool try_send(record fact);

    /// Makes an output: a channel that gets a copy of every record that is sent to this channel from now on. The output
    /// has its own capacity and policy. While an output with `overflow::block` is full, the sessions that send to this
    /// channel wait. The output is closed together with this channel.
    record_channel tee(channel_options options = {}) const;

    /// Closes the channel for new records. Records in the channel can still be received. Threads that wait for room in
    /// the channel run on, and their records are discarded.
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
