// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <type_traits>

namespace cotrace {

/// Memory for what a record owns. Each thread keeps the memory that it released for
/// the next record, so that a tracer whose records are read and destroyed on its own
/// thread makes no further allocations after a while. Blocks above 4 KiB are not kept, and
/// of each block size at most 64 KiB.
namespace recycled {
void* allocate(std::size_t bytes);
void  release(void* memory, std::size_t bytes) noexcept;
} // namespace recycled

/// An allocator, as the standard library defines them, for this memory. All objects are equal.
template <class T>
struct recycling {
    using value_type = T;
    using is_always_equal = std::true_type;

    recycling() noexcept = default;
    template <class U> recycling(recycling<U> const&) noexcept {}

    T* allocate(std::size_t count)
    {
        static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
        return static_cast<T*>(recycled::allocate(count * sizeof(T)));
    }
    void deallocate(T* memory, std::size_t count) noexcept { recycled::release(memory, count * sizeof(T)); }

    friend bool operator==(recycling const&, recycling const&) noexcept { return true; }
};

} // namespace cotrace
