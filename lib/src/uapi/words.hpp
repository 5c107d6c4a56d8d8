// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/uapi/as.hpp>
#include <cotrace/uapi/structure.hpp>
#include <cotrace/uapi/type.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>

// The rows of tables are aligned by hand.
// clang-format off

namespace cotrace::uapi {

/// Types for the rows of the library's own tables, in addition to the types of cotrace/uapi/as.hpp.
namespace as {

// Numbers without names. `integer` is another name for `int32`. as.hpp lacks the other combinations of width and style.
inline constexpr type const& integer = int32;
inline constexpr type hex8          = number(style::hex, width::u8);
inline constexpr type hex16         = number(style::hex, width::u16);
inline constexpr type octal         = number(style::octal, width::u32);
inline constexpr type octal64       = number(style::octal, width::u64);
inline constexpr type long_hex      = number(style::hex, width::klong);
inline constexpr type ssize         = number(style::decimal, width::word);
inline constexpr type word_hex      = number(style::hex, width::word);

/// A 64-bit argument, such as a file offset, which i386 passes in two registers, the low half first.
inline constexpr type pair_signed   = {.width = width::u64, .style = style::decimal, .register_pair = true};
inline constexpr type pair_unsigned = {.width = width::u64, .style = style::unsigned_decimal, .register_pair = true};
inline constexpr type pair_hex      = {.width = width::u64, .style = style::hex, .register_pair = true};

/// A file descriptor of another process. Argument `Index` is the id of the process (`fd_of`) or a pidfd (`fd_behind`).
template <unsigned Index> inline constexpr type fd_of    = {.shape = shape::fd, .length = argument(Index)};
template <unsigned Index> inline constexpr type fd_behind = {.shape = shape::fd, .length = pointee(Index)};
// Values of the kinds that the comments of `shape` describe.
inline constexpr type user_id16   = simple(shape::user_id, width::u16);
inline constexpr type process_group = simple(shape::process_group, width::u32);
inline constexpr type permissions = simple(shape::permissions, width::u32);
inline constexpr type permissions16 = simple(shape::permissions, width::u16);
inline constexpr type file_mode16 = simple(shape::file_mode, width::u16);
inline constexpr type device      = simple(shape::device, width::u32);
inline constexpr type device64    = simple(shape::device, width::u64);
inline constexpr type device_long = simple(shape::device, width::klong);
inline constexpr type error       = simple(shape::error, width::u32);
inline constexpr type kernel_result = {.shape = shape::kernel_result, .width = width::u32, .style = style::decimal};
inline constexpr type clock       = simple(shape::clock, width::u32);
inline constexpr type time32      = simple(shape::time, width::u32);
inline constexpr type time64      = simple(shape::time, width::u64);
inline constexpr type ioctl_request = simple(shape::ioctl_request, width::u32);
inline constexpr type port        = simple(shape::port, width::u16);
inline constexpr type inet4       = simple(shape::inet4, width::u32);
inline constexpr type net32       = {.shape = shape::net32, .width = width::u32, .style = style::unsigned_decimal};
inline constexpr type net32_hex   = {.shape = shape::net32, .width = width::u32, .style = style::hex};
inline constexpr type net64       = simple(shape::net64, width::u64);
inline constexpr type inet6       = {.shape = shape::inet6};
inline constexpr type interface_index = simple(shape::interface_index, width::u32);
inline constexpr type ax25_address = {.shape = shape::ax25_address};
inline constexpr type uuid        = {.shape = shape::uuid};
inline constexpr type signal_info = {.shape = shape::signal_info};
inline constexpr type clock_ticks = {.shape = shape::clock_ticks, .width = width::klong, .style = style::unsigned_decimal};
inline constexpr type wake_operation = simple(shape::wake_operation, width::u32);
inline constexpr type character   = simple(shape::character, width::u8);
inline constexpr type wait_status = simple(shape::wait_status, width::u32);

/// A number that has one of the names in `Table`. A number without a name is written in decimal.
template <auto const& Table, width W = width::u32>
inline constexpr type one_of_decimal = {.shape = shape::enumeration, .width = W, .style = style::decimal, .names = &Table};
/// A number that has one of the names in `Table`. A number without a name is written in unsigned decimal.
template <auto const& Table, width W = width::u32>
inline constexpr type one_of_unsigned = {.shape = shape::enumeration, .width = W, .style = style::unsigned_decimal, .names = &Table};
/// A number of 16 bits in network byte order that has one of the names in `Table`.
template <auto const& Table>
inline constexpr type net_one_of = {.shape = shape::net_enumeration, .width = width::u16, .style = style::hex, .names = &Table};
/// A number that has one of the names in `Table`. No header for user space defines these names, so the text output shows
/// the number, and the name in a comment.
template <auto const& Table, width W = width::u32, style S = style::hex>
inline constexpr type remarked_one_of = {.shape = shape::enumeration, .width = W, .style = S, .names = &Table,
                                         .text = {.number_too = true}};

/// A number that has one of the names in `Table`. The text output shows the number and the name.
template <auto const& Table, style S = style::decimal, width W = width::u32>
inline constexpr type remarked = {.shape = shape::enumeration, .width = W, .style = S, .names = &Table,
                                  .text = {.number_too = true}};
/// A number that consists of or-ed slices.
template <auto const& Slices, width W = width::u32, annotation A = annotation::each>
inline constexpr type packed = {.shape = shape::packed, .width = W, .style = style::hex, .slices = Slices,
                                .count = static_cast<std::uint32_t>(std::size(Slices)), .text = {.annotated = A}};
/// A number that the text output shows as a sum of slices.
template <auto const& Slices, width W = width::u32>
inline constexpr type sum_of = {.shape = shape::packed, .width = W, .style = style::unsigned_decimal, .slices = Slices,
                                .count = static_cast<std::uint32_t>(std::size(Slices)), .text = {.sum = true}};
/// A number that the macro with the name `Macro` makes from slices.
template <auto const& Slices, auto const& Macro, annotation A = annotation::whole, width W = width::u32,
          style S = style::unsigned_decimal>
inline constexpr type made_by = {.shape = shape::packed, .width = W, .style = S,
                                 .slices = Slices, .count = static_cast<std::uint32_t>(std::size(Slices)),
                                 .text = {.annotated = A, .macro = Macro}};
/// A number that consists of flags with names in `Table`. No header for user space defines these names, so the text output shows
/// the number, and the names in a comment.
template <auto const& Table, width W = width::u32>
inline constexpr type remarked_flags = {.shape = shape::flags, .width = W, .style = style::hex, .names = &Table,
                                        .text = {.number_too = true}};

/// A number that the function `Spell` writes. With `style::decimal`, the text output always shows the spelling, whatever -X
/// says. With `style::unsigned_decimal`, the JSON output shows only the number.
template <speller Spell, width W = width::u32, style S = style::hex>
inline constexpr type spelled = {.shape = shape::spelled, .width = W, .style = S, .custom = {.spell = Spell}};

/// A pointer with `direction::out`. The target is read only if the call returned a value greater than 0.
template <auto const& Of> inline constexpr type out_if_returned = {.shape = shape::pointer, .width = width::word, .way = direction::out, .of = &Of, .length = returned()};
/// A pointer with `direction::inout`; if the call failed, the target at exit is of type `Failed`.
template <auto const& Of, auto const& Failed> inline constexpr type inout_or = {.shape = shape::pointer, .width = width::word, .way = direction::inout, .of = &Of, .failed = &Failed};
/// A pointer to a target that the call reads. If the call failed, the text output shows only the address, as strace does.
template <auto const& Of> inline constexpr type in_unless_failed = {.shape = shape::pointer, .width = width::word, .way = direction::inout, .of = &Of, .failed = &nothing};
/// A pointer with `direction::out`. The target is also read if the call failed, and is of type `Failed` in this case.
template <auto const& Of, auto const& Failed> inline constexpr type out_or = {.shape = shape::pointer, .width = width::word, .way = direction::out, .of = &Of, .failed = &Failed};
template <auto const& Of> inline constexpr type remaining = {.shape = shape::pointer, .width = width::word, .way = direction::remaining, .of = &Of};
/// A pointer with `direction::inout`; the target is of type `Of` at entry, and of type `After` at exit.
template <auto const& Of, auto const& After> inline constexpr type completed = {.shape = shape::pointer, .width = width::word, .way = direction::inout, .of = &Of, .after = &After};
/// A pointer with `direction::changed`; the target is of type `Of` at entry, and of type `After` at exit.
template <auto const& Of, auto const& After> inline constexpr type replaced = {.shape = shape::pointer, .width = width::word, .way = direction::changed, .of = &Of, .after = &After};
/// A pointer with `direction::reported`: the text output shows the target at entry as the argument, and the target at exit
/// (`After`) after the result.
template <auto const& Of, auto const& After> inline constexpr type reported = {.shape = shape::pointer, .width = width::word, .way = direction::reported, .of = &Of, .after = &After};
template <auto const& Of> inline constexpr type changed = {.shape = shape::pointer, .width = width::word, .way = direction::changed, .of = &Of};
/// A pointer to an array. Without -v, the text output shows the address and the number of elements: `0x7ffd… /* 23 vars */`.
template <auto const& Of> inline constexpr type in_counted = {.shape = shape::pointer, .width = width::word, .of = &Of,
                                                              .text = {.counted = "vars"}};

template <amount Length> inline constexpr type hex_bytes = {.shape = shape::bytes, .length = Length, .text = {.hex = true}};

/// A hardware address of `N` bytes.
template <std::uint64_t N> inline constexpr type hardware_address = {.shape = shape::hardware_address, .length = exactly(N)};

/// Arrays and bytes that are not read if there are more than `Most` elements or bytes.
template <auto const& Of, amount Count, std::uint32_t Most> inline constexpr type array_upto = {.shape = shape::array, .of = &Of, .length = Count, .count = Most};
template <amount Length, std::uint32_t Most> inline constexpr type bytes_upto = {.shape = shape::bytes, .length = Length, .count = Most};
/// An array. The text output shows a name from `Indices` before each element.
template <auto const& Of, auto const& Indices, amount Count = exactly(1)>
inline constexpr type indexed_array = {.shape = shape::array, .names = &Indices, .of = &Of, .length = Count};

/// The kernel's sigset_t, in `Length` bytes. The set is read only if `Length` is at least `Least`, or for 0 at least the size
/// of a word.
template <amount Length, std::uint16_t Least = 0> inline constexpr type signal_set = {.shape = shape::signal_set, .length = Length, .count = Least};
/// A set of `Count` bits, one for each file descriptor, in whole words.
template <amount Count> inline constexpr type fd_set = {.shape = shape::fd_set, .length = Count};
/// A set with a bit for each CPU, in `Length` bytes.
template <amount Length> inline constexpr type cpu_set = {.shape = shape::cpu_set, .length = Length};
inline constexpr type signal_set8 = {.shape = shape::signal_set, .width = width::u64, .length = exactly(8)};

/// Like `chosen`, for a value that takes 32 bits in a structure.
template <amount By, auto const& Cases, auto const& Else>
inline constexpr type chosen32 = {.shape = shape::choice, .width = width::u32, .of = &Else, .length = By,
                                  .cases = std::data(Cases), .count = static_cast<std::uint32_t>(std::size(Cases))};

/// Like `custom`, for a value of type `Of` in memory: the target of a pointer, or a part of a structure.
template <auto const& Of, custom_decoder Decode, amount Length = amount{}>
inline constexpr type custom_of = {.shape = shape::custom, .width = width::klong, .of = &Of, .length = Length,
                                   .custom = {.decode = Decode}};

} // namespace as

} // namespace cotrace::uapi
