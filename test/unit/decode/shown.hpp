// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "decode/inputs.hpp"
#include "support/catch.hpp"
#include "unit/render/rendered.hpp"

#include <string>

namespace cotrace::test {

/// The text of a call without the call's name and the line break.
inline std::string arguments_of(traced_call const& call, capture_options const& options)
{
    auto const text = both(call, {.column = 0, .verbose = options.verbose});
    auto const from = text.find('(');
    return text.substr(from, text.size() - from - 1);
}

/// Decodes a call with redacted contents, and decodes it again from the kept inputs. The texts must be equal, because only kept
/// bytes are shown.
inline void check_redacted(std::string_view name, std::vector<std::uint64_t> const& args, byte_memory& memory,
                           std::int64_t result, capture_options options)
{
    static decode::inputs const nothing{};
    auto const kept = [](std::shared_ptr<decode::inputs const> const& inputs) {
        return decode::replaying_reader{inputs ? *inputs : nothing};
    };
    for (auto const what : {redaction::buffers, redaction::strings}) {
        options.redact = what;
        options.keep_inputs = true;
        traced_call live{name, args}, again{name, args};
        live.enter(memory, options).leave(memory, result, options);
        auto at_entry = kept(live.call->inputs), at_exit = kept(live.exit.inputs);
        options.keep_inputs = false;
        decode::decode_entry(at_entry, options, *again.call);
        again.exit.call = again.call;
        again.exit.outcome = live.exit.outcome;
        decode::decode_exit(at_exit, options, *again.call, again.exit);
        CHECK(arguments_of(again, options) == arguments_of(live, options));
    }
}

/// The text of a call that returned `result`, without the call's name and the line break.
inline std::string shown(std::string_view name, std::vector<std::uint64_t> args, byte_memory& memory, std::int64_t result,
                         capture_options const& options = {})
{
    check_redacted(name, args, memory, result, options);
    traced_call call{name, std::move(args)};
    call.enter(memory, options).leave(memory, result, options);
    return arguments_of(call, options);
}

}   // namespace cotrace::test
