// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/uapi/amount.hpp>
#include <cotrace/uapi/named_values.hpp>
#include <cotrace/uapi/shape.hpp>
#include <cotrace/uapi/width.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Types of values: data that says what arguments, fields and results of system calls mean.
///
/// A type describes a value in memory or in a register. Types are constants with static storage, because captured
/// values have pointers to types. Rows of tables are written with the types and templates in `cotrace/uapi/as.hpp`. In
/// the headers of this folder, "text" is what the text renderer writes, and -v and -X are options of strace. Examples
/// of a type and of a row:
///
///     inline constexpr structure timespec{{{"tv_sec", as::time}, {"tv_nsec", as::long_unsigned}}};
///     {"nanosleep", {{"rqtp", as::in<timespec>}, {"rmtp", as::out<timespec>}}}
namespace cotrace::decode {
class capture;
}

namespace cotrace::uapi {

/// How the text renderer writes a number: its base, and whether a decimal number is signed.
enum class style : std::uint8_t { decimal, unsigned_decimal, hex, octal };

/// When the target of a pointer is read.
enum class direction : std::uint8_t {
    in,          ///< at entry
    out,         ///< at exit; after a failure only if `type::failed` is set
    inout,       ///< at entry and exit; the text output shows the value at exit, or the value at entry if the call failed
    changed,     ///< at entry and exit; if the two values differ, the text output shows `before => after`
    remaining,   ///< at exit, if a signal interrupted the call; the target is the remaining time of a sleep
    reported,    ///< at entry and exit; the text output shows the former as the argument, and the latter after the result
};

/// How the text renderer shows a packed number if both numbers and names are wanted (-X verbose).
enum class annotation : std::uint8_t {
    each,     ///< each slice with its own comment: `0x200 /* IPC_CREAT */|0600`
    whole,    ///< the whole number, and the names of all slices in one comment: `0x22 /* MAP_PRIVATE|MAP_ANONYMOUS */`
    nested,   ///< the whole number, and a comment with the slices, written as with `each`
};

/// What the text output shows for the argument of an ioctl(2) request. For some requests, strace decodes only the name of the
/// request.
enum class named_request : std::uint8_t {
    no,        ///< the decoded value, because strace decodes the argument
    address,   ///< the address that is passed as the argument
    /// With -v the bytes, otherwise the address. _IOC_SIZE and _IOC_DIR of the request say how many bytes are read, and
    /// when.
    bytes,
};

/// What the text output shows for the bytes after the known fields of a structure. A later version of a structure has more
/// fields.
enum class growth : std::uint8_t {
    bytes,   ///< shows the bytes, unless all of them are 0
    /// Shows "...", unless all of the bytes are 0. The structure is not read if its size field is less than the size of
    /// the first version, but not 0.
    cut,
    always_cut,      ///< shows "..."
    silent,          ///< shows nothing
    zero_extended,   ///< like `bytes`; a field that was passed only in part is completed with zeros
    after_size,      ///< like `bytes`; if only the size field can be read, the text output shows the size
    partial,         ///< like `always_cut`; a field that was passed only in part is completed with zeros
};

struct type;
struct field;
struct choice_case;
struct slice;

/// A function that decodes a value that no table row can describe, and adds the value to the capture. `at` is the
/// address of the value, or the argument if an argument has the type `self`. If the memory cannot be read, the function
/// adds nothing and returns false.
using custom_decoder = bool (*)(decode::capture&, type const& self, std::string_view name, std::uint64_t at);

/// How a number that has a name is written. strace's option -X selects this.
enum class spelling : std::uint8_t { name, number, both };

/// A function that appends the text of a number whose names are in no table: `KERNEL_VERSION(6, 1, 0)`.
using speller = void (*)(std::string& to, type const& self, std::uint64_t number, spelling how);

/// Functions for values that no table row can describe, and parameters of these functions. A name before a colon is the
/// function that uses the parameter.
struct custom_code {
    custom_decoder decode = nullptr;   ///< decodes a value of `shape::custom`
    speller spell = nullptr;           ///< writes the text of a value of `shape::spelled`
    growth grows = growth::bytes;      ///< `decode::versioned`: how the text output shows a structure of a newer version
    bool one_page = false;             ///< `decode::versioned`: a structure longer than 4096 bytes is not read
    bool zero_is_first = true;         ///< `decode::versioned`: a size field of 0 means the size of the first version
    std::string_view name{};           ///< `decode::bpf_attributes`: name of the member of union bpf_attr
};

/// How the text of a value differs from the usual text of its type. The words before a colon name the kind of type for
/// which a member has a meaning.
struct text_hints {
    /// Bytes: the text output shows all bytes in hexadecimal. `net_enumeration`: with -X raw and -X verbose, the text
    /// output shows the two bytes of the number as a string. `padded_hex`: the text has two more characters.
    bool hex = false;
    bool bare = false;   ///< pointer to a number: the text output puts no brackets around the number
    /// Enumeration and flags: the text output shows the number and the name: "6 /* SYSLOG_ACTION_CONSOLE_OFF */".
    bool number_too = false;
    bool always_remarked = false;   ///< enumeration with `number_too`: the text output shows the name even with -X raw
    /// Pointer with `direction::changed`: the text output shows `before => after` even if the target did not change.
    bool always_changed = false;
    bool located = false;   ///< pointer: the text output shows the address in a comment after the target
    /// Bytes: the bytes follow the known fields of a structure, see `growth`. Number in a structure: the text output shows the
    /// number in a comment after the previous field.
    bool surplus = false;
    bool sum = false;                          ///< packed number: the slices are added, not or-ed
    annotation annotated = annotation::each;   ///< packed number, returned flags: where the text output puts comments
    /// Argument of an ioctl(2) request: what the text output shows in place of the decoded value.
    named_request only_named = named_request::no;
    /// Structure with the seconds since 1970 and a fraction: the number of decimal digits of the fraction. If not 0,
    /// the text output shows the date in a comment.
    std::uint8_t date_digits = 0;
    /// Pointer to an array: without -v, the text output shows the address, the number of elements and this word ("vars" for envp).
    std::string_view counted{};
    /// Packed number: the name of the macro that makes the number from its slices, as in `QCMD(Q_SYNC, USRQUOTA)`.
    /// Structure: the name of a macro with the fields as arguments.
    std::string_view macro{};
    std::string_view prefix{};    ///< flags that a call returns: text that is shown before the names
    std::string_view comment{};   ///< any type: text that is shown in a comment after the value
};

/// The type of a value. Some members have a meaning only for one kind of type: the comment of such a member begins with
/// this kind and a colon.
struct type {
    uapi::shape shape = uapi::shape::integer;
    uapi::width width = uapi::width::u32;
    uapi::style style = uapi::style::decimal;
    uapi::direction way = uapi::direction::in;
    /// Characters: the string is not cut at the string limit. Bytes: the bytes are text, and a null byte at the end is
    /// shown only if the whole text is in hexadecimal. `decode::first_few`: with -v, up to 4096 elements are captured.
    bool unlimited = false;
    /// Array: without -v, the text output shows only whether the array is empty. Pointer: without -v, the target is not read.
    bool folded = false;
    bool register_pair = false;          ///< 64-bit argument: i386 passes the number in two registers
    arch interface = arch::x86_64;       ///< call number: the interface that the number belongs to
    std::uint32_t unit = 1;              ///< number in `style::hex`: renderers show the number multiplied by `unit`
    name_table const* names = nullptr;   ///< names of constants, flags, bits or array indices; null: there are no names
    /// Pointer: type of the target. Array: type of an element. Choice: type if no case fits. Custom: first type for the
    /// decoder.
    type const* of = nullptr;
    /// Pointer with `direction::inout`, `changed` or `reported`: type of the target at exit; null: `of`. Custom: second
    /// type for the decoder.
    type const* after = nullptr;
    /// Pointer: type of the target at the exit of a call that failed; null: the target is not read. Custom: third type
    /// for the decoder.
    type const* failed = nullptr;
    /// Bytes, characters, array, structure and other memory: the length. Choice: the number that selects the case.
    /// Custom: an amount for the decoder. Descriptor: the argument that names the process to which the descriptor
    /// belongs. Pointer: if 0, the target is not read; at entry, only an amount from an argument is tested.
    amount length{};
    field const* fields = nullptr;        ///< structure: the fields
    choice_case const* cases = nullptr;   ///< choice: the cases
    slice const* slices = nullptr;        ///< packed number: the slices
    /// Structure, choice, packed number: the number of fields, cases or slices. Signal set: the least size in bytes; 0
    /// stands for the size of a word. Array and bytes: the greatest length of a value that is read, or 0 for no limit.
    /// Custom: a number for the decoder.
    std::uint32_t count = 0;
    /// Structure: the size in each data model. Choice, custom and spelled: the size in each data model with an `align`
    /// that is not 0.
    std::array<std::uint16_t, 3> size{};
    std::array<std::uint8_t, 3> align{};   ///< the alignment that belongs to `size`, in each data model
    custom_code custom{};
    text_hints text{};

