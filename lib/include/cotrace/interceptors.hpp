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
/// destroy a temporary lambda of this kind twice if it is made in a `co_await` expression.
///
/// The parameter `which` selects the calls that an interceptor
/// applies to. Conditions of `which` on the outcome of a call have no effect. The parameter
/// `when`, if there is one, narrows the selection: the interceptor counts the calls that fit `which`, and
/// `when` says which of them the interceptor changes, for example only the third. An interceptor
/// has one count for all threads of all its sessions, and counts calls in the order in which
/// the threads stop. There are two exceptions: `delay` has one count of entries and one of exits, and
/// `inject` has a separate count for each thread and each system call.
///
/// If `which.needs_decoding()` is true, `capture_options::decode` of the session must be true, too. Without decoding,
/// calls have no paths, texts and parts of arguments, so conditions on them are not fulfilled. Launches and attaches do
/// not check this, because they do not know the matchers of interceptors.
///
/// Interceptors see the arguments of a call as they are when the thread stops. Before the
/// kernel reads the memory that the arguments point to, another thread of the subject may
/// change this memory (see seccomp_unotify(2)). For this reason, interceptors are no
/// protection against a hostile subject.
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

/// Lets calls run, and then makes them return `value` instead of their result. A `value` of -errno makes them fail.
interceptor_ptr override_result(call_matcher which, std::int64_t value, occasions when = {});

/// Delays the entry of calls by `at_entry`, and their exit by `at_exit`. Only the thread that makes the call waits.
interceptor_ptr delay(call_matcher which, std::chrono::nanoseconds at_entry, std::chrono::nanoseconds at_exit = {},
                      occasions when = {});

/// Replaces path arguments of calls. `instead` is called with each path argument that can be read. It returns the path
/// that replaces the argument, or an empty optional to leave the argument as it is.
///
/// The new path is written to the thread's stack below the red zone, where the thread
/// keeps no data. If that is not possible, the call fails with EFAULT, so that a path that
/// was to be replaced is never opened. When the call returns, the subject's argument
/// registers have their original values.
interceptor_ptr rewrite_path(call_matcher which, detail::function_argument<std::optional<std::string>(std::string_view)> instead);

/// Changes calls as `what` says, in the ways that strace's `-e inject` offers. Like strace,
/// `inject` counts the calls of each thread and of each system call separately. If the bytes
/// of a `poke` cannot be written, the call goes on, and the session records a `trace_failed`.
/// Some of the bytes may have been written before the failure.
interceptor_ptr inject(call_matcher which, injection what, occasions when = {});

/// Calls `answer` at the entry of each call that fits `which`, and awaits the verdict of the returned coroutine,
/// without a time limit.
interceptor_ptr ask(call_matcher which, detail::function_argument<task<verdict>(intercepted, syscall_call const&)> answer);

}   // namespace cotrace::intercept
