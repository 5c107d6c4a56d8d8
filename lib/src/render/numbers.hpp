// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace cotrace::render {

/// Appends a number in the given base, without a prefix.
inline void put_number(std::string& to, std::uint64_t number, int base = 10)
{
    char digits[24];
    auto const end = std::to_chars(digits, digits + sizeof digits, number, base).ptr;
    to.append(digits, end);
}

inline void put_signed(std::string& to, std::int64_t number)
{
    char digits[24];
    auto const end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    to.append(digits, end);
}

/// Appends a number as printf's %#x does: zero has no prefix.
inline void put_hex(std::string& to, std::uint64_t number)
{
    if (number != 0)
        to += "0x";
    put_number(to, number, 16);
}

/// Appends a number with leading zeros, so that it has at least `digits` digits.
void put_padded(std::string& to, std::uint64_t number, std::size_t digits, int base = 10);

/// Appends a UUID, such as "f81d4fae-7dec-11d0-a765-00a0c91e6bf6".
void put_uuid(std::string& to, std::span<std::byte const> raw);

/// Appends a link-layer address, such as "00:11:22:33:44:55".
void put_hardware_address(std::string& to, std::span<std::byte const> raw);

// The parts of a device number. The form of the kernel (new_encode_dev()) has fewer bits than dev_t of the C library, but at
// equal positions.
constexpr std::uint64_t device_major(std::uint64_t number) noexcept
{
    return (number >> 8 & 0xfff) | (number >> 32 & 0xfffff000);
}
constexpr std::uint64_t device_minor(std::uint64_t number) noexcept { return (number & 0xff) | (number >> 12 & 0xffffff00); }

}   // namespace cotrace::render
