// SPDX-License-Identifier: BSL-1.0
#include "option_setters.hpp"

#include "help_topics.hpp"

#include <cotrace/detail/column_names.hpp>

#include <algorithm>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace cotrace::app {

namespace {

std::string question_about_column(std::string_view name)
{
    return detail::question_about(name, detail::column_names, &detail::column_name::name);
}

usage_error parse_process_id(std::string_view digits, pid& to)
{
    auto const id = number(digits);
    if (!id || *id == 0)
        return "Invalid process id: '" + std::string{digits} + "'";
    to = pid{*id};
    return no_error;
}

constexpr choice<render::precision> precisions[] = {
    {"s", render::precision::seconds},
    {"ms", render::precision::millis},
    {"us", render::precision::micros},
    {"ns", render::precision::nanos},
};

}   // namespace

usage_error add_pids(options& to, std::string_view list)
{
    // These separators stand between the ids that pidof, pgrep and ps print.
    return for_each_in(list, ", \t\n", [&](std::string_view piece) {
        pid id{};
        auto wrong = parse_process_id(piece, id);
        if (!wrong && std::ranges::find(to.attach, id) == to.attach.end())
            to.attach.push_back(id);
        return wrong;
    });
}

usage_error add_everything(options& to)
{
    to.sources.emplace_back(targets::everything{});
    return no_error;
}

usage_error add_tree(options& to, std::string_view root)
{
    pid id{};
    auto wrong = parse_process_id(root, id);
    if (!wrong)
        to.sources.emplace_back(targets::tree{id});
    return wrong;
}

usage_error change_environment(options& to, std::string_view change)
{
    if (!change.empty())   // an empty VAR changes nothing, as in strace
        to.environment.emplace_back(change);
    return no_error;
}

usage_error detach_on(options& to, std::string_view call)
{
    static constexpr choice<bool> words[] = {{"execve", true}};
    auto const why = choose(call, words, to.detach_at_exec);
    return why ? usage_error{"Syscall '" + std::string{call} + "' for -b isn't supported" + *why} : no_error;
}

usage_error set_daemon(options& to, option_argument given)
{
    using enum app::daemon;
    static constexpr choice<app::daemon> words[] = {
        {"grandchild", grandchild}, {"pgroup", process_group}, {"pgrp", process_group}, {"session", session}};
    to.forms.long_daemon = true;
    return choose(given.value_or("grandchild"), words, to.daemon);
}

usage_error set_entries_only(options& to)
{
    to.entries_only = to.follow = true;
    return no_error;
}

usage_error set_observation(options& to, option_argument given)
{
    static constexpr choice<observing> words[] = {{"always", observing::yes}, {"try", observing::if_possible}};
    return choose(given.value_or("always"), words, to.observe);
}

/// Sets a number of bytes that is given with a unit, such as "64MiB".
usage_error set_bytes(std::uint64_t& to, std::string_view size)
{
    static constexpr std::pair<std::string_view, std::size_t> units[] = {
        {"KiB", std::size_t{1} << 10}, {"MiB", std::size_t{1} << 20}, {"GiB", std::size_t{1} << 30}};
    constexpr std::size_t most = std::size_t{1} << 30;
    for (auto const& [name, bytes] : units)
        if (size.ends_with(name)) {
            auto const given = number<std::size_t>(size.substr(0, size.size() - name.size())).value_or(0);
            if (given == 0 || given > most / bytes)
                return invalid_argument();
            to = given * bytes;
            return no_error;
        }
    return invalid_argument();
}

usage_error set_buffer_size(options& to, std::string_view size)
{
    std::uint64_t bytes = 0;
    auto wrong = set_bytes(bytes, size);
    if (!wrong)
        to.buffer_size = static_cast<std::uint32_t>(bytes);
    return wrong;
}

usage_error set_short_follow(options& to)
{
    ++to.forms.follow;
    to.follow = true;
    return no_error;
}

