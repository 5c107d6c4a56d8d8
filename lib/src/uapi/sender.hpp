// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <csignal>

namespace cotrace::uapi {

/// The process that sent a signal, or the child process that SIGCHLD reports. Returns 0 if si_pid is not valid (sigaction(2),
/// "The siginfo_t argument").
inline int sender_of(siginfo_t const& info) noexcept
{
    constexpr int from_kernel = 0x80;   // SI_KERNEL
    if (info.si_code == SI_TIMER || info.si_code == from_kernel)
        return 0;
    if (info.si_code <= 0)
        return info.si_pid;
    switch (info.si_signo) {
    case SIGILL:
    case SIGFPE:
    case SIGSEGV:
    case SIGBUS:
    case SIGTRAP:
    case SIGPOLL:
    case SIGSYS: return 0;
    default: return info.si_pid;
    }
}

} // namespace cotrace::uapi
