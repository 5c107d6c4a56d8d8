// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/recycled.hpp>
#include <cotrace/result.hpp>

#include <cstdint>
#include <vector>

/// On which CPUs a thread may run, and who goes first there: sched(7).
namespace cotrace::sys {

/// A bit per CPU, as many as the kernel has room for.
using cpu_mask = std::vector<unsigned long, recycling<unsigned long>>;

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

/// sched_setattr(2)'s attributes, in the size of Linux 3.14. glibc 2.36 does not name them.
struct scheduling {
    std::uint32_t size = sizeof(scheduling);
    std::uint32_t policy = 0;
    std::uint64_t flags = 0;
    std::int32_t  nice = 0;
    std::uint32_t priority = 0;
    std::uint64_t runtime = 0;   ///< of a fair policy: the time slice in nanoseconds (Linux 6.12)
    std::uint64_t deadline = 0;
    std::uint64_t period = 0;
};

/// While it lasts, whoever the calling thread wakes on its own CPU runs at once:
/// the kernel lets those with a shorter time slice go first (PREEMPT_SHORT,
/// Linux 6.12), so ours is longer than usual. On older kernels it does not begin.
/// The thread may be bound to that CPU meanwhile: two who take turns there look to
/// an idle CPU as if there were one too many.
///
/// The host's code should not run meanwhile: threads and processes that it makes
/// would have the slice and the CPU, too.
class patient_turn {
public:
    patient_turn() noexcept = default;
    ~patient_turn() { end(); }
    patient_turn(patient_turn const&) = delete;
    patient_turn& operator=(patient_turn const&) = delete;

    void begin(bool bound);
    void end();
    explicit operator bool() const noexcept { return lasts_; }

private:
    void bind();
    void unbind();

    scheduling before_{};
    cpu_mask own_;   ///< empty: we did not bind the thread
    unsigned bound_to_ = 0;   ///< the CPU of our mask
    bool lasts_ = false;
};

} // namespace cotrace::sys
