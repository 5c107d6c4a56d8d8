// SPDX-License-Identifier: BSL-1.0
// System calls for sockets.
#include "uapi/socket.hpp"

#include <algorithm>
#include <array>

#include "uapi/custom.hpp"
#include "uapi/filters.hpp"
#include "uapi/topics.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

// The argument `type` of socket(2), a type and flags. With an unknown type, the whole number is shown as flags.
constexpr slice type_slices[] = {{one_of<names::socket_types>, 0xf, true}, {flags<names::socket_type_flags>, ~std::uint64_t{0xf}}};
constexpr auto const& known_type = packed<type_slices>;
constexpr name_table unknown_type_flags = renamed(names::socket_type_flags, "SOCK_???");
constexpr choice_case known_types[] = {{1, known_type}, {2, known_type}, {3, known_type}, {4, known_type}, {5, known_type}, {6, known_type}, {10, known_type}};
constexpr auto const& socket_type = chosen<argument(1, 0xf), known_types, flags<unknown_type_flags>>;

// The names that strace shows for the protocols of IrDA sockets. They are the names of the CAN protocols.
constexpr name_table infrared_protocols = renamed(names::can_protocols, "IRDAPROTO_???");
constexpr name_table rxrpc_families = renamed(names::address_families, "AF_???");
constexpr name_table nfc_protocols = renamed(names::nfc_protocols, "NFC_SOCKPROTO_???");
constexpr choice_case protocols_by_family[] = {
    {2, one_of<names::ip_protocols>},
    {3, remarked_one_of<names::ax25_protocols>},
    {10, one_of<names::ip_protocols>},
    {16, one_of<names::netlink_protocols>},
    {17, net_one_of<names::ethernet_protocols>},
    {23, one_of<infrared_protocols>},
    {29, one_of<names::can_protocols>},
    {31, one_of<names::bluetooth_protocols>},
    {33, one_of<rxrpc_families>},
    {34, one_of<names::isdn_protocols>},
    {35, one_of<names::phonet_protocols>},
    {37, one_of<names::caif_protocols>},
    {39, one_of<nfc_protocols>},
    {41, one_of<names::kcm_protocols>},
    {43, one_of<names::smc_protocols>},
};
constexpr auto const& protocol = chosen<argument(0), protocols_by_family, size>;

// The names of socket options, by level. Some options have the same number and different names in setsockopt(2) and
// getsockopt(2).
constexpr name_table levels = renamed(names::socket_levels, "SOL_??");
constexpr joined_table<names::set_socket_options, names::socket_options> set_socket_options{"SO_???"};
constexpr joined_table<names::get_socket_options, names::socket_options> get_socket_options{"SO_???"};
constexpr joined_table<names::ip_options, names::ip_set_options> set_ip_options{"IP_???"};
constexpr joined_table<names::ip_options, names::ip_get_options> get_ip_options{"IP_???"};
constexpr joined_table<names::ipv6_options, names::ipv6_set_options> set_ipv6_options{"IPV6_???"};
constexpr joined_table<names::ipv6_options, names::ipv6_get_options> get_ipv6_options{"IPV6_???"};
constexpr name_table vsock_options = renamed(names::vsock_options, "SO_VM_???");
constexpr name_table raw_options = renamed(names::raw_options, "RAW_???");

template <auto const& Socket, auto const& Ip, auto const& Ipv6>
constexpr choice_case options_by_level[] = {
    {0, one_of<Ip>},
    {1, one_of<Socket>},
    {6, one_of<names::tcp_options>},
    {17, one_of<names::udp_options>},
    {40, one_of<vsock_options>},   // the level AF_VSOCK, see net/vmw_vsock/af_vsock.c
    {41, one_of<Ipv6>},
    {101, one_of<names::can_raw_options>},
    {132, one_of<names::sctp_options>},
    {255, one_of<raw_options>},
    {256, one_of<names::ipx_options>},
    {257, one_of<names::ax25_options>},
    {263, one_of<names::packet_options>},
    {266, one_of<names::irda_options>},
    {268, one_of<names::llc_options>},
    {269, one_of<names::dccp_options>},
    {270, one_of<names::netlink_options>},
    {271, one_of<names::tipc_options>},
    {272, one_of<names::rxrpc_options>},
    {273, one_of<names::pppol2tp_options>},
    {274, one_of<names::bluetooth_options>},
    {275, one_of<names::phonet_pipe_options>},
    {276, one_of<names::rds_options>},
    {277, one_of<names::iucv_options>},
    {278, one_of<names::caif_options>},
    {279, one_of<names::alg_options>},
    {280, one_of<names::nfc_llcp_options>},
    {281, one_of<names::kcm_options>},
    {282, one_of<names::tls_options>},
    {283, one_of<names::xdp_options>},
};
constexpr auto const& set_option = chosen<argument(1), options_by_level<set_socket_options, set_ip_options, set_ipv6_options>, uint32>;
constexpr auto const& get_option = chosen<argument(1), options_by_level<get_socket_options, get_ip_options, get_ipv6_options>, uint32>;

