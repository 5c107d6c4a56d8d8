// SPDX-License-Identifier: BSL-1.0
#pragma once

// The options --top, --histogram, --report, --longer-than and --by. An answer is output about all calls together: a table of
// --top, --histogram, -c or -C, or the page of --report.

#include "argument_parsing.hpp"

#include <cotrace/filter.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cotrace::app {

struct options;

/// The options --top, --histogram and --report.
struct answer_options {
    std::size_t slowest = 0;                ///< --top: the number of calls in the table; 0: --top was not given
    bool histogram = false;                 ///< --histogram was given
    std::optional<filter> histogram_of{};   ///< SET of --histogram=SET: each call in SET gets a histogram; empty: no SET

    std::string report;   ///< --report: the name of the file; empty: not given

    bool prints_any() const noexcept { return slowest != 0 || histogram; }
};

usage_error set_slowest(options& to, option_argument count);
usage_error set_histogram(options& to, option_argument set);
usage_error set_report(options& to, std::string_view file);
usage_error set_longer_than(options& to, std::string_view time);
usage_error set_summary_key(options& to, std::string_view word);

/// Adds the condition of --longer-than to the condition of --where, and decides whether answers replace the trace.
void resolve_answers(options& all);

/// An error if the options for answers cannot be combined with each other or with other options.
usage_error contradiction_of_answers(options const& all);

}   // namespace cotrace::app
