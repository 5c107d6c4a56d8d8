// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution_context.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace cotrace {

class record_channel;
namespace asio = boost::asio;

namespace detail {

class channel_state;
std::shared_ptr<channel_state> const& state_of(record_channel const& channel) noexcept;

/// A receive operation that waits in a channel, without the type of its handler.
class receive_operation {
public:
    explicit receive_operation(std::vector<record>* into) noexcept : into_{into} {}
    receive_operation(receive_operation const&) = delete;
    receive_operation& operator=(receive_operation const&) = delete;

    /// Posts the operation to the executor of its handler, where the operation completes
    /// and is destroyed. The caller holds the channel's lock.
    virtual void post() = 0;
    /// Destroys the operation and its handler without calling the handler.
    virtual void abandon() noexcept = 0;

protected:
    ~receive_operation() = default;

    // What the operation completes with.
    error_code error_;
    std::optional<record> received_;
    std::size_t count_ = 0;

private:
    friend channel_state;
    std::vector<record>* into_;   ///< destination of a batch; null for an operation that receives one record
    std::uint64_t id_ = 0;        ///< unique in the process
};

/// The receive operations whose handlers run in one execution context. When the
/// context is destroyed, its service shutdown takes these operations out of their
/// channels, so that no thread posts to a destroyed context.
class receiver_service : public asio::execution_context::service {
public:
    using key_type = receiver_service;
    static asio::execution_context::id id;

    explicit receiver_service(asio::execution_context& owner) : service{owner} {}

    void enter(std::uint64_t operation, std::weak_ptr<channel_state> channel);
    void leave(std::uint64_t operation);

private:
    void shutdown() noexcept override;

    std::mutex guard_;
    std::vector<std::pair<std::uint64_t, std::weak_ptr<channel_state>>> waiting_;
};

// The functions that the templates in impl/record_channel.hpp call.

std::uint64_t next_operation_id() noexcept;
/// Completes `operation` when the channel has a record for it, or was closed.
void start_receive(std::shared_ptr<channel_state> const& channel, receive_operation& operation, std::uint64_t id);
/// Completes the operation with `operation_aborted` if it still waits.
void cancel_receive(std::weak_ptr<channel_state> const& channel, std::uint64_t id);

} // namespace detail

} // namespace cotrace
