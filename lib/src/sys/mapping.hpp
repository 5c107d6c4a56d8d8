// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/result.hpp>

#include "sys/errno.hpp"

#include <cstddef>
#include <utility>

#include <sys/mman.h>

namespace cotrace::sys {

/// Memory that mmap(2) has mapped. The destructor unmaps it.
class mapping {
public:
    mapping() = default;
    mapping(mapping&& from) noexcept
        : at_{std::exchange(from.at_, nullptr)}
        , size_{from.size_}
    {
    }
    mapping& operator=(mapping&& from) noexcept
    {
        std::swap(at_, from.at_);
        std::swap(size_, from.size_);
        return *this;
    }
    ~mapping()
    {
        if (at_ != nullptr)
            ::munmap(at_, size_);
    }

    /// Calls mmap(2) with these arguments. Errors: those of mmap(2).
    static result<mapping> make(std::size_t size, int protection, int flags, int file = -1, off_t offset = 0) noexcept
    {
        mapping made;
        void* const at = ::mmap(nullptr, size, protection, flags, file, offset);
        if (at == MAP_FAILED)
            return last_error();
        made.at_ = at;
        made.size_ = size;
        return made;
    }

    template <class T = void>
    T* data() const noexcept
    {
        return static_cast<T*>(at_);
    }
    std::size_t size() const noexcept { return size_; }

private:
    void* at_ = nullptr;
    std::size_t size_ = 0;
};

}   // namespace cotrace::sys
