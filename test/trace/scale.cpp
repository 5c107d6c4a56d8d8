// SPDX-License-Identifier: BSL-1.0
// Many threads, processes and commands at the same time, and kills at random moments.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/normalise.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <random>

namespace scale_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

/// Sends a client's bytes back until the client disconnects.
task<void> echo(asio::ip::tcp::socket client)
{
    std::array<char, 256> bytes;
    for (;;) {
        auto const [ec, got] = co_await client.async_read_some(asio::buffer(bytes), use_tuple);
        if (ec)
            co_return;
        co_await asio::async_write(client, asio::buffer(bytes, got), asio::use_awaitable);
    }
}

task<void> serve(asio::ip::tcp::acceptor& acceptor)
{
    for (;;) {
        auto [ec, client] = co_await acceptor.async_accept(use_tuple);
        if (ec)
            co_return;
        asio::co_spawn(co_await asio::this_coro::executor, echo(std::move(client)), asio::detached);
    }
}

/// Work of the host beside the tracing. Counts how often each kind of work was done, and how many results were wrong.
struct other_work {
    int ticks = 0, echoes = 0, children = 0, wrong = 0;
    bool over = false;

    task<void> tick()
    {
        asio::steady_timer timer{co_await asio::this_coro::executor};
        for (; !over; ++ticks) {
            timer.expires_after(1ms);
            co_await timer.async_wait(asio::use_awaitable);
        }
    }

    task<void> talk(asio::ip::tcp::endpoint to)
    {
        asio::ip::tcp::socket server{co_await asio::this_coro::executor};
        co_await server.async_connect(to, asio::use_awaitable);
        for (; !over; ++echoes) {
            auto const sent = std::to_string(echoes) + "\n";
            std::string came(sent.size(), '\0');
            co_await asio::async_write(server, asio::buffer(sent), asio::use_awaitable);
            co_await asio::async_read(server, asio::buffer(came), asio::use_awaitable);
            wrong += came != sent;
        }
    }

    task<void> raise_children()
    {
        for (; !over; ++children) {
            auto const child = must(::fork());
            if (child == 0)
                ::_exit(children % 100);
            int status = -1;
            co_await until([&] { return ::waitpid(child, &status, WNOHANG) != 0; });
            wrong += !WIFEXITED(status) || WEXITSTATUS(status) != children % 100;
        }
    }
};

/// Runs the coroutine `body` with a generator of random numbers, whose seed is shown if the test fails.
template <class Body>
void run_with_random_numbers(Body body)
{
    auto const seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random{seed};
    run_for(5 * live_limit, [&] { return body(random); });
}

/// Waits for a random time from 0 to `most`.
task<void> wait_randomly(std::mt19937& random, std::chrono::microseconds most)
{
    std::uniform_int_distribution<std::chrono::microseconds::rep> number{0, most.count()};
    asio::steady_timer moment{co_await asio::this_coro::executor, std::chrono::microseconds{number(random)}};
    co_await moment.async_wait(asio::use_awaitable);
}

/// Four sessions, each of a guest that makes calls all the time.
task<std::vector<session>> busy_sessions(tracer& by)
{
    session_options options;
    options.records = false;
    std::vector<session> busy;
    for (int i = 0; i < 4; ++i)
        busy.push_back(co_await by.async_launch(quiet(program("calls_busily")), options));
    co_return busy;
}

}   // namespace

LIVE_TEST_WITHIN(5 * live_limit, "a thousand threads are followed, and the call and the end of each are recorded",
                 "[scale][threads]")
{
    session_options options;
    options.filter = filter{"getppid"};
    auto const seen = co_await trace_of(program("threads_many", "1000"), options);
    CHECK(seen.output == "joined 1000\n");
    CHECK(calls(seen.records, SYS_getppid).size() == 1000);
    CHECK(count<thread_started>(seen.records) == 1001);
    CHECK(count<thread_exited>(seen.records) == 1001);
    CHECK(count<trace_failed>(seen.records) == 0);
}

LIVE_TEST_WITHIN(5 * live_limit, "the end of each of thousands of short processes, sixteen at a time, is recorded",
                 "[scale][follow]")
{
    unsigned const processes = short_form() ? 500 : 5000;
    session_options options;
    options.filter = filter{"none"};
    auto const seen = co_await trace_of(program("forks_many", std::to_string(processes), "16"), options);
    long sum = 0, expected = 0;
    std::size_t known = 0;
    for (auto const& each : all<thread_exited>(seen.records)) {
        sum += each.what.status;
        known += each.what.known && !each.what.killed;
    }
    for (unsigned i = 0; i < processes; ++i)
        expected += i % 251;
    CHECK(seen.output == "ended " + std::to_string(processes) + " sum " + std::to_string(expected) + "\n");
    CHECK(known == processes + 1);
    CHECK(sum == expected);
    CHECK(count<thread_started>(seen.records) == processes + 1);
    CHECK(count<trace_failed>(seen.records) == 0);
}

