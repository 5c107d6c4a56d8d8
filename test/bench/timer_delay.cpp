// SPDX-License-Identifier: BSL-1.0
// Measures the delay of a 1 ms timer on the executor of a tracer that traces two busy guests. Prints percentiles of the
// delay, in milliseconds.
#include <cotrace/cotrace.hpp>
#include <cotrace/render/text.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace cotrace;
using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

/// Writes the records of `from` as text, as the command cotrace does.
task<void> write_text(record_channel from, std::shared_ptr<std::FILE> into)
{
    render::text_renderer renderer;
    std::vector<record> batch;
    std::string text;
    while (co_await from.async_read(batch) != 0) {
        for (auto const& each : batch)
            renderer.append(each, text);
        batch.clear();
        std::fwrite(text.data(), 1, text.size(), into.get());
        text.clear();
    }
}

/// The delays of a 1 ms timer that is restarted again and again during `time`; in milliseconds, in ascending order.
task<std::vector<double>> delays_in(std::chrono::seconds time)
{
    std::vector<double> all;
    asio::steady_timer timer{co_await asio::this_coro::executor};
    auto const end = clock_type::now() + time;
    while (clock_type::now() < end) {
        timer.expires_after(1ms);
        auto const due = timer.expiry();
        co_await timer.async_wait(asio::use_awaitable);
        all.push_back(std::chrono::duration<double, std::milli>{clock_type::now() - due}.count());
    }
    std::ranges::sort(all);
    co_return all;
}

task<void> measure(std::chrono::seconds time)
{
    auto const ex = co_await asio::this_coro::executor;
    std::shared_ptr<std::FILE> const file{std::tmpfile(), [](std::FILE* opened) {
                                              if (opened != nullptr)
                                                  std::fclose(opened);
                                          }};
    if (!file)
        std::abort();
    tracer by{ex};
    std::vector<session> subjects;
    for (int i = 0; i < 2; ++i) {
        command what{COTRACE_GUEST_DIR "/repeats_calls", "getpid", "1000000000"};
        subjects.push_back(co_await by.async_launch(std::move(what)));
    }
    for (auto& each : subjects)
        asio::co_spawn(ex, write_text(each.channel(), file), [](std::exception_ptr broken) {
            if (broken)
                std::rethrow_exception(broken);
        });
    auto const all = co_await delays_in(time);
    auto const at = [&](double share) { return all[static_cast<std::size_t>(share * static_cast<double>(all.size() - 1))]; };
    auto stops = std::uint64_t{};
    for (auto const& each : subjects)
        stops += each.stats().stops;
    co_await by.async_close();
    std::printf(
        "delay of a 1 ms timer beside two busy subjects (%zu times, %llu stops): median %.2f ms, 99th percentile %.2f ms, "
        "longest %.2f ms (99th percentile: at most 3)\n",
        all.size(), static_cast<unsigned long long>(stops), at(0.5), at(0.99), all.back());
}

}   // namespace

int main(int count, char** words)
{
    auto const time = std::chrono::seconds{count > 1 ? std::atoi(words[1]) : 10};
    cotrace::asio::io_context context{1};
    cotrace::asio::co_spawn(context, measure(time), [](std::exception_ptr broken) {
        if (broken)
            std::rethrow_exception(broken);
    });
    context.run();
}
