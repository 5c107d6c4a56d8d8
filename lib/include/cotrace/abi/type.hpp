// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/arch.hpp>
#include <cotrace/abi/named_values.hpp>

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
/// them. Rows of tables are written with the types and templates of `cotrace::abi::as`:
///
///     inline constexpr structure timespec{{{"tv_sec", as::time}, {"tv_nsec", as::long_unsigned}}};
///     {"nanosleep", {{"rqtp", as::in<timespec>}, {"rmtp", as::out<timespec>}}}
namespace cotrace::decode {
class capture;
}

namespace cotrace::abi {

/// The memory layout of an interface: i386 aligns 64-bit integers to 4 bytes; x32 has
/// pointers of 32 bits, but its kernel `long` has 64 bits.
enum class data_model : std::uint8_t { lp64, ilp32, x32 };

constexpr data_model model_of(arch a) noexcept
{
    return a == arch::i386 ? data_model::ilp32 : a == arch::x32 ? data_model::x32 : data_model::lp64;
}

/// The size of a number in memory, or how many bytes of a register are used.
enum class width : std::uint8_t {
    u8   = 1,
    u16  = 2,
    u32  = 4,
    u64  = 8,
    klong,      ///< `__kernel_long_t`: 8 bytes, 4 on i386, 8 on x32
    old_dev,    ///< `__kernel_old_dev_t`: 8 bytes, 2 on i386 and x32
    word,       ///< pointers, `size_t`, and `long` in compat structures: 8 bytes, 4 on i386, 4 on x32
};

constexpr unsigned size_of(width w, data_model m) noexcept
{
    if (w == width::klong)
        return m == data_model::ilp32 ? 4 : 8;
    if (w == width::word)
        return m == data_model::lp64 ? 8 : 4;
    if (w == width::old_dev)
        return m == data_model::lp64 ? 8 : 2;
    return static_cast<unsigned>(w);
}

constexpr unsigned align_of(width w, data_model m) noexcept
{
    auto const size = size_of(w, m);
    return size == 8 && m == data_model::ilp32 ? 4 : size;
}

/// The kind of a value.
enum class shape : std::uint8_t {
    // One number.
    integer,          ///< a number, written in `style`
    enumeration,      ///< one of `names`
    flags,            ///< or-ed `names`
    address,          ///< a pointer whose target is not read
    fd,
    dirfd,            ///< an fd that may be AT_FDCWD
    user_id,          ///< a uid or gid; all ones is -1
    process_id,
    process_group,    ///< the id of a process group or session; not a process id, though often equal to one
    permissions,      ///< a mode without file type: 0644
    file_mode,        ///< a mode with file type: S_IFREG|0644
    device,           ///< a device number in the kernel's own packing: makedev(0x8, 0x1)
    signal,           ///< a signal number
    error,            ///< an errno
    kernel_result,    ///< a result of the kernel: a number, or -errno
    clock,            ///< a clockid_t; negative ids stand for clocks of a process or of a descriptor
    time,             ///< seconds since 1970 (a comment in verbose text)
    ioctl_request,
    port,             ///< 16 bits in network order
    inet4,            ///< 4 bytes in network order
    net32,            ///< a number of 32 bits in network order
    wake_operation,   ///< the operation of FUTEX_WAKE_OP, packed into 32 bits; see futex(2)
    wait_status,      ///< as wait4(2) fills it
    padded_hex,       ///< hexadecimal with leading zeros: two characters for each byte, in which "0x" counts unless `hex_text` is set
    character,        ///< a byte of text: 'a'
    resource_limit,   ///< a limit of setrlimit(2); all ones is infinity
    clock_ticks,      ///< 100 ticks are one second (a comment in text)
    packed,           ///< several numbers in one, its `slices`: IPC_CREAT|0600
    offset,           ///< an offset: the last row of `names` that is not greater, and the difference
    call_number,      ///< the number of a system call of the interface (`arch`) that `count` holds
    net_enumeration,  ///< 16 bits in network order, one of `names`: htons(ETH_P_IP)
    net64,            ///< a number of 64 bits in network order
    bluetooth_number, ///< 16 bits, little-endian: one of `names`, or the start of a range in `of->names` and the difference
    interface_index,  ///< index of a network interface; the value's bytes are its name, if it has one
    known_name,       ///< a number that has a name on the running system only; the value's bytes are the name
    two_bytes,        ///< the high byte is one of `names`, the low byte is of type `of`
    attribute_type,   ///< type of a netlink attribute: one of `names`, and two flags in the highest bits
    port_range,       ///< two ports: the first in the low 16 bits, the last in the high 16 bits
    spelled,          ///< a number that the function `spell` writes

