// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/arch.hpp>
#include <cotrace/ids.hpp>

#include <array>
#include <cstdint>

namespace cotrace {

/// A system call as the kernel received it.
struct syscall_call {
    abi::arch     arch{};
    std::uint64_t number = 0;
    std::array<std::uint64_t, 6> args{};   ///< as the registers had them, zero-extended to 64 bits
    std::uint64_t ip = 0;                  ///< instruction pointer
    std::uint64_t sp = 0;                  ///< stack pointer
};

/// What a system call came to.
struct syscall_outcome {
    std::int64_t value = 0;   ///< the return value; an error is negative: -errno
    bool failed = false;      ///< `value` is an error. ERESTART* count as errors here.

    constexpr int error() const noexcept { return failed ? static_cast<int>(-value) : 0; }
};

} // namespace cotrace
