// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/guests.hpp"

#include "testing/failure_of.hpp"

#include <cotrace/interceptors.hpp>
#include <cotrace/testing.hpp>
#include <cotrace/tracer.hpp>
#include <cotrace/tracer_pool.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/system_executor.hpp>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace testing_kit_tests {

using namespace cotrace;
using namespace cotrace::testing;
using namespace std::chrono_literals;
using namespace cotrace::asio::experimental::awaitable_operators;
using cotrace::test::failure_of;
using cotrace::test::most;
using cotrace::test::program;

namespace {

/// Calls `trace` with a long time limit, for slow machines.
template <class What>
finished traced(What what, subject_options options = {})
{
    options.limit = most;
    return trace(std::move(what), std::move(options));
}

pattern opens_passwd() { return call("openat").path(glob{"/etc/pass*"}).succeeds(); }

}   // namespace

TEST_CASE("next() waits for the next record that matches, and keeps the records before that record", "[testing]")
{
    within(most, []() -> task<void> {
        auto app = co_await launch(program("opens_file", "/etc/passwd", "2"));
        auto const first = co_await app.next(call("openat").path(glob{"/etc/pass*"}).succeeds(), most);
        CHECK(std::get<syscall_exited>(first.what).outcome.value >= 3);
        CHECK(app.so_far().count(call("execve").succeeds()) == 1);
        (void)co_await app.next(call("write").fd(1).argument("buf", "errno 0\n"), most);
        auto const second = co_await app.next(opens_passwd(), most);
        CHECK(second.at >= first.at);
        auto const last = co_await app.next(call("exit_group"), most);
        CHECK(std::holds_alternative<syscall_entered>(last.what));
        (void)co_await app.next(exits(0), most);
        auto const all = co_await app.finish(most);
        CHECK(all.output == "errno 0\nerrno 0\n");
        CHECK(all.end.status == 0);
        all.expect(exactly(2, opens_passwd()), ordered(opens_passwd(), call("close"), opens_passwd(), call("exit_group")),
                   never(call("%network")), exactly(1, call("exit_group")));
    });
}

TEST_CASE("the entry of a call that blocks can be awaited", "[testing]")
{
    within(most, []() -> task<void> {
        auto app = co_await launch([] {
            int ends[2];
            char byte = 0;
            return ::pipe(ends) == 0 && ::read(ends[0], &byte, 1) == 1 ? 0 : 1;
        });
        auto const entry = co_await app.next(entered(call("read")), most);
        CHECK(std::holds_alternative<syscall_entered>(entry.what));
        app.kill();
        auto const all = co_await app.finish(most);
        CHECK(all.end.killed);
        all.expect(exactly(1, killed_by(SIGKILL)), exactly(1, call("read")), never(call("read").succeeds()));
    });
}

TEST_CASE("a failed wait reports what was expected, the nearest call, and the subject's end", "[testing]")
{
    within(most, []() -> task<void> {
        auto app = co_await launch([] {
            std::fputs("no luck", stderr);
            (void)!::access("/etc/passwd", R_OK);
            (void)!::access("/etc/nothing", R_OK);
            return 4;
        });
        auto const said = co_await failure_of(app.next(call("access").path("/etc/nothing").succeeds(), most));
        CHECK(said
              == "expected within 60 s: access path \"/etc/nothing\" succeeds\n"
                 "not found before the subject ended: +++ exited with 4 +++\n"
                 "nearest:\n"
                 "    #2 access(\"/etc/passwd\", R_OK) = 0\n"
                 "        is not: path \"/etc/nothing\"\n"
                 "    #3 access(\"/etc/nothing\", R_OK) = -1 ENOENT (No such file or directory)\n"
                 "        is not: succeeds\n"
                 "all records:\n"
                 "    #1 write(2, \"no luck\", 7) = 7\n"
                 "    #2 access(\"/etc/passwd\", R_OK) = 0\n"
                 "    #3 access(\"/etc/nothing\", R_OK) = -1 ENOENT (No such file or directory)\n"
                 "    #4 exit_group(4) = ?\n"
                 "    #5 +++ exited with 4 +++\n"
                 "standard error: no luck\n");
    });
}

