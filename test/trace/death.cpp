// SPDX-License-Identifier: BSL-1.0
// The tracer dies, even by SIGKILL: what it launched dies with it unless told otherwise, what it attached to lives on.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/normalise.hpp"
#include "support/run_for.hpp"

#include <boost/asio/co_spawn.hpp>

namespace death_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

constexpr auto limit = 60s;

/// A tracer in a process of its own, which can be killed.
class doomed {
public:
    /// `prepare(tracer&)` gives a session, in that process.
    template <class Prepare>
    explicit doomed(Prepare prepare)
    {
        int told[2];
        must(::pipe2(told, O_CLOEXEC));
        process_ = must(::fork());
        if (process_ == 0)
            trace_until_killed(prepare, told[1]);
        ::close(told[1]);
        std::int32_t root = 0;
        if (::read(told[0], &root, sizeof root) == sizeof root)
            root_ = pid{root};
        ::close(told[0]);
    }
    ~doomed() { kill(); }

    pid root() const noexcept { return root_; }

    void kill() noexcept
    {
        if (process_ == -1)
            return;
        ::kill(process_, SIGKILL);
        ::waitpid(std::exchange(process_, -1), nullptr, 0);
    }

private:
    template <class Prepare>
    [[noreturn]] static void trace_until_killed(Prepare prepare, int told)
    {
        asio::io_context context{1};
        try {
            asio::co_spawn(
                context,
                [&]() -> task<void> {
                    tracer by{co_await asio::this_coro::executor};
                    auto target = co_await prepare(by);
                    std::int32_t const root = raw(target.root());
                    must(::write(told, &root, sizeof root));
                    asio::steady_timer never{co_await asio::this_coro::executor, std::chrono::hours{1}};
                    co_await never.async_wait(asio::use_awaitable);
                },
                [](std::exception_ptr broken) {
                    if (broken)
                        std::rethrow_exception(broken);
                });
            context.run();
        } catch (...) {
        }
        ::_exit(97);
    }

    ::pid_t process_ = -1;
    pid     root_{};
};

/// Waits until a process that is no child of ours is gone.
void check_gone(pid process)
{
    run_for(limit, [process]() -> task<void> { co_await until([&] { return !lives(process); }); });
}

task<session> launched(tracer& by, command what, session_options options)
{
    co_return (co_await by.async_launch(std::move(what), std::move(options))).value();
}

} // namespace

TEST_CASE("a launched process dies with its tracer", "[death]")
{
    doomed tracing{[](tracer& by) { return launched(by, quiet(program("keeps_forking")), {}); }};
    REQUIRE(tracing.root() != pid{});
    tracing.kill();
    check_gone(tracing.root());
}

TEST_CASE("a launched process that may outlive its tracer does, and is not harmed", "[death]")
{
    run_for(limit, []() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        conversation talk{ex};
        doomed tracing{[&](tracer& by) {
            auto what = program("reads_line");
            what.redirects = talk.redirects();
            session_options options;
            options.outlive_tracer = true;
            return launched(by, std::move(what), std::move(options));
        }};
        talk.begin();
        auto const line = co_await talk.line();
        CHECK(line == "ready");
        tracing.kill();
        CHECK(lives(tracing.root()));
        talk.tell("hello\n");
        auto const said = co_await talk.rest();
        CHECK(said == "read 6 errno 0 hello\n\n");
    });
}

TEST_CASE("an attached process outlives its tracer unharmed", "[death][attach]")
{
    run_for(limit, []() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        started guest{ex, program("threads_wait", "10")};
        co_await guest.line();
        doomed tracing{[&](tracer& by) -> task<session> { co_return (co_await by.async_attach(guest.id())).value(); }};
        REQUIRE(tracing.root() == guest.id());
        tracing.kill();
        guest.close_input();
        auto const said = co_await guest.rest();
        CHECK(said == "joined 10\n");
        auto const status = co_await guest.status();
        CHECK(status == std::optional{0});
    });
}

TEST_CASE("an attached process that stood still for want of room goes on when its tracer dies", "[death][attach]")
{
    run_for(limit, []() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        started guest{ex, program("calls_busily")};
        co_await guest.line();
        doomed tracing{[&](tracer& by) -> task<session> {
            session_options options;
            options.depth = 1;
            co_return (co_await by.async_attach(guest.id(), options)).value();
        }};
        REQUIRE(tracing.root() == guest.id());
        co_await until([&] { return state_of(guest.leader()) == 't'; });
        tracing.kill();
        guest.signal(SIGUSR1);
        auto const said = co_await guest.rest();
        CHECK(said == "wrong 0\n");
    });
}

TEST_CASE("a whole launched tree dies with its tracer", "[death][follow]")
{
    run_for(limit, []() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        conversation talk{ex};
        doomed tracing{[&](tracer& by) {
            auto what = program("watches_child");
            what.redirects = talk.redirects();
            return launched(by, std::move(what), {});
        }};
        talk.begin();
        auto const child = number_after(co_await talk.line(), "child ");
        tracing.kill();
        co_await until([&] { return !lives(tracing.root()) && !lives(child); });
    });
}

} // namespace death_tests
