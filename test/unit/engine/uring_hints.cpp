// SPDX-License-Identifier: BSL-1.0
#include "engine/reactor/hints.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <csignal>
#include <vector>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace uring_hints_tests {

using namespace cotrace;
using namespace std::chrono_literals;

namespace {

/// Whether the descriptor becomes readable within a time that is much longer than any wait of this test takes.
bool becomes_readable(int fd)
{
    ::pollfd about{fd, POLLIN, 0};
    int ready = 0;
    do
        ready = ::poll(&about, 1, static_cast<int>(std::chrono::milliseconds{1min}.count()));
    while (ready < 0 && errno == EINTR);
    return ready == 1;
}

}   // namespace

// If the kernel does not make the descriptor readable, a tracer would notice stops up to a second late, so `uring_hints::open`
// returns null.
TEST_CASE("the descriptor of io_uring's hints becomes readable at each stop of a child")
{
    auto const hints = engine::uring_hints::open();
    if (!hints)
        return;
    hints->begin();
    ::pid_t const child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0)
        for (;;)
            ::raise(SIGSTOP);
    int status = 0;
    CHECK(::waitpid(child, &status, WUNTRACED) == child);
    for (int i = 0; i < 5; ++i) {
        hints->arm(tid{child});
        hints->submit();
        ::kill(child, SIGCONT);
        std::vector<tid> named;
        do {
            REQUIRE(becomes_readable(hints->fd()));
            hints->drain(named);
        } while (named.empty());
        CHECK(named == std::vector{tid{child}});
        CHECK(::waitpid(child, &status, WUNTRACED) == child);
    }
    ::kill(child, SIGKILL);
    CHECK(::waitpid(child, &status, 0) == child);
}

}   // namespace uring_hints_tests
