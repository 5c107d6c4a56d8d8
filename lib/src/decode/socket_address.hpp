// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "decode/capture.hpp"

namespace cotrace::decode {

/// Adds the socket address of `length` bytes at `at`. Returns false, and adds nothing, if the memory could not be read.
bool add_address(capture& made, std::string_view name, std::uint64_t at, std::uint64_t length);

}   // namespace cotrace::decode
