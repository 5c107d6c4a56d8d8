// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/render/summary.hpp>

#include <array>
#include <string_view>

namespace cotrace::detail {

/// A name of a column of the summary. strace(1) lacks "max", names that contain "wall", and names of quantiles.
struct column_name {
    std::string_view name;
    render::summary_column which;
};

/// The names of the columns, sorted. A column can have several names.
inline constexpr auto column_names = [] {
    using column = render::summary_column;
    return std::to_array<column_name>({
        {"avg-time", column::average},
        {"avg-wall", column::wall_average},
        {"calls", column::calls},
        {"count", column::calls},
        {"error", column::errors},
        {"errors", column::errors},
        {"longest", column::longest},
        {"max", column::longest},
        {"max-time", column::longest},
        {"max-wall", column::wall_longest},
        {"min-time", column::shortest},
        {"min-wall", column::wall_shortest},
        {"name", column::name},
        {"p50", column::p50},
        {"p95", column::p95},
        {"p99", column::p99},
        {"shortest", column::shortest},
        {"syscall", column::name},
        {"syscall-name", column::name},
        {"time", column::percent},
        {"time-avg", column::average},
        {"time-max", column::longest},
        {"time-min", column::shortest},
        {"time-percent", column::percent},
        {"time-total", column::total},
        {"total-time", column::total},
        {"total-wall", column::wall_total},
        {"wall-avg", column::wall_average},
        {"wall-max", column::wall_longest},
        {"wall-min", column::wall_shortest},
        {"wall-p50", column::wall_p50},
        {"wall-p95", column::wall_p95},
        {"wall-p99", column::wall_p99},
        {"wall-total", column::wall_total},
    });
}();

}   // namespace cotrace::detail
