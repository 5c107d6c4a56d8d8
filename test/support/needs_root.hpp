// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/catch.hpp"

#include <set>
#include <string>

#include <unistd.h>

namespace cotrace::test {

/// The names of the skipped test cases that need root. main.cpp compares their number with the list in test/trace/meson.build.
inline std::set<std::string> cases_without_root;

/// For test cases that need root. If the function returns true, this process is not root, and the test case must return.
inline bool lacks_root(char const* reason)
{
    if (::geteuid() == 0)
        return false;
    cases_without_root.insert(Catch::getResultCapture().getCurrentTestName());
    WARN("not checked, needs root: " << reason);
    return true;
}

/// Changes this process, which should be a forked child, to a user without privileges. Returns false on failure.
inline bool become_another_user() { return ::setgid(65534) == 0 && ::setuid(65534) == 0; }

}   // namespace cotrace::test
