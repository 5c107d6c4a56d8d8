// SPDX-License-Identifier: BSL-1.0
// Compiled once for all test programs: Catch2 2.13 puts its whole
// implementation into the file that defines this macro.
#define CATCH_CONFIG_RUNNER
#include "support/catch.hpp"
#include "support/skip.hpp"

#include <csignal>
#include <cstdio>

namespace {

// A terminal's nohup or a script's "&" has us ignore some signals, and our children with us.
void start_with_default_dispositions()
{
    for (int const sig : {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGCHLD})
        std::signal(sig, SIG_DFL);
}

} // namespace

int main(int argc, char** argv)
{
    start_with_default_dispositions();
    if (auto const reason = reason_to_skip(); !reason.empty()) {
        std::fprintf(stderr, "skipped: %s\n", reason.c_str());
        return 77; // what Meson takes for "skipped"
    }
    return Catch::Session().run(argc, argv);
}
