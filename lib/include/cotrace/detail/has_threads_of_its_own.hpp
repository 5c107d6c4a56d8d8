// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/strand.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/thread_pool.hpp>

namespace cotrace {

namespace asio = boost::asio;

namespace detail {

/// Whether the executor belongs to a context with threads of its own: `asio::system_executor`, the executors of
/// `asio::thread_pool`, and strands of these executors.
template <class Executor>
inline constexpr bool has_threads_of_its_own = false;
template <class Allocator, unsigned Bits>
inline constexpr bool has_threads_of_its_own<asio::thread_pool::basic_executor_type<Allocator, Bits>> = true;
template <class Blocking, class Relationship, class Allocator>
inline constexpr bool has_threads_of_its_own<asio::basic_system_executor<Blocking, Relationship, Allocator>> = true;
template <class Inner>
inline constexpr bool has_threads_of_its_own<asio::strand<Inner>> = has_threads_of_its_own<Inner>;

}   // namespace detail

}   // namespace cotrace
