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

    /// Selects the calls that `expression` names, in the language of strace's `-e trace=`: a comma-separated list of
    /// terms, or `all`, or `none`. Each leading `!` inverts the whole list. A term is
    /// - the name of a call, such as `openat`, or its number, such as `257`;
    /// - `%` and the name of a class of calls, such as `%file`. The `%` may be left out for the classes `file`,
    ///   `process`, `network`, `signal`, `ipc`, `desc` and `memory`. The class `%io_uring` also selects the operations
    ///   that are submitted to rings: see `wants_ring_operations`;
    /// - `/` and an extended regular expression, which is searched for in the names of calls.
    ///
    /// A term that begins with `?` is not an error if it names no call. A term that ends with `@64`, `@32` or `@x32`
    /// selects only calls of the 64-bit, 32-bit or x32 interface. Calls that socketcall(2) and ipc(2) of i386 carry out
    /// are selected by their own names, such as `connect`.
    ///
    /// Throws `std::invalid_argument` with a one-line reason; `parse` returns this reason instead.
    explicit filter(std::string_view expression);

    /// Like the constructor without a vocabulary, but a term may also name a call that `also` describes. The session
    /// must use the same vocabulary (`capture_options::vocabulary`).
    filter(std::string_view expression, uapi::vocabulary const& also);

    /// Makes a filter like the constructors, but returns the one-line reason of an error: "invalid system call 'opne'".
    /// `also` may be null.
    static result<filter, std::string> parse(std::string_view expression, uapi::vocabulary const* also = nullptr);

    /// Returns whether the filter selects any call with this number. For socketcall(2) and ipc(2) of i386, the
    /// arguments decide whether a call is selected. For all other numbers, the filter selects all calls or none. Takes
    /// constant time.
    bool wants(uapi::arch interface, std::uint64_t number) const noexcept;

    /// Returns whether this call, with its arguments, is selected. Takes constant time.
    bool wants(syscall_call const& call) const noexcept;

    /// Returns whether this filter selects every call that `other` selects.
    bool covers(filter const& other) const noexcept;

    /// Returns whether the filter selects all calls, also those with unknown numbers.
    bool wants_all() const noexcept { return chosen_ == nullptr; }

    /// Returns whether the filter contains the class `%io_uring` and is not inverted. A session then also records
    /// `ring_submitted` and `ring_completed`.
    bool wants_ring_operations() const noexcept;

private:
    struct choice;
    std::shared_ptr<choice const> chosen_;
};

}   // namespace cotrace
