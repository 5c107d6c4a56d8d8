// SPDX-License-Identifier: BSL-1.0
// A thread other than the thread group leader calls execve(2) and gets the leader's id. The leader is untraced, being detached,
// or in another session.
#include "support/attaching.hpp"
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/ready_guests.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <chrono>
#include <optional>
#include <thread>

namespace takeover_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

/// A guest with three threads. One of the threads reads a byte from standard input, and then calls execve(2).
struct threaded_guest {
    started io;
    pid executes{};
    pid waits{};
};

/// Starts a `threaded_guest`. `words` are the program that its execve(2) executes, and the arguments of the program.
template <std::convertible_to<std::string>... Words>
task<threaded_guest> threaded(Words... words)
{
    auto const executor = co_await asio::this_coro::executor;
    started io{executor, program("executes_when_told", std::move(words)...)};
    auto const line = co_await io.line();
    co_return threaded_guest{std::move(io), number_after(line, "executes "), number_after(line, "waits ")};
}

/// Another tracer process, which holds a thread at its PTRACE_EVENT_EXIT stop. Until the release, an execve(2) in the thread's
/// process waits.
struct exit_holder {
    started io;

    task<void> expect(std::string what)
    {
        auto const line = co_await io.line();
        REQUIRE(line == what);
    }
};

/// Starts another tracer process, which will hold `thread` at its PTRACE_EVENT_EXIT stop.
task<exit_holder> holding_at_exit(pid thread)
{
    auto const executor = co_await asio::this_coro::executor;
    exit_holder made{started{executor, program("holds_at_exit", std::to_string(raw(thread)))}};
    co_await made.expect("seized");
    co_return std::move(made);
}

/// Attaches to the threads `threads` only.
task<session> attached_to(tracer& by, std::vector<pid> threads)
{
    std::vector<target> targets;
    for (pid const each : threads)
        targets.push_back(targets::process{each});
    co_return co_await attached(by, std::move(targets), without_following());
}

/// A session of some threads of a guest. The guest's execve(2) waits until `delay` releases a thread.
struct delayed_exec {
    exit_holder delay;
    tracer by;
    session target;
};

/// Attaches to the threads `traced` of `subject`, and lets `subject` call execve(2). Returns when the execve(2) waits for
/// the thread `held`.
task<delayed_exec> begin_exec(threaded_guest& subject, std::vector<pid> traced, pid held, waiting side)
{
    auto delay = co_await holding_at_exit(held);
    tracer by{co_await asio::this_coro::executor, side};
    auto target = co_await attached_to(by, std::move(traced));
    subject.io.tell("x");
    co_await delay.expect("held");
    co_return delayed_exec{std::move(delay), std::move(by), std::move(target)};
}

/// Reads the remaining records, and checks that `threads` threads were detached and that nothing failed.
task<void> check_detached(session& target, std::size_t threads)
{
    auto const rest = co_await drain(target);
    CHECK(count<detached>(rest) == threads);
    CHECK(count<trace_failed>(rest) == 0);
}

/// Checks that the thread `former` executed a program and got the id of `process`.
void check_taken_over(std::vector<record> const& records, pid process, pid former)
{
    auto const replaced = all<image_replaced>(records);
    REQUIRE(replaced.size() == 1);
    CHECK(replaced[0].thread == leader(process));
    CHECK(replaced[0].what.former == leader(former));
    CHECK(count<trace_failed>(records) == 0);
}

waiting either_side() { return GENERATE(waiting::automatic, waiting::signalfd); }

}   // namespace

TEST_CASE("a process can be detached while one of its threads is in execve and the leader has exited", "[takeover][detach][exec]")
{
    auto const side = either_side();
    run_for(live_limit, [&]() -> task<void> {
        auto subject = co_await threaded(guest("hello"));
        std::vector<pid> const both{subject.io.id(), subject.executes};
        auto [delay, by, target] = co_await begin_exec(subject, both, subject.waits, side);
        co_await until([&] { return state_of(subject.io.leader()) == 'Z'; });
        CHECK(target.detach());
        delay.io.close_input();
        co_await check_detached(target, 2);
        co_await check_rest(subject.io, "hello\n");
        auto const status = co_await subject.io.status();
        CHECK(status == 0);
    });
}

