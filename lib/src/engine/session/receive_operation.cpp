// SPDX-License-Identifier: BSL-1.0
//
// How a receive operation begins and ends, and what happens to it when the execution context of its handler is
// destroyed.
#include "engine/session/channel_state.hpp"

#include <atomic>
#include <mutex>
#include <utility>

namespace cotrace::detail {

std::uint64_t next_operation_id() noexcept
{
    static std::atomic<std::uint64_t> last = 0;
    return ++last;
}

receive_operation::~receive_operation()
{
    await_post();
    if (auto const channel = std::exchange(channel_, nullptr))
        channel->give_up(*this);
}

// Waits until the thread that aborted the operation has left `post`. Otherwise, the completion could destroy the
// execution context during `post`.
void receive_operation::await_post()
{
    if (auto const guard = std::exchange(posted_under_, nullptr); guard && guard->made_here)
        std::lock_guard const lock{guard->mutex};
}

bool receive_operation::finish()
{
    await_post();
    auto const channel = std::exchange(channel_, nullptr);
    return channel == nullptr || channel->complete(*this);
}

void start_receive(std::shared_ptr<channel_state> const& channel, receive_operation& operation) { channel->start(operation); }

void cancel_receive(std::weak_ptr<channel_state> const& channel, std::uint64_t id)
{
    if (auto const alive = channel.lock())
        alive->cancel(id);
}

asio::execution_context::id receiver_service::id;

void receiver_service::enter(std::uint64_t operation, std::weak_ptr<channel_state> channel)
{
    std::lock_guard const lock{guard_};
    waiting_.emplace_back(operation, std::move(channel));
}

void receiver_service::leave(std::uint64_t operation)
{
    std::lock_guard const lock{guard_};
    std::erase_if(waiting_, [operation](auto const& each) { return each.first == operation; });
}

void receiver_service::shutdown() noexcept
{
    auto const all = [this] {
        std::lock_guard const lock{guard_};
        return std::exchange(waiting_, {});
    }();
    for (auto const& [operation, channel] : all)
        if (auto const alive = channel.lock())
            alive->abandon(operation);
}

}   // namespace cotrace::detail
