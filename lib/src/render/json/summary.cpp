// SPDX-License-Identifier: BSL-1.0
// Writes a summary of calls as JSON.
#include <cotrace/render/json.hpp>
#include <cotrace/render/summary.hpp>

#include "render/json/json_writer.hpp"
#include "render/names.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace cotrace::render {

/// The call that a row is about.
struct call_summary::called {
    uapi::arch interface {
    };
    std::uint64_t number = 0;
};

void call_summary::append_json(std::string& to) const
{
    using shown_row = std::pair<called const*, row const*>;
    auto const append_sorted = [&](std::vector<shown_row> order) {
        if (options_.sorted_by)
            std::ranges::stable_sort(order,
                                     [this](auto const& left, auto const& right) { return before(*left.second, *right.second); });
        for (auto const& [which, counts] : order)
            append_json(which, *counts, to);
    };
    for (auto const& [interface, table] : counted_) {
        std::vector<called> calls;
        calls.reserve(table.size());
        std::vector<shown_row> order;
        for (auto const& [number, counts] : table) {
            calls.push_back({interface, number});
            order.emplace_back(&calls.back(), &counts);
        }
        append_sorted(std::move(order));
    }
    std::vector<shown_row> order;
    for (auto const& [key, counts] : keyed_)
        order.emplace_back(nullptr, &counts);
    for (auto const* rest : {&none_, &others_})
        if (rest->calls != 0)
            order.emplace_back(nullptr, rest);
    append_sorted(std::move(order));
}

void call_summary::append_json(called const* which, row const& counts, std::string& to) const
{
    json_writer out{to};
    out.begin_object();
    out.member("schema", json_schema);
    out.member("event", "summary");
    if (which)
        out.member("abi", interface_name(which->interface));
    else
        out.member("by", heading(summary_column::name));
    out.member("name", counts.name);
    if (which)
        out.member("number", which->number);
    out.member("calls", counts.calls);
    out.member("errors", counts.errors);
    auto const put = [&](std::string_view name, times const& of) {
        out.key(name);
        out.begin_object();
        out.member("total", of.total.count());
        out.member("shortest", of.shortest.count());
        out.member("longest", of.longest.count());
        out.member("average", of.total.count() / static_cast<std::int64_t>(counts.calls));
        if (spreads_)
            for (auto const& [percentile, share] : {std::pair{"p50", 0.5}, {"p95", 0.95}, {"p99", 0.99}})
                out.member(percentile, of.spread.percentile(share).count());
        out.end_object();
    };
    put("wall", counts.wall);
    put("system", counts.system);
    out.end_object();
    to += '\n';
}

}   // namespace cotrace::render
