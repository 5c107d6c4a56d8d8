// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/arch.hpp>
#include <cotrace/abi/named_values.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// What a value means: the type vocabulary of system calls, as data.
///
/// A type says how a value lies in memory or in a register and what it is, so
/// that one capturing and a few rendering interpreters serve all of them. Types
/// are constants with static storage; they refer to each other by pointer, and
/// captured values refer to them. Rows are written with the words of
/// `cotrace::abi::as`:
///
///     inline constexpr structure timespec{{{"tv_sec", as::time}, {"tv_nsec", as::long_unsigned}}};
///     {"nanosleep", {{"rqtp", as::in<timespec>}, {"rmtp", as::out<timespec>}}}
namespace cotrace::decode {
class capture;
}

namespace cotrace::abi {

/// How an interface lays out memory: i386 aligns 64-bit integers to 4 bytes,
/// x32 has short pointers but the kernel's `long` of 64 bits.
enum class data_model : std::uint8_t { lp64, ilp32, x32 };

constexpr data_model model_of(arch a) noexcept
{
    return a == arch::i386 ? data_model::ilp32 : a == arch::x32 ? data_model::x32 : data_model::lp64;
}

/// How wide a number is in memory, or how much of a register counts.
enum class width : std::uint8_t {
    u8   = 1,
    u16  = 2,
    u32  = 4,
    u64  = 8,
    klong,      ///< `__kernel_long_t`: 8, 4 on i386, 8 on x32
    old_dev,    ///< `__kernel_old_dev_t`: 8, 2 where the interface has short pointers
    word,       ///< pointers, `size_t`, and `long` in compat structures: 8, 4 on i386, 4 on x32
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

/// What a value is.
enum class shape : std::uint8_t {
    // One number.
    integer,          ///< in `style`
    enumeration,      ///< one of `names`
    flags,            ///< or-ed `names`
    address,          ///< a pointer that is not followed
    fd,
    dirfd,            ///< an fd that may be AT_FDCWD
    user_id,          ///< a uid or gid; all ones is -1
    process_id,
    process_group,    ///< the id of a group or of a session: not that of a process, though often the same number
    permissions,      ///< a mode without file type: 0644
    file_mode,        ///< a mode with file type: S_IFREG|0644
    device,           ///< a device number in the kernel's own packing: makedev(0x8, 0x1)
    signal,           ///< a signal number
    error,            ///< an errno
    kernel_result,    ///< a number, or -errno
    clock,            ///< a clockid_t; negative ones are of a process or an fd
    time,             ///< seconds since 1970 (a comment in verbose text)
    ioctl_request,
    port,             ///< 16 bits in network order
    inet4,            ///< 4 bytes in network order
    net32,            ///< a number of 32 bits in network order
    wake_operation,   ///< what FUTEX_WAKE_OP does, packed into 32 bits
    wait_status,      ///< as wait4(2) fills it
    padded_hex,       ///< all hexadecimal digits of its width, without a prefix
    character,        ///< a byte of text: 'a'
    resource_limit,   ///< of setrlimit(2); all ones is infinity
    clock_ticks,      ///< 100 of them are a second (a comment in text)
    packed,           ///< several numbers in one, its `slices`: IPC_CREAT|0600
    offset,           ///< where something lies: the last of `names` before it, and the rest
    call_number,      ///< a system call's, of the interface that `count` is
    net_enumeration,  ///< 16 bits in network order, one of `names`: htons(ETH_P_IP)
    net64,            ///< a number of 64 bits in network order
    bluetooth_number, ///< 16 bits, little-endian; one of `names`, or the start of a range in those of `of` and how far from it
    interface_index,  ///< of a network device; the bytes are its name, if there is one
    known_name,       ///< a number that has a name on this system only, which is in the bytes
    two_bytes,        ///< one of `names` in the high byte, and what `of` makes of the low one
    attribute_type,   ///< of a netlink attribute: one of `names`, and two flags above it
    port_range,       ///< two ports, the lower one in the low half
    spelled,          ///< `spell` writes it

