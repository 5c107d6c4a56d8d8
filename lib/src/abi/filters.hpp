// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "abi/custom.hpp"

/// Programs of the classic packet filter, as seccomp(2), prctl(2) and sockets take them.
namespace cotrace::abi {

inline constexpr type filter_instructions = {.shape = shape::custom, .width = width::word, .length = member(0),
                                             .size = {8, 4, 4}, .align = {8, 4, 4}, .decode = decode::filter_program};
inline constexpr structure filter_program_type{{{"len", as::uint16}, {"filter", filter_instructions}}};
inline constexpr auto const& filter_program_in = as::in<filter_program_type>;

} // namespace cotrace::abi
