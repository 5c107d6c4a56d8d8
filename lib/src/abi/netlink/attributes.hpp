// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "abi/common.hpp"

#include <span>

/// The types of netlink attributes: netlink(7), linux/netlink.h.
///
/// An attribute has a length, a type and a payload. The meaning of the type depends on
/// the message or attribute that contains the attribute. A set describes the attributes
/// in one such container:
///
///     inline constexpr attributes metrics{names::route_metrics, {{2, u32}, {16, text}}};
///     inline constexpr attributes route{names::route_attributes, {{8, nest<metrics>}, …}};
namespace cotrace::abi::netlink {

/// The layout of a payload.
enum class payload : std::uint8_t {
    value,             ///< one `as`; bytes after it are ignored
    number,            ///< a number `as`, in at most 8 bytes
    any_number,        ///< a number of all bytes of the payload, at most 8
    grown,             ///< a structure `as`; in older kernels it ends earlier, after a field, and has at least `least` bytes
    exact,             ///< one `as`, without bytes after it
    text,              ///< characters; the last should be a null byte
    characters,        ///< characters up to the first null byte
    some,              ///< one `as`, or bytes as text if they are too short
    items,             ///< elements of the array `as`
    nest,              ///< attributes of `inside`
    numbered,          ///< attributes with payload `each`; their types are consecutive numbers
    address,           ///< an address of the family in the message header
    hardware_address,  ///< an address, of which strace shows `hardware_length` bytes
    free_hardware_address,
    value_and_nest,    ///< one `as`, then attributes
    value_and_bytes,   ///< one `as`, then bytes
    sockets,           ///< an array of struct sockaddr_storage
    hex_number,        ///< a number of 1, 2, 4 or 8 bytes

    // Payloads that need code of their own.
    link_kind,         ///< IFLA_INFO_KIND: decides the types of other attributes
    link_slave_kind,
    link_data,
    link_slave_data,
    link_statistics,
    protocol_information,   ///< IFLA_PROTINFO: depends on the family in the header
    link_families,     ///< IFLA_AF_SPEC: attributes whose types are families
    multipath,         ///< an array of struct rtnexthop with attributes
    via,               ///< struct rtvia
    bytecode,          ///< struct inet_diag_bc_op and its operand
    socket_options,    ///< struct inet_diag_sockopt
    filter,            ///< instructions of a packet filter
    family_name,       ///< CTRL_ATTR_FAMILY_NAME: decides the names of operations
    operation,         ///< a command of the family in CTRL_ATTR_FAMILY_NAME
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

/// The attributes in one container. The payload of an attribute without a row is shown as bytes.
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
    attributes(attributes const&) = delete;   // a copy would point into the original
};

// Types for rows.
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

} // namespace cotrace::abi::netlink
