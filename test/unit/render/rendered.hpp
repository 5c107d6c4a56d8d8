// SPDX-License-Identifier: BSL-1.0
#pragma once

// Makes records, and the text of calls.

#include "unit/decode/byte_memory.hpp"

#include <cotrace/render/text.hpp>

#include <string>
#include <utility>
#include <vector>

namespace cotrace::test {

/// A record about this thread, without a time.
inline record of(int thread, event what) { return {tid{thread}, {}, std::move(what)}; }

/// The text of the entry and the exit of a call.
inline std::string both(traced_call const& call, render::text_options options = {})
{
    render::text_renderer renderer{options};
    std::string text;
    renderer.append(call.entered(), text);
    renderer.append(call.exited(), text);
    return text;
}

/// The text of `seen`, to the end of the trace.
inline std::string lines(render::text_options const& options, std::vector<record> const& seen)
{
    render::text_renderer renderer{options};
    std::string text;
    for (auto const& each : seen)
        renderer.append(each, text);
    renderer.finish(text);
    return text;
}

}   // namespace cotrace::test