// The types of the values of socket options.
constexpr structure linger_type{{{"l_onoff", integer}, {"l_linger", integer}}};
constexpr structure ip_membership{{{"imr_multiaddr", inet4}, {"imr_interface", inet4}}};
constexpr structure ipv6_membership{{{"ipv6mr_multiaddr", inet6}, {"ipv6mr_interface", interface_index}}};
constexpr structure group_request{{{"gr_interface", interface_index}, {"gr_group", sockaddr_of<exactly(128)>}}};
constexpr structure ring_request{{
    {"tp_block_size", uint32},
    {"tp_block_nr", uint32},
    {"tp_frame_size", uint32},
    {"tp_frame_nr", uint32},
}};
constexpr type membership_address = {.shape = shape::custom, .width = width::u64, .of = &hardware_address<8>, .length = member(2),
                                     .size = {8, 8, 8}, .align = {1, 1, 1}, .custom = {.decode = decode::sized_address}};
constexpr structure packet_membership{{
    {"mr_ifindex", interface_index},
    {"mr_type", one_of<names::packet_membership_types, width::u16>},
    {"mr_alen", uint16},
    {"mr_address", membership_address},
}};
constexpr structure packet_statistics{{{"tp_packets", uint32}, {"tp_drops", uint32}, {"tp_freeze_q_cnt", uint32}}};

constexpr structure tipc_group_request{{
    {"type", uint32},
    {"instance", uint32},
    {"scope", one_of<names::tipc_scopes>},
    {"flags", flags<names::tipc_group_flags>},
}};
// struct tcp_ao_add. Its two bit fields, set_current and set_rnext, share one 32-bit word.
constexpr enum_table authentication_bits{"", {{1, "set_current"}, {2, "set_rnext"}}};
constexpr type authentication_flags = {.shape = shape::custom, .names = &authentication_bits, .size = {4, 4, 4}, .align = {4, 4, 4},
                                       .custom = {.decode = decode::bit_fields}};
constexpr structure authentication_key{{
    {"addr", sockaddr_of<exactly(128)>},
    {"alg_name", characters_in<64>, shown::always, 2},
    {"ifindex", interface_index, shown::always, 3},
    {"", authentication_flags, shown::always, 4},
    {"reserved2", uint16, shown::never, 12},
    {"prefix", uint8, shown::always, 1},
    {"sndid", uint8, shown::always, 5},
    {"rcvid", uint8, shown::always, 6},
    {"maclen", uint8, shown::always, 7},
    {"keyflags", flags<names::tcp_authentication_key_flags, width::u8>, shown::always, 8},
    {"keylen", uint8, shown::always, 10},
    {"key", hex_bytes<up_to(member(10), 80)>, shown::always, 9},
    {"", as::array<uint8, exactly(4)>, shown::never, 13},
}};

template <custom_decoder Decode, auto const& Of, bool Exact = false>
constexpr type set_as = {.shape = shape::custom, .width = width::klong, .of = &Of, .length = argument(4), .count = Exact,
                         .custom = {.decode = Decode}};
template <custom_decoder Decode, auto const& Of, bool Exact = false>
constexpr type got_as = {.shape = shape::custom, .width = width::klong, .of = &Of, .length = pointee(4), .count = Exact,
                         .custom = {.decode = Decode}};

constexpr type const& txrehash = one_of_decimal<names::txrehash_modes>;
constexpr type ports = {.shape = shape::port_range, .width = width::u32};

constexpr auto const& set_plain = in<set_as<decode::option_value, integer>>;
constexpr auto const& set_integer = in<set_as<decode::option_number, integer>>;
constexpr auto const& get_plain = out<got_as<decode::option_value, integer>>;
constexpr auto const& get_integer = out<got_as<decode::option_number, integer>>;

// The options of SOL_SOCKET whose value is shown as an int if the length is at least 4.
constexpr std::uint16_t integer_options[] = {
    1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 18, 19, 27, 29, 30, 32, 33, 34, 35, 36, 37, 40, 41, 42, 43, 44, 45, 46,
    49, 53, 56, 60, 63, 64, 65, 68, 69, 70, 73, 75, 76, 82, 83, 84,
};

