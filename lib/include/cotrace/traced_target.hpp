// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/pooled_session.hpp>
#include <cotrace/session.hpp>

#include <concepts>
#include <vector>

namespace cotrace {

/// What `session` and `pooled_session` have in common. Generic code uses this concept, so that it works with both.
template <class T>
concept traced_target = requires(T& target, T const& same, std::vector<record>& batch, filter wanted)
{
    {
        same.root()
        } -> std::same_as<pid>;
    {
        same.why()
        } -> std::same_as<failure>;
    {
        same.get_executor()
        } -> std::convertible_to<asio::any_io_executor>;
    {
        same.channel()
        } -> std::same_as<record_channel>;
    {
        same.stats()
        } -> std::same_as<statistics>;
    {
        same.thread_stats()
        } -> std::same_as<std::vector<thread_statistics>>;
    {
        target.try_next()
        } -> std::same_as<std::optional<record>>;
    {
        target.async_next(asio::use_awaitable)
        } -> std::same_as<task<std::optional<record>>>;
    {
        target.async_read(batch, asio::use_awaitable)
        } -> std::same_as<task<std::size_t>>;
    {
        target.async_wait(asio::use_awaitable)
        } -> std::same_as<task<thread_exited>>;
    {
        target.async_detach(asio::use_awaitable)
        } -> std::same_as<task<void>>;
    {
        target.async_set_filter(wanted, asio::use_awaitable)
        } -> std::same_as<task<void>>;
    {
        target.async_kill(asio::use_awaitable)
        } -> std::same_as<task<void>>;
    target.cancel();
};

}   // namespace cotrace
