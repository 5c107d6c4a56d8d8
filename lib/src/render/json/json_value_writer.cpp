// SPDX-License-Identifier: BSL-1.0
#include "render/json/json_value_writer.hpp"

#include "render/json/json_object.hpp"
#include "render/json/siginfo.hpp"
#include "render/numbers.hpp"

#include <cotrace/render/json.hpp>

#include <algorithm>
#include <cstring>

#include <arpa/inet.h>

namespace cotrace::render {
namespace {

using uapi::shape;

using uapi::style;

}   // namespace

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
    case shape::uuid: return uuid(shown);
    case shape::signal_info: return signal_info(shown);
    case shape::interface_index:
    case shape::known_name: return put_json_constant(to_, static_cast<std::int64_t>(shown.number()), shown.text());
    case shape::hardware_address: return hardware_address(shown);
    case shape::ax25_address: return text(shown);
    default: return number(shown.type(), shown.number());
    }
}

// Writes a file descriptor, with details of the open file if `capture_options` asked for them.
void json_value_writer::descriptor(value const& shown)
{
    json_object fd{to_};
    put_fd_members(fd, static_cast<std::int32_t>(shown.number()), shown.shape() == shape::dirfd);
    for (auto const each : shown.parts()) {
        auto& to = fd.member(each.name());
        if (each.name() == "deleted")
            put_json_boolean(to, true);
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

void json_value_writer::text(value const& shown)
{
    bool const cut = shown.state() != value_state::complete;
    json_object into{to_};
    put_json_bytes(into, shown.text());
    // The full length of a string that was cut is not known. The full length of an array of bytes is always known.
    if (!cut || shown.shape() == shape::bytes)
        put_json_unsigned(into.member("length"), shown.number());
    if (cut)
        put_json_boolean(into.member("cut"), true);
    into.close();
}

// Writes the name of a Unix socket. A name that begins with a null byte is abstract and
// may contain null bytes. Any other name ends with a null byte. See unix(7).
void json_value_writer::unix_path(value const& shown)
{
    auto name = shown.text();
    bool const abstract = name.size() > 1 && name[0] == 0;
    name = abstract ? name.substr(1) : name.substr(0, name.find('\0'));
    json_object into{to_};
    put_json_bytes(into, name);
    put_json_unsigned(into.member("length"), name.size());
    if (abstract)
        put_json_boolean(into.member("abstract"), true);
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

void json_value_writer::uuid(value const& shown)
{
    to_ += '"';
    put_uuid(to_, shown.bytes());
    to_ += '"';
}

void json_value_writer::hardware_address(value const& shown)
{
    to_ += '"';
    put_hardware_address(to_, shown.bytes());
    to_ += '"';
}

void json_value_writer::signal_info(value const& shown)
{
    siginfo_t info{};
    if (!shown.bytes().empty())
        std::memcpy(&info, shown.bytes().data(), std::min(sizeof info, shown.bytes().size()));
    put_json_siginfo(to_, info);
}

void json_value_writer::write_returned(uapi::type const& as, std::int64_t returned)
{
    auto const bits = static_cast<std::uint64_t>(returned);
    switch (as.shape) {
    // A return value always has the width of a register, which may differ from the width of its type.
    case shape::integer: return as.style == style::decimal ? put_json_integer(to_, returned) : put_json_unsigned(to_, bits);
    case shape::pointer:
    case shape::nothing: return put_json_integer(to_, returned);
    default: return number(as, bits);
    }
}

void append_json(value const& shown, uapi::arch interface, std::string& to)
{
    json_value_writer{uapi::model_of(interface), to}.write(shown);
}

}   // namespace cotrace::render
