// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/task.hpp>

#include <boost/asio/async_result.hpp>

#include <utility>

template <class... Signatures>
struct boost::asio::async_result<cotrace::use_tuple_t, Signatures...> {
    // Boost 1.81 uses the member `return_type` if `bind_cancellation_slot` or `bind_executor` wraps the token.
    using return_type = void;

    template <class Initiation, class... Arguments>
    static auto initiate(Initiation&& begin, cotrace::use_tuple_t, Arguments&&... arguments)
    {
        auto token = as_tuple(deferred);
        return async_initiate<decltype(token), Signatures...>(std::forward<Initiation>(begin), token,
                                                              std::forward<Arguments>(arguments)...);
    }
};
