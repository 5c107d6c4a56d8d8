// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "decode/inputs.hpp"

#include <protozero/data_view.hpp>

#include <array>
#include <cstdint>

namespace cotrace::trace_file {

/// Decodes a message `ProcessName`. Throws exceptions of protozero if it is damaged.
process_name process_in(protozero::data_view message);

/// Decodes a message `Inputs`. `args` are the arguments of the call, see `as_argument` in record_encoder.cpp. Throws
/// exceptions of protozero if it is damaged.
decode::inputs inputs_in(protozero::data_view message, std::array<std::uint64_t, 6> const& args);

}   // namespace cotrace::trace_file
