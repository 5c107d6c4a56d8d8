// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>
#include <string_view>

namespace cotrace::uapi {

/// The highest signal number; the lowest is 1.
inline constexpr int last_signal = 64;

/// The name of a signal, such as "SIGINT". The first real-time signal, 32, is "SIGRTMIN", and the signals after it are
/// "SIGRT_1" to "SIGRT_32". This is the kernel's numbering: the C library reserves the signals 32 and 33
/// and has another SIGRTMIN. The result is empty for a number that is not a signal number.
std::string_view signal_name(int number) noexcept;

/// The name of a signal without "SIG", as strace shows it in sets of signals: "INT", "RTMIN", "RT_1".
std::string_view short_signal_name(int number) noexcept;

/// The number of a signal. `name` is the name of the signal with or without "SIG", in upper or lower case, or the
/// number of the signal in decimal. The aliases SIGIOT, SIGPOLL and SIGCLD are known, too.
std::optional<int> signal_number(std::string_view name) noexcept;

}   // namespace cotrace::uapi