usage_error set_follow(options& to)
{
    to.follow = to.forms.long_follow = true;
    return no_error;
}

usage_error set_threads_only(options& to)
{
    to.follow = to.threads_only = true;
    return no_error;
}

usage_error set_depth(options& to, std::string_view generations)
{
    to.follow = true;
    return set_size(generations, to.most_generations);
}

usage_error set_interrupt(options& to, std::string_view word)
{
    // strace completes the current line with "-I 2", and not with "-I 1". cotrace always completes the line.
    using enum interruptible;
    static constexpr choice<interruptible> words[] = {
        {"1", always},    {"anywhere", always}, {"always", always},          {"2", always}, {"waiting", always}, {"3", never},
        {"never", never}, {"4", never_stops},   {"never_tstp", never_stops},
    };
    return choose(word, words, to.interrupt);
}

usage_error set_placement(options& to, std::string_view word)
{
    static constexpr choice<cpu_placement> words[] = {
        {"automatic", cpu_placement::automatic},
        {"always", cpu_placement::always},
        {"off", cpu_placement::off},
    };
    return choose(word, words, to.placing);
}

usage_error set_in_kernel_filter(options& to, std::string_view word)
{
    static constexpr choice<kernel_filter> words[] = {{"auto", kernel_filter::automatic}, {"never", kernel_filter::off}};
    return choose(word, words, to.in_kernel);
}

usage_error set_column(options& to, std::string_view column)
{
    // A larger column is reduced to this one, because long lines of blanks take memory and cannot be read.
    constexpr unsigned most = 4096;
    auto wrong = set_size(column, to.text.column);
    to.text.column = std::min(to.text.column, most);
    return wrong;
}

usage_error set_output(options& to, std::string_view file)
{
    if (file.empty())
        return "cannot open '': " + error_code{ENOENT, boost::system::system_category()}.message();
    to.output.path = file;
    return no_error;
}

usage_error set_limit(options& to, std::string_view count)
{
    to.call_limit = number<std::uint64_t>(count).value_or(0);
    return to.call_limit != 0 ? no_error : invalid_argument();
}

/// Applies --where or --until.
usage_error set_condition(std::optional<predicate>& to, char const* option, std::string_view expression)
{
    auto parsed = predicate::parse(expression);
    if (!parsed)
        return "invalid " + std::string{option} + " argument: " + parsed.error();
    to = std::move(parsed).assume_value();
    return no_error;
}

usage_error add_path(options& to, std::string_view path)
{
    to.accesses.paths.emplace_back(path);
    return no_error;
}

usage_error only_status(options& to, call_status which)
{
    ++to.forms.statuses;
    to.text.statuses = {which};
    return no_error;
}

usage_error set_stack_trace(options& to, option_argument given)
{
    static constexpr choice<bool> words[] = {{"symbol", false}, {"source", true}};
    to.forms.long_stacks = true;
    return choose(given.value_or("symbol"), words, to.stack_sources);
}

usage_error set_stack_limit(options& to, std::string_view frames)
{
    auto wrong = set_size(frames, to.capture.stacks.limit);
    return !wrong && to.capture.stacks.limit == 0 ? invalid_argument() : wrong;
}

usage_error set_stack_conditions(options& to, std::string_view list)
{
    constexpr std::string_view longer = "longer-than=";
    auto& stacks = to.capture.stacks;
    return for_each_in(list, ",", [&](std::string_view word) -> usage_error {
        if (word.starts_with(longer)) {
            auto const time = duration(word.substr(longer.size()));
            if (!time || *time <= std::chrono::nanoseconds{})
                return invalid_argument();
            stacks.longer_than = *time;
            return no_error;
        }
        static constexpr choice<bool stack_options::*> words[] = {{"failed", &stack_options::failed},
                                                                  {"signal", &stack_options::signals}};
        bool stack_options::*chosen = nullptr;
        auto wrong = choose(word, words, chosen);
        if (!wrong)
            stacks.*chosen = true;
        return wrong;
    });
}

