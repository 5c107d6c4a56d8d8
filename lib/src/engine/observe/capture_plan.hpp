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

/// Makes the plan that says what memory of a call the BPF programs read. `what` describes the types that the call is
/// decoded with. If `what` is null, or `options.decode` is false, the plan reads nothing. For a value with a custom
/// decoder, the plan may lack memory that the decoder needs: `captured_reader` reads the missing memory late.
call_plan plan_for(uapi::arch interface, uapi::syscall_descriptor const* what, capture_options const& options);

/// Makes the plans of all calls of all interfaces, and sets `call_slot::plan` of their slots. Calls with equal plans
/// share one plan. Plan 0 reads nothing. A slot keeps plan 0 if its call needs no reads, or if `plans` has no room.
void make_plans(std::span<call_slot> slots, std::span<call_plan> plans, capture_options const& options);

/// Sets `call_slot::wanted` of each slot: whether `wanted` selects the call, and the call may use what `accessed` selects.
void select_calls(std::span<call_slot> slots, filter const& wanted, access_filter const& accessed);

/// Converts an `interface_index` to the interface, and the reverse.
uapi::arch interface_at(std::uint32_t index) noexcept;
std::uint32_t index_of(uapi::arch interface) noexcept;

}   // namespace cotrace::engine::observe