// The cases for the options of SOL_SOCKET: the options in `integer_options` with the type `number`, and the cases in
// `others`.
template <std::size_t N>
constexpr auto option_cases(type const& number, choice_case const (&others)[N])
{
    std::array<choice_case, std::size(integer_options) + N> all{};
    auto const rest = std::ranges::transform(integer_options, all.begin(), [&](auto each) { return choice_case{each, number}; });
    std::ranges::copy(others, rest.out);
    return all;
}
constexpr auto socket_cases_in = option_cases(set_integer, {
    {13, in<set_as<decode::option_structure, linger_type>>},
    {26, in<set_as<decode::option_structure, filter_program_type<filter_kind::socket>, true>>},
    {51, in<set_as<decode::option_structure, filter_program_type<filter_kind::socket>, true>>},
    {74, in<set_as<decode::option_number, txrehash>>},
});
// The value of SO_GET_FILTER. The argument points to the instructions themselves, not to a struct sock_fprog.
constexpr type filter_out = {.shape = shape::pointer, .width = width::word, .way = direction::out,
                             .of = &got_as<decode::option_program, integer>, .text = {.bare = true}};
constexpr auto socket_cases_out = option_cases(get_integer, {
    {4, out<got_as<decode::option_number, error>>},
    {13, out<got_as<decode::option_result, linger_type>>},
    {17, out<got_as<decode::option_result, credentials>>},
    {26, filter_out},
    {74, out<got_as<decode::option_number, txrehash>>},
    {77, out<got_as<decode::option_number, fd>>},
});

constexpr choice_case ip_values_in[] = {
    {35, in<set_as<decode::option_structure, ip_membership>>},
    {36, in<set_as<decode::option_structure, ip_membership>>},
    {42, in<set_as<decode::option_structure, group_request>>},
    {45, in<set_as<decode::option_structure, group_request>>},
    {51, in<set_as<decode::option_number, ports, true>>},
};
constexpr choice_case ip_values_out[] = {
    {51, out<got_as<decode::option_number, ports, true>>},
    {52, out<got_as<decode::option_number, one_of<names::ip_protocols>, true>>},
};
constexpr choice_case ipv6_values_in[] = {
    {20, in<set_as<decode::option_structure, ipv6_membership>>},
    {21, in<set_as<decode::option_structure, ipv6_membership>>},
    {27, in<set_as<decode::option_structure, ipv6_membership>>},
    {28, in<set_as<decode::option_structure, ipv6_membership>>},
    {42, in<set_as<decode::option_structure, group_request>>},
    {45, in<set_as<decode::option_structure, group_request>>},
};
constexpr choice_case packet_values_in[] = {
    {1, in<set_as<decode::option_structure, packet_membership, true>>},
    {2, in<set_as<decode::option_structure, packet_membership, true>>},
    {5, in<set_as<decode::option_structure, ring_request, true>>},
    {13, in<set_as<decode::option_structure, ring_request, true>>},
};
constexpr choice_case packet_values_out[] = {{6, out<got_as<decode::option_result, packet_statistics>>}};
constexpr choice_case raw_values_in[] = {{1, in<set_as<decode::option_filter, integer>>}};
constexpr choice_case raw_values_out[] = {{1, out<got_as<decode::option_filter, integer>>}};
constexpr choice_case netlink_values_out[] = {{9, out<got_as<decode::option_numbers, uint32>>}};
constexpr type authentication_key_in = {.shape = shape::custom, .width = width::klong, .of = &authentication_key, .length = argument(4),
                                        .count = 1, .custom = {.decode = decode::zero_padded}};
constexpr choice_case tcp_values_in[] = {{38, in<authentication_key_in>}};   // TCP_AO_ADD_KEY
constexpr choice_case tipc_values_in[] = {
    {127, in<set_as<decode::option_structure, one_of<names::tipc_importances>>>},
    {135, in<set_as<decode::option_structure, tipc_group_request>>},
};
constexpr choice_case tipc_values_out[] = {
    {127, out<got_as<decode::option_structure, one_of<names::tipc_importances>>>},
    {135, out<got_as<decode::option_structure, tipc_group_request>>},
};
constexpr auto const& set_any_length = in<integer>;
constexpr auto const& get_any_length = out<got_as<decode::option_of_any_length, integer>>;

