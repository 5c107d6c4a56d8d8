// SPDX-License-Identifier: BSL-1.0
#include "render/text_value.hpp"

#include <cotrace/abi/errnos.hpp>
#include <cotrace/abi/signals.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <ctime>
#include <span>

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

namespace cotrace::render {
namespace {

using abi::shape;
using abi::style;

bool printable(unsigned char c) noexcept
{
    return c >= ' ' && c < 0x7f;
}

bool odd(unsigned char c) noexcept
{
    return !printable(c) && !(c >= '\t' && c <= '\r');
}

void put_byte_hex(std::string& to, unsigned char c)
{
    constexpr char digits[] = "0123456789abcdef";
    to += "\\x";
    to += digits[c >> 4];
    to += digits[c & 15];
}

char short_escape(unsigned char c) noexcept
{
    switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '\v': return 'v';
    default: return 0;
    }
}

// As few digits as will do: three where the next character is one.
void put_byte_octal(std::string& to, unsigned char c, bool digit_follows)
{
    to += '\\';
    if (digit_follows || c >= 0100)
        to += static_cast<char>('0' + (c >> 6));
    if (digit_follows || c >= 010)
        to += static_cast<char>('0' + (c >> 3 & 7));
    to += static_cast<char>('0' + (c & 7));
}

constexpr std::pair<unsigned, std::string_view> file_types[] = {
    {S_IFREG, "S_IFREG"}, {S_IFDIR, "S_IFDIR"}, {S_IFLNK, "S_IFLNK"}, {S_IFCHR, "S_IFCHR"},
    {S_IFBLK, "S_IFBLK"}, {S_IFIFO, "S_IFIFO"}, {S_IFSOCK, "S_IFSOCK"},
};

constexpr std::string_view clocks[] = {
    "CLOCK_REALTIME", "CLOCK_MONOTONIC", "CLOCK_PROCESS_CPUTIME_ID", "CLOCK_THREAD_CPUTIME_ID",
    "CLOCK_MONOTONIC_RAW", "CLOCK_REALTIME_COARSE", "CLOCK_MONOTONIC_COARSE", "CLOCK_BOOTTIME",
    "CLOCK_REALTIME_ALARM", "CLOCK_BOOTTIME_ALARM", "CLOCK_SGI_CYCLE", "CLOCK_TAI",
};

} // namespace

void put_padded(std::string& to, std::uint64_t number, std::size_t digits, int base)
{
    auto const before = to.size();
    put_number(to, number, base);
    auto const had = to.size() - before;
    if (had < digits)
        to.insert(before, digits - had, '0');
}

void put_signal(std::string& to, int number, constants how)
{
    put_constant(to, how, abi::signal_name(number), [&] { put_signed(to, number); });
}

std::string_view clock_name(std::int32_t id) noexcept
{
    return id >= 0 && static_cast<std::size_t>(id) < std::size(clocks) ? clocks[id] : std::string_view{};
}

std::string_view file_type_name(std::uint64_t mode) noexcept
{
    auto const* type = std::find_if(std::begin(file_types), std::end(file_types),
                                    [&](auto const& each) { return each.first == (mode & S_IFMT); });
    return type != std::end(file_types) ? type->second : std::string_view{};
}

abi::named_value const* name_of(abi::type const& as, std::uint64_t number) noexcept
{
    if (!as.names)
        return nullptr;
    auto const* row = as.names->find(number);
    // Constants of the int type are -1 and the like in a table, and 32 bits wide here.
    if (!row && as.width == abi::width::u32 && number >> 31 == 1)
        row = as.names->find(number | 0xffffffff00000000);
    return row;
}

void put_time(std::string& to, std::int64_t seconds, std::uint64_t nanoseconds)
{
    std::time_t const at = seconds;
    std::tm broken{};
    char text[64];
    if (!localtime_r(&at, &broken) || std::strftime(text, sizeof text, "%FT%T", &broken) == 0)
        return;
    to += text;
    if (nanoseconds != 0) {
        to += '.';
        put_padded(to, nanoseconds, 9);
    }
    std::strftime(text, sizeof text, "%z", &broken);
    to += text;
}