    // Memory.
    pointer,          ///< to a value of type `of`, which is read at entry, exit or both as `way` says
    named_bits,       ///< 32 bits, each with a name in `names`; if more than 16 are set, text shows those that are not
    characters,       ///< a string up to a null byte; cut at the string limit unless `unlimited`
    bytes,            ///< `length` bytes
    array,            ///< `length` elements of type `of`; without a length up to a null element; `names` are the names of its indices
    structure,        ///< `fields`
    signal_set,       ///< a sigset_t of `length` bytes
    fd_set,           ///< one bit for each descriptor; `length` is the number of bits
    cpu_set,          ///< one bit for each CPU, in `length` bytes
    unix_path,        ///< sun_path: a string, or a null byte and the bytes of an abstract name
    inet6,            ///< an IPv6 address of 16 bytes
    uuid,             ///< 16 bytes
    bit_names,        ///< one bit for each of `names`, in whole words
    signal_info,      ///< siginfo_t; the cause of the signal decides which members are valid
    hardware_address, ///< bytes of a link layer address: 00:11:22:33:44:55
    ax25_address,     ///< 7 bytes: a call sign of amateur radio, shifted left by one

    // Decided while decoding.
    choice,           ///< one of `cases`, selected by the number that `length` describes; `of` if no case has that number
    custom,           ///< the function `decode` decodes it
    nothing,          ///< no value: an argument of this type is left out
};

/// The base and the sign of a number in text.
enum class style : std::uint8_t { decimal, unsigned_decimal, hex, octal };

/// How text shows a packed number when both numbers and names are wanted (-X verbose).
enum class annotation : std::uint8_t {
    each,      ///< each slice with its own comment: `0x200 /* IPC_CREAT */|0600`
    whole,     ///< the whole number, and the names of all slices in one comment: `0x22 /* MAP_PRIVATE|MAP_ANONYMOUS */`
    nested,    ///< the whole number, and in its comment each slice as with `each`
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

/// For the argument of an ioctl(2) request of which strace prints only the name: what text shows of the argument.
enum class named_request : std::uint8_t {
    no,        ///< not such an argument: text shows the decoded value
    address,   ///< its address
    bytes,     ///< with -v its bytes, in the direction and of the size that the request's number has; otherwise its address
};

/// When the target of a pointer is read.
enum class direction : std::uint8_t {
    in,        ///< at entry
    out,       ///< at exit, if the call did not fail
    inout,     ///< at entry and exit; text shows the value at exit, or the value at entry if the call failed
    changed,   ///< at entry and exit; if both differ, text shows `before => after`
    remaining, ///< at exit, if a signal interrupted the call (the time that remains of a sleep)
    reported,  ///< at entry and exit; text shows the value at entry as the argument, and the value at exit after the result
};

/// Where a length, a count or the number that selects a case comes from.
enum class source : std::uint8_t {
    none,
    constant,
    argument,      ///< the value of an argument
    pointee,       ///< a 32-bit number that an argument points to, read when the amount is needed
    field,         ///< a field of the same structure
    returned,      ///< the return value of the call
};

/// A length, a count or a selecting number, and how it is computed: `((number & mask) >> shift) * unit + more`.
struct amount {
    source        from = source::none;
    std::uint8_t  index = 0;               ///< which argument or field
    bool          within_return = false;   ///< limited by the return value; all values with this limit share the return value (readv)
    std::uint32_t unit = 1;                ///< bytes, or elements, for each unit of the number
    /// `constant`: the number. `pointee`: its distance in bytes from the address. Otherwise the number of elements or bytes that a
    /// structure has room for; 0: they follow the structure.
    std::uint64_t value = 0;
    std::uint64_t mask = ~std::uint64_t{0};
    std::uint8_t  shift = 0;
    std::uint8_t  more = 0;
    bool          is_signed = false;       ///< the number is signed, and a negative number means that there are no elements
    std::int8_t   left_over = -1;          ///< index of a field, a signed number, that is subtracted: bytes that were not transferred

