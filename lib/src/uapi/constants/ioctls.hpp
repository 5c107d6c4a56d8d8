// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/uapi/arch.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace cotrace::uapi {

/// An ioctl(2) request and its name. The number contains the size of the argument, which may differ between interfaces.
struct ioctl_name {
    std::uint32_t    request;
    /// The interfaces with this request, as bits: 1 for 64-bit interfaces, 2 for i386, 4 for x32.
    std::uint8_t     models;
    std::string_view name;
};

/// All requests, sorted by number and name.
std::span<ioctl_name const> ioctl_names() noexcept;

/// The names of one request number. If several drivers use the number, the open file decides which request it is.
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
