// SPDX-License-Identifier: BSL-1.0
#include "command_process.hpp"

#include "processes.hpp"

#include <cerrno>
#include <csignal>

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cotrace::app {

void command_process::set_launched(pid process) noexcept
{
    process_ = process;
    pidfd_ = open_pidfd(process);
}

void command_process::set_ended(thread_exited const& how) noexcept
{
    ended_ = true;
    if (how.known)
        end_ = how.killed ? conclusion{.signal = how.status} : conclusion{.status = how.status};
}

bool command_process::is_running() const noexcept
{
    if (!pidfd_)
        return !ended_;
    pollfd ended{pidfd_.get(), POLLIN, 0};   // a pidfd is readable when its process has ended
    return ::poll(&ended, 1, 0) == 0;
}

void command_process::send(int signal) const noexcept
{
    bool const sent = ::syscall(SYS_pidfd_send_signal, pidfd_.get(), signal, nullptr, 0) == 0;
    // pidfd_open(2) or pidfd_send_signal(2) may have failed, for example because a seccomp profile denies it.
    if (!sent && errno != ESRCH && !ended_)
        ::kill(raw(process_), signal);
}

task<void> command_process::wait_for_end(asio::any_io_executor executor)
{
    auto const found = co_await reap(executor, process_, pidfd_);
    if (!found)
        co_return;
    set_ended({.status = found->si_status,
               .killed = found->si_code != CLD_EXITED,
               .dumped = found->si_code == CLD_DUMPED,
               .known = true});
}

}   // namespace cotrace::app
