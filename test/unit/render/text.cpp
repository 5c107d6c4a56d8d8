// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"

#include "unit/decode/byte_memory.hpp"

#include <cotrace/render/text.hpp>

#include <cerrno>
#include <csignal>

using namespace cotrace;
using test::byte_memory;
using test::traced_call;

namespace {

record of(int thread, event what)
{
    return {tid{thread}, {}, std::move(what)};
}

std::string both(traced_call const& call, render::text_options options = {})
{
    render::text_renderer renderer{options};
    std::string text;
    renderer.append(call.entered(), text);
    renderer.append(call.exited(), text);
    return text;
}

} // namespace

TEST_CASE("a call is one line, with its result in column 40")
{
    byte_memory memory;
    traced_call close{"close", {3}};
    close.enter(memory).leave(memory, 0);
    CHECK(both(close) == "close(3)                                = 0\n");
    CHECK(both(close, {.column = 0}) == "close(3) = 0\n");
}

TEST_CASE("an error has its name and text")
{
    byte_memory memory;
    memory.put(0x1000, {"/nothing\0", 9});
    traced_call open{"openat", {0xffffff9c, 0x1000, 02000000}};
    open.enter(memory).leave(memory, -ENOENT);
    CHECK(both(open, {.column = 0})
          == "openat(AT_FDCWD, \"/nothing\", O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory)\n");
}

TEST_CASE("a restart is shown as what becomes of it")
{
    byte_memory memory;
    traced_call read{"read", {0, 0x1000, 1}};
    read.enter(memory).leave(memory, -512);
    CHECK(both(read, {.column = 0}) == "read(0, 0x1000, 1) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)\n");
}

TEST_CASE("at entry a line goes as far as is known, and another thread cuts it")
{
    byte_memory memory;
    memory.put(0x1000, "abc");
    traced_call read{"read", {0, 0x1000, 9}}, other{"getpid"};
    read.enter(memory);
    other.enter(memory).leave(memory, 8);
    render::text_renderer renderer{{.threads = render::thread_prefix::always, .column = 0}};
    std::string text;
    renderer.append(read.entered(), text);
    CHECK(text == "7     read(0, ");
    renderer.append(of(8, syscall_entered{other.call}), text);
    renderer.append(of(8, other.exit), text);
    read.leave(memory, 3);
    renderer.append(read.exited(), text);
    CHECK(text == "7     read(0,  <unfinished ...>\n"
                  "8     getpid() = 8\n"
                  "7     <... read resumed>\"abc\", 9) = 3\n");
}

TEST_CASE("strings are escaped as short as can be")
{
    byte_memory memory;
    memory.put(0x1000, {"x\0y\n\"\\\t\0011\377", 10});
    traced_call write{"write", {1, 0x1000, 10}};
    write.enter(memory).leave(memory, 10);
    CHECK(both(write, {.column = 0}) == "write(1, \"x\\0y\\n\\\"\\\\\\t\\0011\\377\", 10) = 10\n");
    CHECK(both(write, {.strings = render::escapes::all_hex, .column = 0})
          == "write(1, \"\\x78\\x00\\x79\\x0a\\x22\\x5c\\x09\\x01\\x31\\xff\", 10) = 10\n");
}

TEST_CASE("flags without a name are left in hexadecimal")
{
    byte_memory memory;
    traced_call map{"mmap", {0, 4096, 3, 0x22, 0xffffffff, 0}};
    map.enter(memory).leave(memory, 0x7f0000000000);
    CHECK(both(map, {.column = 0})
          == "mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000\n");
    traced_call protect{"mprotect", {0x1000, 4096, 0x10}};
    protect.enter(memory).leave(memory, -EINVAL);
    CHECK(both(protect, {.column = 0}) == "mprotect(0x1000, 4096, 0x10 /* PROT_??? */) = -1 EINVAL (Invalid argument)\n");
    CHECK(both(protect, {.names = render::constants::raw, .column = 0})
          == "mprotect(0x1000, 4096, 0x10) = -1 EINVAL (Invalid argument)\n");
}

TEST_CASE("a value that changed shows both")
{
    byte_memory memory;
    memory.put_words(0x1000, 28);
    traced_call accept{"accept", {3, 0, 0x1000}};
    accept.enter(memory);
    memory.put_words(0x1000, 16);
    accept.leave(memory, 4);
    CHECK(both(accept, {.column = 0}) == "accept(3, NULL, [28 => 16]) = 4\n");
}

TEST_CASE("the names of results stand behind them")
{
    byte_memory memory;
    traced_call flags{"fcntl", {3, 3}};
    flags.enter(memory).leave(memory, 0x8002);
    CHECK(both(flags, {.column = 0}) == "fcntl(3, F_GETFL) = 0x8002 (flags O_RDWR|O_LARGEFILE)\n");
    traced_call none{"fcntl", {3, 1}};
    none.enter(memory).leave(memory, 0);
    CHECK(both(none, {.column = 0}) == "fcntl(3, F_GETFD) = 0\n");
}

