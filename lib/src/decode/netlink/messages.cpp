// SPDX-License-Identifier: BSL-1.0
// Decodes netlink messages with the tables in abi/netlink. A length in a message can
// be wrong, and attributes can contain attributes: each part is decoded within the
// bounds of its parent, and nesting and the number of attributes are limited.
#include "abi/custom.hpp"

#include "abi/filters.hpp"
#include "abi/netlink/diag.hpp"
#include "abi/netlink/messages.hpp"
#include "abi/netlink/other.hpp"
#include "abi/netlink/route.hpp"
#include "abi/socket.hpp"
#include "decode/capture.hpp"
#include "decode/opened.hpp"

#include <algorithm>
#include <vector>

namespace cotrace::decode {
namespace {

namespace as = abi::as;
namespace nl = abi::netlink;
using abi::type;
using abi::width;
using nl::attribute_set;
using nl::content;
using nl::payload;

constexpr std::uint64_t most_bytes = 1 << 16;   // of messages that are decoded in one buffer
constexpr unsigned      deepest = 32;           // levels of attributes in attributes
constexpr unsigned      most_attributes = 1 << 14;
constexpr std::uint64_t header_size = 16;       // NLMSG_HDRLEN
constexpr std::uint64_t attribute_header = 4;   // NLA_HDRLEN

constexpr std::uint64_t align(std::uint64_t length) noexcept
{
    return (length + 3) & ~std::uint64_t{3};   // NLMSG_ALIGN, NLA_ALIGN, RTNH_ALIGN
}

/// A range of bytes in a message.
struct extent {
    std::uint64_t at = 0;
    std::uint64_t length = 0;

    constexpr extent from(std::uint64_t offset) const noexcept
    {
        return {at + offset, length - std::min(length, offset)};
    }
    constexpr extent first(std::uint64_t count) const noexcept { return {at, std::min(length, count)}; }
};

struct message_header {
    std::uint32_t length = 0;
    std::uint16_t kind = 0;
    std::uint16_t flags = 0;
    std::uint32_t sequence = 0;
    std::uint32_t port = 0;
};

class netlink_reader {
public:
    netlink_reader(capture& made, int protocol) noexcept : made_{made}, protocol_{protocol} {}

    bool messages(std::string_view name, extent where);
    bool device_event(std::string_view name, extent where);

private:
    void message(std::string_view name, message_header const& header, extent where);
    void header(std::string_view name, message_header const& header, std::uint64_t at);
    void body(message_header const& header, extent where);
    bool body_of_protocol(message_header const& header, extent where);
    void acknowledgement(message_header const& header, extent where);

    void formed(nl::message_form const* form, extent where);
    bool generic(message_header const& header, extent where);
    void netfilter(message_header const& header, extent where);
    bool crypto(message_header const& header, extent where);
    bool selinux(message_header const& header, extent where);

    void attributes(attribute_set const& set, extent where, content const* each = nullptr);
    void attribute(attribute_set const& set, extent where, content const* each);
    bool add_payload(content const& what, extent where);
    bool number(type const& what, extent where);
    bool grown(content const& what, extent where);
    bool items(content const& what, extent where);
    bool family_of(std::span<nl::family_set const> sets, std::uint8_t family, extent where);
    void internet_address(std::string_view name, std::uint8_t family, extent where);
    bool hardware_address(extent where, std::size_t shown);
    bool multipath(extent where);
    bool via(extent where);
    bool bytecode(extent where);
    void compared(std::uint8_t code, extent where);
    bool socket_options(extent where);
    bool filter(extent where);
    bool link_data(extent where);
    std::string_view short_text(extent where, std::span<char> into);

    void hex(extent where, std::string_view name = {}) { bytes(abi::some_hex_bytes, where, name, true); }
    void text(extent where);
    void characters(extent where, std::string_view name = {});
    bool bytes(type const& what, extent where, std::string_view name, bool or_address);
    bool value(type const& what, extent where, std::string_view name = {});
    std::uint64_t limit() const noexcept { return made_.options().verbose ? 4096 : made_.options().string_limit; }
    template <class T>
    T read(std::uint64_t at)
    {
        T got{};
        made_.read_value(at, got);
        return got;
    }

