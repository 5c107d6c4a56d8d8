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
/// A tree, a cgroup and a name each describe a set of processes. `async_attach` searches for the processes of the set
/// until it finds no new process. Processes that end during the attach, kernel threads and the tracer's own process are
/// skipped without a record. If a process cannot be attached for another reason, the session records a `trace_failed`,
/// except with `tracing::observation`. Such processes make the attach fail only if no process of the sets can be
/// attached, and no set has `also_later`.
///
/// With `also_later`, processes that join the set after the attach join the session, too. The session may have no
/// process at first, and does not end when it has no process left. The first calls of a process that joins may be
/// missing.
///
/// With `also_later`, the tracer learns of new processes from the kernel's process events connector (CN_PROC of
/// <linux/cn_proc.h>). Outside of the initial pid, user and network namespaces, the attach fails with
/// `errc::no_process_events`. Before Linux 6.6, the attach fails with EPERM if the tracer has no CAP_NET_ADMIN. A
/// cgroup that is observed with `tracing::observation` does not need the connector.
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

/// A process and all its descendants. After the end of its parent, a process counts as a descendant of init, or of a
/// subreaper (see prctl(2)). With `session_options::follow`, children that are created later are traced, too.
struct tree {
    pid root{};
};

/// The processes in a cgroup and in the cgroups below it; see cgroups(7), version 1 or 2. `tracing::observation`
/// accepts only one cgroup, of version 2, and always observes the cgroup as with `also_later`.
struct cgroup {
    // Makes the class a non-aggregate: GCC 12 may destroy an aggregate twice in a co_await expression.
    cgroup(std::string folder, members these = now)
        : path{std::move(folder)}
        , which{these}
    {
    }

    std::string path;   ///< the folder of the cgroup, such as "/sys/fs/cgroup/system.slice/cron.service"
    /// With `also_later`, a process joins the session when the process is created in, or moved to, this cgroup or a
    /// cgroup below it.
    members which;
};

/// All processes that have a certain name. The name is compared with "comm" of proc(5), and with the last part of the
/// path of the executed program. "comm" has at most 15 bytes, so only the first 15 bytes of a longer name are compared
/// with "comm". For a script, "comm" is the name of the script, and the executed program is the interpreter.
struct named {
    named(std::string called, members these = now)
        : name{std::move(called)}
        , which{these}
    {
    }

    std::string name;
    /// With `also_later`, a process joins the session when execve(2), prctl(2) or its parent gives the process the
    /// name.
    members which;
};

/// The whole system: all processes except the tracer's own, also those that begin later. Needs `tracing::observation`.
///
/// Do not write the trace to a process that is traced itself, for example through a pipe: each read(2) of that process
/// is a call that adds to the trace, so the trace never ends.
struct everything {};

}   // namespace cotrace::targets

namespace cotrace {

using target = std::variant<targets::process, targets::tree, targets::cgroup, targets::named, targets::everything>;

/// The argument of `async_attach`: a process id, one of the alternatives of `target`, or a `std::vector` of process ids
/// or targets.
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
