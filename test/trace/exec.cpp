// SPDX-License-Identifier: BSL-1.0
// Exec: by the leader and by other threads, to another interface, to another user.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/needs_root.hpp"
#include "support/normalise.hpp"
#include "support/run_for.hpp"
#include "support/temporary_folder.hpp"

#include <cstdlib>

#include <sys/stat.h>

namespace exec_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

constexpr auto limit = 60s;

struct seen_image {
    tid thread{};
    tid former{};
};

/// What must hold after a thread that is not the leader has executed another program.
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
    // The thread's old id is nobody's from here on, so nothing may end under it.
    CHECK(!end_of(seen.records, replaced[0].former).has_value());
    CHECK(count<trace_failed>(seen.records) == 0);
}

} // namespace

TEST_CASE("an exec by the only thread keeps its id", "[exec]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("execs", guest("exits"), "8"));
        auto const replaced = all<image_replaced>(seen.records);
        REQUIRE(replaced.size() == 2);   // the launch's own, and this one
        CHECK(replaced[1].thread == leader(seen.root));
        CHECK(replaced[1].what.former == leader(seen.root));
        CHECK(seen.end.status == 8);
    });
}

TEST_CASE("the exit of an execve that succeeds is recorded, with 0", "[exec]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("execs", guest("exits"), "8"));
        auto const execs = calls(seen.records, SYS_execve);
        REQUIRE(execs.size() == 2);
        CHECK(execs[1].what.outcome.value == 0);
        CHECK(!execs[1].what.outcome.failed);
    });
}

TEST_CASE("an exec that fails is a failed call and replaces nothing", "[exec]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("exec_fails"));
        auto const execs = calls(seen.records, SYS_execve);
        REQUIRE(execs.size() == 4);
        CHECK(execs[1].what.outcome.error() == ENOENT);
        CHECK(execs[2].what.outcome.error() == EACCES);
        CHECK(execs[3].what.outcome.error() == EFAULT);
        CHECK(count<image_replaced>(seen.records) == 1);
    });
}

TEST_CASE("execveat replaces the program as execve does", "[exec]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("execs_by_descriptor", guest("exits"), "8"));
        CHECK(count<image_replaced>(seen.records) == 2);
        CHECK(seen.end.status == 8);
    });
}

TEST_CASE("a thread that executes takes over its process's id, and the leader's end is that it was superseded", "[exec][threads]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("thread_execs", guest("hello")));
        check_taken_over(seen);
        CHECK(seen.output == "hello\n");
    });
}

TEST_CASE("the execve of a thread that takes over ends under the process's id", "[exec][threads]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("thread_execs", guest("hello")));
        auto const began = entries(seen.records, SYS_execve);
        auto const ended = calls(seen.records, SYS_execve);
        REQUIRE(began.size() == 2);
        REQUIRE(ended.size() == 2);
        CHECK(began[1].thread != leader(seen.root));
        CHECK(ended[1].thread == leader(seen.root));
        CHECK(ended[1].what.outcome.value == 0);
    });
}

TEST_CASE("the process ends once when a thread has taken it over", "[exec][threads]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("thread_execs", guest("exits"), "19"));
        auto const ends = all<thread_exited>(seen.records);
        CHECK(std::ranges::count_if(ends, [&](auto const& each) { return each.thread == leader(seen.root); }) == 1);
        CHECK(seen.end.status == 19);
    });
}

TEST_CASE("of several threads that execute at once the one that wins is followed", "[exec][threads]")
{
    run_for(limit, []() -> task<void> {
        for (int i = 0; i < 20; ++i) {
            auto const seen = co_await trace_of(program("threads_race_to_exec", guest("exits"), "21"));
            CHECK(seen.end.status == 21);
            CHECK(count<image_replaced>(seen.records) == 2);
            CHECK(count<trace_failed>(seen.records) == 0);
        }
    });
}

TEST_CASE("a leader that is a zombie comes back through another thread's exec", "[exec][threads]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("leader_gone_exec", guest("exits"), "22"));
        CHECK(seen.end.status == 22);
        CHECK(count<image_replaced>(seen.records) == 2);
        CHECK(count<trace_failed>(seen.records) == 0);
    });
}

TEST_CASE("a program that executes itself with threads about is followed through every turn", "[exec][threads]")
{
    run_for(limit, []() -> task<void> {
        session_options options;
        options.filter = filter{"none"};
        auto const seen = co_await trace_of(program("execs_again", "50"), options);
        CHECK(count<image_replaced>(seen.records) == 51);
        CHECK(seen.output == "done\n");
    });
}

TEST_CASE("calls of a 32-bit program are told as such after a 64-bit one has executed it", "[exec][abi]")
{
    if (!has_guest("hello_32")) {
        WARN("not checked: no 32-bit guests on this machine");
        return;
    }
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("execs", guest("hello_32")));
        auto const made = all<syscall_exited>(seen.records);
        REQUIRE(!made.empty());
        CHECK(made.front().what.call->arch == cotrace::abi::arch::x86_64);
        CHECK(made.back().what.call->arch == cotrace::abi::arch::i386);
        CHECK(seen.output == "hello\n");
    });
}

TEST_CASE("the execve that changes the interface is one call, and succeeds", "[exec][abi]")
{
    if (!has_guest("hello_32")) {
        WARN("not checked: no 32-bit guests on this machine");
        return;
    }
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("execs", guest("hello_32")));
        auto const execs = calls(seen.records, SYS_execve);
        // Number 59 is oldolduname in the other interface, which nobody calls.
        REQUIRE(execs.size() == 2);
        CHECK(execs[1].what.outcome.value == 0);
        CHECK(execs[1].what.call->arch == cotrace::abi::arch::x86_64);
    });
}

TEST_CASE("a set-uid program gets its rights when the tracer is root", "[exec]")
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
        run_for(limit, [&]() -> task<void> {
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

} // namespace exec_tests
