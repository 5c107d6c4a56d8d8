// SPDX-License-Identifier: BSL-1.0
// Tests of `recycled`: a thread keeps the memory that it releases, and uses this memory for its next records.
#include "support/catch.hpp"

#include <cotrace/recycled.hpp>

#include <algorithm>
#include <thread>
#include <vector>

namespace recycled_tests {

using namespace cotrace;

TEST_CASE("an allocation gets the memory that its thread released last in the size class of the allocation")
{
    void* const small = recycled::allocate(40);
    void* const large = recycled::allocate(3000);
    recycled::release(small, 40);
    recycled::release(large, 3000);
#if !defined(__SANITIZE_ADDRESS__)   // under the address sanitizer, a thread keeps no released memory
    CHECK(recycled::allocate(33) == small);
    CHECK(recycled::allocate(2561) == large);
#else
    void* const again = recycled::allocate(33);
    CHECK(again != small);
    recycled::release(again, 33);
    return;
#endif
    recycled::release(small, 33);
    recycled::release(large, 2561);
}

TEST_CASE("a thread can use and release memory of any size that another thread allocated")
{
    for (std::size_t const size : {0, 1, 31, 32, 33, 40, 41, 64, 65, 80, 81, 3584, 3585, 4095, 4096, 4097, 100'000}) {
        std::vector<unsigned char*> mine;
        std::thread{[&] {
            for (unsigned char i = 0; i < 100; ++i)
                std::fill_n(mine.emplace_back(static_cast<unsigned char*>(recycled::allocate(size))), size, i);
        }}.join();
        for (std::size_t i = 0; i < mine.size(); ++i) {
            CHECK(std::count(mine[i], mine[i] + size, static_cast<unsigned char>(i)) == static_cast<std::ptrdiff_t>(size));
            recycled::release(mine[i], size);
        }
    }
}

TEST_CASE("a thread can allocate and release until its last thread-local object is destroyed")
{
    std::thread{[] {
        thread_local std::vector<int, recycling<int>>
            outlives;   // constructed before the thread's cache of memory, and so destroyed after the cache
        outlives.resize(10);
        std::vector<int, recycling<int>> const dies(10);
        outlives.resize(1000);
        CHECK(outlives.back() == 0);
    }}.join();
    std::thread{[] {
        thread_local std::vector<int, recycling<int>> outlives;
        recycled::release(recycled::allocate(10), 10);
        outlives.assign(10, 1);
        CHECK(outlives.back() == 1);
    }}.join();
}

}   // namespace recycled_tests
