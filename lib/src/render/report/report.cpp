// SPDX-License-Identifier: BSL-1.0
//
// Writes the data of the page. lib/share/report/trace.js reads the data, and describes the rows.
#include <cotrace/render/report.hpp>

#include "record/predicate_values.hpp"
#include "render/numbers.hpp"
#include "render/report/page_json.hpp"
#include "render/summary_keys.hpp"
#include "report_page.hpp"
#include "uapi/error_label.hpp"
#include "uapi/groups.hpp"

#include <cotrace/uapi/signals.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace cotrace::render {

namespace {

// The largest number of rows in a script element. Chromium splits texts of more than 65,536 characters, and then loads the page
// more slowly.
constexpr std::uint64_t rows_in_element = 200;

/// The category of a call on the page: the first group in `all` that contains the call, or "other".
std::string_view category_of(std::string_view name)
{
    using enum uapi::group;
    constexpr std::pair<uapi::group, std::string_view> all[] = {
        {network, "network"}, {memory, "memory"}, {process, "process"},      {signal, "signal"},
        {ipc, "ipc"},         {file, "file"},     {descriptor, "descriptor"}};
    auto const groups = uapi::groups_of(name);
    for (auto const& [each, text] : all)
        if (uapi::includes(groups, each))
            return text;
    return "other";
}

void put_list(std::string& to, std::vector<std::string> const& texts)
{
    to += '[';
    for (auto const& each : texts) {
        to += &each != texts.data() ? "," : "";
        put_page_string(to, each);
    }
    to += ']';
}

/// Appends a number if JavaScript can represent it exactly, otherwise null.
void put_safe_number(std::string& to, std::int64_t number)
{
    constexpr std::int64_t largest = (std::int64_t{1} << 53) - 1;
    if (number >= -largest && number <= largest)
        put_signed(to, number);
    else
        to += "null";
}

std::string ending_of(thread_exited const& what)
{
    if (!what.known)
        return "ended";
    if (!what.killed)
        return "exited with " + std::to_string(what.status);
    return "killed by " + std::string{uapi::signal_name(what.status)} + (what.dumped ? ", core dumped" : "");
}

std::string_view origin_name(origin how) noexcept
{
    constexpr std::string_view names[] = {"launched", "attached", "fork", "vfork", "clone"};
    return names[static_cast<std::size_t>(how)];
}

}   // namespace

report::report(report_options options)
    : options_{std::move(options)}
{
    options_.text.threads = thread_prefix::never;
    options_.text.times = time_prefix::none;
    options_.text.relative = false;
    options_.text.durations = false;
    options_.text.column = 0;
    options_.text.statuses = {};
    options_.text.where.reset();
    options_.text.colors.reset();
    options_.text.sessions = false;
}

bool report::is_available() noexcept { return true; }

void report::begin(std::string& to)
{
    begun_ = true;
    for (auto const piece : page_before_data)
        to += piece;
}

/// Begins a row. The rows are in script elements, each with an array of up to `rows_in_element` rows.
void report::begin_row(std::string& to)
{
    if (rows_ == rows_in_element) {
        to += "]</script>\n";
        rows_ = 0;
    }
    to += rows_++ == 0 ? "<script type=\"application/json\" class=\"rows\">[\n" : ",";
    to += '[';
}

void report::append(record const& seen, std::string& to)
{
    if (!begun_) {
        begin(to);
        base_ = seen.at;
    }
    meet(seen, to);
    if (auto const* const entered = std::get_if<syscall_entered>(&seen.what))
        threads_[raw(seen.thread)] = {entered->call, seen.at};
    else if (auto const* const exited = std::get_if<syscall_exited>(&seen.what))
        put_call(seen, *exited, to);
    else
        put_event(seen, to);
}

/// Appends the row for the start of a thread, if the record is a `thread_started` or the first record of its thread.
void report::meet(record const& seen, std::string& to)
{
    if (seen.thread == tid{})
        return;
    auto const* const started = std::get_if<thread_started>(&seen.what);
    if (started == nullptr && threads_.contains(raw(seen.thread)))
        return;
    threads_[raw(seen.thread)] = {};
    put_start(seen, started != nullptr ? *started : thread_started{origin::attached, {}, {}}, to);
}

void report::put_start(record const& seen, thread_started const& what, std::string& to)
{
    begin_row(to);
    put_page_string(to, "start");
    put_signed(to += ',', (seen.at - base_).count());
    put_signed(to += ',', raw(seen.thread));
    put_signed(to += ',', raw(seen.process) != 0 ? raw(seen.process) : raw(seen.thread));
    put_page_string(to += ',', origin_name(what.how));
    put_signed(to += ',', raw(what.parent));
    put_page_string(to += ',', !what.command.empty() || !seen.comm ? std::string_view{what.command} : *seen.comm);
    to += "]\n";
}

