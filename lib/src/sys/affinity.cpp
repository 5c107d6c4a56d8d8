// SPDX-License-Identifier: BSL-1.0
#include "sys/affinity.hpp"

#include "sys/errno.hpp"

#include <bit>

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace cotrace::sys {

namespace {

constexpr std::size_t word_bits = sizeof(unsigned long) * 8;
constexpr std::size_t most_words = 8192 / word_bits;   // the kernel's largest NR_CPUS

} // namespace

cpu_mask only(unsigned cpu)
{
    cpu_mask mask(cpu / word_bits + 1);
    mask.back() = 1ul << cpu % word_bits;
    return mask;
}

bool includes(cpu_mask const& mask, unsigned cpu) noexcept
{
    auto const word = cpu / word_bits;
    return word < mask.size() && (mask[word] >> cpu % word_bits & 1) != 0;
}

bool has_several(cpu_mask const& mask) noexcept
{
    int count = 0;
    for (auto const word : mask)
        count += std::popcount(word);
    return count > 1;
}

bool is_just(tid thread, unsigned cpu)
{
    auto const now = affinity_of(thread);
    return now && includes(now.value(), cpu) && !has_several(now.value());
}

// glibc's wrappers hide how much of the mask the kernel has.
result<cpu_mask> affinity_of(tid thread)
{
    cpu_mask mask(most_words);
    auto const got = ::syscall(SYS_sched_getaffinity, raw(thread), mask.size() * sizeof(unsigned long), mask.data());
    if (got < 0)
        return last_error();
    mask.resize(static_cast<std::size_t>(got) / sizeof(unsigned long));
    return mask;
}

result<void> set_affinity(tid thread, cpu_mask const& mask) noexcept
{
    if (::syscall(SYS_sched_setaffinity, raw(thread), mask.size() * sizeof(unsigned long), mask.data()) < 0)
        return last_error();
    return outcome::success();
}

bool is_scheduled_fairly(tid thread) noexcept
{
    int const policy = ::sched_getscheduler(raw(thread)) & ~SCHED_RESET_ON_FORK;
    return policy == SCHED_OTHER || policy == SCHED_BATCH || policy == SCHED_IDLE;
}

unsigned current_cpu() noexcept
{
    int const cpu = ::sched_getcpu();
    return cpu < 0 ? 0 : static_cast<unsigned>(cpu);
}

} // namespace cotrace::sys
