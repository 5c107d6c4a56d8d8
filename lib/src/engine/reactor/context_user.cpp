// SPDX-License-Identifier: BSL-1.0
#include "engine/reactor/context_user.hpp"

#include <utility>

namespace cotrace::engine {

void context_service::enter(asio::any_io_executor const& executor, std::weak_ptr<context_user> user)
{
    auto& all = asio::use_service<context_service>(asio::query(executor, asio::execution::context));
    std::lock_guard const held{all.guard_};
    std::erase_if(all.users_, [](auto const& each) { return each.expired(); });
    all.users_.push_back(std::move(user));
}

void context_service::shutdown() noexcept
{
    auto const users = [this] {
        std::lock_guard const held{guard_};
        return std::exchange(users_, {});
    }();
    for (auto const& each : users)
        if (auto const user = each.lock())
            user->on_context_end();
}

}   // namespace cotrace::engine
