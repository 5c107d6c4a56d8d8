// SPDX-License-Identifier: BSL-1.0
#include "engine/observe/captured_reader.hpp"
#include "support/catch.hpp"

#include "engine/session/open_files.hpp"

#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

using namespace cotrace;
using namespace cotrace::engine;
using namespace cotrace::engine::observe;

namespace {

/// Segments as the BPF programs write them.
class segments {
public:
    segments& add(std::uint64_t at, std::string_view bytes, bool ended = false)
    {
        segment const header{at, static_cast<u32>(bytes.size()), ended};
        append(&header, sizeof header);
        append(bytes.data(), bytes.size());
        all_.resize((all_.size() + 7) / 8 * 8);
        return *this;
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

TEST_CASE("of two segments with the same bytes, the one with more bytes after them is read")
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
    of.add(at, std::string_view{"x\0", 2}, /*ended=*/true);
    open_files files;
    captured_reader from{tid{::getpid()}, files, captured_memory{of.bytes()}};
    CHECK(read(from, at, 8) == std::string_view("x\0", 2));
    CHECK_FALSE(from.has_read_late());
}

TEST_CASE("what was not captured is read late from the memory of the subject, and the reader tells")
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
    CHECK(read(from, at, 11) == "older bytes");   // the captured beginning, and the rest late
}

TEST_CASE("pieces that were not captured are not read ahead")
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
