// SPDX-License-Identifier: BSL-1.0
#include "engine/session/open_files.hpp"

#include "sys/procfs.hpp"
#include "sys/socket_diag.hpp"

#include <charconv>
#include <string>
#include <string_view>

namespace cotrace::engine {

namespace {

constexpr int at_fdcwd = -100;
constexpr std::uint64_t ptmx = 5 << 8 | 2;

template <class Integer>
std::optional<Integer> number(std::string_view digits, int base = 10)
{
    Integer value{};
    auto const [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    return failed == std::errc{} && end != digits.data() ? std::optional{value} : std::nullopt;
}

/// The number N of a path "socket:[N]", which is the inode of the socket.
std::optional<std::uint64_t> socket_inode(std::string_view path)
{
    constexpr std::string_view start = "socket:[";
    if (!path.starts_with(start) || !path.ends_with(']'))
        return std::nullopt;
    return number<std::uint64_t>(path.substr(start.size()));
}

// The labels, such as "tty-index:", are those that the kernel writes to /proc/PID/fdinfo: proc_pid_fdinfo(5).

std::optional<open_file::device> as_device(tid thread, int fd)
{
    auto const is = sys::device_of(thread, fd);
    if (!is)
        return std::nullopt;
    open_file::device made{.is_block = is->is_block, .number = is->number};
    if (!is->is_block && is->number == ptmx)
        made.terminal = number<std::uint32_t>(sys::field(sys::fd_info(thread, fd), "tty-index:"));
    return made;
}

std::optional<open_file::counter> as_counter(tid thread, int fd)
{
    auto const text = sys::fd_info(thread, fd);
    auto const count = number<std::uint64_t>(sys::field(text, "eventfd-count:"), 16);
    if (!count)
        return std::nullopt;
    return open_file::counter{.count = *count,
                              .id = number<std::uint32_t>(sys::field(text, "eventfd-id:")),
                              .semaphore = number<std::uint32_t>(sys::field(text, "eventfd-semaphore:"))};
}

std::optional<open_file::process> as_process(tid thread, int fd)
{
    auto const text = sys::fd_info(thread, fd);
    auto const id = number<std::int32_t>(sys::field(text, "Pid:"));
    if (!id || *id <= 0)   // -1: the process was reaped; 0: the process has no id in this process's pid namespace
        return std::nullopt;
    return open_file::process{pid{*id}};
}

std::optional<open_file::signals> as_signals(tid thread, int fd)
{
    auto const text = sys::fd_info(thread, fd);
    if (auto const set = number<std::uint64_t>(sys::field(text, "sigmask:"), 16))
        return open_file::signals{*set};
    return std::nullopt;
}

}   // namespace

bool open_files::describe(tid thread, int fd, descriptor_details const& wanted, open_file& found)
{
    found.path = fd == at_fdcwd ? sys::directory_of(thread) : sys::link_of(thread, fd);
    if (found.path.empty())
        return false;
    if (fd == at_fdcwd)
        return true;
    if (sys::is_deleted(thread, fd, found.path)) {
        found.deleted = true;
        found.path.resize(found.path.rfind(' '));
    }

    auto const is = [&](auto what) {
        if (what)
            found.about = std::move(*what);
        return true;
    };
    if (auto const inode = wanted.socket ? socket_inode(found.path) : std::nullopt) {
        if (auto protocol = sys::socket_protocol(thread, fd); sys::knows_socket_protocol(protocol))
            found.about = look_up(*inode, std::move(protocol));
        return true;
    }
    if (wanted.device && found.path.starts_with('/'))
        if (auto const device = as_device(thread, fd))
            return is(device);
    if (wanted.counter && found.path == "anon_inode:[eventfd]")
        return is(as_counter(thread, fd));
    // Since Linux 6.9 a pidfd has an inode of its own, and its path may also begin with "pidfd:".
    if (wanted.process && (found.path == "anon_inode:[pidfd]" || found.path.starts_with("pidfd:")))
        return is(as_process(thread, fd));
    if (wanted.signals && found.path == "anon_inode:[signalfd]")
        if (auto const set = as_signals(thread, fd))
            return is(set);
    return wanted.path;
}

open_file::socket const& open_files::look_up(std::uint64_t inode, std::string protocol)
{
    if (!sockets_)
        sockets_ = std::make_unique<socket_table>();
    auto& place = (*sockets_)[inode % places];
    if (place && place->inode == inode)
        return *place;
    if (auto ends = sys::look_up_socket(protocol, inode))
        return place.emplace(std::move(*ends));
    unknown_ = {.protocol = std::move(protocol), .inode = inode};
    return unknown_;
}

}   // namespace cotrace::engine
