// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

namespace cotrace::detail {

/// Whether a function object of this type must be a variable, not a temporary in a `co_await` expression. GCC 12 may
/// destroy such a temporary twice if it has a nontrivial destructor, and is an aggregate or a lambda with captures. A
/// lambda with captures is recognized by its missing assignment operator.
template <class Function>
concept must_be_a_variable =
    !std::is_trivially_destructible_v<Function> && (std::is_aggregate_v<Function> || !std::is_move_assignable_v<Function>);

template <class Signature>
class function_argument;

/// A parameter type for functions that keep a function object. A temporary that must be a variable
/// (`must_be_a_variable`) is a compile-time error.
template <class Result, class... Arguments>
class function_argument<Result(Arguments...)> {
public:
    using function = std::function<Result(Arguments...)>;

    template <class Function>
    requires(!std::same_as<std::remove_cvref_t<Function>, function_argument>) && std::constructible_from<function, Function>
        && (!must_be_a_variable<Function>)function_argument(Function&& given)
        : function_{std::forward<Function>(given)}
    {
    }
    /// Overload resolution selects this deleted constructor for a temporary that must be a variable. The error message
    /// of the compiler shows the name of the parameter.
    template <class Function>
    requires must_be_a_variable<Function> && std::constructible_from<function, Function>
    function_argument(Function&& store_the_function_object_in_a_variable_before_the_call)
    = delete;

    function take() && { return std::move(function_); }

private:
    function function_;
};

}   // namespace cotrace::detail
