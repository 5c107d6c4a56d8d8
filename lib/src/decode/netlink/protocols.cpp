// SPDX-License-Identifier: BSL-1.0
// Decodes the bodies of netlink messages, which depend on the protocol.
#include "decode/netlink/netlink_reader.hpp"

#include "uapi/netlink/diag.hpp"
#include "uapi/netlink/other.hpp"
#include "uapi/netlink/route.hpp"
#include "uapi/words.hpp"

namespace cotrace::decode {
namespace {

namespace as = uapi::as;
namespace nl = uapi::netlink;
using nl::attribute_set;
using uapi::type;
using uapi::width;

}   // namespace

bool netlink_reader::body_of_protocol(netlink_header const& head, byte_range where)
{
    constexpr std::uint16_t is_request = 1;   // NLM_F_REQUEST
    bool const done = head.kind == nl::done_message;
    if (!done && (protocol_ == nl::route_protocol || protocol_ == nl::sock_diag_protocol))
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

// Adds a structure that begins with an address family, and its attributes. `form` is null if the form of the message is unknown.
void netlink_reader::formed(nl::message_form const* form, byte_range where)
{
    if (!form) {
        opened const unknown{made_, uapi::loose_structure, {}, where.at};
        made_.add_plain(nl::family_field, "family", family_);
        if (where.length > 1)
            hex(where.from(1), "data");
        return;
    }
    auto const size = form->head->size_in(made_.model());
    if (where.length < size) {
        opened cut{made_, uapi::loose_structure, {}, where.at};
        made_.add_plain(*form->head->fields[0].as, form->head->fields[0].name, family_);
        cut.set_state(value_state::cut);
        return;
    }
    if (!made_.add_at(*form->head, {}, where.at))
        return made_.add_plain(as::address, {}, where.at);
    auto const rest = where.from(netlink_align(size));
    if (rest.length == 0)
        return;
    if (form->attributes)
        attributes(*form->attributes, rest);
    else if (protocol_ == nl::route_protocol)
        hex(rest);   // in other protocols, these bytes are not shown
}

bool netlink_reader::generic(netlink_header const& head, byte_range where)
{
    constexpr std::uint64_t own_header = 4;   // GENL_HDRLEN
    if (where.length < own_header)
        return false;
    bool const controller = made_.system().generic_family(head.kind) == "nlctrl";
    if (!made_.add_at(controller ? nl::generic_header<uapi::names::generic_commands> : nl::generic_header<nl::no_commands>, {},
                      where.at)) {
        made_.add_plain(as::address, {}, where.at);
        return true;
    }
    if (where.length > own_header) {
        generic_family_ = "nlctrl";
        attributes(controller ? static_cast<attribute_set const&>(nl::controller) : nl::unnamed, where.from(own_header));
    }
    return true;
}

void netlink_reader::netfilter(netlink_header const& head, byte_range where)
{
    constexpr std::uint64_t own_header = 4;   // struct nfgenmsg
    constexpr unsigned tables = 10;           // NFNL_SUBSYS_NFTABLES
    static constexpr uapi::enum_table tables_id{"", {{tables, "NFNL_SUBSYS_NFTABLES"}}};
    static constexpr uapi::structure plain{{
        {"nfgen_family", nl::family_field},
        {"version", as::one_of<uapi::names::netfilter_versions, width::u8>},
        {"res_id", as::port},
    }};
    if (where.length < own_header)
        return hex(where);
    // The resource id should be in network byte order. For NFNL_SUBSYS_NFTABLES, the kernel accepts host byte order, too (Linux
    // 4.3).
    auto const resource = read<std::uint16_t>(where.at + 2);
    bool const of_tables = head.kind >> 8 == tables;
    bool const right = resource == tables << 8, wrong = resource == tables;
    {
        opened const whole{made_, plain, {}, where.at};
        made_.add_at(nl::family_field, "nfgen_family", where.at);
        made_.add_at(as::one_of<uapi::names::netfilter_versions, width::u8>, "version", where.at + 1);
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
    bool const batch = uapi::names::netfilter_batch_types.find(head.kind) != nullptr;
    if (batch || head.kind < nl::first_of_protocol)
        hex(rest);
    else
        attributes(nl::unnamed, rest);
}

bool netlink_reader::crypto(netlink_header const& head, byte_range where)
{
    constexpr std::uint16_t first = 16, last = 19;   // CRYPTO_MSG_NEWALG to CRYPTO_MSG_GETALG
    if (head.kind < first || head.kind > last)
        return false;
    auto const size = nl::algorithm_header.size_in(made_.model());
    if (where.length < size)
        return bytes(uapi::some_bytes, where, {}, true);
    if (value(nl::algorithm_header, where) && where.length > size)
        attributes(nl::algorithm, where.from(netlink_align(size)));
    return true;
}

bool netlink_reader::selinux(netlink_header const& head, byte_range where)
{
    constexpr std::uint16_t set_enforce = 16, loaded = 17;
    if (head.kind != set_enforce && head.kind != loaded)
        return false;
    if (!value(head.kind == set_enforce ? static_cast<type const&>(nl::enforcement) : nl::policy_load, where))
        hex(where);
    return true;
}

}   // namespace cotrace::decode
