// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/needs_32_bit.hpp"
#include "support/needs_root.hpp"
#include "support/normalise.hpp"
#include "support/temporary_folder.hpp"

#include <cstdlib>

#include <sys/stat.h>

namespace exec_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

struct seen_image {
    tid thread{};
    tid former{};
};

/// Checks the records of an execve(2) by a thread that is not the leader.
void check_taken_over(trace const& seen)
{
    auto const root = leader(seen.root);
    std::vector<seen_image> replaced;
    for (auto const& each : all<image_replaced>(seen.records))
        if (each.what.former != each.thread)
            replaced.push_back({each.thread, each.what.former});
    REQUIRE(replaced.size() == 1);
    CHECK(replaced[0].thread == root);
    auto const over = all<superseded>(seen.records);
    REQUIRE(over.size() == 1);
    CHECK(over[0].thread == root);
    CHECK(over[0].what.by == replaced[0].former);
    // No thread has the executing thread's old id after the execve(2), so no end is recorded under this id.
    CHECK(!end_of(seen.records, replaced[0].former).has_value());
    CHECK(count<trace_failed>(seen.records) == 0);
}

}   // namespace

LIVE_TEST("an exec by the only thread of a process keeps the thread's id", "[exec]")
{
    auto const seen = co_await trace_of(program("execs", guest("exits"), "8"));
    auto const replaced = all<image_replaced>(seen.records);
    REQUIRE(replaced.size() == 2);   // the launch makes the first execve(2), and the guest the second
    CHECK(replaced[1].thread == leader(seen.root));
    CHECK(replaced[1].what.former == leader(seen.root));
    CHECK(seen.end.status == 8);
}

LIVE_TEST("the exit of an execve that succeeds is recorded with the result 0", "[exec]")
{
    auto const seen = co_await trace_of(program("execs", guest("exits"), "8"));
    auto const execs = calls(seen.records, SYS_execve);
    REQUIRE(execs.size() == 2);
    CHECK(execs[1].what.outcome.value == 0);
    CHECK(!execs[1].what.outcome.failed);
}

LIVE_TEST("an exec that fails is recorded as a failed call and replaces no program", "[exec]")
{
    auto const seen = co_await trace_of(program("exec_fails"));
    auto const execs = calls(seen.records, SYS_execve);
    REQUIRE(execs.size() == 4);
    CHECK(execs[1].what.outcome.error() == ENOENT);
    CHECK(execs[2].what.outcome.error() == EACCES);
    CHECK(execs[3].what.outcome.error() == EFAULT);
    CHECK(count<image_replaced>(seen.records) == 1);
}

LIVE_TEST("execveat replaces the program as execve does", "[exec]")
{
    auto const seen = co_await trace_of(program("execs_by_descriptor", guest("exits"), "8"));
    CHECK(count<image_replaced>(seen.records) == 2);
    CHECK(seen.end.status == 8);
}

LIVE_TEST("a thread that calls execve gets the id of its process, and the leader's end is recorded as superseded",
          "[exec][threads]")
{
    auto const seen = co_await trace_of(program("thread_execs", guest("hello")));
    check_taken_over(seen);
    CHECK(seen.output == "hello\n");
}

LIVE_TEST("the exit of an execve by a thread that is not the leader is recorded under the process's id", "[exec][threads]")
{
    auto const seen = co_await trace_of(program("thread_execs", guest("hello")));
    auto const began = entries(seen.records, SYS_execve);
    auto const ended = calls(seen.records, SYS_execve);
    REQUIRE(began.size() == 2);
    REQUIRE(ended.size() == 2);
    CHECK(began[1].thread != leader(seen.root));
    CHECK(ended[1].thread == leader(seen.root));
    CHECK(ended[1].what.outcome.value == 0);
}

LIVE_TEST("the end of a process is recorded once after a thread that is not the leader has called execve", "[exec][threads]")
{
    auto const seen = co_await trace_of(program("thread_execs", guest("exits"), "19"));
    auto const ends = all<thread_exited>(seen.records);
    CHECK(std::ranges::count_if(ends, [&](auto const& each) { return each.thread == leader(seen.root); }) == 1);
    CHECK(seen.end.status == 19);
}

LIVE_TEST("when several threads call execve at once, tracing continues with the thread whose execve succeeds", "[exec][threads]")
{
    for (int i = 0; i < 20; ++i) {
        auto const seen = co_await trace_of(program("threads_race_to_exec", guest("exits"), "21"));
        CHECK(seen.end.status == 21);
        CHECK(count<image_replaced>(seen.records) == 2);
        CHECK(count<trace_failed>(seen.records) == 0);
    }
}

LIVE_TEST("after the leader of a process has exited, the process is traced through the exec of another of its threads",
          "[exec][threads]")
{
    auto const seen = co_await trace_of(program("leader_gone_exec", guest("exits"), "22"));
    CHECK(seen.end.status == 22);
    CHECK(count<image_replaced>(seen.records) == 2);
    CHECK(count<trace_failed>(seen.records) == 0);
}

LIVE_TEST("a program with several threads that executes itself again and again is traced through every exec", "[exec][threads]")
{
    session_options options;
    options.filter = filter{"none"};
    auto const seen = co_await trace_of(program("execs_again", "50"), options);
    CHECK(count<image_replaced>(seen.records) == 51);
    CHECK(seen.output == "done\n");
}

LIVE_TEST("calls are recorded as 32-bit after a 64-bit program has executed a 32-bit one", "[exec][abi]")
{
    if (lacks_32_bit_guests())
        co_return;
    auto const seen = co_await trace_of(program("execs", guest("hello_32")));
    auto const made = all<syscall_exited>(seen.records);
    REQUIRE(!made.empty());
    CHECK(made.front().what.call->arch == cotrace::uapi::arch::x86_64);
    CHECK(made.back().what.call->arch == cotrace::uapi::arch::i386);
    CHECK(seen.output == "hello\n");
}

LIVE_TEST("the execve of a 32-bit program by a 64-bit program is recorded as one successful call", "[exec][abi]")
{
    if (lacks_32_bit_guests())
        co_return;
    auto const seen = co_await trace_of(program("execs", guest("hello_32")));
    auto const execs = calls(seen.records, SYS_execve);
    // The number 59 is execve(2) on x86-64 and oldolduname(2) on i386. Neither guest calls oldolduname(2).
    REQUIRE(execs.size() == 2);
    CHECK(execs[1].what.outcome.value == 0);
    CHECK(execs[1].what.call->arch == cotrace::uapi::arch::x86_64);
}

TEST_CASE("a set-user-ID program gets the rights of its owner when the tracer is root", "[exec]")
{
    if (lacks_root("to make a set-uid program"))
        return;
    temporary_folder const folder;
    ::chmod(folder.path().c_str(), 0755);
    auto const privileged = folder.file("says_ids");
    std::filesystem::copy_file(guest("says_ids"), privileged);
    std::filesystem::copy_file(guest("execs"), folder.file("execs"));
    ::chmod(privileged.c_str(), 04755);
    for (auto const where : {kernel_filter::automatic, kernel_filter::off})
        run_for(live_limit, [&]() -> task<void> {
            auto what = command_of(folder.file("execs"), privileged);
            what.user = 65534;
            what.group = 65534;
            session_options options;
            options.filter = filter{"openat"};
            options.in_kernel = where;
            auto const seen = co_await trace_of(what, options);
            CHECK(seen.output == "uid 65534 0 gid 65534 65534 supplementary 0\n");
        });
}

}   // namespace exec_tests
