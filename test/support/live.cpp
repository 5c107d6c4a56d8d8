// SPDX-License-Identifier: BSL-1.0
// Skips all live tests where ptrace(2) is denied, as in containers and on hardened
// kernels, because each of them would fail there.
#include "support/skip.hpp"

#include <cotrace/testing/can_trace.hpp>

#ifdef __SANITIZE_THREAD__
// Suppresses a false alarm: the ring of a thread can get the address of another thread's
// former ring. liburing unmaps a ring by a direct system call, which the sanitizer does not see.
extern "C" char const* __tsan_default_suppressions() { return "race:cotrace::engine::uring_hints\n"; }
#endif

std::string reason_to_skip()
{
    return cotrace::testing::can_trace().why_not();
}
