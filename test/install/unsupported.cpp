// SPDX-License-Identifier: BSL-1.0
// Must not compile: a tracer needs an executor that only one thread runs, but several threads run a thread_pool.
#include <cotrace/tracer.hpp>

#include <boost/asio/thread_pool.hpp>

int main()
{
    boost::asio::thread_pool pool;
    cotrace::tracer by{pool.get_executor()};
    cotrace::tracer other{pool};
}
