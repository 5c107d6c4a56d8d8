// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/arch.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace cotrace::abi {

/// An ioctl(2) request and its name. The size of what it points to is part of
/// the number, so that i386 and x32 have numbers of their own for some.
struct ioctl_name {
    std::uint32_t    request;
    std::uint8_t     models;    ///< bits: 1 for 64-bit interfaces, 2 for i386, 4 for x32
    std::string_view name;
};

/// All there are, by request and name.
std::span<ioctl_name const> ioctl_names() noexcept;

/// The names of one request; drivers share some numbers, and nothing but the
/// file that is open tells which of them was meant.
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

} // namespace cotrace::abi
