// SPDX-License-Identifier: BSL-1.0
#include "signals.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

namespace cotrace::app {

namespace {

bool is_ignored(int signal) noexcept
{
    struct sigaction now {};
    return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

}   // namespace

signals::signals(asio::any_io_executor executor, interruptible how, bool user_signal)
    : arrived_{executor}
{
    sigset_t blocked, read;
    ::sigemptyset(&blocked);
    ::sigemptyset(&read);
    for (int const each : {SIGINT, SIGQUIT, SIGTERM})
        ::sigaddset(&read, each);
    // An ignored SIGHUP stays ignored, as after nohup(1). Ignored SIGINT and SIGQUIT are read, as in strace: a shell without job
    // control starts background processes with them ignored.
    if (!is_ignored(SIGHUP))
        ::sigaddset(&read, SIGHUP);
    if (user_signal)
        ::sigaddset(&read, SIGUSR1);
    blocked = read;
    ::sigaddset(&blocked, SIGPIPE);
    if (how == interruptible::never_stops)
        ::sigaddset(&blocked, SIGTSTP);
    ::sigprocmask(SIG_BLOCK, &blocked, &before_);
    arrived_.assign(::signalfd(-1, &read, SFD_CLOEXEC | SFD_NONBLOCK));
}

task<int> signals::next()
{
    signalfd_siginfo info{};
    while (::read(arrived_.native_handle(), &info, sizeof info) != sizeof info)
        co_await arrived_.async_wait(asio::posix::stream_descriptor::wait_read, use_tuple);
    co_return static_cast<int>(info.ssi_signo);
}

}   // namespace cotrace::app
