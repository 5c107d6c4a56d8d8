// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "unit/decode/byte_memory.hpp"

#include <cotrace/render/text.hpp>

#include <string>

namespace cotrace::test {

/// The line of a call, without the call's name and the line break.
inline std::string shown(std::string_view name, std::vector<std::uint64_t> args, byte_memory& memory, std::int64_t result,
                         capture_options const& options = {})
{
    traced_call call{name, std::move(args)};
    call.enter(memory, options).leave(memory, result, options);
    render::text_renderer renderer{{.column = 0, .verbose = options.verbose}};
    std::string text;
    renderer.append(call.entered(), text);
    renderer.append(call.exited(), text);
    auto const from = text.find('(');
    return text.substr(from, text.size() - from - 1);
}

inline std::string zeros(std::size_t count)
{
    return std::string(count, '\0');
}

/// A number as bytes in little-endian order.
template <std::size_t Size>
std::string little(std::uint64_t number)
{
    return {reinterpret_cast<char const*>(&number), Size};
}

} // namespace cotrace::test
