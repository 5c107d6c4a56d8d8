// SPDX-License-Identifier: BSL-1.0
// Precompiled for the unit tests; no file may rely on it being there.
#include "support/catch.hpp"