TEST_CASE("poll tells which descriptors are ready, or that time ran out")
{
    byte_memory memory;
    memory.put_words(0x1000, std::uint64_t{1} << 32 | 3);
    traced_call poll{"poll", {0x1000, 1, 5}};
    poll.enter(memory).leave(memory, 0);
    CHECK(both(poll, {.column = 0}) == "poll([{fd=3, events=POLLIN}], 1, 5) = 0 (Timeout)\n");
    memory.put_words(0x1000, std::uint64_t{0x10001} << 32 | 3);
    poll.leave(memory, 1);
    CHECK(both(poll, {.column = 0}) == "poll([{fd=3, events=POLLIN}], 1, 5) = 1 ([{fd=3, revents=POLLIN}])\n");
}

TEST_CASE("an unknown number has six arguments and no name")
{
    byte_memory memory;
    traced_call call{"", {1, 2, 3, 4, 5, 6}};
    call.call->number = 0x1ff;
    call.enter(memory).leave(memory, -ENOSYS);
    CHECK(both(call, {.column = 0})
          == "syscall_0x1ff(0x1, 0x2, 0x3, 0x4, 0x5, 0x6) = -1 ENOSYS (Function not implemented)\n");
}

TEST_CASE("a call that does not come back ends with its thread")
{
    byte_memory memory;
    traced_call leave{"exit_group", {3}}, read{"read", {0, 0x1000, 1}};
    leave.enter(memory);
    read.enter(memory);
    render::text_renderer renderer{{.column = 0}};
    std::string text;
    renderer.append(leave.entered(), text);
    renderer.append(of(7, thread_exited{3, false, false, true}), text);
    renderer.append(read.entered(), text);
    renderer.append(of(7, thread_exited{SIGSEGV, true, true, true}), text);
    CHECK(text == "exit_group(3) = ?\n"
                  "+++ exited with 3 +++\n"
                  "read(0,  <unfinished ...>) = ?\n"
                  "+++ killed by SIGSEGV (core dumped) +++\n");
}

TEST_CASE("signals say where they came from")
{
    siginfo_t info{};
    info.si_signo  = SIGCHLD;
    info.si_code   = CLD_EXITED;
    info.si_pid    = 12;
    info.si_uid    = 5;
    info.si_status = 1;
    CHECK(render::text(of(7, signal_received{info}))
          == "--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=12, si_uid=5, si_status=1, si_utime=0, si_stime=0} ---");
    siginfo_t fault{};
    fault.si_signo = SIGSEGV;
    fault.si_code  = 1;
    CHECK(render::text(of(7, signal_received{fault}))
          == "--- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=NULL} ---");
    CHECK(render::text(of(7, group_stopped{signo{SIGTSTP}})) == "--- stopped by SIGTSTP ---");
}

TEST_CASE("threads are told apart once there are several")
{
    byte_memory memory;
    traced_call call{"getpid"};
    call.enter(memory).leave(memory, 7);
    render::text_renderer renderer{{.column = 0}};
    std::string text;
    renderer.append(of(7, thread_started{origin::launched, tid{}}), text);
    renderer.append(call.entered(), text);
    renderer.append(call.exited(), text);
    renderer.append(of(8, thread_started{origin::fork, tid{7}}), text);
    renderer.append(call.entered(), text);
    renderer.append(call.exited(), text);
    renderer.append(of(8, thread_exited{0, false, false, true}), text);
    renderer.append(call.entered(), text);
    renderer.append(call.exited(), text);
    CHECK(text == "getpid() = 7\n[pid     7] getpid() = 7\n[pid     8] +++ exited with 0 +++\ngetpid() = 7\n");
}

TEST_CASE("an exec by another thread moves its call to the leader")
{
    byte_memory memory;
    memory.put(0x1000, {"/x\0", 3});
    traced_call exec{"execve", {0x1000, 0, 0}};
    exec.enter(memory).leave(memory, 0);
    render::text_renderer renderer{{.threads = render::thread_prefix::always, .column = 0}};
    std::string text;
    renderer.append(of(9, syscall_entered{exec.call}), text);
    renderer.append(of(7, superseded{tid{9}}), text);
    renderer.append(of(7, image_replaced{tid{9}}), text);
    renderer.append(of(7, exec.exit), text);
    CHECK(text == "9     execve(\"/x\", NULL, NULL <pid changed to 7 ...>\n"
                  "7     +++ superseded by execve in pid 9 +++\n"
                  "7     <... execve resumed>) = 0\n");
}

TEST_CASE("a futex operation shows the arguments that it has")
{
    byte_memory memory;
    traced_call wake{"futex", {0x1000, 129, 1, 2, 3, 4}}, both_at_once{"futex", {0x1000, 5, 1, 2, 0x2000, 0x12345678}};
    wake.enter(memory).leave(memory, 0);
    both_at_once.enter(memory).leave(memory, 0);
    CHECK(both(wake, {.column = 0}) == "futex(0x1000, FUTEX_WAKE_PRIVATE, 1) = 0\n");
    CHECK(both(both_at_once, {.column = 0})
          == "futex(0x1000, FUTEX_WAKE_OP, 1, 2, 0x2000, FUTEX_OP_ADD<<28|0x345<<12|FUTEX_OP_CMP_LT<<24|0x678) = 0\n");
}
