// SPDX-License-Identifier: BSL-1.0
// Tests of the decoding of submissions to io_urings, with the memory that their entries point to.
#include "decode/inputs.hpp"
#include "support/catch.hpp"
#include "unit/decode/byte_memory.hpp"

#include <cotrace/uapi/syscalls.hpp>

#include <string>
#include <vector>

namespace submission_tests {

using namespace cotrace;
using test::byte_memory;
using test::submitted;
using uapi::ring_entry;

namespace {

// Opcodes of operations of io_uring.
constexpr std::uint8_t op_openat = 18, op_read = 22, op_write = 23, op_readv = 1, op_recvmsg = 10, op_fallocate = 17,
                       op_epoll_ctl = 29, op_splice = 30, op_cancel = 14;

ring_entry const opening{.opcode = op_openat, .fd = -100, .addr = 0x1000, .op_flags = 02000000, .user_data = 5};

byte_memory with_path()
{
    byte_memory memory;
    memory.put(0x1000, {"/etc/passwd\0", 12});
    return memory;
}

/// A reader that stores the descriptors for which `describe` is called.
struct asked final : decode::reader {
    std::size_t read(remote_address, std::span<std::byte>) noexcept override { return 0; }
    bool describe(decode::descriptor_owner, int fd, descriptor_details const&, open_file& found) noexcept override
    {
        about.push_back(fd);
        found.path = "/file";
        return true;
    }

    std::vector<int> about;
};

std::vector<int> descriptors_of(ring_entry const& entry)
{
    asked memory;
    syscall_call call;
    decode::decode_submission(memory, {.descriptors = {.path = true}}, entry, call);
    return memory.about;
}

}   // namespace

TEST_CASE("a submission is decoded as the corresponding system call, with the memory that its entry points to")
{
    auto memory = with_path();
    auto const call = submitted(opening, memory).operation;
    CHECK(call->name() == "openat");
    CHECK(call->number == op_openat);
    CHECK(call->args == std::array<std::uint64_t, 6>{0xffffff9c, 0x1000, 02000000, 0, 0, 0});
    REQUIRE(call->argument("pathname"));
    CHECK(call->argument("pathname")->text() == "/etc/passwd");
    CHECK(call->argument("dirfd")->integer() == -100);
}

TEST_CASE("memory that a submitted operation fills is not read")
{
    byte_memory memory;
    memory.put(0x1000, "abcdef");
    auto const reading = submitted({.opcode = op_read, .fd = 3, .off = 7, .addr = 0x1000, .len = 6}, memory).operation;
    auto const receiving = submitted({.opcode = op_recvmsg, .fd = 3, .addr = 0x1000}, memory).operation;
    CHECK(memory.reads == 0);
    CHECK(reading->argument("buf")->number() == 0x1000);
    CHECK(reading->argument("buf")->shape() == uapi::shape::address);
    CHECK(receiving->argument("msg")->number() == 0x1000);
    CHECK(receiving->argument("msg")->shape() == uapi::shape::address);
    auto const writing = submitted({.opcode = op_write, .fd = 3, .off = 7, .addr = 0x1000, .len = 6}, memory).operation;
    CHECK(writing->argument("buf")->text() == "abcdef");
    CHECK(writing->argument("offset")->number() == 7);
}

TEST_CASE("a submission with unreadable memory has the address of the memory")
{
    byte_memory memory;
    auto const call = submitted(opening, memory).operation;
    CHECK(call->argument("pathname")->number() == 0x1000);
    CHECK_FALSE(call->argument("pathname")->target());
}

TEST_CASE("with the option keep_inputs, a submission keeps the memory that was read for it")
{
    auto memory = with_path();
    CHECK_FALSE(submitted(opening, memory).operation->inputs);
    auto const call = submitted(opening, memory, {.keep_inputs = true}).operation;
    REQUIRE(call->inputs);
    CHECK(call->inputs->bytes.size() == 12);
}

TEST_CASE("without decoding, a submission has the addresses of its arguments")
{
    auto memory = with_path();
    auto const call = submitted(opening, memory, {.decode = false}).operation;
    CHECK(memory.reads == 0);
    CHECK(call->name() == "openat");
    CHECK(call->args[1] == 0x1000);
}

TEST_CASE("a 64-bit offset is taken from one field of the entry, also for a 32-bit program, whose calls need two registers")
{
    byte_memory memory;
    std::uint64_t const offset = 0x5'0000'0006;
    for (auto const interface : {uapi::arch::x86_64, uapi::arch::i386}) {
        auto const read = submitted({.opcode = op_readv, .fd = 3, .off = offset, .addr = 0x1000, .len = 2, .op_flags = 1}, memory,
                                    {}, interface)
                              .operation;
        CHECK(read->argument("offset")->number() == offset);
        CHECK(read->argument("flags")->number() == 1);
        auto const allocating =
            submitted({.opcode = op_fallocate, .fd = 3, .off = offset, .addr = offset + 1, .len = 2}, memory, {}, interface)
                .operation;
        CHECK(allocating->argument("mode")->number() == 2);
        CHECK(allocating->argument("offset")->number() == offset);
        CHECK(allocating->argument("len")->number() == offset + 1);
    }
}

TEST_CASE("the index of a registered file is not looked up as a descriptor")
{
    CHECK(descriptors_of({.opcode = op_read, .fd = 3}) == std::vector{3});
    CHECK(descriptors_of({.opcode = op_read, .flags = 1, .fd = 3}).empty());
    CHECK(descriptors_of({.opcode = op_epoll_ctl, .fd = 3, .off = 4, .len = 1}) == std::vector{3, 4});
    CHECK(descriptors_of({.opcode = op_epoll_ctl, .flags = 1, .fd = 3, .off = 4, .len = 1}) == std::vector{4});
    CHECK(descriptors_of({.opcode = op_splice, .fd = 3, .file_index = 4}) == std::vector{4, 3});
    CHECK(descriptors_of({.opcode = op_splice, .flags = 1, .fd = 3, .file_index = 4}) == std::vector{4});
    // The flag 0x80000000 is SPLICE_F_FD_IN_FIXED.
    CHECK(descriptors_of({.opcode = op_splice, .fd = 3, .op_flags = 0x80000000, .file_index = 4}) == std::vector{3});
    // The flag 2 is IORING_ASYNC_CANCEL_FD, and the flag 8 is IORING_ASYNC_CANCEL_FD_FIXED.
    CHECK(descriptors_of({.opcode = op_cancel, .fd = 3}).empty());
    CHECK(descriptors_of({.opcode = op_cancel, .fd = 3, .op_flags = 2}) == std::vector{3});
    CHECK(descriptors_of({.opcode = op_cancel, .fd = 3, .op_flags = 0xa}).empty());
}

}   // namespace submission_tests
