// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/session.hpp>
#include <cotrace/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace cotrace::detail {

// Runs `work`, and wraps its result in an optional. If a coroutine throws, asio::co_spawn default-constructs the value
// that the coroutine would have returned, but a `result` has no default constructor.
template <class T>
task<std::optional<T>> as_optional(task<T> work)
{
    co_return std::optional<T>{co_await std::move(work)};
}

/// Runs `work` on `executor` as an asynchronous operation with the completion signature
/// `void(T)`. The handler is called on its associated executor, or on `host` if it has none.
/// The executor on which the handler will be called has outstanding work until then.
template <class T, class Token>
auto run_as_operation(asio::any_io_executor executor, asio::any_io_executor host, task<T> work, Token&& token)
{
    return asio::async_initiate<Token, void(T)>(
        [](auto handler, asio::any_io_executor where, asio::any_io_executor otherwise, task<T> job) {
            auto const slot = asio::get_associated_cancellation_slot(handler);
            auto home = asio::make_work_guard(handler, otherwise);
            auto done = [handler = std::move(handler), home = std::move(home)](std::exception_ptr exception,
                                                                               std::optional<T> got) mutable {
                if (exception)
                    std::rethrow_exception(exception);
                asio::post(home.get_executor(), [handler = std::move(handler), got = std::move(got)]() mutable {
                    if constexpr (std::is_same_v<T, result<session, failure>>)
                        engine::hand_over(*got);
                    std::move(handler)(std::move(*got));
                });
            };
            asio::co_spawn(where, as_optional(std::move(job)), asio::bind_cancellation_slot(slot, std::move(done)));
        },
        token, std::move(executor), std::move(host), std::move(work));
}

}   // namespace cotrace::detail
