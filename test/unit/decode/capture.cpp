// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"

#include "unit/decode/byte_memory.hpp"

#include <cerrno>

using namespace cotrace;
using cotrace::uapi::arch;
using test::byte_memory;
using test::traced_call;

TEST_CASE("a path is read up to its null byte, and found by the argument's name")
{
    byte_memory memory;
    memory.put(0x1000, {"/etc/passwd\0rest", 16});
    traced_call open{"openat", {0xffffff9c, 0x1000, 0, 0}};
    open.enter(memory);
    CHECK(open.call->argument("pathname") == std::string_view{"/etc/passwd"});
    CHECK(open.call->argument("dirfd")->integer() == -100);
    CHECK_FALSE(open.call->argument("mode"));   // openat(2) has the argument `mode` only with O_CREAT
}

TEST_CASE("a string that runs into unmapped memory is shown as its address")
{
    byte_memory memory;
    memory.put(0x1000, "abc");
    traced_call open{"openat", {3, 0x1000, 0}};
    open.enter(memory);
    auto const path = open.call->argument("pathname");
    REQUIRE(path);
    CHECK(path->state() == value_state::unreadable);
    CHECK_FALSE(path->target());
    CHECK(path->number() == 0x1000);
}

TEST_CASE("a buffer is cut at the string limit, and its value keeps the real length")
{
    byte_memory memory;
    memory.put(0x1000, std::string(100, 'x'));
    traced_call write{"write", {1, 0x1000, 100}};
    write.enter(memory);
    auto const buffer = write.call->argument("buf")->target();
    REQUIRE(buffer);
    CHECK(buffer->text() == std::string(32, 'x'));
    CHECK(buffer->number() == 100);
    CHECK(buffer->state() == value_state::cut);
}