constexpr choice_case values_in[] = {
    {0, chosen<argument(2), ip_values_in, set_plain>},
    {1, chosen<argument(2), socket_cases_in, set_plain>},
    {6, chosen<argument(2), tcp_values_in, set_plain>},
    {41, chosen<argument(2), ipv6_values_in, set_plain>},
    {255, chosen<argument(2), raw_values_in, set_plain>},
    {263, chosen<argument(2), packet_values_in, set_plain>},
    {270, set_integer},
    {271, chosen<argument(2), tipc_values_in, set_any_length>},
};
constexpr choice_case values_out[] = {
    {0, chosen<argument(2), ip_values_out, get_plain>},
    {1, chosen<argument(2), socket_cases_out, get_plain>},
    {255, chosen<argument(2), raw_values_out, get_plain>},
    {263, chosen<argument(2), packet_values_out, get_plain>},
    {270, chosen<argument(2), netlink_values_out, get_any_length>},
    {271, chosen<argument(2), tipc_values_out, get_any_length>},
};

template <amount Length>
constexpr auto const& sockaddr_at = as::custom<decode::socket_address, direction::in, Length>;

// The data that are sent or received through a socket: netlink messages or bytes.
template <amount Length>
constexpr type messages = {.shape = shape::custom, .width = width::klong, .length = Length,
                           .custom = {.decode = decode::netlink_messages}};
template <amount Length>
constexpr type buffer_of = {.shape = shape::custom, .width = width::klong, .of = &bytes<Length>, .failed = &messages<Length>,
                            .custom = {.decode = decode::socket_buffer}};
template <amount Length>
constexpr structure vector_of_messages{{{"iov_base", in<messages<Length>>}, {"iov_len", size}}};
template <amount Length, auto const& Plain>
constexpr type vectors = {.shape = shape::custom, .width = width::word,
                          .of = &in<as::array<Plain, member(3)>>, .failed = &in<as::array<vector_of_messages<Length>, member(3)>>,
                          .size = {8, 4, 4}, .align = {8, 4, 4}, .custom = {.decode = decode::message_vectors}};

// The field msg_control is shown only if msg_controllen is not 0.
constexpr condition with_control{5, false, 0xffffffff, 0};
template <auto const& Vectors>
constexpr structure message{{
    {"msg_name", in<sockaddr_at<member(1)>>},
    {"msg_namelen", integer, shown::changed},
    {"msg_iov", Vectors},
    {"msg_iovlen", size},
    {"msg_control", in<as::custom<decode::control_messages, direction::in, member(5)>>, shown::always, 0, with_control},
    {"msg_controllen", size},
    {"msg_flags", flags<names::message_flags>},
}};
// struct msghdr after recvmsg(2) failed. The text output then shows only msg_namelen.
constexpr structure message_failed{{
    {"msg_name", address, shown::never},
    {"msg_namelen", integer},
    {"msg_iov", address, shown::never},
    {"msg_iovlen", size, shown::never},
    {"msg_control", address, shown::never},
    {"msg_controllen", size, shown::never},
    {"msg_flags", uint32, shown::never},
}};
constexpr auto const& message_in = message<vectors<member(1), iovec_in>>;
constexpr auto const& message_out = message<vectors<within_return(member(1)), iovec_out>>;

// struct mmsghdr. The field msg_len is known only at exit. For a received message, msg_len limits the bytes that are
// shown.
constexpr structure many_before{{{"msg_hdr", message_in}, {"msg_len", uint32, shown::never}}};
constexpr structure many_sent{{{"msg_hdr", message_in}, {"msg_len", uint32}}};
constexpr type one_sent = {.shape = shape::custom, .width = width::word, .of = &many_sent, .after = &many_before,
                           .size = many_sent.size, .align = many_sent.align, .custom = {.decode = decode::sent_message}};
constexpr type many_messages_sent = {.shape = shape::pointer, .width = width::word, .way = direction::inout,
                                     .of = &as::array<many_before, argument(2)>, .after = &as::array<one_sent, argument(2)>};
constexpr type received_header = {.shape = shape::custom, .width = width::word, .of = &message_out, .size = message_out.size,
                                  .align = message_out.align, .custom = {.decode = decode::received_message}};
constexpr structure many_received{{{"msg_hdr", received_header}, {"msg_len", uint32}}};
// struct mmsghdr at the entry of recvmmsg(2). The text output shows msg_namelen at entry before its value at exit.
constexpr type header_given = {.shape = shape::custom, .width = width::word, .of = &message_failed, .size = message_out.size,
                               .align = message_out.align, .custom = {.decode = decode::beginning}};
