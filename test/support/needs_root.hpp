// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/catch.hpp"

#include <unistd.h>

namespace cotrace::test {

/// The number of test cases that were skipped so far because only root can run them. main.cpp compares this number
/// with the number that test/trace/meson.build lists, so that no case is skipped unnoticed.
inline int cases_without_root = 0;

/// To be called by test cases that need root. Returns true and prints a warning if this process is not root; the test
/// case must then return at once.
inline bool lacks_root(char const* reason)
{
    if (::geteuid() == 0)
        return false;
    ++cases_without_root;
    WARN("not checked, needs root: " << reason);
    return true;
}

/// Changes the user of this process, which should be a forked child, to a user without privileges. Returns false if the
/// change fails.
inline bool become_another_user() { return ::setgid(65534) == 0 && ::setuid(65534) == 0; }

}   // namespace cotrace::test
