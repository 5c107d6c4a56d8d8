// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/impl/cross_thread_operation.hpp>

#include <boost/asio/error.hpp>

#include <functional>
#include <tuple>
#include <utility>

namespace cotrace {

namespace engine {

// Functions for the operations of a pooled session. The caller of `has_ended` and `root_end` holds the mutex of
// `state`. `notifier_of` is called without the mutex, and with a null `state` for an empty session.
std::shared_ptr<change_notifier> notifier_of(std::shared_ptr<pooled_state> const& state);
bool has_ended(pooled_state const& state);
thread_exited root_end(pooled_state const& state);
/// How often `pooled_session::cancel` was called.
unsigned cancels_of(pooled_state const& state);

struct await_end {
    std::shared_ptr<pooled_state> state;
    unsigned cancels = 0;   ///< how often `pooled_session::cancel` had been called when the operation began

    using values = std::tuple<error_code, thread_exited>;
    std::shared_ptr<change_notifier> where() const { return notifier_of(state); }
    void begin()
    {
        if (state)
            cancels = cancels_of(*state);
    }
    bool ready() const { return !state || has_ended(*state) || cancels != cancels_of(*state); }
    values take()
    {
        if (!state)
            return {errc::empty_object, thread_exited{}};
        if (!has_ended(*state))
            return {asio::error::operation_aborted, thread_exited{}};
        return {error_code{}, root_end(*state)};
    }
    std::optional<values> give_up() { return values{asio::error::operation_aborted, thread_exited{}}; }
};

/// A request to a session, made on any thread. The tracing thread of the session carries out `work`, and stores the
/// result in `answer`.
struct request : change_notifier {
    request(std::shared_ptr<pooled_state> state, std::function<result<void>(session&)> what)
        : to{std::move(state)}
        , work{std::move(what)}
    {
    }

    std::shared_ptr<pooled_state> to;
    std::function<result<void>(session&)> work;
    std::optional<error_code> answer;
};

void send(std::shared_ptr<request> const& what);

struct await_answer {
    std::shared_ptr<request> asked;

    using values = std::tuple<error_code>;
    std::shared_ptr<change_notifier> where() const { return asked; }
    void begin() { send(asked); }
    bool ready() const { return asked->answer.has_value(); }
    values take() { return {*asked->answer}; }
    std::optional<values> give_up() { return values{asio::error::operation_aborted}; }
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
    auto asked = std::make_shared<engine::request>(state_, [](session& of) { return of.detach(); });
    return asio::async_compose<Token, void(error_code)>(engine::cross_thread_operation{engine::await_answer{std::move(asked)}},
                                                        token);
}

template <asio::completion_token_for<void(error_code)> Token>
auto pooled_session::async_set_filter(filter wanted, Token&& token)
{
    auto asked =
        std::make_shared<engine::request>(state_, [wanted = std::move(wanted)](session& of) { return of.set_filter(wanted); });
    return asio::async_compose<Token, void(error_code)>(engine::cross_thread_operation{engine::await_answer{std::move(asked)}},
                                                        token);
}

template <asio::completion_token_for<void(error_code)> Token>
auto pooled_session::async_kill(Token&& token)
{
    auto asked = std::make_shared<engine::request>(state_, [](session& of) { return of.kill(); });
    return asio::async_compose<Token, void(error_code)>(engine::cross_thread_operation{engine::await_answer{std::move(asked)}},
                                                        token);
}

}   // namespace cotrace
