// SPDX-License-Identifier: BSL-1.0
// Placement: the engine moves a launched thread to the tracer's CPU while the thread stops often.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"

#include <array>
#include <csignal>
#include <cstdint>
#include <optional>

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace placement_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

int processors_of(pid subject)
{
    cpu_set_t set;
    return ::sched_getaffinity(raw(subject), sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
}

/// Waits until the process may use exactly `count` CPUs.
task<void> wait_for_processors(pid subject, int count)
{
    co_await until([=] { return processors_of(subject) == count; });
}

/// Options without records, for a program that makes calls without end.
session_options unread()
{
    session_options options;
    options.records = false;
    return options;
}

/// Launches a guest that makes calls all the time, and waits until the guest is bound to one CPU.
task<session> moved_guest(tracer& by)
{
    auto busy = co_await by.async_launch(quiet(program("calls_busily")), unread());
    co_await wait_for_processors(busy.root(), 1);
    co_return busy;
}

int own_processors() { return processors_of(pid{::getpid()}); }

/// Whether this process may use more than one CPU, so that the engine can choose a CPU for a thread.
bool can_choose()
{
    if (own_processors() > 1)
        return true;
    WARN("not checked: there is one processor");
    return false;
}

/// The scheduling attributes of the calling thread, as sched_getattr(2) returns them. They include the time slice.
struct own_scheduling {
    std::array<std::uint64_t, 6> all{};   // its size in bytes is SCHED_ATTR_SIZE_VER0
    own_scheduling() { must(::syscall(SYS_sched_getattr, 0, all.data(), sizeof all, 0)); }
    bool operator==(own_scheduling const&) const = default;
};

}   // namespace

TEST_CASE("a busy subject does not change the time slice and processors of the host's thread or of programs launched later",
          "[placement]")
{
    own_scheduling const before;
    int const processors = own_processors();
    run_for(live_limit, [=]() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto const alone = co_await trace_of(program("says_scheduling"));
        auto const alone_on_all = co_await trace_of(program("says_affinity"));
        auto busy = co_await by.async_launch(quiet(program("calls_busily")), unread());
        co_await until([&] {
            CHECK(own_scheduling{} == before);
            CHECK(own_processors() == processors);
            return busy.stats().stops > 20000;
        });
        auto const beside = co_await trace_of(by, program("says_scheduling"));
        CHECK(beside.output == alone.output);
        auto const beside_on_all = co_await trace_of(by, program("says_affinity"));
        CHECK(beside_on_all.output == alone_on_all.output);
        (void)busy.kill();
        co_await busy.async_wait();
    });
    CHECK(own_scheduling{} == before);
}

LIVE_TEST("an interceptor of a busy subject runs with the host's own time slice and processors", "[placement][intercept]")
{
    own_scheduling const before;
    int const processors = own_processors();
    int asked = 0;
    auto asks = std::make_shared<scripted>(SYS_openat);
    asks->entry = [&](intercepted, syscall_call const&) -> task<verdict> {
        ++asked;
        CHECK(own_scheduling{} == before);
        CHECK(own_processors() == processors);
        co_return proceed{};
    };
    asks->exit = [entry = asks->entry](intercepted at, syscall_call const& call, syscall_outcome) { return entry(at, call); };
    auto const seen = co_await trace_of(program("calls_then_opens"), with(asks));
    CHECK(seen.output == "the child exited 0\n");
    CHECK(asked >= 6);
}

LIVE_TEST("a thread that stops often is moved to one processor", "[placement]")
{
    if (!can_choose())
        co_return;
    tracer by{co_await asio::this_coro::executor};
    auto busy = co_await moved_guest(by);
    (void)busy.kill();
    co_await busy.async_wait();
}

LIVE_TEST("a thread that was moved may use its own processors again after a detach", "[placement]")
{
    if (!can_choose())
        co_return;
    tracer by{co_await asio::this_coro::executor};
    auto busy = co_await moved_guest(by);
    auto const root = busy.root();
    REQUIRE(busy.detach());
    co_await busy.async_wait();
    CHECK(processors_of(root) == own_processors());
    co_await kill_detached(root);
}

