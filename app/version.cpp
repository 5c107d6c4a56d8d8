// SPDX-License-Identifier: BSL-1.0
#include "version.hpp"

#include "policy_contexts.hpp"

#include <cotrace/render/perfetto.hpp>
#include <cotrace/render/report.hpp>
#include <cotrace/stack.hpp>
#include <cotrace/trace_file.hpp>
#include <cotrace/uapi/arch.hpp>

namespace cotrace::app {

std::vector<std::string_view> optional_features()
{
    std::vector<std::string_view> all;
    if (symbolizer::is_available())
        all.insert(all.end(), {"stack-trace=libdw", "stack-demangle"});
    if constexpr (COTRACE_HAS_IO_URING)
        all.emplace_back("io_uring");
    if (render::perfetto_trace::is_available())
        all.emplace_back("perfetto");
    all.emplace_back("seccomp");
    if constexpr (uapi::native == uapi::arch::x86_64)
        all.insert(all.end(), {"m32-mpers", "mx32-mpers"});
    all.emplace_back("secontext");
    if (has_policy_contexts())
        all.emplace_back("secontext-mismatch");
    if (trace_file_writer::is_available())
        all.emplace_back("trace-files");
    if (render::report::is_available())
        all.emplace_back("report");
    return all;
}

std::string version()
{
    std::string text = "cotrace " COTRACE_VERSION "\nOptional features enabled:";
    for (auto const each : optional_features())
        text.append(" ").append(each);
    return text.append("\n");
}

}   // namespace cotrace::app
