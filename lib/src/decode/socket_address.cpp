// SPDX-License-Identifier: BSL-1.0
// Decodes socket addresses. The family and the length of an address decide its type.
#include "uapi/custom.hpp"

#include "decode/capture.hpp"
#include "decode/opened.hpp"
#include "decode/socket_address.hpp"
#include "uapi/socket.hpp"
#include "uapi/spelling.hpp"
#include "uapi/words.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace cotrace::decode {
namespace {

namespace as = uapi::as;
namespace names = uapi::names;
using uapi::type;
using uapi::width;

/// Decodes a socket address. The class copies the address to a buffer, in which the bytes after the address are zeros.
class address_reader {
public:
    static constexpr std::size_t largest = 128;   // sockaddr_storage

    address_reader(capture& made, std::uint64_t at, std::size_t length) noexcept
        : made_{made}
        , at_{at}
        , length_{length}
    {
    }

    bool add(std::string_view name);

private:
    // How an address of the family `family` with at least `least` bytes is shown.
    struct form {
        std::uint16_t family;
        std::uint8_t least;
        type const* as;   // the type of the address; null if `add_fields` adds the fields
        void (address_reader::*add_fields)() = nullptr;
    };
    static form const forms[];

    std::span<std::byte const> raw() const noexcept { return std::span{buffer_}; }
    void field(type const& what, std::string_view name, std::uint64_t offset) { made_.add_at(what, name, at_ + offset); }
    std::uint64_t load_at(std::size_t offset, std::size_t size) const { return load(raw().subspan(offset, size)); }
    void text(type const& what, std::string_view name, std::size_t offset, std::size_t size);
    void unknown_bytes(std::string_view name, std::size_t offset, std::size_t size);
    void ended_text(std::string_view name, std::size_t offset, std::size_t size);
    bool add_bluetooth(std::string_view name);

    void unix_name();
    void inet6();
    void inet6_parts(std::uint64_t offset, std::size_t length);
    void ax25();
    void packet();
    void tipc();
    void rxrpc();
    void ieee802154();
    void algorithm();
    void nfc();
    void xdp();

