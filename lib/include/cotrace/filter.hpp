// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/call.hpp>
#include <cotrace/result.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace cotrace {

namespace uapi {
class vocabulary;
}

/// Selects the system calls that a session reports. Copies are cheap and share their tables.
class filter {
public:
    /// Selects every system call.
    filter() noexcept = default;

    /// Selects the calls that `expression` names, in the language of strace's `-e trace=`:
    /// a comma-separated list of terms, or `all`, or `none`. Each leading `!` inverts the
    /// whole list. A term is
    /// - the name of a call, such as `openat`, or its number, such as `257`;
    /// - `%` and the name of a class of calls, such as `%file`; the classes `file`, `process`, `network`, `signal`,
    ///   `ipc`, `desc` and `memory` may be written without the `%`. The class `%io_uring` contains the three system
    ///   calls of io_uring, and also selects the operations that are submitted to rings: see `wants_ring_operations`;
    /// - `/` and an extended regular expression, which is searched for in the names of calls.
    ///
    /// A term that begins with `?` is not an error if it names no call. A term that ends
    /// with `@64`, `@32` or `@x32` selects only calls of the 64-bit, 32-bit or x32 interface.
    ///
    /// The calls that socketcall(2) and ipc(2) of i386 carry out, such as `connect`, are
    /// selected by their own names.
    ///
    /// Throws `std::invalid_argument` with a one-line reason. `parse` returns this reason
    /// instead of throwing.
    explicit filter(std::string_view expression);

    /// Selects the calls that `expression` names, in the language that the constructor without a vocabulary accepts. A
    /// term may also be the name or the number of a call that `also` describes. The session must use the same
    /// vocabulary (`capture_options::vocabulary`). Throws `std::invalid_argument` with a one-line reason.
    filter(std::string_view expression, uapi::vocabulary const& also);

    /// Makes a filter from `expression`, as the constructors do, but returns errors instead of throwing them. The error
    /// is a one-line reason: "invalid system call 'opne'". `also` may be null.
    static result<filter, std::string> parse(std::string_view expression, uapi::vocabulary const* also = nullptr);

    /// Returns whether the filter selects at least some of the calls with this number. For socketcall(2) and ipc(2) of
    /// i386, the arguments of a call decide whether the call is selected. For all other numbers, every call is selected,
    /// or none. Takes constant time.
    bool wants(uapi::arch interface, std::uint64_t number) const noexcept;

    /// Returns whether this call, with its arguments, is selected. Takes constant time.
    bool wants(syscall_call const& call) const noexcept;

    /// Returns whether this filter selects every call that `other` selects.
    bool covers(filter const& other) const noexcept;

    /// Returns true if the filter selects all calls, also those with unknown numbers. This is so, for example, for a
    /// default-constructed filter and for the filter `all`.
    bool wants_all() const noexcept { return chosen_ == nullptr; }

    /// Returns true if the class `%io_uring` is in the expression, and the expression is not inverted by a leading `!`.
    /// A session then also records the submissions and completions of io_urings: see `ring_submitted` and
    /// `ring_completed`.
    bool wants_ring_operations() const noexcept;

private:
    struct choice;
    std::shared_ptr<choice const> chosen_;
};

}   // namespace cotrace
