// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace cotrace {

namespace asio = boost::asio;

/// The coroutine type of the public interface.
template <class T>
using task = asio::awaitable<T>;

/// A completion token for `co_await` that does not throw: the result is a tuple whose first element is the error. Like
/// `asio::as_tuple(asio::deferred)`, but also usable in an `asio::awaitable` with any executor type.
struct use_tuple_t {};
inline constexpr use_tuple_t use_tuple{};

}   // namespace cotrace

#include <cotrace/impl/task.hpp>
