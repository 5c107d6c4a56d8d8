// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <span>

namespace cotrace::decode {

/// The number of bytes at the start of a siginfo_t that contain fields. The kernel gives no meaning to the bytes after them.
inline constexpr std::size_t signal_info_fields = 48;

/// Converts the siginfo_t of a 32-bit program at the start of `raw` to the 64-bit form, as copy_siginfo_from_user32()
/// of the kernel does. The cause of the signal decides which fields follow the first three fields. `raw` has
/// sizeof(siginfo_t) bytes.
void widen_signal_info(std::span<std::byte> raw) noexcept;

}   // namespace cotrace::decode
