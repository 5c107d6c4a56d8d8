// SPDX-License-Identifier: BSL-1.0
// Writes numbers, constants and flags as JSON.
#include "render/json/json_value_writer.hpp"

#include "render/json/json_object.hpp"
#include "render/names.hpp"
#include "render/numbers.hpp"
#include "uapi/requests.hpp"

#include <cotrace/uapi/errnos.hpp>
#include <cotrace/uapi/syscalls.hpp>

#include <span>
#include <string>
#include <utility>

#include <arpa/inet.h>
#include <endian.h>
#include <sys/wait.h>

namespace cotrace::render {
namespace {

using uapi::shape;

using uapi::style;

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

void put_user(std::string& to, uapi::type const& as, std::uint64_t number)
{
    bool const all_ones = number == (as.width == uapi::width::u16 ? 0xffff : 0xffffffff);
    all_ones ? put_json_integer(to, -1) : put_json_unsigned(to, number);
}

void put_call_number(std::string& to, uapi::arch interface, std::uint64_t number)
{
    auto const* known = uapi::find(interface, number);
    put_json_constant(to, static_cast<std::int64_t>(number), known ? known->name : std::string_view{});
}

void put_inet4(std::string& to, std::uint32_t number)
{
    char address[INET_ADDRSTRLEN] = "";
    inet_ntop(AF_INET, &number, address, sizeof address);
    put_json_string(to, address);
}

void put_spelled(std::string& to, uapi::type const& as, std::uint64_t number)
{
    if (as.style == style::unsigned_decimal)
        return put_json_unsigned(to, number);
    std::string name;
    as.custom.spell(name, as, number, uapi::spelling::name);
    json_object constant{to};
    put_json_unsigned(constant.member("value"), number);
    put_json_string(constant.member("name"), name);
    constant.close();
}

/// Writes a JSON array with the names of flags.
class name_list {
public:
    name_list(json_object& into, std::string_view member)
        : to_{into.member(member)}
    {
        to_ += '[';
    }
    void add(std::string_view name)
    {
        if (name.empty())
            return;   // the name is empty if the text format does not show the value
        if (!std::exchange(first_, false))
            to_ += ',';
        put_json_string(to_, name);
    }
    void close() { to_ += ']'; }

private:
    std::string& to_;
    bool first_ = true;
};

/// Adds the names of the flags in `number`. Returns the bits that have no name.
std::uint64_t add_names(name_list& list, uapi::type const& as, std::uint64_t number)
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

// Writes the operation of FUTEX_WAKE_OP, see futex(2).
void put_wake_operation(std::string& to, std::uint32_t packed)
{
    auto const constant = [](std::string& into, std::span<std::string_view const> names, std::uint32_t which) {
        put_json_constant(into, which, which < names.size() ? names[which] : std::string_view{});
    };
    json_object operation{to};
    put_json_unsigned(operation.member("value"), packed);
    constant(operation.member("op"), futex_operations, packed >> 28 & 7);
    put_json_boolean(operation.member("shift"), packed >> 31);
    put_json_unsigned(operation.member("oparg"), packed >> 12 & 0xfff);
    constant(operation.member("cmp"), futex_comparisons, packed >> 24 & 15);
    put_json_unsigned(operation.member("cmparg"), packed & 0xfff);
    operation.close();
}

// Writes a wait status, see wait(2). Bit 7 of the signal number, which is set at a syscall-stop with
// PTRACE_O_TRACESYSGOOD, is left out.
void put_wait_status(std::string& to, std::uint32_t status)
{
    auto const number = static_cast<int>(status);
    json_object ended{to};
    put_json_unsigned(ended.member("value"), status);
    if (WIFSTOPPED(number))
        put_json_signal(ended.member("stopped"), WSTOPSIG(number) & 0x7f);
    else if (WIFSIGNALED(number)) {
        put_json_signal(ended.member("killed"), WTERMSIG(number));
        put_json_boolean(ended.member("core"), WCOREDUMP(number));
    } else if (WIFEXITED(number))
        put_json_integer(ended.member("exited"), WEXITSTATUS(number));
    else if (WIFCONTINUED(number))
        put_json_boolean(ended.member("continued"), true);
    ended.close();
}

}   // namespace

void json_value_writer::plain(uapi::type const& as, std::uint64_t number)
{
    if (as.style != style::decimal)
        return put_json_unsigned(to_, number * as.unit);
    auto const shift = 64 - 8 * uapi::size_of(as.width, model_);
    put_json_integer(to_, static_cast<std::int64_t>(number << shift) >> shift);
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
    case shape::ioctl_request:
        return put_json_constant(to_, narrow, as.names ? uapi::request_name(*as.names, narrow, false) : std::string{});
    case shape::flags: return flags(as, number);
    case shape::packed: return packed(as, number);
    case shape::fd:
    case shape::dirfd: return put_fd(to_, with_sign, as.shape == shape::dirfd);
    case shape::process_id:
    case shape::process_group: return put_json_integer(to_, with_sign);
    case shape::user_id: return put_user(to_, as, number);
    case shape::permissions: return put_mode(to_, number);
    case shape::file_mode: return put_file_mode(to_, number);
    case shape::device: return put_device(to_, number);
    case shape::signal: return put_json_signal(to_, with_sign);
    case shape::error: return put_json_constant(to_, with_sign, uapi::errno_name(with_sign));
    case shape::kernel_result: return put_json_constant(to_, with_sign, uapi::errno_name(static_cast<std::int32_t>(0 - narrow)));
    case shape::call_number: return put_call_number(to_, as.interface, number);
    case shape::clock: return put_json_constant(to_, with_sign, clock_name(with_sign));
    case shape::port: return put_json_unsigned(to_, ntohs(static_cast<std::uint16_t>(number)));
    case shape::net_enumeration: return named(as, ntohs(static_cast<std::uint16_t>(number)));
    case shape::net32: return put_json_unsigned(to_, ntohl(narrow));
    case shape::net64: return put_json_unsigned(to_, be64toh(number));
    case shape::two_bytes: return two_bytes(as, number);
    case shape::attribute_type: return attribute_type(as, number);
    case shape::named_bits: return named_bits(as, narrow);
    case shape::port_range: return port_range(narrow);
    case shape::inet4: return put_inet4(to_, narrow);
    case shape::offset:
    case shape::padded_hex:
    case shape::character: return put_json_unsigned(to_, number);
    case shape::spelled: return put_spelled(to_, as, number);
    case shape::resource_limit: return limit(as, number);
    case shape::wake_operation: return put_wake_operation(to_, narrow);
    case shape::wait_status: return put_wait_status(to_, narrow);
    default: return put_json_address(to_, number);   // for example a pointer to memory that was not read
    }
}

