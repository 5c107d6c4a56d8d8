// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <span>

namespace cotrace::decode {

/// The size of the part of a siginfo_t that contains fields.
inline constexpr std::size_t signal_info_fields = 48;

/// Converts the siginfo_t of a 32-bit program to the 64-bit form, as copy_siginfo_from_user32() of the kernel does. `raw` has
/// sizeof(siginfo_t) bytes.
void widen_signal_info(std::span<std::byte> raw) noexcept;

}   // namespace cotrace::decode
