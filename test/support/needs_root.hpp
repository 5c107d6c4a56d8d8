// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/catch.hpp"

#include <set>
#include <string>

#include <unistd.h>

namespace cotrace::test {

/// The names of the test cases that were skipped so far because only root can run them. main.cpp compares their number
/// with the number that test/trace/meson.build lists, so that no case is skipped unnoticed.
inline std::set<std::string> cases_without_root;

/// To be called by test cases that need root. Returns true and prints a warning if this process is not root; the test
/// case must then return at once.
inline bool lacks_root(char const* reason)
{
    if (::geteuid() == 0)
        return false;
    cases_without_root.insert(Catch::getResultCapture().getCurrentTestName());
    WARN("not checked, needs root: " << reason);
    return true;
}

/// Changes the user of this process, which should be a forked child, to a user without privileges. Returns false if the
/// change fails.
inline bool become_another_user() { return ::setgid(65534) == 0 && ::setuid(65534) == 0; }

}   // namespace cotrace::test