    friend constexpr bool operator==(amount const&, amount const&) = default;
};

// Not consteval: clang 16 swaps the last two bytes of the object that a consteval
// function returns, where the function is called at run time.

/// The constant `n`.
constexpr amount exactly(std::uint64_t n) { return {.from = source::constant, .value = n}; }
/// The value of argument `index`; the first is 0.
constexpr amount argument(unsigned index, std::uint64_t mask = ~std::uint64_t{0})
{
    return {.from = source::argument, .index = static_cast<std::uint8_t>(index), .mask = mask};
}
/// The 32-bit number at the address in argument `index`, or `offset` bytes after that address.
constexpr amount pointee(unsigned index, std::uint64_t offset = 0, std::uint64_t mask = ~std::uint64_t{0})
{
    return {.from = source::pointee, .index = static_cast<std::uint8_t>(index), .value = offset, .mask = mask};
}
/// The value of field `index` of the same structure, in the order of `field::place`; the first is 0.
constexpr amount member(unsigned index, std::uint64_t mask = ~std::uint64_t{0})
{
    return {.from = source::field, .index = static_cast<std::uint8_t>(index), .mask = mask};
}
/// The amount `a` of elements in a structure that has room for `room` of them. Without `up_to`, they follow the structure.
constexpr amount up_to(amount a, std::uint64_t room)
{
    a.value = room;
    return a;
}
/// The amount `a`, which is a signed number; a negative number means that there are no elements.
consteval amount not_negative(amount a)
{
    a.is_signed = true;
    return a;
}
/// The amount `a`, plus `n`.
constexpr amount plus(amount a, unsigned n)
{
    a.more = static_cast<std::uint8_t>(n);
    return a;
}
/// The amount `a`, minus the value of field `index`, if that is not negative and not greater than `a`.
constexpr amount less(amount a, unsigned index)
{
    a.left_over = static_cast<std::int8_t>(index);
    return a;
}
/// The size in bytes that an ioctl(2) request has in its number (_IOC_SIZE).
constexpr amount request_size() { return {.from = source::argument, .index = 1, .mask = 0x3fff0000, .shift = 16}; }
/// The return value of the call.
constexpr amount returned() { return {.from = source::returned}; }
/// The amount `a`, times `size` bytes or elements.
constexpr amount times(amount a, std::uint32_t size)
{
    a.unit = size;
    return a;
}
/// The amount `a`, limited by the return value. All values with this limit share the return value.
constexpr amount within_return(amount a)
{
    a.within_return = true;
    return a;
}

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

/// What a value is. Most rows use the types and templates of `as`, which set these members.
struct type {
    abi::shape     shape = abi::shape::integer;
    abi::width     width = abi::width::u32;
    abi::style     style = abi::style::decimal;
    abi::direction way   = abi::direction::in;
    bool unlimited  = false;   ///< characters: not cut at the string limit (paths)
    /// Bytes: text shows all of them in hexadecimal. A `net_enumeration`: with numbers, text shows its bytes. See also `padded_hex`.
    bool hex_text   = false;
    bool folded     = false;   ///< array: without -v, text only shows whether it is empty; pointer: without -v, it is not followed
    bool bare       = false;   ///< pointer to a number: text puts no brackets around the number
    bool register_pair = false;   ///< a 64-bit argument, which i386 passes in two registers
    bool number_too = false;      ///< enumeration and flags: text shows the number and the name, "6 /* SYSLOG_ACTION_CONSOLE_OFF */"
    bool always_remarked = false; ///< with `number_too`: text shows the name even if only numbers are wanted
    bool always_changed = false;  ///< pointer that is `changed`: text shows `before => after` even if nothing differs
    bool located = false;         ///< pointer: text shows the address in a comment after the target
    bool one_page = false;        ///< structure whose size the subject passes: a structure larger than a page is not read
    /// Bytes: they follow the known fields of a newer structure. A number: text shows it in a comment, after the field before it.
    bool surplus = false;
    named_request only_named = named_request::no;   ///< argument of an ioctl(2) request; the value has the argument's bytes and its parts
    annotation annotated = annotation::each;   ///< packed number
    growth     grows     = growth::bytes;      ///< structure whose size the subject passes
    bool       zero_is_first = true;           ///< structure with a size field: size 0 stands for the size of its first version
    /// Structure: a time since 1970 whose second field has this many decimal digits; text shows the date in a comment. 0: no time.
    std::uint8_t moment = 0;
    std::string_view counted{};   ///< pointer to an array: text shows its address and the number of these elements: "vars" in envp
    /// Packed number: the macro that makes it from its slices, `QCMD(Q_SYNC, USRQUOTA)`, or "+" if the slices are added. Flags of a
    /// result: text before the names. Structure: a macro in place of the braces.
    std::string_view macro{};
    bool remarked = false;   ///< as `number_too`, for names that no header of the kernel has; strace shows these in a comment
    name_table const* names = nullptr;     ///< names of constants, flags, bits or array indices
    type const*       of = nullptr;        ///< pointer: type of the target; array: type of the elements; choice: type if no case fits
    type const*       after = nullptr;     ///< pointer that is `inout`, `changed` or `reported`: type of the target at exit
    type const*       failed = nullptr;    ///< pointer: type of the target at exit of a call that failed
    /// Bytes, array, structure and so on: how long it is. Choice: the number that selects the case. Number in hexadecimal: text shows
    /// the number times `unit`. Descriptor: the argument that says which process it belongs to. Pointer: it is followed only if this
    /// is not 0.
    amount            length{};
    field const*       fields = nullptr;   ///< structure
    choice_case const* cases = nullptr;    ///< choice
    slice const*       slices = nullptr;   ///< packed number
    /// Number of fields, cases or slices. Signal set: its least size in bytes, 0: a word. Array and bytes: the greatest length, longer
    /// ones are not read, 0: no limit.
    std::uint32_t      count = 0;
    std::array<std::uint16_t, 3> size{};   ///< structure: its size by data model; choice, custom and spelled: likewise if `align` is set
    std::array<std::uint8_t, 3>  align{};
    custom_decoder decode = nullptr;       ///< custom
    speller        spell = nullptr;        ///< spelled
    std::string_view comment{};  ///< text shows it in a comment after the value