    capture&      made_;
    int           protocol_;          // -1: not known
    unsigned      depth_ = 0;
    unsigned      attributes_left_ = most_attributes;
    std::uint8_t  family_ = 0;        // the first byte of the message after its header
    std::array<char, 64> kind_buffer_{}, slave_buffer_{}, family_buffer_{};
    std::string_view kind_, slave_kind_, generic_family_ = "nlctrl";   // the names in earlier attributes
};

// Adds bytes, cut at the string limit.
bool netlink_reader::bytes(type const& what, extent where, std::string_view name, bool or_address)
{
    std::array<std::byte, 4096> buffer;
    auto const shown = std::min<std::uint64_t>({where.length, made_.options().string_limit, buffer.size()});
    auto const raw = std::span{buffer}.first(static_cast<std::size_t>(shown));
    if (!raw.empty() && made_.read(where.at, raw) != raw.size()) {
        if (or_address)
            made_.add_plain(as::address, name, where.at);
        return false;
    }
    made_.add_text(what, name, raw);
    auto& node = made_.into().node(static_cast<std::uint32_t>(made_.into().nodes().size() - 1));
    node.number = where.length;
    if (shown < where.length)
        node.state = value_state::cut;
    return true;
}

// Adds characters with a null byte at the end, which is not shown. Without the null
// byte, the text is marked as cut. Only bytes within the string limit are examined,
// as in strace.
void netlink_reader::text(extent where)
{
    auto const shown = where.first(made_.options().string_limit);
    static constexpr abi::type ended_text = {.shape = abi::shape::bytes, .unlimited = true, .length = abi::exactly(0)};
    bool const ended = shown.length != 0 && read<char>(shown.at + shown.length - 1) == 0;
    if (!bytes(ended_text, shown.first(shown.length - (ended ? 1 : 0)), {}, true))
        return;
    auto& node = made_.into().node(static_cast<std::uint32_t>(made_.into().nodes().size() - 1));
    node.number = where.length;
    node.state = ended || where.length == 0 ? value_state::complete : value_state::cut;
}

// Adds characters up to the first null byte. Without a null byte, they are marked as cut.
void netlink_reader::characters(extent where, std::string_view name)
{
    std::array<char, 4096> buffer;
    auto const room = std::min<std::uint64_t>({where.length, made_.options().string_limit + 1, buffer.size()});
    auto const raw = std::as_writable_bytes(std::span{buffer}.first(static_cast<std::size_t>(room)));
    if (!raw.empty() && made_.read(where.at, raw) != raw.size()) {
        made_.add_plain(as::address, name, where.at);
        return;
    }
    auto const end = static_cast<std::size_t>(std::find(raw.begin(), raw.end(), std::byte{}) - raw.begin());
    bool const ended = end < raw.size();
    auto const shown = ended ? end : std::min<std::size_t>(raw.size(), made_.options().string_limit);
    made_.add_text(abi::some_bytes, name, raw.first(shown));
    auto& node = made_.into().node(static_cast<std::uint32_t>(made_.into().nodes().size() - 1));
    if (!ended && where.length != 0)
        node.state = value_state::cut;
}

// Adds a value of a type. False: the range is too short.
bool netlink_reader::value(type const& what, extent where, std::string_view name)
{
    if (where.length < what.size_in(made_.model()))
        return false;
    if (!made_.add_at(what, name, where.at))
        made_.add_plain(as::address, name, where.at);
    return true;
}

bool netlink_reader::messages(std::string_view name, extent where)
{
    bool listed = false;
    std::optional<opened> list;
    for (std::uint64_t found = 0;; ++found) {
        if (where.length < header_size) {
            hex(where, listed ? std::string_view{} : name);
            return true;
        }
        message_header head;
        if (!made_.read_value(where.at, head)) {
            if (!listed)
                return false;
            list->set_state(value_state::unreadable);
            list->set_number(where.at);
            return true;
        }
        if (!made_.options().verbose && found == made_.options().string_limit) {
            if (listed)
                list->set_state(value_state::cut);
            return true;
        }
        auto const rest = head.length >= header_size ? where.from(align(head.length)) : extent{};
        if (!listed && rest.length != 0) {
            list.emplace(made_, abi::loose_array, name);
            listed = true;
        }
        message(listed ? std::string_view{} : name, head, where);
        if (listed)
            list->set_number(found + 1);
        if (rest.length == 0)
            return true;
        where = rest;
    }
}

void netlink_reader::message(std::string_view name, message_header const& head, extent where)
{
    auto const inside = where.first(head.length);
    if (inside.length <= header_size)
        return header(name, head, where.at);
    opened const both{made_, abi::loose_array, name, 2};
    header({}, head, where.at);
    body(head, inside.from(header_size));
}

void netlink_reader::header(std::string_view name, message_header const& head, std::uint64_t at)
{
    opened const whole{made_, nl::header, name, at};
    made_.add_plain(as::uint32, "nlmsg_len", head.length);
    auto const& kind = nl::kind_of(protocol_, head.kind);
    if (kind.shape == abi::shape::known_name)
        made_.add_named(kind, "nlmsg_type", head.kind, made_.system().generic_family(head.kind));
    else
        made_.add_plain(kind, "nlmsg_type", head.kind);
    made_.add_plain(nl::flags_of(protocol_, head.kind), "nlmsg_flags", head.flags);
    made_.add_plain(as::uint32, "nlmsg_seq", head.sequence);
    made_.add_plain(as::process_id, "nlmsg_pid", head.port);
}

void netlink_reader::body(message_header const& head, extent where)
{
    if (head.kind == nl::error_message)
        return acknowledgement(head, where);
    bool const own = head.kind >= nl::first_of_protocol || head.kind == nl::done_message;
    if (own && body_of_protocol(head, where))
        return;
    // The message that ends a dump usually has a number.
    if (head.kind == nl::done_message && where.length == 4)
        value(as::integer, where);
    else
        hex(where);
}

bool netlink_reader::body_of_protocol(message_header const& head, extent where)
{
    constexpr std::uint16_t is_request = 1;   // NLM_F_REQUEST
    bool const done = head.kind == nl::done_message;
    family_ = read<std::uint8_t>(where.at);
    switch (protocol_) {
    case nl::route_protocol:
        if (!done)
            formed(nl::route_form(head.kind, family_), where);
        return !done;
    case nl::sock_diag_protocol:
        if (!done)
            formed(where.length > 1 ? nl::sock_diag_form(head.kind, family_, (head.flags & is_request) != 0) : nullptr, where);
        return !done;
    case nl::netfilter_protocol:
        if (!done)
            netfilter(head, where);
        return !done;
    case nl::generic_protocol: return !done && generic(head, where);
    case nl::crypto_protocol: return crypto(head, where);
    case nl::selinux_protocol: return selinux(head, where);
    default: return false;
    }
}

void netlink_reader::acknowledgement(message_header const& head, extent where)
{
    constexpr std::uint16_t capped = 0x100;   // NLM_F_CAPPED: only the header of the message
    if (where.length < 4 + header_size)
        return hex(where);
    auto const rest = where.from(4);
    message_header about;
    bool const known = rest.length >= header_size && made_.read_value(rest.at, about);
    auto const inside = rest.first(!known ? rest.length : (head.flags & capped) != 0 ? header_size : std::max<std::uint64_t>(about.length, header_size));
    bool const more = rest.length > inside.length && depth_ < deepest;
    std::optional<opened> both;
    if (more)
        both.emplace(made_, abi::loose_array, std::string_view{}, 2);
    {
        opened const whole{made_, abi::loose_structure, {}, where.at};
        made_.add_at(as::kernel_result, "error", where.at);
        if (rest.length != 0 && (!known || ++depth_ > deepest))
            hex(rest, "msg");
        else if (rest.length != 0) {
            message("msg", about, inside);
            --depth_;
        }
    }
    if (more)
        attributes(nl::acknowledgement, rest.from(inside.length));
}

// Adds a structure that begins with a family, and the attributes after it.
void netlink_reader::formed(nl::message_form const* form, extent where)
{
    if (!form) {
        opened const unknown{made_, abi::loose_structure, {}, where.at};
        made_.add_plain(nl::family_field, "family", family_);
        if (where.length > 1)
            hex(where.from(1), "data");
        return;
    }
    auto const size = form->head->size_in(made_.model());
    if (where.length < size) {
        opened cut{made_, abi::loose_structure, {}, where.at};
        made_.add_plain(*form->head->fields[0].as, form->head->fields[0].name, family_);
        cut.set_state(value_state::cut);
        return;
    }
    if (!made_.add_at(*form->head, {}, where.at))
        return made_.add_plain(as::address, {}, where.at);
    auto const rest = where.from(align(size));
    if (rest.length == 0)
        return;
    if (form->attributes)
        attributes(*form->attributes, rest);
    else if (protocol_ == nl::route_protocol)
        hex(rest);   // requests of sock_diag have no attributes
}

bool netlink_reader::generic(message_header const& head, extent where)
{
    constexpr std::uint64_t own_header = 4;   // GENL_HDRLEN
    if (where.length < own_header)
        return false;
    bool const controller = made_.system().generic_family(head.kind) == "nlctrl";
    if (!made_.add_at(controller ? nl::generic_header<abi::names::generic_commands> : nl::generic_header<nl::no_commands>, {}, where.at)) {
        made_.add_plain(as::address, {}, where.at);
        return true;
    }
    if (where.length > own_header) {
        generic_family_ = "nlctrl";
        attributes(controller ? static_cast<attribute_set const&>(nl::controller) : nl::unnamed, where.from(own_header));
    }
    return true;
}

void netlink_reader::netfilter(message_header const& head, extent where)
{
    constexpr std::uint64_t own_header = 4;   // struct nfgenmsg
    constexpr unsigned tables = 10;           // NFNL_SUBSYS_NFTABLES
    static constexpr abi::enum_table tables_id{"", {{tables, "NFNL_SUBSYS_NFTABLES"}}};
    static constexpr abi::structure plain{{
        {"nfgen_family", nl::family_field},
        {"version", as::one_of<abi::names::netfilter_versions, width::u8>},
        {"res_id", as::port},
    }};
    if (where.length < own_header)
        return hex(where);
    // The resource id is in network byte order, but some programs use host byte order, see nfnetlink in Linux 4.3.
    auto const resource = read<std::uint16_t>(where.at + 2);
    bool const of_tables = head.kind >> 8 == tables;
    bool const right = resource == tables << 8, wrong = resource == tables;
    {
        opened const whole{made_, plain, {}, where.at};
        made_.add_at(nl::family_field, "nfgen_family", where.at);
        made_.add_at(as::one_of<abi::names::netfilter_versions, width::u8>, "version", where.at + 1);
        if (of_tables && right)
            made_.add_plain(as::net_one_of<tables_id>, "res_id", resource);
        else if (of_tables && wrong)
            made_.add_plain(as::one_of<tables_id, width::u16>, "res_id", resource);
        else
            made_.add_plain(nl::resource_id, "res_id", resource);
    }
    auto const rest = where.from(own_header);
    if (rest.length == 0)
        return;
    bool const batch = abi::names::netfilter_batch_types.find(head.kind) != nullptr;
    if (batch || head.kind < nl::first_of_protocol)
        hex(rest);
    else
        attributes(nl::unnamed, rest);
}

bool netlink_reader::crypto(message_header const& head, extent where)
{
    constexpr std::uint16_t first = 16, last = 19;   // CRYPTO_MSG_NEWALG to CRYPTO_MSG_GETALG
    if (head.kind < first || head.kind > last)
        return false;
    auto const size = nl::algorithm_header.size_in(made_.model());
    if (where.length < size)
        return bytes(abi::some_bytes, where, {}, true);
    if (value(nl::algorithm_header, where) && where.length > size)
        attributes(nl::algorithm, where.from(align(size)));
    return true;
}

bool netlink_reader::selinux(message_header const& head, extent where)
{
    constexpr std::uint16_t set_enforce = 16, loaded = 17;
    if (head.kind != set_enforce && head.kind != loaded)
        return false;
    if (!value(head.kind == set_enforce ? static_cast<type const&>(nl::enforcement) : nl::policy_load, where))
        hex(where);
    return true;
}

// Adds a single attribute without a list, and several attributes as a list.
void netlink_reader::attributes(attribute_set const& set, extent where, content const* each)
{
    bool listed = false;
    std::optional<opened> list;
    for (std::uint64_t found = 0;; ++found) {
        if (where.length < attribute_header)
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
        auto const rest = length >= attribute_header ? where.from(align(length)) : extent{};
        if (!listed && rest.length != 0) {
            list.emplace(made_, abi::loose_array, std::string_view{});
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

void netlink_reader::attribute(attribute_set const& set, extent where, content const* each)
{
    static constexpr abi::structure head{{{"nla_len", as::uint16}, {"nla_type", as::hex16}}};
    constexpr std::uint16_t type_bits = 0x3fff;   // NLA_TYPE_MASK
    auto const length = read<std::uint16_t>(where.at);
    auto const kind = read<std::uint16_t>(where.at + 2);
    auto const inside = where.first(length);
    std::optional<opened> both;
    if (inside.length > attribute_header)
        both.emplace(made_, abi::loose_array, std::string_view{}, 2);
    {
        opened const whole{made_, head, {}, where.at};
        made_.add_plain(as::uint16, "nla_len", length);
        made_.add_plain(set.kind, "nla_type", kind);
    }
    if (!both)
        return;
    auto const payload = inside.from(attribute_header);
    auto const* what = each ? each : set.find(kind & type_bits);
    if (++depth_ > deepest || !what || !add_payload(*what, payload))
        hex(payload);
    --depth_;
}

// Adds the payload of an attribute. False: its length does not fit its type, and nothing was added.
bool netlink_reader::add_payload(content const& what, extent where)
{
    constexpr std::size_t longest_address = 32;   // MAX_ADDR_LEN
    switch (what.how) {
    case payload::value: return value(*what.as, where);
    case payload::number: return where.length <= 8 && value(*what.as, where);
    case payload::any_number: return number(*what.as, where);
    case payload::hex_number:
        switch (where.length) {
        case 1: return value(as::hex8, where);
        case 2: return value(as::hex16, where);
        case 4: return value(as::hex32, where);
        case 8: return value(as::hex64, where);
        default: return false;
        }
    case payload::grown: return grown(what, where);
    case payload::exact: return where.length == what.as->size_in(made_.model()) && value(*what.as, where);
    case payload::text: text(where); return true;
    case payload::characters: {
        opened const whole{made_, abi::loose_structure, {}, where.at};
        characters(where, "type");
        return true;
    }
    case payload::some: return value(*what.as, where) || bytes(abi::some_bytes, where, {}, true);
    case payload::items: return items(what, where);
    case payload::nest: attributes(*what.inside, where); return true;
    case payload::numbered: attributes(nl::unnamed, where, what.each); return true;
    case payload::address: internet_address({}, family_, where); return true;
    case payload::hardware_address: return hardware_address(where, nl::hardware_length(family_));
    case payload::free_hardware_address: return hardware_address(where, longest_address);
    case payload::value_and_nest:
        if (!value(*what.as, where))
            return false;
        if (auto const rest = where.from(align(what.as->size_in(made_.model()))); rest.length != 0)
            attributes(*what.inside, rest);
        return true;
    case payload::value_and_bytes:
        if (!value(*what.as, where))
            return false;
        if (auto const rest = where.from(what.as->size_in(made_.model())); rest.length != 0)
            hex(rest);
        return true;
    case payload::sockets: return items({payload::items, &as::array<abi::sockaddr_of<abi::exactly(128)>, abi::exactly(1)>}, where);
    case payload::link_kind:
        kind_ = short_text(where, kind_buffer_);
        characters(where);
        return true;
    case payload::link_slave_kind:
        slave_kind_ = short_text(where, slave_buffer_);
        characters(where);
        return true;
    case payload::link_data: return link_data(where);
    case payload::link_slave_data:
        if (slave_kind_ != "bridge")
            return false;
        attributes(nl::bridge_port, where);
        return true;
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

bool netlink_reader::number(type const& what, extent where)
{
    std::array<std::byte, 8> raw{};
    if (where.length > raw.size())
        return false;
    auto const room = std::span{raw}.first(static_cast<std::size_t>(where.length));
    if (made_.read(where.at, room) != room.size())
        made_.add_plain(as::address, {}, where.at);
    else
        made_.add_plain(what, {}, load(room));
    return true;
}

bool netlink_reader::grown(content const& what, extent where)
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

bool netlink_reader::items(content const& what, extent where)
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

bool netlink_reader::family_of(std::span<nl::family_set const> sets, std::uint8_t family, extent where)
{
    for (auto const& each : sets)
        if (each.family == family) {
            attributes(*each.attributes, where);
            return true;
        }
    return false;
}

void netlink_reader::internet_address(std::string_view name, std::uint8_t family, extent where)
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

bool netlink_reader::hardware_address(extent where, std::size_t shown)
{
    std::array<std::byte, 32> buffer;
    if (where.length > buffer.size())
        return false;
    auto const raw = std::span{buffer}.first(static_cast<std::size_t>(where.length));
    if (!raw.empty() && made_.read(where.at, raw) != raw.size())
        made_.add_plain(as::address, {}, where.at);
    else
        made_.add_text(nl::any_hardware_address, {}, raw.first(std::min(raw.size(), shown)));
    return true;
}

// Adds the next hops of a route. Each is a structure, usually with attributes.
bool netlink_reader::multipath(extent where)
{
    constexpr std::uint64_t size = 8;
    if (where.length < size)
        return false;
    std::optional<opened> list;
    for (std::uint64_t found = 1;; ++found) {
        auto const length = std::min<std::uint64_t>(read<std::uint16_t>(where.at), where.length);
        if (!list && length < where.length)
            list.emplace(made_, abi::loose_array, std::string_view{});
        {
            std::optional<opened> both;
            if (length > size)
                both.emplace(made_, abi::loose_array, std::string_view{}, 2);
            if (!made_.add_at(nl::next_hop_header, {}, where.at))
                made_.add_plain(as::address, {}, where.at);
            if (length > size)
                attributes(nl::route, where.first(length).from(size));
        }
        if (list)
            list->set_number(found);
        if (length < size || align(length) >= where.length || found >= limit())
            return true;
        where = where.from(align(length));
        if (where.length < size) {
            made_.add_plain(as::address, {}, where.at);
            return true;
        }
    }
}

bool netlink_reader::via(extent where)
{
    if (where.length < 2)
        return false;
    opened const whole{made_, abi::loose_structure, {}, where.at};
    made_.add_at(as::one_of<abi::names::address_families, width::u16>, "rtvia_family", where.at);
    if (where.length > 2)
        internet_address("rtvia_addr", static_cast<std::uint8_t>(std::min<unsigned>(read<std::uint16_t>(where.at), 255)), where.from(2));
    return true;
}

bool netlink_reader::bytecode(extent where)
{
    if (!value(nl::bytecode_operation, where))
        return false;
    if (where.length > 4)
        compared(read<std::uint8_t>(where.at), where.from(4));
    return true;
}

// Adds the operand of a comparison, see INET_DIAG_BC_* in linux/inet_diag.h.
void netlink_reader::compared(std::uint8_t code, extent where)
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
        opened const host{made_, abi::loose_structure, {}, where.at};
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

bool netlink_reader::socket_options(extent where)
{
    static constexpr std::string_view options[] = {
        "recverr", "is_icsk", "freebind", "hdrincl", "mc_loop", "transparent", "mc_all", "nodefrag",
        "bind_address_no_port", "recverr_rfc4884", "defer_connect",
    };
    static constexpr abi::type unused = {.width = width::u8, .style = abi::style::hex, .text = {.comment = "bits 3..8"}};
    static constexpr abi::type further = {.shape = abi::shape::bytes, .length = abi::exactly(2),
                                          .text = {.hex = true, .surplus = true}};
    constexpr unsigned unused_at = std::size(options);
    if (where.length < 2)
        return false;
    auto const bits = read<std::uint16_t>(where.at);
    bool const all = made_.options().verbose;
    {
        opened const whole{made_, abi::loose_structure, {}, where.at};
        for (unsigned i = 0; i < unused_at; ++i)
            if (all || (bits >> i & 1) != 0)
                made_.add_plain(as::uint8, options[i], bits >> i & 1);
        if (all || bits >> unused_at != 0)
            made_.add_plain(unused, "unused", bits >> unused_at);
    }
    auto const rest = where.from(2);
    std::array<std::byte, 64> buffer;
    auto const raw = std::span{buffer}.first(static_cast<std::size_t>(std::min<std::uint64_t>(rest.length, buffer.size())));
    if (made_.read(rest.at, raw) == raw.size() && std::any_of(raw.begin(), raw.end(), [](auto each) { return each != std::byte{}; }))
        bytes(further, rest, {}, true);
    return true;
}

// Adds the instructions of a socket filter, which are not in a struct sock_fprog.
bool netlink_reader::filter(extent where)
{
    auto const count = where.length / 8;
    if (count == 0 || count > 0xffff)
        return false;
    type const counted = {.shape = abi::shape::custom, .width = width::word,
                          .length = {.from = abi::source::constant, .value = count},
                          .count = static_cast<std::uint32_t>(abi::filter_kind::socket)};
    return filter_list(made_, counted, {}, where.at);
}

bool netlink_reader::link_data(extent where)
{
    if (kind_ == "bridge")
        attributes(nl::bridge, where);
    else if (kind_ == "tun")
        attributes(nl::tunnel_device, where);
    else
        return false;
    return true;
}

// Reads a short text that ends with a null byte or with the attribute. Empty if the attribute is too long.
std::string_view netlink_reader::short_text(extent where, std::span<char> into)
{
    if (where.length >= into.size())
        return {};
    auto const room = into.first(static_cast<std::size_t>(where.length));
    if (!room.empty() && made_.read(where.at, std::as_writable_bytes(room)) != room.size())
        return {};
    std::string_view const all{room.data(), room.size()};
    return all.substr(0, all.find('\0'));
}

// Adds a message of udev, which has a header of its own.
bool netlink_reader::device_event(std::string_view name, extent where)
{
    auto const size = nl::udev_header.size_in(made_.model());
    std::array<char, 8> prefix{};
    bool const from_udev = where.length >= size && made_.read_value(where.at, prefix) && std::string_view{prefix.data(), 8} == std::string_view{"libudev\0", 8};
    if (!from_udev)
        return bytes(abi::some_bytes, where, name, false);
    if (where.length == size)
        return made_.add_at(nl::udev_header, name, where.at);
    opened const both{made_, abi::loose_array, name, 2};
    made_.add_at(nl::udev_header, {}, where.at);
    bytes(abi::some_bytes, where.from(size), {}, true);
    return true;
}

} // namespace

bool netlink_messages(capture& made, type const& self, std::string_view name, std::uint64_t at)
{
    extent where{at, made.count_here(self.length)};
    constexpr int unknown = -1;
    auto const protocol = made.options().decode
        ? made.system().netlink_protocol(static_cast<int>(made.argument(0))).value_or(unknown) : unknown;
    std::vector<std::byte> buffer(static_cast<std::size_t>(std::min(where.length, most_bytes)));
    auto const got = buffer.empty() ? 0 : made.read(at, buffer);
    buffer.resize(got);
    auto const before = made.keep({at, buffer});
    netlink_reader reader{made, protocol};
    bool const had = protocol == nl::uevent_protocol ? reader.device_event(name, where) : reader.messages(name, where);
    made.keep(before);
    return had;
}

} // namespace cotrace::decode
