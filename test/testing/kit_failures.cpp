// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"
#include "support/guests.hpp"

#include "testing/failure_of.hpp"

#include <cotrace/testing.hpp>

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <unistd.h>

namespace kit_failures_tests {

using namespace cotrace;
using namespace cotrace::testing;
using namespace std::chrono_literals;
using cotrace::test::failure_of;
using cotrace::test::most;
using cotrace::test::program;

namespace {

/// The last lines of a message about a subject that calls getppid(2) and is blocked in pause(2).
std::string pausing(std::string const& where = {})
{
    return "all records" + where + ":\n    #1 getppid() = " + std::to_string(::getpid()) + "\ncalls in progress" + where
           + ":\n    pause( <unfinished ...>\n";
}

}   // namespace

TEST_CASE("a wait that takes too long shows the last calls, and the call that the subject is blocked in", "[testing]")
{
    within(most, []() -> task<void> {
        auto app = co_await launch([] {
            ::getppid();
            ::pause();
        });
        (void)co_await app.next(entered(call("pause")), most);
        auto const said = co_await failure_of(app.next(call("connect"), 50ms));
        CHECK(said == "expected within 0.05 s: connect\nnot found\n" + pausing());
        auto const nearly = co_await failure_of(app.next(call("getppid").fails(), 50ms));
        // No nearest call is shown, because getppid(2) was called before the wait began.
        CHECK(nearly == "expected within 0.05 s: getppid fails\nnot found\n" + pausing());
        auto const unended = co_await failure_of(app.finish(50ms));
        CHECK(unended == "expected within 0.05 s: the end of the subject\n" + pausing());
    });
}

TEST_CASE("a wait that takes too long shows similar calls and the last calls", "[testing]")
{
    within(most, []() -> task<void> {
        auto app = co_await launch([] {
            for (int fd = -1; fd > -8; --fd)
                ::close(fd);
            ::pause();
        });
        std::string said;
        do   // the subject may need longer to reach pause(2)
            said = co_await failure_of(app.next(call("close").succeeds(), 50ms));
        while (said.find("pause") == said.npos);
        auto const closed = [](int number) {
            return "    #" + std::to_string(number) + " close(" + std::to_string(-number)
                   + ") = -1 EBADF (Bad file descriptor)\n";
        };
        std::string const missed = "        is not: succeeds\n";
        CHECK(said
              == "expected within 0.05 s: close succeeds\nnot found\nnearest:\n" + closed(5) + missed + closed(6) + missed
                     + closed(7) + missed + "the last of 7 records:\n" + closed(3) + closed(4) + closed(5) + closed(6) + closed(7)
                     + "calls in progress:\n    pause( <unfinished ...>\n");
    });
}

TEST_CASE("a test that exceeds its time limit shows what its subjects did last", "[testing]")
{
    std::string said;
    bool reached = false;
    for (auto limit = 200ms; !reached; limit *= 2) {   // the subject may need longer to reach pause(2)
        try {
            within(limit, [&]() -> task<void> {
                auto app = co_await launch([] {
                    ::getppid();
                    ::pause();
                });
                (void)co_await app.next(entered(call("pause")), most);
                reached = true;
                (void)co_await app.next(call("connect"), most);
            });
        } catch (test_failed const& failed) {
            said = failed.text();
        }
    }
    CHECK(said.substr(said.find('\n') + 1) == pausing(" of a function in a child"));
}

TEST_CASE("a wait fails at once if the records cannot be read", "[testing]")
{
    sync_subject app{program("sleeps", "600000")};
    std::string said;
    std::thread{[&] {
        try {
            (void)app.finish(most);
        } catch (test_failed const& failed) {
            said = failed.text();
        }
    }}.join();
    CHECK(said.starts_with("cannot read the records of the subject: the tracer was used on"));
}

namespace {

task<void> wait_long()
{
    asio::steady_timer timer{co_await asio::this_coro::executor, 10min};
    co_await timer.async_wait(asio::use_awaitable);
}

}   // namespace

TEST_CASE("a failure names the line of the call that failed", "[testing]")
{
    unsigned line = 0;
    auto const failing = [&](auto&& call) {
        try {
            call();
        } catch (test_failed const& failed) {
            CHECK(std::string{failed.where().file_name()} == __FILE__);
            return failed.where().line() == line;
        }
        return false;
    };
    command const none{"/no/such/program"};
    CHECK(failing([&] { line = __LINE__, trace(none); }));
    CHECK(failing([&] { line = __LINE__, sync_subject{none}; }));
    CHECK(failing([&] { line = __LINE__, within(20ms, wait_long); }));
    sync_subject app{[] { ::pause(); }};
    CHECK(failing([&] { line = __LINE__, app.next(call("connect"), 10ms); }));
    CHECK(failing([&] { line = __LINE__, app.finish(10ms); }));
}

TEST_CASE("a failure in a coroutine names the line of the call that failed", "[testing]")
{
    within(most, []() -> task<void> {
        std::vector<unsigned> lines, named;
        auto app = co_await launch([] { ::pause(); });
        try {
            lines.push_back(__LINE__ + 1);
            (void)co_await app.next(call("connect"), 10ms);
        } catch (test_failed const& failed) {
            named.push_back(failed.where().line());
        }
        try {
            lines.push_back(__LINE__ + 1);
            (void)co_await app.finish(10ms);
        } catch (test_failed const& failed) {
            named.push_back(failed.where().line());
        }
        try {
            command const none{"/no/such/program"};
            lines.push_back(__LINE__ + 1);
            (void)co_await launch(none);
        } catch (test_failed const& failed) {
            named.push_back(failed.where().line());
        }
        CHECK(named == lines);
    });
}

}   // namespace kit_failures_tests