LIVE_TEST_WITHIN(5 * live_limit,
                 "eight commands are traced at the same time beside a server, a timer and the host's own children",
                 "[scale][sessions][waiting]")
{
    auto const ex = co_await asio::this_coro::executor;
    std::vector<command> const subjects{program("forks_many", "200", "8"), program("threads_many", "50"),
                                        program("churns_threads"),         program("execs_again", "30"),
                                        program("queues_realtime"),        program("stops_child", "19"),
                                        program("sleeps", "200"),          program("thread_execs", guest("hello"))};
    std::vector<outcome_of> expected;
    for (auto const& each : subjects)
        expected.push_back(untraced(each));

    asio::ip::tcp::acceptor listener{ex, asio::ip::tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
    other_work beside;
    int at_work = 3;
    auto const leave = [&](std::exception_ptr broken) {
        --at_work;
        if (broken)
            std::rethrow_exception(broken);
    };
    asio::co_spawn(ex, serve(listener), asio::detached);
    asio::co_spawn(ex, beside.tick(), leave);
    asio::co_spawn(ex, beside.talk(listener.local_endpoint()), leave);
    asio::co_spawn(ex, beside.raise_children(), leave);

    // The guest calls_busily keeps the tracer busy until the other work is done.
    tracer by{ex};
    session_options unread;
    unread.records = false;
    auto busy = co_await launched(by, program("calls_busily"), unread);
    std::vector<std::optional<trace>> seen(subjects.size());
    for (std::size_t i = 0; i < subjects.size(); ++i)
        asio::co_spawn(
            ex, [&, i]() -> task<void> { seen[i] = co_await trace_of(by, subjects[i]); }, asio::detached);
    co_await until([&] { return std::ranges::all_of(seen, [](auto const& each) { return each.has_value(); }); });
    co_await until([&] { return std::min({beside.ticks, beside.echoes, beside.children}) > 10; });
    beside.over = true;
    (void)busy.kill();
    co_await busy.async_wait();
    co_await until([&] { return at_work == 0; });
    listener.close();

    for (std::size_t i = 0; i < subjects.size(); ++i) {
        INFO(subjects[i].argv[0]);
        CHECK(seen[i]->output == expected[i].output);
        CHECK(wait_status(seen[i]->end) == expected[i].status);
        CHECK(count<trace_failed>(seen[i]->records) == 0);
    }
    CHECK(beside.wrong == 0);
    CHECK(beside.ticks > 10);
    CHECK(beside.echoes > 10);
    CHECK(beside.children > 10);
}

TEST_CASE("many subjects that are killed at a random moment leave no error and no process", "[scale][exit]")
{
    run_with_random_numbers([](std::mt19937& random) -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        auto const before = children();
        tracer by{ex};
        for (int i = 0; i < (short_form() ? 20 : 200); ++i) {
            CAPTURE(i);
            session_options options;
            if (i % 2)
                options.filter = filter{"none"};
            if (i % 3 == 0)
                options.depth = 4;
            auto target = co_await by.async_launch(quiet(program("keeps_forking")), options);
            std::vector<record> seen;
            bool over = false;
            asio::co_spawn(
                ex,
                [&]() -> task<void> {
                    seen = co_await drain(target);
                    over = true;
                },
                asio::detached);
            co_await wait_randomly(random, 20ms);
            must(::kill(raw(target.root()), SIGKILL));
            // The signal does not kill the children of the launched process. Each child ends by itself.
            co_await until([&] { return over; });
            auto const end = co_await target.async_wait();
            CHECK(end.killed);
            CHECK(end.status == SIGKILL);
            CHECK(count<trace_failed>(seen) == 0);
            CHECK(count<thread_started>(seen) == count<thread_exited>(seen));
        }
        CHECK(children() == before);
    });
}

TEST_CASE("many sessions that are destroyed at a random moment leave no process", "[scale][sessions]")
{
    run_with_random_numbers([](std::mt19937& random) -> task<void> {
        auto const before = children();
        tracer by{co_await asio::this_coro::executor};
        for (int i = 0; i < (short_form() ? 10 : 100); ++i) {
            session_options options;
            options.filter = filter{"none"};
            auto target = co_await by.async_launch(quiet(program("keeps_forking")), options);
            co_await wait_randomly(random, 10ms);
        }
        co_await until([&] { return children() == before; });
    });
}

LIVE_TEST("busy subjects do not starve another subject", "[scale][sessions]")
{
    tracer by{co_await asio::this_coro::executor};
    auto busy = co_await busy_sessions(by);
    auto const seen = co_await trace_of(by, program("forks"));
    CHECK(seen.end.status == 1);
    for (auto& each : busy)
        CHECK(lives(each.root()));
}

LIVE_TEST("the next stop of a thread that slept is found while other threads keep the tracer busy", "[scale][sessions]")
{
    tracer by{co_await asio::this_coro::executor};
    auto busy = co_await busy_sessions(by);
    for (int i = 0; i < 20; ++i) {
        auto const seen = co_await trace_of(by, program("sleeps", "20"));
        CHECK(seen.end.status == 0);
    }
}

}   // namespace scale_tests
