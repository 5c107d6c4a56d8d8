// SPDX-License-Identifier: BSL-1.0
#pragma once

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

/// Ready-made interceptors. `which` selects the calls that an interceptor is for.
/// Conditions of `which` on the outcome of a call have no effect. Each interceptor
/// counts these calls in the order in which they stop, over all threads of the
/// sessions that it is given to; `inject` counts in another way.
///
/// Interceptors see the arguments of a call as they are when the call stops. Another
/// thread of the subject may change memory that the arguments point to before the
/// kernel reads it (see seccomp_unotify(2)). So the interceptors are no protection
/// against a hostile subject.
///
///     options.interceptors.push_back(intercept::fail(call("write").fd(3), ENOSPC, occasions::nth(3)));
namespace cotrace::intercept {

using interceptor_ptr = std::shared_ptr<interceptor>;

/// Calls fail with `error`, a positive errno, and do not run.
interceptor_ptr fail(call_matcher which, int error, occasions when = {});

/// Calls return `value` and do not run.
interceptor_ptr replace(call_matcher which, std::int64_t value, occasions when = {});

/// Calls run and then return `value`, whatever their result was; -errno makes them fail.
interceptor_ptr override_result(call_matcher which, std::int64_t value, occasions when = {});

/// Delays the entry of calls by `at_entry`, and their exit by `at_exit`. Only the calling thread waits.
interceptor_ptr delay(call_matcher which, std::chrono::nanoseconds at_entry, std::chrono::nanoseconds at_exit = {},
                      occasions when = {});

/// Calls get another path. `instead` is called with each path argument, and returns
/// the path to pass in its place, or nothing to leave the argument as it is.
///
/// The new path is written to the thread's stack below the red zone, where the thread
/// keeps no data. If that fails, the call fails with EFAULT, so that a path that was to
/// be replaced is never opened. The subject's argument registers keep their values.
interceptor_ptr rewrite_path(call_matcher which, std::function<std::optional<std::string>(std::string_view)> instead);

/// Everything that strace's `-e inject` does to calls. Counts as strace does: for each
/// thread and each system call separately. Memory that cannot be written stays
/// unchanged, and the session records a `trace_failed`.
interceptor_ptr inject(call_matcher which, injection what, occasions when = {});

/// Awaits `answer` at the entry of each call, for as long as it takes.
interceptor_ptr ask(call_matcher which, std::function<task<verdict>(intercepted, syscall_call const&)> answer);

} // namespace cotrace::intercept