TEST_CASE("a failed wait reports calls that came before the wait began", "[testing]")
{
    within(most, []() -> task<void> {
        auto app = co_await launch([] {
            ::close(-1);
            ::getppid();
        });
        (void)co_await app.next(call("getppid"), most);
        auto const said = co_await failure_of(app.next(call("close"), most));
        CHECK(said.find("found earlier:\n    #1 close(-1) = -1 EBADF (Bad file descriptor)\n") != said.npos);
        CHECK(said.find("all records:\n    #1 close(-1) = -1 EBADF (Bad file descriptor)\n    #2 getppid() = ") != said.npos);
        CHECK(said.find("    #3 exit_group(0) = ?\n    #4 +++ exited with 0 +++\n") != said.npos);
    });
}

TEST_CASE("every wait ends at its time limit, and loses no record", "[testing]")
{
    within(most, []() -> task<void> {
        auto app = co_await launch(program("sleeps", "600000"));
        auto const said = co_await failure_of(app.next(call("connect"), 50ms));
        CHECK(said.find("expected within 0.05 s: connect\nnot found\n") == 0);
        (void)co_await app.next(call("execve"), most);   // the failed wait consumed no record
        auto const unended = co_await failure_of(app.finish(50ms));
        CHECK(unended.find("expected within 0.05 s: the end of the subject\n") == 0);
        app.kill();
        auto const all = co_await app.finish(most);
        all.expect(exactly(1, call("execve")), exactly(1, killed_by(SIGKILL)));
    });
}

TEST_CASE("a wait ends at its time limit although its subject makes calls all the time", "[testing]")
{
    within(most, []() -> task<void> {
        auto app = co_await launch(program("calls_busily"));
        auto const said = co_await failure_of(app.next(call("connect"), 50ms));
        CHECK(said.find("expected within 0.05 s: connect\nnot found\nthe last of ") == 0);
        auto const unended = co_await failure_of(app.finish(50ms));
        CHECK(unended.find("expected within 0.05 s: the end of the subject\nthe last of ") == 0);
    });
}

TEST_CASE("a wait that is cancelled loses no record", "[testing]")
{
    within(most, []() -> task<void> {
        auto app = co_await launch([] {
            ::getppid();
            ::pause();
        });
        asio::steady_timer timer{co_await asio::this_coro::executor, 50ms};
        auto const first = co_await (app.next(call("connect"), most) || timer.async_wait(asio::use_awaitable));
        CHECK(first.index() == 1);
        (void)co_await app.next(entered(call("pause")), most);
        app.so_far().expect(exactly(1, call("getppid")));
    });
}

TEST_CASE("a subject that is destroyed is killed, and leaves no process", "[testing]")
{
    auto const before = cotrace::test::children();
    pid command{}, function{};
    within(most, [&]() -> task<void> {
        auto one = co_await launch(program("sleeps", "600000"));
        auto other = co_await launch([] { ::pause(); });
        (void)co_await other.next(entered(call("pause")), most);
        command = one.root();
        function = other.root();
        CHECK(cotrace::test::lives(command));
        CHECK(cotrace::test::lives(function));
    });
    CHECK(!cotrace::test::exists(command));
    CHECK(!cotrace::test::exists(function));
    CHECK(cotrace::test::children() == before);
}

TEST_CASE("the first record of a function in a child is the function's first call", "[testing]")
{
    auto const seen = traced([] { return ::getppid() > 0 ? 5 : 6; });
    CHECK(seen.text()
          == "getppid() = " + std::to_string(::getpid())
                 + "\n"
                   "exit_group(5) = ?\n"
                   "+++ exited with 5 +++\n");
    CHECK(seen.end.status == 5);
}

