// SPDX-License-Identifier: BSL-1.0
// Tests of socket addresses, socket options and control messages. The expected text is strace's text.
#include "support/catch.hpp"

#include "unit/decode/byte_memory.hpp"
#include "unit/decode/bytes.hpp"
#include "unit/decode/shown.hpp"

#include <cerrno>

namespace socket_tests {

using namespace cotrace;
using test::byte_memory;
using test::little;
using test::shown;
using test::zeros;

namespace {

std::string bound(std::string const& address)
{
    byte_memory memory;
    memory.put(0x1000, address);
    auto const text = shown("bind", {3, 0x1000, address.size()}, memory, 0);
    auto const end = text.rfind("}, ");
    return end == text.npos ? text : text.substr(4, end + 1 - 4);
}

std::string set_option(unsigned level, unsigned option, std::string const& value)
{
    byte_memory memory;
    memory.put(0x1000, value);
    return shown("setsockopt", {3, level, option, 0x1000, value.size()}, memory, 0);
}

std::string got_option(unsigned level, unsigned option, std::string const& value)
{
    byte_memory memory;
    memory.put(0x1000, value);
    memory.put(0x2000, little<4>(value.size()));
    return shown("getsockopt", {3, level, option, 0x1000, 0x2000}, memory, 0);
}

// The text of the control messages in a message. `control` has the bytes of these control messages.
std::string controlled(std::string const& control)
{
    byte_memory memory;
    memory.put(0x1000, zeros(32) + little<8>(0x2000) + little<8>(control.size()) + zeros(8));
    memory.put(0x2000, control);
    auto const text = shown("sendmsg", {3, 0x1000, 0}, memory, -EBADF);
    auto const begin = text.find("msg_control=") + 12;
    return text.substr(begin, text.find(", msg_controllen") - begin);
}

std::string control(std::uint64_t length, unsigned level, unsigned type, std::string const& data)
{
    return little<8>(length) + little<4>(level) + little<4>(type) + data;
}

}   // namespace

TEST_CASE("a socket address is decoded by its family")
{
    CHECK(bound(little<2>(2) + std::string{"\0\120", 2} + "\177" + zeros(2) + "\1" + zeros(8))
          == "{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"127.0.0.1\")}");
    CHECK(bound(little<2>(1) + "/run/x") == "{sa_family=AF_UNIX, sun_path=\"/run/x\"}");
    CHECK(bound(little<2>(1) + zeros(1) + "x") == "{sa_family=AF_UNIX, sun_path=@\"x\"}");
    CHECK(bound(little<2>(1) + zeros(1)) == "{sa_family=AF_UNIX, sun_path=@\"\"}");
    CHECK(bound(little<2>(16) + little<2>(3) + little<4>(1) + little<4>(1))
          == "{sa_family=AF_NETLINK, nl_pad=0x3, nl_pid=1, nl_groups=0x000001}");
    CHECK(bound(little<2>(17) + std::string{"\10\0", 2} + little<4>(9) + little<2>(1) + "\3\2\1" + zeros(7))
          == "{sa_family=AF_PACKET, sll_protocol=htons(ETH_P_IP), sll_ifindex=9, sll_hatype=ARPHRD_ETHER, "
             "sll_pkttype=PACKET_OTHERHOST, sll_halen=2, sll_addr=[0x1, 00]}");
    CHECK(bound(little<2>(31) + little<2>(1) + little<2>(3))
          == "{sa_family=AF_BLUETOOTH, hci_dev=htobs(1), hci_channel=HCI_CHANNEL_CONTROL}");
    CHECK(bound(little<2>(31) + little<2>(0x81) + "\1\2\3\4\5\6" + little<2>(0x41))
          == "{sa_family=AF_BLUETOOTH, l2_psm=htobs(L2CAP_PSM_LE_DYN_START+1), l2_bdaddr=01:02:03:04:05:06, "
             "l2_cid=htobs(L2CAP_CID_DYN_START+1)}");
    CHECK(bound(little<2>(40) + zeros(2) + little<4>(7) + little<4>(2) + zeros(4))
          == "{sa_family=AF_VSOCK, svm_cid=VMADDR_CID_HOST, svm_port=0x7, svm_flags=0}");
    CHECK(
        bound(little<2>(38) + "hash" + zeros(10) + little<4>(0) + little<4>(0x1000) + std::string{"md5", 4})
        == "{sa_family=AF_ALG, salg_type=\"hash\", salg_feat=0, salg_mask=0x1000 /* CRYPTO_ALG_KERN_DRIVER_ONLY */, salg_name=\"md5\"}");
}

TEST_CASE("an address that is too short for its family is shown as bytes")
{
    CHECK(bound(little<2>(2) + std::string{"\0P", 2}) == "{sa_family=AF_INET, sa_data=\"\\0P\"}");
    CHECK(bound(little<2>(10) + zeros(21)).starts_with("{sa_family=AF_INET6, sa_data=\"\\0"));
    byte_memory memory;
    CHECK(shown("bind", {3, 0x1000, 1}, memory, 0) == "(3, 0x1000, 1) = 0");
    CHECK(shown("bind", {3, 0x1000, 0xffffffff}, memory, 0) == "(3, 0x1000, -1) = 0");
}

TEST_CASE("malformed call signs of amateur radio are shown as bytes")
{
    std::string const call{"\x82\x84\x62\x40\x40\x40\x06", 7};
    CHECK(bound(little<2>(3) + call + zeros(7)) == "{sa_family=AF_AX25, sax25_call=AB1-3, sax25_ndigis=0}");
    std::string const odd{"\x83\x84\x62\x40\x40\x40\x06", 7};
    CHECK(bound(little<2>(3) + odd + zeros(7))
          == "{sa_family=AF_AX25, sax25_call={ax25_call=\"\\x83\\x84\\x62\\x40\\x40\\x40\\x06\"} /* AB1-3 */, sax25_ndigis=0}");
    CHECK(bound(little<2>(3) + call + zeros(3) + little<4>(2) + call)
          == "{sa_family=AF_AX25, fsa_ax25={sax25_call=AB1-3, sax25_ndigis=2}, fsa_digipeater=[AB1-3, ...]}");
}

TEST_CASE("socket options are decoded by their level and number")
{
    CHECK(set_option(1, 13, little<4>(1) + little<4>(5)) == "(3, SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger=5}, 8) = 0");
    CHECK(set_option(1, 13, little<4>(1)) == "(3, SOL_SOCKET, SO_LINGER, 0x1000, 4) = 0");
    CHECK(
        set_option(0, 35, "\340" + zeros(2) + "\1" + zeros(4))
        == "(3, SOL_IP, IP_ADD_MEMBERSHIP, {imr_multiaddr=inet_addr(\"224.0.0.1\"), imr_interface=inet_addr(\"0.0.0.0\")}, 8) = 0");
    CHECK(set_option(0, 51, little<4>(0x20001)) == "(3, SOL_IP, IP_LOCAL_PORT_RANGE, [0x20001 /* 1..2 */], 4) = 0");
    CHECK(set_option(255, 1, little<4>(~1u)) == "(3, SOL_RAW, ICMP_FILTER, ~[ICMP_ECHOREPLY], 4) = 0");
    CHECK(
        set_option(263, 1, little<4>(9) + little<2>(1) + little<2>(3) + "\1\2\3" + zeros(5))
        == "(3, SOL_PACKET, PACKET_ADD_MEMBERSHIP, {mr_ifindex=9, mr_type=PACKET_MR_PROMISC, mr_alen=3, mr_address=01:02:03}, 16) = 0");
    CHECK(set_option(99, 7, little<4>(1)) == "(3, 0x63 /* SOL_?? */, 7, [1], 4) = 0");
    CHECK(got_option(1, 4, little<4>(ECONNREFUSED)) == "(3, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0");
    CHECK(got_option(1, 17, little<4>(7) + little<4>(0)) == "(3, SOL_SOCKET, SO_PEERCRED, {pid=7, uid=0}, [8]) = 0");
    CHECK(got_option(1, 17, little<4>(7) + little<2>(1)) == "(3, SOL_SOCKET, SO_PEERCRED, {pid=7, uid=\"\\x01\\x00\"}, [6]) = 0");
    CHECK(set_option(270, 3, little<4>(1)) == "(3, SOL_NETLINK, NETLINK_PKTINFO, [1], 4) = 0");
    CHECK(got_option(270, 3, little<4>(1) + little<4>(2)) == "(3, SOL_NETLINK, NETLINK_PKTINFO, [1], [8]) = 0");
    CHECK(set_option(271, 130, little<4>(9) + zeros(4)) == "(3, SOL_TIPC, TIPC_CONN_TIMEOUT, [9], 8) = 0");
    CHECK(set_option(271, 127, little<4>(2)) == "(3, SOL_TIPC, TIPC_IMPORTANCE, [TIPC_HIGH_IMPORTANCE], 4) = 0");
    CHECK(set_option(271, 135, little<4>(1) + little<4>(2) + little<4>(3) + little<4>(1))
          == "(3, SOL_TIPC, TIPC_GROUP_JOIN, {type=1, instance=2, scope=TIPC_NODE_SCOPE, flags=TIPC_GROUP_LOOPBACK}, 16) = 0");
    CHECK(set_option(271, 135, little<4>(1)) == "(3, SOL_TIPC, TIPC_GROUP_JOIN, 0x1000, 4) = 0");
    // Only 8 bytes of the structure are passed. The members after these bytes count as 0.
    CHECK(
        set_option(6, 38, little<2>(2) + little<2>(0x5000) + little<4>(0x100007f))
        == "(3, SOL_TCP, TCP_AO_ADD_KEY, {addr={sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"127.0.0.1\")}, prefix=0, "
           "alg_name=\"\", ifindex=0, set_current=0, set_rnext=0, sndid=0, rcvid=0, maclen=0, keyflags=0, key=\"\", keylen=0}, 8) = 0");
    CHECK(got_option(270, 9, little<4>(1) + little<4>(2)) == "(3, SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, [1, 2], [8]) = 0");
}

TEST_CASE("control messages are decoded by their type")
{
    CHECK(controlled(control(24, 1, 1, little<4>(5) + little<4>(6)))
          == "[{cmsg_len=24, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[5, 6]}]");
    CHECK(
        controlled(control(28, 0, 8, little<4>(9) + std::string{"\1\2\3\4\5\6\7\10", 8}))
        == "[{cmsg_len=28, cmsg_level=SOL_IP, cmsg_type=IP_PKTINFO, cmsg_data={ipi_ifindex=9, ipi_spec_dst=inet_addr(\"1.2.3.4\"), "
           "ipi_addr=inet_addr(\"5.6.7.8\")}}]");
    CHECK(controlled(control(32, 1, 35, little<8>(1) + little<8>(2)))
          == "[{cmsg_len=32, cmsg_level=SOL_SOCKET, cmsg_type=SO_TIMESTAMPNS_OLD, cmsg_data={tv_sec=1, tv_nsec=2}}]");
    CHECK(controlled(control(20, 1, 35, little<4>(1)))
          == "[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SO_TIMESTAMPNS_OLD, cmsg_data=???}]");
}

TEST_CASE("a control message of an unknown type is shown as bytes")
{
    CHECK(controlled(control(20, 1, 99, little<4>(1)))
          == "[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=0x63 /* SCM_??? */, cmsg_data=\"\\x01\\x00\\x00\\x00\"}]");
    CHECK(controlled(control(18, 1, 1, "\1\2"))
          == "[{cmsg_len=18, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=\"\\x01\\x02\"}]");
    CHECK(controlled(control(20, 1, 4, little<4>(5)))
          == "[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_PIDFD, cmsg_data=5}]");
}

TEST_CASE("sendmmsg(2) shows the lengths of the messages that were sent")
{
    byte_memory memory;
    memory.put(0x1000, zeros(56) + little<4>(7) + zeros(4) + zeros(56) + little<4>(9) + zeros(4));
    std::string const header =
        "{msg_hdr={msg_name=NULL, msg_namelen=0, msg_iov=NULL, msg_iovlen=0, msg_controllen=0, msg_flags=0}";
    CHECK(shown("sendmmsg", {3, 0x1000, 2, 0}, memory, 1) == "(3, [" + header + ", msg_len=7}, " + header + "}], 2, 0) = 1");
}

TEST_CASE("a length of control messages whose low 32 bits are 0 does not count as 0")
{
    byte_memory memory;
    memory.put(0x1000, zeros(44) + little<4>(1) + zeros(8));
    CHECK(shown("sendmsg", {3, 0x1000, 0}, memory, 0).find("msg_control=NULL, msg_controllen=4294967296,") != std::string::npos);
}

TEST_CASE("a socket type without a name is shown as its flags and its number")
{
    byte_memory memory;
    CHECK(shown("socket", {2, 0x80000, 0}, memory, 3) == "(AF_INET, SOCK_CLOEXEC, IPPROTO_IP) = 3");
    CHECK(shown("socket", {2, 0x80008, 0}, memory, 3) == "(AF_INET, SOCK_CLOEXEC|0x8, IPPROTO_IP) = 3");
    CHECK(shown("socket", {2, 8, 0}, memory, 3) == "(AF_INET, 0x8 /* SOCK_??? */, IPPROTO_IP) = 3");
}

TEST_CASE("a control message whose length is too large is cut at the end of the data")
{
    CHECK(controlled(control(100, 1, 1, little<4>(5)))
          == "[{cmsg_len=100, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[5]}]");
    CHECK(controlled(control(3, 1, 1, little<4>(5)))
          == "[{cmsg_len=3, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS}, ... /* 0x2010 */]");
    CHECK(controlled(control(~std::uint64_t{0}, 1, 1, little<4>(5)))
          == "[{cmsg_len=18446744073709551615, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[5]}]");
    CHECK(controlled("x") == "0x2000");
}

}   // namespace socket_tests
