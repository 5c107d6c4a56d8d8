// SPDX-License-Identifier: BSL-1.0
// Sessions by notification (tracing::notification, seccomp's user notification): they record the same entries of calls
// as sessions by ptrace(2).
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/needs_root.hpp"
#include "support/normalise.hpp"
#include "support/notification.hpp"
#include "support/ready_guests.hpp"

#include <cotrace/render/text.hpp>

#include <map>

#include <sys/personality.h>

namespace notify_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

/// The call entries of each thread, as texts with instruction pointers. The threads are in the order of their first entries.
std::vector<std::vector<std::string>> entries_of(trace const& from)
{
    std::vector<std::vector<std::string>> all;
    std::map<tid, std::size_t> where;
    for (auto const& each : from.records) {
        auto const* const entered = std::get_if<syscall_entered>(&each.what);
        if (!entered)
            continue;
        auto const [at, is_new] = where.try_emplace(each.thread, all.size());
        if (is_new)
            all.emplace_back();
        all[at->second].push_back(render::text(each) + " at " + std::to_string(entered->call->ip));
    }
    return all;
}

/// Checks that sessions by notification and by ptrace(2) with the filter `which` record the same entries, in any order of the
/// threads.
void compare(command const& subject, char const* which = nullptr)
{
    // Without address space randomization the addresses in the entries are the same in both runs.
    auto const before = must(::personality(0xffffffff));
    must(::personality(static_cast<unsigned long>(before) | ADDR_NO_RANDOMIZE));
    run_for(live_limit, [&]() -> task<void> {
        session_options stopped;
        if (which != nullptr)
            stopped.filter = filter{which};
        auto const here = co_await trace_of(subject, stopped);
        auto const there = co_await trace_of(subject, by_notification(which));
        CAPTURE(subject.argv);
        auto expected = entries_of(here), got = entries_of(there);
        std::ranges::sort(expected);
        std::ranges::sort(got);
        CHECK(got == expected);
        CHECK(there.output == here.output);
        CHECK(wait_status(there.end) == wait_status(here.end));
        CHECK(count<syscall_exited>(there.records) == 0);
        CHECK(count<trace_failed>(there.records) == 0);
    });
    must(::personality(static_cast<unsigned long>(before)));
}

}   // namespace

TEST_CASE("a session by notification records the same entries as a session by ptrace", "[notify]")
{
    compare(program("hello"));
    compare(program("two_threads_call"), "getppid,getuid,write,execve");
    compare(program("opens_file", "/etc/passwd", "2"));
    compare(program("execs", guest("execs"), guest("exits"), "8"));
    compare(program("exec_fails"));
    compare(command_of("/bin/sh", "-c", "echo one; exec /bin/echo two"), "%file,write,execve,mmap,brk");
}

TEST_CASE("a session by notification records the same entries of 32-bit programs as a session by ptrace", "[notify]")
{
    if (has_guest("hello_32"))
        compare(program("hello_32"));
    if (has_guest("forks_32"))
        compare(program("forks_32"), "write,fork,clone,exit_group");
    compare(program("calls_by_int80"));
}

TEST_CASE("threads and children of a process traced by notification are followed", "[notify][follow]")
{
    for (auto const& subject : {program("forks"), program("vforks"), program("threads"), program("clones_three"),
                                program("vforks_and_execs", guest("hello")), program("clones_untraced")}) {
        run_for(live_limit, [&]() -> task<void> {
            CAPTURE(subject.argv);
            auto const here = co_await trace_of(subject);
            auto const there = co_await trace_of(subject, by_notification("write,execve,exit_group"));
            CHECK(there.output == here.output);
            for (auto const number : {SYS_write, SYS_execve, SYS_exit_group})
                CHECK(entries(there.records, number).size() >= entries(here.records, number).size());
            CHECK(wait_status(there.end) == wait_status(here.end));
        });
    }
}

LIVE_TEST("in a process traced by notification, a thread that is not the leader can execute a program", "[notify][exec]")
{
    auto const seen = co_await trace_of(program("thread_execs", guest("hello")), by_notification("execve,write"));
    CHECK(seen.output == "hello\n");
    auto const execs = entries(seen.records, SYS_execve);
    REQUIRE(execs.size() == 2);
    CHECK(execs[0].thread == leader(seen.root));
    CHECK(execs[1].thread != leader(seen.root));
    CHECK(entries(seen.records, SYS_write).at(0).thread == leader(seen.root));
}

