// SPDX-License-Identifier: BSL-1.0
#include "testing/child.hpp"

#include "sys/all_signals_blocked.hpp"
#include "sys/spawn.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <iostream>
#include <new>

#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cotrace::testing {

namespace {

using clock = std::chrono::steady_clock;

[[noreturn]] void cannot(char const* what, int why, std::source_location at)
{
    throw test_failed{"cannot start a child: " + std::string{what} + ": " + std::strerror(why) + '\n', at};
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

}   // namespace

waiting_child::waiting_child(child_code code, int const (&files)[3], limit most, std::source_location at,
                             std::function<bool()> prepare)
{
    auto memory = sys::mapping::make(sizeof(page), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
    if (!memory)
        cannot("mmap", memory.error().value(), at);
    memory_ = std::move(memory).value();
    shared_ = new (memory_.data()) page{};
    try {
        start(code, files, at, prepare);
        // Waits until the child has set itself up, so that the tracer does not see the calls of the setup.
        for (auto const end = clock::now() + std::chrono::duration_cast<clock::duration>(most); shared_->ready == 0;) {
            if (clock::now() >= end)
                cannot("wait until it is ready", ETIMEDOUT, at);
            siginfo_t ended{};
            if (::waitid(P_PID, static_cast<id_t>(raw(id_)), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid != 0)
                cannot("set itself up", ECHILD, at);
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
        if (!released_)
            ::kill(raw(id_), SIGKILL);
        // After `release`, the tracer has to end the child. WNOHANG avoids an endless wait if the tracer has not done so.
        while (::waitpid(raw(id_), nullptr, __WALL | (released_ ? WNOHANG : 0)) < 0 && errno == EINTR) {
        }
    }
}

void waiting_child::start(child_code& code, int const (&files)[3], std::source_location at, std::function<bool()> const& prepare)
{
    // Without a flush, both processes would write the text that is in the buffers now.
    std::fflush(nullptr);
    std::cout.flush();
    auto const host = pid{::getpid()};
    // No signal handler of the host may run in the child. After fork(3), unlike _Fork(3), malloc and stdio are usable in the
    // child.
    pid_t child = 0;
    {
        sys::all_signals_blocked const blocked;
        child = ::fork();
        if (child == 0) {
            // A handler of a test framework would report a crash of the child as a crash of the host.
            sys::reset_signal_handlers();
            auto mask = blocked.mask_before();
            sigdelset(&mask, SIGCHLD);   // a tracer in the parent that uses signalfd(2) has blocked SIGCHLD
            ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
            run(code, files, host, prepare);
        }
    }
    if (child < 0)
        cannot("fork", errno, at);
    id_ = pid{child};
}

void waiting_child::release() noexcept
{
    released_ = true;
    shared_->released = 1;
}

void waiting_child::run(child_code& code, int const (&files)[3], pid host, std::function<bool()> const& prepare)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (pid{::getppid()} != host)
        ::_exit(child_threw);
    for (int to = 0; to < 3; ++to)
        if (::dup2(files[to], to) < 0)
            ::_exit(child_threw);
    if (prepare && !prepare())
        ::_exit(child_threw);
    shared_->ready = 1;
    while (shared_->released == 0) {
    }
    int const status = status_of(code);
    std::cout.flush();
    std::fflush(nullptr);
    // Before a call of a `noreturn` function, such as _exit(2), the address sanitizer calls sigaltstack(2), which the tracer
    // would see.
    for (;;)
        ::syscall(SYS_exit_group, status);
}

}   // namespace cotrace::testing
