// SPDX-License-Identifier: BSL-1.0
#include "trace.hpp"

#include "daemon.hpp"
#include "diagnostic.hpp"
#include "identity.hpp"
#include "playback.hpp"
#include "policy_contexts.hpp"
#include "run.hpp"
#include "trace_writer.hpp"

#include <cotrace/debug_log.hpp>

#include <boost/asio/io_context.hpp>

#include <utility>

namespace cotrace::app {

conclusion trace(options wanted)
{
    if (wanted.playback)
        return play(std::move(wanted));
    auto as = find_identity(wanted.user);
    if (!as) {
        print_diagnostic(as.error());
        return {.status = failed};
    }
    waiting_command waiting;
    if (wanted.daemon != daemon::no) {
        auto left = fork_tracer(wanted, as.value());
        if (!left) {
            print_diagnostic(left.error());
            return {.status = failed};
        }
        waiting = std::move(left).value();
        wanted.attach.insert(wanted.attach.begin(), waiting.process);
        wanted.command_line.clear();
    }
    if (wanted.debug)
        set_debug_log(print_debug_line);
    if (auto const why = wanted.wants_mismatches ? use_policy_contexts() : std::nullopt)
        print_diagnostic("-e secontext=mismatch: " + *why);
    asio::io_context context{1};
    auto opened = trace_writer::open(context.get_executor(), wanted);
    if (!opened) {
        print_diagnostic(opened.error());
        return {.status = failed};
    }
    return run{wanted, std::move(as).value(), std::move(waiting), std::move(opened).value(), context}.run_to_end();
}

}   // namespace cotrace::app
