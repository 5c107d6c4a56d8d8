// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace cotrace {

namespace asio = boost::asio;

/// The one coroutine type of cotrace.
template <class T>
using task = asio::awaitable<T>;

/// The completion token that the library uses internally: no exceptions, the error comes first.
inline constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);

} // namespace cotrace
