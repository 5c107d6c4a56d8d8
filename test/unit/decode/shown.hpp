// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "unit/render/rendered.hpp"

#include <string>

namespace cotrace::test {

/// The text of a call that returned `result`, without the call's name and the line break.
inline std::string shown(std::string_view name, std::vector<std::uint64_t> args, byte_memory& memory, std::int64_t result,
                         capture_options const& options = {})
{
    traced_call call{name, std::move(args)};
    call.enter(memory, options).leave(memory, result, options);
    auto const text = both(call, {.column = 0, .verbose = options.verbose});
    auto const from = text.find('(');
    return text.substr(from, text.size() - from - 1);
}

}   // namespace cotrace::test