    // Memory.
    pointer,          ///< to `of`, read at entry, exit or both as `way` says
    named_bits,       ///< a set of numbers up to 31, each with a name; a large one is shown by what is missing
    characters,       ///< up to a null byte; limited by the string limit unless `unlimited`
    bytes,            ///< `length` of them
    array,            ///< `length` times `of`; without a length up to a null element; `names` are those of its indices
    structure,        ///< `fields`
    signal_set,       ///< `length` bytes
    fd_set,           ///< a bit per fd; `length` is the number of bits
    cpu_set,          ///< a bit per CPU in `length` bytes
    unix_path,        ///< sun_path: characters, or a null byte and the bytes of an abstract name
    inet6,            ///< 16 bytes
    uuid,             ///< 16 bytes
    bit_names,        ///< a bit for each of `names`, in whole words
    signal_info,      ///< siginfo_t; which parts count depends on the cause
    hardware_address, ///< bytes of a link layer's address: 00:11:22:33:44:55
    ax25_address,     ///< 7 bytes: a call sign of amateur radio, shifted left by one

    // Decided while decoding.
    choice,           ///< one of `cases`, by the number at `length`
    custom,           ///< whatever `decode` makes of it
    nothing,          ///< not an argument at all: it is left out
};

/// How a number is written.
enum class style : std::uint8_t { decimal, unsigned_decimal, hex, octal };

/// How a packed number is written where numbers and names are both asked for.
enum class annotation : std::uint8_t {
    each,      ///< slice by slice: `0x200 /* IPC_CREAT */|0600`
    whole,     ///< the number, and all names in one comment: `0x22 /* MAP_PRIVATE|MAP_ANONYMOUS */`
    nested,    ///< the same, and slice by slice in the comment
};

/// What is shown of the bytes behind a structure that the subject knows longer.
enum class growth : std::uint8_t {
    bytes,        ///< those that are not all 0
    cut,          ///< that there are some that are not 0; one that tells less than its first version is not looked at
    always_cut,   ///< that there are some
    silent,       ///< nothing
    zero_extended, ///< as `bytes`; a field of which only a part was passed is shown with zeros for the rest
    after_size,   ///< as `bytes`; where no more than the size can be read, that is shown
    partial,      ///< as `always_cut`; a field of which only a part was passed is shown with zeros for the rest
};

/// What text shows of the argument of an ioctl(2) request that strace prints no more than the name of.
enum class named_request : std::uint8_t {
    no,        ///< it is not such an argument: text shows its meaning
    address,
    bytes,     ///< with -v, those in the direction and of the size that the request's number says; else the address
};

/// When a pointer's target counts.
enum class direction : std::uint8_t {
    in,        ///< read at entry
    out,       ///< read at exit, if the call did not fail
    inout,     ///< read at both; shown as at exit, and as it was before where the call failed
    changed,   ///< read at both; where they differ, text shows `before => after`
    remaining, ///< read at exit, if a signal interrupted the call (what is left of a sleep)
    reported,  ///< read at both; text shows what it is at exit behind the result
};

/// Where a length, a count or a choice comes from.
enum class source : std::uint8_t {
    none,
    constant,
    argument,      ///< the value of an argument
    pointee,       ///< the 32-bit number an argument points to, as it is at that time
    field,         ///< the value of a field before this one in the same structure
    returned,      ///< the call's return value
};

struct amount {
    source        from = source::none;
    std::uint8_t  index = 0;
    bool          within_return = false;   ///< but no more than the call returned, counted over all parts (readv)
    std::uint32_t unit = 1;                ///< what is counted is this many bytes, or elements, each
    std::uint64_t value = 0;               ///< of a constant, or where the number lies behind a pointer; else how many there is room for in a structure
    std::uint64_t mask = ~std::uint64_t{0};
    std::uint8_t  shift = 0;               ///< what the mask leaves begins at this bit
    std::uint8_t  more = 0;                ///< and as many more
    bool          is_signed = false;       ///< a negative number is none
    std::int8_t   left_over = -1;          ///< field that says how many of them, a signed number, were left over

