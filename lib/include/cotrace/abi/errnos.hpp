// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>
#include <string_view>

namespace cotrace::abi {

/// An error number of the kernel.
struct errno_entry {
    int              number;
    std::string_view name;      ///< "ENOENT"
    std::string_view text;      ///< "No such file or directory"
};

/// The error with this number; null for numbers the kernel has no name for.
/// Those from 512 on, ERESTARTSYS among them, only a tracer can see: a program
/// never does. Takes constant time.
errno_entry const* find_errno(int number) noexcept;

/// Its name, empty when there is none.
std::string_view errno_name(int number) noexcept;

/// What strace says behind the name: strerror(3) of the C locale, and for
/// restarted calls what becomes of them. Empty for numbers without a name.
std::string_view errno_text(int number) noexcept;

/// The number of "ENOENT"; EWOULDBLOCK, EDEADLOCK and ENOTSUP are known too.
std::optional<int> errno_number(std::string_view name) noexcept;

} // namespace cotrace::abi
