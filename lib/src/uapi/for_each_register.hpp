// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/uapi/argument.hpp>
#include <cotrace/uapi/width.hpp>

#include <span>

namespace cotrace::uapi {

/// Calls `f(parameter, first, count)` for each argument: the argument is in `count` registers, beginning with the index
/// `first`. A 64-bit argument of a 32-bit program is in two registers, the low half first. `f` must check the indices,
/// because a `vocabulary` may name more registers than a call has.
template <class F>
constexpr void for_each_register(std::span<parameter const> parameters, data_model model, F f)
{
    unsigned next = 0;
    for (auto const& each : parameters) {
        unsigned const first = each.from >= 0 ? static_cast<unsigned>(each.from) : next;
        unsigned const count = each.as->register_pair && model == data_model::ilp32 ? 2 : 1;
        f(each, first, count);
        next = first + count;
    }
}

}   // namespace cotrace::uapi
