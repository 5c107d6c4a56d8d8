// SPDX-License-Identifier: BSL-1.0
#include "session_setup.hpp"

#include "diagnostic.hpp"
#include "environment.hpp"
#include "injection_interceptors.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

namespace cotrace::app {

command command_for(options const& wanted, std::optional<identity> const& as, sigset_t const& mask)
{
    command made{wanted.command_line};
    made.signal_mask = mask;
    if (!wanted.environment.empty())
        made.environment = changed_environment(wanted.environment);
    if (!wanted.argv0.empty())
        made.executable = std::exchange(made.argv.front(), wanted.argv0);
    if (as) {
        made.user = as->user;
        made.group = as->group;
        made.groups = as->groups;
    }
    return made;
}

access_filter resolved_accesses(options const& wanted)
{
    auto accesses = wanted.accesses;
    for (auto const& path : wanted.accesses.paths) {
        std::unique_ptr<char, decltype(&::free)> const leads_to{::realpath(path.c_str(), nullptr), ::free};
        if (!leads_to || path == leads_to.get())
            continue;
        accesses.paths.emplace_back(leads_to.get());
        if (wanted.quiet.path_resolution)
            continue;
        std::string line = "Requested path ";
        render::append_quoted(path, wanted.text, line);
        line += " resolved into ";
        render::append_quoted(leads_to.get(), wanted.text, line);
        print_diagnostic(line);
    }
    return accesses;
}

session_options session_options_for(options const& wanted, access_filter const& accesses, std::optional<tid> own_process)
{
    session_options made;
    made.filter = wanted.calls;
    made.accesses = accesses;
    made.follow = wanted.follow;
    made.placing = wanted.placing;
    made.capture = wanted.capture;
    made.in_full = wanted.in_full;
    made.flat = wanted.flat;
    made.detach_at_exec = wanted.detach_at_exec;
    if (wanted.entries_only)
        made.how = tracing::notification;
    made.system_times = wanted.has_summary();
    made.interceptors = interceptors_for(wanted.injections, own_process);
    // A seccomp filter must not select the calls in two cases. First, with such a filter, the kernel cannot send an
    // injected signal as it does for strace, see `side_effects::signal`. Second, the processes are detached at the
    // limit of --syscall-limit, and a session with such a filter refuses to detach.
    bool const sends_signals =
        std::ranges::any_of(wanted.injections, [](auto const& each) { return each.what.signal != signo::none; });
    if (sends_signals || wanted.call_limit != 0)
        made.in_kernel = kernel_filter::off;
    if (wanted.summary_only) {
        made.entries = false;
        made.capture.decode = !made.accesses.wants_all();   // -P compares paths, which are in the memory of the subject
    }
    return made;
}

}   // namespace cotrace::app
