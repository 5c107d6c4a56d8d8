// SPDX-License-Identifier: BSL-1.0
// Interceptors in sessions by notification (seccomp's user notification).
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/never_returning.hpp"
#include "support/notification.hpp"
#include "support/ready_guests.hpp"

#include <stdexcept>

namespace notify_intercept_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

LIVE_TEST("with notification, a call can be made to fail, or to return a value, without running", "[notify][intercept]")
{
    auto const failed = co_await trace_of(program("hello"), by_notification(at_entry(SYS_write, fail_with{ENOSPC})));
    CHECK(failed.output.empty());
    CHECK(failed.end.status == 1);
    CHECK(entries(failed.records, SYS_write).size() == 1);
    auto const replaced = co_await trace_of(program("asks_parent"), by_notification(at_entry(SYS_getppid, return_value{4711})));
    CHECK(replaced.output == "getppid 4711 errno 0\n");
    auto const proceeded = co_await trace_of(program("hello"), by_notification(at_entry(SYS_write, proceed{}), "write"));
    CHECK(proceeded.output == "hello\n");
}

LIVE_TEST("with notification, the first interceptor whose verdict is not `proceed` decides", "[notify][intercept]")
{
    auto options = by_notification("getppid");
    options.interceptors.push_back(at_entry(SYS_getppid, proceed{}));
    options.interceptors.push_back(at_entry(SYS_getppid, return_value{1111}));
    options.interceptors.push_back(at_entry(SYS_getppid, return_value{2222}));
    auto const seen = co_await trace_of(program("asks_parent"), options);
    CHECK(seen.output == "getppid 1111 errno 0\n");
}

LIVE_TEST("with notification, an interceptor can read and write the memory of the traced process", "[notify][intercept][memory]")
{
    auto shout = std::make_shared<scripted>(SYS_write);
    shout->entry = [](intercepted at, syscall_call const& call) -> task<verdict> {
        auto const text = at.subject.read_string(remote_address{call.args[1]}, call.args[2]);
        if (text && text.value() == "hello\n")
            CHECK(at.subject.write(remote_address{call.args[1]}, 'J'));   // this overwrites a constant in read-only memory
        co_return proceed{};
    };
    auto const seen = co_await trace_of(program("hello"), by_notification(shout, "write"));
    CHECK(seen.output == "Jello\n");
}

TEST_CASE("with notification, a verdict that would change the call is an error, and the call does not run", "[notify][intercept]")
{
    for (auto const& wanted : {verdict{change_arguments{}}, verdict{run_instead{SYS_getpid, 6}}})
        run_for(live_limit, [&]() -> task<void> {
            auto const seen = co_await trace_of(program("hello"), by_notification(at_entry(SYS_write, wanted), "write"));
            CHECK(seen.output.empty());
            CHECK(seen.end.status == 1);
            auto const failed = all<trace_failed>(seen.records);
            REQUIRE(failed.size() == 1);
            CHECK(failed[0].what.what.code == errc::not_by_notification);
            CHECK(failed[0].thread == leader(seen.root));
        });
}

LIVE_TEST("with notification, an interceptor may send the thread a signal and report a failure", "[notify][intercept][signals]")
{
    tracer by{co_await asio::this_coro::executor};
    conversation talk{co_await asio::this_coro::executor};
    int asked = 0;
    auto signals = std::make_shared<scripted>(SYS_getppid);
    signals->entry = [&](intercepted at, syscall_call const&) -> task<verdict> {
        if (++asked == 100) {
            at.also->signal = signo{SIGUSR1};
            at.also->failed = make_error_code(errc::tracee_died);
        }
        co_return proceed{};
    };
    auto target = co_await launched(by, program("calls_busily"), talk, by_notification(signals, "getppid"));
    auto const said = co_await talk.rest();
    CHECK(said == "ready\nwrong 0\n");   // the signal did not interrupt the call
    auto const records = co_await drain(target);
    CHECK(asked == 100);
    auto const failed = all<trace_failed>(records);
    REQUIRE(failed.size() == 1);
    CHECK(failed[0].what.what.code == errc::tracee_died);
}

