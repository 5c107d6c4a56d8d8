// SPDX-License-Identifier: BSL-1.0
// Traces several shell commands at the same time, and shows at http://127.0.0.1:PORT/
// how many system calls each of them has made. The program has one thread.
//
//     beside_a_server 'make -C one' 'make -C two' 'curl -sI http://example.org/'
#include <cotrace/cotrace.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <exception>
#include <iostream>
#include <string>
#include <vector>

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {
struct traced {
    std::string command;
    unsigned long calls = 0;
};

std::string table(std::vector<traced> const& all)
{
    std::string text;
    for (auto const& [command, calls] : all)
        text += std::to_string(calls) + " calls: " + command + "\n";
    return text;
}

cotrace::task<void> answer(tcp::socket client, std::vector<traced> const& all)
{
    std::string request;
    co_await asio::async_read_until(client, asio::dynamic_buffer(request, 1 << 16), "\r\n\r\n", cotrace::use_tuple);
    auto const page = "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n" + table(all);
    co_await asio::async_write(client, asio::buffer(page), cotrace::use_tuple);
}

cotrace::task<void> serve(tcp::acceptor listener, std::vector<traced> const& all)
{
    for (;;)
        asio::co_spawn(listener.get_executor(), answer(co_await listener.async_accept(asio::use_awaitable), all), asio::detached);
}

cotrace::task<void> trace(cotrace::tracer& tracer, traced& what)
{
    auto options = cotrace::session_options{}.without_entries();
    options.capture.decode = false;   // only the number of calls is needed
    auto target = co_await tracer.async_launch(cotrace::command{"sh", "-c", what.command}, options);
    while (auto const seen = co_await target.async_next())
        what.calls += std::holds_alternative<cotrace::syscall_exited>(seen->what);
}
}   // namespace

int main(int count, char** words)
{
    asio::io_context context{1};
    cotrace::tracer tracer{context.get_executor()};
    tcp::acceptor listener{context, {asio::ip::address_v4::loopback(), 0}};
    std::vector<traced> all(words + 1, words + count);
    std::cout << "http://127.0.0.1:" << listener.local_endpoint().port() << "/" << std::endl;
    asio::co_spawn(context, serve(std::move(listener), all), asio::detached);
    std::size_t left = all.size();
    for (auto& each : all)
        asio::co_spawn(context, trace(tracer, each), [&](std::exception_ptr failed) {
            if (failed)
                std::rethrow_exception(failed);
            if (--left == 0)
                context.stop();
        });
    context.run();
    std::cout << table(all);
}
