// SPDX-License-Identifier: BSL-1.0
#include "sys/socket_diag.hpp"

#include "sys/unique_fd.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <span>

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/netlink_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace cotrace::sys {

namespace {

constexpr int icmp = 1, icmp_v6 = 58, l2tp = 115, udp_lite = 136;

struct protocol_row {
    std::string_view name;
    std::uint8_t family;
    std::uint8_t number = 0;
};

constexpr protocol_row protocols[] = {
    {"UNIX", AF_UNIX},
    {"UNIX-STREAM", AF_UNIX},
    {"TCP", AF_INET, IPPROTO_TCP},
    {"UDP", AF_INET, IPPROTO_UDP},
    {"UDPLITE", AF_INET, udp_lite},
    {"DCCP", AF_INET, IPPROTO_DCCP},
    {"SCTP", AF_INET, IPPROTO_SCTP},
    {"L2TP/IP", AF_INET, l2tp},
    {"PING", AF_INET, icmp},
    {"RAW", AF_INET, IPPROTO_RAW},
    {"TCPv6", AF_INET6, IPPROTO_TCP},
    {"UDPv6", AF_INET6, IPPROTO_UDP},
    {"UDPLITEv6", AF_INET6, udp_lite},
    {"DCCPv6", AF_INET6, IPPROTO_DCCP},
    {"SCTPv6", AF_INET6, IPPROTO_SCTP},
    {"L2TP/IPv6", AF_INET6, l2tp},
    {"PINGv6", AF_INET6, icmp_v6},
    {"RAWv6", AF_INET6, IPPROTO_RAW},
    {"NETLINK", AF_NETLINK},
};

protocol_row const* find(std::string_view name) noexcept
{
    auto const* row =
        std::find_if(std::begin(protocols), std::end(protocols), [&](auto const& each) { return each.name == name; });
    return row != std::end(protocols) ? row : nullptr;
}

/// Sends the request `body` with a netlink header, see sock_diag(7).
template <class Body>
bool ask(int fd, Body const& body, std::uint16_t flags) noexcept
{
    struct {
        nlmsghdr header;
        Body body;
    } request;
    std::memset(&request, 0, sizeof request);   // also clears padding in the request, if it has any
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    request.header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    std::memcpy(&request.body, &body, sizeof body);
    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    return ::sendto(fd, &request, sizeof request, 0, reinterpret_cast<sockaddr const*>(&kernel), sizeof kernel)
           == static_cast<ssize_t>(sizeof request);
}

bool ask_about(int fd, protocol_row const& row, std::uint64_t inode) noexcept
{
    switch (row.family) {
    case AF_UNIX: {
        unix_diag_req body{};
        body.sdiag_family = AF_UNIX;
        body.udiag_states = ~0u;
        body.udiag_ino = static_cast<std::uint32_t>(inode);
        body.udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER;
        body.udiag_cookie[0] = body.udiag_cookie[1] = ~0u;
        return ask(fd, body, 0);
    }
    case AF_NETLINK: {
        netlink_diag_req body{};
        body.sdiag_family = AF_NETLINK;
        body.sdiag_protocol = NDIAG_PROTO_ALL;
        return ask(fd, body, NLM_F_DUMP);
    }
    default: {
        inet_diag_req_v2 body{};
        body.sdiag_family = row.family;
        body.sdiag_protocol = row.number;
        body.idiag_states = ~0u;
        return ask(fd, body, NLM_F_DUMP);
    }
    }
}

using bytes = std::span<std::byte const>;

template <class T>
bool take(bytes from, T& into) noexcept
{
    if (from.size() < sizeof into)
        return false;
    std::memcpy(&into, from.data(), sizeof into);
    return true;
}

open_file::end end_of(std::uint8_t family, std::uint32_t const (&address)[4], std::uint16_t port) noexcept
{
    open_file::end made{.is_v6 = family == AF_INET6, .port = port};
    std::memcpy(made.address.data(), address, made.is_v6 ? 16 : 4);
    return made;
}

/// Reads one answer of the kernel. False if the answer is about another socket, or too short.
bool read_inet(bytes answer, std::uint64_t inode, open_file::socket& into) noexcept
{
    inet_diag_msg about;
    if (!take(answer, about) || about.idiag_inode != inode)
        return false;
    into.local = end_of(about.idiag_family, about.id.idiag_src, about.id.idiag_sport);
    auto const remote = end_of(about.idiag_family, about.id.idiag_dst, about.id.idiag_dport);
    if (remote != open_file::end{.is_v6 = remote.is_v6})
        into.remote = remote;
    return true;
}

bool read_netlink(bytes answer, std::uint64_t inode, open_file::socket& into) noexcept
{
    netlink_diag_msg about;
    if (!take(answer, about) || about.ndiag_ino != inode)
        return false;
    into.netlink = about.ndiag_protocol;
    into.port_id = about.ndiag_portid;
    return true;
}

bool read_unix(bytes answer, std::uint64_t inode, open_file::socket& into)
{
    unix_diag_msg about;
    if (!take(answer, about) || about.udiag_ino != inode)
        return false;
    auto rest = answer.subspan(NLMSG_ALIGN(sizeof about));
    for (rtattr head; take(rest, head) && head.rta_len >= sizeof head && head.rta_len <= rest.size();) {
        auto const body = rest.subspan(sizeof head, head.rta_len - sizeof head);
        if (head.rta_type == UNIX_DIAG_NAME)
            into.name.assign(reinterpret_cast<char const*>(body.data()), body.size());
        else if (head.rta_type == UNIX_DIAG_PEER)
            take(body, into.peer);
        rest = rest.subspan(std::min<std::size_t>(RTA_ALIGN(head.rta_len), rest.size()));
    }
    return into.peer != 0 || !into.name.empty();
}

bool read_answer(protocol_row const& row, bytes answer, std::uint64_t inode, open_file::socket& into)
{
    switch (row.family) {
    case AF_UNIX: return read_unix(answer, inode, into);
    case AF_NETLINK: return read_netlink(answer, inode, into);
    default: return read_inet(answer, inode, into);
    }
}

/// Reads the answers that one recv(2) returned. True if the socket was found, or if no more answers follow.
bool read_batch(protocol_row const& row, bytes batch, std::uint64_t inode, open_file::socket& into, bool& found)
{
    nlmsghdr head;
    while (take(batch, head) && head.nlmsg_len >= sizeof head && head.nlmsg_len <= batch.size()) {
        if (head.nlmsg_type != SOCK_DIAG_BY_FAMILY)
            return true;   // the kernel sent NLMSG_DONE or NLMSG_ERROR, after which no answer follows
        found = read_answer(row, batch.subspan(NLMSG_HDRLEN, head.nlmsg_len - NLMSG_HDRLEN), inode, into);
        if (found)
            return true;
        batch = batch.subspan(std::min<std::size_t>(NLMSG_ALIGN(head.nlmsg_len), batch.size()));
    }
    return row.family == AF_UNIX;   // a request about a Unix socket has only one answer
}

}   // namespace

bool knows_socket_protocol(std::string_view name) noexcept { return find(name) != nullptr; }

std::optional<open_file::socket> look_up_socket(std::string_view protocol, std::uint64_t inode)
{
    auto const* row = find(protocol);
    if (!row)
        return std::nullopt;
    unique_fd const fd{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG)};
    if (!fd || !ask_about(fd.get(), *row, inode))
        return std::nullopt;
    open_file::socket made{.protocol = std::string{protocol}, .inode = inode};
    std::array<std::byte, 32768> buffer;
    for (bool found = false;;) {
        auto const got = ::recv(fd.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return std::nullopt;
        if (read_batch(*row, std::span{buffer}.first(static_cast<std::size_t>(got)), inode, made, found))
            return found ? std::optional{std::move(made)} : std::nullopt;
    }
}

}   // namespace cotrace::sys