    capture& made_;
    std::uint64_t at_;
    std::size_t length_;
    bool more_ = false;   // whether the address has bytes after the fields that are shown
    std::array<std::byte, largest + 1> buffer_{};
};

constexpr address_reader::form address_reader::forms[] = {
    {1, 3, nullptr, &address_reader::unix_name},
    {2, 16, &uapi::sockaddr_inet},
    {3, 16, nullptr, &address_reader::ax25},
    {4, 16, &uapi::sockaddr_ipx},
    {9, 18, &uapi::sockaddr_x25},
    {10, 24, nullptr, &address_reader::inet6},
    {16, 12, &uapi::sockaddr_netlink},
    {17, 20, nullptr, &address_reader::packet},
    {30, 16, nullptr, &address_reader::tipc},
    {33, 36, nullptr, &address_reader::rxrpc},
    {36, 20, nullptr, &address_reader::ieee802154},
    {38, 25, nullptr, &address_reader::algorithm},
    {39, 16, nullptr, &address_reader::nfc},
    {40, 16, &uapi::sockaddr_vsock},
    {42, 12, &uapi::sockaddr_qrtr},
    {44, 16, nullptr, &address_reader::xdp},
    {45, 12, &uapi::sockaddr_mctp},
};

bool address_reader::add(std::string_view name)
{
    constexpr std::uint64_t bluetooth = 31;
    if (length_ < 2 || made_.read(at_, std::span{buffer_}.first(length_)) != length_)
        return false;
    // Fields after the end of the address have to be read as zeros, which are only in the buffer.
    auto const before = made_.keep({at_, raw()});
    auto const family = load_at(0, 2);
    auto const* form = std::find_if(std::begin(forms), std::end(forms),
                                    [&](auto const& each) { return each.family == family && length_ >= each.least; });
    if (form != std::end(forms) && form->as)
        made_.add_part_of(*form->as, name, raw().first(form->as->size_in(uapi::data_model::lp64)), at_);
    else if (family != bluetooth || !add_bluetooth(name)) {
        opened address{made_, uapi::loose_structure, name, at_};
        field(uapi::family_type, "sa_family", 0);
        if (form != std::end(forms))
            (this->*form->add_fields)();
        else if (length_ > 2)
            unknown_bytes("sa_data", 2, length_ - 2);
        if (more_)
            address.set_state(value_state::cut);
    }
    made_.keep(before);
    return true;
}

void address_reader::text(type const& what, std::string_view name, std::size_t offset, std::size_t size)
{
    made_.show(at_ + offset, size);
    made_.add_text(what, name, raw().subspan(offset, size));
}

// Adds bytes whose meaning is not known.
void address_reader::unknown_bytes(std::string_view name, std::size_t offset, std::size_t size)
{
    made_.add_contents(uapi::some_bytes, name, raw().subspan(offset, size), at_ + offset);
}

// As in strace, the last character of a field without a null byte is left out.
void address_reader::ended_text(std::string_view name, std::size_t offset, std::size_t size)
{
    auto const room = raw().subspan(offset, size);
    auto const end = std::find(room.begin(), room.end(), std::byte{});
    bool const ended = end != room.end();
    made_.show(at_ + offset, static_cast<std::uint64_t>(end - room.begin()));
    made_.add_text(as::characters, name, ended ? room.first(static_cast<std::size_t>(end - room.begin())) : room.first(size - 1));
    if (!ended)
        made_.into().node(static_cast<std::uint32_t>(made_.into().nodes().size() - 1)).state = value_state::cut;
}

bool address_reader::add_bluetooth(std::string_view name)
{
    for (auto const* each : uapi::bluetooth_addresses)
        if (each->size_in(uapi::data_model::lp64) == length_)
            return made_.add_part_of(*each, name, raw().first(length_), at_);
    return false;
}

// The path ends at the end of the address, which may be shorter or longer than struct sockaddr_un.
void address_reader::unix_name()
{
    constexpr std::size_t longest = 108;
    text(uapi::unix_path_type, "sun_path", 2, std::min(length_ - 2, longest));
    // An abstract socket address, which begins with a null byte, names no file.
    if (length_ > 2 && raw()[2] != std::byte{})
        made_.add_context_of_path(static_cast<std::uint32_t>(made_.into().nodes().size() - 1));
}

void address_reader::inet6() { inet6_parts(0, length_); }

void address_reader::inet6_parts(std::uint64_t offset, std::size_t length)
{
    constexpr std::size_t scope_at = 24;
    field(as::port, "sin6_port", offset + 2);
    field(as::net32, "sin6_flowinfo", offset + 4);
    field(as::inet6, "sin6_addr", offset + 8);
    if (length <= scope_at)
        return;
    // For link-local addresses (fe80::/10, and the multicast addresses ffx2::/16), the scope id is the index of a
    // network device.
    auto const first = load_at(offset + 8, 1), second = load_at(offset + 9, 1);
    bool const local = (first == 0xfe && (second & 0xc0) == 0x80) || (first == 0xff && (second & 0xf) == 2);
    field(local ? as::interface_index : as::uint32, "sin6_scope_id", offset + scope_at);
}

void address_reader::ax25()
{
    constexpr std::size_t short_size = 16, each = 7, most = 8;
    auto const digipeaters = static_cast<std::int32_t>(load_at(12, 4));
    auto const call = [&] {
        field(as::ax25_address, "sax25_call", 2);
        field(as::integer, "sax25_ndigis", 12);
    };
    if (digipeaters == 0 && length_ <= short_size)
        return call();
    {
        opened const whole{made_, uapi::loose_structure, "fsa_ax25", at_};
        call();
    }
    auto const had = std::min((length_ - short_size) / each, most);
    auto const wanted = std::min<std::size_t>(static_cast<std::size_t>(std::max(digipeaters, 0)), most);
    if (wanted != 0) {
        opened list{made_, uapi::loose_array, "fsa_digipeater", wanted};
        for (std::size_t i = 0; i < std::min(had, wanted); ++i)
            field(as::ax25_address, {}, short_size + i * each);
        if (wanted > had)
            list.set_state(value_state::cut);
    }
    more_ = length_ > short_size + had * each;
}

void address_reader::packet()
{
    constexpr std::size_t address_at = 12;
    field(uapi::link_protocol, "sll_protocol", 2);
    field(as::interface_index, "sll_ifindex", 4);
    field(as::one_of<names::arp_hardware_types, width::u16>, "sll_hatype", 8);
    field(as::one_of<names::packet_types, width::u8>, "sll_pkttype", 10);
    field(as::uint8, "sll_halen", 11);
    auto const wanted = load_at(11, 1);
    if (wanted == 0)
        return;
    auto const had = length_ - address_at;
    opened list{made_, uapi::loose_array, "sll_addr", wanted};
    for (std::size_t i = 0; i < std::min<std::size_t>(had, wanted); ++i)
        field(uapi::padded_hex8, {}, address_at + i);
    if (wanted > had)
        list.set_state(value_state::cut);
}

// Writes a minus sign, and the scope that has the absolute value as its number.
void spell_negative_scope(std::string& to, type const&, std::uint64_t number, uapi::spelling how)
{
    auto const scope = static_cast<std::uint64_t>(-static_cast<std::int8_t>(number));
    auto const* row = names::tipc_scopes.find(scope);
    to += '-';
    if (row && how == uapi::spelling::name) {
        to += row->name;
        return;
    }
    uapi::spell_hex(to, scope);
    if (how != uapi::spelling::number)
        to.append(" /* ").append(row ? row->name : names::tipc_scopes.unknown).append(" */");
}

void address_reader::tipc()
{
    constexpr std::uint64_t address_at = 4;
    static constexpr type scope = as::one_of<names::tipc_scopes, width::u8>;
    static constexpr type scope_less = as::spelled<spell_negative_scope, width::u8>;
    field(as::one_of<names::tipc_address_types, width::u8>, "addrtype", 2);
    auto const number = static_cast<std::int8_t>(load_at(3, 1));
    field(number < 0 ? scope_less : scope, "scope", 3);
    struct {
        std::string_view name;
        type const* what;
    } const kinds[] = {{"nameseq", &uapi::tipc_range}, {"name", &uapi::tipc_name}, {"id", &uapi::tipc_id}};
    auto const kind = load_at(2, 1);
    if (kind == 0 || kind > std::size(kinds))
        return unknown_bytes("addr", address_at, 12);
    opened const address{made_, uapi::loose_structure, "addr", at_ + address_at};
    field(*kinds[kind - 1].what, kinds[kind - 1].name, address_at);
}

// Adds the fields of an address of AF_RXRPC, which contains the socket address of the transport.
void address_reader::rxrpc()
{
    constexpr std::size_t transport_at = 8;
    field(as::remarked_one_of<names::rxrpc_services, width::u16>, "srx_service", 2);
    field(as::one_of<names::socket_types, width::u16>, "transport_type", 4);
    field(as::uint16, "transport_len", 6);
    opened const transport{made_, uapi::loose_structure, "transport", at_ + transport_at};
    auto const given_length = static_cast<std::size_t>(load_at(6, 2));
    auto const there = std::min(given_length, length_ - transport_at);
    auto const rest = [&] {
        if (there > 2)
            unknown_bytes({}, transport_at + 2, there - 2);
    };
    switch (load_at(transport_at, 2)) {
    case 2: {
        opened const inside{made_, uapi::loose_structure, "sin", at_ + transport_at};
        field(uapi::family_type, "sin_family", transport_at);
        if (given_length < 16)
            return rest();
        field(as::port, "sin_port", transport_at + 2);
        return field(as::inet4, "sin_addr", transport_at + 4);
    }
    case 10: {
        opened const inside{made_, uapi::loose_structure, "sin6", at_ + transport_at};
        field(uapi::family_type, "sin6_family", transport_at);
        return given_length < 24 ? rest() : inet6_parts(transport_at, there);
    }
    default: field(uapi::family_type, "family", transport_at); rest();
    }
}

void address_reader::ieee802154()
{
    opened const address{made_, uapi::loose_structure, "addr", at_ + 4};
    field(as::remarked_one_of<names::ieee802154_address_types>, "addr_type", 4);
    field(as::remarked_one_of<names::ieee802154_panids, width::u16>, "pan_id", 8);
    switch (load_at(4, 4)) {
    case 0: return;
    case 2: return field(as::remarked_one_of<names::ieee802154_short_addresses, width::u16>, "short_addr", 10);
    default: return field(as::hardware_address<8>, "hwaddr", 10);
    }
}

void address_reader::algorithm()
{
    ended_text("salg_type", 2, 14);
    field(as::remarked_flags<names::alg_address_flags>, "salg_feat", 16);
    field(as::remarked_flags<names::alg_address_flags>, "salg_mask", 20);
    ended_text("salg_name", 24, length_ - 24);
}

void address_reader::nfc()
{
    constexpr std::size_t short_size = 16, longest_name = 63, name_at = 18;
    field(as::interface_index, "dev_idx", 4);
    field(as::hex32, "target_idx", 8);
    field(as::one_of<names::nfc_targets>, "nfc_protocol", 12);
    bool const wide = made_.model() == uapi::data_model::lp64;
    std::size_t const length_at = wide ? 88 : 84;
    if (length_ < length_at + (wide ? 8 : 4)) {
        more_ = length_ > short_size;
        return;
    }
    made_.show(at_ + length_at, wide ? 8 : 4);
    auto const given_length = load_at(length_at, wide ? 8 : 4);
    field(as::remarked_one_of<names::llcp_access_points, width::u8>, "dsap", 16);
    field(as::remarked_one_of<names::llcp_access_points, width::u8>, "ssap", 17);
    text(uapi::some_bytes, "service_name", name_at,
         static_cast<std::size_t>(std::min<std::uint64_t>(given_length, longest_name)));
    made_.add_plain(as::uint64, "service_name_len", given_length);
}

// The last field of an address of AF_XDP is a file descriptor only with the flag XDP_SHARED_UMEM.
void address_reader::xdp()
{
    constexpr std::uint64_t shared_memory = 1;
    field(as::flags<names::xdp_address_flags, width::u16>, "sxdp_flags", 2);
    field(as::interface_index, "sxdp_ifindex", 4);
    field(as::uint32, "sxdp_queue_id", 8);
    if ((load_at(2, 2) & shared_memory) != 0)
        field(as::fd, "sxdp_shared_umem_fd", 12);
    else if (load_at(12, 4) != 0)
        field(as::hex32, "sxdp_shared_umem_fd", 12);
}

}   // namespace

bool add_address(capture& made, std::string_view name, std::uint64_t at, std::uint64_t length)
{
    auto const shown = std::min<std::uint64_t>(length, address_reader::largest);
    return address_reader{made, at, static_cast<std::size_t>(shown)}.add(name);
}

bool socket_address(capture& made, type const& self, std::string_view name, std::uint64_t at)
{
    auto const length = made.count_here(self.length);
    // The length is a signed number.
    if (static_cast<std::int32_t>(length) < 2)
        return false;
    return add_address(made, name, at, length);
}

bool sized_address(capture& made, type const& self, std::string_view name, std::uint64_t at)
{
    std::array<std::byte, 32> buffer;
    auto const raw = std::span{buffer}.first(
        static_cast<std::size_t>(std::min<std::uint64_t>({made.count_here(self.length), self.size[0], buffer.size()})));
    if (!raw.empty() && made.read_shown(at, raw) != raw.size())
        return false;
    made.add_text(*self.of, name, raw);
    return true;
}

}   // namespace cotrace::decode
