// SPDX-License-Identifier: BSL-1.0
// Subjects that trace or filter themselves behave as untraced, or get the error that the kernel gives to a second tracer.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/normalise.hpp"
#include "support/run_for.hpp"

namespace nested_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

constexpr auto limit = 60s;

} // namespace

TEST_CASE("a followed child that asks to be traced is refused with EPERM", "[nested]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("asks_to_be_traced"));
        CHECK(seen.output == "the child exited 1\n");
    });
}

TEST_CASE("a child that is not followed may ask to be traced", "[nested]")
{
    run_for(limit, []() -> task<void> {
        session_options options;
        options.follow = false;
        auto const seen = co_await trace_of(program("asks_to_be_traced"), options);
        CHECK(seen.output == "the child exited 0\n");
    });
}

TEST_CASE("a subject that attaches to its followed child is refused with EPERM", "[nested]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("attaches_child"));
        CHECK(seen.output == "seize -1 errno 1\nattach -1 errno 1\nthe child killed 9\n");
    });
}

TEST_CASE("a subject can attach to its child that is not followed, as untraced", "[nested]")
{
    run_for(limit, []() -> task<void> {
        session_options options;
        options.follow = false;
        auto const seen = co_await trace_of(program("attaches_child"), options);
        CHECK(seen.output == "seize 0 errno 0\nattach -1 errno 1\nthe child killed 9\n");
    });
}

TEST_CASE("a debugger whose child is followed gets an error, reports it, and ends", "[nested]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("debugs_child"));
        CHECK(seen.output == "the child exited 1\n");
    });
}

TEST_CASE("a subject's ptrace call is recorded like any other call", "[nested]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("asks_to_be_traced"));
        auto const asked = calls(seen.records, SYS_ptrace);
        REQUIRE(asked.size() == 1);
        CHECK(asked[0].what.outcome.error() == EPERM);
    });
}

TEST_CASE("a subject's own seccomp filter makes calls fail as untraced", "[nested][seccomp]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("filters_calls", "errno"));
        auto const asked = calls(seen.records, SYS_getppid);
        REQUIRE(asked.size() == 1);
        CHECK(asked[0].what.outcome.error() == EXDEV);
        CHECK(seen.output == "returned -1 errno 18\n");
    });
}

TEST_CASE("SECCOMP_RET_TRACE of a subject's own filter finds no tracer", "[nested][seccomp]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("filters_calls", "trace"));
        CHECK(seen.output == "returned -1 errno 38\n");
    });
}

} // namespace nested_tests
