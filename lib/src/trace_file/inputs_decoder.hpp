// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "decode/inputs.hpp"

#include <protozero/data_view.hpp>
#include <protozero/exception.hpp>

#include <array>
#include <cstdint>
#include <string>

namespace cotrace::trace_file {

/// Thrown, as the exceptions of protozero are, where a message has a value that the encoder does not write. Exceptions do
/// not leave `record_decoder`.
struct damaged_message : protozero::exception {
    char const* what() const noexcept override { return "damaged message"; }
};

inline void require(bool holds)
{
    if (!holds)
        throw damaged_message{};
}

inline std::string string_in(protozero::data_view bytes) { return {bytes.data(), bytes.size()}; }

/// Decodes a message `ProcessName`. Throws exceptions of protozero.
process_name process_in(protozero::data_view message);

/// Decodes a message `Inputs`. `args` are the arguments of the call, see `as_argument` in record_encoder.cpp. Throws
/// exceptions of protozero.
decode::inputs inputs_in(protozero::data_view message, std::array<std::uint64_t, 6> const& args);

}   // namespace cotrace::trace_file
