// SPDX-License-Identifier: BSL-1.0
// Interceptors decide on the results of calls, and only the thread that made the call waits for an interceptor.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/needs_32_bit.hpp"
#include "support/never_returning.hpp"
#include "support/normalise.hpp"
#include "support/ready_guests.hpp"

#include <cotrace/interceptors.hpp>

namespace intercept_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

/// Passes calls on to the interceptor `then` while `now` is true.
class pass_on_while final : public interceptor {
public:
    pass_on_while(bool const& now, std::shared_ptr<interceptor> then)
        : now_{&now}
        , then_{std::move(then)}
    {
    }

    bool wants(syscall_call const& call) const noexcept override { return *now_ && then_->wants(call); }
    task<verdict> on_entry(intercepted at, syscall_call const& call) override { return then_->on_entry(at, call); }

private:
    bool const* now_;
    std::shared_ptr<interceptor> then_;
};

}   // namespace

LIVE_TEST("a call can be made to fail without running", "[intercept]")
{
    auto const deny = failing_open("/etc/passwd", EIO);
    auto const seen = co_await trace_of(program("opens_file", "/etc/passwd", "2"), with(deny));
    CHECK(seen.output == "errno 5\nerrno 5\n");
}

LIVE_TEST("a call that is made to fail has no effect", "[intercept]")
{
    auto const seen = co_await trace_of(program("hello"), with(at_entry(SYS_write, fail_with{ENOSPC})));
    CHECK(seen.output.empty());
    CHECK(seen.end.status == 1);
}

LIVE_TEST("the record of a call that was made to fail has the error that the program got", "[intercept]")
{
    auto const seen = co_await trace_of(program("hello"), with(at_entry(SYS_write, fail_with{ENOSPC})));
    auto const writes = calls(seen.records, SYS_write);
    REQUIRE(writes.size() == 1);
    CHECK(writes[0].what.outcome.failed);
    CHECK(writes[0].what.outcome.error() == ENOSPC);
    CHECK(writes[0].what.call->number == SYS_write);
}

LIVE_TEST("a call can return a value without running", "[intercept]")
{
    auto const seen = co_await trace_of(program("asks_parent"), with(at_entry(SYS_getppid, return_value{4711})));
    CHECK(seen.output == "getppid 4711 errno 0\n");
}

namespace {

/// An interceptor that lets each write(2) of 6 bytes write only 3 of them.
std::shared_ptr<scripted> shortened_write()
{
    auto made = std::make_shared<scripted>(SYS_write);
    made->entry = [](intercepted, syscall_call const& call) -> task<verdict> {
        if (call.args[2] != 6)
            co_return proceed{};
        auto args = call.args;
        args[2] = 3;
        co_return change_arguments{args};
    };
    return made;
}

}   // namespace

LIVE_TEST("a call can be run with other arguments", "[intercept]")
{
    auto const seen = co_await trace_of(program("keeps_registers"), with(shortened_write()));
    CHECK(seen.output.starts_with("firreturned 3\n"));
}

LIVE_TEST("a call that ran with other arguments leaves the program's registers unchanged", "[intercept]")
{
    auto const seen = co_await trace_of(program("keeps_registers"), with(shortened_write()));
    CHECK(seen.output.ends_with("registers kept\n"));
}

LIVE_TEST("an interceptor can replace a call's result with an error at the exit", "[intercept]")
{
    auto const seen = co_await trace_of(program("hello"), with(at_exit(SYS_write, fail_with{EIO})));
    CHECK(seen.output == "hello\n");   // the call ran
    CHECK(seen.end.status == 1);       // the program got an error
    CHECK(calls(seen.records, SYS_write).at(0).what.outcome.error() == EIO);
}

LIVE_TEST("an interceptor can replace a call's result with another value at the exit", "[intercept]")
{
    auto const seen = co_await trace_of(program("asks_parent"), with(at_exit(SYS_getppid, return_value{12})));
    CHECK(seen.output == "getppid 12 errno 0\n");
    CHECK(calls(seen.records, SYS_getppid).at(0).what.outcome.value == 12);
}

