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
    /// Why tracing does not work, as a sentence for the person who runs the tests. Empty if tracing works.
    std::string const& why_not() const noexcept { return reason_; }

private:
    std::string reason_;
};

/// Finds out whether a tracer can work in this process. A child process traces a further process, stops it, and reads
/// its state and memory. If the result is false, tests that need tracing should skip themselves.
///
/// The result holds at the time of the call, for children of the calling thread. The call takes a few milliseconds, at
/// most 5 seconds, and leaves no process, descriptor or thread behind. Any thread may call the function. The calling
/// process gets no SIGCHLD for the child. Only a wait(2) with __WALL or __WCLONE reports the child.
///
/// Errors: throws only std::bad_alloc.
tracing_check can_trace();

}   // namespace cotrace::testing
