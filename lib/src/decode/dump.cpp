// SPDX-License-Identifier: BSL-1.0
#include "decode/dump.hpp"

#include "decode/capture.hpp"

#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <limits>
#include <vector>

namespace cotrace::decode {
namespace {

using uapi::width;

enum class transfer : std::uint8_t { buffer, vector, message, messages };

struct dumped_call {
    std::string_view name;
    bool writes;
    transfer how;
};

// strace(1) dumps the data of these calls with "-e read" or "-e write".
constexpr auto dumped_calls = std::to_array<dumped_call>({
    {"mq_timedreceive", false, transfer::buffer},
    {"mq_timedreceive_time64", false, transfer::buffer},
    {"mq_timedsend", true, transfer::buffer},
    {"mq_timedsend_time64", true, transfer::buffer},
    {"pread64", false, transfer::buffer},
    {"preadv", false, transfer::vector},
    {"preadv2", false, transfer::vector},
    {"pwrite64", true, transfer::buffer},
    {"pwritev", true, transfer::vector},
    {"pwritev2", true, transfer::vector},
    {"read", false, transfer::buffer},
    {"readv", false, transfer::vector},
    {"recv", false, transfer::buffer},
    {"recvfrom", false, transfer::buffer},
    {"recvmmsg", false, transfer::messages},
    {"recvmmsg_time64", false, transfer::messages},
    {"recvmsg", false, transfer::message},
    {"send", true, transfer::buffer},
    {"sendmmsg", true, transfer::messages},
    {"sendmsg", true, transfer::message},
    {"sendto", true, transfer::buffer},
    {"vmsplice", true, transfer::vector},
    {"write", true, transfer::buffer},
    {"writev", true, transfer::vector},
});
static_assert(std::ranges::is_sorted(dumped_calls, {}, &dumped_call::name));

// Limits at one stop: the bytes of all dumps together, and the buffers in an iovec array and messages of a call (UIO_MAXIOV).
constexpr std::size_t most_dumped = std::size_t{1} << 28;
constexpr std::uint64_t most_parts = 1024;

inline constexpr uapi::type data = uapi::as::bytes<uapi::exactly(0)>;
inline constexpr uapi::type buffer = uapi::as::in<data>;
inline constexpr uapi::type buffers = uapi::as::array<buffer, uapi::exactly(0)>;
inline constexpr uapi::type messages = uapi::as::array<buffers, uapi::exactly(0)>;

class dumper {
public:
    dumper(reader& memory, syscall_call const& call, value_tree& into) noexcept
        : memory_{memory}
        , into_{into}
        , word_{uapi::size_of(width::word, uapi::model_of(call.arch))}
    {
    }

    void add_buffer(std::string_view name, std::uint64_t at, std::uint64_t size)
    {
        auto const place = into_.open({.as = &buffer, .name = name, .number = at});
        auto const begin = into_.add_bytes(0);
        auto const allowed = std::min<std::uint64_t>(size, left_);
        auto const got = append(at, allowed);
        left_ -= got;
        into_.open({.as = &data,
                    .number = size,
                    .begin = begin,
                    .length = static_cast<std::uint32_t>(got),
                    .state = got < allowed ? value_state::unreadable
                             : got < size  ? value_state::cut
                                           : value_state::complete});
        into_.close(place);
    }

    /// Adds the buffers of an iovec array that precede the first empty buffer, but at most `most` bytes in total.
    void add_vector(std::string_view name, std::uint64_t at, std::uint64_t count, std::uint64_t most)
    {
        auto const place = into_.open({.as = &buffers, .name = name, .number = count});
        for (std::uint64_t i = 0; i < std::min(count, most_parts); ++i) {
            std::uint64_t base = 0, length = 0;
            auto const here = at + i * 2 * word_;
            if (!read_word(here, base) || !read_word(here + word_, length))
                break;
            length = std::min(length, most);
            if (length == 0)
                break;
            most -= length;
            add_buffer({}, base, length);
        }
        into_.close(place);
    }

    // The words 2 and 3 of a struct msghdr are the address of the iovec array and the number of its elements.
    void add_message(std::string_view name, std::uint64_t at, std::uint64_t most)
    {
        std::uint64_t vector = 0, count = 0;
        if (read_word(at + 2 * word_, vector) && read_word(at + 3 * word_, count))
            add_vector(name, vector, count, most);
    }

    // A struct mmsghdr is a struct msghdr of 7 words, and the number of transferred bytes as 32 bits.
    void add_messages(std::string_view name, std::uint64_t at, std::uint64_t count)
    {
        auto const place = into_.open({.as = &messages, .name = name, .number = count});
        for (std::uint64_t i = 0; i < std::min(count, most_parts); ++i, at += 8 * word_) {
            std::uint32_t length = 0;
            if (read(at + 7 * word_, std::as_writable_bytes(std::span{&length, 1})) != sizeof length)
                break;
            add_message({}, at, length);
        }
        into_.close(place);
    }

private:
    std::size_t read(std::uint64_t at, std::span<std::byte> into)
    {
        auto const got = memory_.read(remote_address{at}, into);
        memory_.used(at, into.first(got));
        return got;
    }

    /// Returns how many bytes could be read. Pieces avoid a large allocation for a large `size` without a buffer of that size.
    std::size_t append(std::uint64_t at, std::size_t size)
    {
        constexpr std::size_t piece = 1 << 20;
        std::size_t done = 0;
        while (done < size) {
            auto const wanted = std::min(piece, size - done);
            auto const here = into_.add_bytes(wanted);
            auto const got = read(at + done, into_.bytes_at(here, wanted));
            into_.drop_bytes(wanted - got);
            done += got;
            if (got < wanted)
                break;
        }
        return done;
    }

    bool read_word(std::uint64_t at, std::uint64_t& into) noexcept
    {
        std::array<std::byte, 8> raw{};
        auto const room = std::span{raw}.first(word_);
        if (read(at, room) != room.size())
            return false;
        into = load(room);
        return true;
    }

    reader& memory_;
    value_tree& into_;
    unsigned word_;
    std::size_t left_ = most_dumped;
};

}   // namespace

void add_dump(reader& memory, capture_options const& options, syscall_call const& call, syscall_exited& exited)
{
    if ((options.read_from.empty() && options.written_to.empty()) || options.redact != redaction::none || !call.what)
        return;
    auto const at = std::ranges::lower_bound(dumped_calls, call.what->name, {}, &dumped_call::name);
    auto const fd = static_cast<std::int32_t>(call.args[0]);
    if (at == dumped_calls.end() || at->name != call.what->name || fd < 0
        || !(at->writes ? options.written_to : options.read_from).has(fd))
        return;
    // If a call that writes failed, the passed bytes are dumped. If the call was to write several messages, nothing is dumped,
    // because their lengths are not known.
    auto const done = exited.outcome.failed ? 0 : static_cast<std::uint64_t>(exited.outcome.value);
    if (exited.outcome.failed && (!at->writes || at->how == transfer::messages))
        return;
    auto const all = std::numeric_limits<std::uint64_t>::max();
    dumper made{memory, call, exited.values};
    switch (at->how) {
    case transfer::buffer: return made.add_buffer("dump", call.args[1], at->writes ? call.args[2] : done);
    case transfer::vector:
        return made.add_vector("dump", call.args[1], static_cast<std::uint32_t>(call.args[2]), at->writes ? all : done);
    case transfer::message: return made.add_message("dump", call.args[1], at->writes ? all : done);
    case transfer::messages: return made.add_messages("dump", call.args[1], static_cast<std::uint32_t>(done));
    }
}

}   // namespace cotrace::decode
