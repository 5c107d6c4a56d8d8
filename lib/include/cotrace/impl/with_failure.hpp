// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/error.hpp>
#include <cotrace/task.hpp>
#include <cotrace/with_failure.hpp>

#include <boost/asio/async_result.hpp>

#include <utility>

namespace cotrace::detail {

template <class Session, class Initiation, class... Arguments>
task<Session> await_with_failure(Initiation begin, Arguments... arguments)
{
    auto [error, made] = co_await asio::async_initiate<decltype(use_tuple) const, void(error_code, Session)>(
        std::move(begin), use_tuple, std::move(arguments)...);
    if (error)
        throw failed{made.why()};
    co_return std::move(made);
}

}   // namespace cotrace::detail

template <class Session>
struct boost::asio::async_result<cotrace::with_failure_t, void(boost::system::error_code, Session)> {
    template <class Initiation, class... Arguments>
    static cotrace::task<Session> initiate(Initiation&& begin, cotrace::with_failure_t, Arguments&&... arguments)
    {
        return cotrace::detail::await_with_failure<Session>(std::forward<Initiation>(begin),
                                                            std::forward<Arguments>(arguments)...);
    }
};