    friend constexpr bool operator==(amount const&, amount const&) = default;
};

// Not consteval: clang 16 mixes up the last two bytes of what such a function
// gives where it is called at run time.

/// So many.
constexpr amount exactly(std::uint64_t n) { return {.from = source::constant, .value = n}; }
/// As many as argument `index` says; the first is 0.
constexpr amount argument(unsigned index, std::uint64_t mask = ~std::uint64_t{0})
{
    return {.from = source::argument, .index = static_cast<std::uint8_t>(index), .mask = mask};
}
/// As many as the 32-bit number says that argument `index` points to, or that lies so many bytes behind there.
constexpr amount pointee(unsigned index, std::uint64_t behind = 0, std::uint64_t mask = ~std::uint64_t{0})
{
    return {.from = source::pointee, .index = static_cast<std::uint8_t>(index), .value = behind, .mask = mask};
}
/// As many as field `index` of the same structure says; the first is 0.
constexpr amount member(unsigned index, std::uint64_t mask = ~std::uint64_t{0})
{
    return {.from = source::field, .index = static_cast<std::uint8_t>(index), .mask = mask};
}
/// The same, in a structure that has room for `room` of them; without this word they lie behind its end.
constexpr amount up_to(amount a, std::uint64_t room)
{
    a.value = room;
    return a;
}
/// The same of a field that is a signed number; a negative one is none.
consteval amount not_negative(amount a)
{
    a.is_signed = true;
    return a;
}
/// The same, and `n` more.
constexpr amount plus(amount a, unsigned n)
{
    a.more = static_cast<std::uint8_t>(n);
    return a;
}
/// The same, less what field `index` says, if that is a positive number and no more.
constexpr amount less(amount a, unsigned index)
{
    a.left_over = static_cast<std::int8_t>(index);
    return a;
}
/// As many bytes as an ioctl(2) request says in its number (_IOC_SIZE).
constexpr amount request_size() { return {.from = source::argument, .index = 1, .mask = 0x3fff0000, .shift = 16}; }
/// As many as the call returned.
constexpr amount returned() { return {.from = source::returned}; }
/// The same, each of `size` bytes or elements.
constexpr amount times(amount a, std::uint32_t size)
{
    a.unit = size;
    return a;
}
/// The same, but all of them together no more than the call returned.
constexpr amount within_return(amount a)
{
    a.within_return = true;
    return a;
}

struct type;
struct field;
struct choice_case;
struct slice;

/// The one way out of the table, for what rows cannot say: adds one value, made
/// of what lies at `at`, or of the number `at` where it is an argument itself.
/// False: nothing could be read there, and nothing was added.
using custom_decoder = bool (*)(decode::capture&, type const& self, std::string_view name, std::uint64_t at);

/// How a number that has a name is written, as with strace's -X.
enum class spelling : std::uint8_t { name, number, both };

/// Appends what a number is called that no table has: `KERNEL_VERSION(6, 1, 0)`.
using speller = void (*)(std::string& to, type const& self, std::uint64_t number, spelling how);

/// What a value means. Filled in by the words of `as`, not by hand.
struct type {
    abi::shape     shape = abi::shape::integer;
    abi::width     width = abi::width::u32;
    abi::style     style = abi::style::decimal;
    abi::direction way   = abi::direction::in;
    bool unlimited  = false;   ///< characters: not cut at the string limit (paths)
    bool hex_text   = false;   ///< bytes, and numbers in network order where names are not wanted: text shows all of them in hexadecimal
    bool folded     = false;   ///< array: without -v only whether it is empty; pointer: without -v it is not followed
    bool bare       = false;   ///< pointer to a number: text has no brackets around it
    bool register_pair = false;   ///< a 64-bit argument, which i386 passes in two registers
    bool number_too = false;      ///< of an enumeration: text shows the number before the name, "6 /* SYSLOG_ACTION_CONSOLE_OFF */"
    bool always_remarked = false; ///< the same even where only numbers are asked for
    bool always_changed = false;  ///< of a pointer that is `changed`: shown twice where the call returned other than 0, even if nothing differs
    bool located = false;         ///< pointer: text shows the address in a comment behind the target
    bool one_page = false;        ///< of a structure whose size is told: one that is larger than a page is not looked at
    bool surplus = false;         ///< bytes: those behind a structure that is newer than what is known of it; a number: a comment to what stands before it
    named_request only_named = named_request::no;   ///< of an argument; its bytes are in the value itself, beside its meaning
    annotation annotated = annotation::each;   ///< of a packed number
    growth     grows     = growth::bytes;      ///< of a structure whose size is told
    bool       zero_is_first = true;           ///< of a structure that tells its own size: 0 is that of its first version
    std::uint8_t moment = 0;      ///< of a structure: it is a time since 1970 with so many digits behind the point; text says in a comment when that was
    std::string_view counted{};   ///< pointer to an array: text abbreviates it to the address and how many of these there are ("vars" in envp)
    std::string_view macro{};     ///< of a packed number: what makes it of its slices, `QCMD(Q_SYNC, USRQUOTA)`; of a result's flags: what text has before them
    bool remarked = false;   ///< of `names`: always a number with the name in a comment, as strace has it for names no header of the kernel's has
    name_table const* names = nullptr;
    type const*       of = nullptr;
    type const*       after = nullptr;     ///< of a pointer that is `inout` or `changed`: what the call made of the target
    type const*       failed = nullptr;    ///< of a pointer: what to make of the target once the call has failed
    amount            length{};            ///< of a number: it counts in `unit`s; of an fd: whose it is; of a pointer: it is followed only if this is not 0
    field const*       fields = nullptr;   ///< of a structure
    choice_case const* cases = nullptr;    ///< of a choice
    slice const*       slices = nullptr;   ///< of a packed number
    std::uint32_t      count = 0;          ///< of fields, cases or slices; of a signal set: bytes that it has at least, 0: a word; of arrays and bytes: what there is at most, 0: no limit
    std::array<std::uint16_t, 3> size{};   ///< of a structure, by data model; of what is decided while decoding, if `align` is there
    std::array<std::uint8_t, 3>  align{};
    custom_decoder decode = nullptr;
    speller        spell = nullptr;
    std::string_view comment{};  ///< text puts it behind the value

