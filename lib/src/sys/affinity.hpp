// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/result.hpp>

#include <vector>

/// On which CPUs a thread may run: sched_setaffinity(2).
namespace cotrace::sys {

/// A bit per CPU, as many as the kernel has room for.
using cpu_mask = std::vector<unsigned long>;

/// Just this CPU.
cpu_mask only(unsigned cpu);
bool includes(cpu_mask const& mask, unsigned cpu) noexcept;
bool has_several(cpu_mask const& mask) noexcept;

result<cpu_mask> affinity_of(tid thread);
result<void> set_affinity(tid thread, cpu_mask const& mask) noexcept;

/// Whether it may run on this CPU alone.
bool is_just(tid thread, unsigned cpu);

/// Whether it shares its CPU fairly, as it does by default: sched(7).
bool is_scheduled_fairly(tid thread) noexcept;

/// The CPU that the calling thread runs on.
unsigned current_cpu() noexcept;

} // namespace cotrace::sys