LIVE_TEST("an interceptor at the exit sees the call's result", "[intercept]")
{
    std::vector<std::int64_t> outcomes;
    auto watching = std::make_shared<scripted>(SYS_write);
    watching->exit = [&](intercepted, syscall_call const&, syscall_outcome outcome) -> task<verdict> {
        outcomes.push_back(outcome.value);
        co_return proceed{};
    };
    auto const seen = co_await trace_of(program("hello"), with(watching));
    std::vector<std::int64_t> const expected{6};
    CHECK(outcomes == expected);
    CHECK(seen.output == "hello\n");
}

LIVE_TEST("an interceptor that proceeds changes nothing", "[intercept]")
{
    auto const seen = co_await trace_of(program("hello"), with(at_entry(SYS_write, proceed{})));
    CHECK(seen.output == "hello\n");
    CHECK(calls(seen.records, SYS_write).at(0).what.outcome.value == 6);
}

LIVE_TEST("an interceptor is not asked about calls that it does not want", "[intercept]")
{
    int asked = 0;
    auto selective = std::make_shared<scripted>(SYS_getppid);
    selective->entry = [&](intercepted, syscall_call const& call) -> task<verdict> {
        asked += call.number != SYS_getppid;
        co_return proceed{};
    };
    co_await trace_of(program("asks_parent"), with(selective));
    CHECK(asked == 0);
}

LIVE_TEST("of several interceptors, the first with a verdict other than `proceed` decides", "[intercept]")
{
    session_options options;
    options.interceptors.push_back(at_entry(SYS_getppid, proceed{}));
    options.interceptors.push_back(at_entry(SYS_getppid, return_value{1111}));
    options.interceptors.push_back(at_entry(SYS_getppid, return_value{2222}));
    auto const seen = co_await trace_of(program("asks_parent"), options);
    CHECK(seen.output == "getppid 1111 errno 0\n");
}

LIVE_TEST("an interceptor gets the id of the thread that made the call", "[intercept][threads]")
{
    tid asked{};
    auto watching = std::make_shared<scripted>(SYS_getppid);
    watching->entry = [&](intercepted at, syscall_call const&) -> task<verdict> {
        asked = at.thread;
        co_return proceed{};
    };
    auto const seen = co_await trace_of(program("two_threads_call"), with(watching));
    auto const made = entries(seen.records, SYS_getppid);
    REQUIRE(made.size() == 1);
    CHECK(asked == made[0].thread);
    CHECK(asked != leader(seen.root));
}

LIVE_TEST("an interceptor that awaits something delays only the thread that made the call", "[intercept][threads]")
{
    int others = 0;
    bool waited_for_all = false;
    auto both = session_options{};
    auto slow = std::make_shared<scripted>(SYS_getppid);
    slow->entry = [&](intercepted, syscall_call const&) -> task<verdict> {
        // This interceptor returns only when the other thread has made all its calls.
        co_await until([&] { return others == 100; });
        waited_for_all = true;
        co_return proceed{};
    };
    auto counting = std::make_shared<scripted>(SYS_getuid);
    counting->exit = [&](intercepted, syscall_call const&, syscall_outcome) -> task<verdict> {
        ++others;
        co_return proceed{};
    };
    both.interceptors.push_back(slow);
    both.interceptors.push_back(counting);
    auto const seen = co_await trace_of(program("two_threads_call"), both);
    CHECK(waited_for_all);
    CHECK(seen.output == "joined\n");
}

