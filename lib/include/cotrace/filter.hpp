// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/call.hpp>
#include <cotrace/result.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace cotrace {

/// Which system calls a session reports. Copies are cheap and share their tables.
class filter {
public:
    /// Every system call.
    filter() noexcept = default;

    /// The calls that `expression` names, in the language of strace's `-e trace=`: a
    /// comma-separated list of terms, or `all`, or `none`. Each leading `!` inverts the
    /// whole list. A term is
    /// - a name, `openat`, or a number, `257`;
    /// - `%class` (`file`, `process`, `network`, `signal`, `ipc`, `desc` and
    ///   `memory` also without the sign);
    /// - `/` and an extended regular expression, which is searched for in the names.
    /// A term may begin with `?` if it need not name any call, and end with `@64`,
    /// `@32` or `@x32` to select the calls of one kind of interface only.
    ///
    /// The calls that i386's socketcall(2) and ipc(2) carry out are selected by their
    /// own names.
    ///
    /// Throws `std::invalid_argument` with a one-line reason; `parse` does not throw it.
    explicit filter(std::string_view expression);

    /// Parses `expression`. The error is a one-line reason: "invalid system call 'opne'".
    static outcome::result<filter, std::string> parse(std::string_view expression);

    /// Whether calls with this number have to be examined: because they are wanted, or
    /// because the arguments decide, as for socketcall(2). Takes constant time.
    bool wants(abi::arch interface, std::uint64_t number) const noexcept;

    /// Whether this call, with its arguments, is wanted. Takes constant time.
    bool wants(syscall_call const& call) const noexcept;

    /// Whether this filter wants every call that `other` wants.
    bool covers(filter const& other) const noexcept;

    /// True for a default-constructed filter, which wants all calls, also those with unknown numbers.
    bool wants_all() const noexcept { return chosen_ == nullptr; }

private:
    struct choice;
    std::shared_ptr<choice const> chosen_;
};

} // namespace cotrace
