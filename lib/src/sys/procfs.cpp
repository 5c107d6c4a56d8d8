// SPDX-License-Identifier: BSL-1.0
#include "sys/procfs.hpp"

#include "sys/unique_fd.hpp"

#include <charconv>
#include <csignal>
#include <memory>
#include <string>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace cotrace::sys {

namespace {

std::string read_file(std::string const& path)
{
    unique_fd const file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    std::string text;
    char        part[4096];
    for (ssize_t got; file && (got = ::read(file.get(), part, sizeof part)) > 0;)
        text.append(part, static_cast<std::size_t>(got));
    return text;
}

/// What stands behind `label` and the white space after it; empty when there is no such line.
std::string_view field(std::string_view text, std::string_view label)
{
    for (std::size_t at = 0; at < text.size();) {
        auto const end  = std::min(text.find('\n', at), text.size());
        auto const line = text.substr(at, end - at);
        if (line.starts_with(label)) {
            auto const value = line.find_first_not_of("\t ", label.size());
            return value == line.npos ? std::string_view{} : line.substr(value);
        }
        at = end + 1;
    }
    return {};
}

template <class Integer>
Integer number(std::string_view digits, int base = 10)
{
    Integer value{};
    std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    return value;
}

/// The numeric names in a directory of /proc.
template <class Id>
std::vector<Id> numeric_entries(std::string const& path)
{
    std::vector<Id> found;
    std::unique_ptr<DIR, int (*)(DIR*)> const folder{::opendir(path.c_str()), ::closedir};
    while (dirent const* entry = folder ? ::readdir(folder.get()) : nullptr)
        if (auto const id = number<std::int32_t>(entry->d_name); id > 0)
            found.push_back(Id{id});
    return found;
}

} // namespace

std::optional<thread_status> status_of(tid thread)
{
    auto const text = read_file("/proc/" + std::to_string(raw(thread)) + "/status");
    if (text.empty())
        return std::nullopt;
    auto const state = field(text, "State:");
    return thread_status{pid{number<std::int32_t>(field(text, "Tgid:"))},
                         pid{number<std::int32_t>(field(text, "PPid:"))},
                         tid{number<std::int32_t>(field(text, "TracerPid:"))},
                         state.empty() ? '\0' : state.front()};
}

std::vector<tid> threads_of(pid process)
{
    return numeric_entries<tid>("/proc/" + std::to_string(raw(process)) + "/task");
}

std::vector<pid> all_processes() { return numeric_entries<pid>("/proc"); }

bool others_block_sigchld()
{
    for (tid const thread : threads_of(pid{::getpid()})) {
        if (raw(thread) == ::gettid())
            continue;
        auto const text = read_file("/proc/self/task/" + std::to_string(raw(thread)) + "/status");
        auto const mask = number<std::uint64_t>(field(text, "SigBlk:"), 16);
        if (!text.empty() && (mask >> (SIGCHLD - 1) & 1) == 0)
            return false;
    }
    return true;
}

} // namespace cotrace::sys