// After many rounds with stops, the tracer asks ptrace(2) before waitid(2) whether a resumed thread is at its next call
// (`reactor::collect`).
LIVE_TEST("after many stops, a stop at which an interceptor waits is recorded once, and the thread goes on",
          "[intercept][waiting]")
{
    auto slow = std::make_shared<scripted>(SYS_openat);
    slow->entry = [](intercepted, syscall_call const&) -> task<verdict> {
        asio::steady_timer delay{co_await asio::this_coro::executor, 50ms};
        co_await delay.async_wait(asio::use_awaitable);
        co_return proceed{};
    };
    slow->exit = [entry = slow->entry](intercepted at, syscall_call const& call, syscall_outcome) { return entry(at, call); };
    auto const seen = co_await trace_of(program("calls_then_opens"), with(slow));
    CHECK(calls(seen.records, SYS_getppid).size() == 15000);
    CHECK(calls(seen.records, SYS_openat).size() == entries(seen.records, SYS_openat).size());
    CHECK(count<trace_failed>(seen.records) == 0);
    CHECK(seen.output == "the child exited 0\n");
}

TEST_CASE("after many stops, a process can be killed or detached while an interceptor waits", "[intercept][waiting][detach]")
{
    bool const kills = GENERATE(true, false);
    run_for(live_limit, [=]() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        bool now = false;
        never_returning hanging;
        tracer by{ex};
        auto const options = with(std::make_shared<pass_on_while>(now, hanging.about(SYS_getppid)));
        auto target = co_await launched(by, program("calls_busily"), options);
        std::vector<record> seen;
        while (target.stats().stops < 3000)
            co_await target.async_read(seen);
        now = true;
        while (hanging.asked == 0)
            co_await target.async_read(seen);
        asio::steady_timer lost{ex, 100ms};   // in this time the tracer looks for stops whose wait status was lost
        co_await lost.async_wait(asio::use_awaitable);
        REQUIRE((kills ? target.kill() : target.detach()));
        auto const rest = co_await drain(target);
        auto const end = co_await target.async_wait();
        CHECK(hanging.gone == 1);
        CHECK(count<trace_failed>(rest) == 0);
        CHECK(count<detached>(rest) == (kills ? 0 : 1));
        CHECK(end.killed == kills);
        if (!kills) {
            must(::kill(raw(target.root()), SIGKILL));
            must(::waitpid(raw(target.root()), nullptr, 0));
        }
    });
}

LIVE_TEST("a call is delayed for as long as its interceptor waits", "[intercept]")
{
    auto slow = std::make_shared<scripted>(SYS_getppid);
    slow->entry = [](intercepted, syscall_call const&) -> task<verdict> {
        asio::steady_timer delay{co_await asio::this_coro::executor, 50ms};
        co_await delay.async_wait(asio::use_awaitable);
        co_return proceed{};
    };
    auto const seen = co_await trace_of(program("asks_parent"), with(slow));
    CHECK(calls(seen.records, SYS_getppid).at(0).what.took >= 50ms);
    CHECK(seen.output == "getppid the parent's errno 0\n");
}

LIVE_TEST("an interceptor may await a record of another session", "[intercept][sessions]")
{
    tracer by{co_await asio::this_coro::executor};
    auto other = co_await by.async_launch(quiet(program("hello")));
    bool written = false;
    auto waiting_for_other = std::make_shared<scripted>(SYS_write);
    waiting_for_other->entry = [&](intercepted, syscall_call const&) -> task<verdict> {
        while (auto next = co_await other.async_next()) {
            auto const* left = std::get_if<syscall_exited>(&next->what);
            written |= left && left->call->number == SYS_write;
        }
        co_return proceed{};
    };
    auto const seen = co_await trace_of(by, program("hello"), with(waiting_for_other));
    CHECK(written);
    CHECK(seen.output == "hello\n");
}

LIVE_TEST("interceptors that never wait work in many sessions at the same time", "[intercept][sessions]")
{
    // The engine may find the next stop of a thread before Asio has completed the coroutine of the interceptor at the previous
    // stop.
    tracer by{co_await asio::this_coro::executor};
    std::uint64_t asked = 0;
    auto everything = intercept::ask(filter{}, [&](intercepted, syscall_call const&) -> task<verdict> {
        ++asked;
        co_return proceed{};
    });
    std::vector<session> all;
    session_options options = with(everything);
    options.records = false;
    for (int i = 0; i < 12; ++i)
        all.push_back(co_await by.async_launch(quiet(program("two_threads_call")), options));
    for (auto& each : all) {
        auto const end = co_await each.async_wait();
        CHECK(end.status == 0);
        CHECK(!end.killed);
    }
    CHECK(asked > 12 * 100);
}

