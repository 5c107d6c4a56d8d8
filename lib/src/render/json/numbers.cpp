// SPDX-License-Identifier: BSL-1.0
// Writes numbers, constants and flags as JSON.
#include "render/json/json_value_writer.hpp"

#include "render/names.hpp"
#include "render/numbers.hpp"
#include "uapi/requests.hpp"

#include <cotrace/uapi/errnos.hpp>
#include <cotrace/uapi/signals.hpp>
#include <cotrace/uapi/syscalls.hpp>

#include <span>
#include <string>

#include <arpa/inet.h>
#include <endian.h>
#include <sys/wait.h>

namespace cotrace::render {
namespace {

using uapi::shape;

using uapi::style;

std::string_view name_in(std::span<std::string_view const> names, std::uint32_t which)
{
    return which < names.size() ? names[which] : std::string_view{};
}

std::string inet4_text(std::uint32_t number)
{
    char address[INET_ADDRSTRLEN] = "";
    inet_ntop(AF_INET, &number, address, sizeof address);
    return address;
}

}   // namespace

void json_value_writer::name_member(std::string_view name)
{
    if (!name.empty())
        out_.member("name", name);
}

void json_value_writer::constant(std::int64_t number, std::string_view name)
{
    value_member(number);
    name_member(name);
}

void json_value_writer::signal(int number) { constant(number, uapi::signal_name(number)); }

void json_value_writer::write_number(std::string_view field, uapi::type const& as, std::uint64_t number)
{
    out_.key(field);
    out_.begin_object();
    json_value_writer{model_, out_}.number(as, number);
    out_.end_object();
}

void json_value_writer::plain(uapi::type const& as, std::uint64_t number)
{
    if (as.style != style::decimal)
        return value_member(number * as.unit);
    auto const shift = 64 - 8 * uapi::size_of(as.width, model_);
    value_member(static_cast<std::int64_t>(number << shift) >> shift);
}

void json_value_writer::number(uapi::type const& as, std::uint64_t number)
{
    auto const narrow = static_cast<std::uint32_t>(number);
    auto const with_sign = static_cast<std::int32_t>(narrow);
    switch (as.shape) {
    case shape::integer:
    case shape::time:
    case shape::clock_ticks: return plain(as, number);
    case shape::enumeration:
    case shape::bluetooth_number: return named(as, number);
    case shape::ioctl_request: return constant(narrow, as.names ? uapi::request_name(*as.names, narrow, false) : std::string{});
    case shape::flags: return flags(as, number);
    case shape::packed: return packed(as, number);
    case shape::fd:
    case shape::dirfd:
    case shape::process_id:
    case shape::process_group: return value_member(with_sign);
    case shape::user_id: return user(as, number);
    case shape::permissions: return mode(number, false);
    case shape::file_mode: return mode(number, true);
    case shape::device: return device(number);
    case shape::signal: return signal(with_sign);
    case shape::error: return constant(with_sign, uapi::errno_name(with_sign));
    case shape::kernel_result: return constant(with_sign, uapi::errno_name(static_cast<std::int32_t>(0 - narrow)));
    case shape::call_number: {
        auto const* known = uapi::find(as.interface, number);
        return constant(static_cast<std::int64_t>(number), known ? known->name : std::string_view{});
    }
    case shape::clock: return constant(with_sign, clock_name(with_sign));
    case shape::port: return value_member(ntohs(static_cast<std::uint16_t>(number)));
    case shape::net_enumeration: return named(as, ntohs(static_cast<std::uint16_t>(number)));
    case shape::net32: return value_member(ntohl(narrow));
    case shape::net64: return value_member(be64toh(number));
    case shape::two_bytes: return two_bytes(as, number);
    case shape::attribute_type: return attribute_type(as, number);
    case shape::named_bits: return named_bits(as, narrow);
    case shape::port_range: return port_range(narrow);
    case shape::inet4: return text_member(inet4_text(narrow));
    case shape::offset:
    case shape::padded_hex:
    case shape::character: return value_member(number);
    case shape::spelled: return spelled(as, number);
    case shape::resource_limit: return limit(as, number);
    case shape::wake_operation: return wake_operation(narrow);
    case shape::wait_status: return wait_status(narrow);
    default:   // for example `shape::address`
        return out_.hex_member("address", number);
    }
}

void json_value_writer::named(uapi::type const& as, std::uint64_t number)
{
    plain(as, number);
    auto const* row = name_of(as, number);
    name_member(row ? row->name : std::string_view{});
}

void json_value_writer::mode(std::uint64_t bits, bool has_type)
{
    value_member(bits);
    std::string octal{"0"};
    if (bits != 0)
        put_number(octal, bits, 8);
    out_.member("octal", octal);
    if (has_type)
        name_member(file_type_name(bits));
}

void json_value_writer::device(std::uint64_t number)
{
    value_member(number);
    json_fields parts{out_};
    parts.add("major", static_cast<std::int64_t>(device_major(number)));
    parts.add("minor", static_cast<std::int64_t>(device_minor(number)));
    parts.close();
}

void json_value_writer::user(uapi::type const& as, std::uint64_t number)
{
    bool const all_ones = number == (as.width == uapi::width::u16 ? 0xffff : 0xffffffff);
    value_member(all_ones ? -1 : static_cast<std::int64_t>(number));
}

void json_value_writer::spelled(uapi::type const& as, std::uint64_t number)
{
    value_member(number);
    if (as.style == style::unsigned_decimal)
        return;
    std::string name;
    as.custom.spell(name, as, number, uapi::spelling::name);
    name_member(name);
}

/// Writes the names of the flags in `number`, or of the constant `number`, as elements of an array. Returns the bits that have no
/// name.
std::uint64_t json_value_writer::add_names(uapi::type const& as, std::uint64_t number)
{
    auto const add = [&](std::string_view name) {
        if (!name.empty())   // some values have an empty name, because the text format does not show them
            out_.put(name);
    };
    if (as.shape != shape::flags) {
        auto const* row = name_of(as, number);
        if (row)
            add(row->name);
        return row ? 0 : number;
    }
    auto rest = number;
    auto const* none = number == 0 ? as.names->find(0) : nullptr;
    if (none && none->mask == 0)
        add(none->name);
    else
        take_names(*as.names, rest, add);
    return rest;
}

void json_value_writer::flags(uapi::type const& as, std::uint64_t number)
{
    value_member(number);
    out_.key("names");
    out_.begin_array();
    auto const rest = add_names(as, number);
    out_.end_array();
    if (rest != 0)
        out_.member("rest", rest);
}

// Writes a number that consists of slices (ranges of bits). A slice with a name becomes a field; all other slices become one list
// of names.
void json_value_writer::packed(uapi::type const& as, std::uint64_t whole)
{
    value_member(whole);
    std::uint64_t rest = 0;
    auto const bits = [&](uapi::slice const& each) { return (whole & each.mask) >> each.shift; };
    auto const for_each_slice = [&](bool with_name, auto see) {
        for (auto const& each : std::span{as.slices, as.count})
            if (each.name.empty() != with_name && (each.always || bits(each) != 0))
                see(each);
    };
    out_.key("names");
    out_.begin_array();
    for_each_slice(false, [&](uapi::slice const& each) { rest |= add_names(*each.as, bits(each)) << each.shift; });
    out_.end_array();
    if (rest != 0)
        out_.member("rest", rest);
    bool any = false;
    for_each_slice(true, [&](uapi::slice const& each) {
        if (!std::exchange(any, true)) {
            out_.key("fields");
            out_.begin_object();
        }
        write_number(each.name, *each.as, bits(each));
    });
    if (any)
        out_.end_object();
}

void json_value_writer::limit(uapi::type const& as, std::uint64_t number)
{
    bool const wide = uapi::size_of(as.width, model_) == 8;
    bool const infinite = number == (wide ? ~std::uint64_t{0} : 0xffffffff);
    value_member(number);
    if (infinite)
        name_member(as.width == uapi::width::u64 ? "RLIM64_INFINITY" : "RLIM_INFINITY");
}

// Writes the operation of FUTEX_WAKE_OP, see futex(2).
void json_value_writer::wake_operation(std::uint32_t packed)
{
    value_member(packed);
    auto const operation = packed >> 28 & 7, comparison = packed >> 24 & 15;
    json_fields parts{out_};
    parts.add("op", operation, name_in(futex_operations, operation));
    parts.add("shift", packed >> 31);
    parts.add("oparg", packed >> 12 & 0xfff);
    parts.add("cmp", comparison, name_in(futex_comparisons, comparison));
    parts.add("cmparg", packed & 0xfff);
    parts.close();
}

// Writes a wait status, see wait(2). "stopped" leaves out bit 7 of the signal, which marks a syscall-stop with
// PTRACE_O_TRACESYSGOOD.
void json_value_writer::wait_status(std::uint32_t status)
{
    auto const number = static_cast<int>(status);
    value_member(status);
    json_fields parts{out_};
    if (WIFSTOPPED(number))
        parts.add("stopped", WSTOPSIG(number) & 0x7f, uapi::signal_name(WSTOPSIG(number) & 0x7f));
    else if (WIFSIGNALED(number)) {
        parts.add("killed", WTERMSIG(number), uapi::signal_name(WTERMSIG(number)));
        parts.add("core", WCOREDUMP(number) ? 1 : 0);
    } else if (WIFEXITED(number))
        parts.add("exited", WEXITSTATUS(number));
    else if (WIFCONTINUED(number))
        parts.add("continued", 1);
    parts.close();
}

void json_value_writer::two_bytes(uapi::type const& as, std::uint64_t number)
{
    value_member(number);
    out_.key("fields");
    out_.begin_object();
    out_.key("high");
    out_.begin_object();
    json_value_writer{model_, out_}.named(as, number >> 8 & 0xff);
    out_.end_object();
    write_number("low", *as.of, number & 0xff);
    out_.end_object();
}

// Writes the type of a netlink attribute. The flags in the type are in the member "names".
void json_value_writer::attribute_type(uapi::type const& as, std::uint64_t number)
{
    auto const* row = as.names ? as.names->find(number & attribute_number) : nullptr;
    constant(static_cast<std::int64_t>(number & attribute_number), row ? row->name : std::string_view{});
    if ((number & (nested_attribute | net_byte_order_attribute)) == 0)
        return;
    out_.key("names");
    out_.begin_array();
    if ((number & nested_attribute) != 0)
        out_.put("NLA_F_NESTED");
    if ((number & net_byte_order_attribute) != 0)
        out_.put("NLA_F_NET_BYTEORDER");
    out_.end_array();
}

void json_value_writer::named_bits(uapi::type const& as, std::uint32_t number)
{
    out_.key("elements");
    out_.begin_array();
    for (unsigned i = 0; i < 32; ++i)
        if (number >> i & 1) {
            out_.begin_object();
            json_value_writer{model_, out_}.named(as, i);
            out_.end_object();
        }
    out_.end_array();
}

void json_value_writer::port_range(std::uint32_t number)
{
    json_fields parts{out_};
    parts.add("low", number & 0xffff);
    parts.add("high", number >> 16);
    parts.close();
}

}   // namespace cotrace::render
