// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cotrace::sys {

/// A cgroup and all cgroups below it, of either version of cgroups(7).
class cgroup {
public:
    /// `folder` is the mount point of a cgroup hierarchy, or a directory below it. Errors: those of realpath(3); ENOTDIR if
    /// `folder` is no cgroup.
    static result<cgroup> at(std::string const& folder);

    /// The processes that have a thread in this cgroup or in a cgroup below it.
    std::vector<pid> members() const;

    /// Whether `process` is in this cgroup or in a cgroup below it, according to /proc/PID/cgroup.
    bool has(pid process) const;

    /// Whether the cgroup is in the hierarchy of cgroups version 2.
    bool is_unified() const noexcept { return hierarchy_.empty(); }
    /// The kernel's id of a cgroup of version 2; 0 if the cgroup was removed.
    std::uint64_t id() const noexcept;
    /// The depth of this cgroup in the cgroup namespace of this process; 0 for the root of the namespace.
    std::uint32_t level() const noexcept;

    /// The directories of this cgroup and of all cgroups below it.
    std::vector<std::string> folders() const;

private:
    std::string folder_;      ///< the path of the cgroup's directory, without symbolic links
    std::string hierarchy_;   ///< names of the hierarchy's controllers, as in /proc/PID/cgroup; empty for version 2
    std::string path_;        ///< path of the cgroup in the hierarchy, as in /proc/PID/cgroup
};

/// Makes an inotify(7) descriptor for `watch_more`; -1 on failure. The descriptor reports moves into watched cgroups and new
/// cgroups directly below them, but not forks.
int watch_cgroups() noexcept;
/// Watches more directories of cgroups. A directory that is watched already, or that was removed, is no error. Errors: ENOMEM;
/// ENOSPC at the limit fs.inotify.max_user_watches.
result<void> watch_more(int watch, std::vector<std::string> const& folders);
/// Reads and discards the events of `watch`. True if there were any.
bool drain_watch(int watch) noexcept;

}   // namespace cotrace::sys