TEST_CASE("with notification, an exception of an interceptor is recorded as a failure, and the call runs", "[notify][intercept]")
{
    for (auto const* const what : {"broken on purpose", "an exception of no known type"})
        run_for(live_limit, [&]() -> task<void> {
            auto broken = std::make_shared<scripted>(SYS_write);
            broken->entry = [&](intercepted, syscall_call const&) -> task<verdict> {
                if (*what == 'a')
                    throw 4711;
                throw std::runtime_error{what};
                co_return proceed{};
            };
            auto const seen = co_await trace_of(program("hello"), by_notification(broken, "write"));
            CHECK(seen.output == "hello\n");
            auto const failed = all<trace_failed>(seen.records);
            REQUIRE(failed.size() == 1);
            CHECK(failed[0].what.what.code == errc::interceptor_failed);
            CHECK(failed[0].what.what.operation == what);
        });
}

LIVE_TEST("with notification, an interceptor that waits delays only the thread that made the call", "[notify][intercept]")
{
    auto wait = std::make_shared<scripted>(SYS_getppid);
    asio::steady_timer gate{co_await asio::this_coro::executor, asio::steady_timer::time_point::max()};
    bool asked = false;
    wait->entry = [&](intercepted, syscall_call const&) -> task<verdict> {
        asked = true;
        co_await gate.async_wait(use_tuple);
        co_return proceed{};
    };
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await launched(by, program("two_threads_call"), by_notification(wait, "getppid,getuid"));
    co_await until([&] { return asked; });
    std::size_t others = 0;
    while (others < 100) {   // until the other thread has made all its calls
        std::vector<record> some;
        auto const got = co_await target.async_read(some);
        REQUIRE(got != 0);
        others += entries(some, SYS_getuid).size();
    }
    gate.cancel();
    (void)co_await drain(target);
    auto const end = co_await target.async_wait();
    CHECK(end.status == 0);
}

LIVE_TEST("with notification, a signal does not interrupt a call that waits for its interceptor", "[notify][intercept][signals]")
{
    tracer by{co_await asio::this_coro::executor};
    conversation talk{co_await asio::this_coro::executor};
    int asked = 0;
    auto wait = std::make_shared<scripted>(SYS_getppid);
    wait->entry = [&](intercepted at, syscall_call const&) -> task<verdict> {
        if (++asked == 100) {
            must(::kill(raw(at.thread), SIGUSR1));
            co_await until([&] { return proc_status(at.thread, "ShdPnd") != "0000000000000000"; });
        }
        co_return proceed{};
    };
    auto options = by_notification(wait, "getppid");
    options.records = false;
    // The guest counts wrong results. An interrupted getppid(2) would have a wrong result, because the guest's handler has no
    // SA_RESTART.
    auto target = co_await launched(by, program("calls_busily"), talk, options);
    co_await check_rest(talk, "ready\nwrong 0\n");
    (void)co_await drain(target);
    CHECK(asked == 100);
}

LIVE_TEST("with notification, the death of a thread cancels the interceptor of the thread's call", "[notify][intercept][exit]")
{
    never_returning hanging;
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await launched(by, program("asks_parent"), by_notification(hanging.about(SYS_getppid), "getppid"));
    co_await until([&] { return hanging.asked == 1; });
    must(::kill(raw(target.root()), SIGKILL));
    auto const records = co_await drain(target);
    co_await until([&] { return hanging.gone == 1; });
    auto const end = co_await target.async_wait();
    CHECK(end.killed);
    CHECK(count<trace_failed>(records) == 0);
}

LIVE_TEST("with notification, the death of a child cancels the interceptor of the child's call while other processes live",
          "[notify][intercept][exit]")
{
    never_returning hanging{.only = "asks_parent"};   // a shell calls getppid(2), too
    tracer by{co_await asio::this_coro::executor};
    auto options = by_notification(hanging.about(SYS_getppid), "getppid");
    // The test kills the child of the shell. The shell then executes `sleeps`.
    auto target = co_await launched(
        by, command_of("/bin/sh", "-c", guest("asks_parent") + "; exec " + guest("sleeps") + " 3600000"), options);
    co_await until([&] { return hanging.asked == 1; });
    must(::kill(raw(hanging.last), SIGKILL));
    co_await until([&] { return hanging.gone == 1; });
    CHECK(lives(target.root()));
    CHECK(target.kill());
    (void)co_await drain(target);
}

}   // namespace notify_intercept_tests