void report::put_call(record const& seen, syscall_exited const& what, std::string& to)
{
    threads_[raw(seen.thread)].call.reset();
    if (!what.call)
        return;
    auto const name = what.call->name();
    std::vector<std::string> paths, peers;
    auto const into = [](std::vector<std::string>& list) {
        return [&list](std::string_view each) {
            if (std::ranges::find(list, each) == list.end())
                list.emplace_back(each);
        };
    };
    for_each_path(what, into(paths));
    for_each_peer(what, into(peers));
    begin_row(to);
    put_page_string(to, "call");
    put_signed(to += ',', (seen.at - what.took - base_).count());
    put_signed(to += ',', what.took.count());
    put_signed(to += ',', raw(seen.thread));
    put_page_string(to += ',', name);
    put_page_string(to += ',', category_of(name));
    put_page_string(to += ',', text(seen, options_.text));
    auto const error = what.outcome.error();
    put_page_string(to += ',', error == 0 ? std::string{} : uapi::error_label(error));
    put_safe_number(to += ',', what.outcome.value);
    put_list(to += ',', paths);
    put_list(to += ',', peers);
    to += "]\n";
}

/// Appends a row for the call that the thread is in. Appends nothing if the thread is in no call.
void report::put_unfinished(tid thread, std::string& to)
{
    auto const known = threads_.find(raw(thread));
    if (known == threads_.end() || !known->second.call)
        return;
    auto const& [call, entered] = known->second;
    begin_row(to);
    put_page_string(to, "unfinished");
    put_signed(to += ',', (entered - base_).count());
    put_signed(to += ',', raw(thread));
    auto const name = call->name();
    put_page_string(to += ',', name);
    put_page_string(to += ',', category_of(name));
    put_page_string(to += ',', text(record{thread, entered, syscall_entered{call}}, options_.text));
    to += "]\n";
    known->second.call.reset();
}

void report::put_event(record const& seen, std::string& to)
{
    auto const row = [&](std::string_view kind, std::string_view about) {
        begin_row(to);
        put_page_string(to, kind);
        put_signed(to += ',', (seen.at - base_).count());
        put_signed(to += ',', raw(seen.thread));
        put_page_string(to += ',', about);
        to += "]\n";
    };
    if (auto const* const end = std::get_if<thread_exited>(&seen.what)) {
        put_unfinished(seen.thread, to);
        row("end", ending_of(*end));
        threads_.erase(raw(seen.thread));
    } else if (std::holds_alternative<detached>(seen.what)) {
        put_unfinished(seen.thread, to);
        row("end", "detached");
        threads_.erase(raw(seen.thread));
    } else if (std::holds_alternative<superseded>(seen.what)) {
        put_unfinished(seen.thread, to);
        row("end", "superseded by execve");
    } else if (auto const* const exec = std::get_if<image_replaced>(&seen.what)) {
        if (exec->former != tid{} && exec->former != seen.thread)
            threads_.erase(raw(exec->former));
        row("exec", !exec->command.empty() || !seen.comm ? std::string_view{exec->command} : *seen.comm);
    } else if (auto const* const received = std::get_if<signal_received>(&seen.what)) {
        row("signal", uapi::signal_name(received->info.si_signo));
    } else if (auto const* const stopped = std::get_if<group_stopped>(&seen.what)) {
        row("signal", "stopped by " + std::string{uapi::signal_name(raw(stopped->signal))});
    } else if (auto const* const lost = std::get_if<records_lost>(&seen.what)) {
        row("lost", std::to_string(lost->count));
    } else if (auto const* const failed = std::get_if<trace_failed>(&seen.what)) {
        row("failure", failed->what.message());
    }
}

void report::finish(std::string& to)
{
    if (!begun_)
        begin(to);
    std::vector<std::int32_t> open;
    for (auto const& [id, state] : threads_)
        open.push_back(id);
    std::ranges::sort(open);
    for (auto const id : open)
        put_unfinished(tid{id}, to);
    if (rows_ != 0)
        to += "]</script>\n";
    rows_ = 0;
    to += "<script type=\"application/json\" id=\"about\">{\"title\":";
    put_page_string(to, options_.title);
    to += ",\"base\":\"";
    put_signed(to, base_.time_since_epoch().count());
    to += "\",\"clock\":";
    put_page_string(to, options_.text.since_boot ? "boot" : "realtime");
    to += "}</script>\n";
    for (auto const piece : page_after_data)
        to += piece;
}

}   // namespace cotrace::render
