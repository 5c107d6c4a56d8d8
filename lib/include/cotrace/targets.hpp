// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

/// What there is to attach to, beside one process.
///
/// What these name are sets: which processes are in one is looked up until none
/// is found that was not seen before. Those that end meanwhile, kernel threads
/// and the tracer's own process are passed over in silence; what else cannot be
/// attached to, because it has a tracer already or is another user's, is said
/// by a `trace_failed` record. Only where there is none left, the attach fails.
///
/// With `also_later`, processes that come into the set afterwards join the session,
/// which may be empty at first and goes on until it is ended. They are traced
/// from some tens of microseconds after they came, not from their first call
/// on. The kernel tells of them by its process events connector (CN_PROC of
/// <linux/cn_proc.h>), which it does in its first pid, user and network
/// namespace only, and before Linux 6.6 only those with CAP_NET_ADMIN: else the
/// error is `errc::no_process_events`, or EPERM.
namespace cotrace::targets {

/// Which processes of a set are meant.
enum class members : std::uint8_t {
    now,
    also_later,   ///< also those that come into it
};
using enum members;

/// One process: see `tracer::async_attach`.
struct process {
    pid id{};
};

/// A process and all that descend from it. Whose parent has ended is a
/// descendant of init, or of a subreaper (prctl(2)). What they make later
/// belongs to it with `session_options::follow`, as of everything traced.
struct tree {
    pid root{};
};

/// The processes in a cgroup and in those below it: of cgroups(7), version 1 or 2.
struct cgroup {
    // No aggregate: GCC 12 destroys those twice that are made in a co_await.
    cgroup(std::string folder, members these = now) : path{std::move(folder)}, which{these} {}

    std::string path;    ///< its folder: "/sys/fs/cgroup/system.slice/cron.service"
    members     which;   ///< later ones are moved into it, or born there
};

/// The processes of that name: what proc(5) has in "comm", of which the kernel
/// keeps 15 bytes, or the last part of the path of the program they execute.
/// A script has its own name in "comm", and its interpreter's path.
struct named {
    named(std::string called, members these = now) : name{std::move(called)}, which{these} {}

    std::string name;
    members     which;   ///< later ones get it by execve(2) or prctl(2), or have it from their parent
};

} // namespace cotrace::targets

namespace cotrace {

using target = std::variant<targets::process, targets::tree, targets::cgroup, targets::named>;

} // namespace cotrace
