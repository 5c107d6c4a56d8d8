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

/// What an interceptor gets at a stop of a thread.
struct intercepted {
    tid thread{};
    memory subject;   ///< the memory of the thread; readable and writable while the interceptor runs
    /// Where the interceptor notes its side effects on the call. The pointer is valid while the interceptor runs, and
    /// null in `on_signal`.
    side_effects* also = nullptr;
    session_reference session{};   ///< the session of the thread; the interceptor may kill or detach this session
};

/// The base class of interceptors. When a thread is stopped at a call or a signal, the interceptors of its session give
/// a verdict. An interceptor may await any operation before its verdict. Only the stopped thread waits for the verdict.
///
/// Thread rule: all functions are called on the tracer's thread, and the coroutines run on the tracer's executor.
///
/// Cancellation: if the thread is killed or detached, or the tracer ends, the operation that the coroutine awaits is
/// cancelled (terminal). The verdict is ignored then.
///
/// Errors: if `wants` throws or a coroutine ends with an exception, the verdict is `proceed`, and the session records a
/// `trace_failed`.
class interceptor {
public:
    virtual ~interceptor() = default;

    /// Returns whether `on_entry` and `on_exit` are to be called for this call. `wants` may be called several times for
    /// one call, and must return the same value each time.
    virtual bool wants(syscall_call const& call) const = 0;

    /// `on_entry` and `on_exit` are called while the thread is stopped at the entry or the exit of the call. By
    /// default, the verdict is `proceed`.
    virtual task<verdict> on_entry(intercepted at, syscall_call const& call);
    virtual task<verdict> on_exit(intercepted at, syscall_call const& call, syscall_outcome outcome);

    /// Returns whether `on_signal` is to be called for this signal.
    virtual bool wants(siginfo_t const&) const { return false; }
    /// Called while the thread is stopped, before the signal is delivered to the thread.
    virtual task<signal_verdict> on_signal(intercepted at, siginfo_t const& info);

    /// Called when a thread of the session has ended or was detached. The interceptor should discard what it stored for
    /// the thread, because the kernel may reuse the id.
    virtual void on_end(tid) noexcept {}
};

}   // namespace cotrace
