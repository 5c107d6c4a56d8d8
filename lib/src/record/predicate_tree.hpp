// SPDX-License-Identifier: BSL-1.0
#pragma once

// The parsed form of a predicate.

#include <cotrace/predicate.hpp>

#include "uapi/groups.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cotrace::predicates {

/// What the left side of a comparison stands for.
enum class subject : std::uint8_t {
    name,
    number,
    kind,
    error,
    result,
    pid,
    tid,
    comm,
    session,
    label,
    duration,
    signal,
    status,
    fd,
    path,
    address,
    bytes,
    register_1,   ///< `register_1` to `register_6` must have successive values
    register_2,
    register_3,
    register_4,
    register_5,
    register_6,
    argument,
    // Names that are conditions of their own, without an operator.
    failed,
    successful,
    entry,
};

/// The kind of a subject's values. It decides what the subject can be compared with.
enum class value_kind : std::uint8_t {
    text,
    call_name,    ///< text that is the name of a call
    event_kind,   ///< text that is the name of a kind of record
    number,
    error,        ///< a number that can be written as the name of an errno
    signal,       ///< a number that can be written as the name of a signal
    duration,     ///< a number of nanoseconds
    descriptor,   ///< a file descriptor, which can be compared with a number or AT_FDCWD
    argument,     ///< the decoded value of an argument
    condition,    ///< no value: the name is a condition of its own
};

enum class operation : std::uint8_t { equal, unequal, less, less_equal, greater, greater_equal, like, unlike, has, in };

/// A number from -2^63 to 2^64-1.
struct integer {
    std::uint64_t bits = 0;   ///< in two's complement if the number is negative
    bool negative = false;

    static constexpr integer of(std::int64_t number) noexcept { return {static_cast<std::uint64_t>(number), number < 0}; }

    friend constexpr bool operator==(integer, integer) noexcept = default;
    friend constexpr std::strong_ordering operator<=>(integer left, integer right) noexcept
    {
        if (left.negative != right.negative)
            return left.negative ? std::strong_ordering::less : std::strong_ordering::greater;
        return left.bits <=> right.bits;
    }
};

enum class literal_kind : std::uint8_t {
    number,
    duration,
    text,
    constants,   ///< one or more names of constants or flags
    null,
    calls,   ///< a class of calls
};

/// A literal on the right side of an operator.
struct literal {
    literal_kind what{};
    integer value{};                        ///< the number, or the duration in nanoseconds
    std::string words{};                    ///< the text of a `literal_kind::text`
    std::vector<std::string> constants{};   ///< the names of a `literal_kind::constants`
    uapi::group calls{};
};

struct comparison {
    subject of{};
    operation how{};
    std::string argument{};   ///< for `subject::argument`: names and indices with points between them, see `value::find`
    /// The right side: one literal, or several with `operation::in`; empty if `of` is a condition of its own.
    std::vector<literal> others{};
};

struct node {
    enum kind : std::uint8_t {
        test,   ///< a comparison, or a name that is a condition of its own
        all,    ///< all parts hold
        any,    ///< at least one of the parts holds
        none,   ///< has one part, which does not hold
    };
    kind what = test;
    comparison tested{};
    std::vector<node> parts{};
};

/// What a predicate is evaluated for: a record, or a call without a record (`seen` is null).
struct evaluated {
    record const* seen = nullptr;
    syscall_call const* call = nullptr;       ///< the call, or the submitted operation of an io_uring; null if `seen` has neither
    syscall_exited const* exited = nullptr;   ///< null if `seen` is not the record of a call's exit
    ring_completed const* completed = nullptr;
    bool is_operation = false;   ///< whether `call` is an operation, so that its number is no call number

    syscall_outcome const* outcome() const noexcept
    {
        return exited != nullptr ? &exited->outcome : completed != nullptr ? &completed->outcome : nullptr;
    }
};

bool holds(node const& condition, evaluated const& about);

}   // namespace cotrace::predicates

namespace cotrace {

struct predicate::tree {
    predicates::node root;
};

}   // namespace cotrace
