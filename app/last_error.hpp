// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/result.hpp>

#include <cerrno>
#include <string>
#include <string_view>

namespace cotrace::app {

/// The error of the last system call that failed: errno.
inline error_code last_error() noexcept { return {errno, boost::system::system_category()}; }

/// Returns the text that perror(3) would print: "SUBJECT: DESCRIPTION OF THE ERROR".
inline std::string error_text(std::string_view subject, error_code why = last_error())
{
    return std::string{subject} + ": " + why.message();
}

}   // namespace cotrace::app
