// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "abi/common.hpp"

#include <span>

/// What netlink's attributes hold, as data: netlink(7), linux/netlink.h.
///
/// An attribute is a length, a type and a payload; the type's meaning depends
/// on where it stands. A set tells it for one such place:
///
///     inline constexpr attributes metrics{names::route_metrics, {{2, u32}, {16, text}}};
///     inline constexpr attributes route{names::route_attributes, {{8, nest<metrics>}, …}};
namespace cotrace::abi::netlink {

/// How a payload lies.
enum class payload : std::uint8_t {
    value,             ///< one `as`; what follows does not count
    number,            ///< the same of a number, in 8 bytes at most
    any_number,        ///< a number of all the bytes there are, 8 at most
    grown,             ///< a structure, which older kernels end sooner: at the end of any field from `least` bytes on
    exact,             ///< one `as`, and nothing else
    text,              ///< characters, of which the last should be a null byte
    characters,        ///< up to the first null byte
    some,              ///< bytes, as text
    items,             ///< as many elements of the array `as` as fit
    nest,              ///< attributes of `inside`
    numbered,          ///< attributes whose types only count them; each holds what `each` says
    address,           ///< of the family that the message's header says
    hardware_address,  ///< as long as strace takes it to be
    free_hardware_address,
    value_and_nest,    ///< one `as`, and attributes behind it
    value_and_bytes,   ///< one `as`, and bytes behind it
    sockets,           ///< struct sockaddr_storage, many times
    hex_number,        ///< of 1, 2, 4 or 8 bytes

    // What no row can say.
    link_kind,         ///< IFLA_INFO_KIND: decides what is in other attributes
    link_slave_kind,
    link_data,
    link_slave_data,
    link_statistics,
    protocol_information,   ///< IFLA_PROTINFO: as the header's family has it
    link_families,     ///< IFLA_AF_SPEC: attributes whose types are families
    multipath,         ///< struct rtnexthop with attributes, many times
    via,               ///< struct rtvia
    bytecode,          ///< struct inet_diag_bc_op and what it compares with
    socket_options,    ///< struct inet_diag_sockopt
    filter,            ///< instructions of a packet filter
    family_name,       ///< CTRL_ATTR_FAMILY_NAME: decides what operations are called
    operation,         ///< a command of the family that was named
};

struct attribute_set;

/// What is in an attribute.
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

/// The attributes of one place. Payloads of those without a row are bytes.
struct attribute_set {
    type             kind{};   ///< of `nla_type`
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

// Words for rows.
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
