// SPDX-License-Identifier: BSL-1.0
#include <cotrace/uapi/vocabulary.hpp>

#include "uapi/numbers.hpp"

#include <algorithm>
#include <tuple>

namespace cotrace::uapi {

bool vocabulary::entry::operator<(entry const& other) const noexcept
{
    return std::tie(interface, number, request) < std::tie(other.interface, other.number, other.request);
}

void vocabulary::enter(syscall_descriptor const& row)
{
    for (auto const interface : all_interfaces)
        if (auto const number = number_of(interface, row.name); number && row.only.has(interface))
            enter(interface, *number, {}, row);
}

void vocabulary::enter(ioctl_descriptor const& row)
{
    for (auto const interface : all_interfaces)
        if (auto const number = number_of(interface, "ioctl"); number && row.only.has(interface))
            enter(interface, *number, row.request, row.call);
}

void vocabulary::enter(arch interface, std::uint64_t number, std::optional<std::uint32_t> request,
                       syscall_descriptor const& row)
{
    entry const made{interface, number, request, &row};
    auto const at = std::lower_bound(entries_.begin(), entries_.end(), made);
    if (at != entries_.end() && !(made < *at))
        *at = made;
    else
        entries_.insert(at, made);
}

std::vector<vocabulary::call_number> vocabulary::calls() const
{
    std::vector<call_number> all;
    for (auto const& each : entries_)
        if (!each.request)
            all.push_back({each.interface, each.number, each.what->name});
    return all;
}

syscall_descriptor const* vocabulary::exactly(entry const& wanted) const noexcept
{
    auto const at = std::lower_bound(entries_.begin(), entries_.end(), wanted);
    return at != entries_.end() && !(wanted < *at) ? at->what : nullptr;
}

syscall_descriptor const* vocabulary::find(arch interface, std::uint64_t number,
                                           std::span<std::uint64_t const, 6> args) const noexcept
{
    auto const* request = exactly({interface, number, static_cast<std::uint32_t>(args[1]), nullptr});
    return request ? request : exactly({interface, number, {}, nullptr});
}

} // namespace cotrace::uapi
