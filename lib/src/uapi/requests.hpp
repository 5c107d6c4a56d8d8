// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/uapi/named_values.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace cotrace::uapi {

/// Empty tables that stand for the full tables of the 64-bit interfaces, of i386, and of x32. A full table is built when it
/// is first used.
inline constexpr name_table requests_64{};
inline constexpr name_table requests_i386{};
inline constexpr name_table requests_x32{};

/// The name of a request, "A or B" if several drivers use the number. Names that contain a parameter are ignored. Empty
/// without a name.
std::string_view request_constant(name_table const& names, std::uint32_t request);

/// The name of a request, with the parameter ("EVIOCGNAME(256)"), or the parts of the number ("_IOC(…)"). If `remarks` is
/// true, a comment follows a parameter that is a number without a name.
std::string request_text(name_table const& names, std::uint32_t request, bool remarks);

/// Like `request_text`, but empty if the request has no name.
std::string request_name(name_table const& names, std::uint32_t request, bool remarks);

} // namespace cotrace::uapi
