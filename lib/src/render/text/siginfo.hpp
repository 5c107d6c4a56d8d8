// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/render/text.hpp>

#include <csignal>
#include <string>
#include <string_view>

namespace cotrace::render {

/// Appends a siginfo_t: "{si_signo=SIGTERM, si_code=SI_USER, …}". `sender` is the text for si_pid, or empty for the number.
void put_siginfo(std::string& to, siginfo_t const& info, std::string_view sender = {}, constants how = constants::abbreviated);

}   // namespace cotrace::render
