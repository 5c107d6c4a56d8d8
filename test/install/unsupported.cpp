// SPDX-License-Identifier: BSL-1.0
// A program that must not compile: several threads run a thread_pool, but a tracer needs an executor that only one
// thread runs.
#include <cotrace/tracer.hpp>

#include <boost/asio/thread_pool.hpp>

int main()
{
    boost::asio::thread_pool pool;
    cotrace::tracer by{pool.get_executor()};
    cotrace::tracer other{pool};
}
