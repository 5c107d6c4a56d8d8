// SPDX-License-Identifier: BSL-1.0
// Decodes payloads of attributes that the tables in uapi/netlink cannot describe.
#include "decode/netlink/netlink_reader.hpp"

#include "uapi/custom.hpp"
#include "uapi/filters.hpp"
#include "uapi/netlink/diag.hpp"
#include "uapi/netlink/route.hpp"
#include "uapi/words.hpp"

#include <optional>

namespace cotrace::decode {
namespace {

namespace as = uapi::as;
namespace nl = uapi::netlink;
using uapi::type;
using uapi::width;

}   // namespace

void netlink_reader::internet_address(std::string_view name, std::uint8_t family, byte_range where)
{
    constexpr std::uint8_t inet = 2, inet6 = 10;
    bool const four = family == inet && where.length >= 4, six = family == inet6 && where.length >= 16;
    if (four)
        value(as::inet4, where, name);
    else if (six)
        value(as::inet6, where, name);
    else
        hex(where, name);
}

bool netlink_reader::hardware_address(byte_range where, std::size_t shown)
{
    std::array<std::byte, 32> buffer;
    if (where.length > buffer.size())
        return false;
    auto const raw = std::span{buffer}.first(static_cast<std::size_t>(where.length));
    if (!raw.empty() && made_.read(where.at, raw) != raw.size())
        made_.add_plain(as::address, {}, where.at);
    else {
        auto const address = raw.first(std::min(raw.size(), shown));
        made_.show(where.at, address.size());
        made_.add_text(nl::any_hardware_address, {}, address);
    }
    return true;
}

// Adds the next hops of a route. Each next hop is a structure that is usually followed by attributes.
bool netlink_reader::multipath(byte_range where)
{
    constexpr std::uint64_t size = 8;
    if (where.length < size)
        return false;
    std::optional<opened> list;
    for (std::uint64_t found = 1;; ++found) {
        auto const length = std::min<std::uint64_t>(read<std::uint16_t>(where.at), where.length);
        if (!list && length < where.length)
            list.emplace(made_, uapi::loose_array, std::string_view{});
        {
            std::optional<opened> both;
            if (length > size)
                both.emplace(made_, uapi::loose_array, std::string_view{}, 2);
            if (!made_.add_at(nl::next_hop_header, {}, where.at))
                made_.add_plain(as::address, {}, where.at);
            if (length > size)
                attributes(nl::route, where.first(length).from(size));
        }
        if (list)
            list->set_number(found);
        if (length < size || netlink_align(length) >= where.length || found >= limit())
            return true;
        where = where.from(netlink_align(length));
        if (where.length < size) {
            made_.add_plain(as::address, {}, where.at);
            return true;
        }
    }
}

bool netlink_reader::via(byte_range where)
{
    if (where.length < 2)
        return false;
    opened const whole{made_, uapi::loose_structure, {}, where.at};
    made_.add_at(as::one_of<uapi::names::address_families, width::u16>, "rtvia_family", where.at);
    if (where.length > 2)
        internet_address("rtvia_addr", static_cast<std::uint8_t>(std::min<unsigned>(read<std::uint16_t>(where.at), 255)),
                         where.from(2));
    return true;
}

bool netlink_reader::bytecode(byte_range where)
{
    if (!value(nl::bytecode_operation, where))
        return false;
    if (where.length > 4)
        compared(read<std::uint8_t>(where.at), where.from(4));
    return true;
}

// Adds the operand of a comparison in the bytecode of NETLINK_SOCK_DIAG, see INET_DIAG_BC_* in linux/inet_diag.h.
void netlink_reader::compared(std::uint8_t code, byte_range where)
{
    switch (code) {
    case 2:
    case 3:
    case 4:
    case 5:
        if (value(nl::bytecode_operation, where))
            return;
        break;
    case 7:
    case 8: {
        constexpr std::uint64_t size = 8;   // struct inet_diag_hostcond
        if (where.length < size)
            break;
        opened const host{made_, uapi::loose_structure, {}, where.at};
        made_.add_at(nl::family_field, "family", where.at);
        made_.add_at(as::uint8, "prefix_len", where.at + 1);
        made_.add_at(as::integer, "port", where.at + 4);
        if (where.length > size)
            internet_address("addr", read<std::uint8_t>(where.at), where.from(size));
        return;
    }
    case 9:
        if (value(as::interface_index, where))
            return;
        break;
    case 10:
        if (value(nl::mark_condition, where))
            return;
        break;
    default: break;
    }
    hex(where);
}

bool netlink_reader::socket_options(byte_range where)
{
    static constexpr std::string_view options[] = {
        "recverr",         "is_icsk",       "freebind",
        "hdrincl",         "mc_loop",       "transparent",
        "mc_all",          "nodefrag",      "bind_address_no_port",
        "recverr_rfc4884", "defer_connect",
    };
    static constexpr uapi::type unused = {.width = width::u8, .style = uapi::style::hex, .text = {.comment = "bits 3..8"}};
    static constexpr uapi::type further = {
        .shape = uapi::shape::bytes, .length = uapi::exactly(2), .text = {.hex = true, .surplus = true}};
    constexpr unsigned unused_at = std::size(options);
    if (where.length < 2)
        return false;
    auto const bits = read<std::uint16_t>(where.at);
    bool const all = made_.options().verbose;
    {
        opened const whole{made_, uapi::loose_structure, {}, where.at};
        for (unsigned i = 0; i < unused_at; ++i)
            if (all || (bits >> i & 1) != 0)
                made_.add_plain(as::uint8, options[i], bits >> i & 1);
        if (all || bits >> unused_at != 0)
            made_.add_plain(unused, "unused", bits >> unused_at);
    }
    auto const rest = where.from(2);
    std::array<std::byte, 64> buffer;
    auto const raw = std::span{buffer}.first(static_cast<std::size_t>(std::min<std::uint64_t>(rest.length, buffer.size())));
    bool const redacted = made_.redacts() && !raw.empty();   // the bytes are not examined
    if (redacted || (made_.read(rest.at, raw) == raw.size() && std::any_of(raw.begin(), raw.end(), [](auto each) {
                         return each != std::byte{};
                     })))
        bytes(further, rest, {}, true);
    return true;
}

// Adds the instructions of a socket filter. The payload contains the instructions themselves, without a struct
// sock_fprog.
bool netlink_reader::filter(byte_range where)
{
    auto const count = where.length / 8;
    if (count == 0 || count > 0xffff)
        return false;
    type const counted = {.shape = uapi::shape::custom,
                          .width = width::word,
                          .length = {.from = uapi::source::constant, .value = count},
                          .count = static_cast<std::uint32_t>(uapi::filter_kind::socket)};
    return filter_list(made_, counted, {}, where.at);
}

bool netlink_reader::link_data(byte_range where)
{
    if (kind_ == "bridge")
        attributes(nl::bridge, where);
    else if (kind_ == "tun")
        attributes(nl::tunnel_device, where);
    else
        return false;
    return true;
}

}   // namespace cotrace::decode
