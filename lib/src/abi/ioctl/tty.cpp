// SPDX-License-Identifier: BSL-1.0
// ioctl_tty(2), and what else shares its letter: tun devices, and the requests of all files.
#include "abi/common.hpp"
#include "abi/ioctl/families.hpp"

namespace cotrace::abi {
namespace {

using namespace as;

constexpr structure winsize{{
    {"ws_row", uint16},
    {"ws_col", uint16},
    {"ws_xpixel", uint16},
    {"ws_ypixel", uint16},
}};

// termios.c_cflag; the baud rate is a field of several bits.
constexpr flag_table termios_iflags{"", {
    {0x1, "IGNBRK"}, {0x2, "BRKINT"}, {0x4, "IGNPAR"}, {0x8, "PARMRK"}, {0x10, "INPCK"}, {0x20, "ISTRIP"},
    {0x40, "INLCR"}, {0x80, "IGNCR"}, {0x100, "ICRNL"}, {0x200, "IUCLC"}, {0x400, "IXON"}, {0x800, "IXANY"},
    {0x1000, "IXOFF"}, {0x2000, "IMAXBEL"}, {0x4000, "IUTF8"},
}};
constexpr flag_table termios_oflags{"", {
    {0x0, "NL0", 0x100}, {0x100, "NL1", 0x100},
    {0x0, "CR0", 0x600}, {0x200, "CR1", 0x600}, {0x400, "CR2", 0x600}, {0x600, "CR3", 0x600},
    {0x0, "TAB0", 0x1800}, {0x800, "TAB1", 0x1800}, {0x1000, "TAB2", 0x1800}, {0x1800, "TAB3", 0x1800},
    {0x0, "BS0", 0x2000}, {0x2000, "BS1", 0x2000},
    {0x0, "VT0", 0x4000}, {0x4000, "VT1", 0x4000},
    {0x0, "FF0", 0x8000}, {0x8000, "FF1", 0x8000},
    {0x1, "OPOST"}, {0x2, "OLCUC"}, {0x4, "ONLCR"}, {0x8, "OCRNL"}, {0x10, "ONOCR"}, {0x20, "ONLRET"},
    {0x40, "OFILL"}, {0x80, "OFDEL"},
}};
constexpr flag_table termios_cflags{"", {
    {0x0, "B0", 0x100f}, {0x1, "B50", 0x100f}, {0x2, "B75", 0x100f}, {0x3, "B110", 0x100f}, {0x4, "B134", 0x100f},
    {0x5, "B150", 0x100f}, {0x6, "B200", 0x100f}, {0x7, "B300", 0x100f}, {0x8, "B600", 0x100f}, {0x9, "B1200", 0x100f},
    {0xa, "B1800", 0x100f}, {0xb, "B2400", 0x100f}, {0xc, "B4800", 0x100f}, {0xd, "B9600", 0x100f},
    {0xe, "B19200", 0x100f}, {0xf, "B38400", 0x100f}, {0x1001, "B57600", 0x100f}, {0x1002, "B115200", 0x100f},
    {0x1003, "B230400", 0x100f},
    {0x0, "CS5", 0x30}, {0x10, "CS6", 0x30}, {0x20, "CS7", 0x30}, {0x30, "CS8", 0x30},
    {0x40, "CSTOPB"}, {0x80, "CREAD"}, {0x100, "PARENB"}, {0x200, "PARODD"}, {0x400, "HUPCL"}, {0x800, "CLOCAL"},
    {0x40000000, "CMSPAR"}, {0x80000000, "CRTSCTS"},
}};
constexpr flag_table termios_lflags{"", {
    {0x1, "ISIG"}, {0x2, "ICANON"}, {0x4, "XCASE"}, {0x8, "ECHO"}, {0x10, "ECHOE"}, {0x20, "ECHOK"},
    {0x40, "ECHONL"}, {0x80, "NOFLSH"}, {0x100, "TOSTOP"}, {0x200, "ECHOCTL"}, {0x400, "ECHOPRT"},
    {0x800, "ECHOKE"}, {0x1000, "FLUSHO"}, {0x4000, "PENDIN"}, {0x8000, "IEXTEN"}, {0x10000, "EXTPROC"},
}};
constexpr structure termios_type{{
    {"c_iflag", flags<termios_iflags>},
    {"c_oflag", flags<termios_oflags>},
    {"c_cflag", flags<termios_cflags>},
    {"c_lflag", flags<termios_lflags>},
    {"c_line", uint8, shown::verbose},
    {"c_cc", hex_bytes<exactly(19)>, shown::verbose},
}};

constexpr choice_case requests[] = {
    {0x5401, out<termios_type>},
    {0x5402, in<termios_type>},
    {0x5403, in<termios_type>},
    {0x5404, in<termios_type>},
    {0x5409, integer},
    {0x540a, integer},
    {0x540b, integer},
    {0x540e, integer},
    {0x540f, out<process_group>},
    {0x5410, in<process_group>},
    {0x5411, out<integer>},
    {0x5413, out<winsize>},
    {0x5414, in<winsize>},
    {0x541b, out<integer>},
    {0x5421, in<integer>},
    {0x5422, nothing},
    {0x5429, out<process_group>},
    {0x5450, nothing},
    {0x5451, nothing},
    {0x5452, in<integer>},
    {0x40045431, in<integer>},
    {0x5441, flags<open_flags>},
    {0x80045430, out<uint32>},
};

} // namespace

constinit type const tty_ioctl = chosen<argument(1), requests, long_hex>;

} // namespace cotrace::abi
