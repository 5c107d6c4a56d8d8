// SPDX-License-Identifier: BSL-1.0
#include "record/returned_type.hpp"

#include <cotrace/uapi/syscalls.hpp>

#include <span>

namespace cotrace {

uapi::type const& returned_type(syscall_call const& call) noexcept
{
    auto const* as = call.what ? call.what->returns.as : uapi::returned_value{}.as;
    while (as->shape == uapi::shape::choice) {
        auto const by = (as->length.from == uapi::source::argument ? call.args[as->length.index] : 0) & as->length.mask;
        auto const* next = as->of;
        for (auto const& each : std::span{as->cases, as->count})
            if (each.value == (by & 0xffffffff))
                next = each.as;
        as = next;
    }
    return *as;
}

}   // namespace cotrace
