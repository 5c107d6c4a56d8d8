// SPDX-License-Identifier: BSL-1.0
#include "support/skip.hpp"

std::string reason_to_skip() { return {}; }
