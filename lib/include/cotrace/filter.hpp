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

    /// What `expression` names, in the language of strace's `-e trace=`: a list
    /// of terms with commas between, or `all`, or `none`. Each `!` in front
    /// inverts the whole list. A term is
    /// - a name, `openat`, or a number, `257`;
    /// - `%class` (and `file`, `process`, `network`, `signal`, `ipc`, `desc`,
    ///   `memory` without the sign);
    /// - `/` and an extended regular expression, found anywhere in a name;
    /// each with `?` in front when it may name nothing, and with `@64`, `@32` or
    /// `@x32` behind when it is meant for one kind of interface only.
    ///
    /// The calls behind i386's socketcall(2) and ipc(2) are named like the others.
    ///
    /// Throws `std::invalid_argument` with a one-line reason; `parse` does not.
    explicit filter(std::string_view expression);

    /// The same, or in the error the one line that says what is wrong:
    /// "invalid system call 'opne'".
    static outcome::result<filter, std::string> parse(std::string_view expression);

    /// Whether a call with this number has to be looked at: it is wanted, or may
    /// turn out to be, as socketcall(2) does. Takes constant time.
    bool wants(abi::arch interface, std::uint64_t number) const noexcept;

    /// Whether this very call is wanted. Takes constant time.
    bool wants(syscall_call const& call) const noexcept;

    /// Whether this wants every call that `other` wants.
    bool covers(filter const& other) const noexcept;

    /// True for the filter that was made of nothing: all calls, known or not.
    bool wants_all() const noexcept { return chosen_ == nullptr; }

private:
    struct choice;
    std::shared_ptr<choice const> chosen_;
};

} // namespace cotrace
