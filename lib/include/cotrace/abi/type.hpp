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

/// What a value means: the types of system call arguments and structures, as data.
///
/// A type says how a value lies in memory or in a register and what it is, so
/// that one capturing and a few rendering interpreters serve all of them. Types
/// are constants with static storage; they refer to each other by pointer, and
/// captured values refer to them. Rows are written with the words of
/// `cotrace::abi::as`, which are in `cotrace/abi/as.hpp`:
///
///     inline constexpr structure timespec{{{"tv_sec", as::time}, {"tv_nsec", as::long_unsigned}}};
///     {"nanosleep", {{"rqtp", as::in<timespec>}, {"rmtp", as::out<timespec>}}}
namespace cotrace::decode {
class capture;
}

namespace cotrace::abi {

/// How a number is written.
enum class style : std::uint8_t { decimal, unsigned_decimal, hex, octal };

/// When a pointer's target has a meaning.
enum class direction : std::uint8_t {
    in,        ///< read at entry
    out,       ///< read at exit, if the call did not fail
    inout,     ///< read at both; shown as at exit, and as at entry where the call failed
    changed,   ///< read at both; where they differ, text shows `before => after`
    remaining, ///< read at exit, if a signal interrupted the call (the rest of a sleep)
    reported,  ///< read at both; text shows the value at exit after the result
};

/// How a packed number is written where numbers and names are both asked for.
enum class annotation : std::uint8_t {
    each,      ///< slice by slice: `0x200 /* IPC_CREAT */|0600`
    whole,     ///< the number, and all names in one comment: `0x22 /* MAP_PRIVATE|MAP_ANONYMOUS */`
    nested,    ///< the number, and a comment that has the names slice by slice
};

/// What text shows of the argument of an ioctl(2) request that strace prints no more than the name of.
enum class named_request : std::uint8_t {
    no,        ///< the argument is decoded: text shows its meaning
    address,
    bytes,     ///< with -v, those in the direction and of the size that the request's number says; else the address
};

/// What is shown of the bytes after a structure for which the subject passed more bytes than cotrace knows.
enum class growth : std::uint8_t {
    bytes,         ///< those that are not all 0
    cut,           ///< that there are some that are not 0; a structure that is smaller than its first version is not looked at
    always_cut,    ///< that there are some
    silent,        ///< nothing
    zero_extended, ///< as `bytes`; a field of which only a part was passed is shown with zeros for the rest
    after_size,    ///< as `bytes`; where only the size can be read, that is shown
    partial,       ///< as `always_cut`; a field of which only a part was passed is shown with zeros for the rest
};

struct type;
struct field;
struct choice_case;
struct slice;

/// Decodes what rows cannot say: adds one value, made from the memory at `at`,
/// or from the number `at` where it is an argument itself. False: nothing could
/// be read there, and nothing was added.
using custom_decoder = bool (*)(decode::capture&, type const& self, std::string_view name, std::uint64_t at);

/// How a number that has a name is written, as with strace's -X.
enum class spelling : std::uint8_t { name, number, both };

/// Appends the name of a number that is in no table: `KERNEL_VERSION(6, 1, 0)`.
using speller = void (*)(std::string& to, type const& self, std::uint64_t number, spelling how);

/// The functions of a type that rows cannot describe, and what only they read.
struct custom_code {
    custom_decoder   decode = nullptr;       ///< makes a value of the shape `custom`
    speller          spell = nullptr;        ///< writes a number of the shape `spelled`
    growth           grows = growth::bytes;  ///< `decode::versioned`: what is shown of later versions
    bool             one_page = false;       ///< `decode::versioned`: a structure larger than a page is not decoded
    bool             zero_is_first = true;   ///< `decode::versioned`: a structure that says its size is 0 is of the first version
    std::string_view name{};                 ///< `decode::bpf_attributes`: the name of the union's member
};

/// What only text shows in a special way, because strace does.
struct text_hints {
    bool hex = false;               ///< bytes: all of them in hexadecimal; a number in network order: so where names are not wanted; a padded number: two digits more
    bool bare = false;              ///< pointer to a number: no brackets around the number
    bool number_too = false;        ///< enumeration, flags: the number, and the name in a comment: 6 /* SYSLOG_ACTION_CONSOLE_OFF */
    bool always_remarked = false;   ///< with `number_too`: the comment stands there even where only numbers are asked for
    bool always_changed = false;    ///< pointer that is `changed`: shown twice where the call returned other than 0, even if nothing differs
    bool located = false;           ///< pointer: a comment after the target has the address
    bool surplus = false;           ///< bytes: those after the known part of a structure; integer: a comment after the field before it
    bool sum = false;               ///< packed number: its slices are added, not or-ed
    annotation    annotated = annotation::each;     ///< packed number, flags of a result
    named_request only_named = named_request::no;   ///< argument; the captured value has its bytes beside its meaning
    std::uint8_t  date_digits = 0;  ///< structure: it is a time since 1970 with so many digits in its fraction, and a comment has the date
    std::string_view counted{};     ///< pointer to an array: shown without -v as the address and the number of these: "vars" for envp
    std::string_view macro{};       ///< structure, packed number: the macro that makes it of its parts, `QCMD(Q_SYNC, USRQUOTA)`
    std::string_view prefix{};      ///< flags of a result: the word before the names
    std::string_view comment{};     ///< a comment after the value
};

/// What a value means. Made by the words of `as`, and by designated initialisers where no word fits.
struct type {
    abi::shape     shape = abi::shape::integer;
    abi::width     width = abi::width::u32;
    abi::style     style = abi::style::decimal;
    abi::direction way   = abi::direction::in;
    bool unlimited  = false;        ///< characters: not cut at the string limit (paths); bytes: a null byte at their end is not shown; `decode::first_few`: -v shows all
    bool folded     = false;        ///< array: without -v only whether it is empty; pointer: without -v it is not followed
    bool register_pair = false;     ///< a 64-bit argument, which i386 passes in two registers
    arch interface = arch::x86_64;  ///< call number: the interface that it is a number of
    std::uint32_t unit = 1;         ///< number that is not `style::decimal`: it counts units of this size
    name_table const* names = nullptr;
    type const*       of = nullptr;        ///< target of a pointer, element of an array, choice if no case fits; a custom decoder's first type
    type const*       after = nullptr;     ///< pointer that is read at entry and exit: the target at exit; a custom decoder's second type
    type const*       failed = nullptr;    ///< pointer: the target after a call that failed
    amount            length{};            ///< bytes, arrays and sets: how long; pointer: followed only if this is not 0; choice: the number that chooses; fd: the process that it belongs to, or the pidfd of that
    field const*       fields = nullptr;   ///< structure
    choice_case const* cases = nullptr;    ///< choice
    slice const*       slices = nullptr;   ///< packed number
    std::uint32_t      count = 0;          ///< number of fields, cases or slices; arrays and bytes: how many there are at most, 0 for no limit; signal set: bytes that it has at least, 0 for a word; custom: as its decoder says
    std::array<std::uint16_t, 3> size{};   ///< structure: by data model; a type that is decided while decoding, and `spelled`: its size if `align` is set
    std::array<std::uint8_t, 3>  align{};
    custom_code custom{};
    text_hints  text{};

    constexpr unsigned size_in(data_model m) const noexcept;
    constexpr unsigned align_in(data_model m) const noexcept;
};

/// One alternative of a choice: the value that chooses it, and the type that it has then.
struct choice_case {
    std::uint64_t value = 0;
    type const*   as = nullptr;

    constexpr choice_case() = default;
    template <class Constant>
    constexpr choice_case(Constant v, type const& t) : value{static_cast<std::uint64_t>(v)}, as{&t} {}
};

/// One of several numbers in a packed number.
struct slice {
    type const*      as = nullptr;
    std::uint64_t    mask = 0;         ///< its bits
    std::uint8_t     shift = 0;        ///< the number of bits on their right
    bool             always = false;   ///< shown even if it is 0; the last one is, where there is no other
    bool             after_names = false;   ///< nothing stands between it and a first slice that has no name
    std::string_view name{};           ///< the name of the member in JSON, for a slice that is a number
    std::string_view behind{};         ///< the shift as text shows it: "<<MAP_HUGE_SHIFT"

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

/// The name of a constant of this type, or null.
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
