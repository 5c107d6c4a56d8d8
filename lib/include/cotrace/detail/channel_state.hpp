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
struct channel_guard;
std::shared_ptr<channel_state> const& state_of(record_channel const& channel) noexcept;

/// A receive operation of a channel, without the type of its handler. The operation waits until the channel has records
/// for it, or is closed. Then the channel posts the operation to the executor of the handler ("wakes" it). There, the
/// operation takes its records and completes.
class receive_operation {
public:
    receive_operation(std::vector<record>* into, std::uint64_t id) noexcept
        : into_{into}
        , id_{id}
    {
    }
    receive_operation(receive_operation const&) = delete;
    receive_operation& operator=(receive_operation const&) = delete;

    /// Posts the operation to the executor of its handler. The caller holds the channel's lock, except in a child that
    /// fork(2) made.
    virtual void post() = 0;
    /// Called each time that the operation begins to wait, with the channel's lock held. Adds the operation to the
    /// `receiver_service` of its handler's execution context, if it is not there yet.
    virtual void enter(std::weak_ptr<channel_state> channel) = 0;
    /// Destroys the operation and its handler without calling the handler.
    virtual void destroy() noexcept = 0;

protected:
    ~receive_operation();
    /// Sets the results when the woken operation runs. Returns false if other consumers took the records. The operation
    /// waits again, and may already run on another thread when this function returns.
    bool finish();

    std::vector<record>* const into_;   ///< destination of a batch; null for an operation that receives one record
    std::uint64_t const id_;            ///< number of the operation, unique in the process

    // The results that the operation completes with.
    error_code error_;
    std::optional<record> received_;
    std::size_t count_ = 0;

private:
    friend channel_state;
    /// Waits until the thread that aborted this operation has left `post`.
    void await_post();

    std::shared_ptr<channel_state> channel_;   ///< the channel, from the wake-up of the operation until it runs; otherwise null
    std::shared_ptr<channel_guard> posted_under_;   ///< the lock that was held during the `post` of an aborted operation
    std::size_t claim_ = 0;                         ///< number of records that the operation was woken to take
    bool is_cancelled_ = false;                     ///< the operation was cancelled after it was woken, so it must not wait again
};

/// Destroys a woken operation that its executor discarded without running it. If the calling thread holds the lock of a
/// channel, the destruction is deferred until the release of this lock.
void discard(receive_operation& operation) noexcept;

/// The waiting receive operations whose handlers run in one execution context. When the context is destroyed,
/// `shutdown` destroys these operations, so that no thread posts to a destroyed context.
class receiver_service : public asio::execution_context::service {
public:
    using key_type = receiver_service;
    static asio::execution_context::id id;

    explicit receiver_service(asio::execution_context& owner)
        : service{owner}
    {
    }

    void enter(std::uint64_t operation, std::weak_ptr<channel_state> channel);
    void leave(std::uint64_t operation);

private:
    void shutdown() noexcept override;

    std::mutex guard_;
    std::vector<std::pair<std::uint64_t, std::weak_ptr<channel_state>>> waiting_;
};

// The following functions are called by the templates in impl/record_channel.hpp.

std::uint64_t next_operation_id() noexcept;
/// Starts `operation`, which completes when the channel has a record for the operation, or when the channel is closed.
void start_receive(std::shared_ptr<channel_state> const& channel, receive_operation& operation);
/// Cancels a waiting operation, which completes with `operation_aborted`. A woken operation is aborted only if the
/// channel has no records for the operation and is open.
void cancel_receive(std::weak_ptr<channel_state> const& channel, std::uint64_t id);

}   // namespace detail

}   // namespace cotrace
