// SPDX-License-Identifier: BSL-1.0
// Sessions by observation (tracing::observation, eBPF): they record the same calls as sessions by ptrace(2), and do not
// stop the threads.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/event_loop.hpp"
#include "support/live_test.hpp"
#include "support/observation.hpp"

#include <cotrace/render/text.hpp>

#include <map>
#include <optional>
#include <regex>
#include <thread>

#include <csignal>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace observe_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

/// Replaces the parts of the text that differ between two runs: addresses, the process id, and the spaces before results.
std::string independent_of_the_run(std::string text, pid process)
{
    static std::regex const address{"0x[0-9a-f]{6,}"};
    text = std::regex_replace(text, address, "ADDRESS");
    text = std::regex_replace(text, std::regex{"\\b" + std::to_string(raw(process)) + "\\b"}, "PROCESS");
    return std::regex_replace(text, std::regex{" += "}, " = ");
}

/// The texts of each thread's records, sorted. SIGCHLD is left out, because observation does not record signals that a process
/// ignores.
std::vector<std::vector<std::string>> stories_of(trace const& from)
{
    std::vector<std::vector<std::string>> all;
    std::map<tid, std::size_t> where;
    for (auto const& each : from.records) {
        auto const* const signal = std::get_if<signal_received>(&each.what);
        bool const is_told = std::holds_alternative<syscall_exited>(each.what) || std::holds_alternative<thread_exited>(each.what)
                             || std::holds_alternative<image_replaced>(each.what);
        if (!is_told && (signal == nullptr || signal->info.si_signo == SIGCHLD))
            continue;
        auto const [at, is_new] = where.try_emplace(each.thread, all.size());
        if (is_new)
            all.emplace_back();
        all[at->second].push_back(independent_of_the_run(render::text(each), each.process));
    }
    std::ranges::sort(all);
    return all;
}

/// Checks that sessions by observation and by ptrace(2) with the filter `which` record the same calls, signals and ends.
task<void> compare(command subject, char const* which)
{
    tracer by{co_await asio::this_coro::executor};
    if (co_await cannot_observe(by))
        co_return;
    session_options stopped;
    stopped.filter = filter{which};
    auto const here = co_await trace_of(by, subject, stopped);
    auto const there = co_await trace_of(by, subject, by_observation(which));
    CAPTURE(subject.argv);
    CHECK(stories_of(there) == stories_of(here));
    CHECK(there.output == here.output);
    CHECK(wait_status(there.end) == wait_status(here.end));
    CHECK(there.stats.lost == 0);
    CHECK(count<trace_failed>(there.records) == 0);
}

}   // namespace

LIVE_TEST("observation records the same calls of a program as ptrace", "[observe]")
{
    co_await compare(program("hello"), "write,execve,exit_group");
    co_await compare(program("opens_file", "/etc/passwd", "2"), "%file,read,close");
}

LIVE_TEST("observation records paths, vectors of strings, structures and buffers as ptrace does", "[observe]")
{
    co_await compare(command_of("/bin/sh", "-c", "echo one; exec /bin/echo two three"), "execve,write,%file,newfstatat");
}

LIVE_TEST("observation records each execve(2) of a process", "[observe]")
{
    co_await compare(program("execs", guest("execs"), guest("exits"), "8"), "execve,exit_group");
    co_await compare(program("exec_fails"), "execve");
}

LIVE_TEST("observation records how a program was killed", "[observe]")
{
    co_await compare(program("segfaults"), "execve");
    co_await compare(program("signals_itself"), "execve,kill,tgkill");
}

LIVE_TEST("if a session selects files, the BPF programs send it no events of calls that use no file", "[observe]")
{
    tracer by{co_await asio::this_coro::executor};
    if (co_await cannot_observe(by))
        co_return;
    auto options = by_observation();
    auto const all = co_await trace_of(by, program("repeats_calls", "getpid", "1000"), options);
    CHECK(all.stats.stops > 1000);
    options.accesses.paths = {"/nonexistent"};
    auto const selected = co_await trace_of(by, program("repeats_calls", "getpid", "1000"), options);
    CHECK(selected.stats.stops < 1000);
}

LIVE_TEST("observation follows new threads and processes", "[observe]")
{
    tracer by{co_await asio::this_coro::executor};
    if (co_await cannot_observe(by))
        co_return;
    auto const here = co_await trace_of(by, program("forks_many", "5", "2"), session_options{});
    auto const there = co_await trace_of(by, program("forks_many", "5", "2"), by_observation());
    CHECK(count<thread_started>(there.records) == count<thread_started>(here.records));
    CHECK(count<thread_exited>(there.records) == count<thread_exited>(here.records));
    for (auto const& each : all<thread_started>(there.records))
        CHECK(end_of(there.records, each.thread));
}

