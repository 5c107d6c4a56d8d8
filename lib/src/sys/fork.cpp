// SPDX-License-Identifier: BSL-1.0
#include "sys/fork.hpp"

#include <atomic>
#include <utility>
#include <vector>

#include <pthread.h>

namespace cotrace::sys {

namespace {

std::atomic<unsigned> forks{0};

}   // namespace

unsigned generation() noexcept
{
    static int const registered = ::pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); });
    (void)registered;
    return forks.load(std::memory_order_relaxed);
}

void never_destroy(std::shared_ptr<void const> copy)
{
    static auto& kept = *new std::vector<std::shared_ptr<void const>>;
    kept.push_back(std::move(copy));
}

}   // namespace cotrace::sys
