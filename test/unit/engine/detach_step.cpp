// SPDX-License-Identifier: BSL-1.0
#include "engine/ptrace/detach_step.hpp"
#include "support/catch.hpp"

using namespace cotrace::engine;
using enum detach_step;

TEST_CASE("a thread that runs is interrupted")
{
    CHECK(first_step({}) == interrupt);
}

TEST_CASE("a thread that has left its session is not touched, whatever else holds")
{
    CHECK(first_step({.traced = false}) == nothing);
    CHECK(first_step({.traced = false, .awaits_host = true}) == nothing);
    CHECK(first_step({.traced = false, .has_status = true}) == nothing);
    CHECK(first_step({.traced = false, .dead_leader = true}) == nothing);
}

TEST_CASE("a thread whose id may have changed by its execve is not touched under the old id")
{
    CHECK(first_step({.loses_id = true}) == nothing);
    CHECK(first_step({.loses_id = true, .dead_leader = true}) == nothing);
}

TEST_CASE("a thread that waits for an interceptor is let go from its present stop, and is not interrupted")
{
    CHECK(first_step({.awaits_host = true}) == end_host_wait);
    CHECK(first_step({.awaits_host = true, .has_status = true}) == end_host_wait);
}

TEST_CASE("a thread whose status waits for room is let go when the status is answered")
{
    CHECK(first_step({.has_status = true}) == answer_status);
    CHECK(first_step({.has_status = true, .dead_leader = true}) == answer_status);
}

TEST_CASE("a leader that exited before its other threads leaves, because the kernel cannot detach it")
{
    CHECK(first_step({.dead_leader = true}) == leave);
}
