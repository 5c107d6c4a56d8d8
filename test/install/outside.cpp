// SPDX-License-Identifier: BSL-1.0
// A program of somebody else's, who has the installed headers and library and
// nothing of this tree.
#include <cotrace/cotrace.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <iostream>

cotrace::task<void> count(int& records)
{
    cotrace::tracer tracer{co_await cotrace::asio::this_coro::executor};
    auto subject = (co_await tracer.async_launch({"true"})).value();
    while (co_await subject.async_next())
        ++records;
}

int main()
{
    cotrace::asio::io_context context{1};
    int records = 0;
    cotrace::asio::co_spawn(context, count(records), [](std::exception_ptr failed) {
        if (failed)
            std::rethrow_exception(failed);
    });
    context.run();
    std::cout << records << " records\n";
    return records > 0 ? 0 : 1;
}