LIVE_TEST("observation with `follow = false` records only the first process", "[observe]")
{
    tracer by{co_await asio::this_coro::executor};
    if (co_await cannot_observe(by))
        co_return;
    auto options = by_observation();
    options.follow = false;
    auto const seen = co_await trace_of(by, program("forks_many", "5", "2"), options);
    CHECK(count<thread_started>(seen.records) == 1);
}

LIVE_TEST("an attach by observation records the start of the attached thread, and the session ends after a detach", "[observe]")
{
    tracer by{co_await asio::this_coro::executor};
    if (co_await cannot_observe(by))
        co_return;
    conversation talk{co_await asio::this_coro::executor};
    auto plain = co_await launched(by, program("calls_when_told"), talk, session_options{}.without_records());
    auto target = co_await by.async_attach(plain.root(), by_observation());
    auto const first = co_await target.async_next();
    REQUIRE(first);
    CHECK(std::holds_alternative<thread_started>(first->what));
    REQUIRE(target.detach());
    co_await drain(target);
    REQUIRE(plain.kill());
    co_await plain.async_wait();
}

TEST_CASE("a process that was attached by observation lives on when a second thread runs the executor of its tracer", "[observe]")
{
    pid_t const observed = ::fork();
    if (observed == 0)
        for (;;)
            ::usleep(1000);   // events of these calls make the executor run the tracer
    REQUIRE(observed > 0);
    asio::io_context context{1};
    tracer by{context.get_executor()};
    std::optional<session> target;
    bool skipped = false, ended = false;
    auto const attach = [&]() -> task<void> {
        skipped = co_await cannot_observe(by);
        if (!skipped)
            target = co_await by.async_attach(pid{observed}, by_observation());
    };
    asio::co_spawn(context, attach, asio::detached);
    CHECK(run_until(context, [&] { return skipped || target.has_value(); }));
    if (target) {
        target->async_wait([&](error_code why, thread_exited) {
            CHECK(why == errc::wrong_thread);
            ended = true;
        });
        context.poll();
        bool in_time = false;
        std::thread{[&] { in_time = run_until(context, [&] { return ended; }); }}.join();
        CHECK(in_time);
    }
    CHECK(::waitpid(observed, nullptr, WNOHANG) == 0);
    CHECK(::kill(observed, SIGKILL) == 0);
    CHECK(::waitpid(observed, nullptr, 0) == observed);
}

LIVE_TEST("a launch by observation with options that need stops of threads fails with errc::not_by_observation", "[observe]")
{
    tracer by{co_await asio::this_coro::executor};
    if (co_await cannot_observe(by))
        co_return;
    auto const refusal = [&](session_options options) -> task<error_code> {
        options.how = tracing::observation;
        auto const done = co_await result_of(by.async_launch(quiet(program("nothing")), std::move(options), use_tuple));
        co_return done ? error_code{} : done.error().code;
    };
    session_options intercepting, stacks, blocking;
    intercepting.interceptors.push_back(std::make_shared<scripted>(SYS_getpid));
    stacks.capture.stacks.calls = true;
    blocking.when_full = overflow::block;
    auto const of_intercepting = co_await refusal(intercepting);
    CHECK(of_intercepting == errc::not_by_observation);
    auto const of_stacks = co_await refusal(stacks);
    CHECK(of_stacks == errc::not_by_observation);
    auto const of_blocking = co_await refusal(blocking);
    CHECK(of_blocking == errc::not_by_observation);
}

LIVE_TEST("an observed program ends although the queue is full, and the statistics and the records count the same lost records",
          "[observe]")
{
    tracer by{co_await asio::this_coro::executor};
    if (co_await cannot_observe(by))
        co_return;
    auto options = by_observation();
    options.buffer_size = 1 << 16;
    options.depth = 10;
    auto target = co_await launched(by, program("calls_when_told", "2048"), std::move(options));
    auto const seen = co_await drain(target);
    std::uint64_t lost = 0;
    for (auto const& each : all<records_lost>(seen))
        lost += each.what.count;
    auto const end = co_await target.async_wait();
    CHECK(wait_status(end) == 0);
    CHECK(target.stats().lost == lost);
}

}   // namespace observe_tests
