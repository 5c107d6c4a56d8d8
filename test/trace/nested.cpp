// SPDX-License-Identifier: BSL-1.0
// Traced programs that use ptrace(2) or seccomp(2) behave as without a tracer, or get the error of a second tracer.
#include "support/attaching.hpp"
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"

namespace nested_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

LIVE_TEST("a followed child that asks to be traced is refused with EPERM", "[nested]")
{
    auto const seen = co_await trace_of(program("asks_to_be_traced"));
    CHECK(seen.output == "the child exited 1\n");
}

LIVE_TEST("a child that is not followed may ask to be traced", "[nested]")
{
    auto const seen = co_await trace_of(program("asks_to_be_traced"), without_following());
    CHECK(seen.output == "the child exited 0\n");
}

LIVE_TEST("a traced program that attaches to its followed child gets EPERM", "[nested]")
{
    auto const seen = co_await trace_of(program("attaches_child"));
    CHECK(seen.output == "seize -1 errno 1\nattach -1 errno 1\nthe child killed 9\n");
}

LIVE_TEST("a traced program can attach to its child if the child is not followed", "[nested]")
{
    auto const seen = co_await trace_of(program("attaches_child"), without_following());
    CHECK(seen.output == "seize 0 errno 0\nattach -1 errno 1\nthe child killed 9\n");
}

LIVE_TEST("a traced debugger whose child is followed gets an error, reports the error, and ends", "[nested]")
{
    auto const seen = co_await trace_of(program("debugs_child"));
    CHECK(seen.output == "the child exited 1\n");
}

LIVE_TEST("a ptrace call of a traced program is recorded like any other call", "[nested]")
{
    auto const seen = co_await trace_of(program("asks_to_be_traced"));
    auto const asked = calls(seen.records, SYS_ptrace);
    REQUIRE(asked.size() == 1);
    CHECK(asked[0].what.outcome.error() == EPERM);
}

LIVE_TEST("a traced program's own seccomp filter makes calls fail as without a tracer", "[nested][seccomp]")
{
    auto const seen = co_await trace_of(program("filters_calls", "errno"));
    auto const asked = calls(seen.records, SYS_getppid);
    REQUIRE(asked.size() == 1);
    CHECK(asked[0].what.outcome.error() == EXDEV);
    CHECK(seen.output == "returned -1 errno 18\n");
}

LIVE_TEST("SECCOMP_RET_TRACE of a traced program's own filter gives ENOSYS, as without a tracer", "[nested][seccomp]")
{
    auto const seen = co_await trace_of(program("filters_calls", "trace"));
    CHECK(seen.output == "returned -1 errno 38\n");
}

}   // namespace nested_tests
