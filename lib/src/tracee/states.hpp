// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/error.hpp>
#include <cotrace/ids.hpp>

#include "sys/ptrace.hpp"

#include <optional>
#include <utility>

namespace cotrace::tracee {

/// A tracee that runs or was killed. While a tracee runs, ptrace(2) accepts only PTRACE_INTERRUPT for it.
class [[nodiscard]] running {
public:
    explicit running(tid thread) noexcept
        : thread_{thread}
    {
    }
    tid id() const noexcept { return thread_; }

private:
    tid thread_;
};

/// A tracee in a ptrace-stop. Resuming or detaching the tracee consumes the object.
///
/// If the tracee was killed while it was stopped, `resume` returns no error, and a later wait reports the death (ptrace(2),
/// "Death under ptrace").
class [[nodiscard]] stopped {
public:
    stopped(stopped&&) noexcept = default;
    stopped& operator=(stopped&&) noexcept = default;

    tid id() const noexcept { return thread_; }

    /// Resumes the tracee, and delivers `sig` to it. `how` says whether the tracee stops at system calls.
    result<running> resume(sys::resume_mode how, signo sig = signo::none) && noexcept
    {
        return gone_on(sys::resume(thread_, how, sig));
    }

    /// Leaves the tracee in its group-stop (PTRACE_LISTEN), which SIGCONT ends.
    result<running> listen() && noexcept
    {
        auto const sent = sys::listen(thread_);
        // EIO: the tracee was killed, and is at PTRACE_EVENT_EXIT instead of in its group-stop.
        if (!sent && sent.error() == boost::system::errc::io_error)
            return running{thread_};
        return gone_on(sent);
    }

    /// Detaches the tracee, and delivers `sig` to it. If the tracee was killed while it was stopped, returns the tracee,
    /// which is still traced. Otherwise the result is empty.
    result<std::optional<running>> detach(signo sig = signo::none) && noexcept
    {
        auto const sent = sys::detach(thread_, sig);
        if (sent)
            return std::optional<running>{};
        BOOST_OUTCOME_TRY(auto const dying, gone_on(sent));
        return std::optional{dying};
    }

private:
    // The constructor is private, so that only `stopped_by_wait` makes an object.
    friend stopped stopped_by_wait(tid thread) noexcept;
    explicit stopped(tid thread) noexcept
        : thread_{thread}
    {
    }

    result<running> gone_on(result<void> sent) const noexcept
    {
        if (!sent && sent.error() != boost::system::errc::no_such_process)
            return sent.error();
        return running{thread_};
    }

    tid thread_;
};

/// To be called if the wait status of the thread reports a stop.
inline stopped stopped_by_wait(tid thread) noexcept { return stopped{thread}; }

}   // namespace cotrace::tracee
