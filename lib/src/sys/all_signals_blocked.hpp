// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <csignal>

namespace cotrace::sys {

/// Blocks all signals in the calling thread. A child or thread made meanwhile begins with all signals blocked. The destructor
/// restores the thread's mask. Does not change errno.
class all_signals_blocked {
public:
    all_signals_blocked() noexcept
    {
        sigset_t all;
        sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    all_signals_blocked(all_signals_blocked const&) = delete;
    all_signals_blocked& operator=(all_signals_blocked const&) = delete;
    /// The signal mask of the thread before all signals were blocked.
    sigset_t const& mask_before() const noexcept { return before_; }
    ~all_signals_blocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_;
};

}   // namespace cotrace::sys
