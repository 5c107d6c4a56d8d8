// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/catch.hpp"
#include "support/guests.hpp"

namespace cotrace::test {

/// To be called by test cases that need 32-bit guests. Returns true and prints a warning if the 32-bit guests were not
/// built or cannot run; the test case must then return at once.
inline bool lacks_32_bit_guests()
{
    if (has_guest("hello_32"))
        return false;
    WARN("not checked: no 32-bit guests on this machine");
    return true;
}

}   // namespace cotrace::test
