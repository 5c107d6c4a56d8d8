// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/capture.hpp>
#include <cotrace/ids.hpp>
#include <cotrace/uapi/arch.hpp>
#include <cotrace/value.hpp>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace cotrace {

namespace uapi {
struct syscall_descriptor;
}

namespace decode {
struct inputs;
}

/// A system call as the kernel received it, with its decoded arguments. The records of the entry and of the exit of a
/// call share one object. Values that are known only at exit are in `syscall_exited::values`.
struct syscall_call {
    uapi::arch arch{};
    /// True if memory, or details of file descriptors, may have changed between the beginning of the call and the read.
    /// Only `tracing::observation` sets this member.
    bool read_late = false;
    std::uint64_t number = 0;
    std::array<std::uint64_t, 6> args{};   ///< argument registers, zero-extended to 64 bits
    std::uint64_t ip = 0;                  ///< instruction pointer
    std::uint64_t sp = 0;                  ///< stack pointer; 0: not known
    /// The description of the call; null if its number is unknown.
    uapi::syscall_descriptor const* what = nullptr;
    /// The values of the arguments, in the order of `what`; empty if `what` is null. Arguments of type `as::nothing`
    /// have no value.
    value_tree values;
    /// For restart_syscall(2), the name of the call that it continues, or "system call" if the tracer did not see that
    /// call. Empty for all other calls, and if the thread is not traced with ptrace. The text has static storage.
    std::string_view resumes{};
    /// What was read to decode the arguments; null unless `capture_options::keep_inputs` is set.
    std::shared_ptr<decode::inputs const> inputs{};

    /// The argument, or the part of an argument, that `name` names (see `value::find`), as it was at entry. Empty if no
    /// argument or part has the name.
    std::optional<value> argument(std::string_view name) const noexcept { return values.find(name); }

    /// The name of the call, such as "openat". For an unknown number, a text such as "syscall_0x1ff".
    std::string name() const;
};

/// The result of a system call.
struct syscall_outcome {
    std::int64_t value = 0;   ///< the return value; -errno if the call failed
    bool failed = false;      ///< whether `value` is an error; the kernel's ERESTART* codes count as errors

    constexpr int error() const noexcept { return failed ? static_cast<int>(-value) : 0; }

    /// Returns the outcome for a value in the return register. The values from -4095 to -1 are errors: syscall(2).
    static constexpr syscall_outcome from(std::int64_t value) noexcept { return {value, value < 0 && value >= -4095}; }
};

/// How a call ended.
enum class call_status : std::uint8_t {
    successful,
    failed,        ///< the call returned an error; the kernel's ERESTART* codes count as errors
    unfinished,    ///< the thread or the trace ended during the call
    unavailable,   ///< the call returned, but its result could not be read; no record has this status
    detached,      ///< the thread was detached during the call
};

/// A set of values of `call_status`. A default-constructed set contains all values.
class status_set {
public:
    constexpr status_set() noexcept = default;
    constexpr status_set(std::initializer_list<call_status> these) noexcept
        : bits_{0}
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

}   // namespace cotrace
