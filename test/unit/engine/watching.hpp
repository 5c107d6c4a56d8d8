// SPDX-License-Identifier: BSL-1.0
#pragma once

// Makes wait books for tests, and reports wait statuses to them.

#include "engine/reactor/wait_book.hpp"

#include <csignal>
#include <vector>

namespace cotrace::test {

using tids = std::vector<tid>;

inline constexpr tid a{10}, b{11}, c{12};

/// A book that waits by io_uring, in which the threads `watched` are hot.
inline engine::wait_book by_io_uring(tids const& watched = {})
{
    engine::wait_book book{waiting::io_uring};
    for (tid const each : watched)
        book.watch(each);
    return book;
}
inline engine::wait_book by_signalfd() { return engine::wait_book{waiting::signalfd}; }

inline sys::wait_status stop_of(tid thread, int code = SIGSTOP) { return {thread, sys::wait_status::kind::stopped, code}; }

/// Visits the hot threads, as the reactor does, and reports `status` if the thread of this status is hot.
inline void report(engine::wait_book& book, sys::wait_status const& status)
{
    book.visit_hot([&](tid thread, engine::watched_thread& about) {
        if (thread != status.thread)
            return false;
        about.saw(status);
        return true;
    });
}

}   // namespace cotrace::test
