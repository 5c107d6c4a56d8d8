// SPDX-License-Identifier: BSL-1.0
// Precompiled header of the unit tests. The test files must also compile without it.
#include "support/catch.hpp"
