// SPDX-License-Identifier: BSL-1.0
// siginfo_t as text.
#include "render/siginfo.hpp"

#include "render/text_value.hpp"

#include <cotrace/abi/syscalls.hpp>

#include <span>

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

std::string_view name_from(std::span<code_name const> names, int code) noexcept
{
    for (auto const& each : names)
        if (each.code == code)
            return each.name;
    return {};
}

void put_code(std::string& to, int signal, int code, constants how)
{
    auto const name = signal_code_name(signal, code);
    put_constant(to, how, name, [&] { put_hex(to, static_cast<std::uint32_t>(code)); });
    if (!name.empty() || how == constants::raw)
        return;
    auto const* unknown = signal == SIGILL ? "ILL_???" : signal == SIGFPE ? "FPE_???" : signal == SIGSEGV ? "SEGV_???"
        : signal == SIGBUS ? "BUS_???" : signal == SIGTRAP ? "TRAP_???" : signal == SIGCHLD ? "CLD_???"
        : signal == SIGPOLL ? "POLL_???" : signal == SIGSYS ? "SYS_???" : "SI_???";
    to += " /* ";
    to += unknown;
    to += " */";
}

// Writes the parts that it is told.
class siginfo_writer {
public:
    siginfo_writer(std::string& to, std::string_view sender, constants how) noexcept : to_{to}, sender_{sender}, how_{how} {}

    void number(std::string_view name, std::int64_t number)
    {
        label(name);
        if (name == "si_pid" && !sender_.empty())
            to_ += sender_;
        else
            put_signed(to_, number);
    }
    void address(std::string_view name, void const* at)
    {
        label(name);
        if (at)
            put_hex(to_, reinterpret_cast<std::uintptr_t>(at));
        else
            to_ += "NULL";
    }
    void signal(std::string_view name, int number)
    {
        label(name);
        put_signal(to_, number, how_);
    }
    // In clock ticks, of which the kernel shows programs 100 a second.
    void ticks(std::string_view name, std::int64_t ticks)
    {
        number(name, ticks);
        if (ticks <= 0)
            return;
        to_ += " /* ";
        put_signed(to_, ticks / 100);
        to_ += '.';
        put_padded(to_, static_cast<std::uint64_t>(ticks % 100), 2);
        to_ += " s */";
    }
    void call(std::string_view name, abi::arch interface, int number)
    {
        label(name);
        auto const* known = abi::find(interface, static_cast<std::uint32_t>(number));
        put_constant(to_, how_, known ? "__NR_" + std::string{known->name} : std::string{}, [&] { put_signed(to_, number); });
    }
    void architecture(std::string_view name, unsigned number)
    {
        label(name);
        put_constant(to_, how_, audit_arch_name(number), [&] { put_hex(to_, number); });
    }

private:
    void label(std::string_view name)
    {
        to_ += ", ";
        to_ += name;
        to_ += '=';
    }

    std::string&     to_;
    std::string_view sender_;   ///< what si_pid is, if more than its number
    constants        how_;
};

} // namespace

std::string_view signal_code_name(int signal, int code) noexcept
{
    auto const name = name_from(any_codes, code);
    return name.empty() ? name_from(codes_of(signal), code) : name;
}

void put_siginfo(std::string& to, siginfo_t const& info, std::string_view sender, constants how)
{
    if (info.si_signo == 0) {
        to += "{}";
        return;
    }
    to += "{si_signo=";
    put_signal(to, info.si_signo, how);
    to += ", si_code=";
    put_code(to, info.si_signo, info.si_code, how);
    siginfo_writer writer{to, sender, how};
    if (info.si_errno != 0)
        writer.number("si_errno", info.si_errno);
    siginfo_parts{info, writer}.tell();
    to += '}';
}

} // namespace cotrace::render
