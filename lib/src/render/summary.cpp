// SPDX-License-Identifier: BSL-1.0
#include <cotrace/detail/column_names.hpp>
#include <cotrace/render/summary.hpp>

#include <algorithm>
#include <array>

// fmt is used as a header-only library: as a shared library, it would have to be loaded at each start of cotrace.
#define FMT_HEADER_ONLY 1
#include <fmt/format.h>

namespace cotrace::render {
namespace {

using column = summary_column;
using std::chrono::nanoseconds;

struct heading {
    std::string_view text;
    std::size_t width;
    bool is_wall = false;   ///< the column shows a wall-clock time
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
    }
    return {};
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

void call_summary::times::add(nanoseconds each) noexcept
{
    total += each;
    shortest = std::min(shortest, each);
    longest = std::max(longest, each);
}

void call_summary::count(syscall_exited const& what)
{
    if (!what.call)
        return;
    auto& row = counted_[what.call->arch][what.call->number];
    if (row.calls == 0)
        row.name = what.call->name();
    auto const without_overhead = [&](nanoseconds time) { return std::max(time - options_.overhead, nanoseconds{}); };
    row.system.add(without_overhead(what.system));
    row.wall.add(without_overhead(what.took));
    ++row.calls;
    row.errors += what.outcome.failed;
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
    }
    return false;
}

std::string call_summary::cell(summary_column which, row const& from, row const& sum) const
{
    auto const& shown = times_of(from, heading_of(which).is_wall);
    auto const all = times_of(sum, false).total;
    switch (which) {
    case column::percent:
        // The row of sums shows 100 %, also if no time was measured.
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
    }
    return {};
}

void call_summary::append_table(rows const& from, std::string& to) const
{
    row sum{};
    sum.name = "total";
    std::vector<row const*> order;
    for (auto const& [number, each] : from) {
        order.push_back(&each);
        sum.calls += each.calls;
        sum.errors += each.errors;
        for (auto const part : {&row::system, &row::wall}) {
            (sum.*part).total += (each.*part).total;
            (sum.*part).shortest = std::min((sum.*part).shortest, (each.*part).shortest);
            (sum.*part).longest = std::max((sum.*part).longest, (each.*part).longest);
        }
    }
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

    line([&](std::size_t i) { return std::string{heading_of(options_.columns[i]).text}; });
    rule();
    for (auto const* each : order) {
        if (each == &sum)
            rule();
        line([&](std::size_t i) { return cell(options_.columns[i], *each, sum); });
    }
}

void call_summary::append(std::string& to) const
{
    for (auto const& [interface, each] : counted_) {
        if (interface == uapi::arch::i386)
            to += "System call usage summary for 32 bit mode:\n";
        else if (interface == uapi::arch::x32)
            to += "System call usage summary for x32 mode:\n";
        append_table(each, to);
    }
}

}   // namespace cotrace::render
