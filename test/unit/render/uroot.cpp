// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"

#include "unit/decode/byte_memory.hpp"

#include <cotrace/render/uroot.hpp>

#include <cerrno>
#include <csignal>

namespace uroot_tests {

using namespace cotrace;
using namespace std::chrono_literals;
using test::byte_memory;
using test::traced_call;

namespace {

struct lines {
    std::string entry, exit;
};

std::string line(record const& seen)
{
    std::string text;
    render::append_uroot(seen, text);
    return text;
}

// The lines of a call's entry and exit, without the prefix "[pid 7] " and the line break.
lines of(std::string_view name, std::vector<std::uint64_t> args, byte_memory& memory, std::int64_t result)
{
    traced_call call{name, std::move(args)};
    call.enter(memory, render::uroot_capture).leave(memory, result, render::uroot_capture);
    call.exit.took = 42931ns;
    auto const strip = [](std::string text) {
        auto const start = std::string_view{"[pid 7] "}.size();
        return text.substr(start, text.size() - start - 1);
    };
    return {strip(line(call.entered())), strip(line(call.exited()))};
}

}   // namespace

TEST_CASE("paths, open flags and modes have u-root's format")
{
    byte_memory memory;
    memory.put(0x1000, {"/etc/ld.so.cache\0", 17});
    auto const open = of("openat", {0xffffff9c, 0x1000, 02000000, 0}, memory, 3);
    CHECK(open.entry == "E openat(0xffffff9c, 0x1000 /etc/ld.so.cache, O_RDONLY|O_CLOEXEC, ----------)");
    CHECK(open.exit == "X openat(0xffffff9c, 0x1000 /etc/ld.so.cache, O_RDONLY|O_CLOEXEC, ----------) = 0x3 (42.931µs)");
    CHECK(of("chmod", {0x1000, 0644}, memory, 0).entry == "E chmod(0x1000 /etc/ld.so.cache, -rw-r--r--)");
    CHECK(of("access", {0x1000, 4}, memory, 0).entry == "E access(0x1000 /etc/ld.so.cache, 0o4)");
}

TEST_CASE("sockets and their addresses have u-root's format")
{
    byte_memory memory;
    memory.put(0x1000, {"\2\0\0\11\177\0\0\1\0\0\0\0\0\0\0\0", 16});
    memory.put(0x2000, {"\1\0/run/none.sock\0", 17});
    CHECK(of("socket", {2, 02000001, 0}, memory, 3).entry == "E socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP)");
    CHECK(of("socket", {1, 02000001, 0}, memory, 3).entry == "E socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0x0)");
    auto const refused = of("connect", {3, 0x1000, 16}, memory, -ECONNREFUSED);
    CHECK(refused.exit
          == "X connect(0x3, 0x1000 {Family: AF_INET, Addr: 0x7f000001, Port: 9}, 0x10) = connection refused (0x6f) (42.931µs)");
    CHECK(of("connect", {4, 0x2000, 17}, memory, 0).entry
          == "E connect(0x4, 0x2000 {Family: AF_UNIX, Addr: \"/run/none.sock\"}, 0x11)");
    memory.put_words(0x3000, 128);
    CHECK(of("getsockname", {4, 0x1000, 0x3000}, memory, 0).entry == "E getsockname(0x4, 0x1000, 0x3000 {length=128})");
}

TEST_CASE("buffers and iovecs show input at the entry and output at the exit")
{
    byte_memory memory;
    memory.put_words(0x1000, 0x2000, 2, 0x3000, 2);
    memory.put(0x2000, "abcd");
    memory.put(0x3000, "cd");
    auto const write = of("writev", {8, 0x1000, 2}, memory, 4);
    CHECK(write.entry == "E writev(0x8, 0x1000 {base=0x2000, len=2, \"ab\"}, {base=0x3000, len=2, \"cd\"}, 0x2)");
    CHECK(write.exit == "X writev(0x8, ..., 0x2) = 0x4 (42.931µs)");
    auto const read = of("read", {7, 0x2000, 10}, memory, 4);
    CHECK(read.entry == "E read(0x7, 0x2000, 0xa)");
    CHECK(read.exit == "X read(0x7, 0x2000 \"abcd\", 0xa) = 0x4 (42.931µs)");
}

TEST_CASE("message headers have u-root's format")
{
    byte_memory memory;
    memory.put_words(0x1000, 0, 0, 0x2000, 1, 0, 0, 0);
    memory.put_words(0x2000, 0x3000, 2);
    memory.put(0x3000, "hi");
    auto const sent = of("sendmsg", {5, 0x1000, 0}, memory, 2);
    CHECK(
        sent.entry
        == "E sendmsg(0x5, 0x1000 {name=0x0, namelen=0, iovecs=0x2000 {base=0x3000, len=2, \"hi\"}, control={0x0 }, flags=0}, 0x0)");
    CHECK(
        sent.exit
        == "X sendmsg(0x5, 0x1000 {name=0x0, namelen=0, iovecs=0x2000 {base=0x3000, len=2, \"hi\"}, control=0x0, control_len=0, flags=0}, 0x0) = 0x2 (42.931µs)");
    auto const received = of("recvmsg", {5, 0x1000, 0}, memory, 1);
    CHECK(
        received.entry
        == "E recvmsg(0x5, 0x1000 {name=0x0, namelen=0, iovecs=0x2000 {base=0x3000, len=2}, control=0x0, control_len=0, flags=0}, 0x0)");
    CHECK(
        received.exit
        == "X recvmsg(0x5, 0x1000 {name=0x0, namelen=0, iovecs=0x2000 {base=0x3000, len=2, \"h\"}, control={0x0 }, flags=0}, 0x0) = 0x1 (42.931µs)");
}

TEST_CASE("times and timers have u-root's format")
{
    byte_memory memory;
    memory.put_words(0x1000, 0, 0, 5, 7);
    auto const timer = of("setitimer", {0, 0x1000, 0x1000}, memory, 0);
    CHECK(timer.entry
          == "E setitimer(ITIMER_REAL, 0x1000 {interval=0x1000 {sec=0 usec=0}, value=0x1010 {sec=5 usec=7}}, 0x1000)");
    memory.put_words(0x2000, 1, 2);
    auto const sleep = of("clock_nanosleep", {1, 1, 0x2000, 0}, memory, 0);
    CHECK(sleep.entry == "E clock_nanosleep(0x1, 0x1, 0x2000 {sec=1 nsec=2}, 0x0)");
    CHECK(sleep.exit == "X clock_nanosleep(0x1, 0x1, 0x2000 {sec=1 nsec=2}, null) = 0x0 (42.931µs)");
    memory.put_words(0x3000, 1, (1 << 30) - 1, 0, 0);
    memory.put(0x4000, {"f\0", 2});
    CHECK(of("utimensat", {3, 0x4000, 0x3000, 0}, memory, 0).entry
          == "E utimensat(0x3, 0x4000 f, 0x3000 {sec=1 nsec=UTIME_NOW}, 0x0)");
}

TEST_CASE("processes, pipes and names of requests have u-root's format")
{
    byte_memory memory;
    CHECK(of("clone", {0x1200011, 0, 0, 0x7f, 0}, memory, 4298).exit
          == "X clone(CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|0x11, 0x0, 0x0, 0x7f, 0x0) = 0x10ca (42.931µs)");
    memory.put_words(0x1000, std::uint64_t{8} << 32 | 7);
    CHECK(of("pipe2", {0x1000, 0x80000}, memory, 0).exit == "X pipe2(0x1000 [7 8], 0x80000) = 0x0 (42.931µs)");
    CHECK(of("ptrace", {16, 5, 0, 0}, memory, 0).entry == "E ptrace(PTRACE_ATTACH, 0x5, 0x0, 0x0)");
    CHECK(of("futex", {0x1000, 129, 1}, memory, 0).entry
          == "E futex(0x1000, FUTEX_WAKE|FUTEX_PRIVATE_FLAG, 0x1, null, 0x0, 0x0)");
    CHECK(of("exit_group", {0}, memory, 0).entry == "E exit_group(0x0)");
    memory.put_words(0x2000, 0x3000, 0);
    memory.put(0x3000, {"ls\0", 3});
    CHECK(of("execve", {0x3000, 0x2000, 0x2000}, memory, 0).entry == "E execve(0x3000 ls, [\"ls\"], [\"ls\"])");
}

TEST_CASE("ends of threads, signals and new children have their own lines")
{
    siginfo_t info{};
    info.si_signo = SIGCHLD;
    CHECK(line({tid{4297}, {}, signal_received{info}}) == "PID 4297 got signal SIGCHLD (child exited) (17)\n");
    CHECK(line({tid{4298}, {}, thread_exited{SIGTERM, true, false, true}})
          == "PID 4298 exited from signal SIGTERM (terminated) (15)\n");
    CHECK(line({tid{4297}, {}, thread_exited{0, false, false, true}}) == "PID 4297 exited from exit status 0 (code = 0)\n");
    CHECK(line({tid{4298}, {}, thread_started{origin::fork, tid{4297}}}) == "PID 4297 spawned new child 4298\n");
    CHECK(line({tid{4298}, {}, thread_started{origin::launched, tid{}}}).empty());
}

}   // namespace uroot_tests
