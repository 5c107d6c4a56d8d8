// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"

#include "unit/render/rendered.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <vector>

namespace text_tests {

using namespace cotrace;
using test::both;
using test::byte_memory;
using test::of;
using test::traced_call;

TEST_CASE("a call is one line, with its result in column 40")
{
    byte_memory memory;
    traced_call close{"close", {3}};
    close.enter(memory).leave(memory, 0);
    CHECK(both(close) == "close(3)                                = 0\n");
    CHECK(both(close, {.column = 0}) == "close(3) = 0\n");
}

TEST_CASE("a failed call shows the name and the text of its error")
{
    byte_memory memory;
    memory.put(0x1000, {"/nothing\0", 9});
    traced_call open{"openat", {0xffffff9c, 0x1000, 02000000}};
    open.enter(memory).leave(memory, -ENOENT);
    CHECK(both(open, {.column = 0})
          == "openat(AT_FDCWD, \"/nothing\", O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory)\n");
}

TEST_CASE("a call that will be restarted shows the kind of restart")
{
    byte_memory memory;
    traced_call read{"read", {0, 0x1000, 1}};
    read.enter(memory).leave(memory, -512);
    CHECK(both(read, {.column = 0}) == "read(0, 0x1000, 1) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)\n");
}

TEST_CASE("the line of a call begins at the entry, with the known arguments, and a line of another thread interrupts it")
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
    CHECK(text
          == "7     read(0,  <unfinished ...>\n"
             "8     getpid() = 8\n"
             "7     <... read resumed>\"abc\", 9) = 3\n");
}

TEST_CASE("without exits, each entry is a complete line")
{
    byte_memory memory;
    traced_call close{"close", {3}}, read{"read", {0, 0x1000, 1}};
    close.enter(memory);
    read.enter(memory);
    render::text_renderer renderer{{.threads = render::thread_prefix::always, .entries_only = true}};
    std::string text;
    for (auto const& each : {close.entered(), read.entered(), close.entered()})
        renderer.append(each, text);
    auto const id = std::to_string(raw(close.entered().thread));
    auto const prefix = id + std::string(id.size() < 5 ? 5 - id.size() : 0, ' ') + " ";
    CHECK(text == prefix + "close(3)\n" + prefix + "read(0, ...)\n" + prefix + "close(3)\n");
    CHECK(render::text(close.entered(), {.entries_only = true}) == "close(3)");
}

TEST_CASE("strings have the shortest escapes")
{
    byte_memory memory;
    memory.put(0x1000, {"x\0y\n\"\\\t\0011\377", 10});
    traced_call write{"write", {1, 0x1000, 10}};
    write.enter(memory).leave(memory, 10);
    CHECK(both(write, {.column = 0}) == "write(1, \"x\\0y\\n\\\"\\\\\\t\\0011\\377\", 10) = 10\n");
    CHECK(both(write, {.strings = render::escapes::all_hex, .column = 0})
          == "write(1, \"\\x78\\x00\\x79\\x0a\\x22\\x5c\\x09\\x01\\x31\\xff\", 10) = 10\n");
}

TEST_CASE("flags without a name are shown in hexadecimal")
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

TEST_CASE("a value that the call changed is shown before and after the call")
{
    CHECK(both(test::accepted(), {.column = 0})
          == "accept(3, {sa_family=AF_UNSPEC, sa_data=\"\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\"}, [28 => 16]) = 4\n");
}

TEST_CASE("the names of a result are shown after its number")
{
    byte_memory memory;
    traced_call flags{"fcntl", {3, 3}};
    flags.enter(memory).leave(memory, 0x8002);
    CHECK(both(flags, {.column = 0}) == "fcntl(3, F_GETFL) = 0x8002 (flags O_RDWR|O_LARGEFILE)\n");
    traced_call none{"fcntl", {3, 1}};
    none.enter(memory).leave(memory, 0);
    CHECK(both(none, {.column = 0}) == "fcntl(3, F_GETFD) = 0\n");
}

TEST_CASE("poll(2) shows the ready descriptors, or a timeout")
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

TEST_CASE("a call with an unknown number has six arguments and no name")
{
    byte_memory memory;
    traced_call call{"", {1, 2, 3, 4, 5, 6}};
    call.call->number = 0x1ff;
    call.enter(memory).leave(memory, -ENOSYS);
    CHECK(both(call, {.column = 0}) == "syscall_0x1ff(0x1, 0x2, 0x3, 0x4, 0x5, 0x6) = -1 ENOSYS (Function not implemented)\n");
}

TEST_CASE("the line of a call that does not return ends when the thread ends")
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
    CHECK(text
          == "exit_group(3) = ?\n"
             "+++ exited with 3 +++\n"
             "read(0,  <unfinished ...>) = ?\n"
             "+++ killed by SIGSEGV (core dumped) +++\n");
}

