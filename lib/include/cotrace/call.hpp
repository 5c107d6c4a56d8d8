// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/arch.hpp>
#include <cotrace/capture.hpp>
#include <cotrace/ids.hpp>
#include <cotrace/value.hpp>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace cotrace {

namespace abi {
struct syscall_descriptor;
}

/// A system call as the kernel received it, with its decoded arguments.
///
/// It does not change after its entry was recorded: the records of entry and exit
/// share it. Values that are known only at exit are in `syscall_exited::values`.
struct syscall_call {
    abi::arch     arch{};
    std::uint64_t number = 0;
    std::array<std::uint64_t, 6> args{};   ///< argument registers, zero-extended to 64 bits
    std::uint64_t ip = 0;                  ///< instruction pointer
    std::uint64_t sp = 0;                  ///< stack pointer; 0: not known
    abi::syscall_descriptor const* what = nullptr;   ///< null: not decoded, or unknown number
    value_tree values;                     ///< one value for each argument, in the order of the descriptor; empty: not decoded

    /// The argument of that name, or the part of an argument (see `value::find`), as it was at entry.
    std::optional<value> argument(std::string_view name) const noexcept { return values.find(name); }

    /// "openat", or "syscall_0x1ff" for an unknown number.
    std::string name() const;
};

/// The result of a system call.
struct syscall_outcome {
    std::int64_t value = 0;   ///< the return value; an error is negative: -errno
    bool failed = false;      ///< `value` is an error. ERESTART* count as errors here.

    constexpr int error() const noexcept { return failed ? static_cast<int>(-value) : 0; }

    /// The outcome that a value in the return register stands for. Errors are -4095 to -1, as in
    /// syscall(2) of the C library.
    static constexpr syscall_outcome from(std::int64_t value) noexcept { return {value, value < 0 && value >= -4095}; }
};

/// How a call ended.
enum class call_status : std::uint8_t {
    successful,
    failed,        ///< ERESTART* count as failures here
    unfinished,    ///< the thread ended during the call
    unavailable,   ///< the call returned, but its result could not be read
    detached,      ///< the thread was detached during the call
};

/// A set of statuses; contains all of them by default.
class status_set {
public:
    constexpr status_set() noexcept = default;
    constexpr status_set(std::initializer_list<call_status> these) noexcept : bits_{0}
    {
        for (auto const each : these)
            insert(each);
    }

    constexpr void insert(call_status what) noexcept { bits_ = static_cast<std::uint8_t>(bits_ | bit(what)); }
    constexpr bool has(call_status what) const noexcept { return bits_ & bit(what); }
    constexpr bool is_all() const noexcept { return bits_ == all; }
    constexpr status_set operator~() const noexcept
    {
        status_set others{*this};
        others.bits_ = static_cast<std::uint8_t>(~bits_ & all);
        return others;
    }
    friend constexpr bool operator==(status_set, status_set) noexcept = default;

private:
    static constexpr std::uint8_t all = 0x1f;
    static constexpr unsigned bit(call_status what) noexcept { return 1u << static_cast<unsigned>(what); }

    std::uint8_t bits_ = all;
};

constexpr call_status status_of(syscall_outcome const& outcome) noexcept
{
    return outcome.failed ? call_status::failed : call_status::successful;
}

} // namespace cotrace
