// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/uapi/errnos.hpp>

#include <string>

namespace cotrace::uapi {

/// The name of an error, or its number if it has no name.
inline std::string error_label(int number)
{
    auto const name = errno_name(number);
    return name.empty() ? std::to_string(number) : std::string{name};
}

}   // namespace cotrace::uapi
