// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <span>

namespace cotrace::decode {

/// Makes the siginfo_t of a 32-bit program, which `raw` begins with, one of
/// ours, as copy_siginfo_from_user32 of the kernel does: what lies behind the
/// first three numbers depends on the cause. `raw` holds sizeof(siginfo_t) bytes.
void widen_signal_info(std::span<std::byte> raw) noexcept;

} // namespace cotrace::decode