TEST_CASE("a signal is shown with its origin")
{
    siginfo_t info{};
    info.si_signo = SIGCHLD;
    info.si_code = CLD_EXITED;
    info.si_pid = 12;
    info.si_uid = 5;
    info.si_status = 1;
    CHECK(render::text(of(7, signal_received{info}))
          == "--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=12, si_uid=5, si_status=1, si_utime=0, si_stime=0} ---");
    siginfo_t fault{};
    fault.si_signo = SIGSEGV;
    fault.si_code = 1;
    CHECK(render::text(of(7, signal_received{fault})) == "--- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=NULL} ---");
    CHECK(render::text(of(7, group_stopped{signo{SIGTSTP}})) == "--- stopped by SIGTSTP ---");
}

TEST_CASE("lines begin with thread ids if there are several threads")
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

TEST_CASE("if a thread other than the leader calls execve(2), the line of the call is resumed with the leader's id")
{
    auto const exec = test::executed();
    render::text_renderer renderer{{.threads = render::thread_prefix::always, .column = 0}};
    std::string text;
    renderer.append(of(9, syscall_entered{exec.call}), text);
    renderer.append(of(7, superseded{tid{9}}), text);
    renderer.append(of(7, image_replaced{tid{9}}), text);
    renderer.append(of(7, exec.exit), text);
    CHECK(text
          == "9     execve(\"/x\", NULL, NULL <pid changed to 7 ...>\n"
             "7     +++ superseded by execve in pid 9 +++\n"
             "7     <... execve resumed>) = 0\n");
}

TEST_CASE("if an untraced thread gets the id of a leader by an execve, the line about the leader names no thread")
{
    render::text_renderer renderer{{.column = 0}};
    std::string text;
    renderer.append(of(7, superseded{}), text);
    CHECK(text == "+++ superseded by execve in an untraced thread +++\n");
}

TEST_CASE("if the leader calls execve(2), nothing interrupts the line of the call")
{
    auto const exec = test::executed();
    render::text_renderer renderer{{.column = 0}};
    std::string text;
    for (auto const& each : {exec.entered(), of(7, image_replaced{tid{7}}), exec.exited()})
        renderer.append(each, text);
    CHECK(text == "execve(\"/x\", NULL, NULL) = 0\n");
}

TEST_CASE("a futex operation shows the arguments that it uses")
{
    byte_memory memory;
    traced_call wake{"futex", {0x1000, 129, 1, 2, 3, 4}}, both_at_once{"futex", {0x1000, 5, 1, 2, 0x2000, 0x12345678}};
    wake.enter(memory).leave(memory, 0);
    both_at_once.enter(memory).leave(memory, 0);
    CHECK(both(wake, {.column = 0}) == "futex(0x1000, FUTEX_WAKE_PRIVATE, 1) = 0\n");
    CHECK(both(both_at_once, {.column = 0})
          == "futex(0x1000, FUTEX_WAKE_OP, 1, 2, 0x2000, FUTEX_OP_ADD<<28|0x345<<12|FUTEX_OP_CMP_LT<<24|0x678) = 0\n");
}

TEST_CASE("the numbers that one argument combines are shown separately, or explained")
{
    byte_memory memory;
    traced_call set{"ioprio_set", {1, 0, 0x4005}}, get{"msgget", {1, 0x3b0}};
    set.enter(memory).leave(memory, 0);
    get.enter(memory).leave(memory, 5);
    CHECK(both(set, {.column = 0}) == "ioprio_set(IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 5)) = 0\n");
    CHECK(both(set, {.names = render::constants::raw, .column = 0}) == "ioprio_set(0x1, 0, 16389) = 0\n");
    CHECK(both(set, {.names = render::constants::verbose, .column = 0})
          == "ioprio_set(0x1 /* IOPRIO_WHO_PROCESS */, 0, 16389 /* IOPRIO_PRIO_VALUE(0x2 /* IOPRIO_CLASS_BE */, 5) */) = 0\n");
    CHECK(both(get, {.column = 0}) == "msgget(0x1, IPC_CREAT|0660) = 5\n");
}

TEST_CASE("a constant whose name is in no header is shown as its number with the name after it")
{
    byte_memory memory;
    traced_call log{"syslog", {6, 0, 0}};
    log.enter(memory).leave(memory, 0);
    CHECK(both(log, {.column = 0}) == "syslog(6 /* SYSLOG_ACTION_CONSOLE_OFF */) = 0\n");
}

TEST_CASE("an unknown part of a structure is shown as bytes")
{
    byte_memory memory;
    std::string how(32, '\0');
    how[24] = '\x11';
    memory.put(0x1000, {"/x\0", 3});
    memory.put(0x2000, how);
    traced_call open{"openat2", {0xffffff9c, 0x1000, 0x2000, how.size()}};
    open.enter(memory).leave(memory, -E2BIG);
    CHECK(both(open, {.column = 0}).find("/* bytes 24..31 */ \"\\x11") != std::string::npos);
}

}   // namespace text_tests
