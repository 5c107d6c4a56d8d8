// SPDX-License-Identifier: BSL-1.0
// Writes JSON text directly, without the value types of Boost.JSON: each line is
// written once from values that exist already, and building a tree of JSON values
// would take most of the time. Tests parse the output with Boost.JSON.
#include "render/json/json_value_writer.hpp"

#include "abi/requests.hpp"
#include "render/siginfo.hpp"
#include "render/text/value_writer.hpp"

#include <cotrace/abi/errnos.hpp>
#include <cotrace/abi/signals.hpp>
#include <cotrace/abi/syscalls.hpp>
#include <cotrace/render/json.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include <arpa/inet.h>
#include <endian.h>
#include <sys/wait.h>

namespace cotrace::render {
namespace {

using abi::shape;
using abi::style;

constexpr std::uint64_t largest_double = (std::uint64_t{1} << 53) - 1;   // JavaScript's Number.MAX_SAFE_INTEGER

/// The length of the UTF-8 sequence at the start of `text`, or 0 if there is no valid
/// sequence. RFC 3629 excludes surrogates and overlong forms.
std::size_t sequence_length(std::string_view text) noexcept
{
    auto const at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    auto const lead = at(0);
    if (lead < 0x80)
        return 1;
    std::size_t const length = lead >= 0xc2 && lead <= 0xdf ? 2 : (lead & 0xf0) == 0xe0 ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
    if (length == 0 || text.size() < length)
        return 0;
    unsigned char const low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    unsigned char const high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (at(1) < low || at(1) > high)
        return 0;
    for (std::size_t i = 2; i < length; ++i)
        if ((at(i) & 0xc0) != 0x80)
            return 0;
    return length;
}

bool is_utf8(std::string_view text) noexcept
{
    while (!text.empty()) {
        auto const length = sequence_length(text);
        if (length == 0)
            return false;
        text.remove_prefix(length);
    }
    return true;
}

// Whether an ASCII character needs no escape in a JSON string.
constexpr bool is_plain(unsigned char c) noexcept
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

void put_escaped(std::string& to, unsigned char c)
{
    to += '\\';
    switch (c) {
    case '"':
    case '\\': to += static_cast<char>(c); return;
    case '\n': to += 'n'; return;
    case '\r': to += 'r'; return;
    case '\t': to += 't'; return;
    default:
        to += 'u';
        put_padded(to, c, 4, 16);
    }
}

void put_base64(std::string& to, std::span<std::byte const> raw)
{
    constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    to += '"';
    for (; !raw.empty(); raw = raw.subspan(std::min<std::size_t>(raw.size(), 3))) {
        std::uint32_t three = 0;
        for (std::size_t i = 0; i < 3; ++i)
            three = three << 8 | (i < raw.size() ? std::to_integer<std::uint32_t>(raw[i]) : 0);
        to += digits[three >> 18];
        to += digits[three >> 12 & 63];
        to += raw.size() > 1 ? digits[three >> 6 & 63] : '=';
        to += raw.size() > 2 ? digits[three & 63] : '=';
    }
    to += '"';
}

/// Adds bytes as the member "text", or as "base64" if they are not UTF-8.
void put_bytes(json_object& into, std::string_view text)
{
    if (is_utf8(text))
        put_json_string(into.member("text"), text);
    else
        put_base64(into.member("base64"), std::as_bytes(std::span{text}));
}

void put_boolean(std::string& to, bool holds) { to += holds ? "true" : "false"; }

void put_permissions(std::string& to, std::uint64_t bits)
{
    to += "\"0";
    if (bits != 0)
        put_number(to, bits, 8);
    to += '"';
}

void put_mode(std::string& to, std::uint64_t bits)
{
    json_object mode{to};
    put_json_unsigned(mode.member("value"), bits);
    put_permissions(mode.member("octal"), bits);
    mode.close();
}

void put_file_mode(std::string& to, std::uint64_t bits)
{
    json_object mode{to};
    put_json_unsigned(mode.member("value"), bits);
    put_permissions(mode.member("octal"), bits);
    auto const type = file_type_name(bits);
    if (type.empty())
        mode.member("type") += "null";
    else
        put_json_string(mode.member("type"), type);
    mode.close();
}

void put_fd_members(json_object& fd, std::int32_t number, bool may_be_cwd)
{
    constexpr std::int32_t at_fdcwd = -100;
    put_json_integer(fd.member("fd"), number);
    if (may_be_cwd && number == at_fdcwd)
        put_json_string(fd.member("name"), "AT_FDCWD");
}

void put_fd(std::string& to, std::int32_t number, bool may_be_cwd)
{
    json_object fd{to};
    put_fd_members(fd, number, may_be_cwd);
    fd.close();
}

void put_device(std::string& to, std::uint64_t number)
{
    json_object device{to};
    put_json_unsigned(device.member("value"), number);
    put_json_unsigned(device.member("major"), device_major(number));
    put_json_unsigned(device.member("minor"), device_minor(number));
    device.close();
}

/// A list of names of flags that is being written.
class name_list {
public:
    name_list(json_object& into, std::string_view member) : to_{into.member(member)} { to_ += '['; }
    void add(std::string_view name)
    {
        if (name.empty())
            return;   // text shows nothing for this value
        if (!std::exchange(first_, false))
            to_ += ',';
        put_json_string(to_, name);
    }
    void close() { to_ += ']'; }

private:
    std::string& to_;
    bool         first_ = true;
};

/// Adds the names of the flags in `number`. Returns the bits that have no name.
std::uint64_t add_names(name_list& list, abi::type const& as, std::uint64_t number)
{
    auto rest = number;
    if (as.shape == shape::flags) {
        auto const* none = number == 0 ? as.names->find(0) : nullptr;
        if (none && none->mask == 0)
            list.add(none->name);
        else
            take_names(*as.names, rest, [&](std::string_view name) { list.add(name); });
    } else if (auto const* row = name_of(as, number)) {
        list.add(row->name);
        rest = 0;
    }
    return rest;
}

// See futex(2), FUTEX_WAKE_OP.
void put_wake_operation(std::string& to, std::uint32_t packed)
{
    constexpr std::string_view operations[] = {"FUTEX_OP_SET", "FUTEX_OP_ADD", "FUTEX_OP_OR", "FUTEX_OP_ANDN", "FUTEX_OP_XOR"};
    constexpr std::string_view comparisons[] = {"FUTEX_OP_CMP_EQ", "FUTEX_OP_CMP_NE", "FUTEX_OP_CMP_LT",
                                                "FUTEX_OP_CMP_LE", "FUTEX_OP_CMP_GT", "FUTEX_OP_CMP_GE"};
    auto const constant = [](std::string& into, std::span<std::string_view const> names, std::uint32_t which) {
        put_json_constant(into, which, which < names.size() ? names[which] : std::string_view{});
    };
    json_object operation{to};
    put_json_unsigned(operation.member("value"), packed);
    constant(operation.member("op"), operations, packed >> 28 & 7);
    put_boolean(operation.member("shift"), packed >> 31);
    put_json_unsigned(operation.member("oparg"), packed >> 12 & 0xfff);
    constant(operation.member("cmp"), comparisons, packed >> 24 & 15);
    put_json_unsigned(operation.member("cmparg"), packed & 0xfff);
    operation.close();
}

// See wait(2). PTRACE_O_TRACESYSGOOD sets bit 7 of the signal of a syscall stop.
void put_wait_status(std::string& to, std::uint32_t status)
{
    auto const number = static_cast<int>(status);
    json_object ended{to};
    put_json_unsigned(ended.member("value"), status);
    if (WIFSTOPPED(number))
        put_json_signal(ended.member("stopped"), WSTOPSIG(number) & 0x7f);
    else if (WIFSIGNALED(number)) {
        put_json_signal(ended.member("killed"), WTERMSIG(number));
        put_boolean(ended.member("core"), WCOREDUMP(number));
    } else if (WIFEXITED(number))
        put_json_integer(ended.member("exited"), WEXITSTATUS(number));
    else if (WIFCONTINUED(number))
        put_boolean(ended.member("continued"), true);
    ended.close();
}

/// Writes the fields of a siginfo_t as members.
class siginfo_members {
public:
    explicit siginfo_members(json_object& to) noexcept : to_{to} {}

