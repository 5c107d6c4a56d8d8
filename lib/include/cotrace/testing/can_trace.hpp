// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <utility>

namespace cotrace::testing {

/// The result of `can_trace`: whether this process may trace its children, and if not, the reason.
class tracing_check {
public:
    tracing_check() = default;   ///< makes the result "tracing works"
    explicit tracing_check(std::string reason)
        : reason_{std::move(reason)}
    {
    }

    explicit operator bool() const noexcept { return reason_.empty(); }
    /// The reason for which tracing does not work, as one sentence for the person who runs the tests. Empty if tracing
    /// works.
    std::string const& why_not() const noexcept { return reason_; }

private:
    std::string reason_;
};

/// Finds out whether a tracer can work in this process. Makes a child process, which traces a process of its own, stops it,
/// and reads its state and memory, as a session does. Tests that need tracing call this function first. If the result is
/// false, they skip themselves, for instance in a container whose seccomp profile denies ptrace(2).
///
/// The result holds at the time of the call, for children of the calling thread. The call takes a few milliseconds, at
/// most 5 seconds, and leaves no process, descriptor or thread behind. Any thread may call it. The calling process gets
/// no SIGCHLD for the child, and a wait(2) of the calling process for any child does not report the child, unless that
/// wait has the flag __WALL or __WCLONE.
///
/// Errors: throws only std::bad_alloc. If tracing does not work, the result says why.
tracing_check can_trace();

}   // namespace cotrace::testing
