// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/session.hpp>
#include <cotrace/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <exception>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

namespace cotrace::detail {

/// Returns a new cancellation signal for an operation that runs on `executor`. `from` is the cancellation slot of the
/// operation's handler. When a cancellation is emitted to `from`, which may happen on another thread, the returned
/// signal is emitted on `executor`. The slot `from` and each pending emission keep the signal alive.
std::shared_ptr<asio::cancellation_signal> signal_on(asio::any_io_executor const& executor, asio::cancellation_slot from);

/// Runs `work` on `executor` as an asynchronous operation with the completion signature
/// `void(Values...)`. The handler is called on its associated executor, or on `host` if it has none.
/// Until the handler is called, the executor of the handler has outstanding work. Only launches and
/// attaches can be cancelled.
template <class Token, class... Values>
auto run_as_operation(asio::any_io_executor executor, asio::any_io_executor host, task<std::tuple<Values...>> work, Token&& token)
{
    using values = std::tuple<Values...>;
    return asio::async_initiate<Token, void(Values...)>(
        [](auto handler, asio::any_io_executor where, asio::any_io_executor otherwise, task<values> job) {
            constexpr bool makes_session = std::is_same_v<values, std::tuple<error_code, session>>;
            auto slot = makes_session ? asio::get_associated_cancellation_slot(handler) : asio::cancellation_slot{};
            auto const cancel = signal_on(where, slot);
            auto home = asio::make_work_guard(handler, otherwise);
            auto done = [handler = std::move(handler), home = std::move(home), slot, cancel](std::exception_ptr exception,
                                                                                             values got) mutable {
                if (exception)
                    std::rethrow_exception(exception);
                asio::post(home.get_executor(), [handler = std::move(handler), got = std::move(got), slot]() mutable {
                    if (slot.is_connected())
                        slot.clear();
                    if constexpr (makes_session)
                        engine::hand_over(std::get<0>(got), std::get<1>(got));
                    std::apply(std::move(handler), std::move(got));
                });
            };
            asio::co_spawn(where, std::move(job), asio::bind_cancellation_slot(cancel->slot(), std::move(done)));
        },
        token, std::move(executor), std::move(host), std::move(work));
}

}   // namespace cotrace::detail
