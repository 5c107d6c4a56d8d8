// SPDX-License-Identifier: BSL-1.0
#include "sys/procfs.hpp"

#include <cotrace/error.hpp>

#include "sys/errno.hpp"
#include "sys/fork.hpp"
#include "sys/process.hpp"
#include "sys/unique_fd.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace cotrace::sys {

namespace {

/// Whether the last system call failed because no file descriptor was free.
bool lacks_descriptor() noexcept { return errno == EMFILE || errno == ENFILE; }

}   // namespace

bool sees_processes()
{
    // The result `true` is kept for later calls. A forked child checks again, because the child may be in another pid
    // namespace.
    static std::atomic<unsigned> seen_in_generation{~0u};
    if (seen_in_generation.load(std::memory_order_relaxed) == generation())
        return true;
    bool const ours = !procfs_error();
    if (ours)
        seen_in_generation.store(generation(), std::memory_order_relaxed);
    return ours;
}

error_code procfs_error()
{
    errno = 0;
    auto const text = file_of("/proc/self/status");
    if (text.empty() && lacks_descriptor())
        return last_error();
    // NSpid lists the ids of this process, from the pid namespace of /proc to that of this process, see proc_pid_status(5). If
    // both are one namespace, the list is one id.
    auto const ids = field(text, "NSpid:");
    bool const ours = (ids.empty() ? field(text, "Pid:") : ids) == std::to_string(::getpid());
    return ours ? error_code{} : errc::no_procfs;
}

std::string path_of(std::int32_t id, std::string_view name)
{
    if (!sees_processes())
        return {};
    std::string path{"/proc/"};
    path += std::to_string(id);
    path += '/';
    path += name;
    return path;
}

std::string file_of(std::string const& path)
{
    unique_fd const file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    std::string text;
    char part[4096];
    for (ssize_t got; file && (got = ::read(file.get(), part, sizeof part)) > 0;)
        text.append(part, static_cast<std::size_t>(got));
    return text;
}

namespace {

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

}   // namespace

std::string_view field(std::string_view text, std::string_view label)
{
    for (std::size_t at = 0; at < text.size();) {
        auto const end = std::min(text.find('\n', at), text.size());
        auto const line = text.substr(at, end - at);
        if (line.starts_with(label)) {
            auto const value = line.find_first_not_of("\t ", label.size());
            return value == line.npos ? std::string_view{} : line.substr(value);
        }
        at = end + 1;
    }
    return {};
}

std::optional<thread_status> status_of(tid thread)
{
    auto const text = file_of(path_of(raw(thread), "status"));
    if (text.empty())
        return std::nullopt;
    auto const state = field(text, "State:");
    return thread_status{pid{number<std::int32_t>(field(text, "Tgid:"))}, pid{number<std::int32_t>(field(text, "PPid:"))},
                         tid{number<std::int32_t>(field(text, "TracerPid:"))}, state.empty() ? '\0' : state.front()};
}

std::vector<tid> threads_of(pid process) { return numeric_entries<tid>(path_of(raw(process), "task")); }

std::size_t count_threads(pid process)
{
    return number<std::size_t>(field(file_of(path_of(raw(process), "status")), "Threads:"));
}

result<std::vector<tid>> list_threads(pid process)
{
    errno = 0;
    auto found = threads_of(process);
    if (found.empty() && lacks_descriptor())
        return last_error();
    return found;
}

std::optional<pid> id_of(pidfd const& process)
{
    if (!sees_processes())
        return std::nullopt;
    auto const text = file_of("/proc/self/fdinfo/" + std::to_string(process.get()));
    auto const id = number<std::int32_t>(field(text, "Pid:"));
    return id > 0 ? std::optional{pid{id}} : std::nullopt;
}

std::vector<pid> children_of_thread(tid thread)
{
    auto const text = file_of(path_of(raw(thread), "task/" + std::to_string(raw(thread)) + "/children"));
    char const* at = text.data();
    std::vector<pid> found;
    for (std::int32_t id = 0;;) {
        auto const [end, error] = std::from_chars(at, text.data() + text.size(), id);
        if (error != std::errc{})
            return found;
        found.push_back(pid{id});
        at = std::find_if(end, text.data() + text.size(), [](char c) { return c != ' '; });
    }
}

std::vector<pid> children_of(tid thread)
{
    std::vector<pid> found;
    for (tid const each : numeric_entries<tid>(path_of(raw(thread), "task"))) {
        auto const made = children_of_thread(each);
        found.insert(found.end(), made.begin(), made.end());
    }
    return found;
}

std::vector<pid> all_processes() { return sees_processes() ? numeric_entries<pid>("/proc") : std::vector<pid>{}; }

