// SPDX-License-Identifier: BSL-1.0
#include <cotrace/match.hpp>
#include <cotrace/uapi/vocabulary.hpp>

#include "support/catch.hpp"

#include <cerrno>
#include <stdexcept>
#include <string>

namespace match_tests {

using namespace cotrace;

TEST_CASE("a matcher tells whether its conditions on the outcome require success or failure")
{
    CHECK(call("openat").required_success() == std::nullopt);
    CHECK(call("openat").path("/etc/passwd").required_success() == std::nullopt);
    CHECK(call("openat").succeeds().required_success() == true);
    CHECK(call("openat").returns(3).required_success() == true);
    CHECK(call("openat").fails().required_success() == false);
    CHECK(call("openat").fails(ENOENT).path("/etc/passwd").required_success() == false);
}

/// The text of the exception that `make` throws; empty if it throws none.
template <class Make>
std::string refusal_of(Make make)
{
    try {
        make();
        return {};
    } catch (std::invalid_argument const& refused) {
        return refused.what();
    }
}

TEST_CASE("a matcher refuses a name that is not an argument of its calls")
{
    CHECK(refusal_of([] { call("ioctl").argument("reqest", 5); }) == "ioctl has no argument 'reqest'; did you mean 'request'?");
    CHECK(refusal_of([] { call("openat").argument("path", "/etc"); })
          == "openat has no argument 'path'; did you mean 'pathname'?");
    auto const is_set = [](value const& found) { return found != 0; };
    CHECK(refusal_of([&] { call("close").argument("buf", is_set); }) == "close has no argument 'buf'");
    CHECK(refusal_of([] { call("connect").argument("adr.sin_port", 443); })
          == "connect has no argument 'adr'; did you mean 'addr'?");
    CHECK(refusal_of([] { call("openat,close").argument("fd", 3); }).empty());
    CHECK(refusal_of([] { call("openat").argument("return", 3); }).empty());
    CHECK(refusal_of([] { call("read").argument("dump", "text"); }).empty());
    CHECK(refusal_of([] { call("setns").argument("namespaces.net", 5); }).empty());
    CHECK(refusal_of([] { call("recv").argument("len", 5); }).empty());   // i386 programs call recv through socketcall(2)
}

std::string const hint = "; constants of a vocabulary need call(calls, vocabulary)";

TEST_CASE("a matcher refuses an unknown constant for an argument that is a number in all of its calls")
{
    CHECK(refusal_of([] { call("openat").argument("flags", "O_CREATT"); })
          == "flags: unknown constant 'O_CREATT'; did you mean 'O_CREAT'?" + hint);
    CHECK(refusal_of([] { call("openat").argument("flags", "O_CREAT|O_EXL"); })
          == "flags: unknown constant 'O_EXL'; did you mean 'O_EXCL'?" + hint);
    CHECK(refusal_of([] { call("openat").argument("flags", "O_CREAT|O_EXCL"); }).empty());
    CHECK(refusal_of([] { call("openat").argument("flags", "SIGTERM"); }) == "flags has no constant 'SIGTERM'" + hint);
    CHECK_FALSE(refusal_of([] { call("openat").argument("flags", "O_CREAT|"); }).empty());
    CHECK(refusal_of([] { call("openat").argument("dirfd", "AT_FDCWD"); }).empty());
    CHECK(refusal_of([] { call("kill").argument("sig", "SIGTERM"); }).empty());
    CHECK(refusal_of([] { call("kill").argument("sig", "SIGPOLL"); }).empty());
    CHECK(refusal_of([] { call("ioctl").argument("request", "TCSETS"); }).empty());
    CHECK(refusal_of([] { call("ioctl").argument("request", "BTRFS_IOC_CLONE or FICLONE"); }).empty());
    CHECK(refusal_of([] { call("clone").argument("flags", "CLONE_VM|SIGCHLD"); }).empty());
    CHECK(refusal_of([] { call("futex").argument("futex_op", "FUTEX_WAIT_BITSET|FUTEX_CLOCK_REALTIME"); }).empty());
    // The type of these arguments depends on another argument.
    CHECK(refusal_of([] { call("setsockopt").argument("optname", "TCP_NODELAI"); })
          == "optname: unknown constant 'TCP_NODELAI'; did you mean 'TCP_NODELAY'?" + hint);
    CHECK(refusal_of([] { call("setsockopt").argument("optname", "TCP_NODELAY"); }).empty());
    CHECK(refusal_of([] { call("setsockopt").argument("optname", "SO_REUSEADDR"); }).empty());
    CHECK(refusal_of([] { call("setsockopt").argument("optname", "SIGTERM"); }) == "optname has no constant 'SIGTERM'" + hint);
    CHECK(refusal_of([] { call("socket").argument("type", "SOCK_STREEM"); })
          == "type: unknown constant 'SOCK_STREEM'; did you mean 'SOCK_STREAM'?" + hint);
    CHECK(refusal_of([] { call("socket").argument("type", "SOCK_STREAM|SOCK_CLOEXEC"); }).empty());
    CHECK(refusal_of([] { call("socket").argument("protocol", "IPPROTO_TCP"); }).empty());
    CHECK(refusal_of([] { call("socket").argument("protocol", "ETH_P_ALL"); }).empty());
    CHECK(refusal_of([] { call("fcntl").argument("arg", "FD_CLOEXEC"); }).empty());
    CHECK(refusal_of([] { call("openat").argument("pathname", "a text"); }).empty());
    CHECK(refusal_of([] { call("prctl").argument("arg2", "a text"); }).empty());
}

TEST_CASE("a matcher accepts each name of an argument if it may have calls of a vocabulary")
{
    CHECK(refusal_of([] { call("?my_call").argument("my_argument", 1); }).empty());
    CHECK(refusal_of([] { call_matcher{filter{}}.argument("my_argument", "MY_FLAG"); }).empty());
    uapi::vocabulary const own;
    CHECK(refusal_of([&] { call("openat", own).argument("my_argument", "MY_FLAG"); }).empty());
}

}   // namespace match_tests
