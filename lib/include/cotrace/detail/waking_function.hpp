// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/dispatch.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/prefer.hpp>

#include <functional>
#include <memory>
#include <utility>

namespace cotrace {

namespace asio = boost::asio;

namespace detail {

/// Returns a function that calls `operation`, a composed operation of Asio, on its executor. While the function exists,
/// the executor has outstanding work. The type is erased so that public headers do not need
/// boost/asio/steady_timer.hpp, which takes long to compile.
template <class Operation>
std::function<void()> waking_function(Operation operation)
{
    auto work = asio::prefer(operation.get_executor(), asio::execution::outstanding_work.tracked);
    // std::function must be able to copy what it holds, and an operation can only be moved.
    auto held = std::make_shared<std::pair<decltype(work), Operation>>(std::move(work), std::move(operation));
    return [held] { asio::dispatch(std::move(held->second)); };
}

}   // namespace detail

}   // namespace cotrace
