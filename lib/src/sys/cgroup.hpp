// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cotrace::sys {

/// A cgroup and all below it, of either version of cgroups(7).
class cgroup {
public:
    /// `folder` is where a hierarchy is mounted, or below. Errors: what
    /// realpath(3) says; ENOTDIR where no hierarchy is mounted.
    static result<cgroup> at(std::string const& folder);

    /// The processes that have a thread in it.
    std::vector<pid> members() const;

    /// Whether `process` is in it, as /proc/PID/cgroup has it.
    bool has(pid process) const;

    /// The folders of it and of those below.
    std::vector<std::string> folders() const;

private:
    std::string folder_;       ///< without symbolic links
    std::string hierarchy_;    ///< as /proc/PID/cgroup has it between its colons; empty for version 2
    std::string path_;         ///< within the hierarchy, as /proc/PID/cgroup has it
};

/// Tells that processes were moved into cgroups, or that there are new cgroups
/// below. That a process was born into one (CLONE_INTO_CGROUP) it does not tell.
int watch_cgroups() noexcept;
/// Also watches these folders, if they are not watched yet. ENOSPC: there may be
/// no more (fs.inotify.max_user_watches). Those that are gone meanwhile are no error.
result<void> watch_more(int watch, std::vector<std::string> const& folders);
/// Takes what `watch` has to tell; true when there was anything.
bool take_news(int watch) noexcept;

} // namespace cotrace::sys
