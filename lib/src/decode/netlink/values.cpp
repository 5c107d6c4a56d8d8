// SPDX-License-Identifier: BSL-1.0
// Adds single parts of a message: bytes, characters, and values of a given type.
#include "decode/netlink/netlink_reader.hpp"

namespace cotrace::decode {
namespace {

namespace as = uapi::as;
using uapi::type;

}   // namespace

// Adds bytes, up to the string limit. If the bytes cannot be read, adds their address if `or_address` is set, and returns false.
bool netlink_reader::bytes(type const& what, byte_range where, std::string_view name, bool or_address)
{
    return bytes_upto(made_.most_of_buffer(), what, where, name, or_address);
}

bool netlink_reader::bytes_upto(std::size_t most, type const& what, byte_range where, std::string_view name, bool or_address)
{
    std::array<std::byte, 4096> buffer;
    auto const shown = std::min<std::uint64_t>({where.length, most, buffer.size()});
    auto const raw = std::span{buffer}.first(static_cast<std::size_t>(shown));
    if (!raw.empty() && made_.read_shown(where.at, raw) != raw.size()) {
        if (or_address)
            made_.add_plain(as::address, name, where.at);
        return false;
    }
    made_.add_text(what, name, raw);
    auto& node = made_.into().node(static_cast<std::uint32_t>(made_.into().nodes().size() - 1));
    node.number = where.length;
    if (shown < where.length)
        node.state = value_state::cut;
    return true;
}

// Adds characters that end with a null byte. As in strace, the text is marked as cut if its last character within the string
// limit is not a null byte.
void netlink_reader::text(byte_range where)
{
    auto const shown = where.first(made_.most_of_string());
    static constexpr uapi::type ended_text = {.shape = uapi::shape::bytes, .unlimited = true, .length = uapi::exactly(0)};
    bool const ended = shown.length != 0 && read<char>(shown.at + shown.length - 1) == 0;
    if (!bytes_upto(made_.most_of_string(), ended_text, shown.first(shown.length - (ended ? 1 : 0)), {}, true))
        return;
    auto& node = made_.into().node(static_cast<std::uint32_t>(made_.into().nodes().size() - 1));
    node.number = where.length;
    node.state = ended || where.length == 0 ? value_state::complete : value_state::cut;
}

// Adds characters up to the first null byte. Without a null byte within the string limit, the value is marked as cut.
void netlink_reader::characters(byte_range where, std::string_view name)
{
    std::array<char, 4096> buffer;
    auto const room = std::min<std::uint64_t>({where.length, made_.most_read_of_string(), buffer.size()});
    auto const raw = std::as_writable_bytes(std::span{buffer}.first(static_cast<std::size_t>(room)));
    if (!raw.empty() && made_.read(where.at, raw) != raw.size()) {
        made_.add_plain(as::address, name, where.at);
        return;
    }
    auto const end = static_cast<std::size_t>(std::find(raw.begin(), raw.end(), std::byte{}) - raw.begin());
    bool const ended = end < raw.size();
    made_.show(where.at, end);
    auto const shown = ended ? end : std::min<std::size_t>(raw.size(), made_.most_of_string());
    made_.add_text(uapi::some_bytes, name, raw.first(shown));
    auto& node = made_.into().node(static_cast<std::uint32_t>(made_.into().nodes().size() - 1));
    if (!ended && where.length != 0)
        node.state = value_state::cut;
}

// Adds a value, or its address if the value cannot be decoded. If the range is too short, adds nothing and returns false.
bool netlink_reader::value(type const& what, byte_range where, std::string_view name)
{
    if (where.length < what.size_in(made_.model()))
        return false;
    if (!made_.add_at(what, name, where.at))
        made_.add_plain(as::address, name, where.at);
    return true;
}

// Reads a text up to a null byte or the end of `where`. Empty if the text does not fit into `into`, is redacted, or cannot be
// read.
std::string_view netlink_reader::short_text(byte_range where, std::span<char> into)
{
    if (where.length >= into.size() || made_.options().redact == redaction::strings)
        return {};
    auto const room = into.first(static_cast<std::size_t>(where.length));
    if (!room.empty() && made_.read(where.at, std::as_writable_bytes(room)) != room.size())
        return {};
    std::string_view const all{room.data(), room.size()};
    auto const found = all.substr(0, all.find('\0'));
    made_.show(where.at, found.size());
    return found;
}

}   // namespace cotrace::decode