void value_writer::remark(std::string_view text)
{
    to_ += " /* ";
    to_ += text;
    to_ += " */";
}

void value_writer::quote(std::string_view text, bool hex)
{
    auto const all = options_.strings;
    hex = hex || all == escapes::all_hex
        || (all == escapes::unprintable_hex && std::any_of(text.begin(), text.end(), [](char c) { return odd(static_cast<unsigned char>(c)); }));
    to_ += '"';
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const c = static_cast<unsigned char>(text[i]);
        if (hex)
            put_byte_hex(to_, c);
        else if (auto const letter = short_escape(c)) {
            to_ += '\\';
            to_ += letter;
        } else if (printable(c))
            to_ += static_cast<char>(c);
        else if (all == escapes::unprintable_chars_hex)
            put_byte_hex(to_, c);
        else
            put_byte_octal(to_, c, i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '7');
    }
    to_ += '"';
}

void value_writer::write(value const& shown, std::optional<value> before)
{
    switch (shown.shape()) {
    case shape::pointer: return pointer(shown, before);
    case shape::characters:
    case shape::bytes: return text(shown);
    case shape::array: return array(shown, before);
    case shape::structure: return structure(shown, before);
    case shape::signal_set: return signal_set(shown);
    case shape::fd_set: return bit_set(shown, shown.number());
    case shape::cpu_set: return bit_set(shown, shown.bytes().size() * 8);
    case shape::signal_info: {
        siginfo_t info{};
        if (!shown.bytes().empty())
            std::memcpy(&info, shown.bytes().data(), std::min(sizeof info, shown.bytes().size()));
        return put_siginfo(to_, info, options_.names);
    }
    case shape::unix_path: {
        auto const name = shown.text();
        bool const abstract = name.size() > 1 && name[0] == 0;
        to_ += abstract ? "@" : "";
        return quote(abstract ? name.substr(1) : name.substr(0, name.find('\0')));
    }
    case shape::inet6: {
        char address[INET6_ADDRSTRLEN] = "";
        if (shown.bytes().size() == 16)
            inet_ntop(AF_INET6, shown.bytes().data(), address, sizeof address);
        return quote(address);
    }
    default: return number(shown);
    }
}

void value_writer::number(value const& shown)
{
    number(shown.type(), shown.number());
}

void value_writer::plain(abi::type const& as, std::uint64_t number)
{
    switch (as.style) {
    case style::decimal: {
        auto const bits = 8 * abi::size_of(as.width, model_);
        auto const shift = 64 - bits;
        return put_signed(to_, static_cast<std::int64_t>(number << shift) >> shift);
    }
    case style::unsigned_decimal: return put_number(to_, number);
    case style::hex: return put_hex(to_, number * as.length.unit);
    case style::octal:
        if (number != 0)
            to_ += '0';
        return put_number(to_, number, 8);
    }
}

void value_writer::number(abi::type const& as, std::uint64_t number)
{
    switch (as.shape) {
    case shape::integer:
    case shape::time: return plain(as, number);
    case shape::enumeration: return named(as, number);
    case shape::flags: return flags(as, number);
    case shape::address:
        if (number == 0)
            to_ += "NULL";
        else
            put_hex(to_, number);
        return;
    case shape::error:
        return put_constant(to_, options_.names, abi::errno_name(static_cast<std::int32_t>(number)),
                            [&] { put_signed(to_, static_cast<std::int32_t>(number)); });
    case shape::fd:
    case shape::process_id: return put_signed(to_, static_cast<std::int32_t>(number));
    case shape::dirfd:
        return put_constant(to_, options_.names, static_cast<std::int32_t>(number) == AT_FDCWD ? "AT_FDCWD" : "",
                            [&] { put_signed(to_, static_cast<std::int32_t>(number)); });
    case shape::user_id:
        if (number == (as.width == abi::width::u16 ? 0xffff : 0xffffffff))
            to_ += "-1";
        else
            put_number(to_, number);
        return;
    case shape::permissions: return permissions(number);
    case shape::file_mode: return file_mode(number);
    case shape::device: return device(number);
    case shape::signal: return signal(number);
    case shape::clock: return clock(static_cast<std::int32_t>(number));
    case shape::ioctl_request: return named(as, number);
    case shape::port:
    case shape::net32:
    case shape::inet4: return network(as.shape, number);
    case shape::padded_hex: {
        auto const digits = std::size_t{2} * abi::size_of(as.width, model_);
        to_ += number != 0 ? "0x" : "";
        return put_padded(to_, number, digits - (number != 0 ? 2 : 0), 16);
    }
    case shape::resource_limit: return limit(as, number);
    case shape::wake_operation: return wake_operation(static_cast<std::uint32_t>(number));
    case shape::wait_status: return wait_status(static_cast<std::uint32_t>(number));
    case shape::flags_and_mode: {
        auto rest = number & ~std::uint64_t{0777};
        if (rest != 0) {
            flags(as, rest);
            to_ += '|';
        }
        return permissions(number & 0777);
    }
    case shape::call_flags_signal: {
        auto const rest = number & ~std::uint64_t{0xff};
        auto const sig = number & 0xff;
        if (rest != 0)
            flags(as, rest);
        if (sig != 0) {
            to_ += rest != 0 ? "|" : "";
            signal(sig);
        } else if (rest == 0)
            to_ += '0';
        return;
    }
    default: return put_hex(to_, number);   // memory that was not looked at
    }
}

