// SPDX-License-Identifier: BSL-1.0
// Sockets and network devices: netdevice(7), linux/sockios.h.
#include "uapi/common.hpp"
#include "uapi/constants/socket.hpp"
#include "uapi/custom.hpp"
#include "uapi/ioctl/families.hpp"
#include "uapi/ioctl/parts.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

constexpr type address_part = {.shape = shape::custom, .length = exactly(16), .size = {16, 16, 16}, .align = {1, 1, 1},
                               .custom = {.decode = decode::socket_address}};
constexpr type hardware_data = {.shape = shape::custom, .size = {14, 14, 14}, .align = {1, 1, 1},
                                .custom = {.decode = decode::hardware_address}};
constexpr structure hardware_part{{{"sa_family", one_of<names::arp_hardware_types, width::u16>}, {"sa_data", hardware_data}}};
constexpr structure memory_map{{
    {"mem_start", word_hex},
    {"mem_end", word_hex},
    {"base_addr", hex16},
    {"irq", hex8},
    {"dma", hex8},
    {"port", hex8},
}};

// struct ifreq, which consists of a name and a union. Each request uses one member of the union.
constexpr auto const& name = characters_in<16>;
constexpr auto const& short_string = characters_in<16>;
constexpr auto const& after_short = unused<22, 14>;
constexpr auto const& after_number = unused<20, 12>;
constexpr auto const& after_address = unused<8, 0>;
constexpr structure interface{{{"ifr_name", name}, {"", unused<24, 16>, shown::never}}};
constexpr structure interface_address{{{"ifr_name", name}, {"ifr_addr", address_part}, {"", after_address, shown::never}}};
constexpr structure interface_peer{{{"ifr_name", name}, {"ifr_dstaddr", address_part}, {"", after_address, shown::never}}};
constexpr structure interface_broadcast{{{"ifr_name", name}, {"ifr_broadaddr", address_part}, {"", after_address, shown::never}}};
constexpr structure interface_mask{{{"ifr_name", name}, {"ifr_netmask", address_part}, {"", after_address, shown::never}}};
constexpr structure interface_hardware{{{"ifr_name", name}, {"ifr_hwaddr", hardware_part}, {"", after_address, shown::never}}};
constexpr structure interface_flags{{{"ifr_name", name}, {"ifr_flags", flags<names::interface_flags, width::u16>}, {"", after_short, shown::never}}};
constexpr structure interface_position{{{"ifr_name", name}, {"ifr_ifindex", integer}, {"", after_number, shown::never}}};
constexpr structure interface_metric{{{"ifr_name", name}, {"ifr_metric", integer}, {"", after_number, shown::never}}};
constexpr structure interface_mtu{{{"ifr_name", name}, {"ifr_mtu", integer}, {"", after_number, shown::never}}};
constexpr structure interface_queue{{{"ifr_name", name}, {"ifr_qlen", integer}, {"", after_number, shown::never}}};
constexpr structure interface_slave{{{"ifr_name", name}, {"ifr_slave", name}, {"", after_address, shown::never}}};
constexpr structure interface_rename{{{"ifr_name", name}, {"ifr_newname", name}, {"", after_address, shown::never}}};
constexpr structure interface_map{{{"ifr_name", name}, {"ifr_map", memory_map}}};

// struct ifreq in requests that identify a network interface by its index.
constexpr structure interface_numbered{{{"ifr_name", name, shown::never}, {"ifr_ifindex", integer}, {"", after_number, shown::never}}};
constexpr structure bridge_port{{{"ifr_name", name, shown::never}, {"ifr_ifindex", interface_index}, {"", after_number, shown::never}}};
constexpr structure interface_named{{{"ifr_name", name, shown::always, 1}, {"ifr_ifindex", integer}, {"", after_number, shown::never, 2}}};

// struct ifconf. If the pointer to the buffer is null, `ifc_len` is not shown at entry, because the kernel does not use this
// field.
constexpr type list_length = {.shape = shape::custom, .width = width::u32, .size = {4, 4, 4}, .align = {4, 4, 4},
                              .custom = {.decode = decode::interface_bytes}};
constexpr structure interface_list{{{"ifr_name", name}, {"ifr_addr", address_part}, {"", after_address, shown::never}}};
constexpr type listed_interfaces = {.shape = shape::custom, .width = width::word, .of = &interface_list,
                                    .custom = {.decode = decode::interface_list}};
constexpr condition some_buffer{1, false, 0xffffffff, 0};
constexpr structure list_given{{{"ifc_len", list_length, shown::always, 0, some_buffer}, {"ifc_buf", address}}};
constexpr structure list_got{{{"ifc_len", list_length, shown::changed}, {"ifc_buf", listed_interfaces}}};
constexpr structure list_refused{{{"ifc_len", list_length}, {"ifc_buf", address}}};
constexpr type listed = {.shape = shape::pointer, .width = width::word, .way = direction::inout, .of = &list_given,
                         .after = &list_got, .failed = &list_refused};

