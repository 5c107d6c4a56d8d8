// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <utility>

#include <unistd.h>

namespace cotrace::app {

/// Owns a file descriptor, and closes it on destruction.
class descriptor {
public:
    descriptor() noexcept = default;
    explicit descriptor(int fd) noexcept
        : fd_{fd}
    {
    }
    descriptor(descriptor&& other) noexcept
        : fd_{std::exchange(other.fd_, -1)}
    {
    }
    descriptor& operator=(descriptor other) noexcept
    {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~descriptor()
    {
        if (fd_ >= 0)
            ::close(fd_);
    }

    int get() const noexcept { return fd_; }
    int release() noexcept { return std::exchange(fd_, -1); }
    explicit operator bool() const noexcept { return fd_ >= 0; }

private:
    int fd_ = -1;
};

}   // namespace cotrace::app
