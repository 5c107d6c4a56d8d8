// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

// The rows of tables are aligned by hand.
// clang-format off

namespace cotrace::uapi {

/// The kind of a value. The comments of the kinds refer to members of `type`, such as `names`. The last kind must be
/// `nothing`.
enum class shape : std::uint8_t {
    // Kinds of values that are one number.
    integer,          ///< a number, written in `style`
    enumeration,      ///< a number that has a name in `names`
    flags,            ///< flags that are or-ed together; `names` has their names
    address,          ///< a pointer whose target is not read
    fd,
    dirfd,            ///< a file descriptor that may be AT_FDCWD
    user_id,          ///< a uid or gid; a number with all bits set is shown as -1
    process_id,
    process_group,    ///< the id of a process group or session, which is often the id of a process, too
    permissions,      ///< a mode without file type: 0644
    file_mode,        ///< a mode with file type: S_IFREG|0644
    device,           ///< a device number: makedev(0x8, 0x1)
    signal,           ///< a signal number
    error,            ///< an errno
    kernel_result,    ///< the result of a kernel function: a number that is not negative, or a negated errno
    clock,            ///< a clockid_t; negative ids stand for clocks of a process or of a descriptor
    time,             ///< seconds since 1970; text also shows the date, unless the time is 0
    ioctl_request,
    port,             ///< a port number: 16 bits in network byte order
    inet4,            ///< an IPv4 address: 4 bytes in network byte order
    net32,            ///< a number of 32 bits in network byte order
    wake_operation,   ///< the operation of FUTEX_WAKE_OP, packed into 32 bits; see futex(2)
    wait_status,      ///< the status that wait4(2) writes
    /// A number in hexadecimal with leading zeros. Text has two characters for each byte of the number, and two more
    /// with `text.hex`. These characters include "0x" if the number is not 0.
    padded_hex,
    character,        ///< a byte of text: 'a'
    resource_limit,   ///< a limit of setrlimit(2); a number with all bits set means that there is no limit
    clock_ticks,      ///< a time in hundredths of a second; the text output shows the seconds in a comment
    packed,           ///< a number that consists of ranges of bits, which `slices` describes: IPC_CREAT|0600
    /// An offset in a structure, shown as a field and a distance: `NAME+4`. `names` has the offsets of the fields. The
    /// last row of `names` is the end of the structure.
    offset,
    call_number,      ///< the number of a system call of the interface `interface`
    net_enumeration,  ///< 16 bits in network byte order, one of `names`: htons(ETH_P_IP)
    net64,            ///< a number of 64 bits in network byte order
    /// A little-endian number of 16 bits. The text output shows its name in `names`, or the name of its range in `of->names` and
    /// its distance from the start of the range.
    bluetooth_number,
    /// The index of a network interface. The captured bytes are the name of the interface, if the name is known.
    interface_index,
    /// A number to which the running kernel gives a name, such as the id of a generic netlink family. The captured
    /// bytes are the name.
    known_name,
    two_bytes,        ///< a number of 16 bits: the high byte is one of `names`, the low byte is of type `of`
    attribute_type,   ///< type of a netlink attribute: one of `names`, with two flags in the highest bits
    port_range,       ///< two ports: the first in the low 16 bits, the last in the high 16 bits
    /// A number of 32 bits. `names` has a name for each bit. Text lists the set bits, or the other bits after a "~" if
    /// more than 16 bits are set.
    named_bits,
    spelled,          ///< a number whose text the function `custom.spell` writes

    // Kinds of values that are in memory, or refer to memory.
    pointer,          ///< a pointer to a value of type `of`; `way` says if the value is read at entry, exit or both
    characters,       ///< a string up to a null byte; cut at the string limit unless `unlimited`
    bytes,            ///< bytes, whose number is `length`
    /// `length` elements of type `of`. Without a length, a null element ends the array. `names` can have names for the
    /// indices.
    array,
    structure,        ///< the values that `fields` describes
    signal_set,       ///< a sigset_t of `length` bytes
    fd_set,           ///< one bit for each descriptor; `length` is the number of bits
    cpu_set,          ///< one bit for each CPU, in `length` bytes
    unix_path,        ///< sun_path: a string, or a null byte and the bytes of an abstract name
    inet6,            ///< an IPv6 address of 16 bytes
    uuid,             ///< a UUID of 16 bytes
    bit_names,        ///< a set of bits with the names in `names`, stored in whole words
    signal_info,      ///< siginfo_t; the cause of the signal decides which members are valid
    hardware_address, ///< bytes of a link layer address: 00:11:22:33:44:55
    ax25_address,     ///< 7 bytes: 6 characters of a call sign of amateur radio, and a number, all shifted left by one bit

    // Kinds for which the decoder chooses another kind for each value, or captures no value.
    /// A value with one of several types. The number that `length` describes selects one of `cases`. If no case has
    /// this number, the type is `of`.
    choice,
    custom,           ///< a value that the function `custom.decode` decodes
    nothing,          ///< no value: an argument of this type is left out
};

/// What the captured values of a shape consist of.
enum class holding : std::uint8_t {
    number,    ///< a number, from a register or from memory
    pointer,   ///< an address, and the value at this address
    memory,    ///< bytes, or values made from them
    decided,   ///< the decoder chooses another shape for each value, or captures no value
};

/// What determines the size of a value in memory.
enum class extent : std::uint8_t {
    by_width,   ///< the size is `type::width`
    fixed,      ///< all values of the shape have `shape_traits::bytes` bytes
    length,     ///< the value has `type::length.value` bytes
    elements,   ///< the value has `type::length.value` elements
    fields,     ///< the sizes and offsets of the fields determine the size
    given,      ///< the size is `type::size` if `type::align` is not 0 in the data model, otherwise `type::width`
};

/// What determines the alignment of a value in memory.
enum class alignment : std::uint8_t {
    by_width,   ///< the value is aligned like a number of the size `type::width`
    byte,       ///< the value is not aligned
    word,       ///< the value is aligned like a pointer
    element,    ///< the value is aligned like an element
    fields,     ///< the value is aligned like the field with the greatest alignment; a packed structure is not aligned
    given,      ///< the alignment is `type::align` if it is not 0 in the data model, otherwise as with `by_width`
};

/// What a number refers to on the running system: nothing, an open file, or a process. Numbers that refer to a file or
/// process are signed. A description of the file or process may be captured, too (`capture_options`).
enum class reference : std::uint8_t { none, descriptor, process };

/// The properties of a shape.
struct shape_traits {
    uapi::shape     shape{};
    holding        holds = holding::number;
    extent         size = extent::by_width;
    alignment      aligned = alignment::by_width;
    std::uint8_t   bytes = 0;                      ///< the size, if `size` is `extent::fixed`
    reference      refers = reference::none;
    /// The text output shows such a value without brackets. If a pointer points to the value, the text output adds brackets.
    bool           alone = false;
    /// All bytes of a structure's field of this shape are captured.
    bool           raw = false;
    /// The bytes of the value are shown as text. They are read even without `capture_options::follow`.
    bool           text = false;
    bool           address = false;                ///< the number is an address in the memory of the subject
    /// The size in bytes of a number that predicates convert from network byte order. 0: no conversion.
    std::uint8_t   network_bytes = 0;
};

/// The traits of a shape.
constexpr shape_traits const& traits_of(shape s) noexcept;

} // namespace cotrace::uapi

#include <cotrace/detail/shape_rows.hpp>
