// SPDX-License-Identifier: BSL-1.0
// Skips all live tests if this process cannot trace, for example in a container that denies ptrace(2).
#include "support/skip.hpp"

#include <cotrace/debug_log.hpp>
#include <cotrace/testing/can_trace.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#ifdef __SANITIZE_THREAD__
// Both reports are false. The sanitizer does not see liburing's own munmap(2) calls, and does not model the
// std::atomic_thread_fence in Asio's any_executor.
extern "C" char const* __tsan_default_suppressions()
{
    return "race:cotrace::engine::uring_hints\n"
           "race:boost::asio::execution::detail::shared_target_executor\n";
}
#endif

namespace {

void print_with_time(std::string_view line) noexcept
{
    auto const now = std::chrono::duration<double>{std::chrono::steady_clock::now().time_since_epoch()};
    std::fprintf(stderr, "%.6f %.*s\n", now.count(), static_cast<int>(line.size()), line.data());
}

// If the environment variable COTRACE_DEBUG_LOG is set, the test program prints the debug log of its tracers.
bool const prints_debug_log = [] {
    bool const wanted = std::getenv("COTRACE_DEBUG_LOG") != nullptr;
    if (wanted)
        cotrace::set_debug_log(print_with_time);
    return wanted;
}();

}   // namespace

std::string reason_to_skip() { return cotrace::testing::can_trace().why_not(); }
