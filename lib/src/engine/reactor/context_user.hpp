// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution_context.hpp>

#include <memory>
#include <mutex>
#include <vector>

namespace cotrace::engine {

namespace asio = boost::asio;

/// An object that holds timers or descriptors of an execution context. The context may be destroyed before the object.
class context_user {
public:
    /// Called while the context is being destroyed. Must destroy the object's timers and descriptors of the context.
    virtual void on_context_end() noexcept = 0;

protected:
    ~context_user() = default;
};

/// Notifies users when their context is destroyed. A context shuts down its newest service first, so `enter` must be
/// called after the user has made its first timer and descriptor.
class context_service : public asio::execution_context::service {
public:
    using key_type = context_service;
    static inline asio::execution_context::id id;

    explicit context_service(asio::execution_context& owner)
        : service{owner}
    {
    }

    static void enter(asio::any_io_executor const& executor, std::weak_ptr<context_user> user);

private:
    void shutdown() noexcept override;

    std::mutex guard_;
    std::vector<std::weak_ptr<context_user>> users_;
};

}   // namespace cotrace::engine
