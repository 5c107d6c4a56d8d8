// SPDX-License-Identifier: BSL-1.0
#include "uapi/ring_operations.hpp"

#include "uapi/common.hpp"
#include "uapi/constants/io_uring.hpp"
#include "uapi/constants/ipc.hpp"
#include "uapi/constants/open.hpp"
#include "uapi/constants/notify.hpp"
#include "uapi/constants/process.hpp"
#include "uapi/constants/socket.hpp"
#include "uapi/custom.hpp"

#include <algorithm>
#include <iterator>

namespace cotrace::uapi {
namespace {

using namespace as;

// The place of an argument in struct io_uring_sqe. `command` is the lower half of `off`, `addr_len` is the lower half of
// `file_index`. `addr_or_len` is the length in `addr`, or in `len` if `addr` is 0. `off_or_len` is the length in `off`, or in
// `len` if `off` is 0.
enum class place : std::uint8_t {
    none, fd, off, addr, len, op_flags, buffer, file_index, addr3, command, addr_len, addr_or_len, off_or_len
};

struct row {
    std::uint8_t opcode;
    std::string_view name;
    std::string_view like;   // system call that has the arguments of the operation; empty: `own` has the arguments
    std::array<place, 6> from{};
    std::array<parameter, 6> own{};
};

// An argument that is left out if it is 0.
constexpr choice_case left_out[] = {{0, nothing}};
template <unsigned Index, auto const& Of> constexpr auto const& unless_zero = chosen<argument(Index), left_out, Of>;
// An argument that is shown only if argument `Index` includes the flag `Flag`.
template <auto const& Of, std::uint64_t Flag> constexpr choice_case if_set[] = {{Flag, Of}};
template <unsigned Index, std::uint64_t Flag, auto const& Of>
constexpr auto const& with_flag = chosen<argument(Index, Flag), if_set<Of, Flag>, nothing>;

constexpr auto const& timeout_flags = flags<names::io_uring_timeout_flags>;
constexpr auto const& poll_flags = flags<names::io_uring_poll_flags>;
constexpr auto const& events = flags<names::poll_events>;
constexpr auto const& timespec_at = in64<timespec64_type>;
constexpr auto const& splice_flags = flags<names::splice_flags>;
constexpr auto const& message_flags = flags<names::message_flags>;
constexpr auto const& futex_flags = flags<names::futex2_flags>;
constexpr auto const& rw_flags = flags<names::rwf_flags>;
constexpr auto const& destination = in64<custom<decode::socket_address, direction::in, argument(5)>>;
// The source of splice and tee: a file descriptor or, with SPLICE_F_FD_IN_FIXED (0x80000000), the index of a registered file.
constexpr choice_case registered_in_splice[] = {{0x80000000, uint32}};
constexpr auto const& splice_source = chosen<argument(5, 0x80000000), registered_in_splice, as::fd>;
constexpr auto const& tee_source = chosen<argument(3, 0x80000000), registered_in_splice, as::fd>;
constexpr choice_case cancelled[] = {{0x2, as::fd}, {0xa, uint32}};
template <unsigned Length> constexpr auto const& bytes_at = in64<bytes<argument(Length)>>;

using enum place;

constexpr row rows[] = {
    {0, "nop", {}, {op_flags, len}, {{{"flags", unless_zero<0, flags<names::io_uring_nop_flags>>}, {"result", with_flag<0, 0x1, int32>}}}},
    {1, "readv", "preadv2", {fd, addr, len, off, op_flags}, {}},
    {2, "writev", "pwritev2", {fd, addr, len, off, op_flags}, {}},
    {3, "fsync", {}, {fd, op_flags, off, len}, {{{"fd", as::fd}, {"flags", flags<names::io_uring_sync_flags>}, {"offset", unless_zero<2, int64>}, {"len", unless_zero<3, uint32>}}}},
    {4, "read_fixed", {}, {fd, addr, len, off, buffer, op_flags}, {{{"fd", as::fd}, {"buf", address64}, {"count", uint32}, {"offset", int64}, {"buf_index", uint16}, {"flags", unless_zero<5, rw_flags>}}}},
    {5, "write_fixed", {}, {fd, addr, len, off, buffer, op_flags}, {{{"fd", as::fd}, {"buf", bytes_at<2>}, {"count", uint32}, {"offset", int64}, {"buf_index", uint16}, {"flags", unless_zero<5, rw_flags>}}}},
    {6, "poll_add", {}, {fd, op_flags, len}, {{{"fd", as::fd}, {"events", events}, {"flags", unless_zero<2, poll_flags>}}}},
    {7, "poll_remove", {}, {addr, len, op_flags, off}, {{{"user_data", hex64}, {"flags", unless_zero<1, poll_flags>}, {"events", with_flag<1, 0x2, events>}, {"new_user_data", with_flag<1, 0x4, hex64>}}}},
    {8, "sync_file_range", "sync_file_range", {fd, off, len, op_flags}, {}},
    {9, "sendmsg", "sendmsg", {fd, addr, op_flags}, {}},
    {10, "recvmsg", "recvmsg", {fd, addr, op_flags}, {}},
    {11, "timeout", {}, {addr, off, op_flags}, {{{"ts", timespec_at}, {"count", uint64}, {"flags", timeout_flags}}}},
    {12, "timeout_remove", {}, {addr, op_flags, off}, {{{"user_data", hex64}, {"flags", timeout_flags}, {"ts", chosen<argument(1, 0x12), left_out, timespec_at>}}}},
    {13, "accept", "accept4", {fd, addr, off, op_flags}, {}},
    {14, "async_cancel", {}, {addr, op_flags, fd, len}, {{{"user_data", hex64}, {"flags", flags<names::io_uring_cancel_flags>}, {"fd", chosen<argument(1, 0xa), cancelled, nothing>}, {"opcode", with_flag<1, 0x20, one_of_unsigned<names::io_uring_operations>>}}}},
    {15, "link_timeout", {}, {addr, op_flags}, {{{"ts", timespec_at}, {"flags", timeout_flags}}}},
    {16, "connect", "connect", {fd, addr, off}, {}},
    {17, "fallocate", "fallocate", {fd, len, off, addr}, {}},
    {18, "openat", "openat", {fd, addr, op_flags, len}, {}},
    {19, "close", "close", {fd}, {}},
    {20, "files_update", {}, {addr, len, off}, {{{"fds", in64<as::array<as::fd, argument(1)>>}, {"nr_files", uint32}, {"offset", int32}}}},
    {21, "statx", "statx", {fd, addr, op_flags, len, off}, {}},
    {22, "read", {}, {fd, addr, len, off, op_flags}, {{{"fd", as::fd}, {"buf", address64}, {"count", uint32}, {"offset", int64}, {"flags", unless_zero<4, rw_flags>}}}},
    {23, "write", {}, {fd, addr, len, off, op_flags}, {{{"fd", as::fd}, {"buf", bytes_at<2>}, {"count", uint32}, {"offset", int64}, {"flags", unless_zero<4, rw_flags>}}}},
    {24, "fadvise", "fadvise64", {fd, off, addr_or_len, op_flags}, {}},
    {25, "madvise", "madvise", {addr, off_or_len, op_flags}, {}},
    {26, "send", {}, {fd, addr, len, op_flags, off, addr_len}, {{{"fd", as::fd}, {"buf", bytes_at<2>}, {"len", uint32}, {"flags", message_flags}, {"dest_addr", unless_zero<4, destination>}, {"addrlen", unless_zero<5, uint16>}}}},
    {27, "recv", {}, {fd, addr, len, op_flags}, {{{"fd", as::fd}, {"buf", address64}, {"len", uint32}, {"flags", message_flags}}}},
    {28, "openat2", "openat2", {fd, addr, off, len}, {}},
    {29, "epoll_ctl", "epoll_ctl", {fd, len, off, addr}, {}},
    {30, "splice", {}, {file_index, addr, fd, off, len, op_flags}, {{{"fd_in", splice_source}, {"off_in", int64}, {"fd_out", as::fd}, {"off_out", int64}, {"len", uint32}, {"flags", splice_flags}}}},
    {31, "provide_buffers", {}, {addr, len, fd, buffer, off}, {{{"addr", address64}, {"len", uint32}, {"nbufs", uint32}, {"bgid", uint16}, {"bid", uint16}}}},
    {32, "remove_buffers", {}, {fd, buffer}, {{{"nbufs", uint32}, {"bgid", uint16}}}},
    {33, "tee", {}, {file_index, fd, len, op_flags}, {{{"fd_in", tee_source}, {"fd_out", as::fd}, {"len", uint32}, {"flags", splice_flags}}}},
    {34, "shutdown", "shutdown", {fd, len}, {}},
    {35, "renameat", "renameat2", {fd, addr, len, off, op_flags}, {}},
    {36, "unlinkat", "unlinkat", {fd, addr, op_flags}, {}},
    {37, "mkdirat", "mkdirat", {fd, addr, len}, {}},
    {38, "symlinkat", "symlinkat", {addr, fd, off}, {}},
    {39, "linkat", "linkat", {fd, addr, len, off, op_flags}, {}},
    {40, "msg_ring", {}, {fd, addr, len, off, op_flags, addr3}, {{{"fd", as::fd}, {"cmd", one_of_unsigned<names::io_uring_messages>}, {"res", int32}, {"user_data", hex64}, {"flags", flags<names::io_uring_message_flags>}, {"src_index", with_flag<1, 0x1, uint64>}}}},
    {41, "fsetxattr", "fsetxattr", {fd, addr, off, len, op_flags}, {}},
    {42, "setxattr", "setxattr", {addr3, addr, off, len, op_flags}, {}},
    {43, "fgetxattr", {}, {fd, addr, off, len}, {{{"fd", as::fd}, {"name", string}, {"value", address64}, {"size", uint32}}}},
    {44, "getxattr", {}, {addr3, addr, off, len}, {{{"path", path}, {"name", string}, {"value", address64}, {"size", uint32}}}},
    {45, "socket", "socket", {fd, off, len}, {}},
    {46, "uring_cmd", {}, {fd, command}, {{{"fd", as::fd}, {"cmd_op", hex32}}}},
    {47, "send_zc", {}, {fd, addr, len, op_flags, off, addr_len}, {{{"fd", as::fd}, {"buf", bytes_at<2>}, {"len", uint32}, {"flags", message_flags}, {"dest_addr", unless_zero<4, destination>}, {"addrlen", unless_zero<5, uint16>}}}},
    {48, "sendmsg_zc", "sendmsg", {fd, addr, op_flags}, {}},
    {49, "read_multishot", {}, {fd, len, off}, {{{"fd", as::fd}, {"count", uint32}, {"offset", int64}}}},
    {50, "waitid", {}, {len, fd, off, file_index}, {{{"idtype", one_of<names::waitid_types>}, {"id", int32}, {"infop", address64}, {"options", flags<names::wait_options>}}}},
    {51, "futex_wait", {}, {addr, off, addr3, fd}, {{{"uaddr", address64}, {"val", uint64}, {"mask", hex64}, {"flags", futex_flags}}}},
    {52, "futex_wake", {}, {addr, off, addr3, fd}, {{{"uaddr", address64}, {"nr", uint64}, {"mask", hex64}, {"flags", futex_flags}}}},
    {53, "futex_waitv", {}, {addr, len}, {{{"waiters", address64}, {"nr_futexes", uint32}}}},
    {54, "fixed_fd_install", {}, {fd, op_flags}, {{{"fd", uint32}, {"flags", flags<names::io_uring_install_flags>}}}},
    {55, "ftruncate", {}, {fd, off}, {{{"fd", as::fd}, {"length", uint64}}}},
    {56, "bind", "bind", {fd, addr, off}, {}},
    {57, "listen", "listen", {fd, len}, {}},
    {58, "recv_zc", {}, {fd, len, file_index}, {{{"fd", as::fd}, {"len", uint32}, {"zcrx_ifq_idx", uint32}}}},
    {59, "epoll_wait", {}, {fd, addr, len}, {{{"epfd", as::fd}, {"events", address64}, {"maxevents", int32}}}},
    {60, "readv_fixed", "preadv2", {fd, addr, len, off, op_flags}, {}},
    {61, "writev_fixed", "pwritev2", {fd, addr, len, off, op_flags}, {}},
    {62, "pipe", "pipe2", {addr, op_flags}, {}},
    {63, "nop128", {}, {}, {}},
    {64, "uring_cmd128", {}, {fd, command}, {{{"fd", as::fd}, {"cmd_op", hex32}}}},
};

constexpr row unknown{0xff, "operation", {}, {fd, off, addr, len, op_flags}, {{{"fd", int32}, {"off", hex64}, {"addr", hex64}, {"len", uint32}, {"op_flags", hex32}}}};

std::uint64_t field_of(ring_entry const& entry, place where) noexcept
{
    switch (where) {
    case none: break;
    case fd: return static_cast<std::uint32_t>(entry.fd);
    case off: return entry.off;
    case addr: return entry.addr;
    case len: return entry.len;
    case op_flags: return entry.op_flags;
    case buffer: return entry.buffer;
    case file_index: return entry.file_index;
    case addr3: return entry.addr3;
    case command: return static_cast<std::uint32_t>(entry.off);
    case addr_len: return static_cast<std::uint16_t>(entry.file_index);
    case addr_or_len: return entry.addr != 0 ? entry.addr : entry.len;
    case off_or_len: return entry.off != 0 ? entry.off : entry.len;
    }
    return 0;
}

constexpr bool is_descriptor(shape of) noexcept { return of == shape::fd || of == shape::dirfd; }

// The type of an argument at submission. Memory that the operation fills later is an address. An argument that i386 passes in
// two registers is a 64-bit number.
type const& at_submission(type const& as) noexcept
{
    if ((as.shape == shape::pointer || as.shape == shape::custom) && as.way != direction::in)
        return address64;
    if (as.register_pair)
        return as.style == style::decimal ? int64 : uint64;
    return as;
}

// The type of the field `ioprio`, which has flags in some operations.
type const& type_of_ioprio(std::uint8_t opcode) noexcept
{
    switch (opcode) {
    case 9: case 10: case 26: case 27: case 47: case 48: case 58: return flags<names::io_uring_transfer_flags, width::u16>;
    case 13: return flags<names::io_uring_accept_flags, width::u16>;
    default: return uint16;
    }
}

// The two descriptors of an operation. With IOSQE_FIXED_FILE (`with_fixed_file`), `fd` is the index of a registered file.
struct description {
    row const* from;
    syscall_descriptor usual{}, with_fixed_file{};

