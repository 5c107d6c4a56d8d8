// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/impl/cross_thread_operation.hpp>

#include <memory>
#include <optional>
#include <tuple>
#include <utility>

namespace cotrace {

namespace engine {

/// A launch or an attach that a tracing thread carries out for a caller on any thread.
struct pending_session;
std::shared_ptr<pending_session> plan_launch(std::shared_ptr<pool> by, command what, session_options options);
std::shared_ptr<pending_session> plan_attach(std::shared_ptr<pool> by, target_list which, session_options options);

/// The template argument `Step` of `cross_thread_operation` for a launch or an attach.
struct await_session {
    std::shared_ptr<pending_session> asked;

    using values = std::tuple<error_code, pooled_session>;
    std::shared_ptr<change_notifier> where() const;
    void begin();
    bool ready() const;
    values take();
    std::optional<values> give_up();
};

}   // namespace engine

template <asio::completion_token_for<void(error_code, pooled_session)> Token>
auto tracer_pool::async_launch(command what, Token&& token)
{
    return async_launch(std::move(what), session_options{}, std::forward<Token>(token));
}

template <asio::completion_token_for<void(error_code, pooled_session)> Token>
auto tracer_pool::async_launch(command what, session_options options, Token&& token)
{
    return asio::async_compose<Token, void(error_code, pooled_session)>(
        engine::cross_thread_operation{engine::await_session{engine::plan_launch(pool_, std::move(what), std::move(options))}},
        token);
}

template <asio::completion_token_for<void(error_code, pooled_session)> Token>
auto tracer_pool::async_attach(target_list which, Token&& token)
{
    return async_attach(std::move(which), session_options{}, std::forward<Token>(token));
}

template <asio::completion_token_for<void(error_code, pooled_session)> Token>
auto tracer_pool::async_attach(target_list which, session_options options, Token&& token)
{
    return asio::async_compose<Token, void(error_code, pooled_session)>(
        engine::cross_thread_operation{engine::await_session{engine::plan_attach(pool_, std::move(which), std::move(options))}},
        token);
}

}   // namespace cotrace
