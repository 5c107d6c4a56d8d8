// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "render/json/json_writer.hpp"

#include <csignal>

namespace cotrace::render {

/// Writes the valid fields of a siginfo_t as the member "fields".
void put_json_siginfo(json_writer& out, siginfo_t const& info);

}   // namespace cotrace::render
