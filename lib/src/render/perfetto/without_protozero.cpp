// SPDX-License-Identifier: BSL-1.0
//
// Replaces the other files of this folder in a build without protozero: nothing is written.
#include <cotrace/render/perfetto.hpp>

namespace cotrace::render {

class perfetto::timeline {};

perfetto_trace::perfetto_trace(perfetto_options) {}
perfetto_trace::~perfetto_trace() = default;
perfetto_trace::perfetto_trace(perfetto_trace&&) noexcept = default;
perfetto_trace& perfetto_trace::operator=(perfetto_trace&&) noexcept = default;
void perfetto_trace::append(record const&, std::string&) {}
void perfetto_trace::leave_out(record const&, std::string&) {}
void perfetto_trace::finish(std::string&) {}
bool perfetto_trace::is_available() noexcept { return false; }

}   // namespace cotrace::render
