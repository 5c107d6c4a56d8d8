// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/detail/function_argument.hpp>
#include <cotrace/record_channel.hpp>
#include <cotrace/render/json.hpp>
#include <cotrace/task.hpp>

#include <concepts>
#include <cstddef>
#include <exception>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

// Asynchronous operations that read all records of a session, a pooled session or a channel, and pass the records on.
// An operation completes after the last record, that is, when `async_read` returns no record. To read the records of
// several sessions as one stream, let the sessions share a channel (`session_options::into`).
//
// Thread rule: an operation does its work, and calls its handler, on the associated executor of the handler. If the
// handler has none, the operation uses `from.get_executor()`. The executor must be convertible to
// `asio::any_io_executor`. If several threads run the executor's context, the executor must be a strand. `from` and
// `to` must live until the operation completes.
namespace cotrace {

/// A source that records can be read from: a `session`, a `pooled_session` or a `record_channel`.
template <class T>
concept record_source = requires(T& from, std::vector<record>& into)
{
    requires std::same_as<decltype(from.async_read(into, asio::use_awaitable)), task<std::size_t>>;
    requires std::convertible_to<decltype(from.get_executor()), asio::any_io_executor>;
};

/// The result types that are allowed for a function that is called with each record.
template <class T>
concept record_use = std::is_void_v<T> || std::same_as<T, task<void>>;

/// A function that can be called with each record: `use(record&)` returns nothing or a `task<void>`.
template <class T>
concept record_user = std::invocable<T&, record&> && record_use<std::invoke_result_t<T&, record&>>;

namespace detail {

/// A function that may be passed to `async_for_each_record`.
template <class T>
concept accepted_record_user = record_user<std::decay_t<T>> && !must_be_a_variable<T>;

}   // namespace detail

/// Calls `use(record&)` for each record, in order. If `use` returns a `task<void>`, the task is awaited before the next
/// record is used. The operation calls a copy of `use`; to have your own object called, pass `std::ref(use)`.
///
/// A lambda that captures objects with a destructor by value must be a variable: a temporary lambda of this kind does
/// not compile. GCC 12 may destroy such a temporary twice in a `co_await` expression.
///
/// Errors: the exceptions of `use`; a `boost::system::system_error` with the error of `from.async_read`. The handler
/// gets a `std::exception_ptr`, as with `asio::co_spawn`. With `asio::deferred`, `co_await` throws the exception.
/// Completion signature: `void(std::exception_ptr)`.
/// Cancellation: terminal and partial. A cancellation also cancels the task that `use` has returned. If `use` returns a
/// task, records that were read and not yet passed to `use` are lost. Otherwise `use` is still called for these
/// records.
template <record_source Source, detail::accepted_record_user Use,
          asio::completion_token_for<void(std::exception_ptr)> Token = asio::deferred_t>
auto async_for_each_record(Source& from, Use&& use, Token&& token = {});
/// Rejects the temporaries that the first overload excludes. The error message shows the name of the parameter.
template <record_source Source, detail::must_be_a_variable Use, class Token = asio::deferred_t>
requires record_user<Use>
void async_for_each_record(Source& from, Use&& store_the_function_object_in_a_variable_before_the_call,
                           Token&& token = {}) = delete;

/// Sends each record to a channel of Asio, such as an `asio::experimental::channel<void(error_code, record)>`. After
/// the last record, the operation waits until all records have been received, and closes the channel. After an error or
/// a cancellation, the operation closes the channel at once. The result is the number of records that were sent.
///
/// The operation calls the functions of the channel on the executor of the handler. So a receiver on another thread
/// needs an `asio::experimental::concurrent_channel`.
///
/// Errors: those of `from.async_read`; those of `to.async_send`, such as `asio::experimental::error::channel_closed`;
/// `asio::error::operation_aborted` after a cancellation.
/// Completion signature: `void(error_code, std::size_t)`.
/// Cancellation: terminal and partial. Records that were read and not yet sent are lost.
template <record_source Source, class Channel, asio::completion_token_for<void(error_code, std::size_t)> Token = asio::deferred_t>
auto async_send_records(Source& from, Channel& to, Token&& token = {});

/// Writes each record as a line of JSON (see `render::append_json`) to a stream, such as a socket or an
/// `asio::stream_file`. The result is the number of bytes that were written. Without `options`, the entries of calls
/// are written, too.
///
/// Errors: those of `from.async_read`; those of the stream's write operation.
/// Completion signature: `void(error_code, std::size_t)`.
/// Cancellation: terminal and partial. Records that were read and not yet written are lost. The last line may be
/// incomplete.
template <record_source Source, class AsyncWriteStream,
          asio::completion_token_for<void(error_code, std::size_t)> Token = asio::deferred_t>
auto async_write_json_lines(Source& from, AsyncWriteStream& to, render::json_options options, Token&& token = {});
template <record_source Source, class AsyncWriteStream,
          asio::completion_token_for<void(error_code, std::size_t)> Token = asio::deferred_t>
auto async_write_json_lines(Source& from, AsyncWriteStream& to, Token&& token = {});

/// Returns a pointer to a handle of `channel`. The channel is closed when the last copy of the pointer is destroyed.
/// The copies may be destroyed on any thread.
///
/// Use the pointer for a channel that several sessions share (`session_options::into`), because the end of a session
/// does not close such a channel. Give a copy to each coroutine that launches a session and waits for the end of the
/// session. Keep no other copy.
std::shared_ptr<record_channel> close_with_last_owner(record_channel channel);

}   // namespace cotrace

#include <cotrace/impl/streams.hpp>
