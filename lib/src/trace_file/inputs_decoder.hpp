// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "decode/inputs.hpp"

#include <protozero/data_view.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace cotrace::trace_file {

/// Decodes a message `ProcessName`. Throws exceptions of protozero if the message is damaged.
process_name process_in(protozero::data_view message);

/// Decodes the messages `Inputs` of a frame, in their order.
class inputs_decoder {
public:
    /// `args` are the arguments of the call, because an address in the message may be an index of an argument
    /// (`as_argument`). Throws protozero::exception if the message is damaged.
    decode::inputs decode(protozero::data_view message, std::array<std::uint64_t, 6> const& args);

    void begin_frame() noexcept { answers_.clear(); }

private:
    /// The answers of the current frame that were decoded so far. The index is the number of an answer.
    std::vector<std::shared_ptr<decode::inputs::answer const>> answers_;
};

}   // namespace cotrace::trace_file
