// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/session.hpp>

#include <boost/asio/async_result.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace cotrace {

namespace engine {
class pooled_state;
}

/// A session whose tracer runs on a thread of a `tracer_pool`.
///
/// Thread rule: any thread may call any member, several threads at the same time.
/// Handlers are called on their associated executor, such as that of a coroutine, and
/// never on the tracing thread; a handler without an associated executor is called on
/// `asio::system_executor`. The context of an executor may be destroyed while operations
/// wait whose handlers it runs. These operations are destroyed without a call of their
/// handlers. No operation may be started on a destroyed context.
///
/// A pooled session outlives its pool; the records that are queued when the pool is
/// destroyed can still be read. Destroying a pooled session ends the session as
/// `session_options::at_end` says, without waiting for the end.
class pooled_session {
public:
    /// A session without a target, as a moved-from session is: operations fail with
    /// `errc::empty_object`; `root` is `pid{}`; there are no records, and all counts are 0.
    pooled_session() noexcept = default;
    explicit pooled_session(std::shared_ptr<engine::pooled_state> state) noexcept;
    pooled_session(pooled_session&&) noexcept = default;
    pooled_session& operator=(pooled_session&& other) noexcept;
    ~pooled_session();

    /// The process that was launched, or the first that was attached.
    pid root() const noexcept;

    /// The channel that the session sends its records to; see `session::channel`.
    record_channel channel() const;

    /// Waits for the next record. The optional is empty when the session has ended and
    /// all its records were received.
    ///
    /// Completion signature: `void(error_code, std::optional<record>)`.
    /// Cancellation: terminal, partial and total; no record is lost.
    template <asio::completion_token_for<void(error_code, std::optional<record>)> Token
                  = asio::use_awaitable_t<>>
    auto async_next(Token&& token = {});

    /// Waits for a record, then appends all queued records to `into`, which must live
    /// until the operation completes. Gives their number; 0 when the session has ended
    /// and all its records were received.
    ///
    /// Completion signature: `void(error_code, std::size_t)`.
    /// Cancellation: terminal, partial and total; no record is lost.
    template <asio::completion_token_for<void(error_code, std::size_t)> Token = asio::use_awaitable_t<>>
    auto async_read(std::vector<record>& into, Token&& token = {});

    /// The next record if one is queued.
    std::optional<record> try_next();

    /// Waits until the last traced thread has ended or was detached, and gives how the
    /// root process ended. Read the records meanwhile; see `session::async_wait`.
    ///
    /// Completion signature: `void(error_code, thread_exited)`.
    /// Cancellation: terminal, partial and total; the session goes on.
    template <asio::completion_token_for<void(error_code, thread_exited)> Token = asio::use_awaitable_t<>>
    auto async_wait(Token&& token = {});

    /// Detaches all subjects, as `session::detach` does, and gives the result.
    ///
    /// Completion signature: `void(result<void>)`.
    /// Cancellation: terminal, partial and total. The request is carried out in any case;
    /// the result is `asio::error::operation_aborted`.
    template <asio::completion_token_for<void(result<void>)> Token = asio::use_awaitable_t<>>
    auto async_detach(Token&& token = {});

    /// Replaces the filter, as `session::set_filter` does. The former filter may still
    /// apply to calls that were made before the operation completes.
    ///
    /// Completion signature: `void(result<void>)`.
    /// Cancellation: as for `async_detach`.
    template <asio::completion_token_for<void(result<void>)> Token = asio::use_awaitable_t<>>
    auto async_set_filter(filter wanted, Token&& token = {});

    /// Kills all processes of the session, as `session::kill` does.
    ///
    /// Completion signature: `void(result<void>)`.
    /// Cancellation: as for `async_detach`.
    template <asio::completion_token_for<void(result<void>)> Token = asio::use_awaitable_t<>>
    auto async_kill(Token&& token = {});

    /// The counts of the session and of its threads; see `session::stats` and `session::thread_stats`.
    statistics stats() const noexcept;
    std::vector<thread_statistics> thread_stats() const;

private:
    std::shared_ptr<engine::pooled_state> state_;
};

} // namespace cotrace

#include <cotrace/impl/pooled_session.hpp>
