// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/detail/last_error.hpp>

namespace cotrace::sys {

using cotrace::detail::last_error;

}   // namespace cotrace::sys
