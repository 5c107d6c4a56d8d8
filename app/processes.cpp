// SPDX-License-Identifier: BSL-1.0
#include "processes.hpp"

#include "argument_parsing.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cotrace::app {

namespace {

/// The first word of a field of /proc/TID/status; empty if there is none.
std::string status_word(tid thread, std::string_view field)
{
    std::ifstream status{"/proc/" + std::to_string(raw(thread)) + "/status"};
    for (std::string word; status >> word;)
        if (word == field && status >> word)
            return word;
    return {};
}

/// The id in a field of /proc/TID/status; nullopt if there is none.
std::optional<std::int32_t> status_id(tid thread, std::string_view field)
{
    return number<std::int32_t>(status_word(thread, field));
}

std::string first_line_of(std::string const& path)
{
    std::ifstream file{path};
    std::string line;
    std::getline(file, line);
    return line;
}

bool has_ptrace_capability()
{
    constexpr unsigned cap_sys_ptrace = 19;
    return (std::strtoull(status_word(tid{::getpid()}, "CapEff:").c_str(), nullptr, 16) >> cap_sys_ptrace & 1) != 0;
}

/// A message if a seccomp profile denies ptrace(2), otherwise empty. No process has the id 0, so the error without a profile is
/// ESRCH.
std::string forbidden_by_seccomp()
{
    if (status_word(tid{::getpid()}, "Seccomp:") != "2" || ::ptrace(PTRACE_SEIZE, 0, nullptr, nullptr) == 0 || errno == ESRCH)
        return {};
    return "; a seccomp profile denies ptrace(2) to cotrace (for a container: --cap-add=SYS_PTRACE, or "
           "--security-opt seccomp=unconfined)";
}

/// A message if the security module Yama forbids tracing, otherwise empty. The setting 1 allows tracing of descendants.
std::string forbidden_by_yama(bool has_capability, bool is_child)
{
    auto const scope = first_line_of("/proc/sys/kernel/yama/ptrace_scope");
    auto const is = "; /proc/sys/kernel/yama/ptrace_scope is " + scope + ": ";
    if (scope == "3")
        return is + "nobody may attach before the next boot";
    if (has_capability || scope.empty() || scope == "0" || (is_child && scope == "1"))
        return {};
    return is + (scope == "1" ? "only descendants of cotrace can be traced" : "CAP_SYS_PTRACE is needed")
           + "; run cotrace as root, or as root set it to 0: sysctl kernel.yama.ptrace_scope=0";
}

}   // namespace

std::string why_not_permitted(pid process)
{
    bool const has_capability = has_ptrace_capability();
    auto const thread = leader(process);
    bool const is_of_kernel = status_id(thread, "PPid:") == 2 || raw(process) == 2;
    if (is_of_kernel && first_line_of("/proc/2/comm") == "kthreadd")
        return "; it is a thread of the kernel";
    if (auto seccomp = forbidden_by_seccomp(); !seccomp.empty())
        return seccomp;
    std::string why;
    if (auto const user = status_id(thread, "Uid:"); !has_capability && user && static_cast<::uid_t>(*user) != ::getuid())
        why = "; it belongs to user " + std::to_string(*user) + ": run cotrace as this user or with CAP_SYS_PTRACE";
    why += forbidden_by_yama(has_capability, /*is_child=*/false);
    if (!why.empty())
        return why;
    if (!has_capability)
        return "; it may have changed its user or forbidden core dumps: run cotrace with CAP_SYS_PTRACE";
    return "; it may be in another user namespace, or a security module forbids it";
}

std::string why_launch_not_permitted()
{
    auto seccomp = forbidden_by_seccomp();
    return seccomp.empty() ? forbidden_by_yama(has_ptrace_capability(), /*is_child=*/true) : std::move(seccomp);
}

pid process_of(tid thread) { return pid{status_id(thread, "Tgid:").value_or(raw(thread))}; }

tid tracer_of(tid thread) { return tid{status_id(thread, "TracerPid:").value_or(0)}; }

std::size_t thread_count(pid process)
{
    std::unique_ptr<DIR, int (*)(DIR*)> const tasks{::opendir(("/proc/" + std::to_string(raw(process)) + "/task").c_str()),
                                                    ::closedir};
    std::size_t count = 0;
    if (tasks)
        while (auto const* const entry = ::readdir(tasks.get()))
            count += entry->d_name[0] != '.';
    return count;
}

detail::unique_fd open_pidfd(pid process) noexcept
{
    return detail::unique_fd{static_cast<int>(::syscall(SYS_pidfd_open, raw(process), 0))};
}

task<std::optional<siginfo_t>> reap(asio::any_io_executor executor, pid process, detail::unique_fd const& pidfd)
{
    asio::posix::stream_descriptor ended{executor};
    if (detail::unique_fd copy{::fcntl(pidfd.get(), F_DUPFD_CLOEXEC, 0)}) {
        ended.assign(copy.release());
        co_await ended.async_wait(asio::posix::stream_descriptor::wait_read, use_tuple);
    }
    asio::steady_timer next_look{executor};
    siginfo_t found{};
    while (::waitid(P_PID, static_cast<id_t>(raw(process)), &found, WEXITED | WNOHANG | __WALL) == 0) {
        if (found.si_pid != 0)
            co_return found;
        next_look.expires_after(std::chrono::milliseconds{10});
        co_await next_look.async_wait(use_tuple);
    }
    co_return std::nullopt;
}

void raise_descriptor_limit() noexcept
{
    ::rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
        return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}   // namespace cotrace::app
