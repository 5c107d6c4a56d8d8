// SPDX-License-Identifier: BSL-1.0
#include "engine/observe/captured_reader.hpp"
#include "support/catch.hpp"

#include "engine/session/open_files.hpp"

#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

namespace captured_reader_tests {

using namespace cotrace;
using namespace cotrace::engine;
using namespace cotrace::engine::observe;

namespace {

/// Segments of captured data, in the format in which the BPF programs write them: memory, strings and open files.
class segments {
public:
    segments& add(std::uint64_t at, std::string_view bytes, segment_kind kind = segment_bytes)
    {
        segment const header{at, static_cast<u32>(bytes.size()), kind};
        append(&header, sizeof header);
        append(bytes.data(), bytes.size());
        all_.resize((all_.size() + 7) / 8 * 8);
        return *this;
    }
    segments& add_file(int descriptor, file_segment const& about, std::string_view names)
    {
        std::string bytes(sizeof about, 0);
        std::memcpy(bytes.data(), &about, sizeof about);
        return add(static_cast<u32>(descriptor), bytes.append(names), segment_file);
    }
    std::span<std::byte const> bytes() const { return all_; }

private:
    void append(void const* from, std::size_t size)
    {
        auto const* const bytes = static_cast<std::byte const*>(from);
        all_.insert(all_.end(), bytes, bytes + size);
    }

