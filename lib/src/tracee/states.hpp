// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/error.hpp>
#include <cotrace/ids.hpp>

#include "sys/ptrace.hpp"

#include <optional>
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

    /// Runs on with `sig` delivered, to the next stop: also that at the entry or
    /// exit of a system call, or only to others, as `how` says.
    result<running> resume(sys::resume_mode how, signo sig = signo::none) && noexcept
    {
        return gone_on(sys::resume(thread_, how, sig));
    }

    /// Stays in its group-stop, as job control wants, and can be woken by SIGCONT (PTRACE_LISTEN).
    result<running> listen() && noexcept
    {
        auto const sent = sys::listen(thread_);
        // Killed since, and in the stop of its exit already, where there is nothing to listen for.
        if (!sent && sent.error() == boost::system::errc::io_error)
            return running{thread_};
        return gone_on(sent);
    }

    /// Runs on untraced, with `sig` delivered. Killed meanwhile, it is still traced, and given back.
    result<std::optional<running>> detach(signo sig = signo::none) && noexcept
    {
        auto const sent = sys::detach(thread_, sig);
        if (sent)
            return std::optional<running>{};
        BOOST_OUTCOME_TRY(auto const dying, gone_on(sent));
        return std::optional{dying};
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
