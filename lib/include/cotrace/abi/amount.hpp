// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace cotrace::abi {

/// Where a length, a count or the number that selects a case comes from.
enum class source : std::uint8_t {
    none,
    constant,
    argument,      ///< the value of an argument
    pointee,       ///< a 32-bit number that an argument points to, read when the amount is needed
    field,         ///< a field of the same structure
    returned,      ///< the return value of the call
};

/// A length, a count or a selecting number, and how it is computed: `((number & mask) >> shift) * unit + more`.
struct amount {
    source        from = source::none;
    std::uint8_t  index = 0;               ///< which argument or field
    bool          within_return = false;   ///< limited by the return value; all values with this limit share the return value (readv)
    std::uint32_t unit = 1;                ///< bytes, or elements, for each unit of the number
    /// `constant`: the number. `pointee`: its distance in bytes from the address. Otherwise the number of elements or bytes that a
    /// structure has room for; 0: they follow the structure.
    std::uint64_t value = 0;
    std::uint64_t mask = ~std::uint64_t{0};
    std::uint8_t  shift = 0;
    std::uint8_t  more = 0;
    bool          is_signed = false;       ///< the number is signed, and a negative number means that there are no elements
    std::int8_t   left_over = -1;          ///< index of a field, a signed number, that is subtracted: bytes that were not transferred

    friend constexpr bool operator==(amount const&, amount const&) = default;
};

// Not consteval: clang 16 swaps the last two bytes of the object that a consteval
// function returns, where the function is called at run time.

/// The constant `n`.
constexpr amount exactly(std::uint64_t n) { return {.from = source::constant, .value = n}; }
/// The value of argument `index`; the first is 0.
constexpr amount argument(unsigned index, std::uint64_t mask = ~std::uint64_t{0})
{
    return {.from = source::argument, .index = static_cast<std::uint8_t>(index), .mask = mask};
}
/// The 32-bit number at the address in argument `index`, or `offset` bytes after that address.
constexpr amount pointee(unsigned index, std::uint64_t offset = 0, std::uint64_t mask = ~std::uint64_t{0})
{
    return {.from = source::pointee, .index = static_cast<std::uint8_t>(index), .value = offset, .mask = mask};
}
/// The value of field `index` of the same structure, in the order of `field::place`; the first is 0.
constexpr amount member(unsigned index, std::uint64_t mask = ~std::uint64_t{0})
{
    return {.from = source::field, .index = static_cast<std::uint8_t>(index), .mask = mask};
}
/// The amount `a` of elements in a structure that has room for `room` of them. Without `up_to`, they follow the structure.
constexpr amount up_to(amount a, std::uint64_t room)
{
    a.value = room;
    return a;
}
/// The amount `a`, which is a signed number; a negative number means that there are no elements.
consteval amount not_negative(amount a)
{
    a.is_signed = true;
    return a;
}
/// The amount `a`, plus `n`.
constexpr amount plus(amount a, unsigned n)
{
    a.more = static_cast<std::uint8_t>(n);
    return a;
}
/// The amount `a`, minus the value of field `index`, if that is not negative and not greater than `a`.
constexpr amount less(amount a, unsigned index)
{
    a.left_over = static_cast<std::int8_t>(index);
    return a;
}
/// The size in bytes that an ioctl(2) request has in its number (_IOC_SIZE).
constexpr amount request_size() { return {.from = source::argument, .index = 1, .mask = 0x3fff0000, .shift = 16}; }
/// The return value of the call.
constexpr amount returned() { return {.from = source::returned}; }
/// The amount `a`, times `size` bytes or elements.
constexpr amount times(amount a, std::uint32_t size)
{
    a.unit = size;
    return a;
}
/// The amount `a`, limited by the return value. All values with this limit share the return value.
constexpr amount within_return(amount a)
{
    a.within_return = true;
    return a;
}

} // namespace cotrace::abi
