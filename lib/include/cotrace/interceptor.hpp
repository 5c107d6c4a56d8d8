// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/call.hpp>
#include <cotrace/ids.hpp>
#include <cotrace/memory.hpp>
#include <cotrace/result.hpp>
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

/// At entry: run call `number` of the same interface in its place, which should
/// have no effects, and return `value` whatever that did.
struct run_instead {
    std::uint64_t number = 0;
    std::int64_t  value = 0;
};

/// Deliver `signal` in place of the one that came.
struct deliver {
    signo signal{};
};

/// Let the signal vanish.
struct swallow {};

using verdict        = std::variant<proceed, fail_with, return_value, change_arguments, run_instead>;
using signal_verdict = std::variant<proceed, deliver, swallow>;

/// What an interceptor does to a call beside its verdict.
struct side_effects {
    bool  delayed = false;   ///< it held the thread up on purpose; for `syscall_exited::tampered`
    bool  poked   = false;   ///< it wrote to the subject's memory; the same
    /// At entry: comes to the thread as it goes on, from the kernel (SI_KERNEL);
    /// where the kernel filters (`kernel_filter`), from us, as by tgkill(2).
    signo signal  = signo::none;
    error_code failed{};     ///< why it could not do all that it should: recorded as a `trace_failed`
};

/// A thread at a stop, as an interceptor sees it.
struct intercepted {
    tid    thread{};
    memory subject;     ///< readable and writable while the interceptor runs
    side_effects* also = nullptr;   ///< of the call, while the interceptor runs; null at signals
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

    /// The thread is gone, or was let go: what is known of it can be forgotten,
    /// for its id may be another's soon.
    virtual void on_end(tid) noexcept {}
};

} // namespace cotrace
