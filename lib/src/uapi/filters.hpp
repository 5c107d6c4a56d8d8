// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "uapi/custom.hpp"

/// Classic BPF programs, for seccomp(2), prctl(2) and sockets.
namespace cotrace::uapi {

/// What a filter program is used for. The use decides the meaning of the operands of return and load instructions.
enum class filter_kind : std::uint16_t { seccomp, socket };

/// The field `filter` of struct sock_fprog, which points to the instructions. Another field, `len`, is the number of
/// instructions.
template <filter_kind Kind>
inline constexpr type filter_instructions = {.shape = shape::custom, .width = width::word, .length = member(0),
                                             .count = static_cast<std::uint16_t>(Kind), .size = {8, 4, 4},
                                             .align = {8, 4, 4}, .custom = {.decode = decode::filter_program}};
template <filter_kind Kind>
inline constexpr structure filter_program_type{{{"len", as::uint16}, {"filter", filter_instructions<Kind>}}};

inline constexpr auto const& filter_program_in = as::in<filter_program_type<filter_kind::seccomp>>;
inline constexpr auto const& socket_filter_in = as::in<filter_program_type<filter_kind::socket>>;

/// An array of instructions that the call wrote. The return value is the number of instructions.
inline constexpr type filter_instructions_got = {.shape = shape::custom, .width = width::word, .way = direction::out,
                                                 .length = returned(), .count = static_cast<std::uint16_t>(filter_kind::seccomp),
                                                 .custom = {.decode = decode::filter_list}};

} // namespace cotrace::uapi
