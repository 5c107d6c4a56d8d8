// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "uapi/common.hpp"

#include <span>

/// Tables that describe netlink attributes: netlink(7), linux/netlink.h.
///
/// An attribute has a length, a type and a payload. The container, a message or another attribute, decides what the type
/// means. An `attributes` table describes one kind of container:
///
///     inline constexpr attributes metrics{names::route_metrics, {{2, u32}, {16, text}}};
///     inline constexpr attributes route{names::route_attributes, {{8, nest<metrics>}, …}};
namespace cotrace::uapi::netlink {

/// The layout of an attribute's payload. `as`, `inside`, `each` and `least` are members of `content`.
enum class payload : std::uint8_t {
    value,             ///< a value of type `as`; bytes after the value are ignored
    number,            ///< like `value`, but a payload of more than 8 bytes is shown as bytes in hexadecimal
    any_number,        ///< a number that consists of all bytes of the payload, at most 8
    /// A structure `as`. Older kernels send only its first fields, but at least `least` bytes.
    grown,
    exact,             ///< a value of type `as`; no bytes may follow
    text,              ///< characters; the last byte should be a null byte
    characters,        ///< characters up to the first null byte
    some,              ///< a value of type `as`; a payload that is too short for the value is shown as text
    items,             ///< an array of type `as`; the elements fill the payload
    nest,              ///< attributes that `inside` describes
    numbered,          ///< attributes whose types are consecutive numbers; `each` describes the payload of each of them
    address,           ///< a network address; the message header contains the address family
    hardware_address,  ///< a hardware address; strace shows `hardware_length` bytes of it
    free_hardware_address,   ///< a hardware address of at most 32 bytes
    value_and_nest,    ///< a value of type `as`, then attributes that `inside` describes
    value_and_bytes,   ///< a value of type `as`, then bytes
    sockets,           ///< an array of struct sockaddr_storage
    hex_number,        ///< a number of 1, 2, 4 or 8 bytes

    // Payloads with a form of their own, for which the decoder has special code.
    link_kind,         ///< IFLA_INFO_KIND, which decides how IFLA_INFO_DATA and IFLA_INFO_XSTATS are decoded
    link_slave_kind,   ///< IFLA_INFO_SLAVE_KIND, which decides how IFLA_INFO_SLAVE_DATA is decoded
    link_data,
    link_slave_data,
    link_statistics,
    protocol_information,   ///< IFLA_PROTINFO, which depends on the address family in the message header
    /// IFLA_AF_SPEC: attributes of a bridge in messages of AF_BRIDGE, otherwise attributes whose types are address families.
    link_families,
    multipath,         ///< an array of struct rtnexthop, each usually followed by attributes
    via,               ///< struct rtvia
    bytecode,          ///< struct inet_diag_bc_op and its operand
    socket_options,    ///< struct inet_diag_sockopt
    filter,            ///< instructions of a packet filter
    family_name,       ///< CTRL_ATTR_FAMILY_NAME, which decides the names of operations
    operation,         ///< a command of the generic netlink family whose name is in CTRL_ATTR_FAMILY_NAME
};

struct attribute_set;

/// The type of an attribute's payload.
struct content {
    payload              how = payload::value;
    type const*          as = nullptr;
    attribute_set const* inside = nullptr;
    content const*       each = nullptr;
    std::uint16_t        least = 0;
};

struct attribute {
    std::uint16_t number = 0;
    content       holds{};
};

/// The attributes in one kind of container. The payload of an attribute that has no row is shown as bytes.
struct attribute_set {
    type             kind{};   ///< the type of the field `nla_type`
    attribute const* rows = nullptr;
    std::size_t      count = 0;

    constexpr content const* find(std::uint16_t number) const noexcept
    {
        for (auto const& row : std::span{rows, count})
            if (row.number == number)
                return &row.holds;
        return nullptr;
    }
};

constexpr type attribute_kind(name_table const* names)
{
    return {.shape = shape::attribute_type, .width = width::u16, .style = style::hex, .names = names};
}

template <std::size_t N>
struct attributes : attribute_set {
    attribute storage[N]{};

    constexpr attributes(name_table const& names, attribute const (&list)[N])
    {
        for (std::size_t i = 0; i < N; ++i)
            storage[i] = list[i];
        kind = attribute_kind(&names);
        rows = storage;
        count = N;
    }
    attributes(attributes const&) = delete;   // `rows` of a copy would point into the original
};

// The values of `content` for the rows of tables of attributes. `payload` explains most of their names.
template <auto const& As> inline constexpr content value{payload::value, &As};
template <auto const& As> inline constexpr content number{payload::number, &As};
template <auto const& As> inline constexpr content any_number{payload::any_number, &As};
template <auto const& As> inline constexpr content exact{payload::exact, &As};
template <auto const& As, std::uint16_t Least> inline constexpr content grown{payload::grown, &As, nullptr, nullptr, Least};
template <auto const& As> inline constexpr content items{payload::items, &as::array<As, exactly(1)>};
template <auto const& As, auto const& Names> inline constexpr content indexed{payload::items, &as::indexed_array<As, Names>};
template <auto const& Set> inline constexpr content nest{payload::nest, nullptr, &Set};
template <auto const& Each> inline constexpr content numbered{payload::numbered, nullptr, nullptr, &Each};
template <auto const& As, auto const& Set> inline constexpr content value_and_nest{payload::value_and_nest, &As, &Set};
template <auto const& As> inline constexpr content value_and_bytes{payload::value_and_bytes, &As};

inline constexpr content u8 = value<as::uint8>, u16 = value<as::uint16>, u32 = value<as::uint32>, u64 = value<as::uint64>;
inline constexpr content x8 = value<as::hex8>, x16 = value<as::hex16>, x32 = value<as::hex32>, x64 = value<as::hex64>;
inline constexpr content s32 = value<as::integer>, s64 = value<as::int64>;
inline constexpr content be16 = value<as::port>, be64 = value<as::net64>;
inline constexpr content text{payload::text}, address{payload::address};
inline constexpr content hardware{payload::hardware_address}, free_hardware{payload::free_hardware_address};
inline constexpr content device = value<as::interface_index>;
inline constexpr content ticks = any_number<as::clock_ticks>;
inline constexpr content an_fd = value<as::fd>, an_id = value<as::user_id>;

} // namespace cotrace::uapi::netlink
