// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"

#include "unit/decode/byte_memory.hpp"

#include <cotrace/match.hpp>
#include <cotrace/render/text.hpp>
#include <cotrace/uapi/as.hpp>
#include <cotrace/uapi/vocabulary.hpp>

#include <cerrno>
#include <vector>

#include <sys/socket.h>

namespace value_tests {

using namespace cotrace;
using cotrace::uapi::arch;
using test::byte_memory;
using test::traced_call;

namespace {

// The bytes of a socket address: IPv4, 127.0.0.1, port 8080.
std::string loopback() { return {"\2\0\x1f\x90\x7f\0\0\1\0\0\0\0\0\0\0\0", 16}; }

}   // namespace

TEST_CASE("flags can be tested by name")
{
    byte_memory memory;
    memory.put(0x1000, {"x\0", 2});
    traced_call open{"openat", {0xffffff9c, 0x1000, 02000101, 0600}};   // the flags are O_WRONLY|O_CREAT|O_CLOEXEC
    open.enter(memory);
    auto const flags = open.call->argument("flags");
    REQUIRE(flags);
    CHECK(flags->has("O_CLOEXEC"));
    CHECK(flags->has("O_CREAT"));
    CHECK(flags->has("O_WRONLY"));
    CHECK_FALSE(flags->has("O_RDONLY"));   // the access mode is one field, whose value is O_WRONLY
    CHECK_FALSE(flags->has("O_RDWR"));
    CHECK_FALSE(flags->has("O_TRUNC"));
    CHECK_FALSE(flags->has("O_NOTHING"));
    CHECK_FALSE(flags->has(""));
    CHECK(open.call->argument("dirfd")->has("AT_FDCWD"));
}

TEST_CASE("the text of a pointer is the text of its target")
{
    byte_memory memory;
    memory.put(0x1000, {"/a/path\0", 8});
    traced_call open{"openat", {0xffffff9c, 0x1000, 0, 0}};
    open.enter(memory);
    auto const path = open.call->argument("pathname");
    REQUIRE(path);
    CHECK(path->text() == "/a/path");
    CHECK(path->bytes().size() == 7);
    CHECK(path->own_bytes().empty());
    CHECK(path->target()->own_bytes().size() == 7);
    traced_call lost{"openat", {0xffffff9c, 0x5000, 0, 0}};   // the memory at 0x5000 is unmapped
    lost.enter(memory);
    CHECK(lost.call->argument("pathname")->text().empty());
}

TEST_CASE("the value 0 of a set of flags may have a name")
{
    byte_memory memory;
    traced_call map{"mmap", {0, 4096, 0, 0x22, 0xffffffff, 0}};
    map.enter(memory);
    CHECK(map.call->argument("prot")->has("PROT_NONE"));
    CHECK_FALSE(map.call->argument("prot")->has("PROT_READ"));
    CHECK(map.call->argument("flags")->has("MAP_PRIVATE"));
}

TEST_CASE("a value can be tested by the name of a constant")
{
    byte_memory memory;
    traced_call seek{"lseek", {3, 0, 2}};
    seek.enter(memory);
    CHECK(seek.call->argument("whence")->constant() == "SEEK_END");
    CHECK(seek.call->argument("whence")->has("SEEK_END"));
    CHECK_FALSE(seek.call->argument("whence")->has("SEEK_SET"));
    CHECK(seek.call->argument("fd")->constant().empty());

    traced_call kill{"kill", {1, 15}};
    kill.enter(memory);
    CHECK(kill.call->argument("sig")->constant() == "SIGTERM");

    traced_call clone{"clone", {0x100 | 17, 0, 0, 0, 0}};
    clone.enter(memory);
    CHECK(clone.call->argument("flags")->has("CLONE_VM"));
    CHECK(clone.call->argument("flags")->has("SIGCHLD"));
    CHECK_FALSE(clone.call->argument("flags")->has("SIGUSR1"));
}

TEST_CASE("the mode of a file consists of a file type and permission bits")
{
    byte_memory memory;
    memory.put(0x1000, {"x\0", 2});
    traced_call stat{"newfstatat", {0xffffff9c, 0x1000, 0x2000, 0}};
    stat.enter(memory);
    std::string raw(144, '\0');
    raw[24] = '\xed', raw[25] = '\x89';   // the mode is S_IFREG|S_ISUID|0755
    memory.put(0x2000, raw);
    stat.leave(memory, 0);
    auto const mode = stat.exit.argument("statbuf.st_mode");
    REQUIRE(mode);
    CHECK(mode->constant() == "S_IFREG");
    CHECK(mode->has("S_IFREG"));
    CHECK(mode->has("S_ISUID"));
    CHECK_FALSE(mode->has("S_ISVTX"));
}

TEST_CASE("the type and the interface of a value decide whether the value equals a negative number")
{
    byte_memory memory;
    traced_call map{"mmap", {0, 4096, 1, 0x22, 0xffffffff, 0}};
    map.enter(memory);
    CHECK(map.call->argument("fd") == -1);
    CHECK(map.call->argument("length") == 4096);
    CHECK_FALSE(map.call->argument("length") == -1);

    traced_call seek{"lseek", {3, 0xfffffff6, 1}, arch::i386};
    seek.enter(memory);
    CHECK(seek.call->argument("offset")->integer() == -10);
    CHECK(seek.call->argument("offset") == -10);
}

TEST_CASE("names with dots between them find a member of a member")
{
    byte_memory memory;
    memory.put(0x1000, loopback());
    traced_call connect{"connect", {3, 0x1000, 16}};
    connect.enter(memory);
    auto const port = connect.call->argument("addr.sin_port");
    REQUIRE(port);
    CHECK(render::text(*port) == "htons(8080)");
    CHECK(connect.call->argument("addr.sa_family")->has("AF_INET"));
    CHECK_FALSE(connect.call->argument("addr.sin6_port"));
    CHECK_FALSE(connect.call->argument("addr.sin_port.deeper"));
    CHECK_FALSE(connect.call->argument("."));
}

TEST_CASE("elements of an array are found by index")
{
    byte_memory memory;
    memory.put_words(0x1000, 0x2000, 5, 0x3000, 3);
    memory.put(0x2000, "hello");
    memory.put(0x3000, "you");
    traced_call write{"writev", {1, 0x1000, 2}};
    write.enter(memory);
    CHECK(write.call->argument("iov.0.iov_base") == "hello");
    CHECK(write.call->argument("iov.1.iov_base") == "you");
    CHECK(write.call->argument("iov.1.iov_len") == 3);
    CHECK_FALSE(write.call->argument("iov.2.iov_len"));
    CHECK_FALSE(write.call->argument("iov.99999999999999999999.iov_len"));
}

TEST_CASE("at the exit, an argument has the value that the call gave it, or else its value at the entry")
{
    byte_memory memory;
    traced_call read{"read", {3, 0x1000, 64}};
    read.enter(memory);
    memory.put(0x1000, "data");
    read.leave(memory, 4);
    CHECK(read.exit.argument("buf") == "data");
    CHECK(read.exit.argument("fd") == 3);
    CHECK(render::text(*read.exit.argument("buf")) == "\"data\"");
}

TEST_CASE("visit() passes a value and all its parts, with their depths, to the function")
{
    byte_memory memory;
    memory.put(0x1000, loopback());
    traced_call connect{"connect", {3, 0x1000, 16}};
    connect.enter(memory);
    std::vector<std::string> seen;
    connect.call->argument("addr")->visit(
        [&](value const& each, unsigned depth) { seen.push_back(std::string(depth, ' ') + std::string{each.name()}); });
    CHECK(seen == std::vector<std::string>{"addr", " ", "  sa_family", "  sin_port", "  sin_addr"});
}

TEST_CASE("a matcher compares an argument with a number, a text, a constant or flags")
{
    byte_memory memory;
    memory.put(0x1000, {"x\0", 2});
    traced_call open{"openat", {0xffffff9c, 0x1000, 02000101, 0600}};   // the flags are O_WRONLY|O_CREAT|O_CLOEXEC
    open.enter(memory);
    auto const fits = [&](call_matcher const& which) { return which.fits(*open.call); };
    CHECK(fits(call("openat").argument("flags", 02000101u)));
    CHECK(fits(call("openat").argument("flags", "O_CREAT")));
    CHECK(fits(call("openat").argument("flags", "O_CREAT|O_WRONLY")));
    CHECK_FALSE(fits(call("openat").argument("flags", "O_CREAT|O_TRUNC")));
    CHECK_FALSE(fits(call("openat").argument("flags", "O_RDONLY")));
    CHECK(fits(call("openat").argument("dirfd", "AT_FDCWD")));
    CHECK(fits(call("openat").argument("pathname", "x")));
    CHECK_FALSE(fits(call("openat").argument("pathname", "y")));
}

TEST_CASE("a matcher compares a negative number with an argument that has a signed type")
{
    byte_memory memory;
    auto const fits = [&](char const* name, std::vector<std::uint64_t> args, call_matcher const& which) {
        traced_call made{name, args};
        made.enter(memory);
        return which.fits(*made.call);
    };
    std::vector<std::uint64_t> const openat{0xffffff9c, 0x1000, 0};
    CHECK(fits("openat", openat, call("openat").argument("dirfd", -100)));
    CHECK_FALSE(fits("openat", openat, call("openat").argument("dirfd", -1)));
    CHECK_FALSE(fits("openat", openat, call("openat").argument("dirfd", 100)));
    CHECK(fits("mmap", {0, 4096, 1, 0x22, 0xffffffff, 0}, call("mmap").argument("fd", -1)));
    CHECK(fits("mmap", {0, 4096, 1, 0x22, 0xffffffffffffffff, 0}, call("mmap").argument("fd", -1L)));
    CHECK(fits("wait4", {0xffffffff, 0, 0, 0}, call("wait4").argument("pid", -1)));
    CHECK_FALSE(fits("close", {3}, call("close").argument("fd", -1)));
    // In glibc's headers, SOCK_STREAM is an enumerator.
    CHECK(fits("socket", {AF_UNIX, SOCK_STREAM, 0}, call("socket").argument("type", SOCK_STREAM)));
    CHECK(fits("kill", {7, 9}, call("kill").argument("pid", pid{7})));
    CHECK(call("openat").argument("dirfd", -100).description() == "openat dirfd = -100");
    CHECK(call("close").argument("fd", 3u).description() == "close fd = 3");
}

TEST_CASE("a matcher compares the target of a pointer with a number, and a function can compare the address")
{
    byte_memory memory;
    memory.put(0x1000, "hello");
    traced_call write{"write", {1, 0x1000, 5}};
    write.enter(memory);
    CHECK(call("write").argument("buf", 5).fits(*write.call));   // 5 is the length of the buffer
    CHECK_FALSE(call("write").argument("buf", 0x1000).fits(*write.call));
    CHECK(*write.call->argument("buf") == 0x1000);
    auto const is_there = [](value const& buffer) { return buffer == 0x1000; };
    CHECK(call("write").argument("buf", is_there).fits(*write.call));
}

TEST_CASE("a matcher knows which of its conditions need decoded calls")
{
    auto const any = [](value const&) { return true; };
    CHECK(call("connect").argument("addr.sin_port", 80).needs_decoding());
    CHECK(call("connect").argument("addr.sin_port", any).needs_decoding());
    CHECK(call("wait4").argument("wstatus", 0).needs_decoding());
    CHECK(call("write").argument("buf", any).needs_decoding());
    CHECK(call("close,write").argument("buf", 5).argument("fd", 3).needs_decoding());
    CHECK(call("openat").argument("return", 3).needs_decoding());
    CHECK(call("openat").path("/x").needs_decoding());
    CHECK(call("openat").argument("flags", "O_CREAT").needs_decoding());
    CHECK_FALSE(call("connect").argument("addrlen", 16).needs_decoding());
    CHECK_FALSE(call("close").argument("fd", -1).needs_decoding());
    CHECK_FALSE(call("close").argument("fd", any).fd(3).fails().needs_decoding());
    CHECK_FALSE(call_matcher{filter{"close"}}.argument("buf", 1).needs_decoding());   // close(2) has no parameter `buf`
}

namespace {

constexpr uapi::syscall_descriptor with_pointer{"my_write",
                                                {{"fd", uapi::as::fd}, {"text", uapi::as::path}, {"size", uapi::as::int32}}};

}   // namespace

TEST_CASE("a matcher knows which conditions on the calls of a vocabulary need decoded calls")
{
    uapi::vocabulary words;
    words.add<with_pointer>(uapi::native, 555);
    CHECK(call("my_write", words).argument("text", 5).needs_decoding());
    CHECK_FALSE(call("my_write", words).argument("size", 5).needs_decoding());
}

TEST_CASE("a matcher compares each condition once at the entry, and says whether the exit may differ")
{
    byte_memory memory;
    traced_call read{"read", {3, 0x1000, 64}};
    read.enter(memory);
    int asked = 0;
    auto const counted = call("read").where([&](syscall_call const&) { return ++asked != 0; });
    using fit = call_matcher::entry_fit;
    CHECK(counted.fit_at_entry(*read.call) == fit::yes);
    CHECK(asked == 1);
    CHECK(counted.fd(4).fit_at_entry(*read.call) == fit::no);
    CHECK(counted.argument("buf", "x").fit_at_entry(*read.call) == fit::may_change);
    CHECK(counted.argument("buf", "x").fd(4).fit_at_entry(*read.call) == fit::no);
}

}   // namespace value_tests
