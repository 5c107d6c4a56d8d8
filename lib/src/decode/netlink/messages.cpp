// SPDX-License-Identifier: BSL-1.0
// Decodes a buffer with netlink messages: the headers of messages, acknowledgements, and messages of udev.
#include "uapi/custom.hpp"

#include "decode/netlink/netlink_reader.hpp"
#include "uapi/netlink/other.hpp"
#include "uapi/words.hpp"

#include <optional>
#include <vector>

namespace cotrace::decode {
namespace {

namespace as = uapi::as;
namespace nl = uapi::netlink;
using uapi::type;

}   // namespace

bool netlink_reader::messages(std::string_view name, byte_range where)
{
    bool listed = false;
    std::optional<opened> list;
    for (std::uint64_t found = 0;; ++found) {
        if (where.length < netlink_header_size) {
            hex(where, listed ? std::string_view{} : name);
            return true;
        }
        netlink_header head;
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
        auto const rest = head.length >= netlink_header_size ? where.from(netlink_align(head.length)) : byte_range{};
        if (!listed && rest.length != 0) {
            list.emplace(made_, uapi::loose_array, name);
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

void netlink_reader::message(std::string_view name, netlink_header const& head, byte_range where)
{
    auto const inside = where.first(head.length);
    if (inside.length <= netlink_header_size)
        return header(name, head, where.at);
    opened const both{made_, uapi::loose_array, name, 2};
    header({}, head, where.at);
    body(head, inside.from(netlink_header_size));
}

void netlink_reader::header(std::string_view name, netlink_header const& head, std::uint64_t at)
{
    opened const whole{made_, nl::header, name, at};
    made_.add_plain(as::uint32, "nlmsg_len", head.length);
    auto const& kind = nl::kind_of(protocol_, head.kind);
    if (kind.shape == uapi::shape::known_name)
        made_.add_named(kind, "nlmsg_type", head.kind, made_.system().generic_family(head.kind));
    else
        made_.add_plain(kind, "nlmsg_type", head.kind);
    made_.add_plain(nl::flags_of(protocol_, head.kind), "nlmsg_flags", head.flags);
    made_.add_plain(as::uint32, "nlmsg_seq", head.sequence);
    made_.add_plain(as::process_id, "nlmsg_pid", head.port);
}

void netlink_reader::body(netlink_header const& head, byte_range where)
{
    if (head.kind == nl::error_message)
        return acknowledgement(head, where);
    bool const own = head.kind >= nl::first_of_protocol || head.kind == nl::done_message;
    if (own && body_of_protocol(head, where))
        return;
    // The message NLMSG_DONE, which ends a dump, usually contains a number.
    if (head.kind == nl::done_message && where.length == 4)
        value(as::integer, where);
    else
        hex(where);
}

void netlink_reader::acknowledgement(netlink_header const& head, byte_range where)
{
    constexpr std::uint16_t capped = 0x100;   // NLM_F_CAPPED: the acknowledged message is cut after its header
    if (where.length < 4 + netlink_header_size)
        return hex(where);
    auto const rest = where.from(4);
    netlink_header about;
    bool const known = rest.length >= netlink_header_size && made_.read_value(rest.at, about);
    auto const inside = rest.first(!known                       ? rest.length
                                   : (head.flags & capped) != 0 ? netlink_header_size
                                                                : std::max<std::uint64_t>(about.length, netlink_header_size));
    bool const more = rest.length > inside.length && depth_ < deepest_attribute;
    std::optional<opened> both;
    if (more)
        both.emplace(made_, uapi::loose_array, std::string_view{}, 2);
    {
        opened const whole{made_, uapi::loose_structure, {}, where.at};
        made_.add_at(as::kernel_result, "error", where.at);
        if (rest.length != 0 && (!known || ++depth_ > deepest_attribute))
            hex(rest, "msg");
        else if (rest.length != 0) {
            message("msg", about, inside);
            --depth_;
        }
    }
    if (more)
        attributes(nl::acknowledgement, rest.from(inside.length));
}

// Adds a message of NETLINK_KOBJECT_UEVENT. Messages that udev sent begin with a header of udev. Messages of the kernel do not.
bool netlink_reader::device_event(std::string_view name, byte_range where)
{
    constexpr auto size = nl::udev_header.size_in(uapi::data_model::lp64);   // the size is equal in all data models
    std::array<char, 8> prefix{};
    bool const from_udev = where.length >= size
                           && made_.read(where.at, std::as_writable_bytes(std::span{prefix})) == prefix.size()
                           && std::string_view{prefix.data(), prefix.size()} == std::string_view{"libudev\0", prefix.size()};
    if (!from_udev)
        return bytes(uapi::some_bytes, where, name, false);
    if (where.length == size)
        return made_.add_at(nl::udev_header, name, where.at);
    opened const both{made_, uapi::loose_array, name, 2};
    made_.add_at(nl::udev_header, {}, where.at);
    bytes(uapi::some_bytes, where.from(size), {}, true);
    return true;
}

bool netlink_messages(capture& made, type const& self, std::string_view name, std::uint64_t at)
{
    byte_range where{at, made.count_here(self.length)};
    constexpr int unknown = -1;
    constexpr std::uint64_t most_bytes = 1 << 16;   // at most this many bytes are read in advance
    auto const protocol =
        made.options().decode ? made.system().netlink_protocol(static_cast<int>(made.argument(0))).value_or(unknown) : unknown;
    std::vector<std::byte> buffer(static_cast<std::size_t>(std::min(where.length, most_bytes)));
    auto const got = buffer.empty() ? 0 : made.read(at, buffer);
    buffer.resize(got);
    auto const before = made.keep({at, buffer});
    netlink_reader reader{made, protocol};
    bool const had = protocol == nl::uevent_protocol ? reader.device_event(name, where) : reader.messages(name, where);
    made.keep(before);
    return had;
}

}   // namespace cotrace::decode
