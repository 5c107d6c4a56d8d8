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

/// Ready-made interceptors. `which` says what calls each is for, by what they
/// are; conditions on what they come to do not count. Each keeps its own count
/// of those, in the order in which they stop, over all threads of the sessions
/// that it is given to; `inject` counts otherwise.
///
/// Arguments are looked at as they were when the call stopped. Another thread
/// of the subject may change the memory behind them before the kernel reads it
/// (see seccomp_unotify(2)), so that they are no protection against a hostile one.
///
///     options.interceptors.push_back(intercept::fail(call("write").fd(3), ENOSPC, occasions::nth(3)));
namespace cotrace::intercept {

using interceptor_ptr = std::shared_ptr<interceptor>;

/// Calls fail with `error`, a positive errno, and do not run.
interceptor_ptr fail(call_matcher which, int error, occasions when = {});

/// Calls return `value` and do not run.
interceptor_ptr replace(call_matcher which, std::int64_t value, occasions when = {});

/// Calls run and then return `value`, whatever they did; -errno makes them fail.
interceptor_ptr override_result(call_matcher which, std::int64_t value, occasions when = {});

/// Calls begin, and end, that much later. Only their own thread waits.
interceptor_ptr delay(call_matcher which, std::chrono::nanoseconds at_entry, std::chrono::nanoseconds at_exit = {},
                      occasions when = {});

/// Calls get another path than they asked for: `instead` is given each path
/// argument and says what to pass for it, or nothing to leave it.
///
/// The new path is written to the thread's stack, below its red zone, where it
/// keeps nothing. Where that fails, the call does too, with EFAULT: a path that
/// was to be hidden is not opened. The subject finds its arguments unchanged.
interceptor_ptr rewrite_path(call_matcher which, std::function<std::optional<std::string>(std::string_view)> instead);

/// All that `-e inject` of strace does to calls, and with its way of counting:
/// each thread's calls by themselves, and of these each call by itself.
/// Memory that cannot be written stays as it is, which a `trace_failed` says.
interceptor_ptr inject(call_matcher which, injection what, occasions when = {});

/// At the entry of each, `answer` is awaited, which may take as long as it likes.
interceptor_ptr ask(call_matcher which, std::function<task<verdict>(intercepted, syscall_call const&)> answer);

} // namespace cotrace::intercept
