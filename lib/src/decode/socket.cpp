// SPDX-License-Identifier: BSL-1.0
// The messages of sendmsg(2), recvmsg(2), sendmmsg(2) and recvmmsg(2), and the data that a socket sends or receives.
#include "uapi/custom.hpp"

#include "decode/capture.hpp"
#include "decode/opened.hpp"
#include "uapi/socket.hpp"

#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <vector>

namespace cotrace::decode {
namespace {

using uapi::type;
using uapi::width;

}   // namespace

bool sent_message(capture& made, type const& self, std::string_view name, std::uint64_t at)
{
    auto const size = self.of->size_in(made.model());
    auto const sent = made.outcome() ? std::max<std::int64_t>(made.outcome()->value, 0) : 0;
    bool const is_sent = (at - made.argument(1)) / size < static_cast<std::uint64_t>(sent);
    return made.add_at(is_sent ? *self.of : *self.after, name, at);
}

// Adds the buffers of a struct msghdr, as netlink messages if its socket address has the family AF_NETLINK.
bool message_vectors(capture& made, type const& self, std::string_view name, std::uint64_t at)
{
    constexpr std::uint16_t netlink = 16;
    auto const& message = made.here();
    auto const word = uapi::size_of(width::word, made.model());
    std::array<std::byte, 8> raw{};
    std::uint16_t family = 0;
    bool known = made.read_shown(at, std::span{raw}.first(word)) == word;
    if (!known)
        return false;
    auto const address = made.count_here(uapi::member(0));
    auto const length = static_cast<std::int32_t>(made.count_here(uapi::member(1)));
    bool const is_netlink = address != 0 && length >= 2 && made.read_value(address, family) && family == netlink;
    return made.add(is_netlink ? *self.failed : *self.of, name, load(raw), message);
}

bool beginning(capture& made, type const& self, std::string_view name, std::uint64_t at)
{
    return made.add_at(*self.of, name, at);
}

bool received_message(capture& made, type const& self, std::string_view name, std::uint64_t at)
{
    std::uint32_t length = 0;
    made.read_value(at + self.of->size_in(made.model()), length);
    made.spread(length);
    return made.add_at(*self.of, name, at);
}

// Adds the buffer of a call that sends or receives data, as netlink messages if the socket is a netlink socket.
bool socket_buffer(capture& made, type const& self, std::string_view name, std::uint64_t at)
{
    bool const possible = made.options().decode && at != 0;
    auto const protocol = possible ? made.system().netlink_protocol(static_cast<int>(made.argument(0))) : std::nullopt;
    return made.add_at(protocol ? *self.failed : *self.of, name, at);
}

}   // namespace cotrace::decode
