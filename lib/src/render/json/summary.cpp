// SPDX-License-Identifier: BSL-1.0
// Writes a summary of calls as JSON.
#include <cotrace/render/json.hpp>
#include <cotrace/render/summary.hpp>

#include "render/json/json_writer.hpp"
#include "render/names.hpp"

#include <algorithm>

namespace cotrace::render {

void call_summary::append_json(std::string& to) const
{
    for (auto const& [interface, table] : counted_) {
        std::vector<rows::value_type const*> order;
        for (auto const& each : table)
            order.push_back(&each);
        if (options_.sorted_by)
            std::ranges::stable_sort(order,
                                     [this](auto const* left, auto const* right) { return before(left->second, right->second); });
        for (auto const* each : order) {
            append_json(interface, *each, to);
            to += '\n';
        }
    }
}

void call_summary::append_json(uapi::arch interface, rows::value_type const& from, std::string& to)
{
    auto const& [number, counts] = from;
    json_writer out{to};
    out.begin_object();
    out.member("schema", json_schema);
    out.member("event", "summary");
    out.member("abi", interface_name(interface));
    out.member("name", counts.name);
    out.member("number", number);
    out.member("calls", counts.calls);
    out.member("errors", counts.errors);
    auto const put = [&](std::string_view name, times const& of) {
        out.key(name);
        out.begin_object();
        out.member("total", of.total.count());
        out.member("shortest", of.shortest.count());
        out.member("longest", of.longest.count());
        out.member("average", of.total.count() / static_cast<std::int64_t>(counts.calls));
        out.end_object();
    };
    put("wall", counts.wall);
    put("system", counts.system);
    out.end_object();
}

}   // namespace cotrace::render