    std::vector<std::byte> all_;
};

constexpr std::uint64_t nowhere = 0x10;   // an address that no process maps

std::string read(captured_reader& from, std::uint64_t at, std::size_t size)
{
    std::string text(size, '?');
    text.resize(from.read(remote_address{at}, std::as_writable_bytes(std::span{text})));
    return text;
}

}   // namespace

TEST_CASE("captured memory is read from the segment that contains it")
{
    segments of;
    of.add(nowhere, "abc").add(nowhere + 100, "defgh");
    open_files files;
    captured_reader from{tid{::getpid()}, files, captured_memory{of.bytes()}};
    CHECK(read(from, nowhere, 3) == "abc");
    CHECK(read(from, nowhere + 101, 2) == "ef");
    CHECK(read(from, nowhere + 50, 1).empty());
    CHECK_FALSE(from.has_read_late());
}

TEST_CASE("if two segments contain an address, the segment with more bytes after the address is read")
{
    segments of;
    of.add(nowhere, "abc").add(nowhere, "abcdef");
    open_files files;
    captured_reader from{tid{::getpid()}, files, captured_memory{of.bytes()}};
    CHECK(read(from, nowhere, 5) == "abcde");
}

TEST_CASE("a string that ends within its segment is not read any further")
{
    std::string const text = "a longer text";
    auto const at = reinterpret_cast<std::uint64_t>(text.data());
    segments of;
    of.add(at, std::string_view{"x\0", 2}, segment_string);
    open_files files;
    captured_reader from{tid{::getpid()}, files, captured_memory{of.bytes()}};
    CHECK(read(from, at, 8) == std::string_view("x\0", 2));
    CHECK_FALSE(from.has_read_late());
}

TEST_CASE("memory that was not captured is read late, from the process itself, and has_read_late() then returns true")
{
    std::string const text = "here all the time";
    auto const at = reinterpret_cast<std::uint64_t>(text.data());
    open_files files;
    captured_reader from{tid{::getpid()}, files, captured_memory{{}}};
    CHECK(read(from, at, 4) == "here");
    CHECK(from.has_read_late());
}

TEST_CASE("captured bytes take precedence over the bytes that the memory has now")
{
    std::string const text = "newer bytes";
    auto const at = reinterpret_cast<std::uint64_t>(text.data());
    segments of;
    of.add(at, "older");
    open_files files;
    captured_reader from{tid{::getpid()}, files, captured_memory{of.bytes()}};
    CHECK(read(from, at, 11) == "older bytes");   // the first bytes were captured, and the other bytes are read from this process
}

TEST_CASE("gather() does not read pieces that were not captured")
{
    std::string const text = "not asked for";
    segments of;
    of.add(nowhere, "abc");
    open_files files;
    captured_reader from{tid{::getpid()}, files, captured_memory{of.bytes()}};
    std::array<std::byte, 4> first{}, second{};
    std::array<decode::piece, 2> pieces{decode::piece{remote_address{nowhere}, first},
                                        decode::piece{remote_address{reinterpret_cast<std::uint64_t>(text.data())}, second}};
    from.gather(pieces);
    CHECK(pieces[0].got == 3);
    CHECK(pieces[1].got == 0);
    CHECK_FALSE(from.has_read_late());
}

TEST_CASE("a segment that claims more bytes than there are is cut")
{
    segments of;
    of.add(nowhere, "abcdefgh");
    auto const whole = of.bytes();
    open_files files;
    captured_reader from{tid{::getpid()}, files, captured_memory{whole.first(whole.size() - 4)}};
    CHECK(read(from, nowhere, 8) == "abcd");
}

namespace {

/// The path that is shown for the file `about`, with " deleted" after the path of a deleted file. "late": the path has to be
/// looked up in /proc.
std::string path_of(file_segment const& about, std::string_view names)
{
    segments of;
    of.add_file(7, about, names);
    auto const seen = captured_memory{of.bytes()}.file(7);
    REQUIRE(seen);
    open_file file;
    return !set_path(*seen, file) ? "late" : file.deleted ? file.path + " deleted" : file.path;
}

constexpr file_segment on_path{.inode = 5, .mode = S_IFREG, .exists = 1, .has_path = 1, .is_unlinked = 0, .spare = 0};

constexpr file_segment without_path(u32 mode)
{
    return {.inode = 5, .mode = mode, .exists = 1, .has_path = 0, .is_unlinked = 1, .spare = 0};
}

}   // namespace

TEST_CASE("a captured path consists of the captured names, in reverse order")
{
    CHECK(path_of(on_path, std::string_view{"c.txt\0b\0a\0", 10}) == "/a/b/c.txt");
    CHECK(path_of(on_path, "") == "/");
    auto deleted = on_path;
    deleted.is_unlinked = 1;
    CHECK(path_of(deleted, std::string_view{"c\0", 2}) == "/c deleted");
}

TEST_CASE("a captured file without a path is shown with the text of its link in /proc")
{
    CHECK(path_of(without_path(S_IFSOCK), "") == "socket:[5]");
    CHECK(path_of(without_path(S_IFIFO), "") == "pipe:[5]");
    CHECK(path_of(without_path(0), std::string_view{"[eventfd]\0", 10}) == "anon_inode:[eventfd]");
    CHECK(path_of(without_path(0), std::string_view{"/\0", 2}) == "late");
}

TEST_CASE("a descriptor that was not open at the call is not looked up later")
{
    segments of;
    of.add_file(0, {}, "");
    open_files files;
    captured_reader from{tid{::getpid()}, files, captured_memory{of.bytes()}};
    open_file found;
    CHECK_FALSE(from.describe({}, 0, {.path = true}, found));   // descriptor 0 is open now
    CHECK_FALSE(from.has_read_late());
}

TEST_CASE("a descriptor that was not captured is looked up late, in /proc")
{
    open_files files;
    captured_reader from{tid{::getpid()}, files, captured_memory{{}}};
    open_file found;
    CHECK(from.describe({}, 0, {.path = true}, found));
    CHECK(from.has_read_late());
}

TEST_CASE("the protocol of a netlink socket is captured with its messages")
{
    segments of;
    of.add(7, std::string_view{"\4\0\0\0", 4}, segment_netlink);
    open_files files;
    captured_reader from{tid{::getpid()}, files, captured_memory{of.bytes()}};
    CHECK(from.netlink_protocol(7) == 4);
    CHECK_FALSE(from.netlink_protocol(-1));
    CHECK(read(from, 7, 1).empty());   // the data of descriptor 7 is not taken for memory at the address 7
}

}   // namespace captured_reader_tests
