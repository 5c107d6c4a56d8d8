// SPDX-License-Identifier: BSL-1.0
#include "session_setup.hpp"

#include "diagnostic.hpp"
#include "environment.hpp"
#include "injection_interceptors.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

namespace cotrace::app {

namespace {

/// The number of records that may wait to be written: as many as need about 1 GiB of memory, but from `few_records` to `most`.
std::size_t depth_for(capture_options const& wanted, std::size_t most)
{
    constexpr std::size_t few_records = 64, all_records = std::size_t{1} << 30, verbose_record = std::size_t{4} << 20,
                          whole_command = std::size_t{16} << 20;
    constexpr std::size_t buffers_in_message = 32;   // a call can pass several messages that have several buffers each
    auto const length = std::min(wanted.string_limit, all_records >> 10);
    auto const largest = std::max(
        {wanted.verbose ? verbose_record : 1, wanted.whole_commands ? whole_command : 1, length * length * buffers_in_message});
    return std::clamp(all_records / largest, few_records, most);
}

/// With --observe=always, and -z or -Z: a matcher for the printed calls, so that the BPF programs discard all others. Not used if
/// cotrace may detach at a limit.
std::optional<call_matcher> printed_outcomes(options const& wanted)
{
    if (wanted.observe != observing::yes || wanted.has_limit())
        return std::nullopt;
    if (wanted.text.statuses == status_set{call_status::successful})
        return call_matcher{wanted.calls}.succeeds();
    if (wanted.text.statuses == status_set{call_status::failed})
        return call_matcher{wanted.calls}.fails();
    return std::nullopt;
}

}   // namespace

std::vector<command_words> commands_of(options const& wanted)
{
    std::vector<command_words> all;
    auto const add = [&](std::vector<std::string> const& words) -> command_words& {
        auto const name = words.front().substr(words.front().rfind('/') + 1);
        auto label = wanted.runs.empty() ? std::string{} : std::to_string(all.size() + 1) + " " + name;
        return all.emplace_back(command_words{words, {}, std::move(label)});
    };
    for (auto const& each : wanted.runs)
        add(each);
    if (!wanted.command_line.empty())
        add(wanted.command_line).argv0 = wanted.argv0;
    return all;
}

command command_for(command_words const& which, options const& wanted, std::optional<identity> const& as, sigset_t const& mask)
{
    command made{which.words};
    made.signal_mask = mask;
    if (!wanted.environment.empty())
        made.environment = changed_environment(wanted.environment);
    if (!which.argv0.empty())
        made.executable = std::exchange(made.argv.front(), which.argv0);
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
    bool const has_report = !wanted.answers.report.empty();
    made.filter = wanted.calls;
    made.accesses = accesses;
    made.follow = wanted.follow;
    made.most_generations = wanted.threads_only ? std::optional{0u} : wanted.most_generations;
    made.clock = wanted.clock;
    made.placing = wanted.placing;
    made.in_kernel = wanted.in_kernel;
    made.capture = wanted.capture;
    made.depth = depth_for(wanted.capture, made.depth);
    made.in_full = wanted.in_full;
    made.flat = wanted.flat;
    made.detach_at_exec = wanted.detach_at_exec;
    if (wanted.entries_only)
        made.how = tracing::notification;
    made.buffer_size = wanted.buffer_size;
    made.matching = printed_outcomes(wanted);
    made.system_times = wanted.has_summary();
    made.interceptors = interceptors_for(wanted.injections, own_process);
    // A session cannot detach while a seccomp filter selects the calls. With such a filter, the tracer would send injected
    // signals itself, with another si_code than under strace (`side_effects::signal`).
    bool const sends_signals =
        std::ranges::any_of(wanted.injections, [](auto const& each) { return each.what.signal != signo::none; });
    made.reap_detached = !wanted.has_limit();   // after a detach at a limit, `run` itself reaps COMMAND
    if (sends_signals || wanted.has_limit())
        made.in_kernel = kernel_filter::off;
    if (wanted.only_answers) {
        made.entries = wanted.until.has_value() || has_report;
        // The paths of -P and of injection rules are compared with paths that are read from the memory of the tracee.
        bool const has_paths = std::ranges::any_of(wanted.injections, [](auto const& each) { return !each.path.empty(); });
        made.capture.decode =
            has_paths || !made.accesses.wants_all() || wanted.until || wanted.text.where || wanted.answers_need_values();
        made.capture.stacks = {};
    }
    using enum render::summary_key;
    auto const by = wanted.counts.by;
    // With `processes.command`, a thread's name is read for each record, so that each change of the name is seen.
    if (wanted.format == output_format::perfetto)
        made.capture.processes.command = true;
    if (by == process || by == thread || has_report || wanted.output.name.find("%c") != std::string::npos)
        made.capture.thread_names = true;
    if (by == path || by == fd || by == address || has_report)
        made.capture.descriptors.path = true;
    if (by == address || has_report)
        made.capture.descriptors.socket = true;
    return made;
}

}   // namespace cotrace::app
