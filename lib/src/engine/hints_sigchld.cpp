// SPDX-License-Identifier: BSL-1.0
#include "engine/hints.hpp"

#include "sys/procfs.hpp"

#include <boost/system/system_error.hpp>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <utility>
#include <vector>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace cotrace::engine {

/// What the tracers of a thread did to SIGCHLD in its signal mask.
struct thread_mask {
    int  tracers = 0;       ///< that want it blocked
    bool changed = false;   ///< it was not blocked before
};

namespace {

thread_local thread_mask here;

/// Everyone in the process who waits for SIGCHLD.
struct audience {
    std::mutex       guard;
    std::vector<int> nudges;   ///< their eventfds
};

audience& everyone()
{
    static audience only;
    return only;
}

bool host_handles_sigchld() noexcept
{
    struct sigaction now {};
    ::sigaction(SIGCHLD, nullptr, &now);
    return now.sa_handler != SIG_DFL && now.sa_handler != SIG_IGN;
}

bool kernel_sends_sigchld() noexcept
{
    struct sigaction now {};
    ::sigaction(SIGCHLD, nullptr, &now);
    return now.sa_handler != SIG_IGN && (now.sa_flags & SA_NOCLDSTOP) == 0;
}

sigset_t only_sigchld() noexcept
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    return set;
}

void must(bool done, char const* operation)
{
    if (!done)
        throw boost::system::system_error{{errno, boost::system::system_category()}, operation};
}

} // namespace

sigchld_hints::sigchld_hints()
{
    auto const set = only_sigchld();
    signal_ = sys::unique_fd{::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC)};
    must(static_cast<bool>(signal_), "signalfd");
    nudge_ = sys::unique_fd{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
    must(static_cast<bool>(nudge_), "eventfd");
    both_ = sys::unique_fd{::epoll_create1(EPOLL_CLOEXEC)};
    must(static_cast<bool>(both_), "epoll_create1");
    for (int const fd : {signal_.get(), nudge_.get()}) {
        epoll_event interest{EPOLLIN, {}};
        must(::epoll_ctl(both_.get(), EPOLL_CTL_ADD, fd, &interest) == 0, "epoll_ctl");
    }
    std::lock_guard const lock{everyone().guard};
    everyone().nudges.push_back(nudge_.get());
}

sigchld_hints::~sigchld_hints()
{
    {
        std::lock_guard const lock{everyone().guard};
        std::erase(everyone().nudges, nudge_.get());
    }
    rest();
}

void sigchld_hints::begin()
{
    if (blocked_in_ != nullptr)
        return;
    trusted_ = false;
    if (host_handles_sigchld())
        return;
    blocked_in_ = &here;
    if (here.tracers++ == 0) {
        auto const set = only_sigchld();
        sigset_t   before;
        ::pthread_sigmask(SIG_BLOCK, &set, &before);
        here.changed = sigismember(&before, SIGCHLD) == 0;
    }
    trusted_ = kernel_sends_sigchld() && sys::others_block_sigchld();
}

void sigchld_hints::rest()
{
    // On another thread, as when that one has ended, there is nothing to undo.
    if (std::exchange(blocked_in_, nullptr) != &here || here.tracers == 0 || --here.tracers != 0)
        return;
    if (std::exchange(here.changed, false)) {
        auto const set = only_sigchld();
        ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    }
}

void sigchld_hints::drain()
{
    signalfd_siginfo seen;
    bool             signalled = false;
    while (::read(signal_.get(), &seen, sizeof seen) == sizeof seen)
        signalled = true;
    eventfd_t count = 0;
    ::eventfd_read(nudge_.get(), &count);
    if (!signalled)
        return;
    {
        std::lock_guard const lock{everyone().guard};
        for (int const other : everyone().nudges)
            if (other != nudge_.get())
                ::eventfd_write(other, 1);
    }
    if (host_handles_sigchld())
        leave_it_to_the_host();
}

void sigchld_hints::leave_it_to_the_host()
{
    // The host installed a handler since; what we have just read was meant for it, too.
    trusted_ = false;
    if (blocked_in_ == nullptr)
        return;
    rest();
    ::raise(SIGCHLD);
}

sigset_t sigchld_hints::host_mask() const noexcept
{
    sigset_t mask;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
    if (here.changed)
        sigdelset(&mask, SIGCHLD);
    return mask;
}

} // namespace cotrace::engine
