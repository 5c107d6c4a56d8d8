// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace cotrace::detail {

// co_spawn default-constructs the value it did not get, which a result cannot be.
template <class T>
task<std::optional<T>> held(task<T> work)
{
    co_return std::optional<T>{co_await std::move(work)};
}

/// Runs `work` on `executor` as an asynchronous operation of signature `void(T)`,
/// which completes on the handler's associated executor, by default `host`.
template <class T, class Token>
auto run_as_operation(asio::any_io_executor executor, asio::any_io_executor host, task<T> work, Token&& token)
{
    return asio::async_initiate<Token, void(T)>(
        [](auto handler, asio::any_io_executor where, asio::any_io_executor otherwise, task<T> job) {
            auto const slot = asio::get_associated_cancellation_slot(handler);
            auto const home = asio::get_associated_executor(handler, otherwise);
            auto done = [handler = std::move(handler), home](std::exception_ptr broken, std::optional<T> got) mutable {
                if (broken)
                    std::rethrow_exception(broken);
                asio::post(home, [handler = std::move(handler), got = std::move(got)]() mutable {
                    std::move(handler)(std::move(*got));
                });
            };
            asio::co_spawn(where, held(std::move(job)), asio::bind_cancellation_slot(slot, std::move(done)));
        },
        token, std::move(executor), std::move(host), std::move(work));
}

} // namespace cotrace::detail
