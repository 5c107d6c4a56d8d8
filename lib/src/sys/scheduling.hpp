// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/recycled.hpp>
#include <cotrace/result.hpp>

#include <cstdint>
#include <vector>

/// CPU affinity and time slices: sched(7).
namespace cotrace::sys {

/// A set of CPUs, with one bit for each CPU, as in sched_setaffinity(2).
using cpu_mask = std::vector<unsigned long, recycling<unsigned long>>;

/// A mask with only this CPU.
cpu_mask only(unsigned cpu);
bool includes(cpu_mask const& mask, unsigned cpu) noexcept;
bool has_several(cpu_mask const& mask) noexcept;

result<cpu_mask> affinity_of(tid thread);
result<void> set_affinity(tid thread, cpu_mask const& mask) noexcept;

/// Whether the thread may run on this CPU only.
bool is_bound_to(tid thread, unsigned cpu);

/// Whether the thread has a fair scheduling policy: SCHED_OTHER (the default), SCHED_BATCH or SCHED_IDLE. See sched(7).
bool is_scheduled_fairly(tid thread) noexcept;

/// The CPU that the calling thread runs on; 0 if it cannot be found out.
unsigned current_cpu() noexcept;

/// struct sched_attr of sched_setattr(2), in the size of Linux 3.14. glibc 2.36 does not declare it.
struct scheduling {
    std::uint32_t size = sizeof(scheduling);
    std::uint32_t policy = 0;
    std::uint64_t flags = 0;
    std::int32_t nice = 0;
    std::uint32_t priority = 0;
    std::uint64_t runtime = 0;   ///< for fair policies, the time slice in nanoseconds; 0 before Linux 6.12
    std::uint64_t deadline = 0;
    std::uint64_t period = 0;
};

/// Gives the calling thread a longer time slice, so that a thread that it wakes on its CPU usually runs at once (PREEMPT_SHORT,
/// Linux 6.12). Has no effect on older kernels, and for policies other than SCHED_OTHER and SCHED_BATCH.
///
/// `begin(true)` also binds the calling thread to its CPU. Otherwise the kernel may move one of two threads that run alternately
/// on one CPU.
///
/// Host code should not run between `begin` and `end`: its new threads and processes would inherit the time slice and the CPU
/// mask.
class longer_time_slice {
public:
    longer_time_slice() noexcept = default;
    ~longer_time_slice() { end(); }
    longer_time_slice(longer_time_slice const&) = delete;
    longer_time_slice& operator=(longer_time_slice const&) = delete;

    void begin(bool bound);
    void end();
    explicit operator bool() const noexcept { return active_; }

private:
    void bind();
    void unbind();

    scheduling before_{};
    cpu_mask own_;            ///< the thread's CPU mask before `bind`; empty if `bind` did not change the mask
    unsigned bound_to_ = 0;   ///< the CPU that `bind` bound the thread to
    bool active_ = false;
};

}   // namespace cotrace::sys
