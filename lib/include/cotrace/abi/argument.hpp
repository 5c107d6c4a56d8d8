// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/type.hpp>

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
    meaning,       ///< the value again as `also` has it: "0x8002 (flags O_RDWR|O_LARGEFILE)"
};

/// What a call gives back.
struct returned_value {
    type const*      as = &as::long_signed;   ///< `as::nothing`: the call does not return
    note             with = note::none;
    type const*      also = nullptr;
    std::string_view label{};                 ///< of `also`: "flags"

    constexpr returned_value() = default;
    constexpr returned_value(type const& t, note n = note::none) : as{&t}, with{n} {}
    constexpr returned_value(type const& t, type const& meaning, std::string_view word)
        : as{&t}, with{note::meaning}, also{&meaning}, label{word}
    {
    }
};

} // namespace cotrace::abi