LIVE_TEST("a process that is detached while it makes a child may use its own processors again, and so may the child",
          "[placement][detach]")
{
    if (!can_choose())
        co_return;
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    std::size_t seen = 0;
    for (int i = 0; i < 10; ++i) {
        auto forking = co_await by.async_launch(quiet(program("bears_sleepers")), unread());
        auto const root = forking.root();
        co_await until([&] { return forking.stats().stops > 300; });
        asio::steady_timer moment{ex, std::chrono::microseconds{300 * i}};
        co_await moment.async_wait(asio::use_awaitable);
        REQUIRE(forking.detach());
        co_await forking.async_wait();
        CHECK(processors_of(root) == own_processors());
        for (pid const each : children(std::to_string(raw(root)))) {
            CHECK(processors_of(each) == own_processors());
            ++seen;
        }
        co_await kill_detached(root);
    }
    CHECK(seen != 0);
}

TEST_CASE("a thread that was moved gets its own processors back when it computes or sleeps", "[placement]")
{
    if (!can_choose())
        return;
    auto const* const what = GENERATE("computes", "sleeps");
    run_for(live_limit, [=]() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto busy = co_await by.async_launch(quiet(program("calls_then_rests", what)), unread());
        // After 1000 stops, the guest has installed its signal handler.
        co_await until([&] { return busy.stats().stops > 1000; });
        co_await wait_for_processors(busy.root(), 1);
        ::kill(raw(busy.root()), SIGUSR1);
        co_await wait_for_processors(busy.root(), own_processors());
        (void)busy.kill();
        co_await busy.async_wait();
    });
}

LIVE_TEST("a CPU affinity that another program sets for a moved thread stays after a detach", "[placement]")
{
    if (!can_choose())
        co_return;
    tracer by{co_await asio::this_coro::executor};
    auto busy = co_await moved_guest(by);
    auto const root = busy.root();
    cpu_set_t others, here, now;
    ::sched_getaffinity(0, sizeof others, &others);
    ::sched_getaffinity(raw(root), sizeof here, &here);
    CPU_XOR(&others, &others, &here);
    REQUIRE(::sched_setaffinity(raw(root), sizeof others, &others) == 0);
    REQUIRE(busy.detach());
    co_await busy.async_wait();
    ::sched_getaffinity(raw(root), sizeof now, &now);
    bool const stays = CPU_EQUAL(&now, &others);
    CHECK(stays);
    co_await kill_detached(root);
}

LIVE_TEST("a program that was moved reads its own affinity mask in files of proc(5), however and whenever it opens them",
          "[placement]")
{
    auto const subject = program("reads_status");
    auto const seen = co_await trace_of(subject, {});
    CHECK(seen.output == untraced(subject).output);
}

LIVE_TEST(
    "with a filter in the kernel, a file of proc(5) that a program opens after many calls has the text that it has untraced",
    "[placement][filters]")
{
    auto const subject = program("reads_status", "late");
    session_options options;
    options.filter = filter{"open,openat"};
    auto const seen = co_await trace_of(subject, options);
    CHECK(seen.output == untraced(subject).output);
}

TEST_CASE("an attached thread is not moved, and no thread is moved where placement is off", "[placement]")
{
    bool const attached = GENERATE(true, false);
    run_for(live_limit, [=]() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        session busy;
        std::optional<started> alone;
        if (attached) {
            alone.emplace(co_await asio::this_coro::executor, program("calls_busily"));
            busy = co_await by.async_attach(alone->id(), unread());
        } else {
            auto options = unread();
            options.placing = cpu_placement::off;
            busy = co_await by.async_launch(quiet(program("calls_busily")), options);
        }
        auto const before = busy.stats().stops;
        bool moved = false;
        co_await until([&] {
            moved = moved || processors_of(busy.root()) != own_processors();
            return busy.stats().stops >= before + 2000;
        });
        CHECK(!moved);
        (void)busy.kill();
        co_await busy.async_wait();
    });
}

}   // namespace placement_tests