constexpr choice_case requests[] = {
    {0x8901, in<integer>},   // FIOSETOWN
    {0x8902, in<integer>},   // SIOCSPGRP
    {0x8903, out<integer>},   // FIOGETOWN
    {0x8904, out<integer>},   // SIOCGPGRP
    {0x8905, out<integer>},   // SIOCATMARK
    {0x8906, address},   // SIOCGSTAMP_OLD
    {0x8907, address},   // SIOCGSTAMPNS_OLD
    {0x890b, address},   // SIOCADDRT
    {0x890c, address},   // SIOCDELRT
    {0x890d, address},   // SIOCRTMSG
    {0x8910, completed<interface_numbered, interface_named>},   // SIOCGIFNAME
    {0x8911, address},   // SIOCSIFLINK
    {0x8912, listed},   // SIOCGIFCONF
    {0x8913, completed<interface, interface_flags>},   // SIOCGIFFLAGS
    {0x8914, in<interface_flags>},   // SIOCSIFFLAGS
    {0x8915, completed<interface, interface_address>},   // SIOCGIFADDR
    {0x8916, in<interface_address>},   // SIOCSIFADDR
    {0x8917, completed<interface, interface_peer>},   // SIOCGIFDSTADDR
    {0x8918, in<interface_peer>},   // SIOCSIFDSTADDR
    {0x8919, completed<interface, interface_broadcast>},   // SIOCGIFBRDADDR
    {0x891a, in<interface_broadcast>},   // SIOCSIFBRDADDR
    {0x891b, completed<interface, interface_mask>},   // SIOCGIFNETMASK
    {0x891c, in<interface_mask>},   // SIOCSIFNETMASK
    {0x891d, completed<interface, interface_metric>},   // SIOCGIFMETRIC
    {0x891e, in<interface_metric>},   // SIOCSIFMETRIC
    {0x891f, address},   // SIOCGIFMEM
    {0x8920, address},   // SIOCSIFMEM
    {0x8921, completed<interface, interface_mtu>},   // SIOCGIFMTU
    {0x8922, in<interface_mtu>},   // SIOCSIFMTU
    {0x8923, in<interface_rename>},   // SIOCSIFNAME
    {0x8924, in<interface_hardware>},   // SIOCSIFHWADDR
    {0x8925, out<integer>},   // SIOCGIFENCAP
    {0x8926, in<integer>},   // SIOCSIFENCAP
    {0x8927, completed<interface, interface_hardware>},   // SIOCGIFHWADDR
    {0x8929, completed<interface, interface_slave>},   // SIOCGIFSLAVE
    {0x8930, in<interface_slave>},   // SIOCSIFSLAVE
    {0x8931, in<interface_hardware>},   // SIOCADDMULTI
    {0x8932, in<interface_hardware>},   // SIOCDELMULTI
    {0x8933, completed<interface, interface_position>},   // SIOCGIFINDEX
    {0x8934, address},   // SIOCSIFPFLAGS
    {0x8935, address},   // SIOCGIFPFLAGS
    {0x8936, address},   // SIOCDIFADDR
    {0x8937, in<interface_hardware>},   // SIOCSIFHWBROADCAST
    {0x8938, address},   // SIOCGIFCOUNT
    {0x8940, address},   // SIOCGIFBR
    {0x8941, address},   // SIOCSIFBR
    {0x8942, completed<interface, interface_queue>},   // SIOCGIFTXQLEN
    {0x8943, in<interface_queue>},   // SIOCSIFTXQLEN
    {0x8946, address},   // SIOCETHTOOL
    {0x8947, address},   // SIOCGMIIPHY
    {0x8948, address},   // SIOCGMIIREG
    {0x8949, address},   // SIOCSMIIREG
    {0x894a, address},   // SIOCWANDEV
    {0x894b, out<integer>},   // SIOCOUTQNSD
    {0x894c, address},   // SIOCGSKNS
    {0x8953, address},   // SIOCDARP
    {0x8954, address},   // SIOCGARP
    {0x8955, address},   // SIOCSARP
    {0x8960, address},   // SIOCDRARP
    {0x8961, address},   // SIOCGRARP
    {0x8962, address},   // SIOCSRARP
    {0x8970, completed<interface, interface_map>},   // SIOCGIFMAP
    {0x8971, in<interface_map>},   // SIOCSIFMAP
    {0x8980, address},   // SIOCADDDLCI
    {0x8981, address},   // SIOCDELDLCI
    {0x8982, address},   // SIOCGIFVLAN
    {0x8983, address},   // SIOCSIFVLAN
    {0x8990, address},   // SIOCBONDENSLAVE
    {0x8991, address},   // SIOCBONDRELEASE
    {0x8992, address},   // SIOCBONDSETHWADDR
    {0x8993, address},   // SIOCBONDSLAVEINFOQUERY
    {0x8994, address},   // SIOCBONDINFOQUERY
    {0x8995, address},   // SIOCBONDCHANGEACTIVE
    {0x89a0, in<short_string>},   // SIOCBRADDBR
    {0x89a1, in<short_string>},   // SIOCBRDELBR
    {0x89a2, in<bridge_port>},   // SIOCBRADDIF
    {0x89a3, in<bridge_port>},   // SIOCBRDELIF
    {0x89b0, address},   // SIOCSHWTSTAMP
    {0x89b1, address},   // SIOCGHWTSTAMP
    {0x80108906, address},   // SIOCGSTAMP_NEW
    {0x80108907, address},   // SIOCGSTAMPNS_NEW
};

} // namespace

constinit type const socket_ioctl = chosen<argument(1), requests, long_hex>;

} // namespace cotrace::uapi
