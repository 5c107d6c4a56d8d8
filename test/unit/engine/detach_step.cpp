// SPDX-License-Identifier: BSL-1.0
#include "engine/ptrace/detach_step.hpp"
#include "support/catch.hpp"

namespace detach_step_tests {

using namespace cotrace::engine;
using enum detach_step;

TEST_CASE("the first step of a detach interrupts a running thread") { CHECK(first_step({}) == interrupt); }

TEST_CASE("a detach does nothing for a thread that has left its session, whatever else is known of the thread")
{
    CHECK(first_step({.traced = false}) == nothing);
    CHECK(first_step({.traced = false, .awaits_host = true}) == nothing);
    CHECK(first_step({.traced = false, .has_status = true}) == nothing);
    CHECK(first_step({.traced = false, .dead_leader = true}) == nothing);
}

TEST_CASE("a detach does nothing for a thread whose id is gone, perhaps because the thread called execve(2)")
{
    CHECK(first_step({.loses_id = true}) == nothing);
    CHECK(first_step({.loses_id = true, .dead_leader = true}) == nothing);
}

TEST_CASE("a thread that waits for an interceptor is detached at its present stop, and is not interrupted")
{
    CHECK(first_step({.awaits_host = true}) == end_host_wait);
    CHECK(first_step({.awaits_host = true, .has_status = true}) == end_host_wait);
}

TEST_CASE("a thread whose status waits for room in the record queue is detached when the status is handled")
{
    CHECK(first_step({.has_status = true}) == answer_status);
    CHECK(first_step({.has_status = true, .dead_leader = true}) == answer_status);
}

TEST_CASE("a leader that exited before the other threads leaves its session, because the kernel cannot detach it")
{
    CHECK(first_step({.dead_leader = true}) == leave);
}

}   // namespace detach_step_tests
