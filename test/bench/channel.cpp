// SPDX-License-Identifier: BSL-1.0
// Measures the cost of a record in a record_channel, and in Asio's concurrent_channel of the same capacity. The counter
// "each" is the CPU time per record of sender and receiver together.
#include <cotrace/record_channel.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/io_context.hpp>

#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdlib>
#include <exception>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace cotrace::bench {
namespace {

constexpr std::size_t depth = 4096;
constexpr std::size_t sent_at_once = 512;   // about as many records as a busy tracer makes in one turn of its event loop

using asio_channel = asio::experimental::concurrent_channel<void(error_code, record)>;

record sample()
{
    static auto const call = std::make_shared<syscall_call>();
    return {tid{1}, {}, syscall_entered{call}, pid{1}, {}};
}

void rethrow(std::exception_ptr broken)
{
    if (broken)
        std::rethrow_exception(broken);
}

/// A channel of Asio, with the interface that one_context() and two_threads() use.
class asios {
public:
    explicit asios(asio::io_context& context)
        : channel_{std::make_shared<asio_channel>(context, depth)}
    {
    }

    bool try_send(record fact) { return channel_->try_send(error_code{}, std::move(fact)); }
    void close() { channel_->close(); }

    task<void> receive(std::atomic<std::size_t>& received) const
    {
        auto const channel = channel_;
        for (;;) {
            auto [ec, fact] = co_await channel->async_receive(asio::as_tuple(asio::use_awaitable));
            if (ec)
                co_return;
            benchmark::DoNotOptimize(fact);
            received.fetch_add(1, std::memory_order_relaxed);
        }
    }

private:
    std::shared_ptr<asio_channel> channel_;
};

/// A record_channel whose receiver takes one record at a time.
class one_by_one {
public:
    explicit one_by_one(asio::io_context& context)
        : channel_{context.get_executor(), {.depth = depth}}
    {
    }

    bool try_send(record fact) { return channel_.try_send(std::move(fact)); }
    void close() { channel_.close(); }

    task<void> receive(std::atomic<std::size_t>& received) const
    {
        auto channel = channel_;
        while (auto const fact = co_await channel.async_receive()) {
            benchmark::DoNotOptimize(fact);
            received.fetch_add(1, std::memory_order_relaxed);
        }
    }

private:
    record_channel channel_;
};

/// A record_channel whose receiver takes all queued records at once.
class batches {
public:
    explicit batches(asio::io_context& context)
        : channel_{context.get_executor(), {.depth = depth}}
    {
    }

    bool try_send(record fact) { return channel_.try_send(std::move(fact)); }
    void close() { channel_.close(); }

    task<void> receive(std::atomic<std::size_t>& received) const
    {
        auto channel = channel_;
        std::vector<record> batch;
        while (auto const count = co_await channel.async_read(batch)) {
            benchmark::DoNotOptimize(batch.data());
            received.fetch_add(count, std::memory_order_relaxed);
            batch.clear();
        }
    }

private:
    record_channel channel_;
};

void report(benchmark::State& state, std::size_t sent, std::size_t received)
{
    if (received != sent)
        state.SkipWithError("records are missing");
    state.SetItemsProcessed(static_cast<std::int64_t>(received));
    state.counters["each"] =
        benchmark::Counter(static_cast<double>(received), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

/// Measures a sender and a receiver that share one context, as in the command `cotrace`.
template <class Channel>
void one_context(benchmark::State& state)
{
    asio::io_context context{1};
    Channel channel{context};
    std::atomic<std::size_t> received = 0;
    std::size_t sent = 0;
    asio::co_spawn(context, channel.receive(received), rethrow);
    for (auto _ : state) {
        for (std::size_t i = 0; i < sent_at_once; ++i)
            sent += channel.try_send(sample());
        context.poll();
    }
    channel.close();
    context.run();
    report(state, sent, received);
}

/// Measures a sender in this thread and a receiver in a second thread. Each iteration sends `sent_at_once` records, and waits
/// until they were received.
template <class Channel>
void two_threads(benchmark::State& state)
{
    asio::io_context context{1};
    Channel channel{context};
    std::atomic<std::size_t> received = 0;
    std::size_t sent = 0;
    asio::co_spawn(context, channel.receive(received), rethrow);
    std::thread receiver{[&] { context.run(); }};
    for (auto _ : state) {
        for (std::size_t i = 0; i < sent_at_once; ++i)
            sent += channel.try_send(sample());
        while (received.load(std::memory_order_relaxed) != sent)
            std::this_thread::yield();
    }
    channel.close();
    receiver.join();
    report(state, sent, received);
}

BENCHMARK(one_context<asios>)->MeasureProcessCPUTime();
BENCHMARK(one_context<one_by_one>)->MeasureProcessCPUTime();
BENCHMARK(one_context<batches>)->MeasureProcessCPUTime();
BENCHMARK(two_threads<asios>)->MeasureProcessCPUTime();
BENCHMARK(two_threads<one_by_one>)->MeasureProcessCPUTime();
BENCHMARK(two_threads<batches>)->MeasureProcessCPUTime();

}   // namespace
}   // namespace cotrace::bench

BENCHMARK_MAIN();
