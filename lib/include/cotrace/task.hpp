// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace cotrace {

namespace asio = boost::asio;

/// The only coroutine type of cotrace.
template <class T>
using task = asio::awaitable<T>;

/// The completion token that the library uses internally. An operation that is awaited with this token gives a tuple
/// whose first element is the error, and does not throw.
inline constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);

}   // namespace cotrace
