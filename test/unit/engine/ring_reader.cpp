// SPDX-License-Identifier: BSL-1.0
#include "engine/observe/ring_reader.hpp"
#include "support/catch.hpp"

#include "sys/anonymous_file.hpp"

#include <cstring>
#include <string>
#include <vector>

#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace cotrace;
using namespace cotrace::engine::observe;

namespace {

/// A file with the layout of a BPF ring buffer's mappings: a page with the reader's position, a page with the writer's position,
/// and the buffer.
class ring {
public:
    static constexpr std::size_t size = 1 << 16;

    /// Writes an event. `flags` are the flags in the header of the event.
    void add(std::string const& event, std::uint32_t flags = 0)
    {
        put(written_, static_cast<std::uint32_t>(event.size()) | flags);
        for (std::size_t i = 0; i < event.size(); ++i)
            put(written_ + BPF_RINGBUF_HDR_SZ + i, event[i]);
        written_ += (BPF_RINGBUF_HDR_SZ + event.size() + 7) / 8 * 8;
        std::memcpy(bytes() + page_, &written_, sizeof written_);
    }
    void commit(std::uint64_t at, std::uint32_t length) { put(at, length); }
    std::uint64_t position() const
    {
        std::uint64_t at = 0;
        std::memcpy(&at, bytes(), sizeof at);
        return at;
    }
    std::uint64_t written() const { return written_; }
    int fd() const { return file_.fd(); }

private:
    char* bytes() const { return memory_.data<char>(); }
    template <class T>
    void put(std::uint64_t at, T value)
    {
        std::memcpy(bytes() + 2 * page_ + at % size, &value, sizeof value);
    }

    std::size_t page_ = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    sys::anonymous_file file_ = sys::anonymous_file::make(std::string(2 * page_ + size, '\0')).value();
    sys::mapping memory_ = sys::mapping::make(2 * page_ + size, PROT_READ | PROT_WRITE, MAP_SHARED, file_.fd()).value();
    std::uint64_t written_ = 0;
};

/// Reads all events that are ready, but at most `most` events.
std::vector<std::string> read(ring_reader& from, std::size_t most = 1000)
{
    std::vector<std::string> all;
    from.consume([&](std::span<std::byte const> event) {
        all.emplace_back(reinterpret_cast<char const*>(event.data()), event.size());
        return all.size() < most;
    });
    return all;
}

}   // namespace

TEST_CASE("events are read once and in order, and the reader frees their room in the buffer", "[observe]")
{
    ring written;
    auto reader = ring_reader::map(written.fd(), ring::size).value();
    CHECK(read(reader).empty());
    written.add("first");
    written.add("discarded", BPF_RINGBUF_DISCARD_BIT);
    written.add("second");
    written.add("third");
    CHECK(read(reader, 2) == std::vector<std::string>{"first", "second"});
    CHECK(read(reader) == std::vector<std::string>{"third"});
    CHECK(written.position() == written.written());
}

TEST_CASE("events after an unfinished event are not read before the kernel has finished that event", "[observe]")
{
    ring written;
    auto reader = ring_reader::map(written.fd(), ring::size).value();
    written.add("before");
    auto const at = written.written();
    written.add("between", BPF_RINGBUF_BUSY_BIT);
    written.add("after");
    CHECK(read(reader) == std::vector<std::string>{"before"});
    CHECK(written.position() == at);
    written.commit(at, 7);
    CHECK(read(reader) == std::vector<std::string>{"between", "after"});
}

TEST_CASE("an event that begins near the end of the buffer continues at the beginning of the buffer", "[observe]")
{
    ring written;
    auto reader = ring_reader::map(written.fd(), ring::size).value();
    for (int i = 0; i < 300; ++i) {   // all events together are almost four times as large as the buffer
        std::string const event(1000 - static_cast<std::size_t>(i), static_cast<char>('a' + i % 26));
        written.add(event);
        CHECK(read(reader) == std::vector<std::string>{event});
    }
    CHECK(written.position() == written.written());
}
