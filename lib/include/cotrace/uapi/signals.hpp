// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>
#include <string_view>

namespace cotrace::uapi {

/// The highest signal number; the lowest is 1.
inline constexpr int last_signal = 64;

/// The name of a signal, such as "SIGINT"; empty for a number that is not a signal number. Signal 32 is "SIGRTMIN", and
/// 33 to 64 are "SIGRT_1" to "SIGRT_32". The SIGRTMIN of the C library is another signal.
std::string_view signal_name(int number) noexcept;

/// The name of a signal without "SIG", as strace shows it in sets of signals: "INT", "RTMIN", "RT_1".
std::string_view short_signal_name(int number) noexcept;

/// The number of a signal. `name` is the name with or without "SIG", in upper or lower case, or the number in decimal.
/// The aliases SIGIOT, SIGPOLL and SIGCLD are known, too.
std::optional<int> signal_number(std::string_view name) noexcept;

}   // namespace cotrace::uapi
