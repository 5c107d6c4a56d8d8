// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/command.hpp>
#include <cotrace/pooled_session.hpp>
#include <cotrace/targets.hpp>
#include <cotrace/waiting.hpp>
#include <cotrace/with_failure.hpp>

#include <cstddef>
#include <memory>

namespace cotrace {

namespace engine {
class pool;
}

/// A pool of tracing threads, each of which runs an event loop and a `tracer`. The pool is meant for programs that
/// trace many targets at once, or that have no thread for a tracer. A launch or an attach runs on the tracing thread
/// with the least load. The load is the number of threads that are traced with ptrace. A session without such threads,
/// and a launch or an attach that is under way, count as one thread each.
///
/// Interceptors, `limits::when` and other functions of the host that a tracer calls run on the tracing thread of their
/// session. These functions must synchronize access to data that other threads use. While such a function blocks, all
/// targets of its tracing thread wait. So an interceptor should use `co_await` instead of blocking, for example to run
/// the coroutine `work` on the executor `elsewhere`:
///
///     co_await asio::co_spawn(elsewhere, work(), asio::use_awaitable);
///
/// If `work` is a lambda with captures, it must be a variable, not a temporary.
///
/// The tracing threads have the signal mask of the thread that made the pool. Launched processes inherit this mask,
/// unless `command::signal_mask` is set.
///
/// Thread rule: any thread may call any member function. Several threads may call member functions of a pool at the
/// same time, except assignment and destruction.
///
/// The destructor ends all sessions as their `session_options::at_end` says, delivers the remaining records, and joins
/// the tracing threads. The destructor may block for as long as the destructor of a `tracer`. All operations in
/// progress complete. If a tracing thread of the pool calls the destructor, the destructor does not join that thread.
class tracer_pool {
public:
    /// Starts `threads` tracing threads. 0 stands for `std::thread::hardware_concurrency()`, but at least one thread.
    /// Throws what the constructor of `tracer` throws, and `std::system_error` if a thread cannot be created.
    explicit tracer_pool(std::size_t threads = 0, waiting how = waiting::automatic);
    /// The size of a moved-from pool is 0, and its operations fail with `errc::empty_object`.
    tracer_pool(tracer_pool&&) noexcept = default;
    tracer_pool& operator=(tracer_pool&& other) noexcept;
    ~tracer_pool();

    /// The number of tracing threads.
    std::size_t size() const noexcept;

    /// Starts and traces a command as `tracer::async_launch` does. The descriptors in `command::redirects` must stay
    /// open until the operation completes. A handler without an associated executor is called on
    /// `asio::system_executor`.
    ///
    /// Errors: those of `tracer::async_launch`; `asio::error::operation_aborted` or `errc::tracer_closed` if the pool
    /// is destroyed before the launch has completed. After an error, the session is empty, and `pooled_session::why`
    /// names the step that failed. With the default token, the launch throws a `failed`.
    /// Completion signature: `void(error_code, pooled_session)`.
    /// Cancellation: terminal, partial and total; the operation completes after the child was killed and reaped.
    template <asio::completion_token_for<void(error_code, pooled_session)> Token = with_failure_t>
    auto async_launch(command what, session_options options, Token&& token = {});
    template <asio::completion_token_for<void(error_code, pooled_session)> Token = with_failure_t>
    auto async_launch(command what, Token&& token = {});

    /// Attaches to running processes and traces them as `tracer::async_attach` does. A handler without an associated
    /// executor is called on `asio::system_executor`.
    ///
    /// Errors: those of `tracer::async_attach`; `asio::error::operation_aborted` or `errc::tracer_closed` if the pool
    /// is destroyed before the attach has completed. After an error, the session is empty, and `pooled_session::why`
    /// names the step that failed. With the default token, the attach throws a `failed`.
    /// Completion signature: `void(error_code, pooled_session)`.
    /// Cancellation: terminal, partial and total; the operation completes after the processes that were attached have
    /// been detached.
    template <asio::completion_token_for<void(error_code, pooled_session)> Token = with_failure_t>
    auto async_attach(target_list which, session_options options, Token&& token = {});
    template <asio::completion_token_for<void(error_code, pooled_session)> Token = with_failure_t>
    auto async_attach(target_list which, Token&& token = {});

private:
    std::shared_ptr<engine::pool> pool_;
};

}   // namespace cotrace

#include <cotrace/impl/tracer_pool.hpp>
