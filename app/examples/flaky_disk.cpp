// SPDX-License-Identifier: BSL-1.0
// flaky_disk FILE COMMAND [ARG]...
//
// Runs COMMAND, which writes FILE, two times. In the second run, every third write to a
// descriptor above 2 fails with ENOSPC, and every fifth of the other writes with EIO. The exit
// status is 1 if the second run ended like the first, but left another content in FILE;
// otherwise 0.
#include <cotrace/cotrace.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

using namespace cotrace;

namespace {

struct outcome {
    thread_exited end;
    std::string content;
};

task<outcome> run(tracer& by, std::string file, std::vector<std::string> words, session_options options)
{
    std::filesystem::remove(file);
    options.records = false;
    auto subject = co_await by.async_launch(command{words}, options);
    outcome seen;
    seen.end = co_await subject.async_wait();
    std::ifstream written{file};
    seen.content.assign(std::istreambuf_iterator<char>{written}, {});
    co_return seen;
}

task<int> compare(std::string file, std::vector<std::string> words)
{
    using intercept::occasions;
    tracer by{co_await asio::this_coro::executor};
    session_options flaky;
    flaky.filter = filter{"write,pwrite64,writev"};
    auto const to_a_file = call_matcher{flaky.filter}.where([](syscall_call const& each) { return each.args[0] > 2; });
    flaky.interceptors.push_back(intercept::fail(to_a_file, ENOSPC, occasions::every(3)));
    flaky.interceptors.push_back(intercept::fail(to_a_file, EIO, occasions::every(5)));
    session_options none;
    auto const normal = co_await run(by, file, words, none);
    auto const faulty = co_await run(by, file, words, flaky);
    bool const same_end = faulty.end.status == normal.end.status && faulty.end.killed == normal.end.killed;
    if (faulty.content == normal.content)
        std::cout << "coped: " << file << " is complete\n";
    else if (!same_end)
        std::cout << "gave up: " << (faulty.end.killed ? "signal " : "status ") << faulty.end.status << '\n';
    else
        std::cout << "lost data: " << faulty.content.size() << " bytes of " << normal.content.size() << ", and the same end\n";
    co_return faulty.content != normal.content&& same_end;
}

}   // namespace

int main(int argc, char** argv)
{
    if (argc < 3)
        return std::cerr << "usage: flaky_disk FILE COMMAND [ARG]...\n", 2;
    boost::asio::io_context context{1};
    int status = 0;
    asio::co_spawn(context, compare(argv[1], {argv + 2, argv + argc}), [&](std::exception_ptr thrown, int made) {
        if (thrown)
            std::rethrow_exception(thrown);   // `context.run()` throws it
        status = made;
    });
    context.run();
    return status;
}
