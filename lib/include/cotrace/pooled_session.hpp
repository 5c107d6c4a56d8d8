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

/// A session that a thread of a `tracer_pool` traces.
///
/// Thread rule: any thread may call any member function. Several threads may call member
/// functions of one session at the same time, except assignment and destruction.
///
/// Handlers are called on their associated executor, such as the executor of a coroutine,
/// and never on the tracing thread. A handler without an associated executor is called on
/// `asio::system_executor`. The execution context of handlers may be destroyed while their
/// operations wait. These operations are then destroyed without a call of their handlers.
/// No operation may be started on a destroyed context.
///
/// A pooled session remains valid after its pool was destroyed: the records that were queued
/// at that time can still be read. The destructor of a pooled session ends the session:
/// `session_options::at_end` says whether the subjects are killed or detached. The
/// destructor does not wait for the end.
class pooled_session {
public:
    using executor_type = asio::any_io_executor;

    /// Makes an empty session, which has no target. A moved-from session is empty, too. Operations of an
    /// empty session fail with `errc::empty_object`. `root` is `pid{}`, there are no records, and all counts are 0.
    pooled_session() noexcept = default;
    explicit pooled_session(std::shared_ptr<engine::pooled_state> state) noexcept;
    /// Makes the empty session with which a failed launch or attach completes.
    explicit pooled_session(failure why);
    pooled_session(pooled_session&&) noexcept = default;
    pooled_session& operator=(pooled_session&& other) noexcept;
    ~pooled_session();

    /// The root process: the process that was launched, or the first process that was attached.
    pid root() const noexcept;

    /// Says why the launch or attach that gave this session failed. After a launch or attach that succeeded, the
    /// `failure` contains no error.
    failure why() const;

    /// Returns `asio::system_executor`, on which handlers without an associated executor are called.
    executor_type get_executor() const noexcept;

    /// The channel that the session sends its records to; see `session::channel`.
    record_channel channel() const;

    /// Waits for the next record of the session's channel. The optional is empty when the
    /// channel is closed and every record was read; the session's own channel is closed when
    /// the session has ended.
    ///
    /// Errors: `asio::error::operation_aborted` after a cancellation; `errc::empty_object`.
    /// Completion signature: `void(error_code, std::optional<record>)`.
    /// Cancellation: terminal, partial and total; no record is lost.
    template <asio::completion_token_for<void(error_code, std::optional<record>)> Token = asio::deferred_t>
    auto async_next(Token&& token = {});

    /// Waits until the session's channel holds a record, then appends all records in the channel to
    /// `into`, which must live until the operation completes. The result is the number of
    /// appended records; it is 0 when the channel is closed and every record was read.
    ///
    /// Errors: `asio::error::operation_aborted` after a cancellation; `errc::empty_object`.
    /// Completion signature: `void(error_code, std::size_t)`.
    /// Cancellation: terminal, partial and total; no record is lost.
    template <asio::completion_token_for<void(error_code, std::size_t)> Token = asio::deferred_t>
    auto async_read(std::vector<record>& into, Token&& token = {});

    /// Takes the next record from the session's channel. Returns an empty optional if the channel
    /// holds no record.
    std::optional<record> try_next();

    /// Waits until the session has ended: until the last traced thread has ended or was detached,
    /// and no further process can join (`targets::also_later`). The result says how the root
    /// process ended. Read the records during this wait, or switch them off with
    /// `session_options::records`: with `overflow::block`, a full channel keeps the subjects
    /// stopped, and the wait does not end.
    ///
    /// Errors: `asio::error::operation_aborted` after a cancellation; `errc::empty_object`.
    /// Completion signature: `void(error_code, thread_exited)`.
    /// Cancellation: terminal, partial and total; the session goes on.
    template <asio::completion_token_for<void(error_code, thread_exited)> Token = asio::deferred_t>
    auto async_wait(Token&& token = {});

    /// Detaches all subjects, as `session::detach` does. The operation completes when the
    /// tracing thread has begun to detach them; use `async_wait` to wait until all subjects
    /// were detached.
    ///
    /// Errors: those of `session::detach`, except `errc::wrong_thread`.
    /// Completion signature: `void(error_code)`.
    /// Cancellation: terminal, partial and total. A cancelled request is still carried out,
    /// but the result is `asio::error::operation_aborted`.
    template <asio::completion_token_for<void(error_code)> Token = asio::deferred_t>
    auto async_detach(Token&& token = {});

    /// Replaces the filter, as `session::set_filter` does. Until the operation completes,
    /// the former filter may still apply to calls that the subjects make.
    ///
    /// Errors: those of `session::set_filter`, except `errc::wrong_thread`.
    /// Completion signature: `void(error_code)`.
    /// Cancellation: terminal, partial and total. A cancelled request is still carried out,
    /// but the result is `asio::error::operation_aborted`.
    template <asio::completion_token_for<void(error_code)> Token = asio::deferred_t>
    auto async_set_filter(filter wanted, Token&& token = {});

    /// Sends SIGKILL to every process of the session, as `session::kill` does. Use
    /// `async_wait` to wait until all processes have ended.
    ///
    /// Errors: those of `session::kill`, except `errc::wrong_thread`.
    /// Completion signature: `void(error_code)`.
    /// Cancellation: terminal, partial and total. A cancelled request is still carried out,
    /// but the result is `asio::error::operation_aborted`.
    template <asio::completion_token_for<void(error_code)> Token = asio::deferred_t>
    auto async_kill(Token&& token = {});

    /// Completes the waiting operations of `async_next`, `async_read` and `async_wait` with
    /// `asio::error::operation_aborted`. If several sessions send to the session's channel, this includes the reads of
    /// all these sessions.
    void cancel();

    /// `stats` returns the counts of the session. `thread_stats` returns the counts of each thread that is traced with
    /// ptrace now. See `session::stats` and `session::thread_stats`.
    statistics stats() const noexcept;
    std::vector<thread_statistics> thread_stats() const;

private:
    std::shared_ptr<engine::pooled_state> state_;
    std::shared_ptr<failure const> why_;   ///< why the launch or attach failed; null if there was no failure
};

}   // namespace cotrace

#include <cotrace/impl/pooled_session.hpp>
