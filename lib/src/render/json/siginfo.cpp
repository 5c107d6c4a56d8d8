// SPDX-License-Identifier: BSL-1.0
#include "render/json/siginfo.hpp"

#include "render/siginfo.hpp"

#include <cotrace/uapi/errnos.hpp>
#include <cotrace/uapi/signals.hpp>
#include <cotrace/uapi/syscalls.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace cotrace::render {
namespace {

/// Writes the fields that `siginfo_parts` passes to it.
class siginfo_fields {
public:
    explicit siginfo_fields(json_fields& to) noexcept
        : to_{to}
    {
    }

    void number(std::string_view field, std::int64_t number) { to_.add(field, number); }
    void user(std::string_view field, std::uint32_t id) { to_.add(field, id == ~std::uint32_t{0} ? -1 : std::int64_t{id}); }
    void ticks(std::string_view field, std::int64_t ticks) { to_.add(field, ticks); }
    void signal(std::string_view field, int number) { to_.add(field, number, uapi::signal_name(number)); }
    void address(std::string_view field, void const* at) { to_.add_address(field, reinterpret_cast<std::uintptr_t>(at)); }
    void hex(std::string_view field, std::uint64_t bits) { to_.add(field, static_cast<std::int64_t>(bits)); }
    void call(std::string_view field, std::optional<uapi::arch> interface, std::uint32_t number)
    {
        auto const* known = interface ? uapi::find(*interface, number) : nullptr;
        to_.add(field, number, known ? known->name : std::string_view{});
    }
    void architecture(std::string_view field, unsigned number) { to_.add(field, number, audit_arch_name(number)); }

private:
    json_fields& to_;
};

}   // namespace

void put_json_siginfo(json_writer& out, siginfo_t const& info)
{
    json_fields all{out};
    if (info.si_signo != 0) {
        siginfo_fields fields{all};
        fields.signal("si_signo", info.si_signo);
        all.add("si_code", info.si_code, signal_code_name(info.si_signo, info.si_code));
        if (info.si_errno != 0)
            all.add("si_errno", info.si_errno, uapi::errno_name(info.si_errno));
        siginfo_parts{info, fields}.visit();
    }
    all.close();
}

}   // namespace cotrace::render
