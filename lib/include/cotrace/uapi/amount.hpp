// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace cotrace::uapi {

/// The source of the number that an `amount` is calculated from.
enum class source : std::uint8_t {
    none,
    constant,
    argument,   ///< the value of an argument
    pointee,    ///< a 32-bit number in memory at or after the address in an argument, read when it is needed
    field,      ///< a field of the structure that contains the value with this amount
    returned,   ///< the return value of the call
};

/// A length, a count, or the number that selects a case of a `shape::choice`. The amount is calculated from one number,
/// which comes from the source `from`: the amount is `((number & mask) >> shift) * unit + more`.
struct amount {
    source from = source::none;
    std::uint8_t index = 0;   ///< index of the argument or field that the number comes from
    /// True: the amount is limited by the number of bytes that the call returned, minus the bytes that earlier buffers of
    /// the call have used (readv).
    bool within_return = false;
    std::uint32_t unit = 1;   ///< the number counts units of this many bytes or elements
    /// For `constant`, the number itself. For `pointee`, the distance in bytes from the address in the argument to the
    /// number. For all other sources, the number of elements or bytes for which the structure has room. If the
    /// structure has no room (0), the elements or bytes follow the structure in memory.
    std::uint64_t value = 0;
    std::uint64_t mask = ~std::uint64_t{0};
    std::uint8_t shift = 0;
    std::uint8_t more = 0;
    /// True: the number is signed. If it is negative, a field counts as 0, and an argument as a number that is too large
    /// for any array.
    bool is_signed = false;
    /// Index of a field whose value, a signed number, is subtracted from the amount. The field contains the number of
    /// bytes that were not transferred. -1: there is no such field.
    std::int8_t left_over = -1;

    friend constexpr bool operator==(amount const&, amount const&) = default;
};

// Most of these functions are constexpr and not consteval, because of an error in clang 16: if code that runs at run
// time calls a consteval function, the last two bytes of the returned object are swapped.

/// The constant `n`.
constexpr amount exactly(std::uint64_t n) { return {.from = source::constant, .value = n}; }
/// The value of argument `index`; the first is 0.
constexpr amount argument(unsigned index, std::uint64_t mask = ~std::uint64_t{0})
{
    return {.from = source::argument, .index = static_cast<std::uint8_t>(index), .mask = mask};
}
/// The 32-bit number at the address in argument `index`, or `offset` bytes after that address. If `offset` is 0
/// and the number was captured at the entry of the call, a greater number at the exit counts as the number at the entry:
/// the number may be the length of a buffer, and the call writes at most that many bytes.
constexpr amount pointee(unsigned index, std::uint64_t offset = 0, std::uint64_t mask = ~std::uint64_t{0})
{
    return {.from = source::pointee, .index = static_cast<std::uint8_t>(index), .value = offset, .mask = mask};
}
/// The value of field `index` of the structure that contains the value with this amount. Fields are numbered from 0, in
/// the order of `field::place`.
constexpr amount member(unsigned index, std::uint64_t mask = ~std::uint64_t{0})
{
    return {.from = source::field, .index = static_cast<std::uint8_t>(index), .mask = mask};
}
/// The amount `a`, for elements in a structure that has room for `room` elements. Without `up_to`, the elements
/// follow the structure in memory.
constexpr amount up_to(amount a, std::uint64_t room)
{
    a.value = room;
    return a;
}
/// The amount `a`, calculated from a signed number. If that number is negative, a field counts as 0, and an argument as a
/// number that is too large for any array (`amount::is_signed`).
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
/// The amount `a`, minus the value of field `index`. Nothing is subtracted if that value is negative or greater than
/// `a`.
constexpr amount less(amount a, unsigned index)
{
    a.left_over = static_cast<std::int8_t>(index);
    return a;
}
/// The size in bytes that is encoded in the number of an ioctl(2) request (_IOC_SIZE).
constexpr amount request_size() { return {.from = source::argument, .index = 1, .mask = 0x3fff0000, .shift = 16}; }
/// The return value of the call.
constexpr amount returned() { return {.from = source::returned}; }
/// The amount `a`, multiplied by `size`.
constexpr amount times(amount a, std::uint32_t size)
{
    a.unit = size;
    return a;
}
/// The amount `a`, limited by the number of bytes that the call returned. If a call has several buffers with this limit
/// (readv), the bytes that the earlier buffers have used are subtracted from the limit.
constexpr amount within_return(amount a)
{
    a.within_return = true;
    return a;
}

}   // namespace cotrace::uapi
