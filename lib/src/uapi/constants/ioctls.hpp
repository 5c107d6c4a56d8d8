// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/uapi/arch.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace cotrace::uapi {

/// An ioctl(2) request and its name. The size of the argument is part of the number,
/// so some requests have other numbers on i386 and x32 than on 64-bit interfaces.
struct ioctl_name {
    std::uint32_t    request;
    /// The interfaces with this request, as bits: 1 for 64-bit interfaces, 2 for i386, 4 for x32.
    std::uint8_t     models;
    std::string_view name;
};

/// All requests, sorted by number and name.
std::span<ioctl_name const> ioctl_names() noexcept;

/// The names of one request number. Several drivers may use the same number, and only the open file
/// decides which request the number stands for.
class request_names {
public:
    static constexpr std::size_t most = 10;

    request_names(arch interface, std::uint32_t request) noexcept;

    bool empty() const noexcept { return count_ == 0; }
    auto begin() const noexcept { return found_.data(); }
    auto end() const noexcept { return found_.data() + count_; }

private:
    std::array<std::string_view, most> found_{};
    std::size_t                        count_ = 0;
};

} // namespace cotrace::uapi
