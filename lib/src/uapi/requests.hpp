// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/uapi/named_values.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace cotrace::uapi {

/// Empty tables, each of which stands for the table of all ioctl(2) requests of the 64-bit interfaces, of i386, or of x32.
/// The functions of this header build such a table when they first need it, because a table has thousands of names and
/// most traces use none of them.
inline constexpr name_table requests_64{};
inline constexpr name_table requests_i386{};
inline constexpr name_table requests_x32{};

/// The name of a request. If several drivers use the same number with the names A and B, the name is "A or B".
std::string_view request_constant(name_table const& names, std::uint32_t request);

/// The text for a request: the names of the request, which may have parameters that are part of the request number
/// ("EVIOCGNAME(256)"). If the request has no name, the text consists of the parts of the request number ("_IOC(…)").
/// If `remarks` is true, a comment follows a parameter that is a number without a name.
std::string request_text(name_table const& names, std::uint32_t request, bool remarks);

/// The names of a request, with their parameters. Empty if the request has no name. If `remarks` is true, a comment
/// follows a parameter that is a number without a name.
std::string request_name(name_table const& names, std::uint32_t request, bool remarks);

} // namespace cotrace::uapi
