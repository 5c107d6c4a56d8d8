// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/error.hpp>
#include <cotrace/ids.hpp>

#include <array>
#include <cstdint>
#include <variant>

namespace cotrace {

/// Let the call, or the signal, take its course.
struct proceed {
    bool operator==(proceed const&) const = default;
};

/// At entry: do not run the call, let it fail with `error`. At exit: whatever
/// the call did, say that it failed. `error` is a positive errno.
struct fail_with {
    int error = 0;
    bool operator==(fail_with const&) const = default;
};

/// At entry: do not run the call, let it return `value`. At exit: return this instead.
struct return_value {
    std::int64_t value = 0;
    bool operator==(return_value const&) const = default;
};

/// At entry: run the call with these arguments. The subject finds its own
/// argument registers unchanged when the call comes back.
struct change_arguments {
    std::array<std::uint64_t, 6> args{};
    bool operator==(change_arguments const&) const = default;
};

/// At entry: run call `number` of the same interface in its place, which should
/// have no effects, and return `value` whatever that call did.
struct run_instead {
    std::uint64_t number = 0;
    std::int64_t  value = 0;
    bool operator==(run_instead const&) const = default;
};

/// Deliver `signal` in place of the one that came.
struct deliver {
    signo signal{};
    bool operator==(deliver const&) const = default;
};

/// Discard the signal.
struct swallow {
    bool operator==(swallow const&) const = default;
};

/// Send SIGKILL to every process of the session. The call does not run, and the
/// signal is not delivered.
struct kill_target {
    bool operator==(kill_target const&) const = default;
};

using verdict        = std::variant<proceed, fail_with, return_value, change_arguments, run_instead, kill_target>;
using signal_verdict = std::variant<proceed, deliver, swallow, kill_target>;

/// What an interceptor does to a call beside its verdict.
struct side_effects {
    bool  delayed = false;   ///< the interceptor held the thread up on purpose; for `syscall_exited::tampered`
    bool  poked   = false;   ///< the interceptor wrote to the subject's memory; for `syscall_exited::tampered`
    /// At entry: a signal for the thread, sent as it goes on by the kernel (SI_KERNEL);
    /// where the kernel filters (`kernel_filter`), by the tracer, as by tgkill(2).
    signo signal  = signo::none;
    error_code failed{};     ///< why the interceptor could not do all that it should: recorded as a `trace_failed`
};

} // namespace cotrace
