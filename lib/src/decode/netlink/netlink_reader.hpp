// SPDX-License-Identifier: BSL-1.0
// Decodes netlink messages with the tables in uapi/netlink. Lengths in a message can be wrong, so each part is decoded within the
// bounds of the part that contains it.
#pragma once

#include "decode/capture.hpp"
#include "decode/opened.hpp"
#include "uapi/netlink/link.hpp"
#include "uapi/netlink/messages.hpp"
#include "uapi/socket.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace cotrace::decode {

inline constexpr std::uint64_t netlink_header_size = 16;    // NLMSG_HDRLEN
inline constexpr std::uint64_t attribute_header_size = 4;   // NLA_HDRLEN
inline constexpr unsigned deepest_attribute = 32;           // attributes are decoded up to this level of nesting

/// Rounds a length up to a multiple of 4 bytes: NLMSG_ALIGN, NLA_ALIGN, RTNH_ALIGN.
constexpr std::uint64_t netlink_align(std::uint64_t length) noexcept { return (length + 3) & ~std::uint64_t{3}; }

/// A range of bytes in a message.
struct byte_range {
    std::uint64_t at = 0;
    std::uint64_t length = 0;

    constexpr byte_range from(std::uint64_t offset) const noexcept { return {at + offset, length - std::min(length, offset)}; }
    constexpr byte_range first(std::uint64_t count) const noexcept { return {at, std::min(length, count)}; }
};

/// The header of a message, struct nlmsghdr.
struct netlink_header {
    std::uint32_t length = 0;
    std::uint16_t kind = 0;
    std::uint16_t flags = 0;
    std::uint32_t sequence = 0;
    std::uint32_t port = 0;
};

/// Decodes the messages of one buffer.
class netlink_reader {
public:
    netlink_reader(capture& made, int protocol) noexcept
        : made_{made}
        , protocol_{protocol}
    {
    }

    bool messages(std::string_view name, byte_range where);
    bool device_event(std::string_view name, byte_range where);

private:
    static constexpr unsigned most_attributes = 1 << 14;

    // Defined in messages.cpp:
    void message(std::string_view name, netlink_header const& header, byte_range where);
    void header(std::string_view name, netlink_header const& header, std::uint64_t at);
    void body(netlink_header const& header, byte_range where);
    void acknowledgement(netlink_header const& header, byte_range where);

    // Defined in protocols.cpp:
    bool body_of_protocol(netlink_header const& header, byte_range where);
    void formed(uapi::netlink::message_form const* form, byte_range where);
    bool generic(netlink_header const& header, byte_range where);
    void netfilter(netlink_header const& header, byte_range where);
    bool crypto(netlink_header const& header, byte_range where);
    bool selinux(netlink_header const& header, byte_range where);

    // Defined in attributes.cpp:
    void attributes(uapi::netlink::attribute_set const& set, byte_range where, uapi::netlink::content const* each = nullptr);
    void attribute(uapi::netlink::attribute_set const& set, byte_range where, uapi::netlink::content const* each);
    bool add_payload(uapi::netlink::content const& what, byte_range where);
    bool hex_number(byte_range where);
    bool value_and_rest(uapi::netlink::content const& what, byte_range where);
    bool kind_name(std::string_view& known, std::span<char> buffer, byte_range where);
    bool number(uapi::type const& what, byte_range where);
    bool grown(uapi::netlink::content const& what, byte_range where);
    bool items(uapi::netlink::content const& what, byte_range where);
    bool family_of(std::span<uapi::netlink::family_set const> sets, std::uint8_t family, byte_range where);

    // Defined in payloads.cpp:
    void internet_address(std::string_view name, std::uint8_t family, byte_range where);
    bool hardware_address(byte_range where, std::size_t shown);
    bool multipath(byte_range where);
    bool via(byte_range where);
    bool bytecode(byte_range where);
    void compared(std::uint8_t code, byte_range where);
    bool socket_options(byte_range where);
    bool filter(byte_range where);
    bool link_data(byte_range where);

    // Defined in values.cpp:
    std::string_view short_text(byte_range where, std::span<char> into);
    void hex(byte_range where, std::string_view name = {}) { bytes(uapi::some_hex_bytes, where, name, true); }
    void text(byte_range where);
    void characters(byte_range where, std::string_view name = {});
    bool bytes(uapi::type const& what, byte_range where, std::string_view name, bool or_address);
    bool bytes_upto(std::size_t most, uapi::type const& what, byte_range where, std::string_view name, bool or_address);
    bool value(uapi::type const& what, byte_range where, std::string_view name = {});
    std::uint64_t limit() const noexcept { return made_.options().verbose ? 4096 : made_.options().string_limit; }
    template <class T>
    T read(std::uint64_t at)
    {
        T got{};
        made_.read_value(at, got);
        return got;
    }

    capture& made_;
    int protocol_;   // the netlink protocol of the socket, or -1 if it is not known
    unsigned depth_ = 0;
    unsigned attributes_left_ = most_attributes;
    std::uint8_t family_ = 0;   // the address family: the first byte after the header of the message
    std::array<char, 64> kind_buffer_{}, slave_buffer_{}, family_buffer_{};
    // Names in earlier attributes. They decide the types of later attributes.
    std::string_view kind_, slave_kind_, generic_family_ = "nlctrl";
};

}   // namespace cotrace::decode