LIVE_TEST("the records of a session by notification begin with the start of the root process and finish with its end", "[notify]")
{
    auto const seen = co_await trace_of(program("exits", "7"), by_notification("execve"));
    std::vector<std::string> const expected{"1 started (launched)", "1 enters execve", "1 exits with 7"};
    CHECK(story(seen.records, {{SYS_execve, "execve"}}) == expected);
    CHECK(seen.end.status == 7);
    CHECK(seen.stats.threads == 0);
    CHECK(seen.stats.records == 3);
    CHECK(seen.stats.bytes >= 3 * sizeof(record));
    CHECK(seen.stats.stops > 0);
    CHECK(seen.stats.stopped > 0ns);

    auto const killed = co_await trace_of(program("dies_by", "15"), by_notification("none"));
    CHECK(killed.end.killed);
    CHECK(killed.end.status == SIGTERM);
    CHECK(story(killed.records).back() == "1 is killed by SIGTERM");
}

LIVE_TEST("a session by notification lasts until its last process ends, and records the root's end at once", "[notify]")
{
    auto const before = children();
    tracer by{co_await asio::this_coro::executor};
    conversation talk{co_await asio::this_coro::executor};
    auto target = co_await launched(by, program("orphans"), talk, by_notification("read,write"));
    auto const line1 = co_await talk.line();
    CHECK(line1 == "the first ends");
    auto const head =
        co_await read_until(target, [](record const& each) { return std::holds_alternative<thread_exited>(each.what); });
    CHECK(end_of(head, leader(target.root())).has_value());
    CHECK_FALSE(exists(target.root()));
    talk.close_input();
    co_await check_rest(talk, "the orphan ends\n");
    auto const tail = co_await drain(target);
    CHECK_FALSE(entries(tail, SYS_write).empty());
    CHECK(children() == before);
}

LIVE_TEST("a program traced by notification has only the descriptors that a program traced by ptrace has", "[notify]")
{
    auto const here = co_await trace_of(program("says_descriptors"));
    auto const there = co_await trace_of(program("says_descriptors"), by_notification());
    CHECK(there.output == here.output);
}

LIVE_TEST("a process traced by notification has no ptrace tracer", "[notify]")
{
    auto const seen = co_await trace_of(command_of("/bin/grep", "TracerPid", "/proc/self/status"), by_notification("%file"));
    CHECK(seen.output == "TracerPid:\t0\n");
}

LIVE_TEST("a process traced by notification can be traced by ptrace at the same time", "[notify][nested]")
{
    tracer by{co_await asio::this_coro::executor};
    conversation talk{co_await asio::this_coro::executor};
    auto options = by_notification("getppid");
    options.when_full = overflow::drop;
    options.depth = 64;
    auto target = co_await launched(by, program("calls_busily"), talk, options);
    auto const line3 = co_await talk.line();
    CHECK(line3 == "ready");
    auto second = co_await by.async_attach(target.root());
    std::size_t exits = 0;
    while (exits < 1000) {
        std::vector<record> some;
        if (co_await second.async_read(some) == 0)
            break;
        exits += calls(some, SYS_getppid).size();
    }
    CHECK(exits >= 1000);
    auto const stops = target.stats().stops;
    CHECK(stops >= 1000);
    CHECK(second.detach());
    (void)co_await drain(second);
    must(::kill(raw(target.root()), SIGUSR1));
    auto const said = co_await talk.rest();
    // The signal may have interrupted a call before the tracer received the notification of the call, see
    // `tracing::notification`.
    CHECK((said == "wrong 0\n" || said == "wrong 1\n"));
    (void)co_await drain(target);
}

LIVE_TEST("a process traced by notification can debug its child", "[notify][nested]")
{
    auto const here = untraced(program("debugs_child"));
    auto const there = co_await trace_of(program("debugs_child"), by_notification("write,ptrace,wait4"));
    CHECK(there.output == here.output);
}

LIVE_TEST("a session by notification does not record a call that the program's own seccomp filter denies", "[notify][seccomp]")
{
    auto const seen = co_await trace_of(program("filters_calls", "errno"), by_notification("getppid"));
    CHECK(seen.output == "returned -1 errno 18\n");
    CHECK(entries(seen.records, SYS_getppid).empty());
}