    constexpr unsigned size_in(data_model m) const noexcept;
    constexpr unsigned align_in(data_model m) const noexcept;
};

/// When a field is shown.
enum class shown : std::uint8_t {
    always,
    verbose,    ///< only with -v; without -v the structure ends with "..."
    verbose_or, ///< only with -v, or if its condition holds
    elided,     ///< only with -v; without -v text shows one "..." in place of it and of neighbours that are `elided`
    nonzero,    ///< only if the field, or a part of it, is not 0
    together,   ///< only if any field of the structure that is `together` is not 0
    exit,       ///< only captured at exit; text shows it only in notes on the result, see `note`
    changed,    ///< always; at exit, text shows `before => after` if the value differs from that at entry
    replaced,   ///< always; at exit, text shows `before => after` even if nothing differs
    restated,   ///< as `changed`, but text repeats the name: `features=0 => features=UFFD_FEATURE_EVENT_FORK`
    filled_in,  ///< field of a structure at exit: only if it was 0 at entry
    unnamed,    ///< always; text leaves its name out
    never,      ///< padding, and fields that only other fields refer to
};

/// A condition on another member: the field is present only if (member & mask) == value, or, if `holds` is false, only if not.
struct condition {
    static constexpr std::int8_t passed = -2;   ///< as `member`: the number of bytes of the structure that the subject passed

    std::int8_t   member = -1;   ///< index of the member, in the order of `field::place`; -1: no condition
    bool          holds = true;
    std::uint32_t mask = 0;
    std::uint32_t value = 0;
    bool          at_least = false;   ///< the condition is (member & mask) >= value instead

    /// Whether both conditions compare one and the same member with a number.
    constexpr bool same_member(condition const& other) const noexcept
    {
        constexpr std::uint32_t whole = 0xffffffff;
        return member >= 0 && member == other.member && holds && other.holds && mask == whole && other.mask == whole
            && !at_least && !other.at_least;
    }
};

/// The field is present only if member `member` is at least `n`, such as the size of the structure.
constexpr condition at_least(int member, std::uint32_t n)
{
    return {static_cast<std::int8_t>(member), true, 0xffffffff, n, true};
}
/// The field is present only if the subject passed at least this number of bytes of the structure. For fields of later versions.
constexpr condition if_passed(std::uint32_t bytes) { return at_least(condition::passed, bytes); }

/// A field of a structure. The C layout rules of each data model give its offsets.
struct field {
    std::string_view name;
    type const*      as = nullptr;
    shown            when = shown::always;
    std::uint8_t     place = 0;      ///< position in text; fields of equal positions stay in the order of memory
    condition        only{};
    std::array<std::uint16_t, 3> offset{};

