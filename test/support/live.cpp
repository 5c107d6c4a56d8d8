// SPDX-License-Identifier: BSL-1.0
// Containers and hardened kernels deny ptrace(2). Live tests say so and skip,
// where every one of them would fail for the same reason.
#include "support/skip.hpp"

#include <cotrace/testing/can_trace.hpp>

#ifdef __SANITIZE_THREAD__
// The ring of one thread lies where another's was: liburing unmaps it by a
// system call of its own, which the sanitizer does not see.
extern "C" char const* __tsan_default_suppressions() { return "race:cotrace::engine::uring_hints\n"; }
#endif

std::string reason_to_skip()
{
    return cotrace::testing::can_trace().why_not();
}
