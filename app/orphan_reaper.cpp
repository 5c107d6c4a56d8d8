// SPDX-License-Identifier: BSL-1.0
#include "orphan_reaper.hpp"

#include <chrono>
#include <csignal>
#include <fstream>
#include <string>

#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cotrace::app {

namespace {

using namespace std::chrono_literals;

/// The time between two looks for orphans while other children or tracees have wait statuses.
constexpr auto pause = 10ms;

bool gets_orphans() noexcept
{
    int subreaper = 0;
    return ::getpid() == 1 || (::prctl(PR_GET_CHILD_SUBREAPER, &subreaper, 0, 0, 0) == 0 && subreaper != 0);
}

/// Returns a wait status, and does not consume it (WNOWAIT). `si_pid` is 0 if no child or tracee has a wait status.
siginfo_t peek(idtype_t which, id_t id) noexcept
{
    siginfo_t found{};
    if (::waitid(which, id, &found, WEXITED | WNOHANG | WNOWAIT | __WALL) != 0)
        found.si_pid = 0;
    return found;
}

/// Whether a child has ended and is no tracee of this process: PTRACE_INTERRUPT succeeds only if the zombie is a tracee.
bool is_dead_and_untraced(siginfo_t const& child) noexcept
{
    bool const ended = child.si_code == CLD_EXITED || child.si_code == CLD_KILLED || child.si_code == CLD_DUMPED;
    return ended && ::ptrace(PTRACE_INTERRUPT, child.si_pid, nullptr, nullptr) != 0;
}

void take(pid_t child) noexcept
{
    siginfo_t ignored;
    (void)::waitid(P_PID, static_cast<id_t>(child), &ignored, WEXITED | WNOHANG | __WALL);
}

}   // namespace

orphan_reaper::orphan_reaper(asio::any_io_executor executor)
    : changed_{executor}
    , pause_{executor}
{
    if (!gets_orphans())
        return;
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    changed_.assign(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

task<void> orphan_reaper::run(std::function<bool(pid)> is_awaited)
{
    while (changed_.is_open()) {
        // SIGCHLD is read before `reap` looks for ended children, so that a child that ends later makes the signalfd readable
        // again. If the tracer's signalfd takes the SIGCHLD first, an orphan may be reaped only after the next SIGCHLD.
        signalfd_siginfo seen;
        while (::read(changed_.native_handle(), &seen, sizeof seen) == sizeof seen) {
        }
        if (reap(is_awaited) == left::nothing) {
            co_await changed_.async_wait(asio::posix::stream_descriptor::wait_read, use_tuple);
        } else {
            pause_.expires_after(pause);
            co_await pause_.async_wait(use_tuple);
        }
    }
}

orphan_reaper::left orphan_reaper::reap(std::function<bool(pid)> const& is_awaited)
{
    auto const is_orphan = [&](siginfo_t const& child) {
        return child.si_pid != 0 && is_dead_and_untraced(child) && !is_awaited(pid{child.si_pid});
    };
    siginfo_t first;
    while (is_orphan(first = peek(P_ALL, 0)))
        take(first.si_pid);
    if (first.si_pid == 0)
        return left::nothing;
    // The status of a tracee may hide the statuses of orphans from waitid(2) with P_ALL. Therefore each child is checked by its
    // id.
    std::ifstream children{"/proc/thread-self/children"};
    for (pid_t each = 0; children >> each;)
        if (is_orphan(peek(P_PID, static_cast<id_t>(each))))
            take(each);
    return left::for_others;
}

}   // namespace cotrace::app
