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
// An operation completes after the last record, that is, when `async_read` returns no record. It completes earlier
// after an error, an exception or a cancellation. To read the records of several sessions as one stream, let the
// sessions share a channel (`session_options::into`).
//
// Thread rule: an operation does its work on the associated executor of its handler, such as the executor of the
// coroutine that awaits the operation, or on `from.get_executor()` if the handler has none. The handler is called on
// this executor, too. The executor must be convertible to `asio::any_io_executor`. If several threads run the
// executor's context, the executor must be a strand. `from` and `to` must live until the operation completes.
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
/// A temporary lambda that captures objects with a destructor by value is a compile-time error: store the lambda in a
/// variable first. The reason is an error in GCC 12, which may destroy such a temporary in a `co_await` expression twice.
///
/// Errors: the exceptions of `use`; a `boost::system::system_error` with the error of `from.async_read`. The argument of
/// the handler is a `std::exception_ptr`, as with `asio::co_spawn`, and not an error code, because an error code cannot
/// hold an exception of `use`. With `asio::deferred`, `co_await` throws the exception, and with `asio::use_future`,
/// `future::get` does.
/// Completion signature: `void(std::exception_ptr)`.
/// Cancellation: terminal and partial. A cancellation also cancels the task that `use` has returned. If `use` returns
/// nothing, it is still called for the records that were already read. If `use` returns a task, records that were read
/// and not yet passed to `use` are lost.
template <record_source Source, detail::accepted_record_user Use,
          asio::completion_token_for<void(std::exception_ptr)> Token = asio::deferred_t>
auto async_for_each_record(Source& from, Use&& use, Token&& token = {});
/// Rejects the temporaries that the first overload excludes. The error message shows the name of the parameter.
template <record_source Source, detail::must_be_a_variable Use, class Token = asio::deferred_t>
requires record_user<Use>
void async_for_each_record(Source& from, Use&& store_the_function_object_in_a_variable_before_the_call,
                           Token&& token = {}) = delete;

/// Sends each record to a channel of Asio, such as an `asio::experimental::channel<void(error_code, record)>`. After the
/// last record, the operation waits until all records have been received from the channel. Then it closes the channel, so
/// that no receiver waits for ever, and completes. After an error or a cancellation, it closes the channel at once. The
/// result is the number of records that were sent.
///
/// The operation calls the functions of the channel, among them `close`, on the executor of the handler. So a
/// receiver on another thread needs an `asio::experimental::concurrent_channel`: with a plain `channel`, there is a
/// data race.
///
/// Errors: those of `from.async_read`; those of `to.async_send`, such as
/// `asio::experimental::error::channel_closed` if the receiver has closed the channel;
/// `asio::error::operation_aborted` after a cancellation.
/// Completion signature: `void(error_code, std::size_t)`.
/// Cancellation: terminal and partial. Records that were read and not sent yet are lost.
template <record_source Source, class Channel, asio::completion_token_for<void(error_code, std::size_t)> Token = asio::deferred_t>
auto async_send_records(Source& from, Channel& to, Token&& token = {});

/// Writes each record as a line of JSON (see `render::append_json`) to a stream, such as a socket or an
/// `asio::stream_file`. The records that one `async_read` gives are written together. The result is the number of bytes
/// that were written. Without `options`, the entries of calls are written, too.
///
/// Errors: those of `from.async_read`; those of the stream's write operation.
/// Completion signature: `void(error_code, std::size_t)`.
/// Cancellation: terminal and partial. Records that were read and not written yet are lost, and the last line may be
/// incomplete.
template <record_source Source, class AsyncWriteStream,
          asio::completion_token_for<void(error_code, std::size_t)> Token = asio::deferred_t>
auto async_write_json_lines(Source& from, AsyncWriteStream& to, render::json_options options, Token&& token = {});
template <record_source Source, class AsyncWriteStream,
          asio::completion_token_for<void(error_code, std::size_t)> Token = asio::deferred_t>
auto async_write_json_lines(Source& from, AsyncWriteStream& to, Token&& token = {});

/// Returns a pointer to a handle of `channel`. The channel is closed when the last copy of the pointer is destroyed.
///
/// A channel that several sessions share (`session_options::into`) is not closed when the sessions end. Give a copy of
/// the pointer to each coroutine that launches a session into the channel and waits for the end of the session, and
/// keep no copy elsewhere. Then the channel is closed when the last of these coroutines has ended, also if some of
/// their launches fail. The copies may be destroyed on any thread.
std::shared_ptr<record_channel> close_with_last_owner(record_channel channel);

}   // namespace cotrace

#include <cotrace/impl/streams.hpp>
