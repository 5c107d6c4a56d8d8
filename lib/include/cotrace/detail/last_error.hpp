// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/result.hpp>

#include <cerrno>

namespace cotrace::detail {

/// errno as an error code. Must be called directly after the function that set errno.
inline error_code last_error() noexcept { return {errno, boost::system::system_category()}; }

}   // namespace cotrace::detail
