// SPDX-License-Identifier: BSL-1.0
#pragma once

// Makes numbered records for tests of channels. The number of a record is its thread id.

#include <cotrace/record_channel.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace cotrace::test {

inline record numbered(int number) { return {tid{number}, {}, detached{}}; }

inline channel_options options_of(std::size_t depth, overflow when_full)
{
    channel_options made;
    made.depth = depth;
    made.when_full = when_full;
    return made;
}

/// The number of each record. The number of a record `records_lost` is minus the count of the lost records.
inline std::vector<long> numbers_of(std::vector<record> const& all)
{
    std::vector<long> found;
    for (auto const& each : all)
        if (auto const* lost = std::get_if<records_lost>(&each.what))
            found.push_back(-static_cast<long>(lost->count));
        else
            found.push_back(raw(each.thread));
    return found;
}

inline std::vector<long> received_from(record_channel& channel)
{
    std::vector<record> all;
    while (auto next = channel.try_receive())
        all.push_back(std::move(*next));
    return numbers_of(all);
}

using number_list = std::vector<long>;

}   // namespace cotrace::test
