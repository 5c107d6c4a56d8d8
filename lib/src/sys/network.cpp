// SPDX-License-Identifier: BSL-1.0
#include "sys/network.hpp"

#include "sys/procfs.hpp"
#include "sys/unique_fd.hpp"

#include <array>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace cotrace::sys {
namespace {

struct file_closer {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

// The protocol of the netlink socket with this inode number; -1 if there is none. The columns of the file are "sk Eth Pid Groups
// Rmem Wmem Dump Locks Drops Inode".
int protocol_of_inode(tid thread, unsigned long wanted) noexcept
{
    std::unique_ptr<std::FILE, file_closer> const file{std::fopen(path_of(raw(thread), "net/netlink").c_str(), "re")};
    char line[256];
    while (file && std::fgets(line, sizeof line, file.get())) {
        int protocol = -1;
        unsigned long inode = 0;
        if (std::sscanf(line, "%*s %d %*s %*s %*s %*s %*s %*s %*s %lu", &protocol, &inode) == 2 && inode == wanted)
            return protocol;
    }
    return -1;
}

struct family {
    std::uint16_t number = 0;
    std::string name;
};

// Reads the attributes of one answer to CTRL_CMD_GETFAMILY.
void take_family(std::span<std::byte const> attributes, std::vector<family>& into)
{
    family found;
    while (attributes.size() >= NLA_HDRLEN) {
        nlattr head;
        std::memcpy(&head, attributes.data(), sizeof head);
        if (head.nla_len < NLA_HDRLEN || head.nla_len > attributes.size())
            break;
        auto const payload = attributes.subspan(NLA_HDRLEN, head.nla_len - NLA_HDRLEN);
        if (head.nla_type == CTRL_ATTR_FAMILY_ID && payload.size() >= sizeof found.number)
            std::memcpy(&found.number, payload.data(), sizeof found.number);
        if (head.nla_type == CTRL_ATTR_FAMILY_NAME) {
            auto const* text = reinterpret_cast<char const*>(payload.data());
            found.name.assign(text, strnlen(text, payload.size()));
        }
        attributes = attributes.subspan(std::min<std::size_t>(NLA_ALIGN(head.nla_len), attributes.size()));
    }
    if (found.number != 0 && !found.name.empty())
        into.push_back(std::move(found));
}

// Reads the answers that one recv(2) returned. False if no more answers follow.
bool take_answers(std::span<std::byte const> answers, std::vector<family>& into)
{
    while (answers.size() >= NLMSG_HDRLEN) {
        nlmsghdr head;
        std::memcpy(&head, answers.data(), sizeof head);
        if (head.nlmsg_len < NLMSG_HDRLEN || head.nlmsg_len > answers.size() || head.nlmsg_type != GENL_ID_CTRL)
            return false;
        constexpr std::size_t attributes_at = NLMSG_HDRLEN + GENL_HDRLEN;
        if (head.nlmsg_len >= attributes_at)
            take_family(answers.subspan(attributes_at, head.nlmsg_len - attributes_at), into);
        answers = answers.subspan(std::min<std::size_t>(NLMSG_ALIGN(head.nlmsg_len), answers.size()));
    }
    return true;
}

std::vector<family> all_families()
{
    std::vector<family> found;
    unique_fd const fd{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC)};
    if (!fd)
        return found;
    struct {
        nlmsghdr head;
        genlmsghdr what;
    } const request{{sizeof request, GENL_ID_CTRL, NLM_F_DUMP | NLM_F_REQUEST, 0, 0}, {CTRL_CMD_GETFAMILY, 0, 0}};
    if (::send(fd.get(), &request, sizeof request, 0) != static_cast<ssize_t>(sizeof request))
        return found;
    // The kernel makes the answers during send(2) and recv(2), so recv(2) does not have to wait for them.
    std::vector<std::byte> buffer(1 << 15);
    for (;;) {
        auto const got = ::recv(fd.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (got <= 0 || !take_answers(std::span{buffer}.first(static_cast<std::size_t>(got)), found))
            return found;
    }
}

}   // namespace

std::optional<int> netlink_protocol(tid thread, int fd) noexcept
{
    auto const path = path_of(raw(thread), "fd/" + std::to_string(fd));
    // Only sockets have the attribute system.sockprotoname: net/socket.c of Linux, sockfs_xattr_get().
    std::array<char, 16> name{};
    constexpr std::string_view netlink{"NETLINK"};
    auto const length = ::getxattr(path.c_str(), "system.sockprotoname", name.data(), name.size());
    if (length < static_cast<ssize_t>(netlink.size()) || std::string_view{name.data()} != netlink)
        return std::nullopt;
    struct stat about;
    return ::stat(path.c_str(), &about) == 0 ? protocol_of_inode(thread, about.st_ino) : -1;
}

std::string_view interface_name(std::uint32_t index, std::span<char, 16> into) noexcept
{
    static_assert(IF_NAMESIZE == 16);
    auto const* name = ::if_indextoname(index, into.data());
    return name ? std::string_view{name} : std::string_view{};
}

std::string_view generic_family(std::uint16_t number) noexcept
{
    static std::vector<family> const families = all_families();
    for (auto const& each : families)
        if (each.number == number)
            return each.name;
    return {};
}

}   // namespace cotrace::sys