TEST_CASE("a function in a child can use the standard streams, and its child exits with child_threw after an exception",
          "[testing]")
{
    subject_options options;
    options.input = "17\n";
    auto const seen = traced(
        [] {
            int number = 0;
            std::cin >> number;
            std::cout << "got " << number << '\n';
            std::printf("and %d\n", number + 1);
            throw std::runtime_error{"enough"};
        },
        options);
    CHECK(seen.output.find("got 17\n") != seen.output.npos);
    CHECK(seen.output.find("and 18\n") != seen.output.npos);
    CHECK(seen.errors == "uncaught exception: enough\n");
    CHECK(seen.end.status == child_threw);
}

TEST_CASE("a child that runs a function does not block SIGCHLD, has no handlers, and dies with the host", "[testing]")
{
    auto* const handler = std::signal(SIGUSR1, [](int) {});
    sigset_t child;
    sigset_t before;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    ::pthread_sigmask(SIG_BLOCK, &child, &before);   // a tracer in this thread does this if it uses signalfd(2)
    auto const seen = traced([] {
        sigset_t blocked;
        struct sigaction now {};
        int at_death = 0;
        ::sigprocmask(SIG_SETMASK, nullptr, &blocked);
        ::sigaction(SIGUSR1, nullptr, &now);
        ::prctl(PR_GET_PDEATHSIG, &at_death);
        return (sigismember(&blocked, SIGCHLD) ? 1 : 0) + (now.sa_handler == SIG_DFL ? 0 : 2) + (at_death == SIGKILL ? 0 : 4);
    });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    std::signal(SIGUSR1, handler);
    CHECK(seen.end.status == 0);
}

TEST_CASE("a function can run in a child although the host has other threads", "[testing]")
{
    std::jthread const busy{[](std::stop_token over) {
        while (!over.stop_requested()) {
#if !defined(__SANITIZE_ADDRESS__)   // after a fork(2), the allocator of GCC 12's sanitizer may be locked in the child
            std::make_unique<char[]>(4096);
#endif
        }
    }};
    for (int i = 0; i < 20; ++i) {
        auto const seen = traced([] { return std::make_unique<char[]>(1 << 20) ? 0 : 1; });
        CHECK(seen.end.status == 0);
    }
}

TEST_CASE("for a function in a child, interceptors see the calls of the function and no other calls of the child", "[testing]")
{
    subject_options options;
    options.session.records = false;   // a subject needs records, so it ignores this option
    options.session.interceptors.push_back(intercept::fail(call("all"), EIO, intercept::occasions::nth(1)));
    auto const seen = traced([] { return ::close(-1) == -1 && errno == EIO ? 0 : 1; }, options);
    CHECK(seen.end.status == 0);
    seen.expect(exactly(1, call("close").fails(EIO)));
}

TEST_CASE("subjects take part in an interleaving", "[testing]")
{
    within(most, []() -> task<void> {
        interleaving order{most};
        auto const left = order.party("left"), right = order.party("right");
        auto const held = left.before(call("getuid"));
        order.sequence(right.after(call("getppid")), held);
        subject_options of_left, of_right;
        of_left.session.interceptors.push_back(left);
        of_right.session.interceptors.push_back(right);
        auto one = co_await launch([] { (void)::getuid(); }, of_left);
        bool const waits = co_await order.until_held(held);
        CHECK(waits);
        auto other = co_await launch([] { (void)::getppid(); }, of_right);
        auto const all = co_await one.finish(most);
        all.expect(exactly(1, call("getuid").succeeds()));
        (void)co_await other.finish(most);
        CHECK(order.problem() == "");
    });
}

TEST_CASE("a subject records only the calls that the filter of its session selects", "[testing]")
{
    subject_options options;
    options.session.filter = filter{"openat"};
    auto const seen = traced(program("opens_file", "/etc/passwd", "1"), options);
    seen.expect(never(call("!openat")), exactly(1, opens_passwd()));
}

