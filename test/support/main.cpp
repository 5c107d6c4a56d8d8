// SPDX-License-Identifier: BSL-1.0
// Compiled once for all test programs: Catch2 2.13 puts its whole
// implementation into the file that defines this macro.
#define CATCH_CONFIG_RUNNER
#include "support/catch.hpp"
#include "support/skip.hpp"

#include <cstdio>

int main(int argc, char** argv)
{
    if (auto const reason = reason_to_skip(); !reason.empty()) {
        std::fprintf(stderr, "skipped: %s\n", reason.c_str());
        return 77; // what Meson takes for "skipped"
    }
    return Catch::Session().run(argc, argv);
}
