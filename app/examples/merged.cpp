// SPDX-License-Identifier: BSL-1.0
//
// Traces several shell commands at the same time. Another thread prints their records from one channel. Each line begins with the
// command's number:
//
//     merged 'make -C one' 'make -C two'
#include <cotrace/cotrace.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <thread>

namespace asio = boost::asio;

namespace {

void rethrow(std::exception_ptr error)
{
    if (error)
        std::rethrow_exception(error);
}

cotrace::task<void> trace(cotrace::tracer& tracer, std::string text, std::string label,
                          std::shared_ptr<cotrace::record_channel> all)
{
    auto options = cotrace::session_options{}.with_channel(*all).with_label(std::move(label)).without_entries();
    auto target = co_await tracer.async_launch(cotrace::command{"sh", "-c", std::move(text)}, std::move(options));
    co_await target.async_wait();
}

cotrace::task<void> print(cotrace::record_channel all)
{
    auto const use = [](cotrace::record const& seen) {
        if (auto const line = cotrace::render::text(seen); !line.empty())
            std::cout << seen.session->label << ": " << line << '\n';
    };
    co_await cotrace::async_for_each_record(all, use);
}

}   // namespace

int main(int count, char** words)
{
    asio::io_context tracing{1}, printing{1};
    cotrace::tracer tracer{tracing};
    // The channel is closed when the last `trace` has ended, because each `trace` holds a pointer to the channel.
    auto all = cotrace::close_with_last_owner(cotrace::record_channel{printing.get_executor()});
    asio::co_spawn(printing, print(*all), rethrow);
    for (int i = 1; i < count; ++i)
        asio::co_spawn(tracing, trace(tracer, words[i], std::to_string(i), all), rethrow);
    all.reset();
    std::thread printer{[&] { printing.run(); }};
    tracing.run();
    printer.join();
}
