// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/result.hpp>

#include <cerrno>
#include <string>
#include <string_view>

namespace cotrace::app {

/// The error of the last system call that failed: errno.
inline error_code last_error() noexcept { return {errno, boost::system::system_category()}; }

/// "SUBJECT: DESCRIPTION OF THE ERROR", as perror(3) prints it.
inline std::string error_text(std::string_view subject, error_code why = last_error())
{
    return std::string{subject} + ": " + why.message();
}

} // namespace cotrace::app
