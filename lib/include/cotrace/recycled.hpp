// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <type_traits>

namespace cotrace {

/// Memory for the objects that a record owns. Each thread reuses the memory that it releases: it keeps at most about 64
/// KiB in blocks of each size, and no blocks above 4 KiB.
namespace recycled {
void* allocate(std::size_t bytes);
void release(void* memory, std::size_t bytes) noexcept;
}   // namespace recycled

/// A standard allocator for the memory of `recycled`. All objects of this class compare equal.
template <class T>
struct recycling {
    using value_type = T;
    using is_always_equal = std::true_type;

    recycling() noexcept = default;
    template <class U>
    recycling(recycling<U> const&) noexcept
    {
    }

    T* allocate(std::size_t count)
    {
        static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
        return static_cast<T*>(recycled::allocate(count * sizeof(T)));
    }
    void deallocate(T* memory, std::size_t count) noexcept { recycled::release(memory, count * sizeof(T)); }

    friend bool operator==(recycling const&, recycling const&) noexcept { return true; }
};

}   // namespace cotrace
