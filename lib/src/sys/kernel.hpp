// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdio>
#include <utility>

#include <sys/utsname.h>

namespace cotrace::sys {

/// Whether the running kernel is Linux `major`.`minor` or later. For kernel features that cannot be detected in another way.
inline bool kernel_is_at_least(int major, int minor) noexcept
{
    utsname about{};
    std::pair<int, int> here;
    ::uname(&about);
    std::sscanf(about.release, "%d.%d", &here.first, &here.second);
    return here >= std::pair{major, minor};
}

}   // namespace cotrace::sys
