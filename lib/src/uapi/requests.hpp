// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/uapi/named_values.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace cotrace::uapi {

/// Empty tables that stand for the tables of all ioctl(2) requests of the 64-bit interfaces, of i386, and of x32. The
/// functions of this header look in the full table, which is built when it is first used.
inline constexpr name_table requests_64{};
inline constexpr name_table requests_i386{};
inline constexpr name_table requests_x32{};

/// The name of a request. Names that contain a parameter are ignored; empty if there is no other name. If several drivers use
/// one number with the names A and B, the name is "A or B".
std::string_view request_constant(name_table const& names, std::uint32_t request);

/// The text for a request: the name of the request, or the parts of the request number ("_IOC(…)") if it has no name. If a
/// part of the number is a parameter, the name contains the parameter ("EVIOCGNAME(256)"). If `remarks` is true, a comment
/// follows a parameter that is a number without a name.
std::string request_text(name_table const& names, std::uint32_t request, bool remarks);

/// The name of a request, with its parameter if it has one. Empty if the request has no name. If `remarks` is true, a comment
/// follows a parameter that is a number without a name.
std::string request_name(name_table const& names, std::uint32_t request, bool remarks);

} // namespace cotrace::uapi
