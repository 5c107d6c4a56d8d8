// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/arch.hpp>
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

    /// What `expression` names, as strace's `-e trace=` has it: names, `%class`,
    /// `/regular expression`, `!` in front for all others, `?` in front of a
    /// name that may be unknown, `name@64`, `name@32`, `name@x32`, `all`, `none`.
    ///
    /// Throws `std::invalid_argument` with a one-line reason; `parse` does not.
    explicit filter(std::string_view expression);

    /// The same, or in the error the one line that says what is wrong.
    static outcome::result<filter, std::string> parse(std::string_view expression);

    bool wants(abi::arch interface, std::uint64_t number) const noexcept;

    /// True for the filter that was made of nothing: all calls, known or not.
    bool wants_all() const noexcept { return chosen_ == nullptr; }

private:
    struct choice;
    std::shared_ptr<choice const> chosen_;
};

} // namespace cotrace