    explicit description(row const& of)
        : from{&of}
    {
        usual.name = of.name;
        auto const* const same = of.like.empty() ? nullptr : find(arch::x86_64, of.like);
        for (unsigned i = 0; i < 6 && of.from[i] != none; ++i) {
            auto const& of_call = same ? same->arguments[i] : of.own[i];
            usual.arguments[i] = {of_call.name, at_submission(*of_call.as)};
        }
        with_fixed_file = usual;
        for (unsigned i = 0; i < 6; ++i)
            if (of.from[i] == place::fd && is_descriptor(usual.arguments[i].as->shape))
                with_fixed_file.arguments[i].as = &uint32;
    }
};

description const& description_of(std::uint8_t opcode)
{
    static auto const all = [] {
        std::vector<description> made{std::begin(rows), std::end(rows)};
        made.emplace_back(unknown);
        return made;
    }();
    static_assert([] {
        for (std::size_t i = 0; i < std::size(rows); ++i)
            if (rows[i].opcode != i)
                return false;
        return true;
    }());
    return all[std::min<std::size_t>(opcode, all.size() - 1)];
}

} // namespace

syscall_descriptor const& describe_operation(ring_entry const& entry) noexcept
{
    constexpr std::uint8_t fixed_file = 1;   // IOSQE_FIXED_FILE
    auto const& found = description_of(entry.opcode);
    return (entry.flags & fixed_file) != 0 ? found.with_fixed_file : found.usual;
}

std::array<std::uint64_t, 6> arguments_of(ring_entry const& entry) noexcept
{
    std::array<std::uint64_t, 6> made{};
    auto const& from = description_of(entry.opcode).from->from;
    for (std::size_t i = 0; i < made.size(); ++i)
        made[i] = field_of(entry, from[i]);
    return made;
}

ring_entry without_command(ring_entry entry) noexcept
{
    auto const& from = description_of(entry.opcode).from->from;
    if (std::ranges::find(from, addr3) == from.end())
        entry.addr3 = 0;
    entry.rest = 0;
    return entry;
}

std::vector<ring_option> options_of(ring_entry const& entry)
{
    constexpr std::uint8_t selects_buffer = 0x20;   // IOSQE_BUFFER_SELECT
    auto const& from = description_of(entry.opcode).from->from;
    auto const is_argument = [&](place which) { return std::ranges::find(from, which) != from.end(); };
    std::vector<ring_option> made{{"user_data", &hex64, entry.user_data}};
    auto const add = [&](std::string_view name, type const& as, std::uint64_t number) {
        if (number != 0)
            made.push_back({name, &as, number});
    };
    add("flags", flags<names::io_uring_sqe_flags, width::u8>, entry.flags);
    add("ioprio", type_of_ioprio(entry.opcode), entry.ioprio);
    if (!is_argument(buffer))
        add((entry.flags & selects_buffer) != 0 ? "buf_group" : "buf_index", uint16, entry.buffer);
    add("personality", uint16, entry.personality);
    if (!is_argument(file_index) && !is_argument(addr_len))
        add("file_index", uint32, entry.file_index);
    return made;
}

type const& completion_flags() noexcept
{
    return flags<names::io_uring_completion_flags, width::u16>;
}

bool is_operation(std::string_view name) noexcept
{
    return name == unknown.name || std::ranges::find(rows, name, &row::name) != std::end(rows);
}

std::string_view operation_name(std::uint8_t opcode) noexcept
{
    return description_of(opcode).from->name;
}

} // namespace cotrace::uapi
