// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/amount.hpp>
#include <cotrace/abi/named_values.hpp>
#include <cotrace/abi/shape.hpp>
#include <cotrace/abi/width.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Types of values: data that says what arguments, fields and results of system calls mean.
///
/// A type says how a value is laid out in memory or in a register, and what it means.
/// One decoder and a few renderers interpret all types. Types are constants with
/// static storage. They refer to each other by pointer, and captured values refer to
/// them. Rows of tables are written with the types and templates of `cotrace::abi::as`,
/// which are in `cotrace/abi/as.hpp`:
///
///     inline constexpr structure timespec{{{"tv_sec", as::time}, {"tv_nsec", as::long_unsigned}}};
///     {"nanosleep", {{"rqtp", as::in<timespec>}, {"rmtp", as::out<timespec>}}}
namespace cotrace::decode {
class capture;
}

namespace cotrace::abi {

/// The base and the sign of a number in text.
enum class style : std::uint8_t { decimal, unsigned_decimal, hex, octal };

/// When the target of a pointer is read.
enum class direction : std::uint8_t {
    in,        ///< at entry
    out,       ///< at exit, if the call did not fail
    inout,     ///< at entry and exit; text shows the value at exit, or the value at entry if the call failed
    changed,   ///< at entry and exit; if both differ, text shows `before => after`
    remaining, ///< at exit, if a signal interrupted the call (the time that remains of a sleep)
    reported,  ///< at entry and exit; text shows the value at entry as the argument, and the value at exit after the result
};

/// How text shows a packed number when both numbers and names are wanted (-X verbose).
enum class annotation : std::uint8_t {
    each,      ///< each slice with its own comment: `0x200 /* IPC_CREAT */|0600`
    whole,     ///< the whole number, and the names of all slices in one comment: `0x22 /* MAP_PRIVATE|MAP_ANONYMOUS */`
    nested,    ///< the whole number, and in its comment each slice as with `each`
};

/// For the argument of an ioctl(2) request of which strace prints only the name: what text shows of the argument.
enum class named_request : std::uint8_t {
    no,        ///< not such an argument: text shows the decoded value
    address,   ///< its address
    bytes,     ///< with -v its bytes, in the direction and of the size that the request's number has; otherwise its address
};

/// What text shows of the bytes after the known fields, if the subject passed a newer and therefore longer structure.
enum class growth : std::uint8_t {
    bytes,        ///< the bytes, unless all of them are 0
    cut,          ///< "...", unless all of them are 0; a structure that gives a size below that of its first version is not read
    always_cut,   ///< "..."
    silent,       ///< nothing
    zero_extended, ///< as `bytes`; if a field was only passed in part, zeros complete it
    after_size,   ///< as `bytes`; if nothing but the size field can be read, text shows the size
    partial,      ///< as `always_cut`; if a field was only passed in part, zeros complete it
};

struct type;
struct field;
struct choice_case;
struct slice;

/// A function that decodes what no table row can describe. It adds one value, made from the
/// memory at address `at`, or from the number `at` if it decodes an argument itself. It
/// returns false if the memory could not be read; then it adds nothing.
using custom_decoder = bool (*)(decode::capture&, type const& self, std::string_view name, std::uint64_t at);

/// How a number that has a name is written; strace's -X.
enum class spelling : std::uint8_t { name, number, both };

/// Appends the text of a number that no table has: `KERNEL_VERSION(6, 1, 0)`.
using speller = void (*)(std::string& to, type const& self, std::uint64_t number, spelling how);

/// The functions of a type that no table row can describe, and their parameters.
struct custom_code {
    custom_decoder   decode = nullptr;       ///< for `shape::custom`
    speller          spell = nullptr;        ///< for `shape::spelled`
    growth           grows = growth::bytes;  ///< `decode::versioned`: how a newer structure is shown
    bool             one_page = false;       ///< `decode::versioned`: a structure larger than a page is not read
    bool             zero_is_first = true;   ///< `decode::versioned`: size 0 in the structure stands for the size of its first version
    std::string_view name{};                 ///< `decode::bpf_attributes`: name of the union's member
};

/// What text shows in a special way, because strace does.
struct text_hints {
    /// Bytes: text shows all of them in hexadecimal. A `net_enumeration`: with numbers, text shows its bytes. See also `padded_hex`.
    bool hex = false;
    bool bare = false;              ///< pointer to a number: text puts no brackets around the number
    bool number_too = false;        ///< enumeration and flags: text shows the number and the name, "6 /* SYSLOG_ACTION_CONSOLE_OFF */"
    bool always_remarked = false;   ///< with `number_too`: text shows the name even if only numbers are wanted
    bool always_changed = false;    ///< pointer that is `changed`: text shows `before => after` even if nothing differs
    bool located = false;           ///< pointer: text shows the address in a comment after the target
    /// Bytes: they follow the known fields of a newer structure. A number: text shows it in a comment, after the field before it.
    bool surplus = false;
    bool sum = false;               ///< packed number: the slices are added, not or-ed
    annotation    annotated = annotation::each;     ///< packed number, flags of a result
    named_request only_named = named_request::no;   ///< argument of an ioctl(2) request; the value has the argument's bytes and its parts
    /// Structure: a time since 1970 whose second field has this many decimal digits; text shows the date in a comment. 0: no time.
    std::uint8_t  date_digits = 0;
    std::string_view counted{};     ///< pointer to an array: text shows its address and the number of these elements: "vars" in envp
    std::string_view macro{};       ///< packed number: the macro that makes it from its slices, `QCMD(Q_SYNC, USRQUOTA)`; structure: a macro in place of the braces
    std::string_view prefix{};      ///< flags of a result: text before the names
    std::string_view comment{};     ///< text shows it in a comment after the value
};

/// What a value is. Most rows use the types and templates of `as`, which set these members.
struct type {
    abi::shape     shape = abi::shape::integer;
    abi::width     width = abi::width::u32;
    abi::style     style = abi::style::decimal;
    abi::direction way   = abi::direction::in;
    /// Characters: not cut at the string limit (paths). Bytes: text, which shows a null byte at its end only in hexadecimal.
    /// `decode::first_few`: -v shows all elements.
    bool unlimited  = false;
    bool folded     = false;        ///< array: without -v, text only shows whether it is empty; pointer: without -v, it is not followed
    bool register_pair = false;     ///< a 64-bit argument, which i386 passes in two registers
    arch interface = arch::x86_64;  ///< call number: the interface that it belongs to
    std::uint32_t unit = 1;         ///< number that is not `style::decimal`: renderers show the number times this
    name_table const* names = nullptr;     ///< names of constants, flags, bits or array indices
    type const*       of = nullptr;        ///< pointer: type of the target; array: type of the elements; choice: type if no case fits; custom: first type of the decoder
    type const*       after = nullptr;     ///< pointer that is `inout`, `changed` or `reported`: type of the target at exit; custom: second type of the decoder
    type const*       failed = nullptr;    ///< pointer: type of the target at exit of a call that failed
    /// Bytes, array, structure and so on: how long it is. Choice: the number that selects the case. Descriptor: the argument that
    /// says which process it belongs to. Pointer: it is followed only if this is not 0.
    amount            length{};
    field const*       fields = nullptr;   ///< structure
    choice_case const* cases = nullptr;    ///< choice
    slice const*       slices = nullptr;   ///< packed number
    /// Number of fields, cases or slices. Signal set: its least size in bytes, 0: a word. Array and bytes: the greatest length, longer
    /// ones are not read, 0: no limit. Custom: as the decoder says.
    std::uint32_t      count = 0;
    std::array<std::uint16_t, 3> size{};   ///< structure: its size by data model; choice, custom and spelled: likewise if `align` is set
    std::array<std::uint8_t, 3>  align{};
    custom_code custom{};
    text_hints  text{};

