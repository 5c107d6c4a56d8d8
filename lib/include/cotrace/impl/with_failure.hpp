// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/error.hpp>
#include <cotrace/task.hpp>
#include <cotrace/with_failure.hpp>

#include <boost/asio/async_result.hpp>

#include <tuple>
#include <utility>

namespace cotrace::detail {

/// A launch or an attach that has not begun. `Deferred` is the operation that the token `use_tuple` makes.
template <class Deferred>
class failure_operation : public Deferred {
public:
    explicit failure_operation(Deferred operation)
        : Deferred{std::move(operation)}
    {
    }
};

/// Awaits a launch or an attach with Asio's awaiter. Throws a `failed` if the launch or attach fails.
template <class Awaiter>
class failure_awaiter {
public:
    explicit failure_awaiter(Awaiter inner)
        : inner_{std::move(inner)}
    {
    }
    bool await_ready() const noexcept { return inner_.await_ready(); }
    template <class Handle>
    auto await_suspend(Handle awaiting)
    {
        return inner_.await_suspend(awaiting);
    }
    auto await_resume()
    {
        auto [error, made] = inner_.await_resume();
        if (error)
            throw failed{made.why()};
        return std::move(made);
    }

private:
    Awaiter inner_;
};

/// Makes the awaiter for a `failure_operation` from Asio's awaiter. Argument-dependent lookup finds this operator
/// through the template argument `failure_operation`.
template <template <class, class, class> class Awaiter, class Signature, class Deferred, class Executor>
auto operator co_await(Awaiter<Signature, failure_operation<Deferred>, Executor>&& inner)
{
    return failure_awaiter<Awaiter<Signature, failure_operation<Deferred>, Executor>>{std::move(inner)};
}

}   // namespace cotrace::detail

template <class Session>
struct boost::asio::async_result<cotrace::with_failure_t, void(boost::system::error_code, Session)> {
    template <class Initiation, class... Arguments>
    static auto initiate(Initiation&& begin, cotrace::with_failure_t, Arguments&&... arguments)
    {
        return cotrace::detail::failure_operation{
            async_initiate<decltype(cotrace::use_tuple) const, void(boost::system::error_code, Session)>(
                std::forward<Initiation>(begin), cotrace::use_tuple, std::forward<Arguments>(arguments)...)};
    }
};
