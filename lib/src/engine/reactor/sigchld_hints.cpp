// SPDX-License-Identifier: BSL-1.0
#include "engine/reactor/hints.hpp"

#include "sys/procfs.hpp"

#include <boost/system/system_error.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace cotrace::engine {

/// What tracers did to SIGCHLD in the signal mask of one thread.
struct thread_mask {
    int tracers = 0;        ///< the number of tracers on the thread that need SIGCHLD blocked
    bool changed = false;   ///< the first of these tracers blocked SIGCHLD, so the last of them must unblock it
};

namespace {

thread_local thread_mask mask_here;

/// The tracers of this process that use a signalfd.
struct tracer_list {
    std::mutex guard;
    std::vector<int> wakeups;   ///< the eventfd of each of these tracers
};

tracer_list& all_tracers()
{
    static tracer_list only;
    return only;
}

/// The data of the epoll events of `signal_` and `wakeup_`. The data for a pidfd is the id of the process.
constexpr std::uint64_t no_process = 0;

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

void require(bool done, char const* operation)
{
    if (!done)
        throw boost::system::system_error{{errno, boost::system::system_category()}, operation};
}

}   // namespace

sigchld_hints::sigchld_hints()
{
    auto const set = only_sigchld();
    signal_ = sys::unique_fd{::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC)};
    require(static_cast<bool>(signal_), "signalfd");
    wakeup_ = sys::unique_fd{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
    require(static_cast<bool>(wakeup_), "eventfd");
    both_ = sys::unique_fd{::epoll_create1(EPOLL_CLOEXEC)};
    require(static_cast<bool>(both_), "epoll_create1");
    for (int const fd : {signal_.get(), wakeup_.get()}) {
        epoll_event interest{EPOLLIN, {.u64 = no_process}};
        require(::epoll_ctl(both_.get(), EPOLL_CTL_ADD, fd, &interest) == 0, "epoll_ctl");
    }
    std::lock_guard const lock{all_tracers().guard};
    all_tracers().wakeups.push_back(wakeup_.get());
}

sigchld_hints::~sigchld_hints()
{
    {
        std::lock_guard const lock{all_tracers().guard};
        std::erase(all_tracers().wakeups, wakeup_.get());
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
    blocked_in_ = &mask_here;
    if (mask_here.tracers++ == 0) {
        auto const set = only_sigchld();
        sigset_t before;
        ::pthread_sigmask(SIG_BLOCK, &set, &before);
        mask_here.changed = sigismember(&before, SIGCHLD) == 0;
    }
    trusted_ = kernel_sends_sigchld() && sys::others_block_sigchld();
}

void sigchld_hints::rest()
{
    // Another thread than the tracer's has no mask to restore.
    if (std::exchange(blocked_in_, nullptr) != &mask_here || mask_here.tracers == 0 || --mask_here.tracers != 0)
        return;
    if (std::exchange(mask_here.changed, false)) {
        auto const set = only_sigchld();
        ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    }
}

void sigchld_hints::watch_end(tid leader)
{
    auto process = sys::pidfd::of(pid{raw(leader)});
    if (!process)   // no file descriptor was free, or the process was reaped; the reactor's tick finds the end of the process
        return;
    // The last free file descriptor is not used, because reads of /proc need one.
    if (sys::unique_fd const another{::fcntl(process.get(), F_DUPFD_CLOEXEC, 0)}; !another)
        return;
    epoll_event interest{EPOLLIN | EPOLLONESHOT, {.u64 = static_cast<std::uint64_t>(raw(leader))}};
    if (::epoll_ctl(both_.get(), EPOLL_CTL_ADD, process.get(), &interest) == 0)
        ends_.insert_or_assign(leader, std::move(process));
}

void sigchld_hints::drain(std::vector<tid>& named)
{
    std::array<epoll_event, 16> ready;
    int const count = ::epoll_wait(both_.get(), ready.data(), static_cast<int>(ready.size()), 0);
    for (int i = 0; i < count; ++i)
        if (auto const id = ready[static_cast<std::size_t>(i)].data.u64; id != no_process)
            named.push_back(tid{static_cast<std::int32_t>(id)});
    signalfd_siginfo seen;
    bool signalled = false;
    while (::read(signal_.get(), &seen, sizeof seen) == sizeof seen)
        signalled = true;
    eventfd_t unused = 0;
    ::eventfd_read(wakeup_.get(), &unused);
    if (!signalled)
        return;
    {
        std::lock_guard const lock{all_tracers().guard};
        for (int const other : all_tracers().wakeups)
            if (other != wakeup_.get())
                ::eventfd_write(other, 1);
    }
    if (host_handles_sigchld())
        leave_to_host();
}

void sigchld_hints::leave_to_host()
{
    trusted_ = false;
    if (blocked_in_ == nullptr)
        return;
    // The host has installed a handler after `begin`. The SIGCHLD that `drain` has just read is sent again, for that
    // handler.
    rest();
    ::raise(SIGCHLD);
}

sigset_t sigchld_hints::host_mask() const noexcept
{
    sigset_t mask;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
    if (mask_here.changed)
        sigdelset(&mask, SIGCHLD);
    return mask;
}

}   // namespace cotrace::engine