// Tests of the verdict kill_target. In the guest `forks`, the child makes the first write(2) while its parent waits for the
// child.

TEST_CASE("kill_target at the entry of a call kills every process of the session, and the call does not run", "[intercept]")
{
    auto const how = GENERATE(tracing::ptrace, tracing::notification);
    run_for(live_limit, [&]() -> task<void> {
        auto options = with(at_entry(SYS_write, kill_target{}));
        options.how = how;
        auto const seen = co_await trace_of(program("forks"), options);
        CHECK(seen.output.empty());
        CHECK(seen.end.killed);
        CHECK(seen.end.status == SIGKILL);
    });
}

LIVE_TEST("kill_target at the exit of a call kills every process of the session after the call has run", "[intercept]")
{
    auto const seen = co_await trace_of(program("forks"), with(at_exit(SYS_write, kill_target{})));
    CHECK(seen.output == "the grandchild exited 3\n");
    auto ends = all<thread_exited>(seen.records);
    REQUIRE(ends.size() == 3);
    std::erase_if(ends, [](auto const& each) { return !each.what.killed; });
    CHECK(ends.size() == 2);   // the parent and the child were killed; the grandchild had exited
    CHECK(seen.end.killed);
    CHECK(seen.end.status == SIGKILL);
    CHECK(count<trace_failed>(seen.records) == 0);
}

LIVE_TEST("kill_target at a signal kills the process, and the signal is not delivered", "[intercept][signals]")
{
    auto const seen = co_await trace_of(program("signals_itself"), with(at_signal(SIGUSR1, kill_target{})));
    CHECK(seen.output.empty());   // the handler of the signal, which writes a line, did not run
    CHECK(seen.end.killed);
    CHECK(seen.end.status == SIGKILL);
    CHECK(count<trace_failed>(seen.records) == 0);
}

LIVE_TEST("a signal can be swallowed", "[intercept][signals]")
{
    auto const seen = co_await trace_of(program("signals_itself"), with(at_signal(SIGUSR1, swallow{})));
    CHECK(seen.output == "after\n");
}

LIVE_TEST("a signal can be replaced", "[intercept][signals]")
{
    auto const seen = co_await trace_of(program("signals_itself"), with(at_signal(SIGUSR1, deliver{signo{SIGUSR2}})));
    CHECK(seen.output == "handled 12\nafter\n");
}

LIVE_TEST("a signal is delivered if its interceptor returns `proceed`", "[intercept][signals]")
{
    auto const seen = co_await trace_of(program("signals_itself"), with(at_signal(SIGUSR1, proceed{})));
    CHECK(seen.output == "handled 10\nafter\n");
}

LIVE_TEST("a fatal signal can be swallowed", "[intercept][signals]")
{
    auto const seen = co_await trace_of(program("dies_by", "15"), with(at_signal(SIGTERM, swallow{})));
    CHECK(!seen.end.killed);
    CHECK(seen.end.status == 0);
}

LIVE_TEST("a signal keeps its siginfo if its interceptor returns `proceed`", "[intercept][signals]")
{
    auto const seen = co_await trace_of(program("says_siginfo"), with(at_signal(SIGUSR1, proceed{})));
    CHECK(seen.output == "10 code 0 mine value 0\n12 code -6 mine value 0\n10 code -1 mine value 4711\n");
}

LIVE_TEST("an interceptor that throws harms no process, and the session records the failure", "[intercept]")
{
    auto broken = std::make_shared<scripted>(SYS_write);
    broken->entry = [](intercepted, syscall_call const&) -> task<verdict> {
        throw std::runtime_error{"broken"};
        co_return proceed{};
    };
    auto const seen = co_await trace_of(program("hello"), with(broken));
    CHECK(seen.output == "hello\n");
    CHECK(count<trace_failed>(seen.records) == 1);
}