constexpr structure many_given{{{"msg_hdr", header_given}, {"msg_len", uint32, shown::never}}};
constexpr type many_messages_received = {.shape = shape::pointer, .width = width::word, .way = direction::inout,
                                         .of = &as::array<many_given, argument(2)>, .after = &as::array<many_received, returned()>,
                                         .failed = &nothing};

// A pointer to the length of a socket address. If the pointer in argument `Address` is null, the length is shown as an
// address.
template <unsigned Address>
constexpr type length_of = {.shape = shape::pointer, .width = width::word, .way = direction::changed, .of = &integer, .length = argument(Address)};
constexpr auto const& address_in = in<sockaddr_at<argument(2)>>;
constexpr auto const& address_out = out<sockaddr_at<pointee(2)>>;

// The names of the calls in the row of socketcall(2), which is used if the call is unknown or its arguments cannot be read.
constexpr name_table socket_call_names = renamed(names::socket_calls);

constexpr syscall_descriptor rows[] = {
    {"socketcall", {{"call", one_of_unsigned<socket_call_names>}, {"args", as::address}}},
    {"socket", {{"domain", one_of<names::address_families>}, {"type", socket_type}, {"protocol", protocol}}, fd},
    {"socketpair", {{"domain", one_of<names::address_families>}, {"type", socket_type}, {"protocol", size}, {"sv", out<two_fds>}}},
    {"connect", {{"sockfd", fd}, {"addr", address_in}, {"addrlen", integer}}},
    {"bind", {{"sockfd", fd}, {"addr", address_in}, {"addrlen", integer}}},
    {"listen", {{"sockfd", fd}, {"backlog", integer}}},
    {"accept", {{"sockfd", fd}, {"addr", address_out}, {"addrlen", length_of<1>}}, fd},
    {"accept4", {{"sockfd", fd}, {"addr", address_out}, {"addrlen", length_of<1>}, {"flags", flags<names::socket_type_flags>}}, fd},
    {"getsockname", {{"sockfd", fd}, {"addr", address_out}, {"addrlen", length_of<1>}}},
    {"getpeername", {{"sockfd", fd}, {"addr", address_out}, {"addrlen", length_of<1>}}},
    {"shutdown", {{"sockfd", fd}, {"how", one_of<names::shutdown_hows>}}},
    {"sendto", {{"sockfd", fd}, {"buf", in<buffer_of<argument(2)>>}, {"len", size}, {"flags", flags<names::message_flags>}, {"dest_addr", in<sockaddr_at<argument(5)>>}, {"addrlen", integer}}},
    {"recvfrom", {{"sockfd", fd}, {"buf", out<buffer_of<returned()>>}, {"len", size}, {"flags", flags<names::message_flags>}, {"src_addr", out<sockaddr_at<pointee(5)>>}, {"addrlen", length_of<4>}}},
    {"send", {{"sockfd", fd}, {"buf", in<buffer_of<argument(2)>>}, {"len", size}, {"flags", flags<names::message_flags>}}},
    {"recv", {{"sockfd", fd}, {"buf", out<buffer_of<returned()>>}, {"len", size}, {"flags", flags<names::message_flags>}}},
    {"sendmsg", {{"sockfd", fd}, {"msg", in<message_in>}, {"flags", flags<names::message_flags>}}},
    {"recvmsg", {{"sockfd", fd}, {"msg", inout_or<message_out, message_failed>}, {"flags", flags<names::message_flags>}}},
    {"sendmmsg", {{"sockfd", fd}, {"msgvec", many_messages_sent}, {"vlen", uint32}, {"flags", flags<names::message_flags>}}},
    {"recvmmsg", {{"sockfd", fd}, {"msgvec", many_messages_received}, {"vlen", uint32}, {"flags", flags<names::message_flags>}, {"timeout", in<timespec_type>}}, {long_signed, note::timed}},
    {"recvmmsg_time64", {{"sockfd", fd}, {"msgvec", many_messages_received}, {"vlen", uint32}, {"flags", flags<names::message_flags>}, {"timeout", in<timespec64_type>}}, {long_signed, note::timed}},
    {"setsockopt", {{"sockfd", fd}, {"level", one_of<levels>}, {"optname", set_option}, {"optval", chosen<argument(1), values_in, set_plain>}, {"optlen", integer}}},
    {"getsockopt", {{"sockfd", fd}, {"level", one_of<levels>}, {"optname", get_option}, {"optval", chosen<argument(1), values_out, get_plain>}, {"optlen", changed<integer>}}},
};

} // namespace

std::span<syscall_descriptor const> socket_calls() noexcept
{
    return rows;
}

} // namespace cotrace::uapi
