// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/expected_context.hpp>
#include <cotrace/ids.hpp>

#include <string>
#include <string_view>

/// The SELinux contexts of processes and files, such as "system_u:object_r:etc_t:s0". Each `context_of` returns an empty
/// text if SELinux is not enabled, or if the context cannot be read. If the function that `set_expected_context` has set
/// returns a different context for a file, the text ends with "!!" and that context.
namespace cotrace::sys {

/// Whether SELinux is enabled: selinuxfs is mounted on /sys/fs/selinux. False in a container without that mount. The
/// result of the first call is kept.
bool has_selinux() noexcept;

/// The context of a thread, from /proc/TID/attr/current.
std::string context_of(tid thread);

/// The context of the file that a descriptor of `thread` refers to, from the extended attribute security.selinux.
std::string context_of(tid thread, int fd);

/// The context of the file that `path` names for `thread`. A relative path begins at `directory`, which is a file
/// descriptor of `thread`, or AT_FDCWD. An empty path names that directory. If the file is a symbolic link, returns the
/// context of the link.
std::string context_of(tid thread, int directory, std::string_view path);

}   // namespace cotrace::sys
