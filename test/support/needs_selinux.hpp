// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/catch.hpp"

#include <cstdlib>
#include <fstream>
#include <string>

namespace cotrace::test {

/// SELinux contexts of the policy test/emulated/policy.cil. A thread of a multithreaded process may change from `first_context`
/// to `second_context`.
inline std::string const first_context = "system_u:system_r:first_t:s0-s0:c0,c1";
inline std::string const second_context = "system_u:system_r:second_t:s0-s0:c0,c1";
inline std::string const other_context = "staff_u:staff_r:second_t:s0:c1";

/// For test cases that need these contexts. If the function returns true, the policy of the tests is missing, and the test case
/// must return.
inline bool lacks_test_policy()
{
    for (auto const& context : {first_context, second_context, other_context}) {
        std::ofstream file{"/sys/fs/selinux/context"};   // the kernel checks the context that is written to this file
        if (file << context << std::flush)
            continue;
        if (std::getenv("COTRACE_NEED_SELINUX") != nullptr)
            FAIL("SELinux or the policy of the tests is missing");
        WARN("not checked: no SELinux with test/emulated/policy.cil on this machine");
        return true;
    }
    return false;
}

}   // namespace cotrace::test
