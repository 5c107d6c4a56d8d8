// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/detail/function_argument.hpp>

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

namespace cotrace::testing {

/// A function that runs in a traced child. Its result is the child's exit status; a function without a result gives
/// status 0. The function cannot return `bool`, because `true` would be status 1.
///
/// A lambda that captures objects with a destructor by value must be a variable: GCC 12 may destroy a temporary lambda
/// of this kind twice in a `co_await` expression.
///
/// fork(2) makes the child from the test process, here called the host. In the child, only the thread that called
/// fork(2) exists. The function may compute, allocate, print, and make system calls. The function must not use the
/// host's io_context, and must not wait for another thread of the host, or for a lock that such a thread may hold. The
/// host does not see what the function changes in memory. Assertions of a test framework have no effect in the child.
/// If an exception leaves the function, the child prints the exception's text on standard error, and the exit status is
/// `child_threw`.
///
/// The child has the host's open descriptors except 0 to 2, the host's signal mask without SIGCHLD, and no signal
/// handlers. The kernel kills the child when the thread of the host that made the child ends (PR_SET_PDEATHSIG). After
/// the function, the child flushes the standard streams and ends as by _exit(2).
class child_code {
public:
    template <class Function>
    requires(!std::same_as<std::decay_t<Function>, child_code>) && std::invocable<std::decay_t<Function>&>
        && (!cotrace::detail::must_be_a_variable<Function>)child_code(Function&& function)
        : code_{[code = std::decay_t<Function>(std::forward<Function>(function))]() mutable -> int {
            using returned = std::invoke_result_t<std::decay_t<Function>&>;
            static_assert(!std::is_same_v<returned, bool>, "return an exit status: 0 for success");
            if constexpr (std::is_void_v<returned>) {
                code();
                return 0;
            } else
                return static_cast<int>(code());
        }}
    {
    }

    /// Rejects a temporary that must be a variable. The error message shows the name of the parameter, which says what
    /// to do.
    template <class Function>
    requires std::invocable<Function&> && cotrace::detail::must_be_a_variable<Function>
    child_code(Function&& store_the_function_object_in_a_variable_before_the_call)
    = delete;

    int operator()() { return code_(); }

private:
    std::function<int()> code_;
};

inline constexpr int child_threw = 99;

}   // namespace cotrace::testing
