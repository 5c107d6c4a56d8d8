// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/impl/spawn.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>

#include <functional>
#include <memory>
#include <tuple>
#include <utility>

namespace cotrace {

namespace engine {

/// The executor on which the engine of the session `of` runs its code.
asio::any_io_executor executor_of(std::shared_ptr<session_state> const& of);
task<std::tuple<error_code>> request_detach(std::shared_ptr<session_state> of);
task<std::tuple<error_code>> request_kill(std::shared_ptr<session_state> of);
task<std::tuple<error_code>> request_filter(std::shared_ptr<session_state> of, filter wanted);

/// Calls `done` when the session has ended, or after a cancellation that is emitted to `slot` on the session's
/// executor. Must be called on the tracer's thread; on another thread, the call ends the work of the tracer.
void wait_for_end(std::shared_ptr<session_state> of, asio::cancellation_slot slot,
                  std::function<void(error_code, thread_exited)> done);

}   // namespace engine

template <asio::completion_token_for<void(error_code, std::optional<record>)> Token>
auto session::async_next(Token&& token)
{
    return channel().async_receive(std::forward<Token>(token));
}

template <asio::completion_token_for<void(error_code, std::size_t)> Token>
auto session::async_read(std::vector<record>& into, Token&& token)
{
    return channel().async_read(into, std::forward<Token>(token));
}

template <asio::completion_token_for<void(error_code, thread_exited)> Token>
auto session::async_wait(Token&& token)
{
    return asio::async_initiate<Token, void(error_code, thread_exited)>(
        [](auto handler, std::shared_ptr<engine::session_state> state, asio::any_io_executor otherwise) {
            auto const slot = asio::get_associated_cancellation_slot(handler);
            auto const cancel = detail::signal_on(engine::executor_of(state), slot);
            // std::function needs a copyable target, but a handler may be move-only. So a shared_ptr holds the handler.
            auto const end = std::make_shared<detail::completion<decltype(handler)>>(std::move(handler), otherwise, slot);
            engine::wait_for_end(std::move(state), cancel->slot(), [end, cancel](error_code error, thread_exited how) {
                (*end)(std::tuple{error, how});
            });
        },
        token, state_, get_executor());
}

template <asio::completion_token_for<void(error_code)> Token>
auto session::async_detach(Token&& token)
{
    return detail::run_as_operation(engine::executor_of(state_), get_executor(), engine::request_detach(state_),
                                    std::forward<Token>(token));
}

template <asio::completion_token_for<void(error_code)> Token>
auto session::async_set_filter(filter wanted, Token&& token)
{
    return detail::run_as_operation(engine::executor_of(state_), get_executor(),
                                    engine::request_filter(state_, std::move(wanted)), std::forward<Token>(token));
}

template <asio::completion_token_for<void(error_code)> Token>
auto session::async_kill(Token&& token)
{
    return detail::run_as_operation(engine::executor_of(state_), get_executor(), engine::request_kill(state_),
                                    std::forward<Token>(token));
}

}   // namespace cotrace
