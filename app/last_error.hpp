// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/detail/last_error.hpp>

#include <string>
#include <string_view>

namespace cotrace::app {

using detail::last_error;

/// Returns the text that perror(3) would print: "SUBJECT: DESCRIPTION OF THE ERROR".
inline std::string error_text(std::string_view subject, error_code why = last_error())
{
    return std::string{subject} + ": " + why.message();
}

}   // namespace cotrace::app
