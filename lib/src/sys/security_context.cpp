// SPDX-License-Identifier: BSL-1.0
#include "sys/security_context.hpp"

#include "sys/procfs.hpp"
#include "sys/unique_fd.hpp"

#include <array>
#include <atomic>

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace cotrace::sys {

namespace {

constexpr char attribute[] = "security.selinux";

constinit std::atomic<expected_context> find_expected = nullptr;

/// Removes all null bytes and line breaks from the end of a value.
std::string without_end(std::string text)
{
    while (!text.empty() && (text.back() == '\0' || text.back() == '\n'))
        text.pop_back();
    return text;
}

template <class Get>
std::string attribute_of(std::string const& path, Get get)
{
    std::array<char, 4096> value;   // the longest context that the kernel accepts is shorter than a page
    auto const got = path.empty() ? -1 : get(path.c_str(), attribute, value.data(), value.size());
    return got > 0 ? without_end({value.data(), static_cast<std::size_t>(got)}) : std::string{};
}

/// Appends "!!" and the context that the policy expects for an open file, if this context is known and differs from `context`.
void add_expected(std::string& context, expected_context find, tid thread, int fd)
{
    auto const file = file_of(thread, fd);
    auto path = link_of(thread, fd);
    if (!file || !path.starts_with('/'))
        return;
    if (is_deleted(thread, fd, path))
        path.resize(path.size() - deleted_mark.size());
    if (auto const expected = find(path, file->mode); !expected.empty() && expected != context)
        context.append("!!").append(expected);
}

/// Replaces "/proc/self", "/proc/thread-self/" and "/dev/fd/" at the beginning of `path`, which each process resolves
/// differently, by paths with the ids of `thread` and its process.
std::string with_ids(tid thread, std::string_view path)
{
    constexpr std::string_view process = "/proc/self", own_thread = "/proc/thread-self/", descriptors = "/dev/fd/";
    while (path.starts_with("//"))
        path.remove_prefix(1);
    bool const is_process = path.starts_with(process) && (path.size() == process.size() || path[process.size()] == '/');
    bool const is_known = is_process || path.starts_with(own_thread) || path.starts_with(descriptors);
    auto const status = is_known ? status_of(thread) : std::nullopt;
    if (!status)
        return std::string{path};
    auto made = "/proc/" + std::to_string(raw(status->group));
    if (is_process)
        return made.append(path.substr(process.size()));
    if (path.starts_with(descriptors))
        return made.append("/fd/").append(path.substr(descriptors.size()));
    return made.append("/task/").append(std::to_string(raw(thread))).append(path.substr(own_thread.size() - 1));
}

}   // namespace

bool has_selinux() noexcept
{
    static bool const has = [] {
        struct statfs about {};
        return ::statfs("/sys/fs/selinux", &about) == 0 && static_cast<unsigned long>(about.f_type) == SELINUX_MAGIC;
    }();
    return has;
}

std::string context_of(tid thread)
{
    return has_selinux() ? without_end(file_of(path_of(raw(thread), "attr/current"))) : std::string{};
}

std::string context_of(tid thread, int fd)
{
    if (!has_selinux() || fd < 0)
        return {};
    auto context = attribute_of(path_of(raw(thread), "fd/" + std::to_string(fd)), ::getxattr);
    if (auto const find = find_expected.load(); find != nullptr && !context.empty())
        add_expected(context, find, thread, fd);
    return context;
}

std::string context_of(tid thread, int directory, std::string_view path)
{
    bool const is_absolute = path.starts_with('/');
    if (!has_selinux() || (!is_absolute && directory < 0 && directory != AT_FDCWD))
        return {};
    auto const base = is_absolute             ? std::string{"root"}
                      : directory == AT_FDCWD ? std::string{"cwd/"}
                                              : "fd/" + std::to_string(directory) + '/';
    auto const name = path_of(raw(thread), base + with_ids(thread, path));
    auto context = attribute_of(name, ::lgetxattr);
    if (auto const find = find_expected.load(); find != nullptr && !context.empty()) {
        // Opens the file: `add_expected` needs a path without symbolic links, and reads it from the link /proc/TID/fd/N.
        unique_fd const file{::open(name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC)};
        if (file)
            add_expected(context, find, tid{::gettid()}, file.get());
    }
    return context;
}

}   // namespace cotrace::sys

namespace cotrace {

void set_expected_context(expected_context find) noexcept { sys::find_expected.store(find); }

}   // namespace cotrace
