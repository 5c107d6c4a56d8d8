// SPDX-License-Identifier: BSL-1.0
#include "sys/wait.hpp"

#include <csignal>

#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cotrace::sys {

namespace {

// Calls waitid(2) through syscall(2), because the C library's function lacks a parameter: the struct rusage.
std::optional<wait_status> poll_for(tid thread, int options, bool times) noexcept
{
    // With WNOHANG, only si_pid shows that there is no status; see waitid(2).
    siginfo_t info;
    info.si_pid = 0;
    rusage used{};
    if (::syscall(SYS_waitid, P_PID, raw(thread), &info, options | WNOHANG | __WALL, times ? &used : nullptr) != 0)
        return wait_status{thread, wait_status::kind::vanished, 0, {}};
    if (info.si_pid == 0)
        return std::nullopt;
    using kind = wait_status::kind;
    kind what = kind::stopped;
    switch (info.si_code) {
    case CLD_EXITED: what = kind::exited; break;
    case CLD_KILLED: what = kind::killed; break;
    case CLD_DUMPED: what = kind::dumped; break;
    default: break;
    }
    return wait_status{thread, what, info.si_status,
                       std::chrono::seconds{used.ru_stime.tv_sec} + std::chrono::microseconds{used.ru_stime.tv_usec}};
}

}   // namespace

std::optional<wait_status> poll(tid thread, bool times) noexcept { return poll_for(thread, WEXITED | WSTOPPED, times); }

looked look_for_call(tid thread) noexcept
{
    auto const info = current_syscall(thread);
    if (!info)
        return {};
    using position = syscall_info::position;
    if (info.value().at != position::entry && info.value().at != position::exit)
        return {true, {}};
    return {true, wait_status{thread, wait_status::kind::stopped, SIGTRAP | 0x80, {}, info.value()}};
}

std::optional<wait_status> poll_leaving_end(tid thread, bool times) noexcept
{
    auto const seen = poll_for(thread, WEXITED | WSTOPPED | WNOWAIT, times);
    return seen && seen->is_stop() ? poll(thread, times) : seen;
}

std::optional<wait_status> poll_end(tid child) noexcept { return poll_for(child, WEXITED, false); }

std::optional<tid> peek_any() noexcept
{
    siginfo_t info;
    info.si_pid = 0;
    if (::waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WALL | __WNOTHREAD) != 0 || info.si_pid == 0)
        return std::nullopt;
    return tid{info.si_pid};
}

bool can_wait_for(tid thread) noexcept
{
    siginfo_t info;
    return ::waitid(P_PID, static_cast<id_t>(raw(thread)), &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WALL | __WNOTHREAD)
           == 0;
}

}   // namespace cotrace::sys
