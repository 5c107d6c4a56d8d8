// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

namespace cotrace::detail {

/// Whether GCC 12 may destroy a temporary of this class twice in a `co_await` expression. It does so with aggregates and
/// with lambdas that capture by value. A lambda with captures is the only kind of function object that cannot be assigned.
template <class Function>
inline constexpr bool is_destroyed_twice =
    !std::is_trivially_destructible_v<Function> && (std::is_aggregate_v<Function> || !std::is_move_assignable_v<Function>);

template <class Signature>
class function_argument;

/// A parameter of a function that keeps a function object. A lambda that captures objects with a destructor by value
/// must be a variable: a temporary lambda of this kind is a compile-time error.
template <class Result, class... Arguments>
class function_argument<Result(Arguments...)> {
public:
    using function = std::function<Result(Arguments...)>;

    template <class Function>
    requires(!std::same_as<std::remove_cvref_t<Function>, function_argument>) && std::constructible_from<function, Function>
        && (!is_destroyed_twice<Function>)function_argument(Function&& given)
        : function_{std::forward<Function>(given)}
    {
    }

    function take() && { return std::move(function_); }

private:
    function function_;
};

}   // namespace cotrace::detail
