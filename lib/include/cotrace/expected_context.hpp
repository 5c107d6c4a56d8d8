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

/// Sets the function that finds the expected contexts of files for all sessions of the process with
/// `capture_options::contexts`. If `find` is null, expected contexts are not looked up; this is the initial state. The
/// library does not use libselinux, so a program that does gives it this function, which may call `selabel_lookup_raw`.
///
/// `find` is called for each descriptor and path that has a context, while a thread is stopped, on the threads of the
/// tracers, also on several threads at the same time. It must not call functions of this library. May be called on any
/// thread at any time.
void set_expected_context(expected_context find) noexcept;

}   // namespace cotrace
