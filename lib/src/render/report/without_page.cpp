// SPDX-License-Identifier: BSL-1.0
//
// Replaces report.cpp in a build without D3.
#include <cotrace/render/report.hpp>

namespace cotrace::render {

report::report(report_options options)
    : options_{std::move(options)}
{
}

bool report::is_available() noexcept { return false; }
void report::append(record const&, std::string&) {}
void report::finish(std::string&) {}

}   // namespace cotrace::render