LIVE_TEST("an interceptor that waits is cancelled when the thread that made the call is killed", "[intercept][exit]")
{
    never_returning hanging;
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await by.async_launch(quiet(program("asks_parent")), with(hanging.about(SYS_getppid)));
    co_await until([&] { return hanging.asked == 1; });
    must(::kill(raw(target.root()), SIGKILL));
    auto const seen = co_await drain(target);
    CHECK(hanging.gone == 1);
    CHECK(end_of(seen, leader(target.root()))->status == SIGKILL);
}

LIVE_TEST("an interceptor that waits is cancelled when its session detaches, and the process runs on", "[intercept][detach]")
{
    auto const ex = co_await asio::this_coro::executor;
    never_returning hanging;
    tracer by{ex};
    conversation talk{ex};
    auto target = co_await launched(by, program("asks_parent"), talk, with(hanging.about(SYS_getppid)));
    co_await until([&] { return hanging.asked == 1; });
    CHECK(target.detach());
    co_await drain(target);
    CHECK(hanging.gone == 1);
    co_await check_rest(talk, "getppid the parent's errno 0\n");
}

LIVE_TEST("an interceptor that waits is cancelled when its session is destroyed", "[intercept][sessions]")
{
    never_returning hanging;
    tracer by{co_await asio::this_coro::executor};
    {
        auto target = co_await by.async_launch(quiet(program("asks_parent")), with(hanging.about(SYS_getppid)));
        co_await until([&] { return hanging.asked == 1; });
    }
    co_await until([&] { return hanging.gone == 1; });
}

LIVE_TEST("an interceptor that waits is cancelled when its tracer is destroyed", "[intercept][sessions]")
{
    never_returning hanging;
    std::optional<session> target;
    {
        tracer by{co_await asio::this_coro::executor};
        target.emplace(co_await by.async_launch(quiet(program("asks_parent")), with(hanging.about(SYS_getppid))));
        co_await until([&] { return hanging.asked == 1; });
    }
    co_await until([&] { return hanging.gone == 1; });
}

LIVE_TEST("an exec can be made to fail", "[intercept][exec]")
{
    bool first = true;
    auto once = std::make_shared<scripted>(SYS_execve);
    once->entry = [&](intercepted, syscall_call const&) -> task<verdict> {
        if (std::exchange(first, false))
            co_return proceed{};   // this is the execve(2) of the launch
        co_return fail_with{ENOMEM};
    };
    auto const seen = co_await trace_of(program("execs", guest("hello")), with(once));
    CHECK(seen.output == "errno 12\n");
    CHECK(count<image_replaced>(seen.records) == 1);
}

LIVE_TEST("a fork can be made to fail", "[intercept][follow]")
{
    auto const seen = co_await trace_of(program("forks"), with(at_entry(SYS_clone, fail_with{EAGAIN})));
    CHECK(count<thread_started>(seen.records) == 1);
    CHECK(seen.end.status == 99);   // a guest exits with 99 when one of its calls fails unexpectedly
}

LIVE_TEST("a 32-bit call can be made to fail", "[intercept][abi]")
{
    if (lacks_32_bit_guests())
        co_return;
    // The number 4 is write(2) on i386.
    auto const seen = co_await trace_of(program("hello_32"), with(at_entry(4, fail_with{ENOSPC})));
    CHECK(seen.output.empty());
    CHECK(seen.end.status == 1);
}

LIVE_TEST("interceptors work in a session that records nothing", "[intercept][sessions]")
{
    auto options = with(at_entry(SYS_write, fail_with{ENOSPC}));
    options.records = false;
    auto const seen = co_await trace_of(program("hello"), options);
    CHECK(seen.end.status == 1);
    CHECK(seen.records.empty());
}

}   // namespace intercept_tests
