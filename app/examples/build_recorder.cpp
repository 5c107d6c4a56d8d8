// SPDX-License-Identifier: BSL-1.0
//
// Records a build: prints the tree of its processes with their command lines, and writes each opened file as a line of
// JSON to the file RECORDS.
//
//     build_recorder RECORDS make -j4
#include <cotrace/cotrace.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <fstream>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

namespace {

cotrace::task<int> record_build(std::string records, std::vector<std::string> words)
{
    cotrace::tracer tracer{co_await boost::asio::this_coro::executor};
    auto options = cotrace::session_options{}.with_filter(cotrace::filter{"execve,execveat,open,openat"}).without_entries();
    options.capture.string_limit = 4096;   // arguments of up to 4096 bytes are recorded whole
    auto build = co_await tracer.async_launch(cotrace::command{std::move(words)}, std::move(options));

    cotrace::process_tree tree;
    std::ofstream file{records};
    auto const use = [&](cotrace::record const& seen) {
        tree.add(seen);
        auto const* const done = std::get_if<cotrace::syscall_exited>(&seen.what);
        if (done == nullptr || done->outcome.failed || !done->call->name().starts_with("open"))
            return;
        std::string line;
        cotrace::render::append_json(seen, {}, line);
        file << line;
    };
    co_await cotrace::async_for_each_record(build, use);
    std::cout << tree.text();
    auto const end = co_await build.async_wait();
    co_return end.killed ? 128 + end.status : end.status;
}

}   // namespace

int main(int count, char** words)
{
    if (count < 3) {
        std::cerr << "usage: build_recorder RECORDS COMMAND…\n";
        return 2;
    }
    int status = 1;
    boost::asio::io_context context{1};
    boost::asio::co_spawn(context, record_build(words[1], {words + 2, words + count}), [&](std::exception_ptr failed, int ended) {
        if (failed)
            std::rethrow_exception(failed);
        status = ended;
    });
    context.run();
    return status;
}
