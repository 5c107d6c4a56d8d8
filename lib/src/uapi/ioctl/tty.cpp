// SPDX-License-Identifier: BSL-1.0
// Requests of ioctl_tty(2), and other requests with their letter (_IOC_TYPE): of tun devices, and for files of any kind.
#include "uapi/common.hpp"
#include "uapi/constants/console.hpp"
#include "uapi/constants/device.hpp"
#include "uapi/constants/socket.hpp"
#include "uapi/ioctl/families.hpp"
#include "uapi/ioctl/parts.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

constexpr structure winsize{{
    {"ws_row", uint16},
    {"ws_col", uint16},
    {"ws_xpixel", uint16},
    {"ws_ypixel", uint16},
}};

// The name of an empty set of flags. This name is empty, because strace shows nothing for an empty set.
constexpr enum_table none{"", {{0, ""}}};
constexpr field_and_flags<none, 0, names::terminal_input_flags> input_flags{""};
constexpr field_and_flags<none, 0, names::terminal_local_flags> local_flags{""};

constexpr field_and_flags<none, 0xeff0efc0, names::terminal_control_flags> some_control_flags{""};
constexpr field_and_flags<none, 0xffff00ff, names::terminal_output_flags> some_output_flags{""};

template <width W>
constexpr slice control_slices[] = {
    {one_of<names::terminal_speeds, W>, 0x100f, true},
    {one_of<names::terminal_speeds, W>, 0x100f0000, false, {}, 16, "IBSHIFT"},
    {one_of<names::terminal_sizes, W>, 0x30, true},
    {flags<some_control_flags, W>, 0xeff0efc0, true},
};
template <width W>
constexpr slice output_slices[] = {
    {one_of<names::terminal_newline_delays, W>, 0x100, true},
    {one_of<names::terminal_return_delays, W>, 0x600, true},
    {one_of<names::terminal_tab_delays, W>, 0x1800, true},
    {one_of<names::terminal_backspace_delays, W>, 0x2000, true},
    {one_of<names::terminal_vertical_delays, W>, 0x4000, true},
    {one_of<names::terminal_formfeed_delays, W>, 0x8000, true},
    {flags<some_output_flags, W>, 0xffff00ff, true},
};
template <width W = width::u32>
constexpr auto const& control_flags = packed<control_slices<W>, W>;
template <width W = width::u32>
constexpr auto const& output_flags = packed<output_slices<W>, W>;

constexpr auto character_names = renamed(names::terminal_characters);
constexpr auto const& characters8 = indexed_array<hex8, character_names, exactly(8)>;
constexpr auto const& characters19 = indexed_array<hex8, character_names, exactly(19)>;
constexpr auto const& discipline = one_of<names::terminal_disciplines, width::u8>;

constexpr structure termios_type{{
    {"c_iflag", flags<input_flags>},
    {"c_oflag", output_flags<>},
    {"c_cflag", control_flags<>},
    {"c_lflag", flags<local_flags>},
    {"c_line", discipline, shown::verbose},
    {"c_cc", characters19, shown::verbose},
}};
constexpr structure termios2_type{{
    {"c_iflag", flags<input_flags>},
    {"c_oflag", output_flags<>},
    {"c_cflag", control_flags<>},
    {"c_lflag", flags<local_flags>},
    {"c_line", discipline, shown::verbose},
    {"c_cc", characters19, shown::verbose},
    {"c_ispeed", uint32, shown::verbose},
    {"c_ospeed", uint32, shown::verbose},
}};
constexpr structure termio_type{{
    {"c_iflag", flags<input_flags, width::u16>},
    {"c_oflag", output_flags<width::u16>},
    {"c_cflag", control_flags<width::u16>},
    {"c_lflag", flags<local_flags, width::u16>},
    {"c_line", discipline, shown::verbose},
    {"c_cc", characters8, shown::verbose},
}};

constexpr auto const& modem_lines = flags<names::terminal_modem_lines>;

// struct ifreq of tun devices. `ifr_flags` contains the kind of the device and flags.
constexpr structure tun_request{{
    {"ifr_name", characters_in<16>},
    {"ifr_flags", flags<names::tun_features, width::u16>},
    {"", unused<22, 14>, shown::never},
}};
constexpr structure socket_filter{{{"len", uint16}, {"filter", address}}};