    constexpr unsigned size_in(data_model m) const noexcept;
    constexpr unsigned align_in(data_model m) const noexcept;
};

/// A case of a choice: the number that selects the case, and the type that the value has in this case.
struct choice_case {
    std::uint64_t value = 0;
    type const* as = nullptr;

    constexpr choice_case() = default;
    template <class Constant>
    constexpr choice_case(Constant v, type const& t)
        : value{static_cast<std::uint64_t>(v)}
        , as{&t}
    {
    }
};

/// The type that `number` selects from the cases of the choice `as`. Returns `*as.of` if no case has this number.
constexpr type const& find_case(type const& as, std::uint64_t number) noexcept
{
    for (auto const* each = as.cases; each != as.cases + as.count; ++each)
        if (each->value == number)
            return *each->as;
    return *as.of;
}

/// A range of bits of a packed number.
struct slice {
    type const* as = nullptr;
    std::uint64_t mask = 0;   ///< the bits of the slice
    std::uint8_t shift = 0;   ///< the value of the slice is `(number & mask) >> shift`
    /// The text output shows the slice even if the slice is 0. If all slices are 0 and none has `always`, the text output
    /// shows the last slice.
    bool always = false;
    /// Except with -X raw, the text output shows no separator before this slice if the first slice is not 0 and has no name.
    bool after_names = false;
    std::string_view name{};     ///< name of the slice in JSON; empty if the type of the slice has names
    std::string_view suffix{};   ///< shift that the text output shows after the slice: "MAP_HUGE_SHIFT" for "<<MAP_HUGE_SHIFT"

