// SPDX-License-Identifier: BSL-1.0
// Precompiled for the live tests; no file may rely on it being there.
#include "support/catch.hpp"
#include "support/run_for.hpp"

#include <cotrace/cotrace.hpp>