constexpr choice_case requests[] = {
    {0x5401, out<termios_type>},   // TCGETS
    {0x5402, in<termios_type>},   // TCSETS
    {0x5403, in<termios_type>},   // TCSETSW
    {0x5404, in<termios_type>},   // TCSETSF
    {0x5405, out<termio_type>},   // TCGETA
    {0x5406, in<termio_type>},   // TCSETA
    {0x5407, in<termio_type>},   // TCSETAW
    {0x5408, in<termio_type>},   // TCSETAF
    {0x5409, integer},   // TCSBRK
    {0x540a, one_of<names::terminal_flows, width::klong>},   // TCXONC
    {0x540b, one_of<names::terminal_flushes, width::klong>},   // TCFLSH
    {0x540c, nothing},   // TIOCEXCL
    {0x540d, nothing},   // TIOCNXCL
    {0x540e, integer},   // TIOCSCTTY
    {0x540f, out<process_group>},   // TIOCGPGRP
    {0x5410, in<process_group>},   // TIOCSPGRP
    {0x5411, out<integer>},   // TIOCOUTQ
    {0x5412, in<bytes<exactly(1)>>},   // TIOCSTI
    {0x5413, out<winsize>},   // TIOCGWINSZ
    {0x5414, in<winsize>},   // TIOCSWINSZ
    {0x5415, out<modem_lines>},   // TIOCMGET
    {0x5416, in<modem_lines>},   // TIOCMBIS
    {0x5417, in<modem_lines>},   // TIOCMBIC
    {0x5418, in<modem_lines>},   // TIOCMSET
    {0x5419, out<integer>},   // TIOCGSOFTCAR
    {0x541a, in<integer>},   // TIOCSSOFTCAR
    {0x541b, out<integer>},   // FIONREAD
    {0x541d, nothing},   // TIOCCONS
    {0x541f, nothing},   // TIOCSSERIAL
    {0x5420, in<integer>},   // TIOCPKT
    {0x5421, in<integer>},   // FIONBIO
    {0x5422, nothing},   // TIOCNOTTY
    {0x5423, in<integer>},   // TIOCSETD
    {0x5424, out<integer>},   // TIOCGETD
    {0x5425, integer},   // TCSBRKP
    {0x5427, nothing},   // TIOCSBRK
    {0x5428, nothing},   // TIOCCBRK
    {0x5429, out<process_group>},   // TIOCGSID
    {0x5437, nothing},   // TIOCVHANGUP
    {0x5450, nothing},   // FIONCLEX
    {0x5451, nothing},   // FIOCLEX
    {0x5452, in<integer>},   // FIOASYNC
    {0x5456, out<termios_type>},   // TIOCGLCKTRMIOS
    {0x5457, in<termios_type>},   // TIOCSLCKTRMIOS
    {0x54e3, long_hex},   // TUNGETDEVNETNS
    {0x40045431, in<integer>},   // TIOCSPTLCK
    {0x400454ca, address_only<in<tun_request>>},   // TUNSETIFF
    {0x400454cb, address_only<integer>},   // TUNSETPERSIST
    {0x400454cc, address_only<user_id>},   // TUNSETOWNER
    {0x400454cd, address_only<one_of<names::arp_hardware_types>>},   // TUNSETLINK
    {0x400454ce, address_only<user_id>},   // TUNSETGROUP
    {0x400454d0, address_only<flags<names::tun_offloads>>},   // TUNSETOFFLOAD
    {0x400454d4, address_only<in<integer>>},   // TUNSETSNDBUF
    {0x400454d8, address_only<in<integer>>},   // TUNSETVNETHDRSZ
    {0x400454d9, address_only<in<tun_request>>},   // TUNSETQUEUE
    {0x400454da, address_only<in<uint32>>},   // TUNSETIFINDEX
    {0x400454dc, address_only<in<integer>>},   // TUNSETVNETLE
    {0x400454de, address_only<in<integer>>},   // TUNSETVNETBE
    {0x400454e2, address_only<in<integer>>},   // TUNSETCARRIER
    {0x400854d5, address_only<in<socket_filter>>},   // TUNATTACHFILTER of i386 and x32
    {0x400854d6, nothing},   // TUNDETACHFILTER of i386 and x32
    {0x401054d5, address_only<in<socket_filter>>},   // TUNATTACHFILTER
    {0x401054d6, long_hex},   // TUNDETACHFILTER
    {0x402c542b, in<termios2_type>},   // TCSETS2
    {0x402c542c, in<termios2_type>},   // TCSETSW2
    {0x402c542d, in<termios2_type>},   // TCSETSF2
    {0x80045430, out<integer>},   // TIOCGPTN
    {0x80045432, out<integer>},   // TIOCGDEV
    {0x80045440, out<integer>},   // TIOCGEXCL
    {0x800454cf, address_only<out<flags<names::tun_features>>>},   // TUNGETFEATURES
    {0x800454d2, address_only<out<tun_request>>},   // TUNGETIFF
    {0x800454d3, address_only<out<integer>>},   // TUNGETSNDBUF
    {0x800454d7, address_only<out<integer>>},   // TUNGETVNETHDRSZ
    {0x800454dd, address_only<out<integer>>},   // TUNGETVNETLE
    {0x800454df, address_only<out<integer>>},   // TUNGETVNETBE
    {0x800454e0, address_only<in<fd>>},   // TUNSETSTEERINGEBPF
    {0x800454e1, address_only<in<fd>>},   // TUNSETFILTEREBPF
    {0x800854db, address_only<out<socket_filter>>},   // TUNGETFILTER of i386 and x32
    {0x801054db, address_only<out<socket_filter>>},   // TUNGETFILTER
    {0x802c542a, out<termios2_type>},   // TCGETS2
};

} // namespace

constinit type const tty_ioctl = chosen<argument(1), requests, long_hex>;

} // namespace cotrace::uapi
