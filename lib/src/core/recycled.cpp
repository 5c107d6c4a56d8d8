// SPDX-License-Identifier: BSL-1.0
#include <cotrace/recycled.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <new>

namespace cotrace::recycled {

namespace {

// Between two powers of two there are four sizes of blocks: 32, 40, 48, 56, 64, 80 … 4096. The smallest block holds a link.
constexpr std::size_t smallest = 32, largest = 4096;
constexpr std::size_t most_bytes = std::size_t{64} << 10;   // that a thread caches of each size

/// Blocks of one size.
struct size_class {
    std::size_t index;
    std::size_t bytes;
};

constexpr size_class class_of(std::size_t bytes) noexcept
{
    auto const last  = std::max(bytes, smallest) - 1;
    auto const width = static_cast<std::size_t>(std::bit_width(last));
    auto const step  = last >> (width - 3);   // 4, 5, 6 or 7
    return {4 * (width - std::bit_width(smallest - 1)) + step - 7, (step + 1) << (width - 3)};
}
static_assert(class_of(1).bytes == 32 && class_of(33).bytes == 40 && class_of(64).bytes == 64 && class_of(65).bytes == 80);
static_assert(class_of(smallest).index == 0 && class_of(smallest + 1).index == 1);

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
    std::array<free_list, class_of(largest).index + 1> lists{};

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

} // namespace

void* allocate(std::size_t bytes)
{
    if (!caches || bytes > largest)
        return ::operator new(bytes);
    // The block has the full size of its class, because another thread may release it into that thread's cache.
    auto const which = class_of(bytes);
    if (cache_destroyed || cache.lists[which.index].first == nullptr)
        return ::operator new(which.bytes);
    auto& from = cache.lists[which.index];
    link* const taken = from.first;
    from.first = taken->next;
    --from.count;
    return taken;
}

void release(void* memory, std::size_t bytes) noexcept
{
    if (!caches || bytes > largest || cache_destroyed)
        return ::operator delete(memory);
    auto const which = class_of(bytes);
    auto& to = cache.lists[which.index];
    if (to.count >= most_bytes / which.bytes)
        return ::operator delete(memory);
    to.first = ::new (memory) link{to.first};
    ++to.count;
}

} // namespace cotrace::recycled
