// SPDX-License-Identifier: BSL-1.0
#include "render/returned_type.hpp"

#include <cotrace/abi/syscalls.hpp>

#include <span>

namespace cotrace::render {

abi::type const& returned_type(syscall_call const& call) noexcept
{
    auto const* as = call.what ? call.what->returns.as : abi::returned_value{}.as;
    while (as->shape == abi::shape::choice) {
        auto const by = (as->length.from == abi::source::argument ? call.args[as->length.index] : 0) & as->length.mask;
        auto const* next = as->of;
        for (auto const& each : std::span{as->cases, as->count})
            if (each.value == (by & 0xffffffff))
                next = each.as;
        as = next;
    }
    return *as;
}

}   // namespace cotrace::render
