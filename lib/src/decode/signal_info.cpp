// SPDX-License-Identifier: BSL-1.0
#include "decode/signal_info.hpp"

#include <array>
#include <csignal>
#include <cstdint>
#include <cstring>

namespace cotrace::decode {

namespace {

/// The words after si_code in the 32-bit form of siginfo_t.
using compat_words = std::array<std::uint32_t, 29>;

void put_child(siginfo_t& to, compat_words const& from) noexcept
{
    to.si_pid = static_cast<pid_t>(from[0]);
    to.si_uid = from[1];
    to.si_status = static_cast<int>(from[2]);
    to.si_utime = static_cast<std::int32_t>(from[3]);
    to.si_stime = static_cast<std::int32_t>(from[4]);
}

void put_fault(siginfo_t& to, compat_words const& from) noexcept
{
    to.si_addr = reinterpret_cast<void*>(std::uintptr_t{from[0]});
    to.si_addr_lsb = static_cast<short>(from[1]);
    to.si_lower = reinterpret_cast<void*>(std::uintptr_t{from[2]});
    to.si_upper = reinterpret_cast<void*>(std::uintptr_t{from[3]});
}

void put_sender(siginfo_t& to, compat_words const& from) noexcept
{
    to.si_pid = static_cast<pid_t>(from[0]);
    to.si_uid = from[1];
    to.si_ptr = reinterpret_cast<void*>(std::uintptr_t{from[2]});
}

// si_code and si_signo select the layout of the other fields, as in siginfo_layout() of kernel/signal.c.
void put_cause(siginfo_t& to, compat_words const& from) noexcept
{
    bool const by_kernel = to.si_code > SI_USER;
    switch (to.si_code == SI_SIGIO ? SIGPOLL : by_kernel ? to.si_signo : 0) {
    case SIGCHLD: return put_child(to, from);
    case SIGILL:
    case SIGFPE:
    case SIGSEGV:
    case SIGBUS:
    case SIGTRAP: return put_fault(to, from);
    case SIGPOLL:
        to.si_band = static_cast<std::int32_t>(from[0]);
        to.si_fd = static_cast<int>(from[1]);
        return;
    case SIGSYS:
        to.si_call_addr = reinterpret_cast<void*>(std::uintptr_t{from[0]});
        to.si_syscall = static_cast<int>(from[1]);
        to.si_arch = from[2];
        return;
    default: break;
    }
    if (to.si_code == SI_TIMER) {
        to.si_timerid = static_cast<int>(from[0]);
        to.si_overrun = static_cast<int>(from[1]);
        to.si_ptr = reinterpret_cast<void*>(std::uintptr_t{from[2]});
        return;
    }
    put_sender(to, from);
}

}   // namespace

void widen_signal_info(std::span<std::byte> raw) noexcept
{
    if (raw.size() < sizeof(siginfo_t))
        return;
    std::array<int, 3> head{};
    compat_words rest{};
    std::memcpy(head.data(), raw.data(), sizeof head);
    std::memcpy(rest.data(), raw.data() + sizeof head, sizeof rest);
    siginfo_t made{};
    made.si_signo = head[0];
    made.si_errno = head[1];
    made.si_code = head[2];
    put_cause(made, rest);
    std::memcpy(raw.data(), &made, sizeof made);
}

}   // namespace cotrace::decode