TEST_CASE("an attach that waits for an execve completes although the queue has no room for the end of a thread",
          "[takeover][attach][exec]")
{
    auto const side = either_side();
    run_for(live_limit, [&]() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        // The execve(2) of `first` blocks the attach until `delay` releases a thread. Meanwhile `subject` calls execve(2).
        auto first = co_await threaded(guest("reads_line"));
        auto delay = co_await holding_at_exit(first.waits);
        first.io.tell("x");
        co_await delay.expect("held");
        auto subject = co_await threaded(guest("reads_line"));

        tracer by{ex, side};
        std::vector<target> const all{targets::process{subject.waits}, targets::process{first.io.id()},
                                      targets::process{subject.io.id()}};
        auto options = without_following();
        options.depth = 1;
        std::optional<result<session, failure>> tried;
        asio::co_spawn(
            ex, [&]() -> task<void> { tried.emplace(co_await by.async_attach(all, options)); }, asio::detached);
        co_await until([&] { return tracer_of(leader(subject.waits)) == tid{::getpid()}; });
        subject.io.tell("x");
        // When the calling thread neither sleeps in read(2) nor runs, it waits in execve(2) for the other threads to end.
        co_await until([&] {
            auto const state = state_of(leader(subject.executes));
            return state != 'S' && state != 'R';
        });
        delay.io.close_input();
        co_await until([&] { return tried.has_value(); });
        INFO((*tried ? std::string{} : tried->error().message()));
        REQUIRE(tried->has_value());
        auto& target = tried->value();
        CHECK(target.detach());
        auto const rest = co_await drain(target);
        CHECK(count<thread_exited>(rest) == 1);
        for (auto* each : {&first, &subject}) {
            each->io.tell("hello\n");
            co_await check_rest(each->io, "ready\nread 6 errno 0 hello\n\n");
        }
    });
}

TEST_CASE("a launched process can be detached while one of its threads is in execve", "[takeover][detach][exec]")
{
    auto const side = either_side();
    run_for(live_limit, [&]() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        tracer by{ex, side};
        conversation talk{ex};
        session_options options;
        options.filter = filter{"execve"};
        options.in_kernel = kernel_filter::off;
        options.depth = 1;
        auto target = co_await launched(by, program("executes_when_told", guest("hello")), talk, options);
        std::size_t born = 0;
        co_await read_until(target, [&](record const& each) {
            born += std::holds_alternative<thread_started>(each.what);
            return born == 3;
        });
        auto const line = co_await talk.line();
        auto const executes = leader(number_after(line, "executes "));
        auto const waits = leader(number_after(line, "waits "));
        // The record of the execve fills the queue, so the other threads are held at their PTRACE_EVENT_EXIT stops.
        talk.tell("x");
        co_await until(
            [&] { return state_of(executes) == 'D' && state_of(waits) == 't' && state_of(leader(target.root())) == 't'; });
        CHECK(target.detach());
        auto const rest = co_await drain(target);
        CHECK(count<trace_failed>(rest) == 0);
        co_await check_rest(talk, "hello\n");
    });
}

TEST_CASE("the only traced thread of a process is still traced after its exec, under the id of the process", "[takeover][exec]")
{
    auto const side = either_side();
    run_for(live_limit, [&]() -> task<void> {
        auto subject = co_await threaded(guest("exits"), "5");
        tracer by{co_await asio::this_coro::executor, side};
        std::vector<pid> const alone{subject.executes};
        auto target = co_await attached_to(by, alone);
        subject.io.tell("x");
        auto const records = co_await drain(target);
        check_taken_over(records, subject.io.id(), subject.executes);
        auto const end = end_of(records, subject.io.leader());
        REQUIRE(end.has_value());
        CHECK(end->status == 5);
        // The process is the host's own child, so the host reaps it.
        auto const status = co_await subject.io.status();
        CHECK(status == 5 << 8);
    });
}

TEST_CASE("the only traced thread of a process can be detached while it is in execve", "[takeover][detach][exec]")
{
    auto const side = either_side();
    run_for(live_limit, [&]() -> task<void> {
        auto subject = co_await threaded(guest("hello"));
        std::vector<pid> const alone{subject.executes};
        auto [delay, by, target] = co_await begin_exec(subject, alone, subject.waits, side);
        CHECK(target.detach());
        delay.io.close_input();
        co_await check_detached(target, 1);
        co_await check_rest(subject.io, "hello\n");
    });
}

TEST_CASE("the only traced thread can be detached after it got the leader's id, before the tracer knows this",
          "[takeover][detach][exec]")
{
    auto const side = either_side();
    run_for(live_limit, [&]() -> task<void> {
        auto subject = co_await threaded(guest("hello"));
        std::vector<pid> const alone{subject.executes};
        auto [delay, by, target] = co_await begin_exec(subject, alone, subject.waits, side);
        co_await until([&] { return state_of(leader(subject.executes)) == 'D'; });   // the thread is in its execve(2)
        delay.io.close_input();
        // The test does not let the tracer run until the thread is at PTRACE_EVENT_EXEC, under its leader's id.
        auto const end = std::chrono::steady_clock::now() + live_limit;
        while (exists(pid{raw(subject.executes)}) && std::chrono::steady_clock::now() < end)
            std::this_thread::yield();
        while (state_of(subject.io.leader()) != 't' && std::chrono::steady_clock::now() < end)
            std::this_thread::yield();
        CHECK(target.detach());
        co_await check_detached(target, 1);
        co_await check_rest(subject.io, "hello\n");
    });
}

