// SPDX-License-Identifier: BSL-1.0
//
// Attaches to a running process for some seconds, and prints a table with percentiles of the durations of its system calls:
//
//     latency 4711 10
#include <cotrace/cotrace.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

namespace {

cotrace::task<void> measure(cotrace::pid process, std::chrono::seconds time)
{
    cotrace::tracer tracer{co_await boost::asio::this_coro::executor};
    auto options = cotrace::session_options{}.without_entries();
    options.capture.decode = false;   // only the names and the times of calls are needed
    options.stop_after.time = time;   // after this time, the session detaches from the process
    auto target = co_await tracer.async_attach(process, std::move(options));

    cotrace::render::latency_histogram times;
    auto const count = [&](cotrace::record const& seen) { times.count(seen); };
    co_await cotrace::async_for_each_record(target, count);
    std::string table;
    times.append(table);
    std::cout << table;
}

}   // namespace

int main(int count, char** words)
{
    if (count != 3) {
        std::cerr << "usage: latency PID SECONDS\n";
        return 2;
    }
    int status = 0;
    boost::asio::io_context context{1};
    boost::asio::co_spawn(context, measure(cotrace::pid{std::atoi(words[1])}, std::chrono::seconds{std::atoi(words[2])}),
                          [&](std::exception_ptr error) {
                              try {
                                  if (error)
                                      std::rethrow_exception(error);
                              } catch (std::exception const& why) {   // for example "PTRACE_SEIZE 4711: Operation not permitted"
                                  std::cerr << "latency: " << why.what() << '\n';
                                  status = 1;
                              }
                          });
    context.run();
    return status;
}
