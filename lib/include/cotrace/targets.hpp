// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>

#include <concepts>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// The targets that a tracer can attach to: single processes, and sets of processes.
///
/// A tree, a cgroup and a name each describe a set of processes. `async_attach` looks for
/// the processes of the set again and again, until it finds no new process. Processes that end during the
/// attach, kernel threads and the tracer's own process are skipped without a record. If a
/// process cannot be attached for another reason, for example because it has a tracer
/// already or belongs to another user, the session records a `trace_failed`, except with
/// `tracing::observation`. Such processes make the attach fail only if no process of the sets can be
/// attached, and no set has `also_later`.
///
/// With `also_later`, processes that join the set after the attach join the session, too. The session may have no
/// process at first, and does not end when it has no process left. A process that joins is traced from a moment after
/// it joined the set, so its first calls may be missing.
///
/// The kernel's process events connector (CN_PROC of <linux/cn_proc.h>) tells the tracer which
/// processes may have joined: it reports forks, calls of execve(2) and new names of processes. For a
/// cgroup, the tracer also uses inotify(7), which reports that a process was moved into the cgroup.
/// The kernel sends the events of the connector only in its initial pid, user and
/// network namespaces; in other namespaces the attach fails with `errc::no_process_events`. Before
/// Linux 6.6, the attach fails with EPERM if the tracer has no CAP_NET_ADMIN. A cgroup that is
/// observed with `tracing::observation` needs neither the connector nor inotify(7): BPF programs
/// recognize its processes.
namespace cotrace::targets {

/// Says which processes of a set are attached.
enum class members : std::uint8_t {
    now,          ///< the processes that are in the set during the attach
    also_later,   ///< the processes that `now` selects, and processes that join the set after the attach
};
using enum members;

/// One process with all its threads; see `tracer::async_attach`.
struct process {
    pid id{};
};

/// A process and all its descendants. After the end of its parent, a process counts as a
/// descendant of init, or of a subreaper (see prctl(2)), and not of its former
/// ancestors. With `session_options::follow`, children that are created later are
/// traced, too, as for every traced process.
struct tree {
    pid root{};
};

/// The processes in a cgroup and in the cgroups below it; see cgroups(7), version 1 or 2. With `tracing::observation`,
/// an attach accepts only one cgroup, of version 2, and always observes it as with `also_later`.
struct cgroup {
    // Makes the class a non-aggregate: GCC 12 may destroy an aggregate twice in a co_await expression.
    cgroup(std::string folder, members these = now)
        : path{std::move(folder)}
        , which{these}
    {
    }

    std::string path;   ///< the folder of the cgroup, such as "/sys/fs/cgroup/system.slice/cron.service"
    /// With `also_later`, a process joins the session when it is moved to this cgroup or to a cgroup below it, or is
    /// created there.
    members which;
};

/// All processes that have a certain name. A process has the name if the name is equal to
/// "comm" of proc(5), or to the last part of the path of the executed program. The kernel
/// keeps only 15 bytes of "comm", so only the first 15 bytes of a longer name are compared
/// with it. For a script, "comm" is the name of the script, and the executed program is the
/// interpreter.
struct named {
    named(std::string called, members these = now)
        : name{std::move(called)}
        , which{these}
    {
    }

    std::string name;
    /// With `also_later`, a process joins the session when it gets the name by execve(2) or prctl(2), or inherits the
    /// name from its parent.
    members which;
};

/// The whole system: all processes except the tracer's own, also those that begin later. Needs `tracing::observation`.
///
/// Do not write the trace to a process that is traced itself, for example through a pipe: each read of that process is
/// a call that adds to the trace, so the trace never ends. Exclude the calls of that process, or write the trace to a
/// file.
struct everything {};

}   // namespace cotrace::targets

namespace cotrace {

using target = std::variant<targets::process, targets::tree, targets::cgroup, targets::named, targets::everything>;

/// The argument of `async_attach`: the id of a process, one of the alternatives of `target`, a `std::vector` of process
/// ids, or a `std::vector` of `target`.
class target_list {
public:
    target_list(pid process);
    template <std::convertible_to<target> One>
    target_list(One&& one)
    {
        add(std::forward<One>(one));
    }
    target_list(std::vector<pid> const& processes);
    target_list(std::vector<target> several);
    target_list(target_list const&);
    target_list(target_list&&) noexcept;
    target_list& operator=(target_list const&);
    target_list& operator=(target_list&&) noexcept;
    ~target_list();

    std::vector<target> const& all() const noexcept { return all_; }

private:
    void add(target one);

    std::vector<target> all_;
};

}   // namespace cotrace
