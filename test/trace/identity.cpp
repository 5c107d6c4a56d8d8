// SPDX-License-Identifier: BSL-1.0
// Tests of reused process ids, and of requests with few or no free file descriptors.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/event_loop.hpp"
#include "support/live_test.hpp"
#include "support/needs_root.hpp"
#include "support/ready_guests.hpp"

#include "sys/process.hpp"

#include <fstream>
#include <optional>

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>

namespace identity_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

/// Forks a child with the id `wanted`. Returns no value if a thousand attempts fail.
std::optional<::pid_t> child_with_id(::pid_t wanted)
{
    for (int tries = 0; tries < 1000; ++tries) {
        std::ofstream{"/proc/sys/kernel/ns_last_pid"} << wanted - 1;
        auto const child = must(::fork());
        if (child == 0)
            for (;;)
                ::pause();
        if (child == wanted)
            return child;
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
    }
    return std::nullopt;
}

/// Kills a child that this thread traces, and reaps the child as a host may do.
void kill_and_reap(::pid_t child)
{
    ::kill(child, SIGKILL);
    int status = 0;
    while (must(::waitpid(child, &status, __WALL)) == child && WIFSTOPPED(status))
        ::ptrace(PTRACE_CONT, child, nullptr, nullptr);
}

/// While this object exists, RLIMIT_NOFILE is so low that this process can open at most `left` more file descriptors.
class few_descriptors {
public:
    explicit few_descriptors(::rlim_t left)
    {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        int const lowest_free = must(::dup(0));
        ::close(lowest_free);
        auto now = before_;
        now.rlim_cur = static_cast<::rlim_t>(lowest_free) + left;
        must(::setrlimit(RLIMIT_NOFILE, &now));
    }
    ~few_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
    ::rlimit before_{};
};

/// The error of an attach that is made while no file descriptor is free; no error if the attach succeeds.
error_code attach_without_descriptor(pid target)
{
    asio::io_context context{1};
    tracer by{context.get_executor()};
    std::optional<error_code> got;
    few_descriptors const none{0};
    by.async_attach(target, session_options{}, [&](error_code ec, session) { got = ec; });
    run_until(context, [&] { return got.has_value(); });
    return got.value_or(error_code{});
}

/// The error of a launch while only `left` file descriptors are free.
error_code launch_with_descriptors(session_options options, ::rlim_t left)
{
    asio::io_context context{1};
    asio::steady_timer const timer{context};   // Asio opens its own descriptors now
    tracer by{context.get_executor()};
    std::optional<error_code> got;
    std::optional<session> made;
    {
        few_descriptors const limited{left};
        by.async_launch(quiet(program("nothing")), std::move(options), [&](error_code ec, session target) {
            got = ec;
            made = std::move(target);
        });
        run_until(context, [&] { return got.has_value(); });
    }
    if (got == error_code{}) {
        bool ended = false;
        made->async_wait([&](error_code, thread_exited) { ended = true; });
        run_until(context, [&] { return ended; });
    }
    return got.value_or(error_code{});
}

}   // namespace

LIVE_TEST("session::kill does not reach a process that got the id of a traced process that is dead", "[identity]")
{
    if (lacks_root("it chooses the id of a process"))
        co_return;
    auto const ex = co_await asio::this_coro::executor;
    auto guest = std::make_unique<started>(ex, program("reads_line"));
    co_await guest->line();
    tracer by{ex};
    auto target = co_await by.async_attach(guest->id());
    // From here to `drain`, the test awaits nothing, so the tracer does not notice that the guest is reaped.
    auto const id = raw(guest->id());
    kill_and_reap(id);
    auto const other = child_with_id(id);
    REQUIRE(other.has_value());
    (void)target.kill();
    CHECK(::waitpid(*other, nullptr, WNOHANG) == 0);
    CHECK(lives(pid{*other}));
    guest.reset();   // the destructor kills by process id, so it kills `other`
    ::waitpid(*other, nullptr, 0);
    co_await drain(target);
}

TEST_CASE("a pidfd does not refer to a process that got the reused id", "[identity]")
{
    if (lacks_root("it chooses the id of a process"))
        return;
    auto const child = must(::fork());
    if (child == 0)
        for (;;)
            ::pause();
    auto const first = sys::pidfd::of(pid{child});
    auto const thread = sys::pidfd::of(tid{child});
    REQUIRE(first);
    CHECK_FALSE(first.has_ended());
    CHECK_FALSE(first.is_reaped());
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    auto const other = child_with_id(child);
    REQUIRE(other.has_value());
    CHECK(first.has_ended());
    CHECK(first.is_reaped());
    first.kill();
    auto const refused = sys::send_signal(tid{child}, signo{SIGKILL}, sys::receiver::process, [] { return false; });
    REQUIRE(refused.has_error());
    CHECK(refused.error() == boost::system::errc::no_such_process);
    CHECK(::waitpid(*other, nullptr, WNOHANG) == 0);
    CHECK(sys::send_signal(tid{child}, signo{SIGKILL}, sys::receiver::process, [] { return true; }));
    int status = 0;
    CHECK(::waitpid(*other, &status, 0) == *other);
    CHECK(WIFSIGNALED(status));
}

