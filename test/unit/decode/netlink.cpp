// SPDX-License-Identifier: BSL-1.0
// Tests of netlink messages, whose expected text is strace's text, and of malformed netlink messages.
#include "support/catch.hpp"

#include "decode/limits.hpp"
#include "unit/decode/byte_memory.hpp"
#include "unit/decode/bytes.hpp"
#include "unit/decode/shown.hpp"

#include <cotrace/render/json.hpp>

#include <random>

namespace netlink_tests {

using namespace cotrace;
using test::byte_memory;
using test::little;
using test::shown;
using test::zeros;

namespace {

constexpr std::uint64_t at = 0x1000;

std::string attribute(unsigned type, std::string const& payload)
{
    auto made = little<2>(payload.size() + 4) + little<2>(type) + payload;
    return made + zeros((4 - made.size() % 4) % 4);
}

std::string message(unsigned type, unsigned flags, std::string const& body)
{
    return little<4>(body.size() + 16) + little<2>(type) + little<2>(flags) + little<4>(1) + little<4>(2) + body;
}

// The text of the buffer of a sendto(2) on a netlink socket of the protocol `protocol`.
std::string sent(int protocol, std::string const& bytes, capture_options const& options = {})
{
    byte_memory memory;
    memory.protocol = protocol;
    memory.put(at, bytes);
    auto const text = shown("sendto", {3, at, bytes.size(), 0, 0, 0}, memory, static_cast<std::int64_t>(bytes.size()), options);
    auto const end = text.rfind(", " + std::to_string(bytes.size()) + ", 0, NULL, 0)");
    return text.substr(4, end - 4);
}

// The text of the body of one message of NETLINK_ROUTE.
std::string routed(unsigned type, std::string const& body, capture_options const& options = {})
{
    auto const text = sent(0, message(type, 1, body), options);
    auto const begin = text.find("}, ") + 3;
    return text.substr(begin, text.size() - 1 - begin);
}

std::string const link_header = zeros(4) + little<4>(1) + little<4>(1) + little<4>(0);
std::string const link_text =
    "{ifi_family=AF_UNSPEC, ifi_type=ARPHRD_NETROM, ifi_index=if_nametoindex(\"lo\"), ifi_flags=IFF_UP, ifi_change=0}";

}   // namespace

TEST_CASE("only data on a netlink socket is decoded as netlink messages")
{
    byte_memory memory;
    memory.put(at, message(1, 0, {}));
    CHECK(shown("sendto", {3, at, 16, 0, 0, 0}, memory, 16)
          == R"((3, "\20\0\0\0\1\0\0\0\1\0\0\0\2\0\0\0", 16, 0, NULL, 0) = 16)");
    CHECK(sent(0, message(1, 0, {})) == "{nlmsg_len=16, nlmsg_type=NLMSG_NOOP, nlmsg_flags=0, nlmsg_seq=1, nlmsg_pid=2}");
}

TEST_CASE("the names of message types and flags depend on the netlink protocol")
{
    CHECK(sent(0, message(18, 0x301, {})).find("nlmsg_type=RTM_GETLINK, nlmsg_flags=NLM_F_REQUEST|NLM_F_DUMP,")
          != std::string::npos);
    CHECK(sent(0, message(16, 0x301, {})).find("nlmsg_type=RTM_NEWLINK, nlmsg_flags=NLM_F_REQUEST|NLM_F_REPLACE|NLM_F_EXCL,")
          != std::string::npos);
    CHECK(sent(12, message(0xa00, 0, {})).find("nlmsg_type=NFNL_SUBSYS_NFTABLES<<8|NFT_MSG_NEWTABLE,") != std::string::npos);
    CHECK(sent(12, message(0xcc1b, 0, {})).find("nlmsg_type=0xcc /* NFNL_SUBSYS_??? */<<8|0x1b,") != std::string::npos);
    CHECK(sent(16, message(16, 0, {})).find("nlmsg_type=nlctrl,") != std::string::npos);
    CHECK(sent(16, message(17, 0, {})).find("nlmsg_type=0x11 /* GENERIC_FAMILY_??? */,") != std::string::npos);
    CHECK(sent(-1, message(18, 0x300, {})).find("nlmsg_type=0x12 /* NLMSG_??? */, nlmsg_flags=0x300 /* NLM_F_??? */,")
          != std::string::npos);
}

TEST_CASE("a name in a netlink attribute, written in hexadecimal, includes its null byte, and an ellipsis follows")
{
    byte_memory memory;
    memory.protocol = 0;
    memory.put(at, message(16, 1, link_header + attribute(3, std::string{"lo", 3})));
    test::traced_call send{"sendto", {3, at, 40, 0, 0, 0}};
    send.enter(memory).leave(memory, 40);
    for (auto const how : {render::escapes::all_hex, render::escapes::unprintable_hex}) {
        render::text_renderer renderer{{.strings = how, .column = 0}};
        std::string text;
        renderer.append(send.exited(), text);
        CHECK(text.find("nla_type=IFLA_IFNAME}, \"\\x6c\\x6f\\x00\"...]") != std::string::npos);
    }
}

TEST_CASE("the address of a netlink attribute whose payload cannot be read is shown once")
{
    constexpr unsigned crypto = 21, report_of_a_cipher = 4;
    auto const whole = message(16, 1, zeros(208) + attribute(report_of_a_cipher, zeros(40)));
    byte_memory memory;
    memory.protocol = crypto;
    memory.put(at, whole.substr(0, whole.size() - 40));
    auto const text = shown("sendto", {3, at, whole.size(), 0, 0, 0}, memory, static_cast<std::int64_t>(whole.size()));
    CHECK(text.find("[{nla_len=44, nla_type=CRYPTOCFGA_REPORT_BLKCIPHER}, 0x10e4]") != std::string::npos);
}

TEST_CASE("a single netlink attribute is shown alone, and several attributes are shown in a list")
{
    CHECK(routed(16, link_header) == link_text);
    CHECK(routed(16, link_header + attribute(4, little<4>(1500))) == link_text + ", [{nla_len=8, nla_type=IFLA_MTU}, 1500]");
    CHECK(routed(16, link_header + attribute(3, std::string{"lo", 3}) + attribute(1, "\1\2\3\4\5\6"))
          == link_text
                 + ", [[{nla_len=7, nla_type=IFLA_IFNAME}, \"lo\"], [{nla_len=10, nla_type=IFLA_ADDRESS}, 01:02:03:04:05:06]]");
    CHECK(routed(16, link_header + attribute(3, {"\5\0\0\0", 4}))
          == link_text + ", [{nla_len=8, nla_type=IFLA_IFNAME}, \"\\5\\0\\0\"]");
    CHECK(routed(16, link_header + attribute(4, {})) == link_text + ", {nla_len=4, nla_type=IFLA_MTU}");
    CHECK(routed(16, link_header + attribute(999, "ab"))
          == link_text + ", [{nla_len=6, nla_type=0x3e7 /* IFLA_??? */}, \"\\x61\\x62\"]");
    CHECK(routed(16, link_header + attribute(0x8004, "ab"))
          == link_text + ", [{nla_len=6, nla_type=NLA_F_NESTED|IFLA_MTU}, \"\\x61\\x62\"]");
}

TEST_CASE("the type of a netlink attribute may depend on an earlier attribute, or on the header of the message")
{
    CHECK(routed(16,
                 link_header + attribute(18, attribute(1, std::string{"bridge", 7}) + attribute(2, attribute(1, little<4>(150)))))
          == link_text
                 + ", [{nla_len=28, nla_type=IFLA_LINKINFO}, [[{nla_len=11, nla_type=IFLA_INFO_KIND}, \"bridge\"], "
                   "[{nla_len=12, nla_type=IFLA_INFO_DATA}, [{nla_len=8, nla_type=IFLA_BR_FORWARD_DELAY}, 150 /* 1.50 s */]]]]");
    CHECK(routed(16, link_header + attribute(18, attribute(1, std::string{"other", 6}) + attribute(2, "\1")))
              .find("nla_type=IFLA_INFO_DATA}, \"\\x01\"]")
          != std::string::npos);
    CHECK(routed(16,
                 link_header + attribute(18, attribute(1, std::string{"bridge", 7}) + attribute(2, attribute(50, little<4>(1)))))
              .ends_with("nla_type=IFLA_BR_STP_MODE}, BR_STP_MODE_USER]]]]"));
    std::string const route_header = "\2" + zeros(11);
    CHECK(routed(26, route_header + attribute(1, std::string{"\12\0\0\1", 4}))
              .ends_with("nla_type=RTA_DST}, inet_addr(\"10.0.0.1\")]"));
    CHECK(routed(26, "\12" + zeros(11) + attribute(1, zeros(15) + "\1"))
              .ends_with("nla_type=RTA_DST}, inet_pton(AF_INET6, \"::1\")]"));
    CHECK(routed(26, zeros(12) + attribute(1, "\1")).ends_with("nla_type=RTA_DST}, \"\\x01\"]"));
}

TEST_CASE("unused bits and trailing bytes of a socket's options are shown")
{
    auto const options = attribute(22, std::string{"\x80\x81\x82\x83", 4});   // 22 is INET_DIAG_SOCKOPT
    CHECK(sent(4, message(20, 0, "\2" + zeros(71) + options))
              .ends_with("{nodefrag=1, bind_address_no_port=1, unused=0x10 /* bits 3..8 */}, /* bytes 2..3 */ \"\\x82\\x83\"]]"));
}

TEST_CASE("a message about traffic actions shows the list of the actions")
{
    auto const action = attribute(1, attribute(3, little<4>(7)));   // this is action 1, with the attribute TCA_ACT_INDEX
    CHECK(
        routed(48, zeros(4) + attribute(1, action))
        == "{tca_family=AF_UNSPEC}, [{nla_len=16, nla_type=TCA_ROOT_TAB}, [{nla_len=12, nla_type=0x1}, [{nla_len=8, nla_type=TCA_ACT_INDEX}, 7]]]");
    CHECK(routed(48, zeros(4) + attribute(4, little<4>(1500)))
          == "{tca_family=AF_UNSPEC}, [{nla_len=8, nla_type=TCA_ROOT_TIME_DELTA}, 1500 /* 1.500 s */]");
}

TEST_CASE("newer attributes of links, rules and addresses are decoded")
{
    CHECK(routed(16, link_header + attribute(69, little<2>(8))) == link_text + ", [{nla_len=6, nla_type=IFLA_TAILROOM}, 8]");
    CHECK(routed(32, zeros(12) + attribute(28, little<2>(0xff00))).find("nla_type=FRA_SPORT_MASK}, 0xff00]")
          != std::string::npos);
    CHECK(routed(32, zeros(12) + attribute(26, std::string{"\0\0\1\0", 4})).find("nla_type=FRA_FLOWLABEL}, htonl(256)]")
          != std::string::npos);
}

TEST_CASE("the commands of a generic netlink family have the names that this family defines")
{
    // CTRL_ATTR_OPS with one operation, whose CTRL_ATTR_OP_ID is 5.
    auto const operations = attribute(6, attribute(1, attribute(1, little<4>(5))));
    auto const named = [&](std::string const& family) {
        return sent(16, message(16, 1, little<4>(0x201) + attribute(2, family + zeros(1)) + operations));
    };
    CHECK(named("nl80211").find("nla_type=CTRL_ATTR_OP_ID}, NL80211_CMD_GET_INTERFACE]") != std::string::npos);
    CHECK(named("thermal").find("nla_type=CTRL_ATTR_OP_ID}, THERMAL_GENL_CMD_") != std::string::npos);
    CHECK(named("nlctrl").find("nla_type=CTRL_ATTR_OP_ID}, CTRL_CMD_") != std::string::npos);
}

TEST_CASE("in some netlink attributes, the elements of an array are shown with the names of their indices")
{
    CHECK(
        routed(16, link_header + attribute(26, attribute(2, attribute(1, little<4>(1) + little<4>(~0u)))))
        == link_text
               + ", [{nla_len=20, nla_type=IFLA_AF_SPEC}, [{nla_len=16, nla_type=AF_INET}, [{nla_len=12, nla_type=IFLA_INET_CONF}, "
                 "[[IPV4_DEVCONF_FORWARDING-1]=1, [IPV4_DEVCONF_MC_FORWARDING-1]=-1]]]]");
}

TEST_CASE("a netlink error shows the failed message and the kernel's extended acknowledgement")
{
    auto const about = message(16, 1, {});
    CHECK(sent(0, message(2, 0x200, little<4>(static_cast<std::uint32_t>(-22)) + about + attribute(1, std::string{"no", 3})))
          == "[{nlmsg_len=44, nlmsg_type=NLMSG_ERROR, nlmsg_flags=NLM_F_ACK_TLVS, nlmsg_seq=1, nlmsg_pid=2}, [{error=-EINVAL, "
             "msg={nlmsg_len=16, nlmsg_type=RTM_NEWLINK, nlmsg_flags=NLM_F_REQUEST, nlmsg_seq=1, nlmsg_pid=2}}, "
             "[{nla_len=7, nla_type=NLMSGERR_ATTR_MSG}, \"no\"]]]");
    CHECK(sent(0, message(3, 2, little<4>(0)))
          == "[{nlmsg_len=20, nlmsg_type=NLMSG_DONE, nlmsg_flags=NLM_F_MULTI, nlmsg_seq=1, nlmsg_pid=2}, 0]");
}

TEST_CASE("requests and answers of NETLINK_SOCK_DIAG have different structures")
{
    std::string const id = std::string{"\0\26\0\0", 4} + "\177" + zeros(2) + "\1" + zeros(12 + 16 + 4 + 8);
    CHECK(sent(4, message(20, 1, "\2\6" + zeros(2) + little<4>(1 << 10) + id))
              .ends_with("{sdiag_family=AF_INET, sdiag_protocol=IPPROTO_TCP, idiag_ext=0, idiag_states=1<<TCP_LISTEN, "
                         "id={idiag_sport=htons(22), idiag_dport=htons(0), idiag_src=inet_addr(\"127.0.0.1\"), "
                         "idiag_dst=inet_addr(\"0.0.0.0\"), idiag_if=0, idiag_cookie=[0, 0]}}]"));
    CHECK(sent(4, message(20, 0, "\1\1\1" + zeros(13)))
              .ends_with("{udiag_family=AF_UNIX, udiag_type=SOCK_STREAM, udiag_state=TCP_ESTABLISHED, "
                         "udiag_ino=0, udiag_cookie=[0, 0]}]"));
}

TEST_CASE("a netlink attribute or message with a wrong length shows no bytes after the end of the data")
{
    auto lying = message(16, 1, link_header + attribute(4, little<4>(1500)));
    lying[0] = '\377';
    CHECK(sent(0, lying).ends_with("[{nla_len=8, nla_type=IFLA_MTU}, 1500]]"));
    CHECK(routed(16, link_header + little<2>(100) + little<2>(4) + little<4>(7))
          == link_text + ", [{nla_len=100, nla_type=IFLA_MTU}, 7]");
    CHECK(routed(16, link_header + little<2>(0) + little<2>(4) + little<4>(7)) == link_text + ", {nla_len=0, nla_type=IFLA_MTU}");
    CHECK(routed(16, "\2" + zeros(3)) == "{ifi_family=AF_INET, ...}");
    CHECK(sent(0, "abc") == "\"\\x61\\x62\\x63\"");
    // A list of next hops (RTA_MULTIPATH) in which the first next hop has the length 0.
    CHECK(routed(24, "\2" + zeros(11) + attribute(9, zeros(24))).find("[{rtnh_len=0,") != std::string::npos);
}

TEST_CASE("the depth to which nested attributes are decoded is limited")
{
    std::string nested;
    for (int i = 0; i < 2000; ++i)
        nested = attribute(9, zeros(8).replace(0, 2, little<2>(nested.size() + 8)) + nested);
    auto const text = routed(24, "\2" + zeros(11) + nested, {.verbose = true});
    CHECK(text.size() < 20000);
}

TEST_CASE("without -v, a list of netlink attributes is cut after the same number of elements as an array")
{
    std::string many;
    for (int i = 0; i < 40; ++i)
        many += attribute(4, little<4>(1));
    CHECK(routed(16, link_header + many).ends_with(", 1], ...]"));
    CHECK(routed(16, link_header + many, {.verbose = true}).ends_with(", 1]]"));
}

TEST_CASE("netlink messages are structured values in JSON")
{
    byte_memory memory;
    memory.protocol = 0;
    auto const bytes = message(16, 1, link_header + attribute(4, little<4>(1500)));
    memory.put(at, bytes);
    test::traced_call call{"sendto", {3, at, bytes.size(), 0, 0, 0}};
    call.enter(memory);
    std::string text;
    render::append_json(call.entered(), {.entries = true}, text);
    CHECK(text.find(R"("nla_type":{"value":4,"name":"IFLA_MTU"}}},{"value":1500}])") != std::string::npos);
    CHECK(text.find(R"("ifi_index":{"value":1,"name":"lo"})") != std::string::npos);
}

TEST_CASE("no bytes make the netlink decoder fail or read out of bounds")
{
    std::minstd_rand random{7};
    for (int round = 0; round < 4000; ++round) {
        std::string bytes;
        auto const size = random() % 400;
        while (bytes.size() < size)
            bytes += little<4>(random() % 3 != 0 ? random() % 70 : random());
        byte_memory memory;
        memory.protocol = static_cast<int>(random() % 24) - 1;
        bytes = message(random() % 4 != 0 ? 16 + random() % 110 : random() % 0x1000, random() % 2, bytes);
        memory.put(at, bytes);
        capture_options options;
        options.verbose = random() % 2;
        auto const text = shown("sendto", {3, at, bytes.size(), 0, 0, 0}, memory, 0, options);
        REQUIRE(memory.reads <= static_cast<int>(decode::limits_of(options).reads) + 6);
        REQUIRE(text.ends_with(" = 0"));
    }
}

}   // namespace netlink_tests