bool others_block_sigchld()
{
    if (!sees_processes())
        return false;
    for (tid const thread : threads_of(pid{::getpid()})) {
        if (raw(thread) == ::gettid())
            continue;
        auto const text = file_of("/proc/self/task/" + std::to_string(raw(thread)) + "/status");
        auto const mask = number<std::uint64_t>(field(text, "SigBlk:"), 16);
        if (!text.empty() && (mask >> (SIGCHLD - 1) & 1) == 0)
            return false;
    }
    return true;
}

namespace {

std::string descriptor_path(tid thread, char const* folder, int fd) { return path_of(raw(thread), folder + std::to_string(fd)); }

std::string read_link(std::string const& path)
{
    std::string text(256, '\0');
    for (;;) {
        auto const got = ::readlink(path.c_str(), text.data(), text.size());
        if (got < 0)
            return {};
        if (static_cast<std::size_t>(got) < text.size()) {
            text.resize(static_cast<std::size_t>(got));
            return text;
        }
        text.resize(2 * text.size());   // readlink(2) may have cut a text that fills the buffer
    }
}

// The attributes of a file as the kernel has cached them: a file server is not asked (AT_STATX_DONT_SYNC).
std::optional<struct statx> status_now(char const* path, int flags)
{
    struct statx about {};
    if (::statx(AT_FDCWD, path, flags | AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &about) != 0)
        return std::nullopt;
    return about;
}

}   // namespace

std::string link_of(tid thread, int fd) { return read_link(descriptor_path(thread, "fd/", fd)); }
std::string directory_of(tid thread) { return read_link(path_of(raw(thread), "cwd")); }

std::string namespace_of(tid thread, char const* link) { return read_link(path_of(raw(thread), std::string{"ns/"} + link)); }

// The content of /proc/TID/syscall: "63 0x3 0xffffc8 0x400 0x0 0x0 0x0 0xffffb0 0xffff94", or "-1 0xffffb0 0xffff94"
// outside of a call.
std::optional<std::uint64_t> first_argument_of(tid thread)
{
    auto const text = file_of(path_of(raw(thread), "syscall"));
    auto const at = text.find(" 0x");
    if (at == text.npos || text.starts_with('-'))
        return std::nullopt;
    return number<std::uint64_t>(std::string_view{text}.substr(at + 3), 16);
}

// A line of /proc/TID/maps: "7f12a000-7f12b000 rw-s 00000000 00:0e 1057    anon_inode:kvm-vcpu:0".
std::uint64_t mapping_of(tid thread, std::string_view path)
{
    auto const text = file_of(path_of(raw(thread), "maps"));
    std::uint64_t found = 0;
    for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1)) {
        auto const line = rest.substr(0, rest.find('\n'));
        auto const offset = line.find(' ', std::min(line.find(' ') + 1, line.size()));
        bool const fits = line.ends_with(path) && line.size() > path.size() && line[line.size() - path.size() - 1] == ' ';
        if (!fits || offset == line.npos || number<std::uint64_t>(line.substr(offset + 1), 16) != 0)
            continue;
        if (found != 0)
            return 0;
        found = number<std::uint64_t>(line, 16);
    }
    return found;
}

bool is_deleted(tid thread, int fd, std::string const& path)
{
    if (!path.ends_with(deleted_mark) || path.size() == deleted_mark.size())
        return false;
    auto const open = status_now(descriptor_path(thread, "fd/", fd).c_str(), 0);
    auto const named = status_now(path.c_str(), AT_SYMLINK_NOFOLLOW);
    return open
           && (!named || open->stx_ino != named->stx_ino || open->stx_dev_major != named->stx_dev_major
               || open->stx_dev_minor != named->stx_dev_minor);
}

std::optional<device_number> device_of(tid thread, int fd)
{
    auto const about = status_now(descriptor_path(thread, "fd/", fd).c_str(), 0);
    if (!about || (!S_ISBLK(about->stx_mode) && !S_ISCHR(about->stx_mode)))
        return std::nullopt;
    return device_number{S_ISBLK(about->stx_mode), makedev(about->stx_rdev_major, about->stx_rdev_minor)};
}

std::optional<file_identity> file_of(tid thread, int fd)
{
    auto const about = status_now(descriptor_path(thread, "fd/", fd).c_str(), 0);
    if (!about)
        return std::nullopt;
    return file_identity{makedev(about->stx_dev_major, about->stx_dev_minor), about->stx_ino, about->stx_mode};
}

bool may_be_of_proc(tid thread, int fd)
{
    static bool const knows_us = read_link("/proc/self") == std::to_string(::getpid());
    if (!knows_us)
        return true;
    auto const about = status_now(descriptor_path(thread, "fd/", fd).c_str(), 0);
    if (!about)
        return errno != ENOENT;
    return S_ISREG(about->stx_mode) && about->stx_size == 0 && about->stx_dev_major == 0;
}

