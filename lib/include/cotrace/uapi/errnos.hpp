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

/// The error with this number, or null if the number has no name in the kernel. Errors from 512 on, such as ERESTARTSYS,
/// are internal to the kernel, but a tracer sees them.
errno_entry const* find_errno(int number) noexcept;

/// The name of the error; empty if it has none.
std::string_view errno_name(int number) noexcept;

/// The text that strace shows after the name of an error. For a number below 512, it is the text of strerror(3) in the C
/// locale. For ERESTARTSYS and the other errors of interrupted calls, it is a text such as "To be restarted if SA_RESTART is
/// set". Empty if the number has no name.
std::string_view errno_text(int number) noexcept;

/// The number of the error with this name, such as "ENOENT". The aliases EWOULDBLOCK, EDEADLOCK and ENOTSUP are known,
/// too.
std::optional<int> errno_number(std::string_view name) noexcept;

}   // namespace cotrace::uapi
