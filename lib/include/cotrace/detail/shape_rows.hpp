// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/uapi/shape.hpp>

#include <array>
#include <cstddef>
#include <iterator>

// The rows of tables are aligned by hand.
// clang-format off

namespace cotrace::uapi {

namespace detail {

constexpr shape_traits number(shape s, reference r = reference::none)
{
    return {.shape = s, .refers = r, .alone = true};
}

constexpr shape_traits fixed_number(shape s, std::uint8_t bytes)
{
    return {.shape = s, .size = extent::fixed, .bytes = bytes, .alone = true};
}

constexpr shape_traits network_number(shape s, std::uint8_t bytes)
{
    return {.shape = s, .alone = true, .network_bytes = bytes};
}

constexpr shape_traits fixed_bytes(shape s, std::uint8_t bytes)
{
    return {.shape = s, .holds = holding::memory, .size = extent::fixed, .aligned = alignment::byte, .bytes = bytes, .raw = true};
}

// One row for each shape, in any order.
inline constexpr shape_traits shape_rows[] = {
    number(shape::integer),
    number(shape::enumeration),
    number(shape::flags),
    {.shape = shape::address, .alone = true, .address = true},
    number(shape::fd, reference::descriptor),
    number(shape::dirfd, reference::descriptor),
    number(shape::user_id),
    number(shape::process_id, reference::process),
    number(shape::process_group, reference::process),
    number(shape::permissions),
    number(shape::file_mode),
    number(shape::device),
    number(shape::signal),
    number(shape::error),
    number(shape::kernel_result),
    number(shape::clock),
    number(shape::time),
    number(shape::ioctl_request),
    {.shape = shape::port, .size = extent::fixed, .bytes = 2, .alone = true, .network_bytes = 2},
    fixed_number(shape::inet4, 4),
    network_number(shape::net32, 4),
    number(shape::wake_operation),
    number(shape::wait_status),
    number(shape::padded_hex),
    number(shape::character),
    number(shape::resource_limit),
    number(shape::clock_ticks),
    number(shape::packed),
    number(shape::offset),
    number(shape::call_number),
    network_number(shape::net_enumeration, 2),
    network_number(shape::net64, 8),
    number(shape::bluetooth_number),
    number(shape::interface_index),
    number(shape::known_name),
    number(shape::two_bytes),
    number(shape::attribute_type),
    number(shape::port_range),
    {.shape = shape::spelled, .size = extent::given, .aligned = alignment::given, .alone = true},
    {.shape = shape::named_bits},

    {.shape = shape::pointer, .holds = holding::pointer, .alone = true, .address = true},

    {.shape = shape::characters, .holds = holding::memory, .size = extent::length, .aligned = alignment::byte, .text = true},
    {.shape = shape::bytes, .holds = holding::memory, .size = extent::length, .aligned = alignment::byte, .text = true},
    {.shape = shape::array, .holds = holding::memory, .size = extent::elements, .aligned = alignment::element},
    {.shape = shape::structure, .holds = holding::memory, .size = extent::fields, .aligned = alignment::fields},
    {.shape = shape::signal_set, .holds = holding::memory, .size = extent::length, .aligned = alignment::word, .raw = true},
    {.shape = shape::fd_set, .holds = holding::memory, .raw = true},
    {.shape = shape::cpu_set, .holds = holding::memory},
    {.shape = shape::unix_path, .holds = holding::memory, .size = extent::length, .aligned = alignment::byte, .raw = true},
    fixed_bytes(shape::inet6, 16),
    fixed_bytes(shape::uuid, 16),
    {.shape = shape::bit_names, .holds = holding::memory},
    {.shape = shape::signal_info, .holds = holding::memory, .size = extent::fixed, .bytes = 128, .raw = true},
    {.shape = shape::hardware_address, .holds = holding::memory, .size = extent::length, .aligned = alignment::byte, .raw = true},
    fixed_bytes(shape::ax25_address, 7),

    {.shape = shape::choice, .holds = holding::decided, .size = extent::given, .aligned = alignment::given},
    {.shape = shape::custom, .holds = holding::decided, .size = extent::given, .aligned = alignment::given},
    {.shape = shape::nothing, .holds = holding::decided},
};

// The rows, sorted by shape. A shape without a row or with two rows is a compile-time error.
inline constexpr auto shape_table = [] {
    constexpr std::size_t count = std::size(shape_rows);
    std::array<shape_traits, count> sorted{};
    std::array<bool, count> seen{};
    for (auto const& row : shape_rows) {
        auto const at = static_cast<std::size_t>(row.shape);
        if (at >= count || seen[at])
            throw "a shape has no row, or two";
        seen[at] = true;
        sorted[at] = row;
    }
    return sorted;
}();
static_assert(shape_table.size() == static_cast<std::size_t>(shape::nothing) + 1, "`nothing` is the last shape");

} // namespace detail

constexpr shape_traits const& traits_of(shape s) noexcept
{
    auto const at = static_cast<std::size_t>(s);
    return detail::shape_table[at < detail::shape_table.size() ? at : static_cast<std::size_t>(shape::nothing)];
}

} // namespace cotrace::uapi
