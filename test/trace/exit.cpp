// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/normalise.hpp"
#include "support/ready_guests.hpp"
#include "support/temporary_folder.hpp"

#include <cstdlib>
#include <map>

#include <sys/stat.h>

namespace exit_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

/// Launches a guest with a queue of one record, and waits until the guest is held because the queue is full.
task<session> launched_with_full_queue(tracer& by, command what)
{
    session_options options;
    options.depth = 1;
    auto target = co_await by.async_launch(quiet(std::move(what)), options);
    auto const root = leader(target.root());
    co_await until([&] { return state_of(root) == 't' && target.stats().records >= 1; });
    co_return target;
}

}   // namespace

LIVE_TEST("an exit status is recorded", "[exit][section1]")
{
    for (int status : {0, 1, 42, 255}) {
        auto const seen = co_await trace_of(program("exits", std::to_string(status)));
        CHECK(seen.end.status == status);
        CHECK(!seen.end.killed);
        CHECK(seen.end.known);
    }
}

LIVE_TEST("a death by a signal is recorded with the signal", "[exit]")
{
    for (int sig : {SIGHUP, SIGINT, SIGTERM, SIGKILL, SIGABRT, SIGSEGV, SIGTRAP, SIGALRM, 34, 64}) {
        auto const seen = co_await trace_of(program("dies_by", std::to_string(sig)));
        CHECK(seen.end.killed);
        CHECK(seen.end.status == sig);
        CHECK(!seen.end.dumped);
    }
}

LIVE_TEST("a core dump is recorded if the untraced program dumps core too, and only then", "[exit]")
{
    temporary_folder const folder;
    auto const expected = untraced(program("dumps_core", folder.path()));
    auto const seen = co_await trace_of(program("dumps_core", folder.path()));
    CHECK(seen.end.killed);
    CHECK(seen.end.status == SIGSEGV);
    CHECK(seen.end.dumped == static_cast<bool>(WCOREDUMP(expected.status)));
}

LIVE_TEST("the end of every thread is recorded once", "[exit][threads]")
{
    auto const seen = co_await trace_of(program("threads_many", "20"));
    std::map<tid, int> ends;
    for (auto const& each : all<thread_exited>(seen.records))
        ++ends[each.thread];
    CHECK(ends.size() == 21);
    CHECK(std::ranges::all_of(ends, [](auto const& each) { return each.second == 1; }));
}

LIVE_TEST("the end of a thread is the last record of the thread", "[exit][threads]")
{
    auto const seen = co_await trace_of(program("threads_many", "20"));
    std::map<tid, bool> over;
    for (auto const& each : seen.records) {
        CHECK(!over[each.thread]);
        over[each.thread] = std::holds_alternative<thread_exited>(each.what);
    }
}

LIVE_TEST("the exit of a leader before its other threads is not the end of the process", "[exit][threads]")
{
    auto [by, talk, target] = co_await ready_launched(program("leader_exits_first"));
    co_await until([&] { return state_of(leader(target.root())) == 'Z'; });
    talk.close_input();
    auto const seen = co_await drain(target);
    co_await check_rest(talk, "the thread ends\n");
    CHECK(all<thread_exited>(seen).size() == 2);
    auto const end = co_await target.async_wait();
    CHECK(end.status == 6);
}

LIVE_TEST("when one thread ends its process, the end of each other thread is recorded", "[exit][threads]")
{
    auto const seen = co_await trace_of(program("thread_ends_group"));
    CHECK(all<thread_exited>(seen.records).size() == 4);
    CHECK(seen.end.status == 13);
}

LIVE_TEST("a fatal fault of one thread is recorded as the death of all threads of its process", "[exit][threads]")
{
    auto const seen = co_await trace_of(program("thread_dies"));
    CHECK(all<thread_exited>(seen.records).size() == 2);
    CHECK(seen.end.killed);
    CHECK(seen.end.status == SIGSEGV);
}

LIVE_TEST("a call that never returns has an entry and no exit", "[exit]")
{
    auto const seen = co_await trace_of(program("nothing"));
    CHECK(entries(seen.records, SYS_exit_group).size() == 1);
    CHECK(calls(seen.records, SYS_exit_group).empty());
}

LIVE_TEST("a session ends when its process is killed while a full record queue holds the process", "[exit][sessions]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await launched_with_full_queue(by, program("threads_wait"));
    must(::kill(raw(target.root()), SIGKILL));
    co_await drain(target);
    auto const end = co_await target.async_wait();
    CHECK(end.killed);
    CHECK(end.status == SIGKILL);
}

LIVE_TEST("a session ends when its process is killed in a group-stop", "[exit][signals]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await by.async_launch(quiet(program("stops_itself")));
    auto const before =
        co_await read_until(target, [](record const& each) { return std::holds_alternative<group_stopped>(each.what); });
    CHECK(count<group_stopped>(before) == 1);
    must(::kill(raw(target.root()), SIGKILL));
    auto const seen = co_await drain(target);
    CHECK(end_of(seen, leader(target.root()))->status == SIGKILL);
}

LIVE_TEST("the end of every thread is recorded when a process of many threads is killed from outside", "[exit][threads]")
{
    auto [by, talk, target] = co_await ready_launched(program("threads_wait", "50"));
    must(::kill(raw(target.root()), SIGKILL));
    auto const seen = co_await drain(target);
    auto const ends = all<thread_exited>(seen);
    CHECK(ends.size() == 51);
    CHECK(std::ranges::all_of(ends, [](auto const& each) { return each.what.killed && each.what.status == SIGKILL; }));
}

LIVE_TEST("async_wait returns the end of the launched process also after all records were read", "[exit][sessions]")
{
    auto const seen = co_await trace_of(program("dies_by", "15"));
    CHECK(seen.end.killed);
    CHECK(seen.end.status == SIGTERM);
}

}   // namespace exit_tests
