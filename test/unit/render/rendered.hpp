// SPDX-License-Identifier: BSL-1.0
#pragma once

// Makes records for tests, and renders records as text.

#include "unit/decode/byte_memory.hpp"

#include <cotrace/render/text.hpp>

#include <string>
#include <utility>
#include <vector>

namespace cotrace::test {

/// A record of the thread with the id `thread`, without a time.
inline record of(int thread, event what) { return {tid{thread}, {}, std::move(what)}; }

/// A successful accept(2), whose third argument points to a number that the call changed from 28 to 16.
inline traced_call accepted()
{
    byte_memory memory;
    memory.put_words(0x1000, 28);
    memory.put_words(0x2000, 0, 0, 0, 0, 0, 0, 0);
    traced_call accept{"accept", {3, 0x2000, 0x1000}};
    accept.enter(memory);
    memory.put_words(0x1000, 16);
    accept.leave(memory, 4);
    return accept;
}

/// A successful execve(2) of the program "/x", without arguments and environment.
inline traced_call executed()
{
    byte_memory memory;
    memory.put(0x1000, {"/x\0", 3});
    traced_call exec{"execve", {0x1000, 0, 0}};
    exec.enter(memory).leave(memory, 0);
    return exec;
}

/// The text of the entry and the exit of a call.
inline std::string both(traced_call const& call, render::text_options options = {})
{
    render::text_renderer renderer{options};
    std::string text;
    renderer.append(call.entered(), text);
    renderer.append(call.exited(), text);
    return text;
}

/// The text of a trace that has the records `seen`.
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
