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

/// Memory for a text that is made from a number or from bytes, such as the text of an IP address.
using text_buffer = std::array<char, 128>;

/// The text of a string, buffer or address, or the name of a constant. Empty if there is none. `into` must outlive the text.
std::optional<std::string_view> text_of(value const& whole, text_buffer& into);

/// The path that an argument points to, or the path of its file descriptor. Empty if no such path was captured.
std::optional<std::string_view> path_of(value const& argument) noexcept;

/// The value that has the number to compare: the target if `whole` points to a number, otherwise `whole`. Empty if neither has a
/// number.
std::optional<value> counted(value const& whole) noexcept;

/// The number of a value as an unsigned number. A number in network byte order is converted to host byte order.
std::uint64_t plain_number(value const& of) noexcept;

/// The number of a value. It is a signed number if the type of the value is signed.
integer number_of(value const& of) noexcept;

/// The number of the constant `name` in the type `as`. Empty if the type has no such constant.
std::optional<std::uint64_t> constant_number(uapi::type const& as, std::string_view name) noexcept;

/// Whether `found` contains the flag `name`, or is the constant `name`. `of` is the call of the value, or null.
bool is_set(value const& found, std::string_view name, syscall_call const* of);

/// Whether `is_set` can be true for a value of the type `as`.
bool may_be_set(uapi::type const& as, std::string_view name);

}   // namespace cotrace::predicates
