// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/detail/unique_fd.hpp>

namespace cotrace::sys {

using cotrace::detail::unique_fd;

}   // namespace cotrace::sys
