// SPDX-License-Identifier: BSL-1.0
#include "render/siginfo.hpp"

#include "uapi/constants/security.hpp"
#include "uapi/constants/signal.hpp"

namespace cotrace::render {
namespace {

namespace names = uapi::names;

uapi::name_table const* codes_of(int signal) noexcept
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

std::string_view name_in(uapi::name_table const& codes, int code) noexcept
{
    auto const number = static_cast<std::uint64_t>(code);
    auto const* row = codes.find(number);
    if (!row)
        row = codes.find(number & 0xffffffff);
    return row ? row->name : std::string_view{};
}

}   // namespace

std::string_view audit_arch_name(unsigned number) noexcept { return name_in(names::audit_arches, static_cast<int>(number)); }

std::string_view signal_code_name(int signal, int code) noexcept
{
    auto const name = name_in(names::signal_codes, code);
    auto const* own = codes_of(signal);
    return name.empty() && own ? name_in(*own, code) : name;
}

}   // namespace cotrace::render
