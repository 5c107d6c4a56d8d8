// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/uapi/arch.hpp>
#include <cotrace/uapi/named_values.hpp>

#include <cstdint>
#include <string_view>

namespace cotrace::render {

/// Calls `see` with the name of each row that applies, and clears the row's bits in `rest`. A row is a flag if its mask and value
/// are equal, otherwise one value of a field.
template <class See>
void take_names(uapi::name_table const& names, std::uint64_t& rest, See&& see)
{
    auto const whole = rest;
    for (auto const& row : names.all()) {
        bool const field = row.mask != row.value;
        bool const fits = field ? (whole & row.mask) == row.value : row.value != 0 && (rest & row.value) == row.value;
        if (!fits)
            continue;
        see(row.name);
        rest &= ~(field ? row.mask : row.value);
    }
}

/// The name of a clock, or of the file type in a mode, such as "S_IFREG". Empty if there is no name.
std::string_view clock_name(std::int32_t id) noexcept;
std::string_view file_type_name(std::uint64_t mode) noexcept;

/// The name of a system call interface, such as "x86_64".
std::string_view interface_name(uapi::arch interface) noexcept;

/// The operations and the comparisons of FUTEX_WAKE_OP; the index of a name is its number. See futex(2).
inline constexpr std::string_view futex_operations[] = {"FUTEX_OP_SET", "FUTEX_OP_ADD", "FUTEX_OP_OR", "FUTEX_OP_ANDN",
                                                        "FUTEX_OP_XOR"};
inline constexpr std::string_view futex_comparisons[] = {"FUTEX_OP_CMP_EQ", "FUTEX_OP_CMP_NE", "FUTEX_OP_CMP_LT",
                                                         "FUTEX_OP_CMP_LE", "FUTEX_OP_CMP_GT", "FUTEX_OP_CMP_GE"};

/// The bits in the type field of a netlink attribute: NLA_F_NESTED, NLA_F_NET_BYTEORDER and NLA_TYPE_MASK of <linux/netlink.h>.
inline constexpr std::uint64_t nested_attribute = 0x8000, net_byte_order_attribute = 0x4000, attribute_number = 0x3fff;

}   // namespace cotrace::render
