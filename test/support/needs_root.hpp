// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/catch.hpp"

#include <unistd.h>

namespace cotrace::test {

/// How many test cases were left out so far because only root can run them. main.cpp compares the number with the
/// one that test/trace/meson.build lists, so that no case is left out unnoticed.
inline int cases_without_root = 0;

/// True where the calling test case is to return at once: it needs root, and this process is not root. Says why.
inline bool lacks_root(char const* reason)
{
    if (::geteuid() == 0)
        return false;
    ++cases_without_root;
    WARN("not checked, needs root: " << reason);
    return true;
}

} // namespace cotrace::test
