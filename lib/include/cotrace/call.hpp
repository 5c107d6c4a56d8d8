// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/arch.hpp>
#include <cotrace/capture.hpp>
#include <cotrace/ids.hpp>
#include <cotrace/value.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cotrace {

namespace abi {
struct syscall_descriptor;
}

/// A system call as the kernel received it, and what its arguments meant then.
///
/// Once its entry is recorded it does not change any more: the records of entry
/// and exit share it. What only the exit tells is in `syscall_exited::values`.
struct syscall_call {
    abi::arch     arch{};
    std::uint64_t number = 0;
    std::array<std::uint64_t, 6> args{};   ///< as the registers had them, zero-extended to 64 bits
    std::uint64_t ip = 0;                  ///< instruction pointer
    std::uint64_t sp = 0;                  ///< stack pointer
    abi::syscall_descriptor const* what = nullptr;   ///< null: not decoded, or no such call
    value_tree values;                     ///< one per argument, in the order the descriptor has; empty: not decoded

    /// The argument of that name, or what its parts' names lead to, as it was at entry.
    std::optional<value> argument(std::string_view name) const noexcept { return values.find(name); }

    /// "openat", or "syscall_0x1ff" for a number that names nothing.
    std::string name() const;
};

/// What a system call came to.
struct syscall_outcome {
    std::int64_t value = 0;   ///< the return value; an error is negative: -errno
    bool failed = false;      ///< `value` is an error. ERESTART* count as errors here.

    constexpr int error() const noexcept { return failed ? static_cast<int>(-value) : 0; }
};

} // namespace cotrace