    constexpr unsigned size_in(data_model m) const noexcept;
    constexpr unsigned align_in(data_model m) const noexcept;
};

/// What verbosity shows a field.
enum class shown : std::uint8_t {
    always,
    verbose,    ///< only with -v; otherwise the structure ends with "..."
    verbose_or, ///< only with -v, or where its condition holds
    elided,     ///< only with -v; otherwise text has "..." in the place of it and others beside it
    nonzero,    ///< only when it is not 0, or not all of its parts are
    together,   ///< only when it, or another field that is `together`, is not 0
    exit,       ///< only in what is read at exit; not in text, where only the renderer's own remarks use it
    changed,    ///< always; of an argument that is shown at exit, as `before => after` where it differs
    replaced,   ///< the same, whether it differs or not
    restated,   ///< as `changed`, but named again: `features=0 => features=UFFD_FEATURE_EVENT_FORK`
    filled_in,  ///< of what a call made of a structure: only where it was 0 before
    unnamed,    ///< always; text leaves its name out
    never,      ///< padding, and what only other fields refer to
};

/// A field is there only if (another & mask) == value, or only if not.
struct condition {
    static constexpr std::int8_t passed = -2;   ///< instead of another field: how many bytes of the structure were passed

    std::int8_t   member = -1;   ///< -1: no condition
    bool          holds = true;
    std::uint32_t mask = 0;
    std::uint32_t value = 0;
    bool          at_least = false;   ///< (another & mask) >= value instead

    /// Whether both ask which number that member is.
    constexpr bool same_member(condition const& other) const noexcept
    {
        constexpr std::uint32_t whole = 0xffffffff;
        return member >= 0 && member == other.member && holds && other.holds && mask == whole && other.mask == whole
            && !at_least && !other.at_least;
    }
};

/// A field is there only if another field has a number of at least `n`, such as the size of the structure.
constexpr condition at_least(int member, std::uint32_t n)
{
    return {static_cast<std::int8_t>(member), true, 0xffffffff, n, true};
}
/// A field is there only if the subject passed at least this number of bytes of the structure. For fields of later versions.
constexpr condition if_passed(std::uint32_t bytes) { return at_least(condition::passed, bytes); }

/// A part of a structure. Offsets follow from the C layout rules of each data model.
struct field {
    std::string_view name;
    type const*      as = nullptr;
    shown            when = shown::always;
    std::uint8_t     place = 0;      ///< in the order of text, where it differs from that of memory
    condition        only{};
    std::array<std::uint16_t, 3> offset{};

