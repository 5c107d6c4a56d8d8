// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/named_values.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace cotrace::abi {

/// These stand for the names of ioctl(2) requests as each interface has them.
/// There are thousands, and most programs show none: they are put together from
/// the one list there is when the functions below need the first.
inline constexpr name_table requests_64{};
inline constexpr name_table requests_i386{};
inline constexpr name_table requests_x32{};

/// The name of a request; what several drivers share is "A or B".
std::string_view request_constant(name_table const& names, std::uint32_t request);

/// What a request is called: by its names, by one that its number has parameters
/// of ("EVIOCGNAME(256)"), or else by what the number is made of. Values in
/// there that have no name are explained in a comment only with `remarks`.
std::string request_text(name_table const& names, std::uint32_t request, bool remarks);

/// The same, if it has a name at all; else empty.
std::string request_name(name_table const& names, std::uint32_t request, bool remarks);

} // namespace cotrace::abi