TEST_CASE("a high string limit raises the limit of the memory that is read, so that a large buffer is shown whole")
{
    byte_memory memory;
    std::string const large(600'000, 'x');
    memory.put(0x1000, large);
    capture_options options;
    options.string_limit = 1'000'000;
    traced_call write{"write", {1, 0x1000, large.size()}};
    write.enter(memory, options);
    CHECK(write.call->argument("buf")->text() == large);
    CHECK(write.call->argument("buf")->target()->state() == value_state::complete);
    for (auto const limit : {capture_options::unlimited, ~std::size_t{0}}) {
        options.string_limit = limit;
        traced_call again{"write", {1, 0x1000, large.size()}};
        again.enter(memory, options);
        CHECK(again.call->argument("buf")->text() == large);
    }
}

TEST_CASE("without a limit for strings, text and buffers of several MiB are captured whole")
{
    byte_memory memory;
    std::string const large(5 << 20, 'x');
    memory.put(0x100000, large + '\0');
    for (auto const limit : {capture_options::unlimited, ~std::size_t{0}}) {
        capture_options options;
        options.string_limit = limit;
        traced_call write{"write", {1, 0x100000, large.size()}};
        write.enter(memory, options);
        CHECK(write.call->argument("buf")->target()->state() == value_state::complete);
        CHECK(write.call->argument("buf")->text() == large);
        traced_call makes_file{"memfd_create", {0x100000, 0}};
        makes_file.enter(memory, options);
        CHECK(makes_file.call->argument("name")->target()->state() == value_state::complete);
        CHECK(makes_file.call->argument("name")->text() == large);
    }
}

TEST_CASE("a string that exceeds the limit of the memory that is read is cut, not left out")
{
    byte_memory memory;
    memory.put(0x1000, std::string(4000, 'x') + '\0');
    capture_options options;
    options.most_bytes = 600;   // effective, because it is larger than 16 times the string limit of 32
    traced_call open{"openat", {3, 0x1000, 0}};
    open.enter(memory, options);
    auto const path = open.call->argument("pathname")->target();
    REQUIRE(path);
    CHECK(path->state() == value_state::cut);
    CHECK(path->text() == std::string(path->text().size(), 'x'));
    CHECK(path->text().size() >= 256);
    CHECK(path->text().size() <= 600);
}

TEST_CASE("the data that a call stored in a buffer is read at the exit, in the length that the call returned")
{
    byte_memory memory;
    traced_call read{"read", {0, 0x1000, 4096}};
    read.enter(memory);
    CHECK(read.call->argument("buf")->state() == value_state::later);
    CHECK(memory.reads == 0);
    memory.put(0x1000, "hello, not all of this");
    read.leave(memory, 5);
    CHECK(read.exit.argument("buf") == std::string_view{"hello"});
}

TEST_CASE("after a failure, an output argument is shown as its address, and an input argument with its value")
{
    byte_memory memory;
    memory.put_words(0x1000, 16);
    traced_call accept{"accept", {3, 0x2000, 0x1000}};
    accept.enter(memory).leave(memory, -EAGAIN);
    CHECK_FALSE(accept.exit.argument("addr")->target());
    CHECK(accept.call->argument("addrlen")->target() == 16u);
}

TEST_CASE("the data of a call with several iovecs is distributed over them, up to the length that the call returned")
{
    byte_memory memory;
    memory.put_words(0x1000, 0x2000, 5, 0x3000, 20);
    memory.put(0x2000, "hihoh-----");
    memory.put(0x3000, "oho-----");
    traced_call readv{"readv", {3, 0x1000, 2}};
    readv.enter(memory).leave(memory, 8);
    auto const list = readv.exit.argument("iov")->target();
    REQUIRE(list);
    REQUIRE(list->parts().size() == 2);
    auto part = list->parts().begin();
    CHECK((*part).find("iov_base") == std::string_view{"hihoh"});
    ++part;
    CHECK((*part).find("iov_base") == std::string_view{"oho"});
    CHECK((*part).find("iov_len") == 20u);
}

TEST_CASE("a socket address is read in the length that the call passes with it")
{
    byte_memory memory;
    memory.put(0x1000, {"\1\0/run/none.sock\0junk", 22});
    traced_call connect{"connect", {3, 0x1000, 17}};
    connect.enter(memory);
    auto const address = connect.call->argument("addr");
    REQUIRE(address);
    CHECK(address->find("sa_family") == 1u);
    CHECK(address->find("sun_path")->text() == std::string_view{"/run/none.sock\0", 15});
}

TEST_CASE("a 64-bit argument of an i386 call is put together from two registers")
{
    byte_memory memory;
    traced_call truncate{"ftruncate64", {3, 0x89abcdef, 0x1}, arch::i386};
    truncate.enter(memory);
    CHECK(truncate.call->argument("length") == 0x189abcdefu);
}

TEST_CASE("a structure of a 32-bit program is decoded with the 32-bit layout")
{
    byte_memory memory;
    memory.put_words(0x1000, std::uint64_t{7} << 32 | 3);
    traced_call sleep{"nanosleep", {0x1000, 0}, arch::i386};
    sleep.enter(memory);
    CHECK(sleep.call->argument("duration")->find("tv_sec") == 3u);
    CHECK(sleep.call->argument("duration")->find("tv_nsec") == 7u);
}

TEST_CASE("the remaining time of a sleep is read only if a signal interrupted the sleep")
{
    byte_memory memory;
    memory.put_words(0x1000, 5, 0);
    memory.put_words(0x2000, 2, 9);
    traced_call done{"nanosleep", {0x1000, 0x2000}};
    done.enter(memory).leave(memory, 0);
    CHECK_FALSE(done.exit.argument("rem")->target());
    traced_call broken{"nanosleep", {0x1000, 0x2000}};
    broken.enter(memory).leave(memory, -516);
    CHECK(broken.exit.argument("rem")->find("tv_sec") == 2u);
}

TEST_CASE("the type of an argument may depend on another argument")
{
    byte_memory memory;
    traced_call get{"fcntl", {3, 1}};
    get.enter(memory);
    CHECK(get.call->values.all().size() == 2);
    traced_call set{"fcntl", {3, 2, 1}};
    set.enter(memory);
    CHECK(set.call->argument("arg")->shape() == cotrace::uapi::shape::flags);
}

TEST_CASE("without decoding, no memory is read")
{
    byte_memory memory;
    memory.put(0x1000, {"x\0", 2});
    capture_options const numbers{.decode = false};
    traced_call open{"openat", {3, 0x1000, 0}};
    open.enter(memory, numbers).leave(memory, 3, numbers);
    CHECK(memory.reads == 0);
    CHECK(open.call->argument("pathname")->number() == 0x1000);
}

TEST_CASE("the memory that the arguments point to is read in one operation")
{
    struct counting final : decode::reader {
        std::size_t read(remote_address, std::span<std::byte> into) noexcept override
        {
            ++singles;
            std::fill(into.begin(), into.end(), std::byte{});
            return into.size();
        }
        void gather(std::span<decode::piece> pieces) noexcept override
        {
            ++gathers;
            for (auto& each : pieces) {
                std::fill(each.into.begin(), each.into.end(), std::byte{});
                each.got = each.into.size();
            }
        }
        int singles = 0, gathers = 0;
    } memory;
    traced_call rename{"rename", {0x1000, 0x2000}};
    decode::decode_entry(memory, {}, *rename.call);
    CHECK(memory.gathers == 1);
    CHECK(memory.singles == 0);
}

TEST_CASE("two values are equal if their meaning and their content are equal")
{
    byte_memory memory;
    memory.put(0x1000, {"/a\0", 3});
    memory.put(0x2000, {"/b\0", 3});
    traced_call first{"rename", {0x1000, 0x1000}}, other{"rename", {0x1000, 0x2000}};
    first.enter(memory);
    other.enter(memory);
    CHECK(*first.call->argument("oldpath") == *first.call->argument("newpath"));
    CHECK_FALSE(*other.call->argument("oldpath") == *other.call->argument("newpath"));
    int seen = 0;
    first.call->argument("oldpath")->visit([&](value const&, unsigned) { ++seen; });
    CHECK(seen == 2);
}

TEST_CASE("directory entries are counted, and listed in verbose mode")
{
    byte_memory memory;
    memory.put(0x1000, {"\5\0\0\0\0\0\0\0\7\0\0\0\0\0\0\0\30\0\10a.c\0\0"
                        "\6\0\0\0\0\0\0\0\11\0\0\0\0\0\0\0\30\0\4dir\0\0",
                        48});
    traced_call brief{"getdents64", {3, 0x1000, 4096}}, full{"getdents64", {3, 0x1000, 4096}};
    brief.enter(memory).leave(memory, 48);
    CHECK(brief.exit.argument("dirp")->target() == 2u);
    full.enter(memory).leave(memory, 48, {.verbose = true});
    auto const list = full.exit.argument("dirp")->target();
    REQUIRE(list->parts().size() == 2);
    CHECK(list->parts().front().find("d_name")->text() == "a.c");
    CHECK(list->parts().front().find("d_type") == 8u);
}
