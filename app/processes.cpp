// SPDX-License-Identifier: BSL-1.0
#include "processes.hpp"

#include <cstdint>
#include <fstream>
#include <memory>
#include <string>

#include <dirent.h>

namespace cotrace::app {

pid process_of(tid thread)
{
    std::ifstream status{"/proc/" + std::to_string(raw(thread)) + "/status"};
    for (std::string word; status >> word;)
        if (std::int32_t id = 0; word == "Tgid:" && status >> id)
            return pid{id};
    return pid{raw(thread)};
}

std::size_t threads_of(pid process)
{
    std::unique_ptr<DIR, int (*)(DIR*)> const tasks{
        ::opendir(("/proc/" + std::to_string(raw(process)) + "/task").c_str()), ::closedir};
    std::size_t count = 0;
    if (tasks)
        while (auto const* const entry = ::readdir(tasks.get()))
            count += entry->d_name[0] != '.';
    return count;
}

} // namespace cotrace::app
