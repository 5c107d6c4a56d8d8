// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/detail/waking_function.hpp>
#include <cotrace/impl/spawn.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/post.hpp>

#include <functional>
#include <mutex>
#include <tuple>
#include <utility>

namespace cotrace {

namespace engine {

/// The executor on which the engine of the session `of` runs its code.
asio::any_io_executor executor_of(std::shared_ptr<session_state> const& of);
task<std::tuple<error_code>> request_detach(std::shared_ptr<session_state> of);
task<std::tuple<error_code>> request_kill(std::shared_ptr<session_state> of);
task<std::tuple<error_code>> request_filter(std::shared_ptr<session_state> of, filter wanted);

// Functions for `session::async_wait`.
/// Calls `woken` after a change of the state of the session, or when a cancellation is emitted to `slot`.
void wait_for_change(session_state& state, asio::cancellation_slot slot, std::function<void()> woken);
bool has_ended(session_state const& state);
thread_exited root_end(session_state const& state);
/// How often `session::cancel` was called.
unsigned cancels_of(session_state const& state);
/// The error with which the session ended early; no error if the session did not end early.
error_code error_of(session_state const& state);
/// Gives the calling thread the sole use of the session until the returned lock is released. If the calling thread is
/// not the tracer's thread, this function ends the work of the tracer, and so the session.
std::unique_lock<std::recursive_mutex> enter(session_state& state);

/// The implementation of `session::async_wait`.
struct wait_operation {
    std::shared_ptr<session_state> state;
    bool started = false;
    unsigned cancels = 0;   ///< how often `session::cancel` had been called when the operation began

    template <class Self>
    void operator()(Self& self)
    {
        if (!state)
            return end_empty(self);
        auto turn = enter(*state);
        if (!std::exchange(started, true)) {
            self.reset_cancellation_state(asio::enable_total_cancellation());
            cancels = cancels_of(*state);
            if (has_ended(*state))
                return asio::post(self.get_executor(), std::move(self));
        } else if (has_ended(*state)) {
            auto const error = error_of(*state);
            auto const end = root_end(*state);
            turn = {};
            return self.complete(error, end);
        } else if (self.cancelled() != asio::cancellation_type::none || cancels != cancels_of(*state)) {
            turn = {};
            return self.complete(asio::error::operation_aborted, {});
        }
        auto& traced = *state;
        auto const slot = asio::get_associated_cancellation_slot(self);
        wait_for_change(traced, slot, detail::waking_function(std::move(self)));
    }

    /// Completes with `errc::empty_object`, because the session is default-constructed or was moved from.
    template <class Self>
    void end_empty(Self& self)
    {
        if (!std::exchange(started, true))
            return asio::post(self.get_executor(), std::move(self));
        self.complete(errc::empty_object, {});
    }
};

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
    return asio::async_compose<Token, void(error_code, thread_exited)>(engine::wait_operation{state_}, token, get_executor());
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
