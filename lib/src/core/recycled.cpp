// SPDX-License-Identifier: BSL-1.0
#include <cotrace/recycled.hpp>

#include <array>
#include <bit>
#include <new>

namespace cotrace::recycled {

namespace {

// Sizes are rounded up to powers of two: from 2^5, which holds a link, to 2^12.
constexpr int smallest = 5, largest = 12;
constexpr std::size_t most_bytes = std::size_t{256} << 10;   // that a thread caches of each size

struct link {
    link* next;
};

struct free_list {
    link*       first = nullptr;
    std::size_t count = 0;
};

// Nothing is cached under a sanitizer: it could not detect a use after free in
// memory that was handed out again.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool caches = false;
#elif defined(__has_feature)
constexpr bool caches = !__has_feature(address_sanitizer) && !__has_feature(memory_sanitizer);
#else
constexpr bool caches = true;
#endif

// Whether the cache of this thread was destroyed. A bool has no destructor, so
// it can still be read by objects that are destroyed later.
thread_local bool cache_destroyed = false;

struct thread_cache {
    std::array<free_list, largest + 1> lists{};

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

/// The block of `bytes` bytes has 2^n bytes: gives n, or 0 where such blocks are not cached.
constexpr int class_of(std::size_t bytes) noexcept
{
    if (!caches || bytes > std::size_t{1} << largest)
        return 0;
    int const bits = static_cast<int>(std::bit_width(bytes - (bytes > 0 ? 1 : 0)));
    return bits < smallest ? smallest : bits;
}

} // namespace

void* allocate(std::size_t bytes)
{
    int const which = class_of(bytes);
    if (which == 0)
        return ::operator new(bytes);
    // The block has the full size of its class, because another thread may release it into that thread's cache.
    if (cache_destroyed || cache.lists[static_cast<std::size_t>(which)].first == nullptr)
        return ::operator new(std::size_t{1} << which);
    auto& from = cache.lists[static_cast<std::size_t>(which)];
    link* const taken = from.first;
    from.first = taken->next;
    --from.count;
    return taken;
}

void release(void* memory, std::size_t bytes) noexcept
{
    int const which = class_of(bytes);
    if (which == 0 || cache_destroyed)
        return ::operator delete(memory);
    auto& to = cache.lists[static_cast<std::size_t>(which)];
    if (to.count >= most_bytes >> which)
        return ::operator delete(memory);
    to.first = ::new (memory) link{to.first};
    ++to.count;
}

} // namespace cotrace::recycled