std::string socket_protocol(tid thread, int fd)
{
    char name[64];
    auto const got = ::getxattr(descriptor_path(thread, "fd/", fd).c_str(), "system.sockprotoname", name, sizeof name);
    if (got <= 0)
        return {};
    return {name, ::strnlen(name, static_cast<std::size_t>(got))};
}

std::string fd_info(tid thread, int fd) { return file_of(descriptor_path(thread, "fdinfo/", fd)); }

std::string command_of(std::int32_t id)
{
    auto const text = file_of(path_of(id, "comm"));
    return text.substr(0, text.find('\n'));   // a name that contains a line break is cut there, as in strace
}

std::string program_of(pid process)
{
    auto path = read_link(path_of(raw(process), "exe"));
    if (path.ends_with(deleted_mark))
        path.resize(path.size() - deleted_mark.size());
    return path;
}

bool is_kernel_thread(pid process)
{
    constexpr std::uint64_t of_the_kernel = 0x00200000;   // PF_KTHREAD
    auto const text = file_of(path_of(raw(process), "stat"));
    // The flags are the seventh field after the name. The name is in parentheses and may itself contain a ')'.
    auto at = text.rfind(')');
    for (int i = 0; i < 7 && at != text.npos; ++i)
        at = text.find(' ', at + 1);
    if (at == text.npos)
        return false;
    auto const flags = number<std::uint64_t>(std::string_view{text}.substr(at + 1, text.find(' ', at + 1) - at - 1));
    return (flags & of_the_kernel) != 0;
}

namespace {

constexpr std::size_t deepest = 32;   // MAX_PID_NS_LEVEL, the kernel's limit for nested pid namespaces

/// The inode numbers of the pid namespace of `process` and of its ancestors, as far as this process may see them; at most `most`.
std::vector<std::uint64_t> namespaces_of(std::int32_t process, std::size_t most = deepest)
{
    std::vector<std::uint64_t> found;
    unique_fd at{::open(path_of(process, "ns/pid").c_str(), O_RDONLY | O_CLOEXEC)};
    while (at) {
        struct stat about {};
        if (::fstat(at.get(), &about) != 0)
            break;
        found.push_back(about.st_ino);
        if (found.size() == most)
            break;
        at = unique_fd{::ioctl(at.get(), NS_GET_PARENT)};
    }
    return found;
}

std::vector<std::int32_t> numbers(std::string_view list)
{
    std::vector<std::int32_t> found;
    for (std::size_t at = 0; at < list.size();) {
        auto const end = std::min(list.find('\t', at), list.size());
        found.push_back(number<std::int32_t>(list.substr(at, end - at)));
        at = end + 1;
    }
    return found;
}

/// If the thread `candidate` has the id `id` in the pid namespace with the inode number `space`, returns the thread's id in this
/// process's pid namespace, otherwise 0. With `id_kind::group`, both ids are those of the thread's process group.
std::int32_t outside_if(std::int32_t candidate, std::uint64_t space, std::int32_t id, id_kind kind)
{
    auto const text = file_of(path_of(candidate, "status"));
    auto const ids = numbers(field(text, kind == id_kind::group ? "NSpgid:" : "NSpid:"));
    // The last id belongs to the candidate's own namespace, the id before it to the parent of that namespace, and so on.
    if (std::find(ids.begin(), ids.end(), id) == ids.end())
        return 0;
    auto const spaces = namespaces_of(candidate);
    for (std::size_t level = 0; level < std::min(spaces.size(), ids.size()); ++level)
        if (spaces[level] == space)
            return ids[ids.size() - 1 - level] == id ? ids[ids.size() - std::min(spaces.size(), ids.size())] : 0;
    return 0;
}

}   // namespace

std::int32_t id_outside(tid thread, std::int32_t id, id_kind kind)
{
    auto const theirs = namespaces_of(raw(thread), 1);
    auto const ours = namespaces_of(::getpid(), 1);
    if (theirs.empty() || theirs == ours)
        return 0;
    for (auto const process : all_processes())
        for (auto const candidate : threads_of(process))
            if (auto const found = outside_if(raw(candidate), theirs.front(), id, kind); found != 0)
                return found;
    return 0;
}

std::int32_t id_from(tid thread, std::int32_t id) noexcept
{
    // The values of PIDFD_GET_PID_NAMESPACE and NS_GET_PID_FROM_PIDNS, which the headers of Debian 12 do not define.
    constexpr unsigned long get_namespace = _IO(0xff, 5);
    constexpr unsigned long id_from_namespace = _IOR(0xb7, 6, int);
    auto const process = pidfd::of(thread);
    unique_fd const space{process ? ::ioctl(process.get(), get_namespace, 0) : -1};
    if (!space)
        return id;
    int const found = ::ioctl(space.get(), id_from_namespace, id);
    if (found < 0)
        return errno == ENOTTY ? id : 0;
    return found;
}

}   // namespace cotrace::sys