LIVE_TEST("session::kill works while no file descriptor is free, and statistics::by_id counts the signal", "[identity]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await launched(by, program("spins"));
    auto const before = target.stats().by_id;
    {
        few_descriptors const none{0};
        CHECK(target.kill());
    }
    auto const records = co_await drain(target);
    auto const end = co_await target.async_wait();
    CHECK(end.killed);
    CHECK(end.status == SIGKILL);
    CHECK(target.stats().by_id == before + 1);
    CHECK(count<trace_failed>(records) == 0);
}

LIVE_TEST("while one file descriptor is free, an attach succeeds without a pidfd, and by_id counts the attach", "[identity]")
{
    auto guest = co_await ready_untraced(program("spins"));
    tracer by{co_await asio::this_coro::executor};
    std::optional<session> target;
    {
        few_descriptors const one{1};
        auto made = co_await result_of(by.async_attach(guest.id(), use_tuple));
        REQUIRE(made.has_value());
        target.emplace(std::move(made).value());
    }
    CHECK(target->stats().by_id == 1);
    CHECK(target->detach());
    co_await drain(*target);
    guest.signal(SIGUSR1);
    co_await check_rest(guest, "spun until 10\n");
}

TEST_CASE("the host can reap its own child after an attach although few file descriptors were free", "[identity]")
{
    auto const how = GENERATE(waiting::signalfd, waiting::io_uring);
    auto const left = GENERATE(1, 2, 3);
    run_for(live_limit, [how, left]() -> task<void> {
        auto guest = co_await ready_untraced(program("spins"));
        tracer by{co_await asio::this_coro::executor, how};
        std::optional<session> target;
        {
            few_descriptors const few{static_cast<::rlim_t>(left)};
            auto made = co_await result_of(by.async_attach(guest.id(), use_tuple));
            REQUIRE(made.has_value());
            target.emplace(std::move(made).value());
        }
        CHECK(target->kill());
        co_await drain(*target);
        auto const status = co_await guest.status();
        REQUIRE(status.has_value());
        CHECK(*status == SIGKILL);
    });
}

LIVE_TEST("the host can reap its own attached child after an execve of the child's second thread", "[identity]")
{
    auto process = co_await ready_untraced(program("executes_when_told", guest("spins")));
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await by.async_attach(process.id());
    {
        few_descriptors const none{0};
        process.tell("x");
        co_await read_until(target, [](record const& each) { return std::holds_alternative<image_replaced>(each.what); });
        CHECK(target.kill());
        co_await drain(target);
    }
    auto const status = co_await process.status();
    REQUIRE(status.has_value());
    CHECK(*status == SIGKILL);
}

TEST_CASE("an attach fails with EMFILE where no file descriptor is free", "[identity]")
{
    asio::io_context talk{1};
    started guest{talk.get_executor(), program("spins")};
    error_code const wanted{EMFILE, boost::system::system_category()};
    CHECK(attach_without_descriptor(guest.id()) == wanted);
    // A forked process checks /proc again, because it may be in another pid namespace. The attach fails with EMFILE
    // there, too.
    int const status = in_a_process([&] { return attach_without_descriptor(guest.id()) == wanted ? 0 : 1; });
    CHECK(status == 0);
}

TEST_CASE("a launch without enough file descriptors fails and leaves no process", "[identity]")
{
    auto const how = GENERATE(tracing::ptrace, tracing::notification, tracing::observation);
    error_code first, last;
    ::rlim_t left = 0;
    for (; left < 60; ++left) {
        session_options options;
        options.how = how;
        options.filter = filter{"getppid"};
        last = launch_with_descriptors(std::move(options), left);
        if (left == 0)
            first = last;
        CHECK(::waitpid(-1, nullptr, WNOHANG | __WALL) == -1);
        if (!last || last == errc::not_observable)
            break;
    }
    CAPTURE(left);
    CHECK(first.failed());
    CHECK((!last || (how == tracing::observation && last == errc::not_observable)));
}

}   // namespace identity_tests
