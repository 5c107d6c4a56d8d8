// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"

#include "unit/render/rendered.hpp"

#include <cotrace/render/text.hpp>

#include <cerrno>

namespace dump_tests {

using namespace cotrace;
using test::both;
using test::byte_memory;
using test::traced_call;

namespace {

capture_options const dumps{.string_limit = 0, .read_from = {{3}}, .written_to = {{}, true}};

std::string dump(traced_call const& call)
{
    auto const text = both(call, {.column = 0});
    return text.substr(text.find('\n') + 1);
}

void put_vector(byte_memory& memory)
{
    memory.put(0x1000, "hello ");
    memory.put(0x2000, "world\n");
    memory.put_words(0x3000, 0x1000, 6, 0x2000, 6);
}

}   // namespace

TEST_CASE("the dump of a write of many megabytes has all bytes, and unmapped bytes of a huge write take no memory")
{
    byte_memory memory;
    constexpr std::size_t size = 17 << 20;
    memory.put(0x1000, std::string(size, 'x'));
    traced_call write{"write", {1, 0x1000, size}};
    write.enter(memory, dumps).leave(memory, size, dumps);
    auto const whole = write.exit.values.find("dump");
    REQUIRE(whole);
    CHECK(whole->bytes().size() == size);
    CHECK(whole->target()->state() == value_state::complete);

    traced_call huge{"write", {1, 0x1000, std::size_t{1} << 40}};
    huge.enter(memory, dumps).leave(memory, -EFAULT, dumps);
    auto const part = huge.exit.values.find("dump");
    REQUIRE(part);
    CHECK(part->bytes().size() == size);
    CHECK(part->target()->state() == value_state::unreadable);
}

TEST_CASE("the dumps of one call have at most 256 MiB together, and the values of the cut dumps say that they were cut")
{
    byte_memory memory;
    constexpr std::uint64_t each = std::uint64_t{1} << 20, many = 258;
    memory.put(0x100000, std::string(each, 'x'));
    std::string vector;
    for (std::uint64_t i = 0; i < many; ++i)
        for (auto const word : {std::uint64_t{0x100000}, i == 0 ? each - 8 : each})
            vector.append(reinterpret_cast<char const*>(&word), sizeof word);
    memory.put(0x1000, vector);
    traced_call writev{"writev", {1, 0x1000, many}};
    writev.enter(memory, dumps).leave(memory, static_cast<std::int64_t>(many * each) - 8, dumps);
    auto const found = writev.exit.values.find("dump");
    REQUIRE(found);
    REQUIRE(found->parts().size() == many);
    std::uint64_t total = 0, cut = 0;
    for (auto const buffer : found->parts()) {
        total += buffer.bytes().size();
        cut += buffer.target()->state() == value_state::cut;
    }
    CHECK(total == std::uint64_t{256} << 20);
    CHECK(cut == 2);
}

TEST_CASE("a dump that was cut at the limit says how many bytes are left out, and not that they cannot be read")
{
    byte_memory memory;
    memory.put(0x1000, "0123456789abcdefg");
    traced_call write{"write", {1, 0x1000, 17}};
    write.enter(memory, dumps).leave(memory, 17, dumps);
    auto& node = write.exit.values.node(static_cast<std::uint32_t>(write.exit.values.nodes().size() - 1));
    node.number = 29;
    node.state = value_state::cut;
    CHECK(dump(write)
          == " | 00000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  0123456789abcdef |\n"
             " | 00010  67                                                g                |\n"
             " | <12 more bytes, beyond the limit for dumps>\n");
}

TEST_CASE("written data is dumped, also if the call failed")
{
    byte_memory memory;
    memory.put(0x1000, "0123456789abcde\377f");
    traced_call write{"write", {1, 0x1000, 17}};
    write.enter(memory, dumps).leave(memory, -ENOSPC, dumps);
    CHECK(dump(write)
          == " | 00000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 ff  0123456789abcde. |\n"
             " | 00010  66                                                f                |\n");
}

TEST_CASE("data that a read returned is dumped for the selected descriptors")
{
    byte_memory memory;
    memory.put(0x1000, "hello");
    traced_call three{"read", {3, 0x1000, 100}}, four{"read", {4, 0x1000, 100}};
    three.enter(memory, dumps).leave(memory, 2, dumps);
    four.enter(memory, dumps).leave(memory, 2, dumps);
    CHECK(dump(three) == " | 00000  68 65                                             he               |\n");
    CHECK(dump(four).empty());
    three.leave(memory, -EINTR, dumps);
    CHECK(dump(three).empty());
    three.leave(memory, 2);
    CHECK(dump(three).empty());
}

TEST_CASE("each of several buffers is dumped, up to the length that was read")
{
    byte_memory memory;
    put_vector(memory);
    traced_call writev{"writev", {1, 0x3000, 2}}, readv{"readv", {3, 0x3000, 2}};
    writev.enter(memory, dumps).leave(memory, 3, dumps);
    readv.enter(memory, dumps).leave(memory, 8, dumps);
    std::string const first = " * 6 bytes in buffer 0\n"
                              " | 00000  68 65 6c 6c 6f 20                                 hello            |\n";
    CHECK(dump(writev)
          == first
                 + " * 6 bytes in buffer 1\n"
                   " | 00000  77 6f 72 6c 64 0a                                 world.           |\n");
    CHECK(dump(readv)
          == first
                 + " * 2 bytes in buffer 1\n"
                   " | 00000  77 6f                                             wo               |\n");
}

TEST_CASE("the messages of a call are dumped one after the other")
{
    byte_memory memory;
    put_vector(memory);
    memory.put_words(0x4000, 0, 0, 0x3000, 2, 0, 0, 0, 7, 0, 0, 0x3000, 1, 0, 0, 0, 1);
    traced_call one{"sendmsg", {5, 0x4000, 0}}, two{"sendmmsg", {5, 0x4000, 2, 0}};
    one.enter(memory, dumps).leave(memory, 12, dumps);
    two.enter(memory, dumps).leave(memory, 2, dumps);
    CHECK(dump(one).starts_with(" * 6 bytes in buffer 0\n"));
    CHECK(dump(two)
          == " = 2 buffers in vector 0\n"
             " * 6 bytes in buffer 0\n"
             " | 00000  68 65 6c 6c 6f 20                                 hello            |\n"
             " * 1 bytes in buffer 1\n"
             " | 00000  77                                                w                |\n"
             " = 1 buffers in vector 1\n"
             " * 1 bytes in buffer 0\n"
             " | 00000  68                                                h                |\n");
}

TEST_CASE("nothing is dumped for unmapped memory and for invalid lengths")
{
    byte_memory memory;
    traced_call write{"write", {1, 0x1000, ~std::uint64_t{0}}}, writev{"writev", {1, 0x3000, ~std::uint64_t{0}}};
    write.enter(memory, dumps).leave(memory, -EFAULT, dumps);
    writev.enter(memory, dumps).leave(memory, -EFAULT, dumps);
    CHECK(dump(write).empty());
    CHECK(dump(writev).empty());
    memory.put(0x1000, std::string(70000, 'x'));
    write.leave(memory, -EFAULT, dumps);
    CHECK(dump(write).ends_with(" | <Cannot fetch 65536 bytes from pid 7 @0x11000>\n"));
}

TEST_CASE("paths are read even if other pointers are not followed")
{
    byte_memory memory;
    memory.put(0x1000, {"/x\0", 3});
    memory.put(0x2000, std::string(144, '\0'));
    capture_options const flat{.follow = false};
    traced_call stat{"stat", {0x1000, 0x2000}};
    stat.enter(memory, flat).leave(memory, 0, flat);
    CHECK(stat.call->argument("pathname")->target()->text() == "/x");
    auto const buffer = stat.exit.argument("statbuf");
    REQUIRE(buffer);
    CHECK_FALSE(buffer->target());
    CHECK(buffer->number() == 0x2000);
}

}   // namespace dump_tests