    constexpr field() = default;
    constexpr field(std::string_view n, type const& t, shown w = shown::always, unsigned p = 0, condition c = {})
        : name{n}, as{&t}, when{w}, place{static_cast<std::uint8_t>(p)}, only{c}
    {
    }
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
    switch (shape) {
    case abi::shape::structure: return size[static_cast<unsigned>(m)];
    case abi::shape::array: return of->size_in(m) * static_cast<unsigned>(length.value);
    case abi::shape::bytes:
    case abi::shape::characters:
    case abi::shape::unix_path:
    case abi::shape::signal_set: return static_cast<unsigned>(length.value);
    case abi::shape::inet6:
    case abi::shape::uuid: return 16;
    case abi::shape::signal_info: return 128;
    case abi::shape::ax25_address: return 7;
    case abi::shape::hardware_address: return static_cast<unsigned>(length.value);
    case abi::shape::inet4: return 4;
    case abi::shape::port: return 2;
    case abi::shape::pointer:
    case abi::shape::address: return abi::size_of(width, m);
    case abi::shape::choice:
    case abi::shape::custom:
    case abi::shape::spelled: return align[static_cast<unsigned>(m)] ? size[static_cast<unsigned>(m)] : abi::size_of(width, m);
    default: return abi::size_of(width, m);
    }
}

constexpr unsigned type::align_in(data_model m) const noexcept
{
    switch (shape) {
    case abi::shape::structure: return align[static_cast<unsigned>(m)];
    case abi::shape::array: return of->align_in(m);
    case abi::shape::bytes:
    case abi::shape::characters:
    case abi::shape::unix_path:
    case abi::shape::hardware_address:
    case abi::shape::ax25_address:
    case abi::shape::inet6:
    case abi::shape::uuid: return 1;
    case abi::shape::signal_set: return abi::size_of(abi::width::word, m);
    case abi::shape::choice:
    case abi::shape::custom:
    case abi::shape::spelled: return align[static_cast<unsigned>(m)] ? align[static_cast<unsigned>(m)] : abi::align_of(width, m);
    default: return abi::align_of(width, m);
    }
}

/// How the fields of a structure are laid out: as in C, all at offset 0 (a union), or
/// without padding.
enum class layout : std::uint8_t { natural, overlaid, packed };

/// Size in bytes of the largest structure that can be captured, and of the buffers for structures.
inline constexpr unsigned largest_structure = 4096;

/// A structure whose fields are laid out as a C compiler of each data model does.
/// Fields are listed in the order of memory. They are stored, indexed and shown in the
/// order of their `place`. Successive fields whose conditions compare one member with
/// different numbers are the alternatives of a union, and have one offset.
/// An optional `length` says how many bytes of the structure the subject passed.
template <std::size_t N>
struct structure : type {
    field storage[N]{};

    constexpr explicit structure(field const (&list)[N], amount passed = {}, layout how = layout::natural, unsigned digits = 0,
                                 std::string_view made_by = {})
    {
        macro = made_by;
        moment = static_cast<std::uint8_t>(digits);
        shape = abi::shape::structure;
        length = passed;
        for (std::size_t i = 0; i < N; ++i)
            storage[i] = list[i];
        for (auto m : {data_model::lp64, data_model::ilp32, data_model::x32})
            lay_out(m, how);
        arrange();
        fields = storage;
        count = N;
    }
    structure(structure const&) = delete;   // a copy would point into the original

private:
    constexpr void arrange()
    {
        for (std::size_t i = 1; i < N; ++i)
            for (std::size_t j = i; j > 0 && storage[j].place < storage[j - 1].place; --j) {
                auto const lower = storage[j];
                storage[j] = storage[j - 1];
                storage[j - 1] = lower;
            }
    }

