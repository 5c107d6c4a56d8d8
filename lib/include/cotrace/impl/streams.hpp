// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/session.hpp>
#include <cotrace/streams.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

#include <string>
#include <tuple>

namespace cotrace {

namespace detail {

/// Sets `first` to the exception, or to the error code of the exception.
void set_first(std::exception_ptr& first, std::exception_ptr thrown);
void set_first(error_code& first, std::exception_ptr thrown);

/// Runs `work` as an asynchronous operation with the completion signature `void(Values...)`. The coroutine and the
/// handler run on the associated executor of the handler, or on `otherwise` if there is none. An exception of the
/// coroutine, or its error code, becomes the first value.
template <class Token, class... Values>
auto run_on_handlers_executor(asio::any_io_executor otherwise, task<std::tuple<Values...>> work, Token&& token)
{
    using values = std::tuple<Values...>;
    return asio::async_initiate<Token, void(Values...)>(
        [](auto handler, asio::any_io_executor const& host, task<values> job) {
            asio::any_io_executor const where = asio::get_associated_executor(handler, host);
            auto slot = asio::get_associated_cancellation_slot(handler);
            auto const cancel = signal_on(where, slot);
            auto done = [handler = std::move(handler), slot, cancel](std::exception_ptr thrown, values got) mutable {
                if (slot.is_connected())
                    slot.clear();
                if (thrown)
                    set_first(std::get<0>(got), std::move(thrown));
                std::apply(std::move(handler), std::move(got));
            };
            asio::co_spawn(where, std::move(job), asio::bind_cancellation_slot(cancel->slot(), std::move(done)));
        },
        token, std::move(otherwise), std::move(work));
}

template <class Source, class Use>
task<std::tuple<std::exception_ptr>> use_each(Source& from, Use use)
{
    co_await asio::this_coro::reset_cancellation_state(asio::enable_partial_cancellation());
    std::vector<record> batch;
    while (co_await from.async_read(batch) != 0) {
        for (auto& each : batch)
            if constexpr (std::is_void_v<std::invoke_result_t<Use&, record&>>)
                use(each);
            else
                co_await use(each);
        batch.clear();
    }
    co_return std::tuple<std::exception_ptr>{};
}

/// Awaits `work`. If `work` throws an exception, returns its error code (see `set_first`); otherwise returns no error.
task<error_code> error_of(task<void> work);

task<void> wait_a_millisecond();

/// Waits until no record is left in the buffer of `to`. With Boost 1.81, `close` drops the records in the buffer.
template <class Channel>
task<void> wait_until_received(Channel& to)
{
    while (to.is_open() && to.ready())
        co_await wait_a_millisecond();
}

/// Sends the records of `from` to `to`, counts them, and waits until they are received. Does not close `to`.
template <class Source, class Channel>
task<void> send_each(Source& from, Channel& to, std::size_t& count)
{
    std::vector<record> batch;
    while (co_await from.async_read(batch) != 0) {
        for (auto& each : batch) {
            co_await to.async_send(error_code{}, std::move(each), asio::deferred);
            ++count;
        }
        batch.clear();
    }
    co_await wait_until_received(to);
}

template <class Source, class Channel>
task<std::tuple<error_code, std::size_t>> send_and_close(Source& from, Channel& to)
{
    co_await asio::this_coro::reset_cancellation_state(asio::enable_partial_cancellation());
    std::size_t count = 0;
    error_code error;
    try {
        error = co_await error_of(send_each(from, to, count));
    } catch (...) {
        to.close();
        throw;
    }
    auto const cancellation = co_await asio::this_coro::cancellation_state;
    if (error && cancellation.cancelled() != asio::cancellation_type::none)   // a cancelled `async_send` gives channel_cancelled
        error = asio::error::operation_aborted;
    to.close();
    co_return std::tuple{error, count};
}

/// Calls `render::append_json` for each record of `batch`.
void append_lines(std::vector<record> const& batch, render::json_options const& options, std::string& to);

/// Writes the records of `from` to `to`, and counts the bytes.
template <class Source, class AsyncWriteStream>
task<void> write_each(Source& from, AsyncWriteStream& to, render::json_options options, std::size_t& count)
{
    std::vector<record> batch;
    std::string text;
    while (co_await from.async_read(batch) != 0) {
        append_lines(batch, options, text);
        batch.clear();
        if (text.empty())
            continue;
        auto const [error, written] = co_await asio::async_write(to, asio::const_buffer{text.data(), text.size()}, use_tuple);
        count += written;
        if (error)
            throw boost::system::system_error{error};
        text.clear();
    }
}

template <class Source, class AsyncWriteStream>
task<std::tuple<error_code, std::size_t>> write_lines(Source& from, AsyncWriteStream& to, render::json_options options)
{
    co_await asio::this_coro::reset_cancellation_state(asio::enable_partial_cancellation());
    std::size_t count = 0;
    auto const error = co_await error_of(write_each(from, to, options, count));
    co_return std::tuple{error, count};
}

}   // namespace detail

template <record_source Source, detail::accepted_record_user Use, asio::completion_token_for<void(std::exception_ptr)> Token>
auto async_for_each_record(Source& from, Use&& use, Token&& token)
{
    return detail::run_on_handlers_executor(from.get_executor(),
                                            detail::use_each<Source, std::decay_t<Use>>(from, std::forward<Use>(use)),
                                            std::forward<Token>(token));
}

template <record_source Source, class Channel, asio::completion_token_for<void(error_code, std::size_t)> Token>
auto async_send_records(Source& from, Channel& to, Token&& token)
{
    return detail::run_on_handlers_executor(from.get_executor(), detail::send_and_close(from, to), std::forward<Token>(token));
}

template <record_source Source, class AsyncWriteStream, asio::completion_token_for<void(error_code, std::size_t)> Token>
auto async_write_json_lines(Source& from, AsyncWriteStream& to, render::json_options options, Token&& token)
{
    return detail::run_on_handlers_executor(from.get_executor(), detail::write_lines(from, to, options),
                                            std::forward<Token>(token));
}

template <record_source Source, class AsyncWriteStream, asio::completion_token_for<void(error_code, std::size_t)> Token>
auto async_write_json_lines(Source& from, AsyncWriteStream& to, Token&& token)
{
    return async_write_json_lines(from, to, render::json_options{.entries = true}, std::forward<Token>(token));
}

}   // namespace cotrace
