// SPDX-License-Identifier: BSL-1.0
#include "render/summary_keys.hpp"

#include <cotrace/detail/column_names.hpp>
#include <cotrace/render/summary.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <variant>

// The shared library of fmt would have to be loaded at each start of cotrace.
#define FMT_HEADER_ONLY 1
#include <fmt/format.h>

namespace cotrace::render {
namespace {

using column = summary_column;
using std::chrono::nanoseconds;

struct heading {
    std::string_view text;
    std::size_t width;
    bool is_wall = false;   ///< whether the column shows a wall-clock time
};

heading heading_of(column which)
{
    switch (which) {
    case column::percent: return {"% time", 6};
    case column::total: return {"seconds", 11};
    case column::shortest: return {"shortest", 8};
    case column::longest: return {"longest", 8};
    case column::average: return {"usecs/call", 11};
    case column::calls: return {"calls", 9};
    case column::errors: return {"errors", 9};
    case column::name: return {"syscall", 16};
    case column::wall_total: return {"wall-total", 11, true};
    case column::wall_shortest: return {"wall-min", 8, true};
    case column::wall_longest: return {"wall-max", 8, true};
    case column::wall_average: return {"wall-avg", 11, true};
    case column::p50: return {"p50", 8};
    case column::p95: return {"p95", 8};
    case column::p99: return {"p99", 8};
    case column::wall_p50: return {"wall-p50", 8, true};
    case column::wall_p95: return {"wall-p95", 8, true};
    case column::wall_p99: return {"wall-p99", 8, true};
    }
    return {};
}

/// For a quantile such as p95, the share of the calls that took at most the shown time: 0.95. For any other column, 0.
double share_of(column which) noexcept
{
    switch (which) {
    case column::p50:
    case column::wall_p50: return 0.5;
    case column::p95:
    case column::wall_p95: return 0.95;
    case column::p99:
    case column::wall_p99: return 0.99;
    default: return 0;
    }
}

std::string seconds(nanoseconds time) { return fmt::format("{:.6f}", std::chrono::duration<double>{time}.count()); }

std::string average(nanoseconds total, std::uint64_t calls)
{
    return std::to_string(calls == 0 ? 0 : static_cast<std::uint64_t>(total.count()) / calls / 1000);
}

}   // namespace

std::optional<summary_column> summary_column_called(std::string_view name) noexcept
{
    auto const same = [&](detail::column_name const& each) {
        return std::ranges::equal(each.name, name, [](char known, char c) { return known == (c == '_' ? '-' : c); });
    };
    auto const at = std::ranges::find_if(detail::column_names, same);
    return at != detail::column_names.end() ? std::optional{at->which} : std::nullopt;
}

call_summary::call_summary(summary_options options)
    : options_{std::move(options)}
    , spreads_{(options_.sorted_by && share_of(*options_.sorted_by) > 0)
               || std::ranges::any_of(options_.columns, [](column each) { return share_of(each) > 0; })}
{
    none_.name = "(none)";
    others_.name = "(others)";
}

void call_summary::times::add(nanoseconds each, bool spreads)
{
    total += each;
    shortest = std::min(shortest, each);
    longest = std::max(longest, each);
    if (spreads)
        spread.add(each);
}

void call_summary::times::merge(times const& other)
{
    total += other.total;
    shortest = std::min(shortest, other.shortest);
    longest = std::max(longest, other.longest);
    spread.merge(other.spread);
}

void call_summary::add(syscall_exited const& what, row& to) const
{
    auto const without_overhead = [&](nanoseconds time) { return std::max(time - options_.overhead, nanoseconds{}); };
    to.system.add(without_overhead(what.system), spreads_);
    to.wall.add(without_overhead(what.took), spreads_);
    ++to.calls;
    to.errors += what.outcome.failed;
}

void call_summary::merge(row const& from, row& to)
{
    to.system.merge(from.system);
    to.wall.merge(from.wall);
    to.calls += from.calls;
    to.errors += from.errors;
}

void call_summary::count(syscall_exited const& what)
{
    if (!what.call)
        return;
    if (options_.by != summary_key::call)
        return count_key(nullptr, what);
    auto& row = counted_[what.call->arch][what.call->number];
    if (row.calls == 0)
        row.name = what.call->name();
    add(what, row);
}

void call_summary::count(record const& seen)
{
    if (options_.by == summary_key::process)
        note_leader(seen);
    auto const* const done = std::get_if<syscall_exited>(&seen.what);
    if (done == nullptr || !done->call)
        return;
    if (options_.by == summary_key::call)
        count(*done);
    else
        count_key(&seen, *done);
}

/// Stores the name of a thread group leader, and shows it in the row of the process.
void call_summary::note_leader(record const& seen)
{
    auto const id = raw(seen.process);
    if (!seen.comm || id != raw(seen.thread))
        return;
    auto& known = leaders_[id];
    if (known != seen.comm) {
        known = seen.comm;
        if (auto const row = keyed_.find(std::to_string(id)); row != keyed_.end())
            row->second.name = id_with_name(id, known.get());
    }
    if (std::holds_alternative<thread_exited>(seen.what) || std::holds_alternative<detached>(seen.what))
        leaders_.erase(id);
}

void call_summary::count_key(record const* seen, syscall_exited const& what)
{
    add(what, all_);
    auto const leader = seen == nullptr ? leaders_.end() : leaders_.find(raw(seen->process));
    auto keys = summary_keys(options_.by, seen, leader == leaders_.end() ? nullptr : leader->second.get(), what);
    if (keys.empty())
        add(what, none_);
    for (auto& [key, name] : keys) {
        auto& row = keyed_[std::move(key)];
        row.name = std::move(name);
        add(what, row);
    }
    if (keyed_.size() >= 2 * std::max<std::size_t>(options_.most_rows, 1))
        drop_small_rows();
}

/// Keeps the first `summary_options::most_rows` rows of `keyed_`, in the order of the table. Moves all other rows to `others_`.
void call_summary::drop_small_rows()
{
    using each_row = decltype(keyed_)::iterator;
    std::vector<each_row> order;
    for (auto at = keyed_.begin(); at != keyed_.end(); ++at)
        order.push_back(at);
    if (options_.sorted_by)
        std::ranges::stable_sort(order, [this](each_row left, each_row right) { return before(left->second, right->second); });
    for (auto const each : std::span{order}.subspan(std::min(options_.most_rows, order.size()))) {
        merge(each->second, others_);
        keyed_.erase(each);
    }
}

call_summary::times const& call_summary::times_of(row const& from, bool wall) const noexcept
{
    return wall || options_.wall_clock ? from.wall : from.system;
}

bool call_summary::before(row const& left, row const& right) const
{
    auto const by = *options_.sorted_by;
    auto const& one = times_of(left, heading_of(by).is_wall);
    auto const& other = times_of(right, heading_of(by).is_wall);
    auto const mean = [](times const& of, row const& in) { return of.total.count() / static_cast<std::int64_t>(in.calls); };
    switch (by) {
    case column::percent:
    case column::total:
    case column::wall_total: return one.total > other.total;
    case column::shortest:
    case column::wall_shortest: return one.shortest > other.shortest;
    case column::longest:
    case column::wall_longest: return one.longest > other.longest;
    case column::average:
    case column::wall_average: return mean(one, left) > mean(other, right);
    case column::calls: return left.calls > right.calls;
    case column::errors: return left.errors > right.errors;
    case column::name: return left.name < right.name;
    default: return one.spread.percentile(share_of(by)) > other.spread.percentile(share_of(by));
    }
}

std::string call_summary::cell(summary_column which, row const& from, row const& sum) const
{
    auto const& shown = times_of(from, heading_of(which).is_wall);
    auto const all = times_of(sum, false).total;
    switch (which) {
    case column::percent:
        // The row "total" shows 100 %, even if no time was measured.
        return fmt::format("{:.2f}", &from == &sum ? 100.0
                                     : all.count() == 0
                                         ? 0.0
                                         : 100.0 * static_cast<double>(shown.total.count()) / static_cast<double>(all.count()));
    case column::total:
    case column::wall_total: return seconds(shown.total);
    case column::shortest:
    case column::wall_shortest: return seconds(shown.shortest);
    case column::longest:
    case column::wall_longest: return seconds(shown.longest);
    case column::average:
    case column::wall_average: return average(shown.total, from.calls);
    case column::calls: return std::to_string(from.calls);
    case column::errors: return from.errors != 0 ? std::to_string(from.errors) : std::string{};
    case column::name: return from.name;
    default: return seconds(shown.spread.percentile(share_of(which)));
    }
}

std::string call_summary::heading(summary_column which) const
{
    constexpr std::string_view keys[] = {"syscall", "process", "thread", "path", "fd", "address", "error"};
    return std::string{which == column::name ? keys[static_cast<std::size_t>(options_.by)] : heading_of(which).text};
}

void call_summary::append_table(std::vector<row const*> order, row const& sum, std::string& to) const
{
    if (options_.sorted_by)
        std::ranges::stable_sort(order, [this](row const* left, row const* right) { return before(*left, *right); });
    order.push_back(&sum);

    std::vector<std::size_t> widths;
    for (auto const which : options_.columns) {
        auto width = heading_of(which).width;
        for (auto const* each : order)
            width = std::max(width, cell(which, *each, sum).size() + (which == column::name && each != &sum ? 1 : 0));
        widths.push_back(width);
    }
    auto const line = [&](auto text_of) {
        for (std::size_t i = 0; i < widths.size(); ++i) {
            bool const last = i + 1 == widths.size();
            std::string const text = text_of(i);
            to += i != 0 ? " " : "";
            if (options_.columns[i] != column::name)
                to.append(widths[i] - std::min(widths[i], text.size()), ' ').append(text);
            else
                to.append(text).append(last ? 0 : widths[i] - std::min(widths[i], text.size()), ' ');
        }
        to += '\n';
    };
    auto const rule = [&] { line([&](std::size_t i) { return std::string(widths[i], '-'); }); };

    line([&](std::size_t i) { return heading(options_.columns[i]); });
    rule();
    for (auto const* each : order) {
        if (each == &sum)
            rule();
        line([&](std::size_t i) { return cell(options_.columns[i], *each, sum); });
    }
}

void call_summary::append(std::string& to) const
{
    row sum{};
    std::vector<row const*> order;
    auto const take = [&](row const& each) {
        if (each.calls != 0)
            order.push_back(&each);
    };
    for (auto const& [interface, numbers] : counted_) {
        if (interface == uapi::arch::i386)
            to += "System call usage summary for 32 bit mode:\n";
        else if (interface == uapi::arch::x32)
            to += "System call usage summary for x32 mode:\n";
        sum = {};
        sum.name = "total";
        order.clear();
        for (auto const& [number, each] : numbers) {
            take(each);
            merge(each, sum);
        }
        append_table(order, sum, to);
    }
    if (all_.calls == 0)
        return;
    sum = all_;
    sum.name = "total";
    for (auto const& [key, each] : keyed_)
        take(each);
    take(none_);
    take(others_);
    append_table(order, sum, to);
}

}   // namespace cotrace::render