    constexpr void lay_out(data_model m, layout how)
    {
        auto const at = static_cast<unsigned>(m);
        unsigned end = 0, widest = 1, size_so_far = 0, side = 0;
        for (std::size_t i = 0; i < N; ++i) {
            auto& part = storage[i];
            if (i == 0 || !part.only.same_member(storage[i - 1].only))
                side = end;
            else if (part.only.value != storage[i - 1].only.value)
                end = side;
            auto const alignment = how == layout::packed ? 1 : part.as->align_in(m);
            auto const begin = how == layout::overlaid ? 0 : (end + alignment - 1) / alignment * alignment;
            part.offset[at] = static_cast<std::uint16_t>(begin);
            end = begin + part.as->size_in(m);
            size_so_far = end > size_so_far ? end : size_so_far;
            widest = alignment > widest ? alignment : widest;
        }
        if (size_so_far > largest_structure)
            throw "a structure is too large to be captured in one piece";
        size[at] = static_cast<std::uint16_t>((size_so_far + widest - 1) / widest * widest);
        align[at] = static_cast<std::uint8_t>(widest);
    }
};

/// The types that rows are written with. Template arguments are types or tables with static
/// storage, because a type refers to them by pointer.
namespace as {

consteval type number(style s, width w) { return {.width = w, .style = s}; }
consteval type simple(shape s, width w) { return {.shape = s, .width = w}; }

// Numbers.
inline constexpr type integer       = number(style::decimal, width::u32);
inline constexpr type int8          = number(style::decimal, width::u8);
inline constexpr type int16         = number(style::decimal, width::u16);
inline constexpr type int64         = number(style::decimal, width::u64);
inline constexpr type uint8         = number(style::unsigned_decimal, width::u8);
inline constexpr type uint16        = number(style::unsigned_decimal, width::u16);
inline constexpr type uint32        = number(style::unsigned_decimal, width::u32);
inline constexpr type uint64        = number(style::unsigned_decimal, width::u64);
inline constexpr type hex8          = number(style::hex, width::u8);
inline constexpr type hex16         = number(style::hex, width::u16);
inline constexpr type hex32         = number(style::hex, width::u32);
inline constexpr type hex64         = number(style::hex, width::u64);
inline constexpr type octal         = number(style::octal, width::u32);
inline constexpr type octal64       = number(style::octal, width::u64);
inline constexpr type long_signed   = number(style::decimal, width::klong);
inline constexpr type long_unsigned = number(style::unsigned_decimal, width::klong);
inline constexpr type long_hex      = number(style::hex, width::klong);
inline constexpr type size          = number(style::unsigned_decimal, width::word);   ///< size_t
inline constexpr type ssize         = number(style::decimal, width::word);
inline constexpr type word_hex      = number(style::hex, width::word);

/// A 64-bit argument (a file offset), which i386 passes in two registers, the low half first.
inline constexpr type pair_signed   = {.width = width::u64, .style = style::decimal, .register_pair = true};
inline constexpr type pair_unsigned = {.width = width::u64, .style = style::unsigned_decimal, .register_pair = true};
inline constexpr type pair_hex      = {.width = width::u64, .style = style::hex, .register_pair = true};

// Numbers with a meaning.
inline constexpr type address     = simple(shape::address, width::word);
inline constexpr type fd          = simple(shape::fd, width::u32);
inline constexpr type dirfd       = simple(shape::dirfd, width::u32);
/// A descriptor of another process: argument `Index` is the id of that process (`fd_of`), or a pidfd of it (`fd_behind`).
template <unsigned Index> inline constexpr type fd_of    = {.shape = shape::fd, .length = argument(Index)};
template <unsigned Index> inline constexpr type fd_behind = {.shape = shape::fd, .length = pointee(Index)};
inline constexpr type user_id     = simple(shape::user_id, width::u32);
inline constexpr type user_id16   = simple(shape::user_id, width::u16);
inline constexpr type process_id  = simple(shape::process_id, width::u32);
inline constexpr type process_group = simple(shape::process_group, width::u32);
inline constexpr type permissions = simple(shape::permissions, width::u32);
inline constexpr type permissions16 = simple(shape::permissions, width::u16);
inline constexpr type file_mode   = simple(shape::file_mode, width::u32);
inline constexpr type file_mode16 = simple(shape::file_mode, width::u16);
inline constexpr type device      = simple(shape::device, width::u32);
inline constexpr type device64    = simple(shape::device, width::u64);
inline constexpr type device_long = simple(shape::device, width::klong);
inline constexpr type signal      = simple(shape::signal, width::u32);
inline constexpr type error       = simple(shape::error, width::u32);
inline constexpr type kernel_result = {.shape = shape::kernel_result, .width = width::u32, .style = style::decimal};
inline constexpr type clock       = simple(shape::clock, width::u32);
inline constexpr type time        = simple(shape::time, width::klong);
inline constexpr type time32      = simple(shape::time, width::u32);
inline constexpr type time64      = simple(shape::time, width::u64);
inline constexpr type ioctl_request = simple(shape::ioctl_request, width::u32);
inline constexpr type port        = simple(shape::port, width::u16);
inline constexpr type inet4       = simple(shape::inet4, width::u32);
inline constexpr type net32       = {.shape = shape::net32, .width = width::u32, .style = style::unsigned_decimal};
inline constexpr type net32_hex   = {.shape = shape::net32, .width = width::u32, .style = style::hex};
inline constexpr type net64       = simple(shape::net64, width::u64);
inline constexpr type inet6       = {.shape = shape::inet6};
inline constexpr type interface_index = simple(shape::interface_index, width::u32);
inline constexpr type ax25_address = {.shape = shape::ax25_address};
inline constexpr type uuid        = {.shape = shape::uuid};
inline constexpr type signal_info = {.shape = shape::signal_info};
inline constexpr type clock_ticks = {.shape = shape::clock_ticks, .width = width::klong, .style = style::unsigned_decimal};
inline constexpr type wake_operation = simple(shape::wake_operation, width::u32);
inline constexpr type character   = simple(shape::character, width::u8);
inline constexpr type wait_status = simple(shape::wait_status, width::u32);
inline constexpr type nothing     = {.shape = shape::nothing};

/// One of a table's names; a value without a name is written in hexadecimal. `W` is its width.
template <auto const& Table, width W = width::u32>
inline constexpr type one_of = {.shape = shape::enumeration, .width = W, .style = style::hex, .names = &Table};
/// One of a table's names; a value without a name is written in decimal.
template <auto const& Table, width W = width::u32>
inline constexpr type one_of_decimal = {.shape = shape::enumeration, .width = W, .style = style::decimal, .names = &Table};
/// One of a table's names; a value without a name is written in unsigned decimal.
template <auto const& Table, width W = width::u32>
inline constexpr type one_of_unsigned = {.shape = shape::enumeration, .width = W, .style = style::unsigned_decimal, .names = &Table};
/// One of a table's names, 16 bits in network order.
template <auto const& Table>
inline constexpr type net_one_of = {.shape = shape::net_enumeration, .width = width::u16, .style = style::hex, .names = &Table};
/// One of a table's names, which text shows in a comment after the number, because no header of the kernel has the names.
template <auto const& Table, width W = width::u32, style S = style::hex>
inline constexpr type remarked_one_of = {.shape = shape::enumeration, .width = W, .style = S, .remarked = true, .names = &Table};
/// Or-ed names of a table.
template <auto const& Table, width W = width::u32>
inline constexpr type flags = {.shape = shape::flags, .width = W, .style = style::hex, .names = &Table};

/// One of a table's names; text shows the number and the name.
template <auto const& Table, style S = style::decimal, width W = width::u32>
inline constexpr type remarked = {.shape = shape::enumeration, .width = W, .style = S, .number_too = true, .names = &Table};
/// Several numbers in one, or-ed together.
template <auto const& Slices, width W = width::u32, annotation A = annotation::each>
inline constexpr type packed = {.shape = shape::packed, .width = W, .style = style::hex, .annotated = A, .slices = Slices,
                                .count = static_cast<std::uint32_t>(std::size(Slices))};
/// Several numbers in one, which the macro of this name makes from them.
template <auto const& Slices, auto const& Macro, annotation A = annotation::whole, width W = width::u32, style S = style::unsigned_decimal>
inline constexpr type made_by = {.shape = shape::packed, .width = W, .style = S, .annotated = A, .macro = Macro,
                                 .slices = Slices, .count = static_cast<std::uint32_t>(std::size(Slices))};
/// Or-ed names of a table, which text shows in a comment after the number, because no header of the kernel has the names.
template <auto const& Table, width W = width::u32>
inline constexpr type remarked_flags = {.shape = shape::flags, .width = W, .style = style::hex, .remarked = true, .names = &Table};

/// A number that a function spells. With `style::hex`, text shows the spelling as it shows names of constants; with
/// `style::decimal`, always; with `style::unsigned_decimal`, the spelling only explains the number.
template <speller Spell, width W = width::u32, style S = style::hex>
inline constexpr type spelled = {.shape = shape::spelled, .width = W, .style = S, .spell = Spell};

// Pointers. The target is read at entry (`in`), at exit (`out`), or at both (`inout`, `changed`); see `direction`.
template <auto const& Of> inline constexpr type in      = {.shape = shape::pointer, .width = width::word, .way = direction::in, .of = &Of};
template <auto const& Of> inline constexpr type out     = {.shape = shape::pointer, .width = width::word, .way = direction::out, .of = &Of};
/// The call writes the target only if it returns a value other than 0.
template <auto const& Of> inline constexpr type out_if_returned = {.shape = shape::pointer, .width = width::word, .way = direction::out, .of = &Of, .length = returned()};
/// An `inout` pointer; if the call failed, the target is of type `Failed`.
template <auto const& Of, auto const& Failed> inline constexpr type inout_or = {.shape = shape::pointer, .width = width::word, .way = direction::inout, .of = &Of, .failed = &Failed};
/// Read at entry; if the call failed, text shows only the address, because strace reads the target at exit.
template <auto const& Of> inline constexpr type in_unless_failed = {.shape = shape::pointer, .width = width::word, .way = direction::inout, .of = &Of, .failed = &nothing};
/// An `out` pointer that is also read if the call failed: then the target is of type `Failed`.
template <auto const& Of, auto const& Failed> inline constexpr type out_or = {.shape = shape::pointer, .width = width::word, .way = direction::out, .of = &Of, .failed = &Failed};
template <auto const& Of> inline constexpr type inout   = {.shape = shape::pointer, .width = width::word, .way = direction::inout, .of = &Of};
template <auto const& Of> inline constexpr type remaining = {.shape = shape::pointer, .width = width::word, .way = direction::remaining, .of = &Of};
/// An `inout` pointer; at exit the target is of type `After`.
template <auto const& Of, auto const& After> inline constexpr type completed = {.shape = shape::pointer, .width = width::word, .way = direction::inout, .of = &Of, .after = &After};
/// A `changed` pointer; at exit the target is of type `After`.
template <auto const& Of, auto const& After> inline constexpr type replaced = {.shape = shape::pointer, .width = width::word, .way = direction::changed, .of = &Of, .after = &After};
/// Text shows the target at entry as the argument, and the target at exit, of type `After`, after the result.
template <auto const& Of, auto const& After> inline constexpr type reported = {.shape = shape::pointer, .width = width::word, .way = direction::reported, .of = &Of, .after = &After};
template <auto const& Of> inline constexpr type changed = {.shape = shape::pointer, .width = width::word, .way = direction::changed, .of = &Of};
/// A pointer to an array that is read at entry; text shows only the number of elements, `0x7ffd… /* 23 vars */`.
template <auto const& Of> inline constexpr type in_counted = {.shape = shape::pointer, .width = width::word, .counted = "vars", .of = &Of};

// Strings and bytes. In a structure they are part of the structure; as an argument they need a pointer to them.
inline constexpr type characters      = {.shape = shape::characters};
inline constexpr type path_characters = {.shape = shape::characters, .unlimited = true};
/// A string in `N` bytes of a structure, up to the first null byte.
template <std::uint64_t N> inline constexpr type characters_in = {.shape = shape::characters, .length = exactly(N)};
template <amount Length> inline constexpr type bytes = {.shape = shape::bytes, .length = Length};
inline constexpr type path   = in<path_characters>;
inline constexpr type string = in<characters>;
/// The buffer of a call that reads it: `Length` bytes, at entry. `out_bytes`: the buffer of a call that fills it, of the returned size.
template <amount Length> inline constexpr type in_bytes = in<bytes<Length>>;
inline constexpr type out_bytes = out<bytes<returned()>>;
template <amount Length> inline constexpr type hex_bytes = {.shape = shape::bytes, .hex_text = true, .length = Length};

/// A hardware address of `N` bytes.
template <std::uint64_t N> inline constexpr type hardware_address = {.shape = shape::hardware_address, .length = exactly(N)};

// Arrays.
/// An array of `Count` elements. In a structure, the elements are part of the structure, or follow it if it has no room for them.
template <auto const& Of, amount Count> inline constexpr type array = {.shape = shape::array, .of = &Of, .length = Count};
/// An array that is not read if it has more than `Most` elements.
template <auto const& Of, amount Count, std::uint32_t Most> inline constexpr type array_upto = {.shape = shape::array, .of = &Of, .length = Count, .count = Most};
template <amount Length, std::uint32_t Most> inline constexpr type bytes_upto = {.shape = shape::bytes, .length = Length, .count = Most};
/// An array of which text shows the name of each element's index.
template <auto const& Of, auto const& Indices, amount Count = exactly(1)>
inline constexpr type indexed_array = {.shape = shape::array, .names = &Indices, .of = &Of, .length = Count};
/// An array that ends with a null element.
template <auto const& Of> inline constexpr type list = {.shape = shape::array, .of = &Of};
inline constexpr type strings = in<list<string>>;

/// A kernel sigset_t of `Length` bytes.
template <amount Length, std::uint16_t Least = 0> inline constexpr type signal_set = {.shape = shape::signal_set, .length = Length, .count = Least};
/// A bit for each of `Count` descriptors, in whole words.
template <amount Count> inline constexpr type fd_set = {.shape = shape::fd_set, .length = Count};
/// A bit for each CPU in `Length` bytes.
template <amount Length> inline constexpr type cpu_set = {.shape = shape::cpu_set, .length = Length};
inline constexpr type signal_set8 = {.shape = shape::signal_set, .width = width::u64, .length = exactly(8)};

// Types that are decided while decoding.
template <std::size_t N> using cases = choice_case const[N];
/// One of `Cases`, selected by the number `By`; `Else` if no case has that number.
template <amount By, auto const& Cases, auto const& Else = address>
inline constexpr type chosen = {.shape = shape::choice, .width = width::klong, .of = &Else, .length = By,
                                .cases = std::data(Cases), .count = static_cast<std::uint32_t>(std::size(Cases))};
/// A choice like `chosen`, which takes 32 bits in a structure.
template <amount By, auto const& Cases, auto const& Else>
inline constexpr type chosen32 = {.shape = shape::choice, .width = width::u32, .of = &Else, .length = By,
                                  .cases = std::data(Cases), .count = static_cast<std::uint32_t>(std::size(Cases))};
/// A value that a function decodes. `Way` says when the function runs; `Length` is an amount that the function may use.
template <custom_decoder Decode, direction Way = direction::in, amount Length = amount{}>
inline constexpr type custom = {.shape = shape::custom, .width = width::klong, .way = Way, .length = Length, .decode = Decode};

/// A value like `custom`, for memory of type `Of`, which a pointer points to or a structure contains.
template <auto const& Of, custom_decoder Decode, amount Length = amount{}>
inline constexpr type custom_of = {.shape = shape::custom, .width = width::klong, .of = &Of, .length = Length, .decode = Decode};

} // namespace as

/// The row that names a constant of this type, or null.
constexpr named_value const* name_of(type const& as, std::uint64_t number) noexcept
{
    if (!as.names)
        return nullptr;
    auto const* row = as.names->find(number);
    // Negative constants of type int are sign-extended in tables, and have 32 bits here.
    if (!row && as.width == width::u32 && number >> 31 == 1)
        row = as.names->find(number | 0xffffffff00000000);
    return row;
}

} // namespace cotrace::abi
