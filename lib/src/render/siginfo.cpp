// SPDX-License-Identifier: BSL-1.0
// siginfo_t by cause; see sigaction(2), "The siginfo_t argument".
#include "render/text_value.hpp"

#include <cotrace/abi/syscalls.hpp>

#include <span>

#include <linux/audit.h>

namespace cotrace::render {
namespace {

struct code_name {
    int              code;
    std::string_view name;
};

constexpr code_name any_codes[] = {
    {SI_USER, "SI_USER"},     {0x80, "SI_KERNEL"},      {SI_QUEUE, "SI_QUEUE"},     {SI_TIMER, "SI_TIMER"},
    {SI_MESGQ, "SI_MESGQ"},   {SI_ASYNCIO, "SI_ASYNCIO"}, {SI_SIGIO, "SI_SIGIO"},   {SI_TKILL, "SI_TKILL"},
    {-7, "SI_DETHREAD"},      {-60, "SI_ASYNCNL"},
};
constexpr code_name ill_codes[] = {
    {1, "ILL_ILLOPC"}, {2, "ILL_ILLOPN"}, {3, "ILL_ILLADR"}, {4, "ILL_ILLTRP"}, {5, "ILL_PRVOPC"},
    {6, "ILL_PRVREG"}, {7, "ILL_COPROC"}, {8, "ILL_BADSTK"}, {9, "ILL_BADIADDR"},
};
constexpr code_name fpe_codes[] = {
    {1, "FPE_INTDIV"}, {2, "FPE_INTOVF"}, {3, "FPE_FLTDIV"}, {4, "FPE_FLTOVF"}, {5, "FPE_FLTUND"}, {6, "FPE_FLTRES"},
    {7, "FPE_FLTINV"}, {8, "FPE_FLTSUB"}, {14, "FPE_FLTUNK"}, {15, "FPE_CONDTRAP"},
};
constexpr code_name segv_codes[] = {
    {1, "SEGV_MAPERR"}, {2, "SEGV_ACCERR"}, {3, "SEGV_BNDERR"}, {4, "SEGV_PKUERR"}, {5, "SEGV_ACCADI"},
    {6, "SEGV_ADIDERR"}, {7, "SEGV_ADIPERR"}, {8, "SEGV_MTEAERR"}, {9, "SEGV_MTESERR"}, {10, "SEGV_CPERR"},
};
constexpr code_name bus_codes[] = {
    {1, "BUS_ADRALN"}, {2, "BUS_ADRERR"}, {3, "BUS_OBJERR"}, {4, "BUS_MCEERR_AR"}, {5, "BUS_MCEERR_AO"},
};
constexpr code_name trap_codes[] = {
    {1, "TRAP_BRKPT"}, {2, "TRAP_TRACE"}, {3, "TRAP_BRANCH"}, {4, "TRAP_HWBKPT"}, {5, "TRAP_UNK"}, {6, "TRAP_PERF"},
};
constexpr code_name chld_codes[] = {
    {1, "CLD_EXITED"}, {2, "CLD_KILLED"}, {3, "CLD_DUMPED"}, {4, "CLD_TRAPPED"}, {5, "CLD_STOPPED"}, {6, "CLD_CONTINUED"},
};
constexpr code_name poll_codes[] = {
    {1, "POLL_IN"}, {2, "POLL_OUT"}, {3, "POLL_MSG"}, {4, "POLL_ERR"}, {5, "POLL_PRI"}, {6, "POLL_HUP"},
};
constexpr code_name sys_codes[] = {{1, "SYS_SECCOMP"}, {2, "SYS_USER_DISPATCH"}};

std::span<code_name const> codes_of(int signal) noexcept
{
    switch (signal) {
    case SIGILL: return ill_codes;
    case SIGFPE: return fpe_codes;
    case SIGSEGV: return segv_codes;
    case SIGBUS: return bus_codes;
    case SIGTRAP: return trap_codes;
    case SIGCHLD: return chld_codes;
    case SIGPOLL: return poll_codes;
    case SIGSYS: return sys_codes;
    default: return {};
    }
}

bool put_code_from(std::string& to, std::span<code_name const> names, int code)
{
    for (auto const& each : names)
        if (each.code == code) {
            to += each.name;
            return true;
        }
    return false;
}

void put_code(std::string& to, int signal, int code)
{
    if (put_code_from(to, any_codes, code) || put_code_from(to, codes_of(signal), code))
        return;
    put_hex(to, static_cast<std::uint32_t>(code));
    auto const* unknown = signal == SIGILL ? "ILL_???" : signal == SIGFPE ? "FPE_???" : signal == SIGSEGV ? "SEGV_???"
        : signal == SIGBUS ? "BUS_???" : signal == SIGTRAP ? "TRAP_???" : signal == SIGCHLD ? "CLD_???"
        : signal == SIGPOLL ? "POLL_???" : signal == SIGSYS ? "SYS_???" : "SI_???";
    to += " /* ";
    to += unknown;
    to += " */";
}

class siginfo_writer {
public:
    siginfo_writer(std::string& to, siginfo_t const& info) noexcept : to_{to}, info_{info} {}

