// SPDX-License-Identifier: BSL-1.0
#include "testing/child.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <iostream>
#include <new>

#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cotrace::testing {

namespace {

using clock = std::chrono::steady_clock;

[[noreturn]] void cannot(char const* what, int why)
{
    throw test_failed{"cannot start a child: " + std::string{what} + ": " + std::strerror(why) + '\n'};
}

// A host's handlers, a test framework's among them, would speak for the host.
void reset_handlers()
{
    for (int sig = 1; sig < NSIG; ++sig) {
        struct sigaction now {};
        if (::sigaction(sig, nullptr, &now) == 0 && now.sa_handler != SIG_DFL && now.sa_handler != SIG_IGN) {
            now = {};
            now.sa_handler = SIG_DFL;
            ::sigaction(sig, &now, nullptr);
        }
    }
}

int status_of(child_code& code) noexcept
{
    try {
        return code();
    } catch (std::exception const& thrown) {
        std::fprintf(stderr, "uncaught exception: %s\n", thrown.what());
    } catch (...) {
        std::fprintf(stderr, "uncaught exception\n");
    }
    return child_threw;
}

} // namespace

waiting_child::waiting_child(child_code code, int const (&files)[3], limit most)
{
    auto* const memory = ::mmap(nullptr, sizeof(page), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        cannot("mmap", errno);
    shared_ = new (memory) page{};
    try {
        start(code, files);
        // Until it has set itself up, its calls would be seen.
        for (auto const end = clock::now() + std::chrono::duration_cast<clock::duration>(most); shared_->ready == 0;) {
            if (clock::now() >= end)
                cannot("make it ready", ETIMEDOUT);
            ::sched_yield();
        }
    } catch (...) {
        discard();
        throw;
    }
}

waiting_child::~waiting_child() { discard(); }

void waiting_child::discard() noexcept
{
    if (id_ != pid{}) {
        if (!gone_)
            ::kill(raw(id_), SIGKILL);
        // One that even its tracer could not end is not waited for.
        while (::waitpid(raw(id_), nullptr, __WALL | (gone_ ? WNOHANG : 0)) < 0 && errno == EINTR) {
        }
    }
    ::munmap(shared_, sizeof(page));
}

void waiting_child::start(child_code& code, int const (&files)[3])
{
    // What stands in buffers would be written twice.
    std::fflush(nullptr);
    std::cout.flush();
    auto const host = pid{::getpid()};
    // No handler of the host's may run in the child. fork(3) and not _Fork(3), so
    // that malloc and stdio are usable whatever other threads were doing.
    sigset_t all, before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    auto const child = ::fork();
    if (child == 0) {
        reset_handlers();
        sigdelset(&before, SIGCHLD);   // blocked by a tracer that waits by signalfd(2)
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
        run(code, files, host);
    }
    int const why = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (child < 0)
        cannot("fork", why);
    id_ = pid{child};
}

void waiting_child::go() noexcept
{
    gone_       = true;
    shared_->go = 1;
}

void waiting_child::run(child_code& code, int const (&files)[3], pid host)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (pid{::getppid()} != host)
        ::_exit(child_threw);
    for (int to = 0; to < 3; ++to)
        if (::dup2(files[to], to) < 0)
            ::_exit(child_threw);
    shared_->ready = 1;
    while (shared_->go == 0) {
    }
    int const status = status_of(code);
    std::cout.flush();
    std::fflush(nullptr);
    // Where a function does not return, the address sanitizer looks at the signal
    // stack before: a call of its own, which _exit(2) by number does without.
    for (;;)
        ::syscall(SYS_exit_group, status);
}

} // namespace cotrace::testing