// The bytes as they travel, or what a program would write for them.
void value_writer::network(abi::shape is, std::uint64_t number)
{
    std::string spelled;
    auto const host = is == shape::port ? ntohs(static_cast<std::uint16_t>(number)) : ntohl(static_cast<std::uint32_t>(number));
    if (is == shape::inet4) {
        char address[INET_ADDRSTRLEN] = "";
        auto const raw = static_cast<std::uint32_t>(number);
        inet_ntop(AF_INET, &raw, address, sizeof address);
        spelled = "inet_addr(\"" + std::string{address} + "\")";
    } else
        spelled = (is == shape::port ? "htons(" : "htonl(") + std::to_string(host) + ")";
    put_constant(to_, options_.names, spelled, [&] {
        quote({reinterpret_cast<char const*>(&number), is == shape::port ? 2u : 4u}, true);
    });
}

void value_writer::named(abi::type const& as, std::uint64_t number)
{
    auto const* row = name_of(as, number);
    if (row && options_.names == constants::abbreviated) {
        to_ += row->name;
        return;
    }
    plain(as, number);
    if (options_.names == constants::raw)
        return;
    if (row)
        remark(row->name);
    else if (as.names && !as.names->unknown.empty())
        remark(as.names->unknown);
}

// Appends the names that are set, takes them out of `rest`, and tells whether there were any.
bool value_writer::set_names(abi::name_table const& names, std::uint64_t& rest)
{
    bool any = false;
    take_names(names, rest, [&](std::string_view name) {
        if (any)
            to_ += '|';
        to_ += name;
        any = true;
    });
    return any;
}

void value_writer::flags(abi::type const& as, std::uint64_t number)
{
    auto const& names = *as.names;
    if (options_.names == constants::raw)
        return put_hex(to_, number);
    auto const* none = number == 0 ? names.find(0) : nullptr;
    if (none && none->mask == 0) {
        to_ += options_.names == constants::verbose ? "0 /* " : "";
        to_ += none->name;
        to_ += options_.names == constants::verbose ? " */" : "";
        return;
    }
    if (options_.names == constants::verbose) {
        put_hex(to_, number);
        auto const start = to_.size();
        auto rest = number;
        to_ += " /* ";
        if (!set_names(names, rest) && (names.unknown.empty() || number == 0))
            return to_.resize(start);
        if (rest == number)
            to_ += names.unknown;
        else if (rest != 0) {
            to_ += '|';
            put_hex(to_, rest);
        }
        to_ += " */";
        return;
    }
    auto rest = number;
    bool const any = set_names(names, rest);
    if (!any) {
        put_hex(to_, number);
        if (number != 0 && !names.unknown.empty())
            remark(names.unknown);
    } else if (rest != 0) {
        to_ += '|';
        put_hex(to_, rest);
    }
}

