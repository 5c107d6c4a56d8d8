// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/catch.hpp"
#include "support/guests.hpp"

namespace cotrace::test {

/// For test cases that need 32-bit guests. If the function returns true, no 32-bit guest can run, and the test case must return.
inline bool lacks_32_bit_guests()
{
    if (has_guest("hello_32"))
        return false;
    WARN("not checked: no 32-bit guests on this machine");
    return true;
}

}   // namespace cotrace::test
