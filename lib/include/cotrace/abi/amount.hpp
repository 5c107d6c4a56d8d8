// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace cotrace::abi {

/// Where a length, a count or a choice comes from.
enum class source : std::uint8_t {
    none,
    constant,
    argument,      ///< the value of an argument
    pointee,       ///< the 32-bit number that an argument points to, at the time of decoding
    field,         ///< the value of an earlier field of the same structure
    returned,      ///< the call's return value
};

/// How many bytes or elements there are, or the number that a choice depends on. Made by the functions below.
struct amount {
    source        from = source::none;
    std::uint8_t  index = 0;               ///< the number of the argument or field; the first is 0
    bool          within_return = false;   ///< no more than the call returned, counted over all parts (readv)
    std::uint32_t unit = 1;                ///< each counts for this many bytes or elements
    std::uint64_t value = 0;               ///< a constant; for `pointee` the distance of the number from where the argument points; else how many there is room for in a structure
    std::uint64_t mask = ~std::uint64_t{0};
    std::uint8_t  shift = 0;               ///< the bits in the mask begin at this bit
    std::uint8_t  more = 0;                ///< added at the end
    bool          is_signed = false;       ///< a negative number counts as 0
    std::int8_t   left_over = -1;          ///< a field with a signed number to subtract

    friend constexpr bool operator==(amount const&, amount const&) = default;
};

// The functions are not consteval: clang 16 exchanges the last two bytes of the result of such a function where it is
// called at run time.

/// `n` of them.
constexpr amount exactly(std::uint64_t n) { return {.from = source::constant, .value = n}; }
/// As many as argument `index` says; the first is 0.
constexpr amount argument(unsigned index, std::uint64_t mask = ~std::uint64_t{0})
{
    return {.from = source::argument, .index = static_cast<std::uint8_t>(index), .mask = mask};
}
/// As many as the 32-bit number says that lies `behind` bytes after where argument `index` points.
constexpr amount pointee(unsigned index, std::uint64_t behind = 0, std::uint64_t mask = ~std::uint64_t{0})
{
    return {.from = source::pointee, .index = static_cast<std::uint8_t>(index), .value = behind, .mask = mask};
}
/// As many as field `index` of the same structure says; the first is 0.
constexpr amount member(unsigned index, std::uint64_t mask = ~std::uint64_t{0})
{
    return {.from = source::field, .index = static_cast<std::uint8_t>(index), .mask = mask};
}
/// An amount of elements in a structure that has room for `room` of them. Without this word they lie after its end.
constexpr amount up_to(amount a, std::uint64_t room)
{
    a.value = room;
    return a;
}
/// An amount from a signed number; a negative one counts as 0.
consteval amount not_negative(amount a)
{
    a.is_signed = true;
    return a;
}
/// An amount, and `n` more.
constexpr amount plus(amount a, unsigned n)
{
    a.more = static_cast<std::uint8_t>(n);
    return a;
}
/// An amount less what field `index` says, if that is a positive number and not larger than the amount.
constexpr amount less(amount a, unsigned index)
{
    a.left_over = static_cast<std::int8_t>(index);
    return a;
}
/// As many bytes as an ioctl(2) request says in its number (_IOC_SIZE).
constexpr amount request_size() { return {.from = source::argument, .index = 1, .mask = 0x3fff0000, .shift = 16}; }
/// As many as the call returned.
constexpr amount returned() { return {.from = source::returned}; }
/// An amount of groups of `size` bytes or elements each.
constexpr amount times(amount a, std::uint32_t size)
{
    a.unit = size;
    return a;
}
/// An amount of which all parts together are no more than the call returned.
constexpr amount within_return(amount a)
{
    a.within_return = true;
    return a;
}

} // namespace cotrace::abi
