// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/impl/cross_thread_operation.hpp>

#include <memory>
#include <optional>
#include <tuple>
#include <utility>

namespace cotrace {

namespace engine {

// `await_end` and `await_answer` are template arguments of `cross_thread_operation` (`Step`), for the operations of a pooled
// session.

struct await_end {
    std::shared_ptr<pooled_state> state;   ///< the session whose end is awaited; null for an empty session
    unsigned cancels = 0;                  ///< how often `pooled_session::cancel` had been called when the operation began

    using values = std::tuple<error_code, thread_exited>;
    std::shared_ptr<change_notifier> where() const;
    void begin();
    bool ready() const;
    values take();
    std::optional<values> give_up();
};

/// A request to a session, made on any thread. The tracing thread of the session carries it out.
struct request;
std::shared_ptr<request> plan_detach(std::shared_ptr<pooled_state> of);
std::shared_ptr<request> plan_filter(std::shared_ptr<pooled_state> of, filter wanted);
std::shared_ptr<request> plan_kill(std::shared_ptr<pooled_state> of);

struct await_answer {
    std::shared_ptr<request> asked;

    using values = std::tuple<error_code>;
    std::shared_ptr<change_notifier> where() const;
    void begin();
    bool ready() const;
    values take();
    std::optional<values> give_up();
};

}   // namespace engine

template <asio::completion_token_for<void(error_code, std::optional<record>)> Token>
auto pooled_session::async_next(Token&& token)
{
    return detail::async_receive_on(asio::system_executor{}, channel(), std::forward<Token>(token));
}

template <asio::completion_token_for<void(error_code, std::size_t)> Token>
auto pooled_session::async_read(std::vector<record>& into, Token&& token)
{
    return detail::async_read_on(asio::system_executor{}, channel(), into, std::forward<Token>(token));
}

template <asio::completion_token_for<void(error_code, thread_exited)> Token>
auto pooled_session::async_wait(Token&& token)
{
    return asio::async_compose<Token, void(error_code, thread_exited)>(engine::cross_thread_operation{engine::await_end{state_}},
                                                                       token);
}

template <asio::completion_token_for<void(error_code)> Token>
auto pooled_session::async_detach(Token&& token)
{
    auto asked = engine::plan_detach(state_);
    return asio::async_compose<Token, void(error_code)>(engine::cross_thread_operation{engine::await_answer{std::move(asked)}},
                                                        token);
}

template <asio::completion_token_for<void(error_code)> Token>
auto pooled_session::async_set_filter(filter wanted, Token&& token)
{
    auto asked = engine::plan_filter(state_, std::move(wanted));
    return asio::async_compose<Token, void(error_code)>(engine::cross_thread_operation{engine::await_answer{std::move(asked)}},
                                                        token);
}

template <asio::completion_token_for<void(error_code)> Token>
auto pooled_session::async_kill(Token&& token)
{
    auto asked = engine::plan_kill(state_);
    return asio::async_compose<Token, void(error_code)>(engine::cross_thread_operation{engine::await_answer{std::move(asked)}},
                                                        token);
}

}   // namespace cotrace
