// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdio>

#include <sys/utsname.h>

namespace cotrace::test {

/// Whether a tracer can change the first argument of a call. On riscv64, that needs PTRACE_SET_SYSCALL_INFO (Linux 6.16).
inline bool can_change_first_argument()
{
#ifdef __riscv
    utsname system{};
    int major = 0, minor = 0;
    if (::uname(&system) != 0 || std::sscanf(system.release, "%d.%d", &major, &minor) != 2)
        return false;
    return major > 6 || (major == 6 && minor >= 16);
#else
    return true;
#endif
}

}   // namespace cotrace::test
