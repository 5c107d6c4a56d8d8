// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/call.hpp>
#include <cotrace/ids.hpp>
#include <cotrace/memory.hpp>
#include <cotrace/result.hpp>
#include <cotrace/session_reference.hpp>
#include <cotrace/task.hpp>
#include <cotrace/verdict.hpp>

#include <array>
#include <csignal>
#include <cstdint>
#include <variant>

namespace cotrace {

/// A thread at a stop, as an interceptor sees it.
struct intercepted {
    tid    thread{};
    memory subject;     ///< readable and writable while the interceptor runs
    side_effects* also = nullptr;   ///< of the call, while the interceptor runs; null at signals
    session_reference session{};    ///< of the thread: to kill it, or to let it go
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
