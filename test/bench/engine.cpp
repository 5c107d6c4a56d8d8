// SPDX-License-Identifier: BSL-1.0
// Measures the cost of one stop, from the wait to the resume, and the cost of sending a record to the reader of a session. The
// counter "each" is the CPU time of the tracer per stop or per record. Tracee and tracer run on one CPU. "stop/bare" measures a
// minimal tracer without the engine.
#include "engine/engine.hpp"
#include "engine/session/session_state.hpp"

#include <cotrace/cotrace.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <benchmark/benchmark.h>

#include <csignal>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sched.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cotrace::bench {
namespace {

constexpr int stops_at_once = 128;   // the least number of stops in one iteration

/// Binds this process and its children to the current CPU.
void stay_here()
{
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET(static_cast<unsigned>(::sched_getcpu()), &only);
    ::sched_setaffinity(0, sizeof only, &only);
}

std::string guest() { return COTRACE_GUEST_DIR "/repeats_calls"; }

command calling(char const* kind) { return {guest(), kind, "2000000000"}; }

task<void> launch(tracer& by, command what, session_options options, std::optional<session>& into)
{
    into.emplace(co_await by.async_launch(std::move(what), std::move(options)));
}

/// Reads and discards all records, and adds their number to `seen`.
task<void> read_all(session& from, std::size_t& seen)
{
    std::vector<record> batch;
    for (;;) {
        batch.clear();
        auto const [error, count] = co_await from.async_read(batch, use_tuple);
        if (error || count == 0)
            co_return;
        seen += count;
    }
}

void per_item(benchmark::State& state, double items)
{
    using benchmark::Counter;
    state.counters["each"] = Counter(items, Counter::kIsRate | Counter::kInvert);
}

void stop(benchmark::State& state, char const* kind, session_options const& options)
{
    asio::io_context context{1};
    tracer by{context.get_executor()};
    std::optional<session> target;
    asio::co_spawn(context, launch(by, calling(kind), options, target), [](std::exception_ptr broken) {
        if (broken)
            std::rethrow_exception(broken);
    });
    while (!target)
        context.run_one();
    std::size_t seen = 0;
    if (options.records)
        asio::co_spawn(context, read_all(*target, seen), asio::detached);
    auto const before = target->stats().stops;
    for (auto _ : state)
        for (auto const until = target->stats().stops + stops_at_once; target->stats().stops < until;)
            context.run_one();
    // One run_one() may handle several stops, so an iteration may have more than `stops_at_once` stops.
    per_item(state, static_cast<double>(target->stats().stops - before));
    (void)target->kill();
    context.run();
}

void bare_stop(benchmark::State& state)
{
    auto const child = ::fork();
    if (child == 0) {
        ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
        ::execl(guest().c_str(), guest().c_str(), "getpid", "2000000000", nullptr);
        ::_exit(127);
    }
    ::waitpid(child, nullptr, 0);
    ::ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
    __ptrace_syscall_info info{};
    for (auto _ : state)
        for (int left = stops_at_once; left > 0; --left) {
            ::ptrace(PTRACE_SYSCALL, child, nullptr, nullptr);
            ::waitpid(child, nullptr, __WALL);
            ::ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info);
        }
    per_item(state, static_cast<double>(state.iterations()) * stops_at_once);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
}

/// Measures sending `state.range(0)` records at a time through the queue of a session to a reader that awaits them.
void channel(benchmark::State& state)
{
    asio::io_context context{1};
    auto const owner = std::make_shared<engine::engine>(context.get_executor(), waiting::automatic);
    auto const queue = std::make_shared<engine::session_state>(*owner, session_options{}, ending::detach, false);
    session target{queue};
    std::size_t seen = 0;
    asio::co_spawn(context, read_all(target, seen), asio::detached);
    auto const call = std::make_shared<syscall_call>();
    auto const at_once = static_cast<std::size_t>(state.range(0));
    for (auto _ : state) {
        for (auto left = at_once; left > 0; --left)
            queue->publish(tid{7}, pid{7}, syscall_entered{call});
        queue->flush();
        for (auto const until = seen + at_once; seen < until;)
            context.run_one();
    }
    per_item(state, static_cast<double>(seen));
    queue->engine_gone({});   // ends the queue, so that read_all() returns
    context.run();
}

session_options silent()
{
    session_options options;
    options.records = false;
    options.capture.decode = false;
    return options;
}

session_options numbers()
{
    session_options options;
    options.capture.decode = false;
    return options;
}

}   // namespace
}   // namespace cotrace::bench

int main(int count, char** arguments)
{
    using namespace cotrace::bench;
    stay_here();
    auto const add = [](char const* name, char const* kind, cotrace::session_options options) {
        benchmark::RegisterBenchmark(name, [=](benchmark::State& state) { stop(state, kind, options); });
    };
    benchmark::RegisterBenchmark("stop/bare", bare_stop);
    add("stop/nothing recorded", "getpid", silent());
    add("stop/numbers only", "getpid", numbers());
    add("stop/getpid", "getpid", {});
    add("stop/openat", "openat", {});
    add("stop/read_32", "read32", {});
    benchmark::RegisterBenchmark("channel", channel)->Arg(1)->Arg(32);
    benchmark::Initialize(&count, arguments);
    if (benchmark::ReportUnrecognizedArguments(count, arguments))
        return 1;
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
