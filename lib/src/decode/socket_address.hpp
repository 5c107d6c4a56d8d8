// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "decode/capture.hpp"

namespace cotrace::decode {

/// Adds a socket address, but decodes at most 128 bytes, the size of struct sockaddr_storage. Returns false, and adds nothing, if
/// `length` is less than 2 or the memory cannot be read.
bool add_address(capture& made, std::string_view name, std::uint64_t at, std::uint64_t length);

}   // namespace cotrace::decode
