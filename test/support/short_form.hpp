// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdlib>

namespace cotrace::test {

/// Whether the long tests are shortened: they make fewer calls or runs. CI and the builds with sanitizers do this.
inline bool short_form() { return std::getenv("COTRACE_SHORT") != nullptr; }

}   // namespace cotrace::test
