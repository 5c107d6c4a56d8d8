// SPDX-License-Identifier: BSL-1.0
#pragma once

// The parts of a decoded value that a predicate compares: its number, its text and its constants.

#include "record/predicate_tree.hpp"

#include <cotrace/value.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace cotrace::predicates {

inline bool is_descriptor(uapi::type const& as) noexcept
{
    return uapi::traits_of(as.shape).refers == uapi::reference::descriptor;
}
inline bool is_number(uapi::type const& as) noexcept { return uapi::traits_of(as.shape).holds == uapi::holding::number; }

/// Room for a text that has to be made from a number or from bytes, for example the text of an IP address.
using text_buffer = std::array<char, 128>;

/// The text of a value: the characters of a string or buffer, the text of an address, or the name of a constant. `into`
/// must outlive the text. Returns an empty optional if the value has no text, for example because the memory could not
/// be read.
std::optional<std::string_view> text_of(value const& whole, text_buffer& into);

/// The path that an argument points to, or the path of the file that a file descriptor refers to. Empty if the argument is
/// neither a path nor a file descriptor, or if the path was not captured.
std::optional<std::string_view> path_of(value const& argument) noexcept;

/// The value whose number is compared if a predicate names the argument `whole`: the target if `whole` is a pointer to
/// a number, otherwise `whole`. Empty if neither has a number.
std::optional<value> counted(value const& whole) noexcept;

/// The number of a value as an unsigned number. A number in network byte order is converted to host byte order.
std::uint64_t plain_number(value const& of) noexcept;

/// The number of a value. It is a signed number if the type of the value is signed.
integer number_of(value const& of) noexcept;

/// The number that the constant `name` has in a value of the type `as`. Empty if the type has no such constant.
std::optional<std::uint64_t> constant_number(uapi::type const& as, std::string_view name) noexcept;

/// Whether the flag `name` is set in `found`, or `found` is the constant `name`. `of` is the call that the value belongs
/// to, or null.
bool is_set(value const& found, std::string_view name, syscall_call const* of);

/// Whether `is_set` can be true for a value of the type `as`.
bool may_be_set(uapi::type const& as, std::string_view name);

}   // namespace cotrace::predicates
