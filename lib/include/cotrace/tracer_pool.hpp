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

/// Tracing threads, each with an event loop and a `tracer`. For programs that trace
/// many targets at once, or have no thread that can run a tracer. A new target goes
/// to the tracing thread that traces the fewest threads.
///
/// Interceptors and `limits::when` run on the tracing thread of their session. They
/// must synchronize access to data that they share with the rest of the program or
/// with another session. While one of them blocks, all targets of that thread wait.
/// Use `co_await` instead of blocking; `asio::co_spawn(elsewhere, …,
/// asio::use_awaitable)` runs a coroutine on another executor.
///
/// The tracing threads have the signal mask of the thread that made the pool. Launched
/// processes inherit this mask.
///
/// Thread rule: any thread may call any member, several threads at the same time.
/// The destructor ends all sessions, each as its options say, delivers the remaining
/// records, and joins the threads. It takes as long as the destructor of a `tracer`.
/// If a tracing thread of the pool calls the destructor, for example in an
/// interceptor, the destructor does not join that thread. Operations in progress
/// complete.
class tracer_pool {
public:
    /// `threads` is the number of tracing threads; 0: as many as the machine has processors. Throws
    /// `boost::system::system_error` as `tracer` does, and if a thread cannot be created.
    explicit tracer_pool(std::size_t threads = 0, waiting how = waiting::automatic);
    /// Operations of a moved-from pool fail with `errc::empty_object`; its size is 0.
    tracer_pool(tracer_pool&&) noexcept = default;
    tracer_pool& operator=(tracer_pool&& other) noexcept;
    ~tracer_pool();

    /// The number of tracing threads.
    std::size_t size() const noexcept;

    /// Starts and traces a command as `tracer::async_launch` does. The descriptors that `what`
    /// redirects must stay open until the operation completes. The handler is called on its
    /// associated executor, see `pooled_session`.
    ///
    /// Completion signature: `void(result<pooled_session, failure>)`.
    /// Cancellation: terminal, partial and total; the child is killed first.
    template <asio::completion_token_for<void(result<pooled_session, failure>)> Token = asio::use_awaitable_t<>>
    auto async_launch(command what, session_options options = {}, Token&& token = {});

    /// Attaches as `tracer::async_attach` does. The handler is called on its associated executor, see `pooled_session`.
    ///
    /// Completion signature: `void(result<pooled_session, failure>)`.
    /// Cancellation: terminal, partial and total; what was attached is detached first.
    template <asio::completion_token_for<void(result<pooled_session, failure>)> Token = asio::use_awaitable_t<>>
    auto async_attach(target_list which, session_options options = {}, Token&& token = {});

private:
    std::shared_ptr<engine::pool> pool_;
};

} // namespace cotrace

#include <cotrace/impl/tracer_pool.hpp>
