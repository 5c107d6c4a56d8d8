// SPDX-License-Identifier: BSL-1.0
#include <cotrace/streams.hpp>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/errc.hpp>
#include <boost/system/system_error.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace cotrace {

namespace detail {

void set_first(std::exception_ptr& first, std::exception_ptr thrown) { first = std::move(thrown); }

void set_first(error_code& first, std::exception_ptr thrown)
{
    try {
        std::rethrow_exception(std::move(thrown));
    } catch (boost::system::system_error const& error) {
        first = error.code();
    } catch (std::bad_alloc const&) {
        first = boost::system::errc::make_error_code(boost::system::errc::not_enough_memory);
    }
}

task<error_code> error_of(task<void> work)
{
    error_code error;
    try {
        co_await std::move(work);
    } catch (...) {
        set_first(error, std::current_exception());
    }
    co_return error;
}

task<void> wait_a_millisecond()
{
    asio::steady_timer pause{co_await asio::this_coro::executor, std::chrono::milliseconds{1}};
    co_await pause.async_wait(asio::deferred);
}

void append_lines(std::vector<record> const& batch, render::json_options const& options, std::string& to)
{
    for (auto const& each : batch)
        render::append_json(each, options, to);
}

}   // namespace detail

std::shared_ptr<record_channel> close_with_last_owner(record_channel channel)
{
    auto const close = [](record_channel* owned) {
        owned->close();
        delete owned;
    };
    return {new record_channel{std::move(channel)}, close};
}

}   // namespace cotrace
