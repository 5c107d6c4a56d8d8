// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/as.hpp>

#include <cstdint>
#include <string_view>

namespace cotrace::abi {

/// An argument of a system call: its name and what it means.
struct parameter {
    std::string_view name;
    type const*      as = nullptr;     ///< null: there is none here, nor after it
    std::int8_t      from = -1;        ///< register it comes from, the first is 0; -1: the one after the argument before
    bool             labelled = false; ///< text shows `name=value`

    constexpr parameter() = default;
    constexpr parameter(std::string_view n, type const& t) : name{n}, as{&t} {}

    /// An argument from a given register.
    constexpr parameter(std::string_view n, type const& t, int reg) : name{n}, as{&t}, from{static_cast<std::int8_t>(reg)} {}

    /// An argument that text names, and shows in another place than its register has.
    static consteval parameter label(std::string_view n, type const& t, int reg)
    {
        parameter made{n, t};
        made.from = static_cast<std::int8_t>(reg);
        made.labelled = true;
        return made;
    }
};

/// What text adds in parentheses to a return value.
enum class note : std::uint8_t {
    none,
    timeout,       ///< 0 is "(Timeout)"
    polled,        ///< poll(2): the ready ones of argument 0; else as `timeout`
    selected,      ///< select(2): the sets at exit and the time left; else as `timeout`
    timed,         ///< recvmmsg(2): what is left of the time of argument 4; else as `timeout`
    if_told,       ///< names only where what the call wrote could be read
    segment,       ///< set_thread_area(2): the number that the entry got
};

/// What a call gives back. Names stand behind the number in text, `1 (SCHED_FIFO)`;
/// those of flags may have a word before them: `0x8002 (flags O_RDWR|O_LARGEFILE)`.
struct returned_value {
    type const* as = &as::long_signed;   ///< `as::nothing`: the call does not return; a choice looks at the arguments
    note        with = note::none;

    constexpr returned_value() = default;
    constexpr returned_value(type const& t, note n = note::none) : as{&t}, with{n} {}
};

} // namespace cotrace::abi
