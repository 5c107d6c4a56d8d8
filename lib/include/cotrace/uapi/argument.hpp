// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/uapi/as.hpp>

#include <cstdint>
#include <string_view>

namespace cotrace::uapi {

/// An argument of a system call: its name and its type.
struct parameter {
    std::string_view name;
    type const* as = nullptr;   ///< type of the argument; null: the call has no argument at this position
    /// Index of the argument register, from 0. -1: the register after those of the previous argument; for the first
    /// argument, register 0.
    std::int8_t from = -1;
    bool labelled = false;   ///< the text renderer shows the argument as `name=value`

    constexpr parameter() = default;
    constexpr parameter(std::string_view n, type const& t)
        : name{n}
        , as{&t}
    {
    }

    /// An argument in the register with index `reg`.
    constexpr parameter(std::string_view n, type const& t, int reg)
        : name{n}
        , as{&t}
        , from{static_cast<std::int8_t>(reg)}
    {
    }

    /// An argument in the register with index `reg`, which the text renderer shows as `name=value`.
    static consteval parameter label(std::string_view n, type const& t, int reg)
    {
        parameter made{n, t};
        made.from = static_cast<std::int8_t>(reg);
        made.labelled = true;
        return made;
    }
};

/// What the text renderer adds in parentheses after a return value.
enum class note : std::uint8_t {
    none,
    timeout,       ///< "(Timeout)" for a return value of 0
    polled,        ///< poll(2): "(Timeout)" for 0, otherwise the descriptors with events; for ppoll(2) also the remaining time
    selected,      ///< select(2): "(Timeout)" for 0, otherwise the sets at exit, and the remaining time
    timed,         ///< recvmmsg(2): "(Timeout)" for 0, otherwise the remaining time, which the last argument points to
    if_readable,   ///< the name of the return value, but only if the structure that the call wrote could be read
    segment,       ///< set_thread_area(2): the number of the allocated entry
};

/// How a call's result is shown. The text renderer shows a number with a name as `1 (SCHED_FIFO)`, and flags as
/// `0x8002 (flags O_RDWR|O_LARGEFILE)`.
struct returned_value {
    /// The type of the result; `as::nothing` if the call does not return. An argument of the call selects the case of a
    /// choice.
    type const* as = &as::long_signed;
    note with = note::none;

    constexpr returned_value() = default;
    constexpr returned_value(type const& t, note n = note::none)
        : as{&t}
        , with{n}
    {
    }
};

}   // namespace cotrace::uapi
