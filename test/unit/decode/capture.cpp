// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"

#include "decode/limits.hpp"
#include "unit/decode/byte_memory.hpp"

#include <cerrno>
#include <string>

namespace capture_tests {

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
    options.most_bytes = 600;   // this limit applies, because the string limit of 32 does not raise it
    traced_call open{"openat", {3, 0x1000, 0}};
    open.enter(memory, options);
    auto const path = open.call->argument("pathname")->target();
    REQUIRE(path);
    CHECK(path->state() == value_state::cut);
    CHECK(path->text() == std::string(path->text().size(), 'x'));
    CHECK(path->text().size() >= 256);
    CHECK(path->text().size() <= 600);
}

TEST_CASE("the strings of a long argv are captured up to the number that the string limit allows, with few reads")
{
    byte_memory memory;
    constexpr std::uint64_t many = 6000;
    std::string const word(79, 'w');
    std::string list, strings;
    for (std::uint64_t i = 0; i <= many; ++i) {
        auto const at = i < many ? 0x100000 + strings.size() : 0;
        list.append(reinterpret_cast<char const*>(&at), sizeof at);
        strings += word + '\0';
    }
    memory.put(0x1000, list);
    memory.put(0x100000, strings);
    traced_call whole{"execve", {0x100000, 0x1000, 0}}, part{"execve", {0x100000, 0x1000, 0}};
    whole.enter(memory, {.string_limit = 10'000});
    auto const argv = whole.call->argument("argv")->target();
    REQUIRE(argv);
    CHECK(argv->state() == value_state::complete);
    CHECK(argv->parts().size() == many);
    for (auto const each : argv->parts())
        REQUIRE(each.text() == word);
    CHECK(memory.reads < 1000);   // there is one read for each KiB of strings, and one for each 32 addresses

    part.enter(memory, {.string_limit = 500});
    CHECK(part.call->argument("argv")->target()->parts().size() == 500);
    CHECK(part.call->argument("argv")->target()->state() == value_state::cut);
}

TEST_CASE("many long buffers are captured whole if the string limit allows that")
{
    byte_memory memory;
    constexpr std::uint64_t many = 100, each = 16'000;
    std::string vector;
    for (std::uint64_t i = 0; i < many; ++i)
        for (auto const word : {0x100000 + i * each, each})
            vector.append(reinterpret_cast<char const*>(&word), sizeof word);
    memory.put(0x1000, vector);
    memory.put(0x100000, std::string(many * each, 'x'));
    traced_call writev{"writev", {1, 0x1000, many}};
    writev.enter(memory, {.string_limit = each});
    auto const buffers = writev.call->argument("iov")->target();
    REQUIRE(buffers);
    CHECK(buffers->state() == value_state::complete);
    REQUIRE(buffers->parts().size() == many);
    for (auto const buffer : buffers->parts())
        REQUIRE(buffer.find("iov_base")->text() == std::string(each, 'x'));
}

TEST_CASE("the buffers of many messages are captured whole, although each of them is on a page of its own")
{
    auto const [many, each] = GENERATE(std::pair{32u, 32u}, std::pair{128u, 128u}, std::pair{200u, 100u});
    byte_memory memory;
    constexpr std::uint64_t buffers = 32, page = 4096;
    std::string messages, vectors;
    auto const append = [](std::string& to, std::initializer_list<std::uint64_t> words) {
        for (auto const word : words)
            to.append(reinterpret_cast<char const*>(&word), sizeof word);
    };
    for (std::uint64_t i = 0; i < many; ++i)
        append(messages, {0, 0, 0x100000 + i * buffers * 16, buffers, 0, 0, 0, 0});
    for (std::uint64_t i = 0; i < many * buffers; ++i)
        append(vectors, {0x1000000 + i * page, std::uint64_t{each}});
    memory.put(0x1000, messages);
    memory.put(0x100000, vectors);
    memory.put(0x1000000, std::string(many * buffers * page, 'x'));
    traced_call send{"sendmmsg", {3, 0x1000, many, 0}};
    send.enter(memory, {.string_limit = many});   // with many = 32, this is the default string limit
    auto const list = send.call->argument("msgvec")->target();
    REQUIRE(list);
    CHECK(list->state() == value_state::complete);
    std::size_t whole = 0;
    for (auto const message : list->parts())
        for (auto const buffer : message.find("msg_hdr.msg_iov")->target()->parts())
            whole += buffer.find("iov_base")->text() == std::string(each, 'x');
    CHECK(whole == many * buffers);
}

TEST_CASE("all variables that the kernel accepts in an environment are counted; a longer list is shown as its address")
{
    auto const variables = GENERATE(0u, 1u, 42u, 100'000u, 786'432u, 2'000'000u);
    byte_memory memory;
    std::string list(variables * 8, '\1');
    list.append(8, '\0');
    memory.put(0x1000, "/bin/true" + std::string(1, '\0'));
    memory.put(0x100000, list);
    traced_call exec{"execve", {0x1000, 0, 0x100000}};
    exec.enter(memory);
    auto const count = exec.call->argument("envp")->target();
    REQUIRE(count.has_value() == (variables < 2'000'000));
    if (count) {
        CHECK(count->number() == variables);
        CHECK(count->state() == value_state::cut);
    } else
        CHECK(exec.call->argument("envp")->state() == value_state::unreadable);
    CHECK(static_cast<std::size_t>(memory.reads) <= decode::limits_of({}).reads);
}

TEST_CASE("in verbose mode, arrays of many structures are captured whole")
{
    byte_memory memory;
    constexpr std::uint64_t many = 20'000;
    memory.put(0x1000, std::string(many * 8, '\1'));
    traced_call poll{"poll", {0x1000, many, 0}};
    poll.enter(memory, {.verbose = true});
    auto const fds = poll.call->argument("fds")->target();
    REQUIRE(fds);
    CHECK(fds->parts().size() == many);
    CHECK(fds->state() == value_state::complete);
}

TEST_CASE("the arrays of one stop have a limited number of elements, and are cut at the limit")
{
    byte_memory memory;
    constexpr std::uint64_t many = 300'000;
    memory.put(0x1000, std::string(many * 8, '\1'));
    for (capture_options const& options : {capture_options{.string_limit = capture_options::unlimited}, {.verbose = true}}) {
        traced_call poll{"poll", {0x1000, many, 0}};
        poll.enter(memory, options);
        auto const fds = poll.call->argument("fds")->target();
        REQUIRE(fds);
        CHECK(fds->parts().size() == (options.verbose ? decode::most_elements(options) : decode::limits_of(options).elements));
        CHECK(fds->state() == value_state::cut);
        CHECK(fds->number() == many);
    }
}

TEST_CASE("strings, buffers and arrays that exceed a limit of the memory that is read are cut, and not left out")
{
    byte_memory memory;
    std::string vector;
    for (std::uint64_t i = 0; i < 20; ++i)
        for (auto const word : {0x100000 + i * 0x1000, std::uint64_t{30}})
            vector.append(reinterpret_cast<char const*>(&word), sizeof word);
    memory.put(0x1000, vector);
    memory.put(0x100000, std::string(20 * 0x1000, 'x'));
    for (auto const& [bytes, reads] : {std::pair{800u, 100u}, {1000000u, 5u}, {100u, 100u}, {1000000u, 0u}, {0u, 100u}}) {
        INFO(bytes << " bytes, " << reads << " reads");
        traced_call writev{"writev", {1, 0x1000, 20}}, write{"write", {1, 0x100000, 30}}, open{"openat", {3, 0x100000, 0}};
        for (auto* each : {&writev, &write, &open}) {
            byte_memory counted = memory;
            each->enter(counted, {.most_bytes = bytes, .most_reads = reads});
            CHECK(static_cast<unsigned>(counted.reads) <= reads);
        }
        auto const buffers = writev.call->argument("iov")->target();
        REQUIRE(buffers);
        std::size_t whole = 0, cut = 0;
        for (auto const each : buffers->parts()) {
            auto const text = each.find("iov_base")->target();
            REQUIRE(text);
            ++(text->state() == value_state::cut ? cut : whole);
        }
        CHECK(whole < 20);
        CHECK((cut != 0 || buffers->state() == value_state::cut));
        REQUIRE(write.call->argument("buf")->target());
        REQUIRE(open.call->argument("pathname")->target());
        CHECK(open.call->argument("pathname")->target()->state() == value_state::cut);
    }
}

TEST_CASE("the limits of one stop follow from the options, and are bounded")
{
    using decode::limits_of;
    capture_options const ordinary;
    CHECK(limits_of(ordinary).bytes == ordinary.most_bytes);
    CHECK(limits_of(ordinary).reads == ordinary.most_reads);
    CHECK(limits_of({.verbose = true}).reads == 16 * ordinary.most_reads);
    CHECK(limits_of({.string_limit = 129}).reads
          <= 2 * ordinary.most_reads);   // the number of reads rises gradually with the string limit
    CHECK(limits_of({.string_limit = 10'000}).bytes >= std::size_t{10'000} * 10'000);
    CHECK(limits_of({.string_limit = 10'000}).reads >= 2 * 10'000);
    for (auto const most : {ordinary.most_bytes, ~std::size_t{0} / 2}) {
        capture_options const all{.verbose = true, .string_limit = ~std::size_t{0}, .most_bytes = most, .most_reads = most};
        CHECK(limits_of(all).bytes == std::max(most, std::size_t{1} << 30));
        CHECK(limits_of(all).reads == std::max(most, std::size_t{1} << 20));
        CHECK(limits_of(all).elements == std::size_t{1} << 18);
    }
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

}   // namespace capture_tests