void value_writer::pointer(value const& shown, std::optional<value> before)
{
    auto const target = shown.target();
    if (shown.number() == 0) {
        to_ += "NULL";
        return;
    }
    if (!target) {
        put_hex(to_, shown.number());
        return;
    }
    auto const earlier = before && before->shape() == shape::pointer ? before->target() : std::nullopt;
    auto const counted = shown.type().counted;
    if (!counted.empty() && target->state() == value_state::cut && target->parts().empty()) {
        put_hex(to_, shown.number());
        to_ += " /* ";
        put_number(to_, target->number());
        to_ += ' ';
        to_ += target->number() == 1 && counted == "vars" ? "var" : counted;
        to_ += " */";
        return;
    }
    auto const is = target->shape();
    bool const brackets = is <= shape::pointer;   // numbers and pointers
    if (earlier && target->type().shape == shape::structure && target->parts().empty())
        return write(*earlier);   // nothing came out of it
    bool const differs = shown.type().way == abi::direction::changed && earlier && !(*earlier == *target);
    if (brackets)
        to_ += '[';
    if (differs) {
        write(*earlier);
        to_ += " => ";
    }
    write(*target, earlier);
    if (brackets)
        to_ += ']';
}

void value_writer::text(value const& shown)
{
    quote(shown.text(), shown.type().hex_text);
    if (shown.state() == value_state::cut)
        to_ += "...";
}

void value_writer::array(value const& shown, std::optional<value>)
{
    to_ += '[';
    bool first = true;
    for (auto const each : shown.parts()) {
        if (!first)
            to_ += ", ";
        first = false;
        write(each);
    }
    if (shown.state() != value_state::complete)
        to_ += first ? "..." : ", ...";
    if (shown.state() == value_state::unreadable) {
        to_ += " /* ";
        put_hex(to_, shown.number());
        to_ += " */";
    }
    to_ += ']';
}

// A time that stands for another: what utimensat(2) takes in place of nanoseconds.
bool value_writer::stand_in(value const& shown)
{
    auto const nanoseconds = shown.find("tv_nsec");
    if (!nanoseconds || nanoseconds->number() >> 1 != 0x1fffffff)
        return false;
    std::string_view const name = nanoseconds->number() & 1 ? "UTIME_NOW" : "UTIME_OMIT";
    put_constant(to_, options_.names, name, [&] { fields(shown, {}); });
    return true;
}

void value_writer::structure(value const& shown, std::optional<value> before)
{
    if (shown.type().moment && stand_in(shown))
        return;
    fields(shown, before);
    auto const seconds = shown.type().moment ? shown.find("tv_sec") : std::nullopt;
    auto const nanoseconds = seconds ? shown.find("tv_nsec") : std::nullopt;
    if (nanoseconds && (seconds->number() != 0 || nanoseconds->number() != 0)) {
        to_ += " /* ";
        put_time(to_, seconds->integer(model_), nanoseconds->number());
        to_ += " */";
    }
}

void value_writer::fields(value const& shown, std::optional<value> before)
{
    to_ += '{';
    bool first = true;
    auto const separate = [&] {
        if (!first)
            to_ += ", ";
        first = false;
    };
    abi::field const* part = shown.type().fields;
    auto const* end = part + shown.type().count;
    for (auto const each : shown.parts()) {
        // Fields that are not shown have no values, so the two lists run on side by side.
        while (part != end && part->name != each.name())
            ++part;
        auto const when = part != end ? part->when : abi::shown::always;
        if (when == abi::shown::exit)
            continue;
        if (when == abi::shown::nonzero && each.number() == 0 && each.shape() < shape::characters)
            continue;
        separate();
        if (each.shape() == shape::inet6) {
            address6(each);
            continue;
        }
        if (!each.name().empty()) {
            to_ += each.name();
            to_ += '=';
        }
        auto const earlier = before ? before->find(each.name()) : std::nullopt;
        if (when == abi::shown::changed && earlier && !(*earlier == each)) {
            write(*earlier);
            to_ += " => ";
        }
        write(each);
        if (each.shape() == shape::time) {
            auto const fraction = shown.find(std::string{each.name()} + "_nsec");
            to_ += " /* ";
            put_time(to_, each.integer(model_), fraction ? fraction->number() : 0);
            to_ += " */";
        }
    }
    if (shown.state() == value_state::cut) {
        separate();
        to_ += "...";
    }
    to_ += '}';
}

