// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>
#include <string_view>

namespace cotrace::abi {

/// Signals are numbered from 1 to here.
inline constexpr int last_signal = 64;

/// "SIGINT". The first real-time signal, 32, is "SIGRTMIN", and those after it
/// are "SIGRT_1" to "SIGRT_32", counted as the kernel does (the C library
/// keeps 32 and 33 to itself and has its own SIGRTMIN). Empty for all other
/// numbers; strace shows those as they are.
std::string_view signal_name(int number) noexcept;

/// The same without "SIG", as sets of signals show it: "INT", "RTMIN", "RT_1".
std::string_view short_signal_name(int number) noexcept;

/// The number of a signal, named as above with or without "SIG", in either
/// case, or by its number. SIGIOT, SIGPOLL and SIGCLD are known too.
std::optional<int> signal_number(std::string_view name) noexcept;

} // namespace cotrace::abi
