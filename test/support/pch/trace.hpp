// SPDX-License-Identifier: BSL-1.0
// Precompiled header of the live tests. The test files must also compile without it.
#include "support/catch.hpp"
#include "support/live_test.hpp"

#include <cotrace/cotrace.hpp>
