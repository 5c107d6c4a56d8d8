// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <optional>
#include <utility>

namespace cotrace::engine {

/// A condition variable for coroutines of one thread, made of a timer that never expires. Test the condition after each
/// wait.
class condition {
public:
    explicit condition(asio::any_io_executor const& executor)
        : never_{std::in_place, executor, asio::steady_timer::time_point::max()}
    {
    }

    /// Waits for `notify_all`. Completion signature: `void(error_code)`. The error code has no meaning.
    template <class Token>
    auto async_wait(Token&& token)
    {
        return never_->async_wait(std::forward<Token>(token));
    }

    void notify_all()
    {
        if (never_)
            never_->cancel();
    }

    /// Ends all waits. After this call, no operation may begin to wait, and the executor's context may be destroyed.
    void close() { never_.reset(); }

private:
    std::optional<asio::steady_timer> never_;
};

}   // namespace cotrace::engine
