// SPDX-License-Identifier: BSL-1.0
// Control messages of sendmsg(2) and recvmsg(2). The level and the type of a control message decide what it contains.
#include "uapi/custom.hpp"

#include "decode/capture.hpp"
#include "decode/opened.hpp"
#include "decode/socket_address.hpp"
#include "uapi/socket.hpp"
#include "uapi/spelling.hpp"
#include "uapi/words.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace cotrace::decode {
namespace {

namespace as = uapi::as;
namespace names = uapi::names;
using uapi::type;
using uapi::width;

/// How the data of a control message are shown. Data of fewer than `least` bytes are shown as plain bytes.
struct control_kind {
    std::uint32_t level, type, least;
    uapi::type const* each;   // the type of an element; null if `how` is `text` or `address`
    enum class many : std::uint8_t { one, all, three, text, address } how = many::one;
};

using many = control_kind::many;

constexpr auto const& byte_in_hex = as::hex8;

constexpr control_kind control_kinds[] = {
    {0, 1, 1, &byte_in_hex, many::all},                // IP_TOS
    {0, 2, 4, &as::uint32, many::all},                 // IP_TTL
    {0, 3, 1, nullptr, many::text},                    // SCM_SECURITY
    {0, 6, 1, &byte_in_hex, many::all},                // IP_RECVOPTS
    {0, 7, 1, &byte_in_hex, many::all},                // IP_RETOPTS
    {0, 8, 12, &uapi::packet_information},             // IP_PKTINFO
    {0, 11, 32, &uapi::extended_error},                // IP_RECVERR
    {0, 20, 16, nullptr, many::address},               // IP_ORIGDSTADDR
    {0, 23, 4, &as::uint32, many::all},                // IP_CHECKSUM
    {0, 52, 4, &uapi::one_protocol},                   // IP_PROTOCOL
    {1, 1, 4, &as::fd, many::all},                     // SCM_RIGHTS
    {1, 2, 12, &uapi::credentials},                    // SCM_CREDENTIALS
    {1, 3, 1, nullptr, many::text},                    // SCM_SECURITY
    {1, 4, 4, &as::fd},                                // SCM_PIDFD
    {1, 29, 1, &uapi::timeval_type},                   // SO_TIMESTAMP_OLD
    {1, 35, 1, &uapi::timespec_type},                  // SO_TIMESTAMPNS_OLD
    {1, 37, 1, &uapi::timespec_type, many::three},     // SO_TIMESTAMPING_OLD
    {1, 63, 1, &uapi::timeval64_type},                 // SO_TIMESTAMP_NEW
    {1, 64, 1, &uapi::timespec64_type},                // SO_TIMESTAMPNS_NEW
    {1, 65, 1, &uapi::timespec64_type, many::three},   // SO_TIMESTAMPING_NEW
};

void add_bytes(capture& made, type const& what, std::string_view name, std::uint64_t at, std::uint64_t length)
{
    std::array<std::byte, 4096> buffer;
    auto const raw = std::span{buffer}.first(static_cast<std::size_t>(std::min<std::uint64_t>(length, buffer.size())));
    if (made.read(at, raw) == raw.size())
        made.add_contents(what, name, raw, at);
    else
        made.add_plain(as::address, name, at);
}

void control_data(capture& made, control_kind const& kind, std::uint64_t at, std::uint64_t length)
{
    constexpr std::string_view name = "cmsg_data";
    if (kind.how == many::text)
        return add_bytes(made, uapi::some_bytes, name, at, length);
    if (kind.how == many::address) {
        add_address(made, name, at, length);
        return;
    }
    auto const size = kind.each->size_in(made.model());
    std::uint64_t const count = kind.how == many::one ? 1 : kind.how == many::three ? 3 : length / size;
    if (count * size > length) {
        made.add_plain(*kind.each, name, at, value_state::unreadable);   // the data are too short for the elements
        return;
    }
    if (kind.how == many::one) {
        made.add_at(*kind.each, name, at);
        return;
    }
    opened list{made, uapi::loose_array, name, count};
    auto const shown = made.elements_shown(count);
    for (std::uint64_t i = 0; i < shown; ++i)
        made.add_at(*kind.each, {}, at + i * size);
    if (shown < count)
        list.set_state(value_state::cut);
}

void control_message(capture& made, std::uint64_t at, std::uint64_t header, std::uint64_t whole, std::uint64_t left)
{
    std::uint32_t level = 0, kind = 0;
    made.read_value(at + header - 8, level);
    made.read_value(at + header - 4, kind);
    opened const message{made, uapi::control_header, {}, at};
    made.add_plain(as::size, "cmsg_len", whole);
    made.add_plain(as::one_of<names::socket_levels>, "cmsg_level", level);
    made.add_plain(level == 0   ? as::one_of<names::ip_messages>
                   : level == 1 ? as::one_of<names::socket_messages>
                                : as::hex32,
                   "cmsg_type", kind);
    auto const length = std::min(whole, left) - std::min(std::min(whole, left), header);
    auto const* known = std::find_if(std::begin(control_kinds), std::end(control_kinds),
                                     [&](auto const& each) { return each.level == level && each.type == kind; });
    if (known != std::end(control_kinds) && length >= known->least)
        control_data(made, *known, at + header, length);
    else if (length != 0)
        add_bytes(made, uapi::some_hex_bytes, "cmsg_data", at + header, length);
}

}   // namespace

bool control_messages(capture& made, type const& self, std::string_view name, std::uint64_t at)
{
    // In recent kernels, the default of net.core.optmem_max, the kernel's limit for control messages.
    constexpr std::uint64_t most = 1 << 17;
    auto const word = uapi::size_of(width::word, made.model());
    std::uint64_t const header = word + 8;
    auto const given_length = made.count_here(self.length);
    auto left = std::min(given_length, most);
    std::vector<std::byte> buffer(static_cast<std::size_t>(left));
    if (left < header || made.read(at, buffer) != buffer.size())
        return false;
    auto const before = made.keep({at, buffer});
    opened list{made, uapi::loose_array, name};
    auto const start = at;
    auto const whole_size = left;
    std::uint64_t found = 0;
    for (; left >= header; ++found) {
        auto const whole = load(std::span<std::byte const>{buffer}.subspan(static_cast<std::size_t>(at - start), word));
        made.show(at, word);
        control_message(made, at, header, whole, left);
        if (std::min(whole, left) < header) {
            left -= header;
            break;
        }
        auto const step = (whole + word - 1) / word * word;
        if (step >= left || step < whole) {
            left = 0;
            break;
        }
        at += step;
        left -= step;
    }
    list.set_number(found);
    if (left != 0) {
        list.set_state(value_state::unreadable);
        list.set_number(start + whole_size - left);
    } else if (whole_size < given_length)
        list.set_state(value_state::cut);
    made.keep(before);
    return true;
}

}   // namespace cotrace::decode
