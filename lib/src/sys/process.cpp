// SPDX-License-Identifier: BSL-1.0
#include "sys/process.hpp"

#include "sys/errno.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cotrace::sys {

namespace {

// Constants of <linux/pidfd.h> in Linux 6.9.
constexpr unsigned thread_flag = O_EXCL;        // PIDFD_THREAD
constexpr unsigned to_thread_group = 1u << 1;   // PIDFD_SIGNAL_THREAD_GROUP

long send(int fd, int sig, unsigned flags) noexcept { return ::syscall(SYS_pidfd_send_signal, fd, sig, nullptr, flags); }

// Whether `child` is a child or tracee of any thread of this process, and was not reaped.
bool is_child(tid child) noexcept
{
    siginfo_t info;
    return ::waitid(P_PID, static_cast<id_t>(raw(child)), &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

}   // namespace

pidfd pidfd::of(pid process) noexcept { return pidfd{static_cast<int>(::syscall(SYS_pidfd_open, raw(process), 0))}; }

pidfd pidfd::of(tid thread) noexcept { return pidfd{static_cast<int>(::syscall(SYS_pidfd_open, raw(thread), thread_flag))}; }

bool pidfd::has_ended() const noexcept
{
    pollfd about{fd_.get(), POLLIN, 0};
    return ::poll(&about, 1, 0) == 1;
}

bool pidfd::is_reaped() const noexcept { return send(fd_.get(), 0, 0) != 0 && errno == ESRCH; }

void pidfd::kill() const noexcept { send(fd_.get(), SIGKILL, 0); }

void kill_child(tid child) noexcept
{
    (void)send_signal(child, signo{SIGKILL}, receiver::process, [child] { return is_child(child); });
}

bool is_thread_of(pid process, tid thread) noexcept { return ::syscall(SYS_tgkill, raw(process), raw(thread), 0) == 0; }

result<addressed> detail::send_signal(pidfd const& by, tid thread, signo sig, receiver to) noexcept
{
    if (by) {
        if (send(by.get(), raw(sig), to == receiver::process ? to_thread_group : 0) == 0)
            return addressed::by_pidfd;
        return last_error();
    }
    // kill(2) with the id of any thread signals that thread's process: kill_something_info(), Linux 6.18.
    long const done = to == receiver::process ? ::kill(raw(thread), raw(sig)) : ::syscall(SYS_tkill, raw(thread), raw(sig));
    if (done != 0)
        return last_error();
    return addressed::by_id;
}

}   // namespace cotrace::sys
