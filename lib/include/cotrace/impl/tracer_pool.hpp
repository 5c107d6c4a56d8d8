// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/impl/crossing.hpp>

#include <optional>
#include <tuple>
#include <utility>

namespace cotrace {

namespace engine {

/// A launch or an attach that a tracing thread carries out for a caller on any thread.
struct opening;
std::shared_ptr<opening> plan_launch(std::shared_ptr<pool> by, command what, session_options options);
std::shared_ptr<opening> plan_attach(std::shared_ptr<pool> by, target_list which, session_options options);
void send(std::shared_ptr<opening> const& what);

// The caller holds the mutex of the operation, except for `bell_of`.
std::shared_ptr<bell> bell_of(std::shared_ptr<opening> const& asked);
bool is_open(opening const& asked);
result<pooled_session, failure> take_session(opening& asked);
void cancel(std::shared_ptr<opening> const& asked);

struct await_session {
    std::shared_ptr<opening> asked;

    using values = std::tuple<result<pooled_session, failure>>;
    std::shared_ptr<bell> where() const { return bell_of(asked); }
    void begin() { send(asked); }
    bool ready() const { return is_open(*asked); }
    values take() { return {take_session(*asked)}; }
    std::optional<values> give_up()
    {
        cancel(asked);
        return std::nullopt;   // the tracing thread completes the operation when it has undone it
    }
};

} // namespace engine

template <asio::completion_token_for<void(result<pooled_session, failure>)> Token>
auto tracer_pool::async_launch(command what, session_options options, Token&& token)
{
    return asio::async_compose<Token, void(result<pooled_session, failure>)>(
        engine::crossing{engine::await_session{engine::plan_launch(pool_, std::move(what), std::move(options))}}, token);
}

template <asio::completion_token_for<void(result<pooled_session, failure>)> Token>
auto tracer_pool::async_attach(target_list which, session_options options, Token&& token)
{
    return asio::async_compose<Token, void(result<pooled_session, failure>)>(
        engine::crossing{engine::await_session{engine::plan_attach(pool_, std::move(which), std::move(options))}}, token);
}

} // namespace cotrace