TEST_CASE("a thread is traced through its exec although another process traces the leader whose id it gets", "[takeover][exec]")
{
    auto const side = either_side();
    run_for(live_limit, [&]() -> task<void> {
        auto subject = co_await threaded(guest("exits"), "5");
        std::vector<pid> const alone{subject.executes};
        auto [delay, by, target] = co_await begin_exec(subject, alone, subject.io.id(), side);
        delay.io.close_input();
        auto const records = co_await drain(target);
        check_taken_over(records, subject.io.id(), subject.executes);
    });
}

TEST_CASE("a thread is traced through its exec although another session traces the leader whose id it gets",
          "[takeover][exec][sessions]")
{
    auto const side = either_side();
    bool const same_tracer = GENERATE(true, false);
    bool const leader_first = GENERATE(true, false);
    run_for(live_limit, [&]() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        auto subject = co_await threaded(guest("exits"), "5");
        tracer one{ex, side};
        tracer two{ex, side};
        std::vector<pid> const thread{subject.executes};
        std::vector<pid> const process{subject.io.id()};
        session of_leader;
        if (leader_first)
            of_leader = co_await attached_to(two, process);
        auto of_thread = co_await attached_to(same_tracer ? two : one, thread);
        if (!leader_first)
            of_leader = co_await attached_to(two, process);
        subject.io.tell("x");
        auto const records = co_await drain(of_thread);
        check_taken_over(records, subject.io.id(), subject.executes);
        auto const end = end_of(records, subject.io.leader());
        REQUIRE(end.has_value());
        CHECK(end->status == 5);
        auto const before = co_await drain(of_leader);
        REQUIRE(!before.empty());
        auto const* const over = std::get_if<superseded>(&before.back().what);
        REQUIRE(over != nullptr);
        CHECK(over->by == leader(subject.executes));
        CHECK(!end_of(before, subject.io.leader()));
        auto const status = co_await subject.io.status();
        CHECK(status == 5 << 8);
    });
}

TEST_CASE("if an untraced thread gets the id of a traced leader, the leader is recorded as superseded, and the process goes on",
          "[takeover][exec]")
{
    auto const side = either_side();
    run_for(live_limit, [&]() -> task<void> {
        auto subject = co_await threaded(guest("reads_line"));
        // The tracer runs in a process that is not the guest's parent.
        auto const trace_leader = [&] {
            std::vector<record> records;
            run_for(live_limit, [&]() -> task<void> {
                tracer by{co_await asio::this_coro::executor, side};
                std::vector<pid> const process{subject.io.id()};
                auto target = co_await attached_to(by, process);
                subject.io.tell("x");
                records = co_await drain(target);
            });
            auto const* const over = std::get_if<superseded>(&records.back().what);
            return over != nullptr && over->by == tid{} && !end_of(records, subject.io.leader()) ? 0 : 1;
        };
        CHECK(in_a_process(trace_leader) == 0);
        subject.io.close_input();
        co_await check_rest(subject.io, "ready\nread 0 errno 0 \n");
        auto const status = co_await subject.io.status();
        CHECK(status == 0);
    });
}

TEST_CASE("a launched process can be detached after an exec by its untraced thread", "[takeover][detach][exec]")
{
    auto const side = either_side();
    run_for(live_limit, [&]() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        tracer by{ex, side};
        conversation talk{ex};
        auto target = co_await launched(by, program("executes_when_told", guest("reads_line")), talk, without_following());
        (void)co_await talk.line();
        talk.tell("x");
        auto const line = co_await talk.line();
        CHECK(line == "ready");
        CHECK(target.detach());
        auto const rest = co_await drain(target);
        CHECK(count<detached>(rest) == 1);
        talk.close_input();
        co_await check_rest(talk, "read 0 errno 0 \n");
    });
}

TEST_CASE("the status of a launched process is reported after an exec by its untraced thread", "[takeover][exec]")
{
    auto const side = either_side();
    run_for(live_limit, [&]() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        tracer by{ex, side};
        conversation talk{ex};
        auto target = co_await launched(by, program("executes_when_told", guest("exits"), "5"), talk, without_following());
        talk.tell("x");
        co_await drain(target);
        auto const end = co_await target.async_wait();
        CHECK(end.known);
        CHECK(end.status == 5);
    });
}

LIVE_TEST("a thread that is detached at its exec may use all processors of its process again",
          "[takeover][detach][exec][placement]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    conversation talk{ex};
    session_options options;
    options.detach_at_exec = true;
    options.placing = cpu_placement::always;
    auto target = co_await launched(by, program("executes_when_told", guest("says_affinity")), talk, options);
    (void)co_await talk.line();
    talk.tell("x");
    co_await drain(target);
    auto const line = co_await talk.line();
    cpu_set_t own;
    must(::sched_getaffinity(0, sizeof own, &own));
    CHECK(line.ends_with(" may use " + std::to_string(CPU_COUNT(&own))));
    talk.close_input();
    co_await talk.rest();
}

}   // namespace takeover_tests
