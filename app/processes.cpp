// SPDX-License-Identifier: BSL-1.0
#include "processes.hpp"

#include <cstdint>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <dirent.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace cotrace::app {

namespace {

/// The id in a field of /proc/TID/status.
std::optional<std::int32_t> status_id(tid thread, std::string_view field)
{
    std::ifstream status{"/proc/" + std::to_string(raw(thread)) + "/status"};
    for (std::string word; status >> word;)
        if (std::int32_t id = 0; word == field && status >> id)
            return id;
    return std::nullopt;
}

}   // namespace

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

descriptor open_pidfd(pid process) noexcept { return descriptor{static_cast<int>(::syscall(SYS_pidfd_open, raw(process), 0))}; }

void raise_descriptor_limit() noexcept
{
    ::rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
        return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}   // namespace cotrace::app
