// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <mutex>
#include <utility>

namespace cotrace {

namespace engine {

// What the operations below need of a session's state.
enum class awaited : std::uint8_t { records, end };
asio::steady_timer& timer_of(session_state& state, awaited what);
std::optional<record> take(session_state& state);
std::size_t take_all(session_state& state, std::vector<record>& into);
/// A record is there, or none will come.
bool is_readable(session_state const& state);
bool has_ended(session_state const& state);
thread_exited root_end(session_state const& state);
/// With what an operation completes that needs not wait: why the session ended early, once all records are read.
error_code error_of(session_state const& state, awaited what);
/// Keeps other threads from the session meanwhile. On another thread than the tracer's, the session has ended.
std::unique_lock<std::recursive_mutex> enter(session_state& state);

/// Waits until `ready()` is true, then completes with an error code and what `finish(error)` gives.
template <class Ready, class Finish>
struct wait_operation {
    std::shared_ptr<session_state> state;
    awaited what;
    Ready   ready;
    Finish  finish;
    bool    started = false;

    template <class Self>
    void operator()(Self& self, error_code = {})
    {
        if (!state)
            return end_empty(self);
        auto turn = enter(*state);
        if (!std::exchange(started, true)) {
            self.reset_cancellation_state(asio::enable_total_cancellation());
            if (ready(*state))
                return asio::post(timer_of(*state, what).get_executor(), std::move(self));
        } else if (ready(*state)) {
            auto const error = error_of(*state, what);
            auto value = finish(*state);
            turn.unlock();
            return self.complete(error, std::move(value));
        } else if (self.cancelled() != asio::cancellation_type::none) {
            turn.unlock();
            return self.complete(asio::error::operation_aborted, {});
        }
        timer_of(*state, what).async_wait(std::move(self));
    }

    /// The session is default-constructed or was moved from.
    template <class Self>
    void end_empty(Self& self)
    {
        if (!std::exchange(started, true))
            return asio::post(self.get_executor(), std::move(self));
        self.complete(errc::empty_object, {});
    }
};

template <class Ready, class Finish>
wait_operation(std::shared_ptr<session_state>, awaited, Ready, Finish) -> wait_operation<Ready, Finish>;

} // namespace engine

template <asio::completion_token_for<void(error_code, std::optional<record>)> Token>
auto session::async_next(Token&& token)
{
    engine::wait_operation operation{
        state_, engine::awaited::records, [](engine::session_state& from) { return engine::is_readable(from); },
        [](engine::session_state& from) { return engine::take(from); }};
    return asio::async_compose<Token, void(error_code, std::optional<record>)>(std::move(operation), token,
                                                                               get_executor());
}

template <asio::completion_token_for<void(error_code, std::size_t)> Token>
auto session::async_read(std::vector<record>& into, Token&& token)
{
    engine::wait_operation operation{
        state_, engine::awaited::records, [](engine::session_state& from) { return engine::is_readable(from); },
        [&into](engine::session_state& from) { return engine::take_all(from, into); }};
    return asio::async_compose<Token, void(error_code, std::size_t)>(std::move(operation), token, get_executor());
}

template <asio::completion_token_for<void(error_code, thread_exited)> Token>
auto session::async_wait(Token&& token)
{
    engine::wait_operation operation{state_, engine::awaited::end,
                                     [](engine::session_state& of) { return engine::has_ended(of); },
                                     [](engine::session_state& of) { return engine::root_end(of); }};
    return asio::async_compose<Token, void(error_code, thread_exited)>(std::move(operation), token, get_executor());
}

} // namespace cotrace
