// SPDX-License-Identifier: BSL-1.0
// A host forks while it traces. In the child, the copies of tracers and sessions do nothing.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "sys/procfs.hpp"

#include <optional>

#include <sched.h>

namespace fork_of_host_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t rounds = 20;

/// A context that the test runs step by step, so that the test can fork between the steps.
class host {
public:
    asio::any_io_executor executor() { return context_.get_executor(); }

    /// Runs the coroutine that `body` returns until the coroutine ends. Returns false if the time limit passes first.
    template <class Body>
    bool runs(Body body)
    {
        std::optional<std::exception_ptr> ended;
        asio::co_spawn(context_, body(), [&](std::exception_ptr thrown) { ended = thrown; });
        auto const end = std::chrono::steady_clock::now() + live_limit;
        context_.restart();
        while (!ended && context_.run_one_until(end) != 0) {
        }
        if (ended && *ended)
            std::rethrow_exception(*ended);
        return ended.has_value();
    }

    /// Tells the context that this process is a forked child. Asio requires this before the child uses the context.
    void is_forked() { context_.notify_fork(asio::io_context::fork_child); }

    /// Runs the context until it has no work. Returns false if the time limit passes first.
    bool has_no_work()
    {
        context_.restart();
        context_.run_for(live_limit);
        return context_.stopped();
    }

private:
    asio::io_context context_{1};
};

/// A tracer or a pool, and a session of it. The traced process waits for the end of its standard input.
template <class Tracer, class Session>
struct in_mid_trace {
    std::optional<Tracer> by;
    std::optional<Session> target;
    std::vector<record> seen;
    std::optional<conversation> talk;

    task<void> begin(session_options options = {})
    {
        talk.emplace(co_await asio::this_coro::executor);
        auto what = program("calls_when_told", std::to_string(rounds));
        what.redirects = talk->redirects();
        target.emplace(co_await by->async_launch(std::move(what), std::move(options)));
        talk->begin();
        auto const reads = [](record const& each) {
            auto const* const entered = std::get_if<syscall_entered>(&each.what);
            return entered != nullptr && entered->call->name() == "read" && entered->call->args[0] == 0;
        };
        while (seen.empty() || !reads(seen.back())) {
            auto next = co_await target->async_next();
            seen.push_back(std::move(next.value()));
        }
    }

    task<thread_exited> end()
    {
        talk->close_input();
        for (std::size_t count = 1; count != 0;)
            count = co_await target->async_read(seen);
        thread_exited const how = co_await target->async_wait();
        co_return how;
    }
};

/// Checks that the parent's trace is complete and that the traced process was not killed.
void check_end(std::vector<record> const& seen, thread_exited const& end, std::size_t (*count)(std::vector<record> const&, long))
{
    CHECK(end.known);
    CHECK_FALSE(end.killed);
    CHECK(end.status == static_cast<int>(rounds));
    for (long const each : {SYS_getppid, SYS_getuid, SYS_getgroups})
        CHECK(count(seen, each) == rounds);
}

std::size_t exits_of(std::vector<record> const& seen, long number) { return calls(seen, number).size(); }
std::size_t entries_of(std::vector<record> const& seen, long number) { return entries(seen, number).size(); }

/// Calls detach, kill and set_filter of a session. Returns how many of these calls did not fail with
/// `errc::wrong_process`.
int wrong_answers(session& of)
{
    auto const detached = of.detach();
    auto const killed = of.kill();
    auto const filtered = of.set_filter(filter{});
    return (!detached && detached.error() == errc::wrong_process ? 0 : 1)
           + (!killed && killed.error() == errc::wrong_process ? 0 : 1)
           + (!filtered && filtered.error() == errc::wrong_process ? 0 : 1);
}

template <class Result>
bool is_refused(Result const& got)
{
    return got.has_error() && got.error().code == errc::wrong_process;
}

}   // namespace

TEST_CASE("a forked child destroys its copies of a tracer and a session, and the parent's trace goes on",
          "[fork_of_host][sessions]")
{
    auto const how = GENERATE(waiting::automatic, waiting::signalfd);
    run_for(live_limit, [how]() -> task<void> {
        in_mid_trace<tracer, session> traced;
        traced.by.emplace(co_await asio::this_coro::executor, how);
        co_await traced.begin();
        auto const child = in_a_process([&] {
            int const wrong = wrong_answers(*traced.target) + (traced.target->try_next() ? 1 : 0);
            traced.target.reset();
            traced.by.reset();
            return wrong;
        });
        CHECK(child == 0);
        auto const end = co_await traced.end();
        check_end(traced.seen, end, exits_of);
    });
}

