// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/error.hpp>
#include <cotrace/ids.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <variant>

namespace cotrace {

/// The verdict to run a call (at its entry), to keep the result of a call (at its exit), or to deliver a signal.
struct proceed {
    bool operator==(proceed const&) const = default;
};

/// The verdict to make a call fail with `error`, a positive errno. After a verdict at the entry, the call does not run.
/// A verdict at the exit replaces the result.
struct fail_with {
    int error = 0;
    bool operator==(fail_with const&) const = default;
};

/// The verdict to make a call return `value`. After a verdict at the entry, the call does not run. A verdict at the
/// exit replaces the result.
struct return_value {
    std::int64_t value = 0;
    bool operator==(return_value const&) const = default;
};

/// The verdict, at the entry of a call, to run the call with the arguments `args`. The argument registers have their
/// original values again when the call returns.
struct change_arguments {
    std::array<std::uint64_t, 6> args{};
    bool operator==(change_arguments const&) const = default;
};

/// The verdict, at the entry of a call, to run system call `number` in place of the call, and to return `value`.
/// `number` is a number of the interface of the intercepted call. System call `number` should have no side effects.
struct run_instead {
    std::uint64_t number = 0;
    std::int64_t value = 0;
    bool operator==(run_instead const&) const = default;
};

/// The verdict to deliver `signal` to the stopped thread instead of the received signal.
struct deliver {
    signo signal{};
    bool operator==(deliver const&) const = default;
};

/// The verdict to discard the received signal.
struct swallow {
    bool operator==(swallow const&) const = default;
};

/// The verdict to send SIGKILL to every process of the session. An intercepted call does not run if it is at its entry.
/// An intercepted signal is not delivered.
struct kill_target {
    bool operator==(kill_target const&) const = default;
};

using verdict = std::variant<proceed, fail_with, return_value, change_arguments, run_instead, kill_target>;
using signal_verdict = std::variant<proceed, deliver, swallow, kill_target>;

/// Side effects of an interceptor on a call, in addition to its verdict.
struct side_effects {
    bool delayed = false;   ///< the interceptor delayed the thread deliberately; recorded in `syscall_exited::tampered`
    bool poked = false;     ///< the interceptor wrote to the subject's memory; recorded in `syscall_exited::tampered`
    /// A signal to send to the thread at the entry of a call. The kernel sends the signal when the thread is resumed,
    /// with the si_code SI_KERNEL. If a seccomp program selects the calls, the tracer sends the signal instead, as
    /// tgkill(2) does.
    signo signal = signo::none;
    /// The error, if the interceptor could not do everything that it should do; recorded as a `trace_failed`.
    error_code failed{};
    /// The `failure::operation` of the `trace_failed`. If empty, the operation is "intercept a system call".
    std::string failed_operation{};
};

}   // namespace cotrace
