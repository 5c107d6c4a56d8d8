// SPDX-License-Identifier: BSL-1.0
//
// A sandbox that asks before each connect(2):
//
//     ask_before_connect SOCKET curl -sI http://example.org/
//
// The server at the Unix socket SOCKET gets a connection for each connect(2), with a
// line such as "4711 {sa_family=AF_INET, …}": the calling thread and the address. The
// call is executed if the answer is "yes"; otherwise the call fails. Only the calling
// thread waits for the answer.
#include <cotrace/cotrace.hpp>
#include <cotrace/render/text.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <cerrno>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace asio = boost::asio;

namespace {

cotrace::task<bool> is_allowed(std::string where, std::string question)
{
    asio::local::stream_protocol::socket line{co_await asio::this_coro::executor};
    std::string answer;
    auto [error] = co_await line.async_connect(asio::local::stream_protocol::endpoint{where}, cotrace::use_tuple);
    if (error)   // no process listens, so the call is refused
        co_return false;
    co_await asio::async_write(line, asio::buffer(question), cotrace::use_tuple);
    co_await asio::async_read_until(line, asio::dynamic_buffer(answer), '\n', cotrace::use_tuple);
    co_return answer == "yes\n";
}

cotrace::task<int> confine(std::string where, std::vector<std::string> words)
{
    auto ask = [where](cotrace::intercepted at, cotrace::syscall_call const& call) -> cotrace::task<cotrace::verdict> {
        auto const address = call.argument("addr");
        auto question = std::to_string(raw(at.thread)) + " " + (address ? cotrace::render::text(*address) : "?") + "\n";
        if (co_await is_allowed(where, std::move(question)))
            co_return cotrace::proceed{};
        co_return cotrace::fail_with{EACCES};
    };
    cotrace::tracer tracer{co_await asio::this_coro::executor};
    cotrace::session_options options;
    options.filter = cotrace::filter{"connect"};   // all other calls run at full speed
    options.records = false;
    options.interceptors.push_back(cotrace::intercept::ask(cotrace::call("connect"), ask));
    auto sandbox = co_await tracer.async_launch(cotrace::command{std::move(words)}, options);
    auto const end = co_await sandbox.async_wait();
    co_return end.killed ? 128 + end.status : end.status;
}

}   // namespace

int main(int count, char** words)
{
    if (count < 3)
        return 2;
    int status = 1;
    asio::io_context context{1};
    asio::co_spawn(context, confine(words[1], {words + 2, words + count}), [&](std::exception_ptr failed, int ended) {
        if (failed)
            std::rethrow_exception(failed);
        status = ended;
    });
    context.run();
    return status;
}
