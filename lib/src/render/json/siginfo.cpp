// SPDX-License-Identifier: BSL-1.0
#include "render/json/siginfo.hpp"

#include "render/json/json_object.hpp"
#include "render/siginfo.hpp"

#include <cotrace/uapi/errnos.hpp>
#include <cotrace/uapi/syscalls.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace cotrace::render {
namespace {

/// Writes the fields of a siginfo_t as members.
class siginfo_members {
public:
    explicit siginfo_members(json_object& to) noexcept
        : to_{to}
    {
    }

    void number(std::string_view name, std::int64_t number) { put_json_integer(to_.member(name), number); }
    void user(std::string_view name, std::uint32_t id) { number(name, id == ~std::uint32_t{0} ? -1 : std::int64_t{id}); }
    void ticks(std::string_view name, std::int64_t ticks) { number(name, ticks); }
    void signal(std::string_view name, int number) { put_json_signal(to_.member(name), number); }
    void address(std::string_view name, void const* at)
    {
        put_json_address(to_.member(name), reinterpret_cast<std::uintptr_t>(at));
    }
    void hex(std::string_view name, std::uint64_t number)
    {
        put_json_integer(to_.member(name), static_cast<std::int64_t>(number));
    }
    void call(std::string_view name, std::optional<uapi::arch> interface, std::uint32_t number)
    {
        auto const* known = interface ? uapi::find(*interface, number) : nullptr;
        put_json_constant(to_.member(name), number, known ? known->name : std::string_view{});
    }
    void architecture(std::string_view name, unsigned number)
    {
        put_json_constant(to_.member(name), number, audit_arch_name(number));
    }

private:
    json_object& to_;
};

}   // namespace

void put_json_siginfo(std::string& to, siginfo_t const& info)
{
    json_object parts{to};
    if (info.si_signo != 0) {
        put_json_signal(parts.member("si_signo"), info.si_signo);
        put_json_constant(parts.member("si_code"), info.si_code, signal_code_name(info.si_signo, info.si_code));
        if (info.si_errno != 0)
            put_json_constant(parts.member("si_errno"), info.si_errno, uapi::errno_name(info.si_errno));
        siginfo_members members{parts};
        siginfo_parts{info, members}.visit();
    }
    parts.close();
}

}   // namespace cotrace::render
