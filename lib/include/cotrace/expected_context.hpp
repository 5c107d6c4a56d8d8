// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cotrace {

/// A function that returns the SELinux context that the policy gives to a file, or an empty text. `path` is the
/// absolute path of the file, without symbolic links in its folders. `mode` is the st_mode of the file (inode(7)), of
/// which only the file type matters.
using expected_context = std::string (*)(std::string_view path, std::uint32_t mode) noexcept;

/// Sets the function that finds the expected contexts of files for all sessions with `capture_options::contexts`. If
/// `find` is null, as in the beginning, expected contexts are not looked up. A program that uses libselinux can call
/// `selabel_lookup_raw` in `find`.
///
/// The tracers call `find` on their threads, possibly on several threads at the same time. With `tracing::ptrace`, the
/// traced thread is stopped meanwhile. `find` must not call functions of this library. Any thread may call
/// `set_expected_context` at any time.
void set_expected_context(expected_context find) noexcept;

}   // namespace cotrace
