// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <utility>

namespace cotrace {

namespace engine {

// What `session::async_wait` needs of a session's state.
asio::steady_timer& end_timer_of(session_state& state);
bool has_ended(session_state const& state);
thread_exited root_end(session_state const& state);

/// Waits until a session has ended.
struct wait_operation {
    std::shared_ptr<session_state> state;
    bool started = false;

    template <class Self>
    void operator()(Self& self, error_code = {})
    {
        if (!std::exchange(started, true)) {
            self.reset_cancellation_state(asio::enable_total_cancellation());
            if (has_ended(*state))
                return asio::post(end_timer_of(*state).get_executor(), std::move(self));
        } else if (has_ended(*state)) {
            return self.complete({}, root_end(*state));
        } else if (self.cancelled() != asio::cancellation_type::none) {
            return self.complete(asio::error::operation_aborted, {});
        }
        end_timer_of(*state).async_wait(std::move(self));
    }
};

} // namespace engine

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
    return asio::async_compose<Token, void(error_code, thread_exited)>(engine::wait_operation{state_}, token,
                                                                       get_executor());
}

} // namespace cotrace
