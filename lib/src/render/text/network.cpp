// SPDX-License-Identifier: BSL-1.0
// Writes values that networking uses: addresses, ports, numbers in network byte order, interface indices and attribute types.
#include "render/text/value_writer.hpp"

#include <string>

#include <arpa/inet.h>
#include <endian.h>

namespace cotrace::render {
// Writes an IPv6 address as a call of inet_pton(3), as bytes, or as both, as -X says. `name` is the name of the field, or empty.
void value_writer::inet6(value const& shown, std::string_view name)
{
    bool const short_form = options_.names == constants::abbreviated;
    if (!short_form && !name.empty()) {
        to_ += name;
        to_ += '=';
    }
    bytes_or(shown.text(), [&] {
        char address[INET6_ADDRSTRLEN] = "";
        if (shown.bytes().size() == 16)
            inet_ntop(AF_INET6, shown.bytes().data(), address, sizeof address);
        to_ += "inet_pton(AF_INET6, ";
        quote(address);
        if (short_form && !name.empty()) {
            to_ += ", &";
            to_ += name;
        }
        to_ += ')';
    });
}

void value_writer::inet4(std::uint32_t number, std::string_view raw)
{
    bytes_or(!raw.empty() ? raw : std::string_view{reinterpret_cast<char const*>(&number), sizeof number}, [&] {
        char address[INET_ADDRSTRLEN] = "";
        inet_ntop(AF_INET, &number, address, sizeof address);
        to_ += "inet_addr(";
        quote(address);
        to_ += ')';
    });
}

void value_writer::port(std::uint16_t number)
{
    bytes_or({reinterpret_cast<char const*>(&number), sizeof number}, [&] {
        to_ += "htons(";
        put_number(to_, ntohs(number));
        to_ += ')';
    });
}

void value_writer::net_enumeration(uapi::type const& as, std::uint16_t number)
{
    if (!as.text.hex) {
        to_ += "htons(";
        named(as, ntohs(number));
        to_ += ')';
        return;
    }
    bytes_or({reinterpret_cast<char const*>(&number), sizeof number}, [&] {
        auto const* row = as.names->find(ntohs(number));
        to_ += "htons(";
        if (row)
            to_ += row->name;
        else {
            put_hex(to_, ntohs(number));
            remark(as.names->unknown);
        }
        to_ += ')';
    });
}

// Writes a number of 32 bits in network byte order. With -X raw and -X verbose, strace shows bytes, but not for `style::hex`.
void value_writer::net32(uapi::type const& as, std::uint32_t number)
{
    auto const call = [&] {
        to_ += "htonl(";
        plain(as, ntohl(number));
        to_ += ')';
    };
    if (as.style == uapi::style::hex)
        return call();
    bytes_or({reinterpret_cast<char const*>(&number), sizeof number}, call);
}

void value_writer::net64(std::uint64_t number)
{
    to_ += "htobe64(";
    put_number(to_, be64toh(number));
    to_ += ')';
}

void value_writer::interface_index(value const& shown)
{
    auto const name = shown.text();
    bool const named = !name.empty() && options_.names != constants::raw;
    if (!named || options_.names == constants::verbose)
        put_number(to_, shown.number());
    if (!named)
        return;
    to_ += options_.names == constants::verbose ? " /* " : "";
    to_ += "if_nametoindex(";
    quote(name);
    to_ += options_.names == constants::verbose ? ") */" : ")";
}

void value_writer::hardware_address(value const& shown)
{
    bytes_or(shown.text(), [&] { put_hardware_address(to_, shown.bytes()); });
}

// Writes an AX.25 address. An unusual address is written as with -X verbose. The comment is left out if the call sign has
// unprintable characters, '*' or '/'.
void value_writer::ax25_address(value const& shown)
{
    auto const raw = shown.bytes();
    if (raw.size() != 7)
        return quote(shown.text(), true);
    auto const call = raw.first(6);
    auto const last = std::to_integer<unsigned>(raw[6]);
    std::string letters;
    bool unusual = (last & ~0x1eu) != 0, ended = false, safe = true;
    for (auto const each : call) {
        auto const c = static_cast<char>(std::to_integer<unsigned>(each) >> 1);
        unusual = unusual || (std::to_integer<unsigned>(each) & 1) != 0 || (ended && c != ' ')
                  || !((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == ' ');
        safe = safe && c >= ' ' && c <= '~' && c != '*' && c != '/';
        ended = ended || c == ' ';
        letters += c;
    }
    letters.erase(letters.find_last_not_of(' ') + 1);
    unusual = unusual || (letters.empty() && last != 0);
    auto const names = !safe ? constants::raw : unusual ? constants::verbose : options_.names;
    if (names != constants::abbreviated) {
        to_ += "{ax25_call=";
        quote(shown.text(), true);
        to_ += '}';
    }
    if (names == constants::raw)
        return;
    letters += '-';
    put_number(letters, last >> 1 & 0xf);
    if (letters == "-0")
        letters = "*";
    if (names == constants::verbose)
        remark(letters);
    else
        to_ += letters;
}

void value_writer::bluetooth_number(uapi::type const& as, std::uint64_t number)
{
    to_ += "htobs(";
    auto const* row = as.names ? as.names->find(number) : nullptr;
    uapi::named_value const* range = nullptr;
    if (!row && as.of && as.of->names)
        for (auto const& each : as.of->names->all())
            if (number >= each.value && number <= each.mask)
                range = &each;
    bool const short_form = options_.names == constants::abbreviated && (row || range);
    if (!short_form)
        plain(as, number);
    if (as.names && options_.names != constants::raw) {
        to_ += short_form ? "" : " /* ";
        if (range && !short_form) {
            put_hex(to_, range->value);   // writes a comment inside a comment, as strace does
            remark(range->name);
        } else
            to_ += row ? row->name : range ? range->name : as.names->unknown;
        if (range) {
            to_ += '+';
            put_number(to_, number - range->value);
        }
        to_ += short_form ? "" : " */";
    }
    to_ += ')';
}

void value_writer::attribute_type(uapi::type const& as, std::uint64_t number)
{
    auto const flag = [&](std::uint64_t bit, std::string_view name) {
        if ((number & bit) == 0)
            return;
        if (options_.names != constants::abbreviated)
            put_hex(to_, bit);
        if (options_.names == constants::verbose)
            remark(name);
        else if (options_.names == constants::abbreviated)
            to_ += name;
        to_ += '|';
    };
    flag(nested_attribute, "NLA_F_NESTED");
    flag(net_byte_order_attribute, "NLA_F_NET_BYTEORDER");
    named(as, number & attribute_number);
}

// Writes a range of port numbers. A lower or upper bound of 0 means that the range has no such bound.
void value_writer::port_range(std::uint32_t number)
{
    put_hex(to_, number);
    auto const low = number & 0xffff, high = number >> 16;
    if (number == 0 || (low > high && low != 0 && high != 0) || options_.names == constants::raw)
        return;
    std::string range;
    if (low != 0)
        put_number(range, low);
    range += "..";
    if (high != 0)
        put_number(range, high);
    remark(range);
}

// Writes the name of a Unix socket. An abstract name begins with a null byte; any other name ends before the first null byte.
void value_writer::unix_path(value const& shown)
{
    auto const name = shown.text();
    bool const abstract = !name.empty() && name[0] == 0;
    to_ += abstract ? "@" : "";
    quote(abstract ? name.substr(1) : name.substr(0, name.find('\0')));
}

}   // namespace cotrace::render
