// SPDX-License-Identifier: BSL-1.0
#include "render/json/json_value_writer.hpp"

#include "render/json/siginfo.hpp"
#include "render/numbers.hpp"

#include <cotrace/render/json.hpp>

#include <algorithm>
#include <cstring>

#include <arpa/inet.h>

namespace cotrace::render {
namespace {

using uapi::shape;

}   // namespace

void json_value_writer::write(value const& shown, std::string_view text)
{
    out_.begin_object();
    if (!text.empty())
        out_.member("text", text);
    json_value_writer{model_, out_}.members(shown);
    out_.end_object();
}

void json_value_writer::members(value const& shown)
{
    std::string made;
    switch (shown.shape()) {
    case shape::pointer: return pointer(shown);
    case shape::characters:
    case shape::bytes:
    case shape::ax25_address: return text(shown);
    case shape::array: return array(shown);
    case shape::structure: return structure(shown);
    case shape::signal_set: return signal_set(shown);
    case shape::fd_set: return shown.parts().empty() ? bit_set(shown, shown.number()) : array(shown);
    case shape::fd:
    case shape::dirfd:
    case shape::process_id:
    case shape::process_group: return details(shown);
    case shape::cpu_set: return bit_set(shown, shown.bytes().size() * 8);
    case shape::unix_path: return unix_path(shown);
    case shape::inet6: return inet6(shown);
    case shape::bit_names: return bit_names(shown);
    case shape::uuid: put_uuid(made, shown.bytes()); return text_member(made);
    case shape::hardware_address: put_hardware_address(made, shown.bytes()); return text_member(made);
    case shape::signal_info: return signal_info(shown);
    case shape::interface_index:
    case shape::known_name: return constant(static_cast<std::int64_t>(shown.number()), shown.text());
    default: return number(shown.type(), shown.number());
    }
}

void json_value_writer::text(value const& shown)
{
    bool const cut = shown.state() != value_state::complete;
    out_.bytes_member(shown.text(), cut);
    // The full length of a string that was cut is not known. The full length of a buffer is always known.
    if (!cut || shown.shape() == shape::bytes)
        out_.member("length", shown.number());
    if (cut)
        out_.member("cut", true);
}

// An abstract name of a Unix socket begins with a null byte; any other name ends before the first null byte. See unix(7).
void json_value_writer::unix_path(value const& shown)
{
    auto name = shown.text();
    bool const abstract = !name.empty() && name[0] == 0;
    name = abstract ? name.substr(1) : name.substr(0, name.find('\0'));
    out_.bytes_member(name);
    out_.member("length", name.size());
    if (abstract)
        out_.member("abstract", true);
}

void json_value_writer::inet6(value const& shown)
{
    if (shown.bytes().size() != sizeof(in6_addr))
        return text(shown);
    char address[INET6_ADDRSTRLEN] = "";
    inet_ntop(AF_INET6, shown.bytes().data(), address, sizeof address);
    text_member(address);
}

void json_value_writer::signal_info(value const& shown)
{
    siginfo_t info{};
    if (!shown.bytes().empty())
        std::memcpy(&info, shown.bytes().data(), std::min(sizeof info, shown.bytes().size()));
    put_json_siginfo(out_, info);
}

void json_value_writer::returned_members(std::int64_t number, uapi::type const& as, std::optional<value> const& described)
{
    out_.member("value", number);
    has_value_ = true;
    if (described)
        members(*described);
    else if (as.shape != shape::integer && as.shape != shape::pointer && as.shape != shape::nothing)
        this->number(as, static_cast<std::uint64_t>(number));
}

void append_json(value const& shown, uapi::arch interface, std::string& to)
{
    json_writer out{to};
    json_value_writer{uapi::model_of(interface), out}.write(shown);
}

}   // namespace cotrace::render
