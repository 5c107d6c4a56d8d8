// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/access_filter.hpp>
#include <cotrace/capture.hpp>
#include <cotrace/filter.hpp>
#include <cotrace/uapi/syscalls.hpp>

#include "engine/observe/wire.hpp"

#include <cstdint>
#include <span>

namespace cotrace::engine::observe {

/// Plans the reads of a call: none if `what` is null. A custom decoder may need memory that the plan does not read.
call_plan plan_for(uapi::arch interface, uapi::syscall_descriptor const* what, capture_options const& options);

/// Makes the plans of all calls. A slot without reads, or without room in `plans`, keeps plan 0, which reads nothing.
void make_plans(std::span<call_slot> slots, std::span<call_plan> plans, capture_options const& options);

/// Sets `call_slot::wanted` of each slot: whether `wanted` selects the call, and the call may use what `accessed` selects.
void select_calls(std::span<call_slot> slots, filter const& wanted, access_filter const& accessed);

/// Converts an `interface_index` to the interface, and the reverse.
uapi::arch interface_at(std::uint32_t index) noexcept;
std::uint32_t index_of(uapi::arch interface) noexcept;

}   // namespace cotrace::engine::observe
