// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

namespace cotrace::detail {

/// Whether a function object of this type must be stored in a variable before it is passed to a function in a `co_await`
/// expression. GCC 12 may destroy a temporary in such an expression twice, if the temporary is an aggregate or a lambda with
/// captures, and has a destructor that is not trivial. A lambda with captures is recognized by its missing assignment operator.
template <class Function>
concept must_be_a_variable =
    !std::is_trivially_destructible_v<Function> && (std::is_aggregate_v<Function> || !std::is_move_assignable_v<Function>);

template <class Signature>
class function_argument;

/// A type for parameters of functions that keep a function object. A lambda that captures objects with a destructor by
/// value must be a variable: a temporary lambda of this kind is a compile-time error.
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
    /// Deleted: overload resolution selects this constructor for a temporary that must be a variable. The compiler's
    /// error message shows the name of the parameter, which says what to do.
    template <class Function>
    requires must_be_a_variable<Function> && std::constructible_from<function, Function>
    function_argument(Function&& store_the_function_object_in_a_variable_before_the_call)
    = delete;

    function take() && { return std::move(function_); }

private:
    function function_;
};

}   // namespace cotrace::detail
