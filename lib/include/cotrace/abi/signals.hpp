// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>
#include <string_view>

namespace cotrace::abi {

/// The highest signal number; the lowest is 1.
inline constexpr int last_signal = 64;

/// "SIGINT". The first real-time signal, 32, is "SIGRTMIN", and the following signals are
/// "SIGRT_1" to "SIGRT_32", in the kernel's numbering (the C library reserves 32 and 33
/// and has another SIGRTMIN). Empty for other numbers, which strace shows as numbers.
std::string_view signal_name(int number) noexcept;

/// The name without "SIG", as in sets of signals: "INT", "RTMIN", "RT_1".
std::string_view short_signal_name(int number) noexcept;

/// The number of a signal from its name, with or without "SIG", in either case, or from its
/// number in decimal. SIGIOT, SIGPOLL and SIGCLD are known, too.
std::optional<int> signal_number(std::string_view name) noexcept;

} // namespace cotrace::abi
