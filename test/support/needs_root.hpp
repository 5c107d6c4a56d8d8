// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/catch.hpp"

#include <unistd.h>

namespace cotrace::test {

/// The number of test cases that were skipped so far because only root can run them. main.cpp compares it with the
/// number that test/trace/meson.build lists, so that no case is skipped unnoticed.
inline int cases_without_root = 0;

/// For test cases that need root. True if this process is not root; the test case must then return at once. Prints a warning.
inline bool lacks_root(char const* reason)
{
    if (::geteuid() == 0)
        return false;
    ++cases_without_root;
    WARN("not checked, needs root: " << reason);
    return true;
}

} // namespace cotrace::test
