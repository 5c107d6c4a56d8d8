// SPDX-License-Identifier: BSL-1.0
#include <cotrace/recycled.hpp>

#include <array>
#include <bit>
#include <new>

namespace cotrace::recycled {

namespace {

// Sizes are rounded up to powers of two: from 2^5, which holds a link, to 2^12.
constexpr int smallest = 5, largest = 12;
constexpr std::size_t most_bytes = std::size_t{256} << 10;   // kept of each size

struct link {
    link* next;
};

struct stock {
    link*       first = nullptr;
    std::size_t count = 0;
};

// A sanitizer looks for memory that is used after it was given back, which it
// could not tell if it were given out again.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool keeps = false;
#elif defined(__has_feature)
constexpr bool keeps = !__has_feature(address_sanitizer) && !__has_feature(memory_sanitizer);
#else
constexpr bool keeps = true;
#endif

// What stands after the last destructor of its thread: zero is a state of its own.
thread_local bool over = false;

struct shelf {
    std::array<stock, largest + 1> of{};

    ~shelf()
    {
        over = true;
        for (auto& each : of)
            while (each.first != nullptr) {
                link* const gone = each.first;
                each.first = gone->next;
                ::operator delete(gone);
            }
    }
};
thread_local shelf kept;

/// The power of two that has room for so much, or 0 for what is not kept.
constexpr int class_of(std::size_t bytes) noexcept
{
    if (!keeps || bytes > std::size_t{1} << largest)
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
    // All of a class are of one size, whoever allocates them: another thread may keep this one.
    if (over || kept.of[static_cast<std::size_t>(which)].first == nullptr)
        return ::operator new(std::size_t{1} << which);
    auto& from = kept.of[static_cast<std::size_t>(which)];
    link* const taken = from.first;
    from.first = taken->next;
    --from.count;
    return taken;
}

void release(void* memory, std::size_t bytes) noexcept
{
    int const which = class_of(bytes);
    if (which == 0 || over)
        return ::operator delete(memory);
    auto& to = kept.of[static_cast<std::size_t>(which)];
    if (to.count >= most_bytes >> which)
        return ::operator delete(memory);
    to.first = ::new (memory) link{to.first};
    ++to.count;
}

} // namespace cotrace::recycled
