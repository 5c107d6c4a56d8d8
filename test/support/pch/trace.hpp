// SPDX-License-Identifier: BSL-1.0
// Precompiled header of the live tests. Files must also compile without it.
#include "support/catch.hpp"
#include "support/run_for.hpp"

#include <cotrace/cotrace.hpp>
