// SPDX-License-Identifier: BSL-1.0
// Adds details to values: to a file descriptor the open file, to a process id the name of the process and the id in the tracer's
// pid namespace.
#include "decode/capture.hpp"
#include "uapi/about.hpp"
#include "uapi/sender.hpp"
#include "uapi/words.hpp"

#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <cstring>
#include <limits>

namespace cotrace::decode {
namespace {

namespace about = uapi::about;

constexpr int at_fdcwd = -100;

std::span<std::byte const> bytes_of(std::string_view text) noexcept { return std::as_bytes(std::span{text.data(), text.size()}); }

void add_end(capture& made, open_file::end const& end, std::string_view address, std::string_view port)
{
    if (end.is_v6)
        made.add_text(uapi::as::inet6, address, end.address);
    else
        made.add_plain(uapi::as::inet4, address, load(std::span{end.address}.first(4)));
    made.add_plain(uapi::as::port, port, end.port);
}

/// Adds those parts of a file descriptor's value that depend on the kind of file.
struct add_kind {
    capture& made;

    void operator()(std::monostate) const {}

    void operator()(open_file::device const& is) const
    {
        made.add_plain(about::device, is.is_block ? "block_device" : "character_device", is.number);
        if (is.terminal)
            made.add_plain(about::terminal, "terminal", *is.terminal);
    }

    void operator()(open_file::socket const& is) const
    {
        auto& tree = made.into();
        auto const place = tree.open({.as = &about::socket, .name = "socket"});
        made.add_text(about::protocol, "protocol", bytes_of(is.protocol));
        made.add_plain(uapi::as::uint64, "inode", is.inode);
        if (is.local)
            add_end(made, *is.local, "local", "local_port");
        if (is.remote)
            add_end(made, *is.remote, "remote", "remote_port");
        if (is.peer != 0)
            made.add_plain(about::peer, "peer", is.peer);
        if (!is.name.empty())
            made.add_text(about::name, "name", bytes_of(is.name));
        if (is.netlink) {
            made.add_plain(about::netlink_family, "netlink", *is.netlink);
            made.add_plain(about::port_id, "port_id", is.port_id);
        }
        tree.close(place);
    }

    void operator()(open_file::counter const& is) const
    {
        auto& tree = made.into();
        auto const place = tree.open({.as = &about::counter, .name = "counter"});
        made.add_plain(uapi::as::hex64, "count", is.count);
        if (is.id)
            made.add_plain(uapi::as::uint32, "id", *is.id);
        if (is.id && is.semaphore)
            made.add_plain(uapi::as::uint32, "semaphore", *is.semaphore);
        tree.close(place);
    }

    void operator()(open_file::process const& is) const
    {
        made.add_process(about::pid, "pid", static_cast<std::uint32_t>(raw(is.id)), capture::namespace_of::tracer);
    }

    void operator()(open_file::signals const& is) const
    {
        made.add_text(about::signals, "signals", std::as_bytes(std::span{&is.set, 1}));
    }
};

}   // namespace

descriptor_owner capture::owner_of(uapi::type const& as) const noexcept
{
    using kind = descriptor_owner::kind;
    if (as.length.from == uapi::source::none)
        return {};
    auto const id = static_cast<std::int32_t>(arguments_[as.length.index]);
    return {as.length.from == uapi::source::pointee ? kind::by_pidfd : kind::process, id};
}

void capture::add_descriptor(uapi::type const& as, std::string_view name, std::uint64_t number)
{
    auto const& wanted = options_.descriptors;
    auto const place = into_.open({.as = &as, .name = name, .number = number});
    auto const fd = static_cast<std::int32_t>(number);
    bool const directory = as.shape == uapi::shape::dirfd && fd == at_fdcwd;
    bool const known = directory ? wanted.path : wanted.any() && fd >= 0;
    bool const has_context = options_.contexts && fd >= 0;
    if (as.shape == uapi::shape::dirfd)
        last_directory_ = fd;
    open_file file;
    if ((!known && !has_context) || !describes_ || left_.reads == 0)
        return;
    --left_.reads;
    if (known && memory_.describe(owner_of(as), fd, wanted, file)) {
        add_text(about::path, "path", bytes_of(file.path));
        if (file.deleted)
            add_plain(about::deleted, "deleted", 1);
        std::visit(add_kind{*this}, file.about);
    }
    if (has_context)
        add_context(memory_.context_of(owner_of(as), fd));
    into_.close(place);
}

// Adds the SELinux context of a file as a part of the value that was opened last.
void capture::add_context(std::string const& context)
{
    if (!context.empty())
        add_text(about::context, "context", bytes_of(context));
}

void capture::add_context_of_path(std::uint32_t place)
{
    if (!options_.contexts || !describes_ || left_.reads == 0)
        return;
    auto const& node = into_.node(place);
    std::string_view const name{reinterpret_cast<char const*>(into_.arena().data()) + node.begin, node.length};
    --left_.reads;
    // The path of a Unix socket ends at the first null byte.
    add_context(memory_.context_of(last_directory_, name.substr(0, name.find('\0'))));
    into_.close(place);
}

void capture::add_process(uapi::type const& as, std::string_view name, std::uint64_t number, namespace_of seen_from)
{
    auto wanted = options_.processes;
    auto const place = into_.open({.as = &as, .name = name, .number = number});
    auto const id = static_cast<std::int32_t>(number);
    // A negative id is a process group, which has no name. In many calls, -1 means all processes or none.
    bool const is_group = as.shape == uapi::shape::process_group || id < 0;
    wanted.command = wanted.command && !is_group;
    // An id from /proc needs no translation: it is an id in the tracer's pid namespace.
    wanted.outside = wanted.outside && seen_from == namespace_of::subject;
    process_name names;
    if (!wanted.any() || !describes_ || id == 0 || id == -1 || id == std::numeric_limits<std::int32_t>::min() || left_.reads == 0)
        return;
    --left_.reads;
    if (!memory_.describe(process_key{id < 0 ? -id : id, is_group, seen_from == namespace_of::tracer}, wanted, names))
        return;
    if (!names.command.empty())
        add_text(about::command, "command", bytes_of(names.command));
    if (names.outside != 0)
        add_plain(about::outside, "outside", static_cast<std::uint32_t>(names.outside));
    into_.close(place);
}

// Adds the process of si_pid to a siginfo_t: the sender of the signal, or the child that a SIGCHLD reports.
void capture::add_sender(std::uint32_t place)
{
    siginfo_t info{};
    auto const& had = into_.node(place);
    std::memcpy(&info, into_.arena().data() + had.begin, std::min<std::size_t>(sizeof info, had.length));
    if (auto const id = uapi::sender_of(info); options_.processes.any() && id != 0) {
        add_process(uapi::as::process_id, "si_pid", static_cast<std::uint32_t>(id));
        into_.close(place);
    }
}

// Adds the file descriptors in an fd_set as parts of the value, if the options ask for details of file descriptors.
void capture::add_members(std::uint32_t place)
{
    if ((!options_.descriptors.any() && !options_.contexts) || !describes_)
        return;
    auto const set = into_.node(place);
    for (std::uint32_t fd = 0; fd < set.number && fd / 8 < set.length; ++fd)
        if (std::to_integer<unsigned>(into_.arena()[set.begin + fd / 8]) >> fd % 8 & 1)
            add_descriptor(uapi::as::fd, {}, fd);
    into_.close(place);
}

}   // namespace cotrace::decode