usage_error set_format(options& to, std::string_view word)
{
    static constexpr choice<output_format> words[] = {
        {"text", output_format::text},         {"uroot", output_format::uroot},
        {"json", output_format::json},         {"json,entries", output_format::json_with_entries},
        {"rows", output_format::rows},         {"csv", output_format::csv},
        {"folded", output_format::folded},     {"folded,time", output_format::folded_time},
        {"perfetto", output_format::perfetto},
    };
    to.forms.format = true;
    return choose(word, words, to.format);
}

usage_error set_color(options& to, option_argument given)
{
    static constexpr choice<color_choice> words[] = {
        {"auto", color_choice::automatic},
        {"always", color_choice::always},
        {"never", color_choice::never},
    };
    return choose(given.value_or("always"), words, to.color);
}

usage_error set_output_error(options& to, std::string_view word)
{
    static constexpr choice<output_error> words[] = {
        {"continue", output_error::go_on},
        {"fail", output_error::fail},
        {"kill", output_error::kill},
    };
    return choose(word, words, to.on_output_error);
}

usage_error set_string_limit(options& to, std::string_view size)
{
    static constexpr choice<std::size_t> words[] = {{"unlimited", capture_options::unlimited}};
    auto& limit = to.capture.string_limit;
    to.forms.string_limit = true;
    auto no_word = choose(size, words, limit);
    if (!no_word)
        return no_error;
    return set_size(size, limit, INT_MAX / 2) ? std::move(no_word) : no_error;   // strace has the same largest size
}

usage_error set_kept_records(options& to, std::string_view most)
{
    to.keep_last = {};
    to.keep_last.records = number<std::uint64_t>(most).value_or(0);
    return to.keep_last.any() ? no_error : set_bytes(to.keep_last.bytes, most);
}

usage_error set_redaction(options& to, std::string_view word)
{
    static constexpr choice<redaction> words[] = {{"buffers", redaction::buffers}, {"strings", redaction::strings}};
    return choose(word, words, to.capture.redact);
}

usage_error set_precision(bool& wanted, render::precision& to, option_argument given)
{
    wanted = true;
    return choose(given.value_or("us"), precisions, to);
}

usage_error set_clock(options& to, std::string_view word)
{
    static constexpr choice<record_clock> words[] = {
        {"realtime", record_clock::realtime},
        {"monotonic", record_clock::monotonic},
        {"boottime", record_clock::boottime},
    };
    return choose(word, words, to.clock);
}

usage_error set_short_times(options& to)
{
    using enum render::time_prefix;
    ++to.forms.times;
    to.text.times = to.forms.times < 3 ? time_of_day : epoch;
    to.text.times_to = to.forms.times < 2 ? render::precision::seconds : render::precision::micros;
    return no_error;
}

/// Applies --absolute-timestamps: a list of a format and a precision, such as "format:unix,precision:ms" or "ms,unix".
usage_error set_times(options& to, option_argument given)
{
    static constexpr choice<render::time_prefix> formats[] = {
        {"none", render::time_prefix::none},
        {"time", render::time_prefix::time_of_day},
        {"unix", render::time_prefix::epoch},
    };
    to.forms.long_times = true;
    bool named = false;
    auto wrong = for_each_in(given.value_or("time"), ",", [&](std::string_view part) -> usage_error {
        auto const is = [&](std::string_view label) {
            bool const labelled = part.size() >= label.size() && equal_ignoring_case(part.substr(0, label.size()), label);
            part.remove_prefix(labelled ? label.size() : 0);
            return labelled;
        };
        bool const format = is("format:"), precision = !format && is("precision:");
        auto const no_format = precision ? invalid_argument() : choose(part, formats, to.text.times, equal_ignoring_case);
        named = named || !no_format;
        auto const is_precision = no_format && !format && !choose(part, precisions, to.text.times_to);
        return is_precision ? no_error : no_format;
    });
    if (!named && to.text.times == render::time_prefix::none)
        to.text.times = render::time_prefix::time_of_day;
    return wrong;
}

