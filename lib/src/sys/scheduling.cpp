// SPDX-License-Identifier: BSL-1.0
#include "sys/scheduling.hpp"

#include "sys/errno.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace cotrace::sys {

namespace {

constexpr std::size_t word_bits = sizeof(unsigned long) * 8;
constexpr std::size_t most_words = 8192 / word_bits;   // 8192 is the kernel's largest NR_CPUS

/// The ratio of the longer time slice to the usual slice. After a wake-up, the rest of the longer slice is nearly always longer
/// than the whole slice of the woken thread.
constexpr std::uint64_t slice_factor = 4;
constexpr std::uint64_t longest_slice = 100'000'000;   // in nanoseconds; the kernel shortens a longer slice to this value

constexpr tid myself{};

bool set(scheduling const& wanted) noexcept { return ::syscall(SYS_sched_setattr, 0, &wanted, 0) == 0; }

}   // namespace

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

bool is_bound_to(tid thread, unsigned cpu)
{
    auto const now = affinity_of(thread);
    return now && includes(now.value(), cpu) && !has_several(now.value());
}

// Makes the system call directly, because glibc's wrapper does not return the size of the kernel's mask.
result<cpu_mask> affinity_of(tid thread)
{
    std::array<unsigned long, most_words> words;
    auto const got = ::syscall(SYS_sched_getaffinity, raw(thread), sizeof words, words.data());
    if (got < 0)
        return last_error();
    return cpu_mask(words.begin(), words.begin() + got / static_cast<long>(sizeof(unsigned long)));
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

void longer_time_slice::begin(bool bound)
{
    if (active_ || ::syscall(SYS_sched_getattr, 0, &before_, sizeof before_, 0) != 0)
        return;
    if (before_.runtime == 0 || (before_.policy != SCHED_OTHER && before_.policy != SCHED_BATCH))
        return;
    auto longer = before_;
    longer.runtime = std::min(before_.runtime * slice_factor, longest_slice);
    active_ = set(longer);
    if (active_ && bound)
        bind();
}

void longer_time_slice::end()
{
    if (!std::exchange(active_, false))
        return;
    unbind();
    set(before_);
}

void longer_time_slice::bind()
{
    auto const here = current_cpu();
    auto own = affinity_of(myself);
    if (!own || !has_several(own.value()) || !set_affinity(myself, only(here)))
        return;
    own_ = std::move(own).value();
    bound_to_ = here;
}

void longer_time_slice::unbind()
{
    // If other code has changed the CPU mask since `bind`, the changed mask is kept.
    if (!own_.empty() && is_bound_to(myself, bound_to_))
        (void)set_affinity(myself, own_);
    own_.clear();
}

}   // namespace cotrace::sys
