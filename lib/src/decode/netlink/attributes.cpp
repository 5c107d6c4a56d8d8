// SPDX-License-Identifier: BSL-1.0
// The attributes of netlink messages, and their payloads.
#include "decode/netlink/netlink_reader.hpp"

#include "uapi/netlink/diag.hpp"
#include "uapi/netlink/other.hpp"
#include "uapi/netlink/route.hpp"
#include "uapi/socket.hpp"
#include "uapi/words.hpp"

#include <optional>

namespace cotrace::decode {
namespace {

namespace as = uapi::as;
namespace nl = uapi::netlink;
using nl::attribute_set;
using nl::content;
using nl::payload;
using uapi::type;

}   // namespace

// Adds the attributes in `where`: several attributes as a list, a single attribute without a list.
void netlink_reader::attributes(attribute_set const& set, byte_range where, content const* each)
{
    bool listed = false;
    std::optional<opened> list;
    for (std::uint64_t found = 0;; ++found) {
        if (where.length < attribute_header_size)
            return hex(where);
        std::uint16_t length = 0;
        if (!made_.read_value(where.at, length)) {
            if (!listed)
                return made_.add_plain(as::address, {}, where.at);
            list->set_state(value_state::unreadable);
            return list->set_number(where.at);
        }
        bool const enough = !made_.options().verbose && found == made_.options().string_limit;
        if (enough || attributes_left_ == 0) {
            if (listed)
                list->set_state(value_state::cut);
            else
                hex(where);
            return;
        }
        --attributes_left_;
        auto const rest = length >= attribute_header_size ? where.from(netlink_align(length)) : byte_range{};
        if (!listed && rest.length != 0) {
            list.emplace(made_, uapi::loose_array, std::string_view{});
            listed = true;
        }
        attribute(set, where, each);
        if (listed)
            list->set_number(found + 1);
        if (rest.length == 0)
            return;
        where = rest;
    }
}

void netlink_reader::attribute(attribute_set const& set, byte_range where, content const* each)
{
    static constexpr uapi::structure head{{{"nla_len", as::uint16}, {"nla_type", as::hex16}}};
    constexpr std::uint16_t type_bits = 0x3fff;   // NLA_TYPE_MASK
    auto const length = read<std::uint16_t>(where.at);
    auto const kind = read<std::uint16_t>(where.at + 2);
    auto const inside = where.first(length);
    std::optional<opened> both;
    if (inside.length > attribute_header_size)
        both.emplace(made_, uapi::loose_array, std::string_view{}, 2);
    {
        opened const whole{made_, head, {}, where.at};
        made_.add_plain(as::uint16, "nla_len", length);
        made_.add_plain(set.kind, "nla_type", kind);
    }
    if (!both)
        return;
    auto const payload = inside.from(attribute_header_size);
    auto const* what = each ? each : set.find(kind & type_bits);
    if (++depth_ > deepest_attribute || !what || !add_payload(*what, payload))
        hex(payload);
    --depth_;
}

// Adds the payload of an attribute. If the payload cannot be decoded as `what`, adds nothing and returns false.
bool netlink_reader::add_payload(content const& what, byte_range where)
{
    constexpr std::size_t longest_address = 32;   // MAX_ADDR_LEN
    switch (what.how) {
    case payload::value: return value(*what.as, where);
    case payload::number: return where.length <= 8 && value(*what.as, where);
    case payload::any_number: return number(*what.as, where);
    case payload::hex_number: return hex_number(where);
    case payload::grown: return grown(what, where);
    case payload::exact: return where.length == what.as->size_in(made_.model()) && value(*what.as, where);
    case payload::text: text(where); return true;
    case payload::characters: {
        opened const whole{made_, uapi::loose_structure, {}, where.at};
        characters(where, "type");
        return true;
    }
    case payload::some:
        if (!value(*what.as, where))
            (void)bytes(uapi::some_bytes, where, {}, true);   // adds the bytes or, if they cannot be read, their address
        return true;
    case payload::items: return items(what, where);
    case payload::nest: attributes(*what.inside, where); return true;
    case payload::numbered: attributes(nl::unnamed, where, what.each); return true;
    case payload::address: internet_address({}, family_, where); return true;
    case payload::hardware_address: return hardware_address(where, nl::hardware_length(family_));
    case payload::free_hardware_address: return hardware_address(where, longest_address);
    case payload::value_and_nest:
    case payload::value_and_bytes: return value_and_rest(what, where);
    case payload::sockets:
        return items({payload::items, &as::array<uapi::sockaddr_of<uapi::exactly(128)>, uapi::exactly(1)>}, where);
    case payload::link_kind: return kind_name(kind_, kind_buffer_, where);
    case payload::link_slave_kind: return kind_name(slave_kind_, slave_buffer_, where);
    case payload::link_data: return link_data(where);
    case payload::link_slave_data:
        if (slave_kind_ == "bridge")
            attributes(nl::bridge_port, where);
        return slave_kind_ == "bridge";
    case payload::link_statistics: return kind_ == "can" && value(nl::can_counters, where);
    case payload::protocol_information: return family_of(nl::protocol_families, family_, where);
    case payload::link_families: {
        constexpr std::uint8_t bridge = 7;
        attributes(family_ == bridge ? static_cast<attribute_set const&>(nl::bridge_family) : nl::link_families, where);
        return true;
    }
    case payload::multipath: return multipath(where);
    case payload::via: return via(where);
    case payload::bytecode: return bytecode(where);
    case payload::socket_options: return socket_options(where);
    case payload::filter: return filter(where);
    case payload::family_name:
        generic_family_ = short_text(where, family_buffer_);
        text(where);
        return true;
    case payload::operation: {
        auto const* commands = nl::generic_commands(generic_family_);
        return where.length <= 8 && value(commands ? *commands : as::hex32, where);
    }
    }
    return false;
}

bool netlink_reader::hex_number(byte_range where)
{
    switch (where.length) {
    case 1: return value(as::hex8, where);
    case 2: return value(as::hex16, where);
    case 4: return value(as::hex32, where);
    case 8: return value(as::hex64, where);
    default: return false;
    }
}

// Adds a value at the beginning of the payload, and the attributes or bytes that follow it.
bool netlink_reader::value_and_rest(content const& what, byte_range where)
{
    if (!value(*what.as, where))
        return false;
    auto const size = what.as->size_in(made_.model());
    bool const nested = what.how == payload::value_and_nest;
    auto const rest = where.from(nested ? netlink_align(size) : size);
    if (rest.length != 0)
        nested ? attributes(*what.inside, rest) : hex(rest);
    return true;
}

// Adds the name of a kind of network devices, such as "vlan", and stores it in `known`. The types of later attributes depend on
// this name.
bool netlink_reader::kind_name(std::string_view& known, std::span<char> buffer, byte_range where)
{
    known = short_text(where, buffer);
    characters(where);
    return true;
}

bool netlink_reader::number(type const& what, byte_range where)
{
    std::array<std::byte, 8> raw{};
    if (where.length > raw.size())
        return false;
    auto const room = std::span{raw}.first(static_cast<std::size_t>(where.length));
    if (made_.read_shown(where.at, room) != room.size())
        made_.add_plain(as::address, {}, where.at);
    else
        made_.add_plain(what, {}, load(room));
    return true;
}

bool netlink_reader::grown(content const& what, byte_range where)
{
    auto const size = what.as->size_in(made_.model());
    if (where.length >= size)
        return value(*what.as, where);
    auto const model = static_cast<unsigned>(made_.model());
    bool ends = false;
    for (auto const& part : std::span{what.as->fields, what.as->count})
        ends = ends || part.offset[model] + part.as->size_in(made_.model()) == where.length;
    std::array<std::byte, 512> buffer;
    if (!ends || where.length < what.least || where.length > buffer.size())
        return false;
    auto const raw = std::span{buffer}.first(static_cast<std::size_t>(where.length));
    if (made_.read(where.at, raw) == raw.size())
        made_.add_part_of(*what.as, {}, raw, where.at);
    else
        made_.add_plain(as::address, {}, where.at);
    return true;
}

bool netlink_reader::items(content const& what, byte_range where)
{
    auto const& each = *what.as->of;
    auto const size = each.size_in(made_.model());
    auto const count = where.length / size;
    if (count == 0)
        return false;
    auto const shown = std::min(count, limit());
    opened list{made_, *what.as, {}, count};
    for (std::uint64_t i = 0; i < shown; ++i)
        if (!made_.add_at(each, {}, where.at + i * size)) {
            list.set_state(value_state::unreadable);
            list.set_number(where.at + i * size);
            return true;
        }
    if (shown < count)
        list.set_state(value_state::cut);
    return true;
}

bool netlink_reader::family_of(std::span<nl::family_set const> sets, std::uint8_t family, byte_range where)
{
    for (auto const& each : sets)
        if (each.family == family) {
            attributes(*each.attributes, where);
            return true;
        }
    return false;
}

}   // namespace cotrace::decode
