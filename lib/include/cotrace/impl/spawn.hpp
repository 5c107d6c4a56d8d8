// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/session.hpp>
#include <cotrace/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>

#include <exception>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

namespace cotrace::detail {

/// Returns a new cancellation signal for an operation on `executor`. A cancellation that any thread emits to `from` is
/// emitted to this signal on `executor`. `from` and each pending emission keep the signal alive.
std::shared_ptr<asio::cancellation_signal> signal_on(asio::any_io_executor const& executor, asio::cancellation_slot from);

/// Ends an operation that worked on another executor than its handler's. Calls the handler on its associated executor,
/// or on `otherwise` if there is none. Until then, this executor has outstanding work.
template <class Handler>
class completion {
    // An `executor_work_guard` cannot be made for a strand of an any_io_executor (Boost 1.81).
    using tracked_executor =
        std::decay_t<decltype(asio::prefer(std::declval<asio::associated_executor_t<Handler, asio::any_io_executor> const&>(),
                                           asio::execution::outstanding_work.tracked))>;

public:
    /// `slot` is the cancellation slot of the handler, or an empty slot if the operation cannot be cancelled.
    completion(Handler handler, asio::any_io_executor const& otherwise, asio::cancellation_slot slot)
        : home_{asio::prefer(asio::get_associated_executor(handler, otherwise), asio::execution::outstanding_work.tracked)}
        , handler_{std::move(handler)}
        , slot_{slot}
    {
    }

    template <class... Values>
    void operator()(std::tuple<Values...> got)
    {
        asio::post(home_, [handler = std::move(handler_), got = std::move(got), slot = slot_]() mutable {
            if (slot.is_connected())
                slot.clear();
            if constexpr (std::is_same_v<std::tuple<Values...>, std::tuple<error_code, session>>)
                engine::hand_over(std::get<0>(got), std::get<1>(got));
            std::apply(std::move(handler), std::move(got));
        });
    }

private:
    tracked_executor home_;
    Handler handler_;
    asio::cancellation_slot slot_;
};

/// Runs `work` on `executor` as an asynchronous operation with the completion signature `void(Values...)`. Calls the
/// handler on its associated executor, or on `host` if there is none; until then, this executor has outstanding work.
/// Only launches and attaches can be cancelled.
template <class Token, class... Values>
auto run_as_operation(asio::any_io_executor executor, asio::any_io_executor host, task<std::tuple<Values...>> work, Token&& token)
{
    using values = std::tuple<Values...>;
    return asio::async_initiate<Token, void(Values...)>(
        [](auto handler, asio::any_io_executor where, asio::any_io_executor otherwise, task<values> job) {
            constexpr bool makes_session = std::is_same_v<values, std::tuple<error_code, session>>;
            auto slot = makes_session ? asio::get_associated_cancellation_slot(handler) : asio::cancellation_slot{};
            auto const cancel = signal_on(where, slot);
            auto done = [end = completion{std::move(handler), otherwise, slot}, cancel](std::exception_ptr exception,
                                                                                        values got) mutable {
                if (exception)
                    std::rethrow_exception(exception);
                end(std::move(got));
            };
            asio::co_spawn(where, std::move(job), asio::bind_cancellation_slot(cancel->slot(), std::move(done)));
        },
        token, std::move(executor), std::move(host), std::move(work));
}

}   // namespace cotrace::detail