    void number(std::string_view name, std::int64_t number) { put_json_integer(to_.member(name), number); }
    void user(std::string_view name, std::uint32_t id) { number(name, id == ~std::uint32_t{0} ? -1 : std::int64_t{id}); }
    void ticks(std::string_view name, std::int64_t ticks) { number(name, ticks); }
    void signal(std::string_view name, int number) { put_json_signal(to_.member(name), number); }
    void address(std::string_view name, void const* at)
    {
        put_json_address(to_.member(name), reinterpret_cast<std::uintptr_t>(at));
    }
    void hex(std::string_view name, std::uint64_t number) { put_json_integer(to_.member(name), static_cast<std::int64_t>(number)); }
    void call(std::string_view name, std::optional<abi::arch> interface, std::uint32_t number)
    {
        auto const* known = interface ? abi::find(*interface, number) : nullptr;
        put_json_constant(to_.member(name), number, known ? known->name : std::string_view{});
    }
    void architecture(std::string_view name, unsigned number)
    {
        put_json_constant(to_.member(name), number, audit_arch_name(number));
    }

private:
    json_object& to_;
};

} // namespace

void put_json_string(std::string& to, std::string_view text)
{
    to += '"';
    while (!text.empty()) {
        auto const* const special = std::find_if_not(text.begin(), text.end(),
                                                     [](char c) { return is_plain(static_cast<unsigned char>(c)); });
        auto const plain = static_cast<std::size_t>(special - text.begin());
        to += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty())
            break;
        auto const length = sequence_length(text);
        if (length == 0)
            to += "\xef\xbf\xbd";
        else if (length == 1 && !is_plain(static_cast<unsigned char>(text[0])))
            put_escaped(to, static_cast<unsigned char>(text[0]));
        else
            to += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    to += '"';
}

void put_json_integer(std::string& to, std::int64_t number)
{
    bool const safe = number <= static_cast<std::int64_t>(largest_double) && number >= -static_cast<std::int64_t>(largest_double);
    if (safe)
        put_signed(to, number);
    else
        put_json_nanoseconds(to, number);
}

void put_json_unsigned(std::string& to, std::uint64_t number)
{
    auto const* const quote = number > largest_double ? "\"" : "";
    to += quote;
    put_number(to, number);
    to += quote;
}

void put_json_nanoseconds(std::string& to, std::int64_t number)
{
    to += '"';
    put_signed(to, number);
    to += '"';
}

void put_json_address(std::string& to, std::uint64_t at)
{
    if (at == 0) {
        to += "null";
        return;
    }
    to += '"';
    put_hex(to, at);
    to += '"';
}

void put_json_constant(std::string& to, std::int64_t number, std::string_view name)
{
    json_object constant{to};
    put_json_integer(constant.member("value"), number);
    auto& into = constant.member("name");
    if (name.empty())
        into += "null";
    else
        put_json_string(into, name);
    constant.close();
}

void put_json_signal(std::string& to, int number)
{
    put_json_constant(to, number, abi::signal_name(number));
}

void put_json_siginfo(std::string& to, siginfo_t const& info)
{
    json_object parts{to};
    if (info.si_signo != 0) {
        put_json_signal(parts.member("si_signo"), info.si_signo);
        put_json_constant(parts.member("si_code"), info.si_code, signal_code_name(info.si_signo, info.si_code));
        if (info.si_errno != 0)
            put_json_constant(parts.member("si_errno"), info.si_errno, abi::errno_name(info.si_errno));
        siginfo_members members{parts};
        siginfo_parts{info, members}.visit();
    }
    parts.close();
}

void json_value_writer::write(value const& shown)
{
    switch (shown.shape()) {
    case shape::pointer: return pointer(shown);
    case shape::characters:
    case shape::bytes: return text(shown);
    case shape::array: return array(shown);
    case shape::structure: return structure(shown);
    case shape::signal_set: return signal_set(shown);
    case shape::fd_set: return shown.parts().empty() ? bit_set(shown, shown.number()) : array(shown);
    case shape::fd:
    case shape::dirfd: return descriptor(shown);
    case shape::process_id:
    case shape::process_group: return process(shown);
    case shape::cpu_set: return bit_set(shown, shown.bytes().size() * 8);
    case shape::unix_path: return unix_path(shown);
    case shape::inet6: return inet6(shown);
    case shape::bit_names: return bit_names(shown);
    case shape::uuid: {
        std::string spelled;
        put_uuid(spelled, shown.bytes());
        return put_json_string(to_, spelled);
    }
    case shape::signal_info: return signal_info(shown);
    case shape::interface_index:
    case shape::known_name: return put_json_constant(to_, static_cast<std::int64_t>(shown.number()), shown.text());
    case shape::hardware_address: return hardware_address(shown);
    case shape::ax25_address: return text(shown);
    default: return number(shown.type(), shown.number());
    }
}

// Adds the open file, if the options asked for it.
void json_value_writer::descriptor(value const& shown)
{
    json_object fd{to_};
    put_fd_members(fd, static_cast<std::int32_t>(shown.number()), shown.shape() == shape::dirfd);
    for (auto const each : shown.parts()) {
        auto& to = fd.member(each.name());
        if (each.name() == "deleted")
            put_boolean(to, true);
        else
            write(each);
    }
    fd.close();
}

void json_value_writer::process(value const& shown)
{
    auto const id = static_cast<std::int32_t>(shown.number());
    if (shown.parts().empty())
        return put_json_integer(to_, id);
    json_object names{to_};
    put_json_integer(names.member("pid"), id);
    for (auto const each : shown.parts()) {
        names.member(each.name());
        write(each);
    }
    names.close();
}

void json_value_writer::plain(abi::type const& as, std::uint64_t number)
{
    if (as.style != style::decimal)
        return put_json_unsigned(to_, number * as.unit);
    auto const shift = 64 - 8 * abi::size_of(as.width, model_);
    put_json_integer(to_, static_cast<std::int64_t>(number << shift) >> shift);
}

void json_value_writer::number(abi::type const& as, std::uint64_t number)
{
    auto const narrow = static_cast<std::uint32_t>(number);
    auto const with_sign = static_cast<std::int32_t>(narrow);
    switch (as.shape) {
    case shape::integer:
    case shape::time:
    case shape::clock_ticks: return plain(as, number);
    case shape::enumeration: return named(as, number);
    case shape::ioctl_request: return put_json_constant(to_, narrow, as.names ? abi::request_name(*as.names, narrow, false) : std::string{});
    case shape::flags: return flags(as, number);
    case shape::packed: return packed(as, number);
    case shape::fd:
    case shape::dirfd: return put_fd(to_, with_sign, as.shape == shape::dirfd);
    case shape::process_id:
    case shape::process_group: return put_json_integer(to_, with_sign);
    case shape::user_id: {
        bool const all_ones = number == (as.width == abi::width::u16 ? 0xffff : 0xffffffff);
        return all_ones ? put_json_integer(to_, -1) : put_json_unsigned(to_, number);
    }
    case shape::permissions: return put_mode(to_, number);
    case shape::file_mode: return put_file_mode(to_, number);
    case shape::device: return put_device(to_, number);
    case shape::signal: return put_json_signal(to_, with_sign);
    case shape::error: return put_json_constant(to_, with_sign, abi::errno_name(with_sign));
    case shape::kernel_result: return put_json_constant(to_, with_sign, abi::errno_name(static_cast<std::int32_t>(0 - narrow)));
    case shape::offset: return put_json_unsigned(to_, number);
    case shape::call_number: {
        auto const* known = abi::find(as.interface, number);
        return put_json_constant(to_, static_cast<std::int64_t>(number), known ? known->name : std::string_view{});
    }
    case shape::clock: return put_json_constant(to_, with_sign, clock_name(with_sign));
    case shape::port: return put_json_unsigned(to_, ntohs(static_cast<std::uint16_t>(number)));
    case shape::net_enumeration: return named(as, ntohs(static_cast<std::uint16_t>(number)));
    case shape::net32: return put_json_unsigned(to_, ntohl(narrow));
    case shape::net64: return put_json_unsigned(to_, be64toh(number));
    case shape::bluetooth_number: return named(as, number);
    case shape::two_bytes: return two_bytes(as, number);
    case shape::attribute_type: return attribute_type(as, number);
    case shape::named_bits: return named_bits(as, narrow);
    case shape::port_range: return port_range(narrow);
    case shape::inet4: {
        char address[INET_ADDRSTRLEN] = "";
        inet_ntop(AF_INET, &narrow, address, sizeof address);
        return put_json_string(to_, address);
    }
    case shape::padded_hex:
    case shape::character: return put_json_unsigned(to_, number);
    case shape::spelled: {
        if (as.style == style::unsigned_decimal)
            return put_json_unsigned(to_, number);
        std::string name;
        as.custom.spell(name, as, number, abi::spelling::name);
        json_object constant{to_};
        put_json_unsigned(constant.member("value"), number);
        put_json_string(constant.member("name"), name);
        return constant.close();
    }
    case shape::resource_limit: return limit(as, number);
    case shape::wake_operation: return put_wake_operation(to_, narrow);
    case shape::wait_status: return put_wait_status(to_, narrow);
    default: return put_json_address(to_, number);   // also for memory that was not read
    }
}

void json_value_writer::named(abi::type const& as, std::uint64_t number)
{
    json_object constant{to_};
    constant.member("value");
    plain(as, number);
    auto const* row = name_of(as, number);
    auto& name = constant.member("name");
    if (row)
        put_json_string(name, row->name);
    else
        name += "null";
    constant.close();
}

void json_value_writer::flags(abi::type const& as, std::uint64_t number)
{
    json_object set{to_};
    put_json_unsigned(set.member("value"), number);
    name_list names{set, "names"};
    auto const rest = add_names(names, as, number);
    names.close();
    if (rest != 0)
        put_json_unsigned(set.member("rest"), rest);
    set.close();
}

// Puts the names of all slices in one list. A slice that is a number becomes a member.
void json_value_writer::packed(abi::type const& as, std::uint64_t whole)
{
    json_object set{to_};
    put_json_unsigned(set.member("value"), whole);
    std::uint64_t rest = 0;
    auto const slices = std::span{as.slices, as.count};
    auto const bits = [&](abi::slice const& each) { return (whole & each.mask) >> each.shift; };
    name_list names{set, "names"};
    for (auto const& each : slices)
        if (each.name.empty() && (each.always || bits(each) != 0))
            rest |= add_names(names, *each.as, bits(each)) << each.shift;
    names.close();
    if (rest != 0)
        put_json_unsigned(set.member("rest"), rest);
    for (auto const& each : slices)
        if (!each.name.empty() && (each.always || bits(each) != 0)) {
            set.member(each.name);
            number(*each.as, bits(each));
        }
    set.close();
}

void json_value_writer::limit(abi::type const& as, std::uint64_t number)
{
    bool const wide = abi::size_of(as.width, model_) == 8;
    bool const infinite = number == (wide ? ~std::uint64_t{0} : 0xffffffff);
    json_object most{to_};
    put_json_unsigned(most.member("value"), number);
    most.member("name") += !infinite ? "null" : as.width == abi::width::u64 ? R"("RLIM64_INFINITY")" : R"("RLIM_INFINITY")";
    most.close();
}

void json_value_writer::pointer(value const& shown)
{
    auto const target = shown.target();
    if (!target)
        return put_json_address(to_, shown.number());
    // The target of a pointer is put in an array if it is a number or an address, to distinguish it from a pointer without a target.
    bool const alone = abi::traits_of(target->shape()).alone;
    to_ += alone ? "[" : "";
    write(*target);
    to_ += alone ? "]" : "";
}

void json_value_writer::text(value const& shown)
{
    bool const cut = shown.state() == value_state::cut;
    json_object into{to_};
    put_bytes(into, shown.text());
    // The length of a string that was cut is not known.
    if (!cut || shown.shape() == shape::bytes)
        put_json_unsigned(into.member("length"), shown.number());
    if (cut)
        put_boolean(into.member("cut"), true);
    into.close();
}

// See unix(7): a name that begins with a null byte is abstract and may contain null
// bytes. Other names end with a null byte.
void json_value_writer::unix_path(value const& shown)
{
    auto name = shown.text();
    bool const abstract = name.size() > 1 && name[0] == 0;
    name = abstract ? name.substr(1) : name.substr(0, name.find('\0'));
    json_object into{to_};
    put_bytes(into, name);
    put_json_unsigned(into.member("length"), name.size());
    if (abstract)
        put_boolean(into.member("abstract"), true);
    into.close();
}

void json_value_writer::inet6(value const& shown)
{
    if (shown.bytes().size() != 16)
        return text(shown);
    char address[INET6_ADDRSTRLEN] = "";
    inet_ntop(AF_INET6, shown.bytes().data(), address, sizeof address);
    put_json_string(to_, address);
}

void json_value_writer::hardware_address(value const& shown)
{
    to_ += '"';
    bool first = true;
    for (auto const each : shown.bytes()) {
        to_ += std::exchange(first, false) ? "" : ":";
        put_padded(to_, std::to_integer<unsigned>(each), 2, 16);
    }
    to_ += '"';
}

void json_value_writer::two_bytes(abi::type const& as, std::uint64_t number)
{
    json_object both{to_};
    put_json_unsigned(both.member("value"), number);
    both.member("high");
    named(as, number >> 8 & 0xff);
    both.member("low");
    this->number(*as.of, number & 0xff);
    both.close();
}

void json_value_writer::attribute_type(abi::type const& as, std::uint64_t number)
{
    constexpr std::uint64_t nested = 0x8000, net_byte_order = 0x4000;   // NLA_F_*
    auto const* row = as.names ? as.names->find(number & 0x3fff) : nullptr;
    json_object kind{to_};
    put_json_unsigned(kind.member("value"), number & 0x3fff);
    auto& name = kind.member("name");
    if (row)
        put_json_string(name, row->name);
    else
        name += "null";
    if ((number & nested) != 0)
        put_boolean(kind.member("nested"), true);
    if ((number & net_byte_order) != 0)
        put_boolean(kind.member("net_byteorder"), true);
    kind.close();
}

void json_value_writer::named_bits(abi::type const& as, std::uint32_t number)
{
    to_ += '[';
    bool first = true;
    for (unsigned i = 0; i < 32; ++i)
        if (number >> i & 1) {
            to_ += std::exchange(first, false) ? "" : ",";
            named(as, i);
        }
    to_ += ']';
}

void json_value_writer::port_range(std::uint32_t number)
{
    json_object range{to_};
    put_json_unsigned(range.member("low"), number & 0xffff);
    put_json_unsigned(range.member("high"), number >> 16);
    range.close();
}

void json_value_writer::array(value const& shown)
{
    bool const whole = shown.state() == value_state::complete;
    auto const list = [&] {
        to_ += '[';
        bool first = true;
        for (auto const each : shown.parts()) {
            if (!std::exchange(first, false))
                to_ += ',';
            write(each);
        }
        to_ += ']';
    };
    if (whole)
        return list();
    json_object partly{to_};
    partly.member("elements");
    list();
    if (shown.state() == value_state::unreadable)
        put_json_address(partly.member("unreadable"), shown.number());
    else if (shown.number() != ~std::uint64_t{0})   // the length of a list that ends with null is not known
        put_json_unsigned(partly.member("length"), shown.number());
    partly.close();
}

void json_value_writer::structure(value const& shown)
{
    // strace shows some fields twice, such as `response_len` of struct sg_io_v4. A JSON object has each name once.
    auto const is_repeated = [&](std::string_view name, std::size_t place) {
        for (auto const earlier : shown.parts()) {
            if (place-- == 0)
                break;
            if (earlier.name() == name)
                return true;
        }
        return false;
    };
    json_object fields{to_};
    std::size_t place = 0;
    for (auto const each : shown.parts()) {
        if (is_repeated(each.name(), place++) || each.shape() == shape::nothing)
            continue;
        fields.member(each.name());
        write(each);
    }
    if (shown.state() == value_state::cut)
        put_boolean(fields.member("..."), true);
    fields.close();
}

void json_value_writer::signal_set(value const& shown)
{
    auto const raw = shown.bytes();
    to_ += '[';
    bool first = true;
    for (unsigned i = 0; i < raw.size() * 8 && i < abi::last_signal; ++i) {
        if (!(std::to_integer<unsigned>(raw[i / 8]) >> i % 8 & 1))
            continue;
        if (!std::exchange(first, false))
            to_ += ',';
        put_json_string(to_, abi::signal_name(static_cast<int>(i + 1)));
    }
    to_ += ']';
}

void json_value_writer::bit_set(value const& shown, std::size_t bits)
{
    auto const raw = shown.bytes();
    to_ += '[';
    bool first = true;
    for (std::size_t i = 0; i < bits && i / 8 < raw.size(); ++i) {
        if (!(std::to_integer<unsigned>(raw[i / 8]) >> i % 8 & 1))
            continue;
        if (!std::exchange(first, false))
            to_ += ',';
        put_number(to_, i);
    }
    to_ += ']';
}

void json_value_writer::bit_names(value const& shown)
{
    auto const raw = shown.bytes();
    to_ += '[';
    bool first = true;
    for (std::uint64_t i = 0; i < shown.number() && i / 8 < raw.size(); ++i) {
        if (!(std::to_integer<unsigned>(raw[i / 8]) >> i % 8 & 1))
            continue;
        if (!std::exchange(first, false))
            to_ += ',';
        auto const* row = shown.type().names->find(i);
        put_json_constant(to_, static_cast<std::int64_t>(i), row ? row->name : std::string_view{});
    }
    to_ += ']';
}

void json_value_writer::signal_info(value const& shown)
{
    siginfo_t info{};
    if (!shown.bytes().empty())
        std::memcpy(&info, shown.bytes().data(), std::min(sizeof info, shown.bytes().size()));
    put_json_siginfo(to_, info);
}

void json_value_writer::write_returned(abi::type const& as, std::int64_t returned)
{
    auto const bits = static_cast<std::uint64_t>(returned);
    switch (as.shape) {
    // A return value has the width of a register, whatever the width of its type is.
    case shape::integer:
        return as.style == style::decimal ? put_json_integer(to_, returned) : put_json_unsigned(to_, bits);
    case shape::pointer:
    case shape::nothing: return put_json_integer(to_, returned);
    default: return number(as, bits);
    }
}

void append_json(value const& shown, abi::arch interface, std::string& to)
{
    json_value_writer{abi::model_of(interface), to}.write(shown);
}

} // namespace cotrace::render
