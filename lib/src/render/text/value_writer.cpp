// SPDX-License-Identifier: BSL-1.0
#include "render/text/value_writer.hpp"

#include "uapi/spelling.hpp"

namespace cotrace::render {
namespace {

using uapi::shape;

}   // namespace

void value_writer::remark(std::string_view text)
{
    to_ += " /* ";
    to_ += text;
    to_ += " */";
}

// Appends a comment with the date of a time. Appends nothing for the time 0 and for an invalid time.
void value_writer::moment(std::int64_t seconds, std::uint64_t fraction, unsigned digits)
{
    std::string text;
    if ((seconds != 0 || fraction != 0) && put_time(text, seconds, fraction, digits))
        remark(text);
}

void value_writer::write(value const& shown, std::optional<value> before)
{
    bare(shown, before);
    if (!shown.type().text.comment.empty())
        remark(shown.type().text.comment);
}

void value_writer::bare(value const& shown, std::optional<value> before)
{
    switch (shown.shape()) {
    case shape::pointer: return pointer(shown, before);
    case shape::characters: text(shown); return context_of(shown);
    case shape::bytes: return shown.type().text.surplus ? more_bytes(shown, shown.type().length.value) : text(shown);
    case shape::array: return array(shown, before);
    case shape::structure: return structure(shown, before);
    case shape::signal_set: return signal_set(shown);
    case shape::fd_set: put_fds(shown); return;
    case shape::fd:
    case shape::dirfd: return descriptor(shown);
    case shape::process_id:
    case shape::process_group: return process(shown);
    case shape::cpu_set: bit_set(shown, shown.bytes().size() * 8); return;
    case shape::signal_info: return signal_info(shown);
    case shape::unix_path: unix_path(shown); return context_of(shown);
    case shape::uuid: return put_uuid(to_, shown.bytes());
    case shape::bit_names: return bit_names(shown);
    case shape::inet6: return inet6(shown, {});
    case shape::inet4: return inet4(static_cast<std::uint32_t>(shown.number()), shown.text());
    case shape::interface_index: return interface_index(shown);
    case shape::known_name: return known_name(shown);
    case shape::hardware_address: return hardware_address(shown);
    case shape::ax25_address: return ax25_address(shown);
    default: return number(shown.type(), shown.number());
    }
}

void value_writer::number(uapi::type const& as, std::uint64_t number)
{
    auto const narrow = static_cast<std::uint32_t>(number);
    switch (as.shape) {
    case shape::integer:
    case shape::time: return plain(as, number);
    case shape::enumeration: return named(as, number);
    case shape::flags: return flags(as, number);
    case shape::clock_ticks: return clock_ticks(as, number);
    case shape::packed: return packed(as, number);
    case shape::error:
    case shape::kernel_result: return error(as, number);
    case shape::offset: return offset(as, number);
    case shape::call_number: return call_number(as, number);
    case shape::fd:
    case shape::process_id:
    case shape::process_group: return put_signed(to_, static_cast<std::int32_t>(number));
    case shape::dirfd: return directory(static_cast<std::int32_t>(number));
    case shape::user_id: return user(as, number);
    case shape::permissions: return permissions(number);
    case shape::file_mode: return file_mode(number);
    case shape::device: return device(number);
    case shape::signal: return signal(as, number);
    case shape::clock: return clock(static_cast<std::int32_t>(number));
    case shape::ioctl_request: return request(as, narrow);
    case shape::port: return port(static_cast<std::uint16_t>(number));
    case shape::net_enumeration: return net_enumeration(as, static_cast<std::uint16_t>(number));
    case shape::net32: return net32(as, narrow);
    case shape::net64: return net64(number);
    case shape::inet4: return inet4(narrow);
    case shape::bluetooth_number: return bluetooth_number(as, number);
    case shape::attribute_type: return attribute_type(as, number);
    case shape::named_bits: return named_bits(as, narrow);
    case shape::port_range: return port_range(narrow);
    case shape::two_bytes: return two_bytes(as, number);
    case shape::padded_hex: return padded_hex(as, number);
    case shape::character: return uapi::spell_character(to_, static_cast<unsigned char>(number));
    case shape::resource_limit: return limit(as, number);
    case shape::spelled: return spelled(as, number);
    case shape::wake_operation: return wake_operation(narrow);
    case shape::wait_status: return wait_status(narrow);
    default: return address(number);   // for example `shape::address`
    }
}

void append_text(value const& shown, uapi::arch interface, text_options const& options, std::string& to)
{
    value_writer{options, uapi::model_of(interface), to}.write(shown);
}

std::string text(value const& shown, uapi::arch interface, text_options const& options)
{
    std::string made;
    append_text(shown, interface, options, made);
    return made;
}

}   // namespace cotrace::render
