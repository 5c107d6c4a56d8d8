// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/named_values.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace cotrace::abi {

/// Empty tables that stand for the tables of the ioctl(2) requests of each interface. The functions
/// below build the table of an interface when they first need it, because a table has thousands of names and
/// most traces use none of them.
inline constexpr name_table requests_64{};
inline constexpr name_table requests_i386{};
inline constexpr name_table requests_x32{};

/// The name of a request. If several drivers use the same number with the names A and B, the name is "A or B".
std::string_view request_constant(name_table const& names, std::uint32_t request);

/// The text for a request: the names of the request, or a name with parameters that are part of the request number
/// ("EVIOCGNAME(256)"), or the parts of the request number. With `remarks`, a parameter
/// that is a number without a name is followed by a comment.
std::string request_text(name_table const& names, std::uint32_t request, bool remarks);

/// The names of a request, or the name with parameters. Empty if the request has no name.
std::string request_name(name_table const& names, std::uint32_t request, bool remarks);

} // namespace cotrace::abi
