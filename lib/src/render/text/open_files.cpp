// SPDX-License-Identifier: BSL-1.0
// Writes open files and names of processes as strace does with -yy and -Y.
#include "render/text/siginfo.hpp"
#include "render/text/value_writer.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <arpa/inet.h>

namespace cotrace::render {

namespace {

/// Returns `name` without `prefix`, or the whole `name` if it does not begin with `prefix`.
std::string_view without(std::string_view prefix, std::string_view name) noexcept
{
    return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

/// The type in an SELinux context "USER:ROLE:TYPE:LEVEL". A text of another form is returned unchanged.
std::string_view type_in(std::string_view context) noexcept
{
    auto const user = context.find(':');
    auto const role = user != context.npos ? context.find(':', user + 1) : user;
    if (role == context.npos)
        return context;
    auto const type = context.substr(role + 1);
    return type.substr(0, type.find(':'));
}

}   // namespace

void value_writer::descriptor(value const& shown)
{
    number(shown.type(), shown.number());
    open_file_of(shown);
    context_of(shown);
}

// Writes the SELinux context of a file: " [etc_t]".
void value_writer::context_of(value const& file)
{
    if (auto const found = file.find("context")) {
        to_ += " [";
        context(found->text());
        to_ += ']';
    }
}

// Writes an SELinux context, or only its type. Adds the context that the policy gives the file if its shown text differs:
// "etc_t!!shadow_t".
void value_writer::context(std::string_view whole)
{
    constexpr std::string_view mark = "!!";
    auto const shown = [this](std::string_view each) { return options_.full_contexts ? each : type_in(each); };
    auto const end = whole.find(mark);
    auto const present = shown(whole.substr(0, end));
    quote(present, false, put_as::inside_brackets);
    if (end == whole.npos)
        return;
    if (auto const expected = shown(whole.substr(end + mark.size())); expected != present) {
        to_ += mark;
        quote(expected, false, put_as::inside_brackets);
    }
}

void value_writer::open_file_of(value const& shown)
{
    auto const path = shown.find("path");
    if (!path)
        return;
    if (auto const is = shown.find("socket"))
        return socket(*is);
    for (auto const& [part, kind] : {std::pair{"character_device", "char"}, std::pair{"block_device", "block"}})
        if (auto const is = shown.find(part))
            return device(*path, kind, *is, shown.find("terminal"));
    if (auto const is = shown.find("counter"))
        return counter(*is);
    to_ += '<';
    if (auto const is = shown.find("pid")) {
        to_ += "pid:";
        process(*is);
    } else if (auto const set = shown.find("signals")) {
        to_ += "signalfd:";
        signal_set(*set);
    } else
        quote(path->text(), false, put_as::inside_brackets);
    to_ += '>';
    if (shown.find("deleted"))
        to_ += "(deleted)";
}

void value_writer::device(value const& path, std::string_view kind, value const& number, std::optional<value> terminal)
{
    to_ += '<';
    quote(path.text(), false, put_as::inside_brackets);
    to_ += '<';
    to_ += kind;
    to_ += ' ';
    put_number(to_, device_major(number.number()));
    to_ += ':';
    put_number(to_, device_minor(number.number()));
    if (terminal) {
        to_ += " @/dev/pts/";
        put_number(to_, terminal->number());
    }
    to_ += ">>";
}

void value_writer::end(value const& address, std::optional<value> port)
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    bool const v6 = address.shape() == uapi::shape::inet6;
    auto const number = static_cast<std::uint32_t>(address.number());
    if (!v6)
        inet_ntop(AF_INET, &number, text.data(), text.size());
    else if (address.bytes().size() == 16)
        inet_ntop(AF_INET6, address.bytes().data(), text.data(), text.size());
    to_ += v6 ? "[" : "";
    to_ += text.data();
    to_ += v6 ? "]:" : ":";
    put_number(to_, port ? ntohs(static_cast<std::uint16_t>(port->number())) : 0);
}

// Writes the protocol of a socket, and then in brackets:
// - the local address if it is known, and the remote address if the socket has one;
// - for a netlink socket, the netlink protocol, and the port id if the protocol has a name;
// - for any other socket, its inode number, and its peer's inode number and its own name if they are known.
void value_writer::socket(value const& shown)
{
    to_ += '<';
    if (auto const protocol = shown.find("protocol"))
        to_ += protocol->text();
    to_ += ":[";
    if (auto const local = shown.find("local")) {
        end(*local, shown.find("local_port"));
        if (auto const remote = shown.find("remote")) {
            to_ += "->";
            end(*remote, shown.find("remote_port"));
        }
    } else if (auto const netlink = shown.find("netlink")) {
        auto const* const row = name_of(netlink->type(), netlink->number());
        if (row) {
            to_ += without("NETLINK_", row->name);
            to_ += ':';
            put_number(to_, shown.find("port_id")->number());
        } else
            put_number(to_, netlink->number());
    } else {
        put_number(to_, shown.find("inode")->number());
        if (auto const peer = shown.find("peer")) {
            to_ += "->";
            put_number(to_, peer->number());
        }
        if (auto const name = shown.find("name")) {
            to_ += ',';
            write(*name);
        }
    }
    to_ += "]>";
}

void value_writer::counter(value const& shown)
{
    to_ += "<{eventfd-count=";
    put_hex(to_, shown.find("count")->number());
    for (auto const* name : {"id", "semaphore"})
        if (auto const part = shown.find(name)) {
            to_ += ", eventfd-";
            to_ += name;
            to_ += '=';
            put_number(to_, part->number());
        }
    to_ += "}>";
}

void value_writer::process(value const& shown)
{
    auto const command = shown.find("command");
    auto const outside = shown.find("outside");
    process(static_cast<std::int32_t>(shown.number()), command ? command->text() : std::string_view{},
            outside ? static_cast<std::int32_t>(outside->number()) : 0);
}

void value_writer::process(std::int32_t id, std::string_view command, std::int32_t outside)
{
    put_signed(to_, id);
    if (!command.empty()) {
        to_ += '<';
        quote(command, false, put_as::inside_brackets);
        to_ += '>';
    }
    if (outside != 0 && outside != id) {
        to_ += " /* ";
        put_signed(to_, outside);
        to_ += " in strace's PID NS */";
    }
}

void value_writer::signal_info(value const& shown)
{
    siginfo_t info{};
    if (!shown.bytes().empty())
        std::memcpy(&info, shown.bytes().data(), std::min(sizeof info, shown.bytes().size()));
    std::string sender;
    if (auto const process = shown.find("si_pid"))
        value_writer{options_, model_, sender}.process(*process);
    put_siginfo(to_, info, sender, options_.names);
}

}   // namespace cotrace::render
