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

/// A stop of a thread, as an interceptor sees it.
struct intercepted {
    tid    thread{};
    memory subject;     ///< readable and writable while the interceptor runs
    side_effects* also = nullptr;   ///< side effects on the call; valid while the interceptor runs; null for a signal
    session_reference session{};    ///< the session of the thread, which the interceptor may kill or detach
};

/// Sees calls and signals of a session while their thread is stopped, may await
/// any operation, and decides how the call or the signal goes on. Only the stopped
/// thread waits.
///
/// An interceptor's coroutine runs on the tracer's executor. When its thread is killed
/// or its session is cut short, the coroutine is destroyed at its point of suspension.
/// If the coroutine ends with an exception, the verdict is `proceed` and the session
/// records a `trace_failed`; no process is killed.
class interceptor {
public:
    virtual ~interceptor() = default;

    /// Whether `on_entry` and `on_exit` are called for this call. Called at the entry of
    /// the call and again at its exit, and must give the same answer at both. A call that
    /// no interceptor wants is handled faster.
    virtual bool wants(syscall_call const& call) const noexcept = 0;

    virtual task<verdict> on_entry(intercepted at, syscall_call const& call);
    virtual task<verdict> on_exit(intercepted at, syscall_call const& call, syscall_outcome outcome);

    /// Whether `on_signal` is called for this signal.
    virtual bool wants(siginfo_t const&) const noexcept { return false; }
    virtual task<signal_verdict> on_signal(intercepted at, siginfo_t const& info);

    /// The thread has ended or was detached. The interceptor should discard what it
    /// stored for this thread id, because the kernel may reuse the id.
    virtual void on_end(tid) noexcept {}
};

} // namespace cotrace
