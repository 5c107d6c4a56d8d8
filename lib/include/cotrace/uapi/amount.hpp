// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace cotrace::uapi {

/// The source of the number that an `amount` is calculated from.
enum class source : std::uint8_t {
    none,
    constant,
    argument,   ///< the value of an argument
    pointee,    ///< a 32-bit number in memory, `amount::value` bytes after the address in an argument
    field,      ///< the value of a field of the structure that is being decoded
    returned,   ///< the return value of the call; 0 at entry, after a failure, and if the return value is negative
};

/// A length, a count, or the number that selects a case of a `shape::choice`. The amount is calculated from one number,
/// which comes from the source `from`: the amount is `((number & mask) >> shift) * unit + more`. `left_over` and
/// `within_return` can make the amount smaller.
struct amount {
    source from = source::none;
    std::uint8_t index = 0;   ///< for `argument`, `pointee` and `field`: the index of the argument or field
    /// True: at exit, the amount is at most the number of bytes that the call returned. If the call fills several
    /// buffers, as readv(2) does, the lengths of the earlier buffers are subtracted from this limit.
    bool within_return = false;
    std::uint32_t unit = 1;   ///< the number counts units of this many bytes or elements
    /// For `constant`, the number itself. For `pointee`, the distance in bytes from the address to the number. For
    /// other sources, the number of elements or bytes for which the structure has room. 0: the elements or bytes follow
    /// the structure in memory.
    std::uint64_t value = 0;
    std::uint64_t mask = ~std::uint64_t{0};
    std::uint8_t shift = 0;
    std::uint8_t more = 0;
    /// True: the number is signed. A negative field counts as 0. A negative argument counts as a very large number.
    bool is_signed = false;
    /// Index of a field that is subtracted from the amount. Nothing is subtracted if the field is greater than the
    /// amount or than 0x7fffffff. -1: no field.
    std::int8_t left_over = -1;

    friend constexpr bool operator==(amount const&, amount const&) = default;
};

// Most of these functions are not consteval. With clang 16, code that runs at run time would get a wrong `amount` from
// a consteval function.

/// The constant amount `n`.
constexpr amount exactly(std::uint64_t n) { return {.from = source::constant, .value = n}; }
/// The value of argument `index`; the first argument has the index 0.
constexpr amount argument(unsigned index, std::uint64_t mask = ~std::uint64_t{0})
{
    return {.from = source::argument, .index = static_cast<std::uint8_t>(index), .mask = mask};
}
/// The 32-bit number that is `offset` bytes after the address in argument `index`. With offset 0, the number at exit is
/// limited to the number at entry, because a call may store a greater length than that of the buffer.
constexpr amount pointee(unsigned index, std::uint64_t offset = 0, std::uint64_t mask = ~std::uint64_t{0})
{
    return {.from = source::pointee, .index = static_cast<std::uint8_t>(index), .value = offset, .mask = mask};
}
/// The value of field `index` of the structure that is being decoded. Fields are numbered from 0, in the order of
/// `field::place`.
constexpr amount member(unsigned index, std::uint64_t mask = ~std::uint64_t{0})
{
    return {.from = source::field, .index = static_cast<std::uint8_t>(index), .mask = mask};
}
/// The amount `a`, for elements or bytes in a structure that has room for `room` of them.
constexpr amount up_to(amount a, std::uint64_t room)
{
    a.value = room;
    return a;
}
/// The amount `a`, calculated from a signed number. `amount::is_signed` says what a negative number means.
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
/// The amount `a`, minus the value of field `index` (see `amount::left_over`).
constexpr amount less(amount a, unsigned index)
{
    a.left_over = static_cast<std::int8_t>(index);
    return a;
}
/// The size in bytes that is encoded in the number of an ioctl(2) request (_IOC_SIZE).
constexpr amount request_size() { return {.from = source::argument, .index = 1, .mask = 0x3fff0000, .shift = 16}; }
/// The return value of the call.
constexpr amount returned() { return {.from = source::returned}; }
/// The amount `a`, multiplied by `size`. A number that `plus` adds is not multiplied.
constexpr amount times(amount a, std::uint32_t size)
{
    a.unit = size;
    return a;
}
/// The amount `a` with `amount::within_return`.
constexpr amount within_return(amount a)
{
    a.within_return = true;
    return a;
}

}   // namespace cotrace::uapi
