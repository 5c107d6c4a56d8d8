// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/error.hpp>
#include <cotrace/ids.hpp>

#include <array>
#include <cstdint>
#include <variant>

namespace cotrace {

/// At entry: let the call run. At exit: leave the result as it is. For a signal: deliver the signal.
struct proceed {
    bool operator==(proceed const&) const = default;
};

/// At entry: do not run the call, and make it fail with `error`. At exit: make the
/// call fail with `error`, whatever its result was. `error` is a positive errno.
struct fail_with {
    int error = 0;
    bool operator==(fail_with const&) const = default;
};

/// At entry: do not run the call, and return `value`. At exit: return `value` instead of the result.
struct return_value {
    std::int64_t value = 0;
    bool operator==(return_value const&) const = default;
};

/// At entry: run the call with these arguments. The subject's argument registers have
/// their original values again when the call returns.
struct change_arguments {
    std::array<std::uint64_t, 6> args{};
    bool operator==(change_arguments const&) const = default;
};

/// At entry: run system call `number` of the same interface instead of the intercepted call, and
/// return `value` instead of the result. System call `number` should have no side effects.
struct run_instead {
    std::uint64_t number = 0;
    std::int64_t value = 0;
    bool operator==(run_instead const&) const = default;
};

/// For a signal: deliver `signal` instead of the received signal.
struct deliver {
    signo signal{};
    bool operator==(deliver const&) const = default;
};

/// For a signal: discard the signal.
struct swallow {
    bool operator==(swallow const&) const = default;
};

/// Send SIGKILL to every process of the session. The intercepted call does not run, and the
/// intercepted signal is not delivered.
struct kill_target {
    bool operator==(kill_target const&) const = default;
};

using verdict = std::variant<proceed, fail_with, return_value, change_arguments, run_instead, kill_target>;
using signal_verdict = std::variant<proceed, deliver, swallow, kill_target>;

/// Side effects of an interceptor on a call, in addition to its verdict.
struct side_effects {
    bool delayed = false;   ///< the interceptor delayed the thread deliberately; recorded in `syscall_exited::tampered`
    bool poked = false;     ///< the interceptor wrote to the subject's memory; recorded in `syscall_exited::tampered`
    /// At entry: a signal to send to the thread. The kernel sends the signal when the thread is resumed, with the
    /// si_code SI_KERNEL. If a seccomp program selects the calls (`kernel_filter`), the tracer sends the signal as
    /// tgkill(2) does.
    signo signal = signo::none;
    /// The error, if the interceptor could not do everything that it should do; recorded as a `trace_failed`.
    error_code failed{};
};

}   // namespace cotrace
