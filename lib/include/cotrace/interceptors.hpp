// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/detail/function_argument.hpp>
#include <cotrace/injection.hpp>
#include <cotrace/interceptor.hpp>
#include <cotrace/match.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// Ready-made interceptors. A lambda that captures objects with a destructor by value must be a variable: GCC 12 may
/// destroy a temporary lambda of this kind twice in a `co_await` expression.
///
/// The parameter `which` selects the calls that an interceptor applies to. Conditions of `which` on the outcome of a
/// call have no effect. The parameter `when` selects some of these calls by their number, for example only the third.
///
/// An interceptor counts the calls of all threads of all its sessions together, in the order of their stops. `delay`
/// has one count of entries and one of exits. `inject` has a count for each thread and each system call.
///
/// If `which.needs_decoding()` is true, `capture_options::decode` of the session must be true, too. Otherwise, the
/// conditions of `which` on decoded values are not fulfilled. Launches and attaches do not check this rule.
///
/// Interceptors are no protection against a hostile subject. After an interceptor has seen the memory of a call,
/// another thread may change the memory before the kernel reads it: seccomp_unotify(2).
///
/// For example, this interceptor makes the third write(2) to file descriptor 3 fail:
///
///     options.interceptors.push_back(intercept::fail(call("write").fd(3), ENOSPC, occasions::nth(3)));
namespace cotrace::intercept {

using interceptor_ptr = std::shared_ptr<interceptor>;

/// Makes calls fail with `error`, a positive errno. The calls do not run.
interceptor_ptr fail(call_matcher which, int error, occasions when = {});

/// Makes calls return `value`. The calls do not run.
interceptor_ptr replace(call_matcher which, std::int64_t value, occasions when = {});

/// Lets calls run, and then replaces their result by `value`. A `value` of -errno makes the calls fail.
interceptor_ptr override_result(call_matcher which, std::int64_t value, occasions when = {});

/// Delays the entry of calls by `at_entry`, and the exit by `at_exit`. Only the thread that makes the call waits.
interceptor_ptr delay(call_matcher which, std::chrono::nanoseconds at_entry, std::chrono::nanoseconds at_exit = {},
                      occasions when = {});

/// Replaces path arguments of calls. `instead` gets each path argument that can be read, and returns the new path, or
/// an empty optional to keep the argument.
///
/// The new path is written to unused memory on the thread's stack. If the write fails, the call fails with EFAULT. When
/// the call returns, the argument registers have their original values.
interceptor_ptr rewrite_path(call_matcher which, detail::function_argument<std::optional<std::string>(std::string_view)> instead);

/// Changes calls as `what` says, in the ways of strace's `-e inject`. If the bytes of a `poke` cannot be written, the
/// call goes on, and the session records a `trace_failed`. A part of the bytes may have been written before the
/// failure.
interceptor_ptr inject(call_matcher which, injection what, occasions when = {});

/// Calls `answer` at the entry of each call that fits `which`, and awaits the verdict without a time limit.
interceptor_ptr ask(call_matcher which, detail::function_argument<task<verdict>(intercepted, syscall_call const&)> answer);

}   // namespace cotrace::intercept
