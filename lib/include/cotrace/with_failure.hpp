// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/error.hpp>
#include <cotrace/task.hpp>

#include <boost/asio/async_result.hpp>

#include <type_traits>
#include <utility>

namespace cotrace {

/// The default completion token of launches and attaches. It works like `asio::use_awaitable`, except that a launch or
/// attach that fails throws a `failed`. `failed::why` gives the step that failed, such as PTRACE_SEIZE, the thread that
/// this step concerned, and, if the process had a tracer already, the id of that tracer.
struct with_failure_t {};
inline constexpr with_failure_t with_failure{};

namespace detail {

template <class Session, class Initiation, class... Arguments>
task<Session> await_with_failure(Initiation begin, Arguments... arguments)
{
    auto [error, made] = co_await asio::async_initiate<decltype(use_tuple) const, void(error_code, Session)>(
        std::move(begin), use_tuple, std::move(arguments)...);
    if (error)
        throw failed{made.why()};
    co_return std::move(made);
}

}   // namespace detail

}   // namespace cotrace

/// \cond
template <class Session>
struct boost::asio::async_result<cotrace::with_failure_t, void(boost::system::error_code, Session)> {
    template <class Initiation, class... Arguments>
    static cotrace::task<Session> initiate(Initiation&& begin, cotrace::with_failure_t, Arguments&&... arguments)
    {
        return cotrace::detail::await_with_failure<Session>(std::forward<Initiation>(begin),
                                                            std::forward<Arguments>(arguments)...);
    }
};
/// \endcond
