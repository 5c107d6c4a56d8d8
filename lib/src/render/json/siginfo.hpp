// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <csignal>
#include <string>

namespace cotrace::render {

/// Appends the valid fields of a siginfo_t as an object.
void put_json_siginfo(std::string& to, siginfo_t const& info);

}   // namespace cotrace::render
