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
    drop,        ///< the new record is discarded and counted; a `records_lost` record follows
    overwrite,   ///< the oldest record is discarded and counted: a flight recorder, which holds the newest records
};

/// The capacity of a channel, and what it does when it is full.
struct channel_options {
    std::size_t depth = 4096;             ///< number of records that the channel holds, at least 1
    overflow when_full = overflow::block;
};

/// Counts of one channel, at one moment.
struct channel_counts {
    std::size_t   queued  = 0;   ///< records in the channel now
    std::size_t   highest = 0;   ///< the most records that were in the channel at any time
    std::uint64_t lost    = 0;   ///< records that the overflow policy discarded
};

/// A bounded queue of records between tracers and consumers.
///
/// Any number of sessions may send to one channel (`session_options::into`), and
/// any number of consumers may wait for its records; each record goes to one of
/// them. `tee` makes further channels, each of which gets a copy of every record.
/// A session that is given no channel has one of its own.
///
/// Thread rule: every function may be called from any thread at any time. A
/// record_channel is a handle: copies refer to the same queue. Handlers run on
/// their associated executor, and on the channel's executor if they have none.
///
/// Asio's own concurrent_channel is not used here: it moves one record for each
/// completion, and has neither a policy for a full queue nor several outputs.
class record_channel {
public:
    using executor_type = asio::any_io_executor;

    explicit record_channel(executor_type executor, channel_options options = {});

    executor_type get_executor() const noexcept;

    /// Waits for the next record. The optional is empty when the channel was
    /// closed and every record in it was received.
    ///
    /// Completion signature: `void(error_code, std::optional<record>)`.
    /// Cancellation: terminal, partial and total; no record is lost.
    template <asio::completion_token_for<void(error_code, std::optional<record>)> Token = asio::use_awaitable_t<>>
    auto async_receive(Token&& token = {});

    /// Waits until the channel holds a record, then appends all its records to
    /// `into`, which must live until the operation completes. Gives their number;
    /// 0 when the channel was closed and every record in it was received.
    ///
    /// Completion signature: `void(error_code, std::size_t)`.
    /// Cancellation: terminal, partial and total; no record is lost.
    template <asio::completion_token_for<void(error_code, std::size_t)> Token = asio::use_awaitable_t<>>
    auto async_read(std::vector<record>& into, Token&& token = {});

    /// The next record if the channel holds one.
    std::optional<record> try_receive();

    /// Sends a record of the caller. Returns false if the channel is closed, or if it
    /// is full and its policy is `overflow::block`.
    bool try_send(record fact);

    /// Makes a channel that gets a copy of every record sent to this channel from now
    /// on. The new channel has its own capacity and policy. If its policy is
    /// `overflow::block`, the senders of this channel also wait while the new channel
    /// is full. Closing this channel closes the new one.
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