void json_value_writer::named(uapi::type const& as, std::uint64_t number)
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

void json_value_writer::flags(uapi::type const& as, std::uint64_t number)
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

// Writes a packed number, which consists of ranges of bits (slices). A slice with a name becomes a member that has this
// name. The slices without a name are flags or constants; their names are written as one list.
void json_value_writer::packed(uapi::type const& as, std::uint64_t whole)
{
    json_object set{to_};
    put_json_unsigned(set.member("value"), whole);
    std::uint64_t rest = 0;
    auto const slices = std::span{as.slices, as.count};
    auto const bits = [&](uapi::slice const& each) { return (whole & each.mask) >> each.shift; };
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

void json_value_writer::limit(uapi::type const& as, std::uint64_t number)
{
    bool const wide = uapi::size_of(as.width, model_) == 8;
    bool const infinite = number == (wide ? ~std::uint64_t{0} : 0xffffffff);
    json_object most{to_};
    put_json_unsigned(most.member("value"), number);
    most.member("name") += !infinite ? "null" : as.width == uapi::width::u64 ? R"("RLIM64_INFINITY")" : R"("RLIM_INFINITY")";
    most.close();
}

void json_value_writer::two_bytes(uapi::type const& as, std::uint64_t number)
{
    json_object both{to_};
    put_json_unsigned(both.member("value"), number);
    both.member("high");
    named(as, number >> 8 & 0xff);
    both.member("low");
    this->number(*as.of, number & 0xff);
    both.close();
}

void json_value_writer::attribute_type(uapi::type const& as, std::uint64_t number)
{
    auto const* row = as.names ? as.names->find(number & attribute_number) : nullptr;
    json_object kind{to_};
    put_json_unsigned(kind.member("value"), number & attribute_number);
    auto& name = kind.member("name");
    if (row)
        put_json_string(name, row->name);
    else
        name += "null";
    if ((number & nested_attribute) != 0)
        put_json_boolean(kind.member("nested"), true);
    if ((number & net_byte_order_attribute) != 0)
        put_json_boolean(kind.member("net_byteorder"), true);
    kind.close();
}

void json_value_writer::named_bits(uapi::type const& as, std::uint32_t number)
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

void put_fd_members(json_object& fd, std::int32_t number, bool may_be_cwd)
{
    constexpr std::int32_t at_fdcwd = -100;
    put_json_integer(fd.member("fd"), number);
    if (may_be_cwd && number == at_fdcwd)
        put_json_string(fd.member("name"), "AT_FDCWD");
}

}   // namespace cotrace::render
