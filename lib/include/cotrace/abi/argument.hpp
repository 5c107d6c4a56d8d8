// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/as.hpp>

#include <cstdint>
#include <string_view>

namespace cotrace::abi {

/// An argument of a system call: its name and its type.
struct parameter {
    std::string_view name;
    type const*      as = nullptr;     ///< null: the call has no further arguments
    std::int8_t      from = -1;        ///< register that holds it, from 0; -1: the register after that of the argument before it
    bool             labelled = false; ///< text shows `name=value`

    constexpr parameter() = default;
    constexpr parameter(std::string_view n, type const& t) : name{n}, as{&t} {}

    /// An argument from a given register.
    constexpr parameter(std::string_view n, type const& t, int reg) : name{n}, as{&t}, from{static_cast<std::int8_t>(reg)} {}

    /// An argument whose name text shows, because its place in text is not that of its register.
    static consteval parameter label(std::string_view n, type const& t, int reg)
    {
        parameter made{n, t};
        made.from = static_cast<std::int8_t>(reg);
        made.labelled = true;
        return made;
    }
};

/// What text adds in parentheses after a return value.
enum class note : std::uint8_t {
    none,
    timeout,       ///< 0 is "(Timeout)"
    polled,        ///< poll(2): the descriptors that have events, and the remaining time; 0 is "(Timeout)"
    selected,      ///< select(2): the sets at exit, and the remaining time; 0 is "(Timeout)"
    timed,         ///< recvmmsg(2): the remaining time of argument 4; 0 is "(Timeout)"
    if_told,       ///< the name of the value, only if the structure that the call wrote could be read
    segment,       ///< set_thread_area(2): the number of the allocated entry
};

/// The result of a call. Text shows the name of a value after the number, `1 (SCHED_FIFO)`;
/// names of flags may follow a word (`type::macro`): `0x8002 (flags O_RDWR|O_LARGEFILE)`.
struct returned_value {
    type const* as = &as::long_signed;   ///< `as::nothing`: the call does not return; a choice is made by the arguments
    note        with = note::none;

    constexpr returned_value() = default;
    constexpr returned_value(type const& t, note n = note::none) : as{&t}, with{n} {}
};

} // namespace cotrace::abi
