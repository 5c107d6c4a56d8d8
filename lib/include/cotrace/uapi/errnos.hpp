// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>
#include <string_view>

namespace cotrace::uapi {

/// An error of the kernel.
struct errno_entry {
    int number;
    std::string_view name;   ///< for example "ENOENT"
    std::string_view text;   ///< for example "No such file or directory"
};

/// The error with this number, or null. Only tracers see errors from 512 on, such as ERESTARTSYS.
errno_entry const* find_errno(int number) noexcept;

/// The name of the error; empty if it has none.
std::string_view errno_name(int number) noexcept;

/// The text that strace shows after the name of an error, such as "No such file or directory". Empty if the number has
/// no name.
std::string_view errno_text(int number) noexcept;

/// The number of the error with this name, such as "ENOENT". Knows the aliases EWOULDBLOCK, EDEADLOCK and ENOTSUP.
std::optional<int> errno_number(std::string_view name) noexcept;

}   // namespace cotrace::uapi
