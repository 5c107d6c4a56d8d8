// SPDX-License-Identifier: BSL-1.0
// Tests of decode::inputs, the kept memory and answers from which a call can be decoded again.
#include "decode/inputs.hpp"
#include "support/catch.hpp"
#include "unit/decode/byte_memory.hpp"

#include <string>
#include <string_view>

using namespace cotrace;
using namespace cotrace::test;
using decode::inputs;
using decode::recording_reader;
using decode::replaying_reader;

namespace inputs_tests {

namespace {

std::span<std::byte const> bytes(std::string_view text) { return std::as_bytes(std::span{text.data(), text.size()}); }

std::string read(replaying_reader& from, std::uint64_t at, std::size_t size)
{
    std::string into(size, '?');
    into.resize(from.read(remote_address{at}, std::as_writable_bytes(std::span{into})));
    return into;
}

/// Answers the questions of a decoder, for example about a file descriptor, with fixed values.
struct answering final : decode::reader {
    std::size_t read(remote_address, std::span<std::byte>) noexcept override { return 0; }
    bool describe(decode::descriptor_owner, int fd, descriptor_details const&, open_file& found) noexcept override
    {
        found = {.path = "/file", .about = open_file::signals{5}};
        return fd == 3;
    }
    bool describe(decode::process_key key, process_details const&, process_name& found) noexcept override
    {
        found = {"name", 99};
        return key.id == 4 && !key.is_group;
    }
    std::string context_of(decode::descriptor_owner, int fd) noexcept override { return fd == 3 ? "fd context" : ""; }
    std::string context_of(int, std::string_view path) noexcept override { return "context of " + std::string{path}; }
    std::string namespace_of(std::int32_t id, char const* link) noexcept override { return link + std::to_string(id); }
    std::uint64_t mapping_of(int fd) noexcept override { return 0x1000u * static_cast<unsigned>(fd); }
    std::optional<int> netlink_protocol(int fd) noexcept override { return fd == 3 ? std::optional{-1} : std::nullopt; }
    std::string_view interface_name(std::uint32_t index) noexcept override { return index == 2 ? "eth0" : ""; }
    std::string_view generic_family(std::uint16_t number) noexcept override { return number == 16 ? "nlctrl" : ""; }
};

}   // namespace

TEST_CASE("a replaying_reader reads memory from the kept pieces", "[inputs]")
{
    answering live;
    inputs kept;
    recording_reader recorder{live, kept};
    recorder.used(100, bytes("hello "));
    recorder.used(106, bytes("world"));   // this piece begins where the piece at 100 ends
    recorder.used(102, bytes("llo"));     // this piece is within the piece at 100
    recorder.used(50, bytes("xy"));
    recorder.used(109, bytes("ld, more"));   // this piece begins within an earlier piece, and goes beyond its end
    recorder.used(200, {});
    CHECK(kept.pieces.size() == 3);

    replaying_reader again{kept};
    CHECK(read(again, 100, 11) == "hello world");
    CHECK(read(again, 103, 4) == "lo w");
    CHECK(read(again, 100, 30) == "hello world, more");
    CHECK(read(again, 50, 10) == "xy");
    CHECK(read(again, 52, 10).empty());
    CHECK(read(again, 99, 10).empty());
    CHECK(read(again, 0, 10).empty());
    CHECK(read(again, ~std::uint64_t{0}, 10).empty());
}

TEST_CASE("a short piece within a long piece does not hide the rest of the long piece", "[inputs]")
{
    inputs kept;
    kept.bytes.resize(40);
    kept.pieces = {{100, 0, 30}, {105, 30, 2}, {107, 32, 2}};
    replaying_reader again{kept};
    CHECK(read(again, 100, 40).size() == 30);
    CHECK(read(again, 120, 40).size() == 10);
}

TEST_CASE("answers are kept, and a later question gets only the details that it asks for", "[inputs]")
{
    answering live;
    inputs kept;
    {
        recording_reader recorder{live, kept};
        open_file file;
        process_name name;
        CHECK(recorder.describe(decode::descriptor_owner{}, 3, descriptor_details::all(), file));
        CHECK_FALSE(recorder.describe(decode::descriptor_owner{}, 5, descriptor_details::all(), file));
        CHECK(recorder.describe(decode::process_key{4}, {true, true}, name));
        CHECK(recorder.context_of(decode::descriptor_owner{}, 3) == "fd context");
        CHECK(recorder.context_of(-100, "path") == "context of path");
        CHECK(recorder.namespace_of(9, "net") == "net9");
        CHECK(recorder.mapping_of(3) == 0x3000);
        CHECK(recorder.netlink_protocol(3) == -1);
        CHECK_FALSE(recorder.netlink_protocol(4));
        CHECK(recorder.interface_name(2) == "eth0");
        CHECK(recorder.generic_family(16) == "nlctrl");
    }
    replaying_reader again{kept};
    open_file file;
    CHECK(again.describe(decode::descriptor_owner{}, 3, {.path = true}, file));
    CHECK(file.path == "/file");
    CHECK(file.about.index() == 0);
    CHECK(again.describe(decode::descriptor_owner{}, 3, {.signals = true}, file));
    CHECK(file.path.empty());
    CHECK(std::get<open_file::signals>(file.about).set == 5);
    CHECK_FALSE(again.describe(decode::descriptor_owner{}, 3, {.socket = true}, file));
    CHECK_FALSE(again.describe(decode::descriptor_owner{}, 5, {.path = true}, file));
    CHECK_FALSE(again.describe({decode::descriptor_owner::kind::process, 1}, 3, {.path = true}, file));
    process_name name;
    CHECK(again.describe(decode::process_key{4}, {.command = true}, name));
    CHECK(name.command == "name");
    CHECK(name.outside == 0);
    CHECK_FALSE(again.describe(decode::process_key{4, true}, {.command = true}, name));
    CHECK(again.context_of(decode::descriptor_owner{}, 3) == "fd context");
    CHECK(again.context_of(-100, "path") == "context of path");
    CHECK(again.context_of(-100, "other").empty());
    CHECK(again.namespace_of(9, "net") == "net9");
    CHECK(again.mapping_of(3) == 0x3000);
    CHECK(again.mapping_of(4) == 0);
    CHECK(again.netlink_protocol(3) == -1);
    CHECK_FALSE(again.netlink_protocol(4));
    CHECK(again.interface_name(2) == "eth0");
    CHECK(again.generic_family(16) == "nlctrl");
}

TEST_CASE("only the bytes of a string are kept, not the bytes after the string that were read with it", "[inputs]")
{
    byte_memory memory;
    memory.put(0x5000, std::string{"/etc/passwd\0", 12} + std::string(500, 'x'));
    traced_call made{"openat", {0xffffff9c, 0x5000, 0, 0}};
    made.enter(memory, {.keep_inputs = true});
    REQUIRE(made.call->inputs);
    CHECK(made.call->inputs->bytes.size() == 12);
    CHECK_FALSE(traced_call{"openat", {0xffffff9c, 0x5000, 0, 0}}.enter(memory).call->inputs);
}

}   // namespace inputs_tests