// What a program would write to have the field, or its bytes.
void value_writer::address6(value const& field)
{
    bool const bytes = options_.names != constants::abbreviated;
    if (bytes) {
        to_ += field.name();
        to_ += '=';
        quote(field.text(), true);
    }
    if (options_.names == constants::raw)
        return;
    to_ += bytes ? " /* " : "";
    to_ += "inet_pton(AF_INET6, ";
    write(field);
    if (!bytes) {
        to_ += ", &";
        to_ += field.name();
    }
    to_ += bytes ? ") */" : ")";
}

void value_writer::permissions(std::uint64_t bits)
{
    // printf's %#03o: the prefix counts as a digit.
    auto const before = to_.size();
    if (bits != 0)
        to_ += '0';
    put_number(to_, bits, 8);
    auto const had = to_.size() - before;
    if (had < 3)
        to_.insert(before, 3 - had, '0');
}

void value_writer::file_mode(std::uint64_t bits)
{
    if (options_.names == constants::abbreviated)
        return symbolic_mode(bits);
    permissions(bits);
    if (options_.names == constants::raw)
        return;
    to_ += " /* ";
    symbolic_mode(bits);
    to_ += " */";
}

void value_writer::symbolic_mode(std::uint64_t bits)
{
    auto const type = file_type_name(bits);
    auto rest = bits;
    if (!type.empty()) {
        to_ += type;
        to_ += '|';
        rest &= ~std::uint64_t{S_IFMT};
    }
    constexpr std::pair<unsigned, std::string_view> marks[] = {
        {S_ISUID, "S_ISUID|"}, {S_ISGID, "S_ISGID|"}, {S_ISVTX, "S_ISVTX|"}};
    for (auto const& [bit, name] : marks)
        if (rest & bit) {
            to_ += name;
            rest &= ~std::uint64_t{bit};
        }
    permissions(rest);
}

void value_writer::device(std::uint64_t number)
{
    std::string spelled = "makedev(";
    put_hex(spelled, device_major(number));
    spelled += ", ";
    put_hex(spelled, device_minor(number));
    spelled += ')';
    put_constant(to_, options_.names, spelled, [&] { put_hex(to_, number); });
}

void value_writer::signal(std::uint64_t number)
{
    put_signal(to_, static_cast<std::int32_t>(number), options_.names);
}

void value_writer::clock(std::int32_t id)
{
    auto const name = clock_name(id);
    put_constant(to_, options_.names, name, [&] { put_hex(to_, static_cast<std::uint32_t>(id)); });
    if (name.empty() && options_.names != constants::raw)
        remark("CLOCK_???");
}

// Limits are mostly of memory, and then a multiple of 1024.
void value_writer::limit(abi::type const& as, std::uint64_t number)
{
    bool const wide = abi::size_of(as.width, model_) == 8;
    std::string spelled;
    if (number == (wide ? ~std::uint64_t{0} : 0xffffffff))
        spelled = as.width == abi::width::u64 ? "RLIM64_INFINITY" : "RLIM_INFINITY";
    else if (number > 1024 && number % 1024 == 0)
        spelled = std::to_string(number / 1024) + "*1024";
    put_constant(to_, options_.names, spelled, [&] { put_number(to_, number); });
}

// See futex(2), FUTEX_WAKE_OP.
void value_writer::wake_operation(std::uint32_t packed)
{
    constexpr std::string_view operations[] = {"SET", "ADD", "OR", "ANDN", "XOR"};
    constexpr std::string_view comparisons[] = {"EQ", "NE", "LT", "LE", "GT", "GE"};
    auto const word = [&](std::string_view prefix, std::span<std::string_view const> names, std::uint32_t which,
                          std::string_view shift) {
        auto const name = which < names.size() ? std::string{prefix}.append(names[which]) : std::string{};
        put_constant(to_, options_.names, name, [&] { put_hex(to_, which); });
        to_ += shift;
        if (name.empty() || options_.names == constants::raw)   // also raw: strace looks for a name all the same
            remark(std::string{prefix} + "???");
        to_ += '|';
    };
    if (packed >> 31)
        to_ += "FUTEX_OP_OPARG_SHIFT<<28|";
    word("FUTEX_OP_", operations, packed >> 28 & 7, "<<28");
    put_hex(to_, packed >> 12 & 0xfff);
    to_ += "<<12|";
    word("FUTEX_OP_CMP_", comparisons, packed >> 24 & 15, "<<24");
    put_hex(to_, packed & 0xfff);
}

