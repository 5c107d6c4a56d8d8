// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cotrace {

/// A function that finds the SELinux context that the policy of this machine gives to a file. `path` is the absolute path of
/// the file, without symbolic links in its folders. `mode` is the st_mode of the file (inode(7)); only the file type in it
/// matters. Returns an empty text if the policy gives no context to the file.
using expected_context = std::string (*)(std::string_view path, std::uint32_t mode) noexcept;

/// Sets the function that finds the expected contexts of files. All sessions of this process use it if their option
/// `capture_options::contexts` is true. If `find` is null, expected contexts are not looked up; this is the initial state. The
/// library itself does not use libselinux. A program that uses libselinux can set a function that calls
/// `selabel_lookup_raw`.
///
/// The tracers call `find` on their threads, possibly on several threads at the same time, for each file descriptor and
/// path that has a context. The traced thread is stopped meanwhile. `find` must not call functions of this library.
/// `set_expected_context` may be called on any thread at any time.
void set_expected_context(expected_context find) noexcept;

}   // namespace cotrace
