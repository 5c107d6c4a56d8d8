// SPDX-License-Identifier: BSL-1.0
#pragma once

// Converts numbers to the bytes that they have in the memory of a traced program.

#include <cstddef>
#include <cstdint>
#include <string>

namespace cotrace::test {

inline std::string zeros(std::size_t count) { return std::string(count, '\0'); }

/// The bytes of 32-bit numbers.
template <class... Numbers>
std::string words(Numbers... numbers)
{
    std::uint32_t const all[] = {static_cast<std::uint32_t>(numbers)...};
    return {reinterpret_cast<char const*>(all), sizeof all};
}

/// The bytes of 64-bit numbers.
template <class... Numbers>
std::string longs(Numbers... numbers)
{
    std::uint64_t const all[] = {static_cast<std::uint64_t>(numbers)...};
    return {reinterpret_cast<char const*>(all), sizeof all};
}

/// The lowest `Size` bytes of a number, in little-endian order.
template <std::size_t Size>
std::string little(std::uint64_t number)
{
    return {reinterpret_cast<char const*>(&number), Size};
}

}   // namespace cotrace::test
