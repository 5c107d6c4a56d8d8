// SPDX-License-Identifier: BSL-1.0
// Tests of ioctl(2) requests. The expected text is strace's text for a request with equal bytes, if strace decodes the argument.
#include "support/catch.hpp"

#include "unit/decode/byte_memory.hpp"
#include "unit/decode/bytes.hpp"
#include "unit/render/rendered.hpp"

#include "uapi/constants/ioctls.hpp"
#include "uapi/ioctl/families.hpp"

#include <cotrace/render/text.hpp>

#include <algorithm>
#include <cerrno>
#include <set>

namespace ioctl_tests {

using namespace cotrace;
using cotrace::uapi::arch;
using test::both;
using test::byte_memory;
using test::traced_call;
using test::words;
using test::zeros;

namespace {

struct request {
    byte_memory memory{};
    bool verbose = false;
    arch interface = arch::x86_64;
    render::constants names = render::constants::abbreviated;

    std::string shown(std::uint64_t number, std::uint64_t argument, std::int64_t result, std::string after = {})
    {
        traced_call call{"ioctl", {3, number, argument}, interface};
        capture_options options;
        options.verbose = verbose;
        call.enter(memory, options);
        if (!after.empty())
            memory.put(argument, std::move(after));
        call.leave(memory, result, options);
        auto const text = both(call, {.names = names, .column = 0, .verbose = verbose});
        auto const from = text.find("(3, ");
        return text.substr(from + 4, text.size() - from - 5);
    }
};

constexpr std::uint64_t at = 0x1000;

}   // namespace

TEST_CASE("the modes of a terminal are shown, and an empty set of modes has no text")
{
    request tty;
    tty.memory.put(at, words(0x500, 0x5, 0xbf, 0x8a3b) + zeros(20));
    CHECK(tty.shown(0x5401, at, 0)
          == "TCGETS, {c_iflag=ICRNL|IXON, c_oflag=NL0|CR0|TAB0|BS0|VT0|FF0|OPOST|ONLCR, c_cflag=B38400|CS8|CREAD, "
             "c_lflag=ISIG|ICANON|ECHO|ECHOE|ECHOK|IEXTEN|ECHOCTL|ECHOKE, ...}) = 0");
    tty.memory.put(at, zeros(36));
    CHECK(tty.shown(0x5403, at, 0)
          == "SNDCTL_TMR_STOP or TCSETSW, {c_iflag=, c_oflag=NL0|CR0|TAB0|BS0|VT0|FF0|, c_cflag=B0|CS5|, c_lflag=, ...}) = 0");
    tty.verbose = true;
    tty.memory.put(at, zeros(16) + "\x5b\3" + zeros(7));
    CHECK(tty.shown(0x5405, at, 0)
          == "TCGETA, {c_iflag=, c_oflag=NL0|CR0|TAB0|BS0|VT0|FF0|, c_cflag=B0|CS5|, c_lflag=, c_line=N_TTY, "
             "c_cc=[[VINTR]=0, [VQUIT]=0, [VERASE]=0, [VKILL]=0, [VEOF]=0, [VTIME]=0, [VMIN]=0, [VSWTC]=0x5b]}) = 0");
}

TEST_CASE("an empty set of terminal modes has no text with raw and with verbose constants, either")
{
    request tty;
    tty.names = render::constants::raw;
    tty.memory.put(at, words(0, 0, 0xa0008, 0) + zeros(20));
    CHECK(tty.shown(0x5401, at, 0) == "0x5401, {c_iflag=, c_oflag=0|0|0|0|0|0|, c_cflag=0x8|0xa<<0x10|0|, c_lflag=, ...}) = 0");
    tty.names = render::constants::verbose;
    CHECK(tty.shown(0x5401, at, 0).find("c_cflag=0x8 /* B600 */|0xa /* B1800 */<<0x10 /* IBSHIFT */|0 /* CS5 */|, c_lflag=, ...")
          != std::string::npos);
}

TEST_CASE("the names of some requests have parameters, and unknown requests are shown by the parts of their number")
{
    request any;
    CHECK(any.shown(0x80604521, 0, -EBADF) == "EVIOCGBIT(EV_KEY, 96), NULL) = -1 EBADF (Bad file descriptor)");
    CHECK(any.shown(0x40184502 + 0xc0, 0, -EBADF) == "EVIOCSABS(ABS_Z), NULL) = -1 EBADF (Bad file descriptor)");
    CHECK(any.shown(0xdeadbeef, 7, -EBADF)
          == "_IOC(_IOC_READ|_IOC_WRITE, 0xbe, 0xef, 0x1ead), 0x7) = -1 EBADF (Bad file descriptor)");
    CHECK(any.shown(0x00001299, 7, 0) == "_IOC(_IOC_NONE, 0x12, 0x99, 0), 0x7) = 0");
}

TEST_CASE("for a request of an unknown family, verbose text shows the bytes of the argument")
{
    request any;
    any.memory.put(at, "abc");
    CHECK(any.shown(0x40020001 | 0xc0 << 8, at, -EBADF)
          == "_IOC(_IOC_WRITE, 0xc0, 0x1, 0x2), 0x1000) = -1 EBADF (Bad file descriptor)");
    any.verbose = true;
    CHECK(any.shown(0x40020001 | 0xc0 << 8, at, 0) == "_IOC(_IOC_WRITE, 0xc0, 0x1, 0x2), \"\\x61\\x62\") = 0");
    CHECK(any.shown(0x80020001 | 0xc0 << 8, at, 0) == "_IOC(_IOC_READ, 0xc0, 0x1, 0x2), \"\\x61\\x62\") = 0");
    CHECK(any.shown(0xc0020001 | 0xc0 << 8, at, 0, "xyz")
          == "_IOC(_IOC_READ|_IOC_WRITE, 0xc0, 0x1, 0x2), \"\\x61\\x62\" => \"\\x78\\x79\") = 0");
    CHECK(any.shown(0xc0020001 | 0xc0 << 8, 0, 0) == "_IOC(_IOC_READ|_IOC_WRITE, 0xc0, 0x1, 0x2), 0) = 0");
}

TEST_CASE("for a request whose argument strace does not decode, the text shows the address of the argument")
{
    request any;
    any.memory.put(at, words(1, 2));
    CHECK(any.shown(0x4008af10, at, 0) == "VHOST_SET_VRING_NUM, 0x1000) = 0");
    CHECK(any.shown(0xc008af12, at, 0) == "VHOST_GET_VRING_BASE, 0x1000) = 0");
    CHECK(any.shown(0x4008af10, 0, -EBADF) == "VHOST_SET_VRING_NUM, 0) = -1 EBADF (Bad file descriptor)");
    CHECK(any.shown(0x400454cc, ~std::uint64_t{0}, 0) == "TUNSETOWNER, 0xffffffffffffffff) = 0");
    CHECK(any.shown(0x40104593, 0, -EBADF) == "EVIOCSMASK, NULL) = -1 EBADF (Bad file descriptor)");
    any.verbose = true;
    CHECK(any.shown(0x4008ae61, at, 0) == "KVM_IRQ_LINE, 0x1000) = 0");
}

TEST_CASE("for a request whose argument strace does not decode, verbose text shows the bytes of the argument")
{
    request any;
    any.verbose = true;
    any.memory.put(at, words(1, 2));
    CHECK(any.shown(0x4008af10, at, -EBADF)
          == "VHOST_SET_VRING_NUM, \"\\x01\\x00\\x00\\x00\\x02\\x00\\x00\\x00\") = -1 EBADF (Bad file descriptor)");
    CHECK(any.shown(0x8002af76, at, -EBADF) == "VHOST_VDPA_GET_VRING_NUM, \"\\x01\\x00\") = -1 EBADF (Bad file descriptor)");
    CHECK(
        any.shown(0xc008af12, at, 0, words(1, 3))
        == "VHOST_GET_VRING_BASE, \"\\x01\\x00\\x00\\x00\\x02\\x00\\x00\\x00\" => \"\\x01\\x00\\x00\\x00\\x03\\x00\\x00\\x00\") = 0");
    CHECK(any.shown(0x80045503, at, 0, words(4)) == "USBDEVFS_RESETEP, \"\\x04\\x00\\x00\\x00\") = 0");
    CHECK(any.shown(0x4008af10, 0x9000, 0) == "VHOST_SET_VRING_NUM, 0x9000) = 0");
    any.memory.put(at, std::string(33, 'a'));
    std::string limit;
    for (int i = 0; i < 32; ++i)
        limit += "\\x61";
    CHECK(any.shown(0x80214805, at, 33) == "HIDIOCGRAWPHYS(33), \"" + limit + "\"...) = 33");
}

TEST_CASE("a request to a network interface shows the member that the request is about")
{
    request net;
    auto const lo = "lo" + zeros(14);
    net.memory.put(at, lo + zeros(24));
    CHECK(net.shown(0x8913, at, 0, lo + "\x49" + zeros(23))
          == "SIOCGIFFLAGS, {ifr_name=\"lo\", ifr_flags=IFF_UP|IFF_LOOPBACK|IFF_RUNNING}) = 0");
    CHECK(net.shown(0x8921, at, -ENODEV) == "SIOCGIFMTU, {ifr_name=\"lo\"}) = -1 ENODEV (No such device)");
    net.memory.put(at, lo + "\x01" + zeros(1) + "\x0f\x16\x1d\x24\x2b\x32" + zeros(16));
    CHECK(net.shown(0x8924, at, 0)
          == "SIOCSIFHWADDR, {ifr_name=\"lo\", ifr_hwaddr={sa_family=ARPHRD_ETHER, sa_data=0f:16:1d:24:2b:32}}) = 0");
    net.memory.put(at, std::string(16, 'x') + zeros(24));
    CHECK(net.shown(0x8921, at, -ENODEV) == "SIOCGIFMTU, {ifr_name=\"xxxxxxxxxxxxxxx\"...}) = -1 ENODEV (No such device)");
    net.interface = arch::i386;
    net.memory.put(at, lo + zeros(16));
    CHECK(net.shown(0x8921, at, 0, lo + "\xdc\5" + zeros(14)) == "SIOCGIFMTU, {ifr_name=\"lo\", ifr_mtu=1500}) = 0");
}

TEST_CASE("a list of network interfaces has the length that the call returned")
{
    request net;
    net.memory.put(at, words(80, 0, 0x2000, 0));
    net.memory.put(0x2000, "lo" + zeros(14) + "\2" + zeros(3) + "\x7f" + zeros(2) + "\1" + zeros(16) + zeros(40));
    CHECK(
        net.shown(0x8912, at, 0, words(40, 0, 0x2000, 0))
        == "SIOCGIFCONF, {ifc_len=80 /* 2 * sizeof(struct ifreq) */ => 40 /* 1 * sizeof(struct ifreq) */, "
           "ifc_buf=[{ifr_name=\"lo\", ifr_addr={sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr(\"127.0.0.1\")}}]}) = 0");
    net.memory.put(at, words(7, 0, 0, 0));
    CHECK(net.shown(0x8912, at, 0, words(40, 0, 0, 0))
          == "SIOCGIFCONF, {ifc_len=40 /* 1 * sizeof(struct ifreq) */, ifc_buf=NULL}) = 0");
    CHECK(net.shown(0x8912, at, -EBADF)
          == "SIOCGIFCONF, {ifc_len=40 /* 1 * sizeof(struct ifreq) */, ifc_buf=NULL}) = -1 EBADF (Bad file descriptor)");
}

TEST_CASE("a structure that a call changes is shown before and after")
{
    request file;
    file.memory.put(at, zeros(8) + std::string(8, '\xff') + words(1, 0, 10, 0));
    CHECK(file.shown(0xc020660b, at, 0, zeros(16) + words(1, 2, 10, 0))
          == "FS_IOC_FIEMAP, {fm_start=0, fm_length=18446744073709551615, fm_flags=FIEMAP_FLAG_SYNC, fm_extent_count=10} => "
             "{fm_flags=FIEMAP_FLAG_SYNC, fm_mapped_extents=2, ...}) = 0");
    request rate;
    rate.memory.put(at, words(250, 33));
    CHECK(rate.shown(0x4b52, at, 0) == "KDKBDREP, {delay=250, period=33} => {delay=250, period=33}) = 0");
    CHECK(rate.shown(0x4b52, at, -EBADF) == "KDKBDREP, {delay=250, period=33}) = -1 EBADF (Bad file descriptor)");
}

TEST_CASE("tones and keys of the console are explained in a comment")
{
    request console;
    CHECK(console.shown(0x4b2f, 1193, 0) == "KIOCSOUND, 1193 /* 1000 Hz */) = 0");
    CHECK(console.shown(0x4b30, 0x6404a9, 0) == "KDMKTONE, 100<<16|1193 /* 1000 Hz, 100 ms */) = 0");
    console.memory.put(at, {"\0\1\x41\x0b", 4});
    CHECK(console.shown(0x4b47, at, 0)
          == "KDSKBENT, {kb_table=K_NORMTAB, kb_index=1, kb_value=0xb41 /* K(KT_LETTER, 'A') */}) = 0");
    console.memory.put(at, {"\5\2\3\x06", 4});
    CHECK(console.shown(0x4b47, at, 0)
          == "KDSKBENT, {kb_table=1<<KG_SHIFT|1<<KG_CTRL, kb_index=2, kb_value=0x603 /* K_UP */}) = 0");
}

TEST_CASE("a field of a driver's structure may decide how other fields are decoded")
{
    request chip;
    chip.memory.put(at, zeros(8) + words(2, 0, 0, 0, 0, 0) + words(1, 0, 8, 0, 3, 0) + words(9, 0, 7, 0, 1, 0) + zeros(192));
    CHECK(chip.shown(0xc110b40d, at, 0)
          == "GPIO_V2_LINE_SET_CONFIG_IOCTL, {flags=0, num_attrs=2, attrs=[{flags=GPIO_V2_LINE_FLAG_OUTPUT, mask=0x3}, "
             "{attr={id=9, data=0x7}, mask=0x1}]}) = 0");
    request tee;
    tee.memory.put(at, words(0x2000, 0, 64, 0));
    tee.memory.put(0x2000, words(0xaa, 1) + zeros(24) + zeros(32));
    CHECK(tee.shown(0x8010a406, at, -EINVAL)
          == "TEE_IOC_SUPPL_RECV, {buf_len=64, buf_ptr=0x2000}) = -1 EINVAL (Invalid argument)");
    tee.memory.put(at, words(0x2000, 0, 40, 0));
    CHECK(tee.shown(0x8010a406, at, -EINVAL)
          == "TEE_IOC_SUPPL_RECV, {buf_len=40, buf_ptr={func=170, num_params=1, "
             "params=[{attr=TEE_IOCTL_PARAM_ATTR_TYPE_NONE}]}}) = -1 EINVAL (Invalid argument)");
    request disk;
    disk.memory.put(at, words('S', 0xfffffffe, 0x00002006, 4, 0x3000, 0, 0x2000, 0) + zeros(56));
    disk.memory.put(0x2000, "\x12\1\2\3\4\5");
    disk.memory.put(0x3000, "data");
    CHECK(
        disk.shown(0x2285, at, 0)
        == "SG_IO, {interface_id='S', dxfer_direction=SG_DXFER_TO_DEV, cmd_len=6, cmdp=\"\\x12\\x01\\x02\\x03\\x04\\x05\", "
           "mx_sb_len=32, iovec_count=0, dxfer_len=4, timeout=0, flags=0, dxferp=\"\\x64\\x61\\x74\\x61\", status=0, "
           "masked_status=0, msg_status=0, sb_len_wr=0, sbp=NULL, host_status=0, driver_status=0, resid=0, duration=0, info=0}) = 0");
}

TEST_CASE("the results of some requests are decoded")
{
    request any;
    CHECK(any.shown(0xb703, 0, 0x10000000) == "NS_GET_NSTYPE) = 268435456 (CLONE_NEWUSER)");
    any.memory.put(at, words(1, 0) + zeros(8) + words(7, 8, 9) + zeros(36));
    CHECK(any.shown(0xc040ff0b, at, 0) == "PIDFD_GET_INFO, {mask=PIDFD_INFO_PID, pid=7, tgid=8, ppid=9}) = 0");
}

TEST_CASE("the table of request families is sorted by letter, and has each letter once")
{
    auto const& list = cotrace::uapi::ioctl_families;
    CHECK(std::adjacent_find(std::begin(list), std::end(list), [](auto const& a, auto const& b) { return a.value >= b.value; })
          == std::end(list));
}

TEST_CASE("every request in the table of a family has a name, belongs to this family, and is in the table once")
{
    auto const names = cotrace::uapi::ioctl_names();
    for (auto const& family : cotrace::uapi::ioctl_families) {
        auto const& cases = *family.as;
        if (cases.shape != cotrace::uapi::shape::choice || cases.length.mask != ~std::uint64_t{0})
            continue;   // this family selects the type by a part of the request number
        std::set<std::uint32_t> seen;
        for (std::uint16_t i = 0; i < cases.count; ++i) {
            auto const request = static_cast<std::uint32_t>(cases.cases[i].value);
            INFO(std::hex << request);
            CHECK(seen.insert(request).second);
            CHECK(std::any_of(std::begin(cotrace::uapi::ioctl_families), std::end(cotrace::uapi::ioctl_families),
                              [&](auto const& each) { return each.value == (request & 0xff00) && each.as == family.as; }));
            bool const named = std::any_of(names.begin(), names.end(), [&](auto const& each) { return each.request == request; });
            // The first number of SECCOMP_IOCTL_NOTIF_ID_VALID (Linux 5.0) has a wrong direction. The kernel accepts this number,
            // but the table of names lacks it.
            bool const wrong_direction = request == 0x80082102;
            CHECK((named || wrong_direction));
        }
    }
}

}   // namespace ioctl_tests