TEST_CASE("a sync_subject keeps the records that come between two waits", "[testing]")
{
    sync_subject app{program("opens_file", "/etc/passwd", "3")};
    (void)app.next(opens_passwd(), most);
    (void)app.next(opens_passwd(), most);
    auto const all = app.finish(most);
    CHECK(all.output == "errno 0\nerrno 0\nerrno 0\n");
    all.expect(exactly(3, opens_passwd()));
}

TEST_CASE("the error of a program that cannot be started names the program and the reason", "[testing]")
{
    CHECK_THROWS_WITH(
        trace(command{"/no/such/program", "-x"}),
        Catch::Matchers::EndsWith("cannot start /no/such/program -x: execve /no/such/program: No such file or directory\n"));
}

TEST_CASE("a test that exceeds its time limit ends, and leaves no process", "[testing]")
{
    auto const before = cotrace::test::children();
    std::string said;
    try {
        within(200ms, []() -> task<void> {
            auto app = co_await launch(program("sleeps", "600000"));
            (void)co_await app.next(call("connect"), most);
        });
    } catch (test_failed const& failed) {
        said = failed.text();
    }
    CHECK(said.starts_with("expected within 0.2 s: the end of the test\n"));
    CHECK(cotrace::test::children() == before);
}

TEST_CASE("the records of a session and of a pooled session can be read as a run", "[testing]")
{
    within(most, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto target = co_await by.async_launch(cotrace::test::quiet(program("opens_file", "/etc/passwd", "1")));
        auto const seen = co_await record_run(target);
        seen.expect(exactly(1, opens_passwd()), exactly(1, exits(0)));
        tracer_pool pool{1};
        auto pooled = co_await pool.async_launch(cotrace::test::quiet(program("opens_file", "/etc/passwd", "1")));
        auto const other = co_await record_run(pooled);
        other.expect(exactly(1, opens_passwd()), exactly(1, exits(0)));
    });
}

TEST_CASE("a trace can be divided by process and by thread", "[testing]")
{
    auto const forked = traced(program("forks"));
    auto const processes = forked.by_process();
    REQUIRE(processes.size() == 3);
    CHECK(forked.end.status == 1);
    processes[0].expect(exactly(1, exits(1)), never(exits(2)));
    processes[1].expect(exactly(1, exits(2)));
    processes[2].expect(exactly(1, exits(3)), never(call("fork,vfork,clone,clone3")));

    auto const threads = traced(program("threads"));
    CHECK(threads.by_process().size() == 1);
    CHECK(threads.by_thread().size() == 4);
    for (auto const& each : threads.by_thread())
        each.expect(exactly(1, exits(0)));
}

TEST_CASE("a golden trace is the same for every run", "[testing]")
{
    golden_options options;
    options.calls = filter{"!getrandom,pread64"};
    options.signals = false;   // SIGCHLD may come before or after the call of wait4(2)
    auto const once = golden_text(traced(program("forks")), options);
    INFO(once);
    CHECK(once == golden_text(traced(program("forks")), options));
    CHECK(once.find("== pid3, fork by pid2") != once.npos);
    CHECK(once.find("0x7f") == once.npos);
    CHECK(once.find("0x55") == once.npos);
    CHECK(once.find("TracerPid") == once.npos);
}

TEST_CASE("a golden trace of a function numbers descriptors and ids in the order of their appearance", "[testing]")
{
    auto const seen = traced([] {
        int const first = ::open("/dev/null", O_RDONLY);
        int const second = ::open("/dev/null", O_WRONLY);
        ::close(first);
        (void)!::write(second, "x", 1);
        ::kill(::getpid(), 0);
    });
    CHECK(golden_text(seen)
          == "openat(AT_FDCWD, \"/dev/null\", O_RDONLY) = fd1\n"
             "openat(AT_FDCWD, \"/dev/null\", O_WRONLY) = fd2\n"
             "close(fd1) = 0\n"
             "write(fd2, \"x\", 1) = 1\n"
             "getpid() = pid1\n"
             "kill(pid1, 0) = 0\n"
             "exit_group(0) = ?\n"
             "+++ exited with 0 +++\n");
}

}   // namespace testing_kit_tests
