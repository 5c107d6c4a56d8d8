// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/uapi/structure.hpp>
#include <cotrace/uapi/type.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>

// The columns of this table of types are laid out by hand.
// clang-format off

namespace cotrace::uapi {

/// Types of arguments and of structure fields, and templates of such types. The documentation's page "Add a system
/// call" has a table of them. Types and tables that are passed to templates must have static storage, because a type
/// has pointers to them.
namespace as {

consteval type number(style s, width w) { return {.width = w, .style = s}; }
consteval type simple(shape s, width w) { return {.shape = s, .width = w}; }

// Plain numbers. The digits in the names are the widths in bits.
inline constexpr type int8          = number(style::decimal, width::u8);
inline constexpr type int16         = number(style::decimal, width::u16);
inline constexpr type int32         = number(style::decimal, width::u32);
inline constexpr type int64         = number(style::decimal, width::u64);
inline constexpr type uint8         = number(style::unsigned_decimal, width::u8);
inline constexpr type uint16        = number(style::unsigned_decimal, width::u16);
inline constexpr type uint32        = number(style::unsigned_decimal, width::u32);
inline constexpr type uint64        = number(style::unsigned_decimal, width::u64);
inline constexpr type hex32         = number(style::hex, width::u32);
inline constexpr type hex64         = number(style::hex, width::u64);
inline constexpr type long_signed   = number(style::decimal, width::klong);
inline constexpr type long_unsigned = number(style::unsigned_decimal, width::klong);
inline constexpr type size          = number(style::unsigned_decimal, width::word);   ///< size_t

// Numbers with a meaning.
inline constexpr type address    = simple(shape::address, width::word);   ///< a pointer whose target is not read
inline constexpr type fd         = simple(shape::fd, width::u32);
inline constexpr type dirfd      = simple(shape::dirfd, width::u32);      ///< a file descriptor that may be AT_FDCWD
inline constexpr type user_id    = simple(shape::user_id, width::u32);
inline constexpr type process_id = simple(shape::process_id, width::u32);
inline constexpr type file_mode  = simple(shape::file_mode, width::u32);
inline constexpr type signal     = simple(shape::signal, width::u32);
inline constexpr type time       = simple(shape::time, width::klong);     ///< seconds since 1970

/// A number of the width `W` that has one of the names in `Table`. A number without a name is written in hexadecimal.
template <auto const& Table, width W = width::u32>
inline constexpr type one_of = {.shape = shape::enumeration, .width = W, .style = style::hex, .names = &Table};
/// A number that consists of or-ed flags. `Table` has the names of the flags.
template <auto const& Table, width W = width::u32>
inline constexpr type flags = {.shape = shape::flags, .width = W, .style = style::hex, .names = &Table};

// Pointers. The target is read at the entry of the call (`in`), at its exit (`out`), or at both (`inout`).
consteval type pointer_to(type const& of, direction way)
{
    return {.shape = shape::pointer, .width = width::word, .way = way, .of = &of};
}
template <auto const& Of> inline constexpr type in    = pointer_to(Of, direction::in);
template <auto const& Of> inline constexpr type out   = pointer_to(Of, direction::out);
template <auto const& Of> inline constexpr type inout = pointer_to(Of, direction::inout);

// Strings and bytes that are part of a structure, or the target of a pointer.
/// Strings that end at the first null byte. Only `characters` are cut at `capture_options::string_limit`.
inline constexpr type characters      = {.shape = shape::characters};
inline constexpr type path_characters = {.shape = shape::characters, .unlimited = true};
/// A string in `N` bytes of a structure, up to the first null byte.
template <std::uint64_t N> inline constexpr type characters_in = {.shape = shape::characters, .length = exactly(N)};
template <amount Length> inline constexpr type bytes = {.shape = shape::bytes, .length = Length};

// Arguments that point to strings and bytes.
inline constexpr type path   = in<path_characters>;
inline constexpr type string = in<characters>;
/// `in_bytes` points to `Length` bytes that the call reads. `out_bytes` points to the bytes that the call writes; their
/// number is the return value.
template <amount Length> inline constexpr type in_bytes = in<bytes<Length>>;
inline constexpr type out_bytes = out<bytes<returned()>>;

/// An array of `Count` elements. In a structure, the array is a part of the structure if `exactly` or `up_to` makes
/// `Count`. Otherwise, the array follows the structure in memory.
template <auto const& Of, amount Count> inline constexpr type array = {.shape = shape::array, .of = &Of, .length = Count};

/// An array whose last element is null, such as argv.
template <auto const& Of> inline constexpr type list = {.shape = shape::array, .of = &Of};
inline constexpr type strings = in<list<string>>;

/// The cases of a `chosen`: {{1, type_for_1}, {2, type_for_2}}.
template <std::size_t N> using cases = choice_case const[N];
/// A value with one of several types. The number `By` selects the case of `Cases`. If no case has this number, the type
/// is `Else`.
template <amount By, auto const& Cases, auto const& Else = address>
inline constexpr type chosen = {.shape = shape::choice, .width = width::klong, .of = &Else, .length = By,
                                .cases = std::data(Cases), .count = static_cast<std::uint32_t>(std::size(Cases))};
/// A value that the function `Decode` decodes (see cotrace/decode/decoding.hpp). `Way` says whether `Decode` runs at
/// the entry of the call, at its exit, or at both. `Length` is an amount for `Decode`.
template <custom_decoder Decode, direction Way = direction::in, amount Length = amount{}>
inline constexpr type custom = {.shape = shape::custom, .width = width::klong, .way = Way, .length = Length,
                                .custom = {.decode = Decode}};

inline constexpr type nothing = {.shape = shape::nothing};   ///< no value: an argument of this type is left out

} // namespace as

} // namespace cotrace::uapi
