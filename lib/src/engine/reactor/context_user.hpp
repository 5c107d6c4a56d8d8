// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution_context.hpp>

#include <memory>
#include <mutex>
#include <vector>

namespace cotrace::engine {

namespace asio = boost::asio;

/// An object with timers or descriptors of an execution context that may be destroyed before the object.
class context_user {
public:
    /// The context is being destroyed: timers and descriptors must be destroyed now.
    virtual void on_context_end() noexcept = 0;

protected:
    ~context_user() = default;
};

/// Notifies the users of a context that the context is being destroyed. A context shuts its
/// services down in the reverse order of their creation, so a user registers after it
/// made its first timer and its first descriptor: their services still work then.
class context_service : public asio::execution_context::service {
public:
    using key_type = context_service;
    static inline asio::execution_context::id id;

    explicit context_service(asio::execution_context& owner) : service{owner} {}

    static void enter(asio::any_io_executor const& executor, std::weak_ptr<context_user> user);

private:
    void shutdown() noexcept override;

    std::mutex guard_;
    std::vector<std::weak_ptr<context_user>> users_;
};

} // namespace cotrace::engine
