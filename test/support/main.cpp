// SPDX-License-Identifier: BSL-1.0
// This file is compiled only once, because Catch2 2.13 puts its whole implementation into a file that defines
// CATCH_CONFIG_RUNNER.
#define CATCH_CONFIG_RUNNER
#include "support/catch.hpp"
#include "support/needs_root.hpp"
#include "support/skip.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace {

// A program that nohup(1) or "&" in a script has started ignores some of these signals, and the guests would inherit this.
void start_with_default_dispositions()
{
    for (int const sig : {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGCHLD})
        std::signal(sig, SIG_DFL);
}

/// Unless this user is root, checks that as many test cases were skipped without root as COTRACE_NEED_ROOT says (see
/// test/trace/meson.build).
bool skipped_as_listed()
{
    using cotrace::test::cases_without_root;
    auto const skipped = std::to_string(cases_without_root.size());
    if (!cases_without_root.empty())
        std::fprintf(stderr, "%s test cases need root and were skipped\n", skipped.c_str());
    char const* const listed = std::getenv("COTRACE_NEED_ROOT");
    if (listed == nullptr || ::geteuid() == 0 || listed == skipped)
        return true;
    std::fprintf(stderr, "test/trace/meson.build lists %s\n", listed);
    return false;
}

}   // namespace

int main(int argc, char** argv)
{
    start_with_default_dispositions();
    if (auto const reason = reason_to_skip(); !reason.empty()) {
        std::fprintf(stderr, "skipped: %s\n", reason.c_str());
        return 77;   // Meson's exit status for "skipped"
    }
    int const failed = Catch::Session().run(argc, argv);
    return failed == 0 && !skipped_as_listed() ? 1 : failed;
}
