// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/command.hpp>
#include <cotrace/pooled_session.hpp>
#include <cotrace/targets.hpp>
#include <cotrace/waiting.hpp>

#include <cstddef>
#include <memory>

namespace cotrace {

namespace engine {
class pool;
}

/// Threads of its own that trace, each with a loop and a `tracer`, for programs
/// that trace much at once or have no thread that could be a tracer's. New
/// targets go to the thread that traces the fewest threads.
///
/// Interceptors and `limits::when` run on the tracing thread of their session:
/// what they share with the rest of the program, or with another session, is
/// for them to guard, and while one of them blocks, all targets of that thread
/// wait. `co_await` something instead; `asio::co_spawn(elsewhere, …,
/// asio::use_awaitable)` asks another executor.
///
/// The threads have the signal mask of the one that made the pool, which is what
/// the launched inherit.
///
/// Thread rule: every member may be called from any thread, several at the same
/// time. The destructor ends all sessions, each as its options say, hands over
/// the records that remain, and joins the threads; it takes as long as that of
/// a `tracer`. Called by a tracing thread of the pool, as by an interceptor, it
/// does not wait for that one. Operations under way complete.
class tracer_pool {
public:
    /// `threads` are 0 for as many as the machine has processors. Throws
    /// `boost::system::system_error` as `tracer` does, and where no thread can be had.
    explicit tracer_pool(std::size_t threads = 0, waiting how = waiting::automatic);
    /// Operations of a pool that was moved from fail with `errc::empty_object`; its size is 0.
    tracer_pool(tracer_pool&&) noexcept = default;
    tracer_pool& operator=(tracer_pool&& other) noexcept;
    ~tracer_pool();

    /// How many threads trace.
    std::size_t size() const noexcept;

    /// As `tracer::async_launch`. What `what` redirects from must stay open until it completes.
    /// Completes on the handler's associated executor, see `pooled_session`.
    ///
    /// Completion signature: `void(result<pooled_session, failure>)`.
    /// Cancellation: terminal, partial and total; the child is killed first.
    template <asio::completion_token_for<void(result<pooled_session, failure>)> Token = asio::use_awaitable_t<>>
    auto async_launch(command what, session_options options = {}, Token&& token = {});

    /// As `tracer::async_attach`; otherwise as `async_launch`. What was attached is let go at a cancellation.
    template <asio::completion_token_for<void(result<pooled_session, failure>)> Token = asio::use_awaitable_t<>>
    auto async_attach(target_list which, session_options options = {}, Token&& token = {});

private:
    std::shared_ptr<engine::pool> pool_;
};

} // namespace cotrace

#include <cotrace/impl/tracer_pool.hpp>
