// SPDX-License-Identifier: BSL-1.0
// Selects the fields of a siginfo_t that are valid for the signal and its si_code; see sigaction(2), "The siginfo_t
// argument".
#pragma once

#include "core/audit_arch.hpp"

#include <csignal>
#include <cstdint>
#include <string_view>

namespace cotrace::render {

/// The name of an si_code, such as "SEGV_MAPERR"; empty for a code without a name.
std::string_view signal_code_name(int signal, int code) noexcept;

/// Whether a signal reports a fault at an address.
constexpr bool is_fault(int signal) noexcept
{
    return signal == SIGILL || signal == SIGFPE || signal == SIGSEGV || signal == SIGBUS || signal == SIGTRAP;
}

/// The name of an audit architecture, such as "AUDIT_ARCH_X86_64"; empty for an architecture without a name.
std::string_view audit_arch_name(unsigned number) noexcept;

/// Passes the valid fields of a siginfo_t, except si_signo, si_code and si_errno, to a sink, in the order of strace.
template <class Sink>
class siginfo_parts {
public:
    siginfo_parts(siginfo_t const& info, Sink& to) noexcept
        : info_{info}
        , to_{to}
    {
    }

    void visit()
    {
        switch (info_.si_code) {
        case SI_USER:
        case SI_TKILL: return sender();
        case SI_TIMER:
            to_.hex("si_timerid", static_cast<std::uint32_t>(info_.si_timerid));
            to_.number("si_overrun", info_.si_overrun);
            return payload();
        case SI_SIGIO: return descriptor();
        case 0x80:   // SI_KERNEL: si_addr is valid if the signal reports a fault
            if (is_fault(info_.si_signo))
                return to_.address("si_addr", info_.si_addr);
            return cause();
        default: break;
        }
        if (info_.si_code < 0) {
            sender();
            return payload();
        }
        cause();
    }

private:
    void sender()
    {
        to_.number("si_pid", info_.si_pid);
        to_.user("si_uid", info_.si_uid);
    }
    void payload()
    {
        to_.number("si_int", info_.si_int);
        to_.address("si_ptr", info_.si_ptr);
    }

    void cause()
    {
        if (is_fault(info_.si_signo))
            return fault();
        switch (info_.si_signo) {
        case SIGCHLD: return child();
        case SIGPOLL:
            if (info_.si_code <= POLL_HUP)
                descriptor();
            return;
        case SIGSYS:
            to_.address("si_call_addr", info_.si_call_addr);
            to_.call("si_syscall", uapi::interface_of(info_.si_arch), static_cast<std::uint32_t>(info_.si_syscall));
            return to_.architecture("si_arch", info_.si_arch);
        default: return unknown_cause();
        }
    }

    void descriptor()
    {
        to_.number("si_band", info_.si_band);
        to_.number("si_fd", info_.si_fd);
    }

    // Passes the fields of a signal if neither its number nor si_code says which fields are valid.
    void unknown_cause()
    {
        if (info_.si_pid != 0 || info_.si_uid != 0)
            sender();
        if (info_.si_ptr != nullptr)
            payload();
    }

    void child()
    {
        sender();
        if (info_.si_code == CLD_EXITED)
            to_.number("si_status", info_.si_status);
        else
            to_.signal("si_status", info_.si_status);
        to_.ticks("si_utime", info_.si_utime);
        to_.ticks("si_stime", info_.si_stime);
    }

    void fault()
    {
        constexpr int bound_error = 3, key_error = 4;             // SEGV_BNDERR, SEGV_PKUERR
        constexpr int action_required = 4, action_optional = 5;   // BUS_MCEERR_AR, BUS_MCEERR_AO
        auto const code = info_.si_code;
        to_.address("si_addr", info_.si_addr);
        if (info_.si_signo == SIGSEGV && code == bound_error) {
            to_.address("si_lower", info_.si_lower);
            to_.address("si_upper", info_.si_upper);
        }
        if (info_.si_signo == SIGSEGV && code == key_error)
            to_.number("si_pkey", info_.si_pkey);
        if (info_.si_signo == SIGBUS && (code == action_required || code == action_optional))
            to_.hex("si_addr_lsb", static_cast<std::uint16_t>(info_.si_addr_lsb));
    }

    siginfo_t const& info_;
    Sink& to_;
};

}   // namespace cotrace::render