usage_error set_verbose(options& to)
{
    to.in_full.reset();
    to.capture.verbose = true;
    return no_error;
}

usage_error set_short_hex(options& to)
{
    to.text.strings = ++to.forms.hex == 1 ? render::escapes::unprintable_hex : render::escapes::all_hex;
    return no_error;
}

usage_error set_hex(options& to, option_argument given)
{
    using enum render::escapes;
    static constexpr choice<render::escapes> words[] = {
        {"none", unprintable}, {"non-ascii-chars", unprintable_chars_hex}, {"non-ascii", unprintable_hex}, {"all", all_hex}};
    to.forms.long_hex = true;
    return choose(given.value_or("all"), words, to.text.strings);
}

/// Applies -y. If the option is given a second time (-yy), all details of file descriptors are shown.
usage_error set_short_descriptor_details(options& to)
{
    auto& wanted = to.capture.descriptors;
    wanted = to.described_by_letter ? descriptor_details::all() : descriptor_details{.path = true};
    to.described_by_letter = true;
    return no_error;
}

usage_error set_process_names(options& to)
{
    to.capture.processes = {.command = true};
    return no_error;
}

usage_error set_pidns_translation(options& to)
{
    to.capture.processes = {.outside = true};
    return no_error;
}

usage_error set_constants(options& to, std::string_view style)
{
    using enum render::constants;
    static constexpr choice<render::constants> words[] = {{"raw", raw}, {"abbrev", abbreviated}, {"verbose", verbose}};
    return choose(style, words, to.text.names);
}

usage_error set_summary(options& to, bool only)
{
    (only ? to.summary_only : to.summary) = true;
    return to.summary && to.summary_only ? usage_error{"-c/--summary-only and -C/--summary are mutually exclusive"} : no_error;
}

usage_error set_overhead(options& to, std::string_view time)
{
    auto const given = duration(time);
    if (!given)
        return invalid_argument();
    to.counts.overhead = *given;
    return no_error;
}

usage_error set_sorting(options& to, std::string_view by)
{
    to.forms.sorting = true;
    to.counts.sorted_by = render::summary_column_called(by);
    bool const known = to.counts.sorted_by || by == "none" || by == "nothing";
    return known ? no_error : usage_error{*invalid("sortby", by) + question_about_column(by)};
}

usage_error set_columns(options& to, std::string_view list)
{
    using render::summary_column;
    auto& columns = to.counts.columns;
    to.forms.columns = true;
    columns.clear();
    for (auto rest = list;; rest.remove_prefix(rest.find(',') + 1)) {
        auto const name = rest.substr(0, rest.find(','));
        auto const which = render::summary_column_called(name);
        if (!which)
            return "unknown column name: '" + std::string{name} + "'" + question_about_column(name);
        if (std::ranges::find(columns, *which) != columns.end())
            return "call summary column has been provided more than once: '" + std::string{name} + "' (-U option residual: '"
                   + std::string{rest} + "')";
        columns.push_back(*which);
        if (name.size() == rest.size())
            break;
    }
    if (std::ranges::find(columns, summary_column::name) == columns.end())
        columns.push_back(summary_column::name);   // a table without the names of calls would be useless
    return no_error;
}

usage_error set_help(options& to, option_argument topic)
{
    to.help = true;
    to.help_topic = topic.value_or("");
    if (!topic || find_help_topic(*topic) != nullptr)
        return no_error;
    detail::near_names near{*topic};
    std::string all;
    for (auto const& each : help_topics()) {
        near.consider(each.name);
        for (auto const other : each.also)
            near.consider(other);
        all.append(all.empty() ? "" : ", ").append(each.name);
    }
    auto const question = near.question();
    return (question.empty() ? "; the topics are " : question + " The topics are ") + all;
}

}   // namespace cotrace::app
