// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>

#include <concepts>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// What a tracer can attach to, besides a single process.
///
/// A tree, a cgroup and a name each describe a set of processes. The attach looks for
/// the processes of the set until it finds no new one. Processes that end meanwhile,
/// kernel threads and the tracer's own process are skipped without a record. A process
/// that cannot be attached for another reason, because it has a tracer already or
/// belongs to another user, is reported by a `trace_failed` record. The attach fails
/// only if no process of the set can be attached.
///
/// With `also_later`, processes that join the set later join the session, too. The
/// session may be empty at first, and goes on until it is ended. Such processes are
/// traced from some tens of microseconds after they joined the set, not from their
/// first call on. The source is the kernel's process events connector (CN_PROC of
/// <linux/cn_proc.h>). The kernel sends these events only in its initial pid, user
/// and network namespaces, and before Linux 6.6 only to processes with CAP_NET_ADMIN.
/// Otherwise the error is `errc::no_process_events` or EPERM.
namespace cotrace::targets {

/// Which processes of a set are attached.
enum class members : std::uint8_t {
    now,
    also_later,   ///< also processes that join the set later
};
using enum members;

/// One process: see `tracer::async_attach`.
struct process {
    pid id{};
};

/// A process and all its descendants. A process whose parent has ended is a
/// descendant of init, or of a subreaper (prctl(2)). With `session_options::follow`,
/// children that are created later are traced, too, as for every traced process.
struct tree {
    pid root{};
};

/// The processes in a cgroup and in the cgroups below it; see cgroups(7), version 1 or 2.
struct cgroup {
    // Not an aggregate: GCC 12 destroys an aggregate that is made in a co_await expression twice.
    cgroup(std::string folder, members these = now) : path{std::move(folder)}, which{these} {}

    std::string path;    ///< the folder of the cgroup: "/sys/fs/cgroup/system.slice/cron.service"
    members     which;   ///< later processes join by being moved to the cgroup, or by being created in it
};

/// The processes of a name. The name is compared with "comm" of proc(5), of which the
/// kernel keeps 15 bytes, and with the last part of the path of the executed program.
/// A script has its own name in "comm", and the path of its interpreter.
struct named {
    named(std::string called, members these = now) : name{std::move(called)}, which{these} {}

    std::string name;
    /// With `also_later`, a process joins when it gets the name by execve(2) or prctl(2), or inherits it from its parent.
    members     which;
};

} // namespace cotrace::targets

namespace cotrace {

using target = std::variant<targets::process, targets::tree, targets::cgroup, targets::named>;

/// What `async_attach` takes: a process by its id, anything in `targets`, or a `std::vector` of either.
class target_list {
public:
    target_list(pid process) { all_.push_back(targets::process{process}); }
    template <std::convertible_to<target> One>
    target_list(One&& one)
    {
        all_.emplace_back(std::forward<One>(one));
    }
    target_list(std::vector<pid> const& processes)
    {
        for (pid const each : processes)
            all_.push_back(targets::process{each});
    }
    target_list(std::vector<target> several) : all_{std::move(several)} {}

    std::vector<target> const& all() const noexcept { return all_; }

private:
    std::vector<target> all_;
};

} // namespace cotrace
