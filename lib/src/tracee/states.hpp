// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/error.hpp>
#include <cotrace/ids.hpp>

#include "sys/ptrace.hpp"

#include <utility>

namespace cotrace::tracee {

/// A tracee that runs, or is on its way to its death. It can only be waited for.
class [[nodiscard]] running {
public:
    explicit running(tid thread) noexcept : thread_{thread} {}
    tid id() const noexcept { return thread_; }

private:
    tid thread_;
};

/// A tracee in a ptrace-stop. It can be looked at, changed, and let go once.
///
/// A tracee killed while stopped is no error when it is let go: its death is
/// what the next wait reports. See ptrace(2), "Death under ptrace".
class [[nodiscard]] stopped {
public:
    stopped(stopped&&) noexcept            = default;
    stopped& operator=(stopped&&) noexcept = default;

    tid id() const noexcept { return thread_; }

    /// Runs on to the next entry or exit of a system call, or any other stop, with `sig` delivered.
    result<running> resume(signo sig = signo::none) && noexcept
    {
        return gone_on(sys::resume(thread_, sys::resume_mode::syscall, sig));
    }

    /// Runs on to the next stop that is not a system call's.
    result<running> resume_quietly(signo sig = signo::none) && noexcept
    {
        return gone_on(sys::resume(thread_, sys::resume_mode::cont, sig));
    }

    /// Stays in its group-stop, as job control wants, and can be woken by SIGCONT (PTRACE_LISTEN).
    result<running> listen() && noexcept { return gone_on(sys::listen(thread_)); }

    /// Runs on untraced, with `sig` delivered.
    result<void> detach(signo sig = signo::none) && noexcept
    {
        BOOST_OUTCOME_TRYV(gone_on(sys::detach(thread_, sig)));
        return outcome::success();
    }

private:
    // Nobody else may claim that a tracee is stopped: only a wait can tell.
    friend stopped stopped_by_wait(tid thread) noexcept;
    explicit stopped(tid thread) noexcept : thread_{thread} {}

    result<running> gone_on(result<void> sent) const noexcept
    {
        if (!sent && sent.error() != boost::system::errc::no_such_process)
            return sent.error();
        return running{thread_};
    }

    tid thread_;
};

/// For the thread loop, right after a wait that said "stopped".
inline stopped stopped_by_wait(tid thread) noexcept { return stopped{thread}; }

} // namespace cotrace::tracee
