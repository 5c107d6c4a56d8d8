// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/named_values.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace cotrace::abi {

/// Placeholders for the tables of ioctl(2) requests of each interface. The functions
/// below build a table when they first need it, because it has thousands of names and
/// most traces use none.
inline constexpr name_table requests_64{};
inline constexpr name_table requests_i386{};
inline constexpr name_table requests_x32{};

/// The name of a request. A number that several drivers use is "A or B".
std::string_view request_constant(name_table const& names, std::uint32_t request);

/// The text for a request: its names, a name with parameters from the number
/// ("EVIOCGNAME(256)"), or the parts of the number. With `remarks`, a parameter
/// without a name has a comment.
std::string request_text(name_table const& names, std::uint32_t request, bool remarks);

/// The names of a request, or the name with parameters; empty if it has no name.
std::string request_name(name_table const& names, std::uint32_t request, bool remarks);

} // namespace cotrace::abi
