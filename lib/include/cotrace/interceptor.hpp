// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/call.hpp>
#include <cotrace/ids.hpp>
#include <cotrace/memory.hpp>
#include <cotrace/task.hpp>

#include <array>
#include <csignal>
#include <cstdint>
#include <variant>

namespace cotrace {

/// Go on as if nobody had looked.
struct proceed {};

/// At entry: do not run the call, let it fail with `error`. At exit: whatever
/// it did, say it failed. `error` is a positive errno.
struct fail_with {
    int error = 0;
};

/// At entry: do not run the call, let it return `value`. At exit: return this instead.
struct return_value {
    std::int64_t value = 0;
};

/// At entry: run the call with these arguments. The subject finds its own
/// argument registers unchanged when the call comes back.
struct change_arguments {
    std::array<std::uint64_t, 6> args{};
};

/// Deliver `signal` in place of the one that came.
struct deliver {
    signo signal{};
};

/// Let the signal vanish.
struct swallow {};

using verdict        = std::variant<proceed, fail_with, return_value, change_arguments>;
using signal_verdict = std::variant<proceed, deliver, swallow>;

/// A thread at a stop, as an interceptor sees it.
struct intercepted {
    tid    thread{};
    memory subject;     ///< readable and writable while the interceptor runs
};

/// Sees calls and signals of a session while their thread is stopped, may await
/// anything, and decides what becomes of them. Only that thread waits.
///
/// Runs on the tracer's executor. It ends early, by destruction at its point
/// of suspension, when its thread is killed or its session is cut short. An
/// exception that leaves it kills nobody: the verdict is `proceed`, and the
/// session records a `trace_failed`.
class interceptor {
public:
    virtual ~interceptor() = default;

    /// Whether `on_entry` and `on_exit` want to see this call; asked at its entry,
    /// and again, with the same answer due, at its exit. A call that no
    /// interceptor wants takes the fast path.
    virtual bool wants(syscall_call const& call) const noexcept = 0;

    virtual task<verdict> on_entry(intercepted at, syscall_call const& call);
    virtual task<verdict> on_exit(intercepted at, syscall_call const& call, syscall_outcome outcome);

    /// Whether `on_signal` wants to see this one.
    virtual bool wants(siginfo_t const&) const noexcept { return false; }
    virtual task<signal_verdict> on_signal(intercepted at, siginfo_t const& info);
};

} // namespace cotrace
