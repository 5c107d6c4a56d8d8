// SPDX-License-Identifier: BSL-1.0
// siginfo_t as text.
#include "render/siginfo.hpp"

#include "abi/constants/security.hpp"
#include "abi/constants/signal.hpp"
#include "render/text/value_writer.hpp"

#include <cotrace/abi/errnos.hpp>
#include <cotrace/abi/signals.hpp>
#include <cotrace/abi/syscalls.hpp>

namespace cotrace::render {
namespace {

namespace names = abi::names;

abi::name_table const* codes_of(int signal) noexcept
{
    switch (signal) {
    case SIGILL: return &names::sigill_codes;
    case SIGFPE: return &names::sigfpe_codes;
    case SIGSEGV: return &names::sigsegv_codes;
    case SIGBUS: return &names::sigbus_codes;
    case SIGTRAP: return &names::sigtrap_codes;
    case SIGCHLD: return &names::sigchld_codes;
    case SIGPOLL: return &names::sigpoll_codes;
    case SIGSYS: return &names::sigsys_codes;
    default: return nullptr;
    }
}

std::string_view name_in(abi::name_table const& codes, int code) noexcept
{
    auto const number = static_cast<std::uint64_t>(code);
    auto const* row = codes.find(number);
    if (!row)
        row = codes.find(number & 0xffffffff);
    return row ? row->name : std::string_view{};
}

// Writes the fields of a siginfo_t as text.
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
    // -1 stands for no user.
    void user(std::string_view name, std::uint32_t id)
    {
        label(name);
        if (id == ~std::uint32_t{0})
            to_ += "-1";
        else
            put_number(to_, id);
    }
    // Clock ticks: the kernel reports 100 per second to programs.
    void ticks(std::string_view name, std::int64_t ticks)
    {
        auto const number = static_cast<std::uint64_t>(ticks);
        label(name);
        put_number(to_, number);
        if (number == 0 || how_ == constants::raw)
            return;
        to_ += " /* ";
        put_ticks(to_, number);
        to_ += " */";
    }
    void call(std::string_view name, std::optional<abi::arch> interface, std::uint32_t number)
    {
        label(name);
        auto const* known = interface ? abi::find(*interface, number) : nullptr;
        put_constant(to_, how_, known ? "__NR_" + std::string{known->name} : std::string{}, [&] { put_number(to_, number); });
    }
    void hex(std::string_view name, std::uint64_t number)
    {
        label(name);
        put_hex(to_, number);
    }
    void architecture(std::string_view name, unsigned number)
    {
        label(name);
        auto const known = audit_arch_name(number);
        put_constant(to_, how_, known, [&] { put_hex(to_, number); });
        to_ += known.empty() && how_ != constants::raw ? " /* AUDIT_ARCH_??? */" : "";
    }
    void error(std::string_view name, int number)
    {
        label(name);
        put_constant(to_, how_, abi::errno_name(number), [&] { put_number(to_, static_cast<std::uint32_t>(number)); });
    }

private:
    void label(std::string_view name)
    {
        to_ += ", ";
        to_ += name;
        to_ += '=';
    }

    std::string&     to_;
    std::string_view sender_;   ///< the text for si_pid; empty: its number
    constants        how_;
};

} // namespace

std::string_view audit_arch_name(unsigned number) noexcept
{
    return name_in(names::audit_arches, static_cast<int>(number));
}

std::string_view signal_code_name(int signal, int code) noexcept
{
    auto const name = name_in(names::signal_codes, code);
    auto const* own = codes_of(signal);
    return name.empty() && own ? name_in(*own, code) : name;
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
    put_constant(to, how, signal_code_name(info.si_signo, info.si_code), [&] { put_hex(to, static_cast<std::uint32_t>(info.si_code)); });
    siginfo_writer writer{to, sender, how};
    if (info.si_errno != 0)
        writer.error("si_errno", info.si_errno);
    siginfo_parts{info, writer}.visit();
    to += '}';
}

} // namespace cotrace::render
