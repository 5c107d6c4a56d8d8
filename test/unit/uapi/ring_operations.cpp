// SPDX-License-Identifier: BSL-1.0
// Tests of the table of the operations of io_uring: their names, and the fields of an entry that are their arguments.
#include "uapi/ring_operations.hpp"

#include "support/catch.hpp"

#include "uapi/constants/io_uring.hpp"

#include <cotrace/record.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <string>
#include <string_view>

namespace ring_operations_tests {

using namespace cotrace::uapi;

namespace {

constexpr std::uint8_t last_known = 64;   // IORING_OP_URING_CMD128
constexpr std::string_view field_names[] = {"0", "fd", "off", "addr", "len", "op_flags", "buffer", "file_index", "addr3"};

/// An entry in which the value of each field in `field_names` is the index of the field's name.
ring_entry numbered(unsigned opcode, std::uint8_t flags = 0)
{
    return {.opcode = static_cast<std::uint8_t>(opcode),
            .flags = flags,
            .fd = 1,
            .off = 2,
            .addr = 3,
            .len = 4,
            .op_flags = 5,
            .buffer = 6,
            .file_index = 7,
            .addr3 = 8};
}

/// The arguments of an operation, each with the field that it is taken from: "dirfd=fd pathname=addr".
std::string arguments(unsigned opcode)
{
    auto const entry = numbered(opcode);
    auto const& what = describe_operation(entry);
    auto const from = arguments_of(entry);
    std::string text;
    for (unsigned i = 0; i < what.arity(); ++i) {
        text.append(i == 0 ? "" : " ").append(what.arguments[i].name).append("=");
        text += from[i] < std::size(field_names) ? field_names[from[i]] : "?";
    }
    return text;
}

/// Calls `look` with the entry of each known operation, and of an unknown one.
template <class Look>
void each_operation(Look look)
{
    for (unsigned opcode = 0; opcode <= last_known + 1u; ++opcode) {
        INFO("operation " << opcode);
        look(numbered(opcode));
    }
}

bool is_descriptor(type const& as) { return as.shape == shape::fd || as.shape == shape::dirfd; }

/// The names and numbers of the options of an entry: "user_data=1 flags=4".
std::string options(ring_entry const& entry)
{
    std::string text;
    for (auto const& each : options_of(entry))
        text.append(text.empty() ? "" : " ").append(each.name).append("=").append(std::to_string(each.number));
    return text;
}

}   // namespace

TEST_CASE("each operation of a ring has the name of its constant IORING_OP_*, in lower case")
{
    std::string_view const prefix = "IORING_OP_";
    unsigned next = 0;
    for (auto const& row : names::io_uring_operations.all()) {
        INFO(row.name);
        REQUIRE(row.value == next++);
        auto expected = std::string{row.name.substr(prefix.size())};
        std::ranges::transform(expected, expected.begin(), [](unsigned char each) { return std::tolower(each); });
        auto const opcode = static_cast<std::uint8_t>(row.value);
        CHECK(operation_name(opcode) == expected);
        CHECK(describe_operation({.opcode = opcode}).name == expected);
        CHECK(cotrace::ring_completed{.opcode = opcode}.name() == expected);
    }
    CHECK(next == last_known + 1u);
}

TEST_CASE("an unknown operation of a ring has the fields of its entry as arguments")
{
    for (unsigned const opcode : {last_known + 1, 254, 255}) {
        CHECK(operation_name(static_cast<std::uint8_t>(opcode)) == "operation");
        CHECK(describe_operation(numbered(opcode)).name == "operation");
        CHECK(arguments(opcode) == "fd=fd off=off addr=addr len=len op_flags=op_flags");
    }
    CHECK(cotrace::ring_completed{}.name() == "operation");
}

TEST_CASE("the arguments of an operation of a ring are in the order of the corresponding system call")
{
    CHECK(arguments(18) == "dirfd=fd pathname=addr flags=op_flags mode=len");                              // 18 is openat
    CHECK(arguments(21) == "dirfd=fd pathname=addr flags=op_flags mask=len statxbuf=off");                 // 21 is statx
    CHECK(arguments(26) == "fd=fd buf=addr len=len flags=op_flags dest_addr=off addrlen=file_index");      // 26 is send
    CHECK(arguments(30) == "fd_in=file_index off_in=addr fd_out=fd off_out=off len=len flags=op_flags");   // 30 is splice
    CHECK(arguments(31) == "addr=addr len=len nbufs=fd bgid=buffer bid=off");                     // 31 is provide_buffers
    CHECK(arguments(39) == "olddirfd=fd oldpath=addr newdirfd=len newpath=off flags=op_flags");   // 39 is linkat
    CHECK(arguments(42) == "path=addr3 name=addr value=off size=len flags=op_flags");             // 42 is setxattr
    CHECK(arguments(51) == "uaddr=addr val=off mask=addr3 flags=fd");                             // 51 is futex_wait
}

TEST_CASE("an argument of a ring's operation has the bits of its field that the operation uses")
{
    using all = std::array<std::uint64_t, 6>;
    CHECK(arguments_of({.opcode = 46, .fd = -100, .off = 0x5'0000'0006}) == all{0xffffff9c, 6});   // uring_cmd uses half of `off`
    CHECK(arguments_of({.opcode = 22, .off = ~std::uint64_t{0}, .len = 0xffffffff}) == all{0, 0, 0xffffffff, ~std::uint64_t{0}});
    CHECK(arguments_of({.opcode = 26, .file_index = 0x5'0006}) == all{0, 0, 0, 0, 0, 6});   // send uses half of `file_index`
}

TEST_CASE("a length of an operation of a ring may be in a field of 64 bits or in one of 32 bits")
{
    using all = std::array<std::uint64_t, 6>;
    // The opcode 24 is fadvise, and 25 is madvise.
    CHECK(arguments_of({.opcode = 24, .off = 1, .addr = 0x5'0000'0006, .len = 2}) == all{0, 1, 0x5'0000'0006});
    CHECK(arguments_of({.opcode = 24, .off = 1, .len = 2}) == all{0, 1, 2});
    CHECK(arguments_of({.opcode = 25, .off = 0x5'0000'0006, .addr = 1, .len = 2}) == all{1, 0x5'0000'0006});
    CHECK(arguments_of({.opcode = 25, .addr = 1, .len = 2}) == all{1, 2});
}

TEST_CASE("each field that an operation of a ring uses has a description, and the other arguments are 0")
{
    each_operation([](ring_entry const& entry) {
        auto const from = arguments_of(entry);
        auto const& what = describe_operation(entry);
        for (unsigned i = 0; i < from.size(); ++i) {
            INFO("argument " << i);
            CHECK((from[i] != 0) == (i < what.arity()));
            CHECK((i >= what.arity() || !what.arguments[i].name.empty()));
        }
    });
}

TEST_CASE("no argument of a ring's operation is decoded at its completion")
{
    each_operation([](ring_entry const& entry) {
        for (auto const& each : describe_operation(entry).arguments) {
            INFO(each.name);
            bool const has_target = each.as != nullptr && (each.as->shape == shape::pointer || each.as->shape == shape::custom);
            CHECK((!has_target || each.as->way == direction::in));
        }
    });
    for (unsigned const opcode : {4, 22, 27, 43})   // these are read_fixed, read, recv and fgetxattr
        CHECK(describe_operation(numbered(opcode)).arguments[opcode == 43 ? 2 : 1].as->shape == shape::address);
    CHECK(describe_operation(numbered(23)).arguments[1].as->shape == shape::pointer);   // 23 is write
}

TEST_CASE("with IOSQE_FIXED_FILE, the field `fd` is an index, and other descriptors remain descriptors")
{
    each_operation([](ring_entry const& entry) {
        auto const from = arguments_of(entry);
        auto const& usual = describe_operation(entry);
        auto const& fixed = describe_operation(numbered(entry.opcode, 1));
        CHECK(fixed.name == usual.name);
        REQUIRE(fixed.arity() == usual.arity());
        for (unsigned i = 0; i < usual.arity(); ++i) {
            INFO(usual.arguments[i].name);
            bool const is_index = is_descriptor(*usual.arguments[i].as) && field_names[from[i]] == "fd";
            CHECK((fixed.arguments[i].as != usual.arguments[i].as) == is_index);
            CHECK((!is_index || fixed.arguments[i].as->shape == shape::integer));
        }
    });
    auto const& splice = describe_operation(numbered(30, 1));
    CHECK(splice.arguments[0].as == describe_operation(numbered(30)).arguments[0].as);   // the argument fd_in
    CHECK(splice.arguments[2].as->shape == shape::integer);                              // the argument fd_out
    auto const& link = describe_operation(numbered(39, 1));
    CHECK(link.arguments[0].as->shape == shape::integer);   // the argument olddirfd
    CHECK(link.arguments[2].as->shape == shape::dirfd);     // the argument newdirfd
}

TEST_CASE("the options of an entry are its `user_data`, and the members that are neither 0 nor arguments")
{
    CHECK(options({}) == "user_data=0");
    ring_entry const full{.opcode = 18,
                          .flags = 0x10,
                          .ioprio = 3,
                          .fd = 1,
                          .addr = 1,
                          .user_data = 5,
                          .buffer = 6,
                          .personality = 7,
                          .file_index = 8};
    CHECK(options(full) == "user_data=5 flags=16 ioprio=3 buf_index=6 personality=7 file_index=8");
    auto selecting = full;
    selecting.flags = 0x20;   // IOSQE_BUFFER_SELECT
    CHECK(options(selecting) == "user_data=5 flags=32 ioprio=3 buf_group=6 personality=7 file_index=8");
    auto with_arguments = full;
    with_arguments.opcode = 30;   // 30 is splice, which has the argument `file_index`
    CHECK(options(with_arguments) == "user_data=5 flags=16 ioprio=3 buf_index=6 personality=7");
    with_arguments.opcode = 26;   // 26 is send, which uses a part of `file_index`
    CHECK(options(with_arguments) == "user_data=5 flags=16 ioprio=3 buf_index=6 personality=7");
    with_arguments.opcode = 31;   // 31 is provide_buffers, which has the argument `buffer`
    CHECK(options(with_arguments) == "user_data=5 flags=16 ioprio=3 personality=7 file_index=8");
}

TEST_CASE("the option `ioprio` has names if the operation of the ring has flags in this field")
{
    auto const name_of_one = [](std::uint8_t opcode) {
        auto const& names = options_of({.opcode = opcode, .ioprio = 1}).at(1).as->names;
        return names != nullptr ? names->find(1)->name : std::string_view{};
    };
    CHECK(name_of_one(18).empty());                                 // 18 is openat
    CHECK(name_of_one(13) == "IORING_ACCEPT_MULTISHOT");            // 13 is accept
    for (std::uint8_t const opcode : {9, 10, 26, 27, 47, 48, 58})   // send and recv, and operations like them
        CHECK(name_of_one(opcode) == "IORING_RECVSEND_POLL_FIRST");
}

}   // namespace ring_operations_tests
