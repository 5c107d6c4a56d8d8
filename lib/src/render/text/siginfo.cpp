// SPDX-License-Identifier: BSL-1.0
// Writes a siginfo_t as text.
#include "render/text/siginfo.hpp"

#include "render/numbers.hpp"
#include "render/siginfo.hpp"
#include "render/text/constants.hpp"
#include "render/text/time.hpp"

#include <cotrace/uapi/errnos.hpp>
#include <cotrace/uapi/syscalls.hpp>

#include <string>

namespace cotrace::render {
namespace {

// Writes the fields that `siginfo_parts` passes to it.
class siginfo_writer {
public:
    siginfo_writer(std::string& to, std::string_view sender, constants how) noexcept
        : to_{to}
        , sender_{sender}
        , how_{how}
    {
    }

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
    // Writes a user id. The id -1 stands for no user.
    void user(std::string_view name, std::uint32_t id)
    {
        label(name);
        if (id == ~std::uint32_t{0})
            to_ += "-1";
        else
            put_number(to_, id);
    }
    // Writes a number of clock ticks of 1/100 s (USER_HZ), and the time in seconds.
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
    void call(std::string_view name, std::optional<uapi::arch> interface, std::uint32_t number)
    {
        label(name);
        auto const* known = interface ? uapi::find(*interface, number) : nullptr;
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
        put_constant(to_, how_, uapi::errno_name(number), [&] { put_number(to_, static_cast<std::uint32_t>(number)); });
    }

private:
    void label(std::string_view name)
    {
        to_ += ", ";
        to_ += name;
        to_ += '=';
    }

    std::string& to_;
    std::string_view sender_;   ///< the text for si_pid; if empty, the number is written
    constants how_;
};

}   // namespace

void put_siginfo(std::string& to, siginfo_t const& info, std::string_view sender, constants how)
{
    if (info.si_signo == 0) {
        to += "{}";
        return;
    }
    to += "{si_signo=";
    put_signal(to, info.si_signo, how);
    to += ", si_code=";
    put_constant(to, how, signal_code_name(info.si_signo, info.si_code),
                 [&] { put_hex(to, static_cast<std::uint32_t>(info.si_code)); });
    siginfo_writer writer{to, sender, how};
    if (info.si_errno != 0)
        writer.error("si_errno", info.si_errno);
    siginfo_parts{info, writer}.visit();
    to += '}';
}

}   // namespace cotrace::render
