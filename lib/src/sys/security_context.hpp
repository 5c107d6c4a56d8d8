// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/expected_context.hpp>
#include <cotrace/ids.hpp>

#include <string>
#include <string_view>

/// The SELinux contexts of processes and files. `context_of` returns an empty text without SELinux or on failure. "!!" and the
/// context that the policy expects may follow (`set_expected_context`).
namespace cotrace::sys {

/// Whether SELinux is enabled: selinuxfs is mounted on /sys/fs/selinux. The result of the first call is kept.
bool has_selinux() noexcept;

/// The context of a thread, from /proc/TID/attr/current.
std::string context_of(tid thread);

/// The context of the file that a descriptor of `thread` refers to, from the extended attribute security.selinux.
std::string context_of(tid thread, int fd);

/// The context of the file `path`, without following a symbolic link. A relative path begins at `directory`, a descriptor of
/// `thread` or AT_FDCWD. An empty path names that directory.
std::string context_of(tid thread, int directory, std::string_view path);

}   // namespace cotrace::sys
