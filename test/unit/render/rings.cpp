// SPDX-License-Identifier: BSL-1.0
// Tests of the text and the JSON of operations of io_urings.
#include "support/catch.hpp"

#include "unit/render/rendered.hpp"

#include <cotrace/render/json.hpp>

#include <cerrno>
#include <chrono>
#include <string>
#include <utility>

namespace rings_tests {

using namespace cotrace;
using test::byte_memory;
using test::lines;
using test::of;
using test::submitted;
using test::traced_call;
using uapi::ring_entry;

namespace {

// Opcodes of operations of io_uring.
constexpr std::uint8_t op_nop = 0, op_sendmsg = 9, op_openat = 18, op_read = 22, op_splice = 30;

std::string text(event what, render::text_options options = {})
{
    return render::text(of(7, std::move(what)), std::move(options));
}

std::string text(ring_entry const& entry, render::text_options options = {})
{
    byte_memory memory;
    memory.put(0x1000, {"/etc/passwd\0", 12});
    return text(submitted(entry, memory), std::move(options));
}

std::string json(event what)
{
    std::string line;
    render::append_json({tid{7}, timestamp{std::chrono::nanoseconds{1000}}, std::move(what), pid{5}}, {}, line);
    return line;
}

ring_completed completed(std::int64_t result, std::uint32_t flags = 0, std::optional<std::uint8_t> opcode = op_openat)
{
    return {0x1234, syscall_outcome::from(result), flags, opcode};
}

}   // namespace

TEST_CASE("the line of a submission has the arguments and the `user_data`")
{
    CHECK(text({.opcode = op_openat, .fd = -100, .addr = 0x1000, .op_flags = 02000000, .user_data = 0xab})
          == "io_uring: openat(AT_FDCWD, \"/etc/passwd\", O_RDONLY|O_CLOEXEC) user_data=0xab");
    CHECK(text({.opcode = op_read, .fd = 3, .off = ~std::uint64_t{0}, .addr = 0x1000, .len = 10, .user_data = ~std::uint64_t{0}})
          == "io_uring: read(3, 0x1000, 10, -1) user_data=0xffffffffffffffff");
    CHECK(text(ring_entry{.opcode = op_nop}) == "io_uring: nop() user_data=0");
    CHECK(text({.opcode = 200, .fd = -1, .off = 16, .addr = 17, .len = 18, .op_flags = 19})
          == "io_uring: operation(-1, 0x10, 0x11, 18, 0x13) user_data=0");
}

TEST_CASE("the line of a submission has the other members of the entry that are not 0")
{
    CHECK(text({.opcode = op_nop, .flags = 0x14, .user_data = 1})
          == "io_uring: nop() user_data=0x1 flags=IOSQE_IO_LINK|IOSQE_ASYNC");
    CHECK(text({.opcode = op_nop, .flags = 0x80, .ioprio = 5, .buffer = 6, .personality = 7, .file_index = 8})
          == "io_uring: nop() user_data=0 flags=0x80 /* IOSQE_??? */ ioprio=5 buf_index=6 personality=7 file_index=8");
    CHECK(text({.opcode = op_read, .flags = 0x20, .fd = 3, .len = 64, .buffer = 7})
          == "io_uring: read(3, NULL, 64, 0) user_data=0 flags=IOSQE_BUFFER_SELECT buf_group=7");
    CHECK(text({.opcode = op_sendmsg, .ioprio = 1, .fd = 3})
          == "io_uring: sendmsg(3, NULL, 0) user_data=0 ioprio=IORING_RECVSEND_POLL_FIRST");
    CHECK(text({.opcode = op_splice, .flags = 1, .fd = 1, .off = 2, .addr = 3, .len = 4, .op_flags = 1, .file_index = 5})
          == "io_uring: splice(5, 3, 1, 2, 4, SPLICE_F_MOVE) user_data=0 flags=IOSQE_FIXED_FILE");
}

TEST_CASE("the line of a completion has the `user_data` and the result")
{
    CHECK(text(completed(3)) == "io_uring: openat user_data=0x1234 = 3");
    CHECK(text(completed(-ENOENT)) == "io_uring: openat user_data=0x1234 = -1 ENOENT (No such file or directory)");
    CHECK(text(completed(-4000)) == "io_uring: openat user_data=0x1234 = -1 (errno 4000)");
    CHECK(text(completed(0, 0, std::nullopt)) == "io_uring: operation user_data=0x1234 = 0");
}

TEST_CASE("the line of a completion has its flags, and the number of the chosen buffer")
{
    CHECK(text(completed(1, 0x6)) == "io_uring: openat user_data=0x1234 = 1 flags=IORING_CQE_F_MORE|IORING_CQE_F_SOCK_NONEMPTY");
    CHECK(text(completed(1, 0x3'0001)) == "io_uring: openat user_data=0x1234 = 1 flags=IORING_CQE_F_BUFFER buffer=3");
    CHECK(text(completed(1, 1)) == "io_uring: openat user_data=0x1234 = 1 flags=IORING_CQE_F_BUFFER buffer=0");
    CHECK(text(completed(1, 0x3'0000)) == "io_uring: openat user_data=0x1234 = 1");   // the flag IORING_CQE_F_BUFFER is not set
}

TEST_CASE("the lines of a ring have the chosen form of names and of arguments")
{
    ring_entry const opening{.opcode = op_openat, .flags = 4, .fd = -100, .addr = 0x1000, .op_flags = 02000000};
    CHECK(text(opening, {.names = render::constants::raw})
          == "io_uring: openat(-100, \"/etc/passwd\", 0x80000) user_data=0 flags=0x4");
    CHECK(
        text(opening, {.labels = true})
        == "io_uring: openat(dirfd=AT_FDCWD, pathname=\"/etc/passwd\", flags=O_RDONLY|O_CLOEXEC) user_data=0 flags=IOSQE_IO_LINK");
    CHECK(text(completed(1, 2), {.names = render::constants::verbose})
          == "io_uring: openat user_data=0x1234 = 1 flags=0x2 /* IORING_CQE_F_MORE */");
}

TEST_CASE("the line of a ring interrupts the line of a call")
{
    byte_memory memory;
    traced_call enter{"io_uring_enter", {3, 1, 1, 1, 0, 8}};
    enter.enter(memory).leave(memory, 1);
    CHECK(lines({.threads = render::thread_prefix::always, .column = 0},
                {of(7, submitted({.opcode = op_nop, .user_data = 1}, memory)), enter.entered(),
                 of(8, ring_completed{1, {}, 0, op_nop}), enter.exited()})
          == "7     io_uring: nop() user_data=0x1\n"
             "7     io_uring_enter(3, 1, 1, IORING_ENTER_GETEVENTS, NULL, 8 <unfinished ...>\n"
             "8     io_uring: nop user_data=0x1 = 0\n"
             "7     <... io_uring_enter resumed>) = 1\n");
}

TEST_CASE("the lines of a ring are shown if they are wanted and fulfil the condition")
{
    byte_memory memory;
    auto const submission = of(7, submitted({.opcode = op_nop, .user_data = 1}, memory));
    CHECK(lines({.where = predicate{R"(kind == "completion" && failed)"}},
                {submission, of(7, completed(3)), of(7, completed(-ENOENT))})
          == "io_uring: openat user_data=0x1234 = -1 ENOENT (No such file or directory)\n");
    CHECK(lines({.where = predicate{R"(name ~ "no*")"}}, {submission, of(7, completed(3))}) == "io_uring: nop() user_data=0x1\n");
    CHECK(lines({.rings = false}, {submission, of(7, completed(3))}).empty());
}

TEST_CASE("a submission is a line of JSON with the arguments, and with the options as hexadecimal numbers")
{
    byte_memory memory;
    memory.put(0x1000, {"/x\0", 3});
    ring_entry opening{.opcode = op_openat, .fd = -100, .addr = 0x1000, .user_data = 0xab};
    std::string const begin =
        R"({"schema":2,"event":"ring_submitted","pid":5,"tid":7,"comm":"","start":1000,"duration":0,)"
        R"("name":"openat","opcode":18,"ring":3,)"
        R"("arguments":{"dirfd":{"text":"AT_FDCWD","value":-100,"name":"AT_FDCWD"},)"
        R"("pathname":{"text":"\"/x\"","string":"/x","length":2},"flags":{"text":"O_RDONLY","value":0,"names":["O_RDONLY"]}},)"
        R"("user_data":"0xab")";
    CHECK(json(submitted(opening, memory)) == begin + "}\n");
    opening.flags = 0x10;
    opening.ioprio = 0x20;
    opening.buffer = 0x30;
    opening.personality = 0x40;
    opening.file_index = 0x50;
    CHECK(json(submitted(opening, memory))
          == begin + R"(,"flags":"0x10","ioprio":"0x20","buf_index":"0x30","personality":"0x40","file_index":"0x50"})" + "\n");
    opening.flags = 0x20;
    CHECK(json(submitted(opening, memory)).find(R"("flags":"0x20","ioprio":"0x20","buf_group":"0x30",)") != std::string::npos);
}

TEST_CASE("a completion is a line of JSON with the result, the error and the flags")
{
    std::string const begin = R"({"schema":2,"event":"ring_completed","pid":5,"tid":7,"comm":"","start":1000,"duration":0,)";
    CHECK(json(completed(3)) == begin + R"("name":"openat","user_data":"0x1234","return":{"text":"3","value":3}})" + "\n");
    std::string const failed = R"-("return":{"text":"-1 ENOENT (No such file or directory)","value":-1},)-"
                               R"("error":{"value":2,"name":"ENOENT","text":"No such file or directory"})";
    CHECK(json(completed(-ENOENT, 0x3'0001))
          == begin + R"("name":"openat","user_data":"0x1234",)" + failed + R"(,"flags":"0x30001"})" + "\n");
    CHECK(json(completed(0, 2, std::nullopt))
          == begin + R"("name":"operation","user_data":"0x1234","return":{"text":"0","value":0},"flags":"0x2"})" + "\n");
}

}   // namespace rings_tests
