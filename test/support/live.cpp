// SPDX-License-Identifier: BSL-1.0
// Containers and hardened kernels deny ptrace(2). Live tests say so and skip,
// where every one of them would fail for the same reason.
#include "support/skip.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __SANITIZE_THREAD__
// The ring of one thread lies where another's was: liburing unmaps it by a
// system call of its own, which the sanitizer does not see.
extern "C" char const* __tsan_default_suppressions() { return "race:cotrace::engine::uring_hints\n"; }
#endif

std::string reason_to_skip()
{
    pid_t const child = ::fork();
    if (child == 0) {
        for (;;)
            ::pause();
    }
    if (child == -1)
        return std::string{"fork: "} + std::strerror(errno);
    long const seized = ::ptrace(PTRACE_SEIZE, child, nullptr, nullptr);
    int const error   = errno;
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    return seized == 0 ? std::string{} : std::string{"PTRACE_SEIZE: "} + std::strerror(error);
}
