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
/// Thread rule: any thread may call any member function. Several threads may call member functions of one session at
/// the same time, except assignment and destruction.
///
/// Handlers are called on their associated executor, or on `asio::system_executor` if they have none. If the execution
/// context of a handler is destroyed, its waiting operation is destroyed without a call of the handler. No operation
/// may be started on a destroyed context.
///
/// After the pool was destroyed, the queued records can still be read. The destructor of a pooled session ends the
/// session; `session_options::at_end` says whether the subjects are killed or detached. The destructor does not wait
/// for the end.
class pooled_session {
public:
    using executor_type = asio::any_io_executor;

    /// Makes an empty session, which has no target. A moved-from session is empty, too. Operations of an empty session
    /// fail with `errc::empty_object`. `root` is `pid{}`, there are no records, and all counts are 0.
    pooled_session() noexcept = default;
    explicit pooled_session(std::shared_ptr<engine::pooled_state> state) noexcept;
    /// Makes the empty session with which a failed launch or attach completes.
    explicit pooled_session(failure why);
    pooled_session(pooled_session&&) noexcept = default;
    pooled_session& operator=(pooled_session&& other) noexcept;
    ~pooled_session();

    /// The root process: the process that was launched, or the first process that was attached.
    pid root() const noexcept;

    /// Says why the launch or attach that gave this session failed. After a success, the `failure` contains no error.
    failure why() const;

    /// Returns `asio::system_executor`, on which handlers without an associated executor are called.
    executor_type get_executor() const noexcept;

    /// The channel that the session sends its records to; see `session::channel`.
    record_channel channel() const;

    /// Waits for the next record of the session's channel. The optional is empty when the channel is closed and every
    /// record was read. The session's own channel is closed when the session has ended.
    ///
    /// Errors: `asio::error::operation_aborted` after a cancellation; `errc::empty_object`.
    /// Completion signature: `void(error_code, std::optional<record>)`.
    /// Cancellation: terminal, partial and total; no record is lost.
    template <asio::completion_token_for<void(error_code, std::optional<record>)> Token = asio::deferred_t>
    auto async_next(Token&& token = {});

    /// Waits until the session's channel holds a record. Appends all records in the channel to `into`, which must live
    /// until the operation completes. The result is the number of appended records, or 0 when the channel is closed and
    /// every record was read.
    ///
    /// Errors: `asio::error::operation_aborted` after a cancellation; `errc::empty_object`.
    /// Completion signature: `void(error_code, std::size_t)`.
    /// Cancellation: terminal, partial and total; no record is lost.
    template <asio::completion_token_for<void(error_code, std::size_t)> Token = asio::deferred_t>
    auto async_read(std::vector<record>& into, Token&& token = {});

    /// Takes the next record from the session's channel; empty if the channel holds no record.
    std::optional<record> try_next();

    /// Waits until the last traced thread has ended or was detached, and no further process can join
    /// (`targets::also_later`). The result says how the root process ended.
    ///
    /// Read the records during this wait, or set `session_options::records` to false. With `overflow::block`, a full
    /// channel keeps the subjects stopped, and the wait does not end.
    ///
    /// Errors: `asio::error::operation_aborted` after a cancellation; `errc::empty_object`.
    /// Completion signature: `void(error_code, thread_exited)`.
    /// Cancellation: terminal, partial and total; the session goes on.
    template <asio::completion_token_for<void(error_code, thread_exited)> Token = asio::deferred_t>
    auto async_wait(Token&& token = {});

    /// Detaches all subjects, as `session::detach` does. The operation completes when the tracing thread has begun to
    /// detach the subjects; `async_wait` waits for the end.
    ///
    /// Errors: those of `session::detach`, except `errc::wrong_thread`.
    /// Completion signature: `void(error_code)`.
    /// Cancellation: terminal, partial and total. A cancelled request is still carried out, but the result is
    /// `asio::error::operation_aborted`.
    template <asio::completion_token_for<void(error_code)> Token = asio::deferred_t>
    auto async_detach(Token&& token = {});

    /// Replaces the filter, as `session::set_filter` does. The former filter may apply to calls until the operation
    /// completes.
    ///
    /// Errors: those of `session::set_filter`, except `errc::wrong_thread`.
    /// Completion signature: `void(error_code)`.
    /// Cancellation: terminal, partial and total. A cancelled request is still carried out, but the result is
    /// `asio::error::operation_aborted`.
    template <asio::completion_token_for<void(error_code)> Token = asio::deferred_t>
    auto async_set_filter(filter wanted, Token&& token = {});

    /// Sends SIGKILL to every process of the session, as `session::kill` does. `async_wait` waits for the ends of the
    /// processes.
    ///
    /// Errors: those of `session::kill`, except `errc::wrong_thread`.
    /// Completion signature: `void(error_code)`.
    /// Cancellation: terminal, partial and total. A cancelled request is still carried out, but the result is
    /// `asio::error::operation_aborted`.
    template <asio::completion_token_for<void(error_code)> Token = asio::deferred_t>
    auto async_kill(Token&& token = {});

    /// Completes the waiting operations of `async_next`, `async_read` and `async_wait` with
    /// `asio::error::operation_aborted`. If several sessions send to the channel, the reads of all these sessions are
    /// included.
    void cancel();

    /// The counts of the session (`stats`), and of each thread that is traced with ptrace now (`thread_stats`). See
    /// `session::stats` and `session::thread_stats`.
    statistics stats() const noexcept;
    std::vector<thread_statistics> thread_stats() const;

private:
    std::shared_ptr<engine::pooled_state> state_;
    std::shared_ptr<failure const> why_;   ///< why the launch or attach failed; null if there was no failure
};

}   // namespace cotrace

#include <cotrace/impl/pooled_session.hpp>