TEST_CASE("a process traced by notification gets signals as without a tracer", "[notify][signals]")
{
    for (auto const& subject : {program("signals_itself"), program("interrupts_sleep"), program("restarts_sleep"),
                                program("stops_child", "19"), program("queues_realtime")}) {
        run_for(live_limit, [&]() -> task<void> {
            CAPTURE(subject.argv);
            auto const here = untraced(subject);
            auto const there = co_await trace_of(subject, by_notification());
            CHECK(there.output == here.output);
            CHECK(wait_status(there.end) == here.status);
        });
    }
}

LIVE_TEST("the filter of a session by notification can be narrowed, and widened up to the filter of the launch",
          "[notify][filter]")
{
    tracer by{co_await asio::this_coro::executor};
    conversation talk{co_await asio::this_coro::executor};
    auto target = co_await launched(by, program("calls_then_opens"), talk, by_notification("openat,close"));
    CHECK(target.set_filter(filter{"close"}));
    auto const refused = target.set_filter(filter{"openat,read"});
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == errc::filter_too_wide);
    talk.close_input();
    auto const records = co_await drain(target);
    CHECK(entries(records, SYS_close).size() >= 3);
    auto const opened = entries(records, SYS_openat);
    CHECK(std::ranges::none_of(opened, [](auto const& each) {
        auto const path = each.what.call->argument("pathname");
        return path && path->target() && path->target()->text() == "/dev/null";
    }));
}

LIVE_TEST("calls that the filter of a session by notification does not select do not wait for the tracer", "[notify]")
{
    auto const seen = co_await trace_of(program("calls_then_opens"), by_notification("openat"));
    CHECK(seen.stats.stops < 200);   // the guest makes 15,000 calls
    CHECK(seen.output == "the child exited 0\n");
}

TEST_CASE("notification works without privilege", "[notify]")
{
    if (lacks_root("to become another user"))
        return;
    auto const status = in_a_process([] {
        if (!become_another_user())
            return 97;
        std::size_t told_of = 0;
        std::string output;
        run_for(live_limit, [&]() -> task<void> {
            auto const seen = co_await trace_of(program("hello"), by_notification("write"));
            output = seen.output;
            for (auto const& each : entries(seen.records, SYS_write))
                told_of += render::text({each.thread, {}, each.what}).starts_with("write(1, \"hello\\n\", 6");
        });
        return output == "hello\n" && told_of == 1 ? 0 : 1;
    });
    CHECK(status == 0);
}

LIVE_TEST("a program launched by notification runs as the given user", "[notify][launch]")
{
    if (lacks_root("to become another user"))
        co_return;
    auto what = program("says_ids");
    what.user = 12345;
    what.group = 23456;
    auto const here = co_await trace_of(what);
    auto const there = co_await trace_of(what, by_notification());
    CHECK(there.output == here.output);
}

LIVE_TEST("sessions by notification and sessions by ptrace run at the same time", "[notify][sessions]")
{
    tracer by{co_await asio::this_coro::executor};
    auto first = co_await launched(by, program("calls_then_opens"), by_notification("getppid"));
    session_options stopped;
    stopped.filter = filter{"getppid"};
    auto second = co_await launched(by, program("calls_then_opens"), stopped);
    auto third = co_await launched(by, program("calls_then_opens"), by_notification("getppid"));
    std::vector<record> one, two, three;
    bool more = true;
    while (more) {
        std::size_t got = co_await first.async_read(one);
        got += co_await second.async_read(two);
        got += co_await third.async_read(three);
        more = got != 0;
    }
    CHECK(entries(one, SYS_getppid).size() == 15000);
    CHECK(entries(two, SYS_getppid).size() == 15000);
    CHECK(entries(three, SYS_getppid).size() == 15000);
}

LIVE_TEST("calls of a process that was idle are recorded by notification while another process is busy", "[notify][sessions]")
{
    tracer by{co_await asio::this_coro::executor};
    conversation talk{co_await asio::this_coro::executor};
    auto what = program("calls_then_opens");
    what.redirects = talk.redirects();
    auto resting = co_await by.async_launch(what, by_notification("getppid"));
    auto options = by_notification("getppid");
    options.when_full = overflow::drop;
    options.depth = 10;
    auto busy = co_await launched(by, program("calls_busily"), options);
    co_await until([&] { return busy.stats().stops > 10000; });
    talk.close_input();
    auto const records = co_await drain(resting);
    CHECK(entries(records, SYS_getppid).size() == 15000);
}

}   // namespace notify_tests
