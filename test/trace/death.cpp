// SPDX-License-Identifier: BSL-1.0
// What happens when the tracer's process is killed: launched processes die unless `outlive_tracer` is set, and attached
// processes live on.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/normalise.hpp"
#include "support/ready_guests.hpp"

#include <boost/asio/co_spawn.hpp>

namespace death_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

/// A child process in which a tracer runs. The test can kill the child.
class killable_tracer {
public:
    /// `prepare(tracer&)` runs in the child process and returns a session.
    template <class Prepare>
    explicit killable_tracer(Prepare prepare)
    {
        int root_pipe[2];
        must(::pipe2(root_pipe, O_CLOEXEC));
        process_ = must(::fork());
        if (process_ == 0)
            trace_until_killed(prepare, root_pipe[1]);
        ::close(root_pipe[1]);
        std::int32_t root = 0;
        if (::read(root_pipe[0], &root, sizeof root) == sizeof root)
            root_ = pid{root};
        ::close(root_pipe[0]);
    }
    ~killable_tracer() { kill(); }

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
    [[noreturn]] static void trace_until_killed(Prepare prepare, int root_pipe)
    {
        asio::io_context context{1};
        try {
            asio::co_spawn(
                context,
                [&]() -> task<void> {
                    tracer by{co_await asio::this_coro::executor};
                    auto target = co_await prepare(by);
                    std::int32_t const root = raw(target.root());
                    must(::write(root_pipe, &root, sizeof root));
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
    pid root_{};
};

/// Waits until a process that is not a child of the test has ended. Fails the test after `live_limit`.
void check_gone(pid process)
{
    run_for(live_limit, [process]() -> task<void> { co_await until([&] { return !lives(process); }); });
}

task<session> launched(tracer& by, command what, session_options options)
{
    co_return co_await by.async_launch(std::move(what), std::move(options));
}

}   // namespace

TEST_CASE("a launched process dies with its tracer", "[death]")
{
    killable_tracer tracing{[](tracer& by) { return launched(by, quiet(program("keeps_forking")), {}); }};
    REQUIRE(tracing.root() != pid{});
    tracing.kill();
    check_gone(tracing.root());
}

LIVE_TEST("a launched process with outlive_tracer runs on unharmed after its tracer's death", "[death]")
{
    auto const ex = co_await asio::this_coro::executor;
    conversation talk{ex};
    killable_tracer tracing{[&](tracer& by) {
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
    co_await check_rest(talk, "read 6 errno 0 hello\n\n");
}

LIVE_TEST("an attached process runs on unharmed after its tracer's death", "[death][attach]")
{
    auto guest = co_await ready_untraced(program("threads_wait", "10"));
    killable_tracer tracing{[&](tracer& by) -> task<session> { co_return co_await by.async_attach(guest.id()); }};
    REQUIRE(tracing.root() == guest.id());
    tracing.kill();
    guest.close_input();
    co_await check_rest(guest, "joined 10\n");
    auto const status = co_await guest.status();
    CHECK(status == std::optional{0});
}

LIVE_TEST("an attached process that is held because the record queue is full goes on when its tracer dies", "[death][attach]")
{
    auto guest = co_await ready_untraced(program("calls_busily"));
    killable_tracer tracing{[&](tracer& by) -> task<session> {
        session_options options;
        options.depth = 1;
        co_return co_await by.async_attach(guest.id(), options);
    }};
    REQUIRE(tracing.root() == guest.id());
    co_await until([&] { return state_of(guest.leader()) == 't'; });
    tracing.kill();
    guest.signal(SIGUSR1);
    co_await check_rest(guest, "wrong 0\n");
}

LIVE_TEST("a launched process and its child die with the tracer", "[death][follow]")
{
    auto const ex = co_await asio::this_coro::executor;
    conversation talk{ex};
    killable_tracer tracing{[&](tracer& by) {
        auto what = program("watches_child");
        what.redirects = talk.redirects();
        return launched(by, std::move(what), {});
    }};
    talk.begin();
    auto const child = number_after(co_await talk.line(), "child ");
    tracing.kill();
    co_await until([&] { return !lives(tracing.root()) && !lives(child); });
}

}   // namespace death_tests