LIVE_TEST("a forked child destroys its copies of a tracer and a session that trace by notification", "[fork_of_host][notify]")
{
    in_mid_trace<tracer, session> traced;
    traced.by.emplace(co_await asio::this_coro::executor);
    session_options options;
    options.how = tracing::notification;
    co_await traced.begin(std::move(options));
    auto const child = in_a_process([&] {
        int const wrong = wrong_answers(*traced.target);
        traced.target.reset();
        traced.by.reset();
        return wrong;
    });
    CHECK(child == 0);
    auto const end = co_await traced.end();
    check_end(traced.seen, end, entries_of);
}

TEST_CASE("a forked child gets errors from its copies of a tracer and a session, and can use a new tracer",
          "[fork_of_host][sessions]")
{
    auto const how = GENERATE(waiting::automatic, waiting::signalfd);
    host here;
    in_mid_trace<tracer, session> traced;
    traced.by.emplace(here.executor(), how);
    REQUIRE(here.runs([&] { return traced.begin(); }));
    int wrong = 0;
    auto const child_uses_them = [&]() -> task<void> {
        auto const launching = co_await result_of(traced.by->async_launch(program("nothing"), use_tuple));
        auto const attaching = co_await result_of(traced.by->async_attach(traced.target->root(), use_tuple));
        wrong += is_refused(launching) ? 0 : 1;
        wrong += is_refused(attaching) ? 0 : 1;
        std::vector<record> none;
        wrong += co_await traced.target->async_read(none) == 0 ? 0 : 1;
        auto const end = co_await traced.target->async_wait();
        wrong += end.known ? 1 : 0;
        auto const own = co_await trace_of(program("exits", "5"));
        wrong += own.end.status == 5 ? 0 : 1;
    };
    auto const child = in_a_process([&] {
        here.is_forked();
        bool const ended = here.runs(child_uses_them);
        traced.talk.reset();
        traced.target.reset();
        traced.by.reset();
        return ended && here.has_no_work() ? wrong : 50;
    });
    CHECK(child == 0);
    thread_exited end;
    auto const go_on = [&]() -> task<void> { end = co_await traced.end(); };
    REQUIRE(here.runs(go_on));
    check_end(traced.seen, end, exits_of);
}

TEST_CASE("a forked child destroys its copy of a pool, and the parent's trace goes on", "[fork_of_host][pool]")
{
    auto const how = GENERATE(waiting::automatic, waiting::signalfd);
    host here;
    in_mid_trace<tracer_pool, pooled_session> traced;
    traced.by.emplace(2, how);
    REQUIRE(here.runs([&] { return traced.begin(); }));
    int wrong = 0;
    auto const child_uses_them = [&]() -> task<void> {
        auto const launching = co_await result_of(traced.by->async_launch(program("nothing"), use_tuple));
        wrong += is_refused(launching) ? 0 : 1;
        auto const [killing] = co_await traced.target->async_kill(use_tuple);
        wrong += killing == errc::wrong_process ? 0 : 1;
        std::vector<record> none;
        wrong += co_await traced.target->async_read(none) == 0 ? 0 : 1;
    };
    auto const child = in_a_process([&] {
        here.is_forked();
        bool const ended = here.runs(child_uses_them);
        traced.target.reset();
        traced.by.reset();
        return ended ? wrong : 50;
    });
    CHECK(child == 0);
    thread_exited end;
    auto const go_on = [&]() -> task<void> { end = co_await traced.end(); };
    REQUIRE(here.runs(go_on));
    check_end(traced.seen, end, exits_of);
}

TEST_CASE("a forked child in a new pid namespace reads nothing from the /proc of its parent's namespace", "[fork_of_host]")
{
    REQUIRE(sys::sees_processes());
    auto const outcome = in_a_process([] {
        if (::unshare(CLONE_NEWPID) != 0)
            return 77;
        auto const inner = in_a_process([] {
            bool const finds = sys::sees_processes() || sys::status_of(tid{::getpid()}) || !sys::all_processes().empty()
                               || !sys::file_of(sys::path_of(::getpid(), "status")).empty();
            return finds ? 1 : 0;
        });
        return WEXITSTATUS(inner);
    });
    if (WEXITSTATUS(outcome) == 77) {
        WARN("not checked: a pid namespace is not permitted here");
        return;
    }
    CHECK(outcome == 0);
}

}   // namespace fork_of_host_tests
