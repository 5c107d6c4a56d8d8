// SPDX-License-Identifier: BSL-1.0
#include <cotrace/recycled.hpp>

#include <array>
#include <bit>
#include <cstdint>
#include <new>

namespace cotrace::recycled {

namespace {

// The sizes of blocks: 32, 40, 48, 56, 64, 80 … 4096, with four steps from each power of two to the next.
constexpr std::size_t smallest = 32, largest = 4096;
// A thread that keeps this many bytes in free blocks of one size keeps no further block of this size.
constexpr std::size_t most_bytes = std::size_t{64} << 10;

constexpr auto sizes = [] {
    std::array<std::size_t, 29> made{smallest};
    for (std::size_t i = 1; i < made.size(); ++i)
        made[i] = made[i - 1] + std::bit_floor(made[i - 1]) / 4;
    return made;
}();
static_assert(sizes[1] == 40 && sizes[4] == 64 && sizes[5] == 80 && sizes.back() == largest);

/// For each i, the index in `sizes` of the smallest block size that is not less than 8 * i.
constexpr auto indices = [] {
    std::array<std::uint8_t, largest / 8 + 1> made{};
    for (std::size_t i = 1; i < made.size(); ++i)
        made[i] = made[i - 1] + (sizes[made[i - 1]] < 8 * i ? 1 : 0);
    return made;
}();

/// The index in `sizes` of the smallest block size that is not less than `bytes`. `bytes` is at most `largest`.
constexpr std::size_t index_of(std::size_t bytes) noexcept { return indices[(bytes + 7) / 8]; }
static_assert(sizes[index_of(0)] == 32 && sizes[index_of(33)] == 40 && sizes[index_of(65)] == 80
              && sizes[index_of(largest)] == largest);

struct link {
    link* next;
};

struct free_list {
    link* first = nullptr;
    std::size_t count = 0;
};

// With these sanitizers, nothing is cached. Otherwise the sanitizers could not detect a use of a block by its earlier owner.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool caches = false;
#elif defined(__has_feature)
constexpr bool caches = !__has_feature(address_sanitizer) && !__has_feature(memory_sanitizer);
#else
constexpr bool caches = true;
#endif

// Objects that are destroyed after the cache can still read a bool, because a bool has no destructor.
thread_local bool cache_destroyed = false;

struct thread_cache {
    std::array<free_list, sizes.size()> lists{};

    ~thread_cache()
    {
        cache_destroyed = true;
        for (auto& each : lists)
            while (each.first != nullptr) {
                link* const gone = each.first;
                each.first = gone->next;
                ::operator delete(gone);
            }
    }
};
thread_local thread_cache cache;

}   // namespace

void* allocate(std::size_t bytes)
{
    if (!caches || bytes > largest)
        return ::operator new(bytes);
    // A new block has the full size, because release() may put it into the list of free blocks of that size.
    auto const which = index_of(bytes);
    if (cache_destroyed || cache.lists[which].first == nullptr)
        return ::operator new(sizes[which]);
    auto& from = cache.lists[which];
    link* const taken = from.first;
    from.first = taken->next;
    --from.count;
    return taken;
}

void release(void* memory, std::size_t bytes) noexcept
{
    if (!caches || bytes > largest || cache_destroyed)
        return ::operator delete(memory);
    auto const which = index_of(bytes);
    auto& to = cache.lists[which];
    if (to.count * sizes[which] >= most_bytes)
        return ::operator delete(memory);
    to.first = ::new (memory) link{to.first};
    ++to.count;
}

}   // namespace cotrace::recycled
