// SPDX-License-Identifier: BSL-1.0
#pragma once

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
/// that it is given to.
///
/// Arguments are looked at as they were when the call stopped. Another thread
/// of the subject may change the memory behind them before the kernel reads it
/// (see seccomp_unotify(2)), so that they are no protection against a hostile one.
///
///     options.interceptors.push_back(intercept::fail(call("write").fd(3), ENOSPC, occasions::nth(3)));
namespace cotrace::intercept {

/// Which of the calls that an interceptor is for it acts upon; the first is number 1.
class occasions {
public:
    /// All of them.
    constexpr occasions() noexcept = default;
    /// Number `n` alone.
    static constexpr occasions nth(std::uint64_t n) noexcept { return {n, 0, 0}; }
    /// Number `first`, and from there on each `step`th; a step of 1 is all of them from there on.
    static constexpr occasions every(std::uint64_t step, std::uint64_t first) noexcept { return {first, step, 0}; }
    static constexpr occasions every(std::uint64_t step) noexcept { return every(step, step); }
    /// Each with `chance`, from 0 to 1. Which ones is the same for the same seed.
    static occasions at_random(double chance, std::uint64_t seed) noexcept;

    /// Whether call number `number` is one of them.
    bool include(std::uint64_t number) const noexcept;

private:
    constexpr occasions(std::uint64_t first, std::uint64_t step, std::uint64_t seed) noexcept
        : first_{first}, step_{step}, seed_{seed}
    {
    }

    std::uint64_t first_ = 1;
    std::uint64_t step_  = 1;                ///< 0: just once
    std::uint64_t seed_  = 0;
    std::uint64_t below_ = ~std::uint64_t{0};   ///< of 2^64 - 1: how likely
};

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

/// At the entry of each, `answer` is awaited, which may take as long as it likes.
interceptor_ptr ask(call_matcher which, std::function<task<verdict>(intercepted, syscall_call const&)> answer);

} // namespace cotrace::intercept
