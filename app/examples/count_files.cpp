// SPDX-License-Identifier: BSL-1.0
//
// Lists the files that a command and its child processes read:
//
//     count_files make -j4
#include <cotrace/cotrace.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <filesystem>
#include <iostream>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>

namespace {

/// The name of the regular file that the recorded call opened for reading; nullopt for any other record.
std::optional<std::string> file_read(cotrace::record const& seen)
{
    auto const* const opened = std::get_if<cotrace::syscall_exited>(&seen.what);
    if (!opened || opened->outcome.failed)
        return std::nullopt;
    auto const flags = opened->argument("flags");
    auto const descriptor = opened->values.find("return");
    auto const path = descriptor ? descriptor->find("path") : std::nullopt;
    if (!flags || (flags->number() & O_ACCMODE) == O_WRONLY || !path)
        return std::nullopt;
    std::error_code gone;
    std::string name{path->text()};
    return std::filesystem::is_regular_file(name, gone) ? std::optional{std::move(name)} : std::nullopt;
}

cotrace::task<int> list_files(std::vector<std::string> words)
{
    cotrace::tracer tracer{co_await boost::asio::this_coro::executor};
    cotrace::session_options options;
    options.filter = cotrace::filter{"open,openat"};
    options.entries = false;                   // the record of the exit has the path and the flags, too
    options.capture.descriptors.path = true;   // the returned descriptor gets the path of its file
    auto build = co_await tracer.async_launch(cotrace::command{std::move(words)}, options);

    std::set<std::string> files;
    while (auto const seen = co_await build.async_next())
        if (auto const file = file_read(*seen))
            files.insert(*file);
    for (auto const& each : files)
        std::cout << each << '\n';
    std::cout << files.size() << " files were read\n";

    auto const end = co_await build.async_wait();
    co_return end.killed ? 128 + end.status : end.status;
}

}   // namespace

int main(int count, char** words)
{
    int status = 1;
    boost::asio::io_context context{1};
    boost::asio::co_spawn(context, list_files({words + 1, words + count}), [&](std::exception_ptr failed, int ended) {
        if (failed)
            std::rethrow_exception(failed);
        status = ended;
    });
    context.run();
    return status;
}