void value_writer::wait_status(std::uint32_t status)
{
    auto const number = static_cast<int>(status);
    if (WIFSTOPPED(number)) {
        to_ += "{WIFSTOPPED(s) && WSTOPSIG(s) == ";
        auto const sig = WSTOPSIG(number);
        put_signal(to_, sig & 0x7f);
        to_ += sig & 0x80 ? " | 0x80}" : "}";
    } else if (WIFSIGNALED(number)) {
        to_ += "{WIFSIGNALED(s) && WTERMSIG(s) == ";
        put_signal(to_, WTERMSIG(number));
        to_ += WCOREDUMP(number) ? " && WCOREDUMP(s)}" : "}";
    } else if (WIFEXITED(number)) {
        to_ += "{WIFEXITED(s) && WEXITSTATUS(s) == ";
        put_signed(to_, WEXITSTATUS(number));
        to_ += '}';
    } else if (WIFCONTINUED(number))
        to_ += "{WIFCONTINUED(s)}";
    else
        put_hex(to_, status);
}

// More than two thirds of all signals are shown by those that are missing.
void value_writer::signal_set(value const& shown)
{
    auto const raw = shown.bytes();
    std::uint64_t set = 0;
    if (!raw.empty())
        std::memcpy(&set, raw.data(), std::min<std::size_t>(raw.size(), 8));
    bool const inverted = static_cast<std::size_t>(std::popcount(set)) >= raw.size() * 8 * 2 / 3 && set != 0;
    if (inverted)
        set = ~set;
    to_ += inverted ? "~[" : "[";
    bool first = true;
    for (unsigned i = 0; i < raw.size() * 8 && i < 64; ++i) {
        if (!(set >> i & 1))
            continue;
        if (!first)
            to_ += ' ';
        first = false;
        put_constant(to_, options_.names, abi::short_signal_name(static_cast<int>(i + 1)), [&] { put_number(to_, i + 1); });
    }
    to_ += ']';
}

void value_writer::bit_set(value const& shown, std::size_t bits)
{
    auto const raw = shown.bytes();
    to_ += '[';
    bool first = true;
    for (std::size_t i = 0; i < bits && i / 8 < raw.size(); ++i) {
        if (!(static_cast<unsigned>(raw[i / 8]) >> i % 8 & 1))
            continue;
        if (!first)
            to_ += ' ';
        first = false;
        put_number(to_, i);
    }
    to_ += ']';
}

void value_writer::write_returned(abi::type const& as, std::int64_t number)
{
    auto const raw = static_cast<std::uint64_t>(number);
    switch (as.shape) {
    case shape::address: return put_hex(to_, raw);
    case shape::flags: {
        put_hex(to_, raw);
        auto rest = raw;
        auto const start = to_.size();
        to_ += " (flags ";
        if (!set_names(*as.names, rest))
            return to_.resize(start);
        if (rest != 0) {
            to_ += '|';
            put_hex(to_, rest);
        }
        to_ += ')';
        return;
    }
    case shape::enumeration: {
        put_hex(to_, raw);
        if (auto const* row = as.names->find(raw)) {
            to_ += " (";
            to_ += row->name;
            to_ += ')';
        }
        return;
    }
    case shape::integer:
        if (as.style == style::hex || as.style == style::octal)
            return plain(as, raw);
        if (as.style == style::unsigned_decimal)
            return put_number(to_, raw);
        return put_signed(to_, number);
    default: return put_signed(to_, number);
    }
}

void append_text(value const& shown, abi::arch interface, text_options const& options, std::string& to)
{
    value_writer{options, abi::model_of(interface), to}.write(shown);
}

} // namespace cotrace::render