    constexpr field() = default;
    constexpr field(std::string_view n, type const& t, shown w = shown::always, unsigned p = 0, condition c = {})
        : name{n}, as{&t}, when{w}, place{static_cast<std::uint8_t>(p)}, only{c}
    {
    }
};

/// One alternative of a choice: the value that chooses it, and what it is then.
struct choice_case {
    std::uint64_t value = 0;
    type const*   as = nullptr;

    constexpr choice_case() = default;
    template <class Constant>
    constexpr choice_case(Constant v, type const& t) : value{static_cast<std::uint64_t>(v)}, as{&t} {}
};

/// A number among those that share another.
struct slice {
    type const*      as = nullptr;
    std::uint64_t    mask = 0;         ///< its bits
    std::uint8_t     shift = 0;        ///< how many bits there are on their right
    bool             always = false;   ///< shown though it is 0; the last one is, where there is nothing else
    bool             after_names = false;   ///< nothing stands between it and a first slice that has no name
    std::string_view name{};           ///< JSON's, for what is no name itself
    std::string_view behind{};         ///< what text has behind it: "<<MAP_HUGE_SHIFT"

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

/// How the fields of a structure lie: as C has them, all at its start (a
/// union), or without gaps.
enum class layout : std::uint8_t { natural, overlaid, packed };

/// In bytes; capture has a buffer of this size.
inline constexpr unsigned largest_structure = 4096;

/// A structure: its fields, laid out as a C compiler of each data model would.
/// They are listed in the order of memory, and kept, counted and shown in that
/// of their `place`. Fields that follow each other and are there for different
/// numbers of one member are the sides of a union: they begin at one place.
/// An optional `length` says how many of its bytes the subject passed.
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

/// The words that types are written with. Those in <> take a type or a table
/// by name, so that everything a type points to has static storage.
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

/// A 64-bit argument (file offsets), which i386 passes in two registers, the low half first.
inline constexpr type pair_signed   = {.width = width::u64, .style = style::decimal, .register_pair = true};
inline constexpr type pair_unsigned = {.width = width::u64, .style = style::unsigned_decimal, .register_pair = true};
inline constexpr type pair_hex      = {.width = width::u64, .style = style::hex, .register_pair = true};

// Numbers with a meaning.
inline constexpr type address     = simple(shape::address, width::word);
inline constexpr type fd          = simple(shape::fd, width::u32);
inline constexpr type dirfd       = simple(shape::dirfd, width::u32);
/// A descriptor of another process: of the one that argument `Whose` is the id of, or the pidfd.
template <unsigned Whose> inline constexpr type fd_of    = {.shape = shape::fd, .length = argument(Whose)};
template <unsigned Whose> inline constexpr type fd_behind = {.shape = shape::fd, .length = pointee(Whose)};
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

/// One of a table's names; `W` is its width.
template <auto const& Table, width W = width::u32>
inline constexpr type one_of = {.shape = shape::enumeration, .width = W, .style = style::hex, .names = &Table};
/// The same, where a value without a name is written in decimal.
template <auto const& Table, width W = width::u32>
inline constexpr type one_of_decimal = {.shape = shape::enumeration, .width = W, .style = style::decimal, .names = &Table};
/// The same, unsigned.
template <auto const& Table, width W = width::u32>
inline constexpr type one_of_unsigned = {.shape = shape::enumeration, .width = W, .style = style::unsigned_decimal, .names = &Table};
/// One of a table's names in network order.
template <auto const& Table>
inline constexpr type net_one_of = {.shape = shape::net_enumeration, .width = width::u16, .style = style::hex, .names = &Table};
/// One of a table's names, which stands in a comment beside the number.
template <auto const& Table, width W = width::u32, style S = style::hex>
inline constexpr type remarked_one_of = {.shape = shape::enumeration, .width = W, .style = S, .remarked = true, .names = &Table};
/// Or-ed names of a table.
template <auto const& Table, width W = width::u32>
inline constexpr type flags = {.shape = shape::flags, .width = W, .style = style::hex, .names = &Table};

/// The same, where text shows the number and the name, however it shows others.
template <auto const& Table, style S = style::decimal, width W = width::u32>
inline constexpr type remarked = {.shape = shape::enumeration, .width = W, .style = S, .number_too = true, .names = &Table};
/// Several numbers in one, or-ed together, or made into one by a macro of that name.
template <auto const& Slices, width W = width::u32, annotation A = annotation::each>
inline constexpr type packed = {.shape = shape::packed, .width = W, .style = style::hex, .annotated = A, .slices = Slices,
                                .count = static_cast<std::uint32_t>(std::size(Slices))};
template <auto const& Slices, auto const& Macro, annotation A = annotation::whole, width W = width::u32, style S = style::unsigned_decimal>
inline constexpr type made_by = {.shape = shape::packed, .width = W, .style = S, .annotated = A, .macro = Macro,
                                 .slices = Slices, .count = static_cast<std::uint32_t>(std::size(Slices))};
/// The same in a comment beside the number.
template <auto const& Table, width W = width::u32>
inline constexpr type remarked_flags = {.shape = shape::flags, .width = W, .style = style::hex, .remarked = true, .names = &Table};

/// A number that a function spells: of `style::hex` as the names of constants, of `style::decimal` always so. Of
/// `style::unsigned_decimal` it only explains a number.
template <speller Spell, width W = width::u32, style S = style::hex>
inline constexpr type spelled = {.shape = shape::spelled, .width = W, .style = S, .spell = Spell};

// Pointers.
template <auto const& Of> inline constexpr type in      = {.shape = shape::pointer, .width = width::word, .way = direction::in, .of = &Of};
template <auto const& Of> inline constexpr type out     = {.shape = shape::pointer, .width = width::word, .way = direction::out, .of = &Of};
/// Written only if the call returns other than 0.
template <auto const& Of> inline constexpr type out_if_returned = {.shape = shape::pointer, .width = width::word, .way = direction::out, .of = &Of, .length = returned()};
/// As `inout`; of a call that failed, `Failed` is shown.
template <auto const& Of, auto const& Failed> inline constexpr type inout_or = {.shape = shape::pointer, .width = width::word, .way = direction::inout, .of = &Of, .failed = &Failed};
/// Read at entry, but text shows the address alone where the call failed, because strace looks at exit.
template <auto const& Of> inline constexpr type in_unless_failed = {.shape = shape::pointer, .width = width::word, .way = direction::inout, .of = &Of, .failed = &nothing};
/// Written by the call; where it failed, the target is `Failed`.
template <auto const& Of, auto const& Failed> inline constexpr type out_or = {.shape = shape::pointer, .width = width::word, .way = direction::out, .of = &Of, .failed = &Failed};
template <auto const& Of> inline constexpr type inout   = {.shape = shape::pointer, .width = width::word, .way = direction::inout, .of = &Of};
template <auto const& Of> inline constexpr type remaining = {.shape = shape::pointer, .width = width::word, .way = direction::remaining, .of = &Of};
/// As `inout`; what a call made of it is `After`.
template <auto const& Of, auto const& After> inline constexpr type completed = {.shape = shape::pointer, .width = width::word, .way = direction::inout, .of = &Of, .after = &After};
/// As `changed`; what a call made of it is `After`.
template <auto const& Of, auto const& After> inline constexpr type replaced = {.shape = shape::pointer, .width = width::word, .way = direction::changed, .of = &Of, .after = &After};
/// As it was at entry; what a call made of it, `After`, is behind the result.
template <auto const& Of, auto const& After> inline constexpr type reported = {.shape = shape::pointer, .width = width::word, .way = direction::reported, .of = &Of, .after = &After};
template <auto const& Of> inline constexpr type changed = {.shape = shape::pointer, .width = width::word, .way = direction::changed, .of = &Of};
/// As `in` of an array, which text abbreviates to `0x7ffd… /* 23 vars */`.
template <auto const& Of> inline constexpr type in_counted = {.shape = shape::pointer, .width = width::word, .counted = "vars", .of = &Of};

// Strings and bytes. In a structure they lie inline; an argument is a pointer to them.
inline constexpr type characters      = {.shape = shape::characters};
inline constexpr type path_characters = {.shape = shape::characters, .unlimited = true};
/// Characters in `N` bytes of a structure, up to the first null byte.
template <std::uint64_t N> inline constexpr type characters_in = {.shape = shape::characters, .length = exactly(N)};
template <amount Length> inline constexpr type bytes = {.shape = shape::bytes, .length = Length};
inline constexpr type path   = in<path_characters>;
inline constexpr type string = in<characters>;
/// What a call reads: `Length` bytes at entry; and what it writes: as many as it returned.
template <amount Length> inline constexpr type in_bytes = in<bytes<Length>>;
inline constexpr type out_bytes = out<bytes<returned()>>;
template <amount Length> inline constexpr type hex_bytes = {.shape = shape::bytes, .hex_text = true, .length = Length};

/// A hardware address of `N` bytes.
template <std::uint64_t N> inline constexpr type hardware_address = {.shape = shape::hardware_address, .length = exactly(N)};

// Arrays.
/// In a structure they lie inline, or behind its end if it has no room for them.
template <auto const& Of, amount Count> inline constexpr type array = {.shape = shape::array, .of = &Of, .length = Count};
/// The same, where more than `Most` are a mistake that nobody looks into.
template <auto const& Of, amount Count, std::uint32_t Most> inline constexpr type array_upto = {.shape = shape::array, .of = &Of, .length = Count, .count = Most};
template <amount Length, std::uint32_t Most> inline constexpr type bytes_upto = {.shape = shape::bytes, .length = Length, .count = Most};
/// The same, where text says each element's index, by name.
template <auto const& Of, auto const& Indices, amount Count = exactly(1)>
inline constexpr type indexed_array = {.shape = shape::array, .names = &Indices, .of = &Of, .length = Count};
/// Ends with a null element.
template <auto const& Of> inline constexpr type list = {.shape = shape::array, .of = &Of};
inline constexpr type strings = in<list<string>>;

/// A kernel sigset_t of `Length` bytes.
template <amount Length, std::uint16_t Least = 0> inline constexpr type signal_set = {.shape = shape::signal_set, .length = Length, .count = Least};
/// A bit for each of `Count` fds, in whole words.
template <amount Count> inline constexpr type fd_set = {.shape = shape::fd_set, .length = Count};
/// A bit for each CPU in `Length` bytes.
template <amount Length> inline constexpr type cpu_set = {.shape = shape::cpu_set, .length = Length};
inline constexpr type signal_set8 = {.shape = shape::signal_set, .width = width::u64, .length = exactly(8)};

// Decisions.
template <std::size_t N> using cases = choice_case const[N];
/// One of `Cases`, by the number at `By`; `Else` when none fits.
template <amount By, auto const& Cases, auto const& Else = address>
inline constexpr type chosen = {.shape = shape::choice, .width = width::klong, .of = &Else, .length = By,
                                .cases = std::data(Cases), .count = static_cast<std::uint32_t>(std::size(Cases))};
/// The same, of 32 bits where it lies in a structure.
template <amount By, auto const& Cases, auto const& Else>
inline constexpr type chosen32 = {.shape = shape::choice, .width = width::u32, .of = &Else, .length = By,
                                  .cases = std::data(Cases), .count = static_cast<std::uint32_t>(std::size(Cases))};
/// What a function makes of it. `Way` says when it runs; `Length` is what it may look up.
template <custom_decoder Decode, direction Way = direction::in, amount Length = amount{}>
inline constexpr type custom = {.shape = shape::custom, .width = width::klong, .way = Way, .length = Length, .decode = Decode};

/// The same of a type, which lies behind a pointer or in a structure.
template <auto const& Of, custom_decoder Decode, amount Length = amount{}>
inline constexpr type custom_of = {.shape = shape::custom, .width = width::klong, .of = &Of, .length = Length, .decode = Decode};

} // namespace as

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