    void write()
    {
        if (info_.si_signo == 0) {
            to_ += "{}";
            return;
        }
        to_ += "{si_signo=";
        put_signal(to_, info_.si_signo);
        to_ += ", si_code=";
        put_code(to_, info_.si_signo, info_.si_code);
        if (info_.si_errno != 0)
            part("si_errno", info_.si_errno);
        cause();
        to_ += '}';
    }

private:
    void part(std::string_view name, std::int64_t number)
    {
        label(name);
        put_signed(to_, number);
    }
    void label(std::string_view name)
    {
        to_ += ", ";
        to_ += name;
        to_ += '=';
    }
    void address(std::string_view name, void const* at)
    {
        label(name);
        if (at)
            put_hex(to_, reinterpret_cast<std::uintptr_t>(at));
        else
            to_ += "NULL";
    }
    // In clock ticks, of which the kernel shows programs 100 a second.
    void spent(std::string_view name, std::int64_t ticks)
    {
        part(name, ticks);
        if (ticks <= 0)
            return;
        to_ += " /* ";
        put_signed(to_, ticks / 100);
        to_ += '.';
        put_padded(to_, static_cast<std::uint64_t>(ticks % 100), 2);
        to_ += " s */";
    }
    void sender()
    {
        part("si_pid", info_.si_pid);
        part("si_uid", info_.si_uid);
    }
    void payload()
    {
        part("si_int", info_.si_int);
        address("si_ptr", info_.si_ptr);
    }

    void cause()
    {
        switch (info_.si_code) {
        case SI_USER:
        case SI_TKILL: return sender();
        case SI_TIMER:
            part("si_timerid", info_.si_timerid);
            part("si_overrun", info_.si_overrun);
            return payload();
        case 0x80:   // SI_KERNEL, with an address for faults only
            if (codes_of(info_.si_signo).empty() || info_.si_signo == SIGCHLD || info_.si_signo == SIGPOLL
                || info_.si_signo == SIGSYS)
                return;
            return address("si_addr", info_.si_addr);
        default: break;
        }
        if (info_.si_code < 0) {
            sender();
            return payload();
        }
        fault();
    }

    void fault()
    {
        switch (info_.si_signo) {
        case SIGCHLD:
            sender();
            label("si_status");
            if (info_.si_code == CLD_EXITED)
                put_signed(to_, info_.si_status);
            else
                put_signal(to_, info_.si_status);
            spent("si_utime", info_.si_utime);
            return spent("si_stime", info_.si_stime);
        case SIGILL:
        case SIGFPE:
        case SIGSEGV:
        case SIGBUS:
        case SIGTRAP:
            address("si_addr", info_.si_addr);
            if (info_.si_signo == SIGSEGV && info_.si_code == 3) {
                address("si_lower", info_.si_lower);
                address("si_upper", info_.si_upper);
            }
            if (info_.si_signo == SIGSEGV && info_.si_code == 4)
                part("si_pkey", info_.si_pkey);
            if (info_.si_signo == SIGBUS && (info_.si_code == 4 || info_.si_code == 5))
                part("si_addr_lsb", info_.si_addr_lsb);
            return;
        case SIGPOLL:
            part("si_band", info_.si_band);
            return part("si_fd", info_.si_fd);
        case SIGSYS: return refused_call();
        default:
            sender();
            return payload();
        }
    }

    void refused_call()
    {
        address("si_call_addr", info_.si_call_addr);
        label("si_syscall");
        auto const interface = info_.si_arch == AUDIT_ARCH_I386 ? abi::arch::i386
            : info_.si_arch == AUDIT_ARCH_AARCH64 ? abi::arch::aarch64
            : info_.si_arch == AUDIT_ARCH_RISCV64 ? abi::arch::riscv64 : abi::arch::x86_64;
        if (auto const* known = abi::find(interface, static_cast<std::uint32_t>(info_.si_syscall))) {
            to_ += "__NR_";
            to_ += known->name;
        } else
            put_signed(to_, info_.si_syscall);
        label("si_arch");
        switch (info_.si_arch) {
        case AUDIT_ARCH_X86_64: to_ += "AUDIT_ARCH_X86_64"; return;
        case AUDIT_ARCH_I386: to_ += "AUDIT_ARCH_I386"; return;
        case AUDIT_ARCH_AARCH64: to_ += "AUDIT_ARCH_AARCH64"; return;
        case AUDIT_ARCH_RISCV64: to_ += "AUDIT_ARCH_RISCV64"; return;
        default: put_hex(to_, info_.si_arch);
        }
    }

    std::string&     to_;
    siginfo_t const& info_;
};

} // namespace

void put_siginfo(std::string& to, siginfo_t const& info)
{
    siginfo_writer{to, info}.write();
}

} // namespace cotrace::render
