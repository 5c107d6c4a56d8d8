// SPDX-License-Identifier: BSL-1.0
//
// A server that runs a shell command for each client, for SECONDS at most (default 10). The client gets the records of the
// command as lines of JSON. Calls with a socket address fail, such as connect(2). A command that writes outside FOLDER is killed,
// but may write to /dev/null. The server prints its port, and ends at SIGINT.
//
//     sandbox_server FOLDER [SECONDS]
#include <cotrace/cotrace.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/signal_set.hpp>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <string>

namespace asio = boost::asio;
namespace intercept = cotrace::intercept;
using asio::ip::tcp;

namespace {

intercept::access_policy policy_for(std::string const& folder)
{
    intercept::access_policy rules;
    rules.path = [folder](intercept::path_access const& what) -> cotrace::task<intercept::decision> {
        std::error_code bad;   // weakly_canonical() resolves ".." and symbolic links, even if the file does not exist
        auto const path = std::filesystem::weakly_canonical(what.path, bad).native();
        bool const is_proc = what.path.find("/proc/") != std::string::npos;   // in this process, /proc/self is the server
        bool const is_inside = !bad && !is_proc && path.starts_with(folder + '/');
        co_return !what.writes || is_inside || path == "/dev/null" ? intercept::decision::allow : intercept::decision::kill;
    };
    rules.address = [](auto const&) -> cotrace::task<intercept::decision> { co_return intercept::decision::deny; };
    return rules;
}

cotrace::task<void> serve(tcp::socket client, cotrace::tracer& tracer, std::string const& folder, std::chrono::seconds time)
{
    std::string line;
    auto const size = co_await asio::async_read_until(client, asio::dynamic_buffer(line, 1 << 16), '\n', asio::use_awaitable);
    cotrace::command what{"sh", "-c", line.substr(0, size - 1)};
    what.directory = folder;
    what.close_other_descriptors = true;   // the command must not get the sockets of clients
    auto options = cotrace::session_options{}.with_filter(cotrace::filter{"%file,%network"});
    options.stop_after.time = time;   // after this time, the command is killed
    options.interceptors.push_back(intercept::policy(policy_for(folder)));
    auto target = co_await tracer.async_launch(std::move(what), std::move(options));
    co_await cotrace::async_write_json_lines(target, client);
}

cotrace::task<void> accept(tcp::acceptor& at, cotrace::tracer& tracer, std::string const& folder, std::chrono::seconds time)
{
    for (;;)
        asio::co_spawn(at.get_executor(), serve(co_await at.async_accept(asio::use_awaitable), tracer, folder, time),
                       asio::detached);
}

}   // namespace

int main(int count, char** words)
{
    std::string const folder = std::filesystem::canonical(count > 1 ? words[1] : ".");
    std::chrono::seconds const time{count > 2 ? std::stoi(words[2]) : 10};
    asio::io_context context{1};
    cotrace::tracer tracer{context};
    tcp::acceptor at{context, {asio::ip::address_v4::loopback(), 0}};
    std::cout << at.local_endpoint().port() << std::endl;
    asio::signal_set ends{context, SIGINT};
    ends.async_wait([&](cotrace::error_code, int) { context.stop(); });   // the tracer's destructor kills the commands
    asio::co_spawn(context, accept(at, tracer, folder, time), asio::detached);
    context.run();
}