    constexpr slice() = default;
    constexpr slice(type const& t, std::uint64_t bits, bool zero = false, std::string_view n = {}, unsigned by = 0,
                    std::string_view tail = {})
        : as{&t}
        , mask{bits}
        , shift{static_cast<std::uint8_t>(by)}
        , always{zero}
        , name{n}
        , suffix{tail}
    {
    }
    static consteval slice glued(type const& t, std::uint64_t bits, std::string_view n)
    {
        slice made{t, bits, true, n};
        made.after_names = true;
        return made;
    }
};

constexpr unsigned type::size_in(data_model m) const noexcept
{
    auto const& traits = traits_of(shape);
    auto const at = static_cast<unsigned>(m);
    switch (traits.size) {
    case extent::by_width: break;
    case extent::fixed: return traits.bytes;
    case extent::length: return static_cast<unsigned>(length.value);
    case extent::elements: return of->size_in(m) * static_cast<unsigned>(length.value);
    case extent::fields: return size[at];
    case extent::given:
        if (align[at] != 0)
            return size[at];
    }
    return uapi::size_of(width, m);
}

constexpr unsigned type::align_in(data_model m) const noexcept
{
    auto const at = static_cast<unsigned>(m);
    switch (traits_of(shape).aligned) {
    case alignment::by_width: break;
    case alignment::byte: return 1;
    case alignment::word: return uapi::size_of(uapi::width::word, m);
    case alignment::element: return of->align_in(m);
    case alignment::fields: return align[at];
    case alignment::given:
        if (align[at] != 0)
            return align[at];
    }
    return uapi::align_of(width, m);
}

/// The row that names the constant `number` in `as.names`; null if there is no such row.
constexpr named_value const* name_of(type const& as, std::uint64_t number) noexcept
{
    if (!as.names)
        return nullptr;
    auto const* row = as.names->find(number);
    // Tables store a negative int, such as -1, with 64 bits, but `number` has 32 bits.
    if (!row && as.width == width::u32 && number >> 31 == 1)
        row = as.names->find(number | 0xffffffff00000000);
    return row;
}

}   // namespace cotrace::uapi
