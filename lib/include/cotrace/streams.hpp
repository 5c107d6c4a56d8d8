// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/detail/function_argument.hpp>
#include <cotrace/detail/use_each.hpp>
#include <cotrace/record_channel.hpp>
#include <cotrace/render/json.hpp>
#include <cotrace/task.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

#include <concepts>
#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

// Functions that read all records of a session, a pooled session or a channel, and pass them on. Each of these
// functions completes when there will be no further record, that is, when `async_read` gives no record. To read the
// records of several sessions as one stream, let the sessions share a channel (`session_options::into`).
namespace cotrace {

/// A source that records can be read from: a `session`, a `pooled_session` or a `record_channel`.
template <class T>
concept record_source = requires(T& from, std::vector<record>& into)
{
    {
        from.async_read(into, asio::use_awaitable)
        } -> std::same_as<task<std::size_t>>;
};

/// Calls `use(record&)` for each record, in order. `use` returns nothing, or a `task<void>`, which is awaited before the
/// next record is used; a function that returns anything else is a compile-time error. Returns the number of records.
///
/// A lambda that captures objects with a destructor by value must be a variable, which must live until the operation
/// completes. The reason is an error in GCC 12, which may call the destructor of such a temporary in a `co_await`
/// expression twice.
///
/// Errors: throws what `use` and `from.async_read` throw.
/// Cancellation: that of `from.async_read`. Records that were read and not used yet are lost.
template <record_source Source, class Use>
requires detail::record_user<Use&> &&(!detail::must_be_a_variable<Use>)task<std::size_t> for_each_record(Source& from, Use&& use)
{
    if constexpr (std::is_lvalue_reference_v<Use>)
        return detail::use_each(from, detail::function_reference<std::remove_reference_t<Use>>{&use});
    else
        return detail::use_each(from, std::move(use));
}
/// Rejects the temporaries that the first overload excludes. The error message shows the name of the parameter.
template <record_source Source, detail::must_be_a_variable Use>
requires detail::record_user<Use&> task<std::size_t>
for_each_record(Source& from, Use&& store_the_function_object_in_a_variable_before_the_call)
= delete;

/// Sends each record to a channel of Asio, such as an `asio::experimental::channel<void(error_code, record)>`. This
/// function closes the channel when there is no further record, and before it throws, so that no receiver waits for
/// ever. Returns the number of records that were sent. If a send fails, for example because the receiver has closed the
/// channel, this function returns early and does not close the channel.
///
/// The functions of the channel, among them `close`, are called on the executor of the calling coroutine. So a receiver
/// on another thread needs an `asio::experimental::concurrent_channel`: with a plain `channel`, there is a data race.
///
/// Errors: throws what `from.async_read` throws; `asio::error::operation_aborted` after a cancellation. Cancellation: that
/// of `from.async_read` and of `to.async_send`. Records that were read and not sent are lost.
template <record_source Source, class Channel>
task<std::size_t> send_records(Source& from, Channel& to)
{
    std::size_t count = 0;
    std::vector<record> batch;
    try {
        while (co_await from.async_read(batch) != 0) {
            for (auto& each : batch) {
                auto const [error] = co_await to.async_send(error_code{}, std::move(each), use_tuple);
                auto const cancellation = co_await asio::this_coro::cancellation_state;
                if (error && cancellation.cancelled() != asio::cancellation_type::none)   // instead of channel_cancelled
                    throw boost::system::system_error{asio::error::operation_aborted};
                if (error)
                    co_return count;
                ++count;
            }
            batch.clear();
        }
    } catch (...) {
        to.close();
        throw;
    }
    to.close();
    co_return count;
}

/// Writes each record as a line of JSON (see `render::append_json`) to a stream, such as a socket or an
/// `asio::stream_file`. The records that one `async_read` gives are written together. Returns the number of bytes that
/// were written.
///
/// Errors: throws a `boost::system::system_error` if the stream fails; throws what `from.async_read` throws.
/// Cancellation: that of `from.async_read` and of the stream's write operation.
template <record_source Source, class AsyncWriteStream>
task<std::size_t> write_json_lines(Source& from, AsyncWriteStream& to, render::json_options options = {.entries = true})
{
    std::size_t count = 0;
    std::vector<record> batch;
    std::string text;
    while (co_await from.async_read(batch) != 0) {
        for (auto const& each : batch)
            render::append_json(each, options, text);
        batch.clear();
        if (!text.empty())
            count += co_await asio::async_write(to, asio::buffer(text), asio::use_awaitable);
        text.clear();
    }
    co_return count;
}

/// Returns a pointer to a handle of `channel`. The channel is closed when the last copy of the pointer is destroyed.
///
/// A channel that several sessions share (`session_options::into`) is not closed when the sessions end. Give a copy of
/// the pointer to each coroutine that launches a session into the channel and waits for the end of the session, and
/// keep no copy elsewhere. Then the channel is closed when the last of these coroutines has ended, also if some of
/// their launches fail. The copies may be destroyed on any thread.
inline std::shared_ptr<record_channel> close_with_last_owner(record_channel channel)
{
    auto const close = [](record_channel* owned) {
        owned->close();
        delete owned;
    };
    return {new record_channel{std::move(channel)}, close};
}

}   // namespace cotrace