    constexpr unsigned size_in(data_model m) const noexcept;
    constexpr unsigned align_in(data_model m) const noexcept;
};

/// A case of a choice: the number that selects it, and the type of the value then.
struct choice_case {
    std::uint64_t value = 0;
    type const*   as = nullptr;

    constexpr choice_case() = default;
    template <class Constant>
    constexpr choice_case(Constant v, type const& t) : value{static_cast<std::uint64_t>(v)}, as{&t} {}
};

/// A range of bits of a packed number.
struct slice {
    type const*      as = nullptr;
    std::uint64_t    mask = 0;         ///< its bits
    std::uint8_t     shift = 0;        ///< number of bits to the right of it
    bool             always = false;   ///< shown even if it is 0. The last slice is also shown if no other slice is.
    bool             after_names = false;   ///< text has no separator before it if the first slice is not 0 and has no name
    std::string_view name{};           ///< name of the slice in JSON, if its type has no names
    std::string_view behind{};         ///< a shift that text shows after the slice: "MAP_HUGE_SHIFT" for "<<MAP_HUGE_SHIFT"

    constexpr slice() = default;
    constexpr slice(type const& t, std::uint64_t bits, bool zero = false, std::string_view n = {}, unsigned by = 0,
                    std::string_view tail = {})
        : as{&t}, mask{bits}, shift{static_cast<std::uint8_t>(by)}, always{zero}, name{n}, behind{tail}
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
    return abi::size_of(width, m);
}

constexpr unsigned type::align_in(data_model m) const noexcept
{
    auto const at = static_cast<unsigned>(m);
    switch (traits_of(shape).aligned) {
    case alignment::by_width: break;
    case alignment::byte: return 1;
    case alignment::word: return abi::size_of(abi::width::word, m);
    case alignment::element: return of->align_in(m);
    case alignment::fields: return align[at];
    case alignment::given:
        if (align[at] != 0)
            return align[at];
    }
    return abi::align_of(width, m);
}

/// The row that names a constant of this type, or null.
constexpr named_value const* name_of(type const& as, std::uint64_t number) noexcept
{
    if (!as.names)
        return nullptr;
    auto const* row = as.names->find(number);
    // Constants of the int type are -1 and the like in a table, and 32 bits wide here.
    if (!row && as.width == width::u32 && number >> 31 == 1)
        row = as.names->find(number | 0xffffffff00000000);
    return row;
}

} // namespace cotrace::abi
