// SPDX-License-Identifier: BSL-1.0
// Tests of system calls that only 32-bit x86 has. The expected text is the text of strace 6.1.
#include "support/catch.hpp"

#include "unit/decode/bytes.hpp"
#include "unit/render/rendered.hpp"

#include <cerrno>

namespace legacy_tests {

using namespace cotrace;
using test::both;
using test::byte_memory;
using test::traced_call;
using test::words;

namespace {

std::string line_of(traced_call const& call)
{
    auto text = both(call, {.column = 0, .interfaces = false});
    text.pop_back();
    return text;
}

std::string shown(std::string_view name, std::vector<std::uint64_t> args, byte_memory& memory, std::int64_t result)
{
    traced_call call{name, std::move(args), cotrace::uapi::arch::i386};
    call.enter(memory).leave(memory, result);
    return line_of(call);
}

}   // namespace

TEST_CASE("the arguments of a call that passes them in memory are shown like arguments in registers")
{
    byte_memory memory;
    memory.put(0x1000, words(0, 4096, 3, 0x22, -1, 4096));
    CHECK(shown("mmap", {0x1000}, memory, 0x7000)
          == "mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0x1000) = 0x7000");
    CHECK(shown("mmap", {0x5000}, memory, -EFAULT) == "mmap(0x5000) = -1 EFAULT (Bad address)");
    CHECK(shown("mmap", {0}, memory, -EFAULT) == "mmap(NULL) = -1 EFAULT (Bad address)");
    memory.put(0x2000, words(3, 0x3000, 0, 0, 0));
    memory.put(0x3000, words(5, 0));
    CHECK(shown("select", {0x2000}, memory, 2) == "select(3, [0 2], NULL, NULL, NULL) = 2 (in [0 2])");
}

TEST_CASE("arguments that are passed in memory have the values that they had at the entry")
{
    byte_memory memory;
    memory.put(0x2000, words(3, 0x3000, 0, 0, 0));
    memory.put(0x3000, words(4));
    traced_call call{"select", {0x2000}, cotrace::uapi::arch::i386};
    call.enter(memory);
    memory.put(0x2000, words(-1, -1, -1, -1, -1));
    call.leave(memory, 1);
    CHECK(line_of(call) == "select(3, [2], NULL, NULL, NULL) = 1 (in [2])");
}

TEST_CASE("without decoding, arguments that are passed in memory are not read")
{
    byte_memory memory;
    memory.put(0x1000, words(0, 4096, 3, 0x22, -1, 4096));
    capture_options const numbers{.decode = false};
    traced_call call{"mmap", {0x1000}, cotrace::uapi::arch::i386};
    call.enter(memory, numbers).leave(memory, 0x7000, numbers);
    CHECK(memory.reads == 0);
    CHECK(line_of(call) == "mmap(0x1000) = 0x7000");
}

TEST_CASE("an offset in two registers has its high half first")
{
    byte_memory memory;
    memory.put(0x1000, words(2, 1));
    CHECK(shown("_llseek", {3, 1, 2, 0x1000, 0}, memory, 0) == "_llseek(3, 4294967298, [4294967298], SEEK_SET) = 0");
    CHECK(shown("_llseek", {0xffffffff, 0xffffffff, 2, 0x1000, 9}, memory, -EBADF)
          == "_llseek(-1, -4294967294, 0x1000, 0x9 /* SEEK_??? */) = -1 EBADF (Bad file descriptor)");
}

TEST_CASE("old signal masks have 32 bits, in memory and in registers")
{
    byte_memory memory;
    memory.put(0x1000, words(0x202));
    memory.put(0x2000, words(0));
    CHECK(shown("sigprocmask", {0, 0x1000, 0x2000}, memory, 0) == "sigprocmask(SIG_BLOCK, [INT USR1], []) = 0");
    CHECK(shown("sigsuspend", {0, 0, 0x200}, memory, -514)
          == "sigsuspend([USR1]) = ? ERESTARTNOHAND (To be restarted if no handler)");
    memory.put(0x3000, words(0x565561cd, 0x200, 0x10000004, 0));
    CHECK(shown("sigaction", {10, 0x3000, 0}, memory, 0)
          == "sigaction(SIGUSR1, {sa_handler=0x565561cd, sa_mask=[USR1], sa_flags=SA_RESTART|SA_SIGINFO}, NULL) = 0");
}

TEST_CASE("the result of signal(2) is the previous handler")
{
    byte_memory memory;
    CHECK(shown("signal", {12, 1}, memory, 0) == "signal(SIGUSR2, SIG_IGN) = 0 (SIG_DFL)");
    CHECK(shown("signal", {12, 0}, memory, 1) == "signal(SIGUSR2, SIG_DFL) = 0x1 (SIG_IGN)");
    CHECK(shown("signal", {10, 0}, memory, 0x565561cd) == "signal(SIGUSR1, SIG_DFL) = 0x565561cd");
}

TEST_CASE("readdir(2) gives one entry, whose name has the length in the entry")
{
    byte_memory memory;
    memory.put(0x1000, words(1137504, 7) + std::string("\2\0..rest", 8));
    CHECK(shown("readdir", {4, 0x1000, 1}, memory, 1)
          == "readdir(4, {d_ino=1137504, d_off=7, d_reclen=2, d_name=\"..\"}, 1) = 1");
    memory.put(0x2000, words(1, 2) + std::string("\xff\xffx", 3));   // the length of the name exceeds the mapped memory
    CHECK(shown("readdir", {4, 0x2000, 1}, memory, 1) == "readdir(4, 0x2000, 1) = 1");
}

TEST_CASE("socketcall(2) is shown as the call that it makes")
{
    byte_memory memory;
    memory.put(0x1000, words(2, 1, 6));
    CHECK(shown("socketcall", {1, 0x1000}, memory, 3) == "socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3");
    memory.put(0x2000, words(3, 0x3000, 0x4000));
    memory.put(0x3000, std::string("\2\0\0\x50\x7f\0\0\1", 8) + std::string(8, '\0'));
    memory.put(0x4000, words(16));
    CHECK(shown("socketcall", {6, 0x2000}, memory, 0)
          == "getsockname(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"127.0.0.1\")}, [16]) = 0");
    memory.put(0x5000, words(3, 0x6000, 2, 0, 0, 0));
    memory.put(0x6000, "hi");
    CHECK(shown("socketcall", {11, 0x5000}, memory, 2) == "sendto(3, \"hi\", 2, 0, NULL, 0) = 2");
    CHECK(shown("socketcall", {9, 0x5000}, memory, 2) == "send(3, \"hi\", 2, 0) = 2");
}

TEST_CASE("socketcall(2) with an unknown subcall is shown as socketcall(2)")
{
    byte_memory memory;
    CHECK(shown("socketcall", {1, 0x1000}, memory, -EFAULT) == "socketcall(SYS_SOCKET, 0x1000) = -1 EFAULT (Bad address)");
    CHECK(shown("socketcall", {99, 0x1000}, memory, -EINVAL) == "socketcall(99, 0x1000) = -1 EINVAL (Invalid argument)");
    CHECK(shown("socketcall", {0, 0x1000}, memory, -EINVAL) == "socketcall(0, 0x1000) = -1 EINVAL (Invalid argument)");
}

TEST_CASE("ipc(2) is shown as the call that it makes, with the arguments of that call")
{
    byte_memory memory;
    memory.put(0x1000, words(0x2000, 5));
    memory.put(0x2000, words(3) + "hello");
    memory.put(0x3000, words(0x77000000));
    CHECK(shown("ipc", {12, 7, 5, 04000, 0x1000}, memory, 5) == "msgrcv(7, {mtype=3, mtext=\"hello\"}, 5, 5, IPC_NOWAIT) = 5");
    CHECK(shown("ipc", {0x10000 | 12, 7, 5, 04000, 0x2000, 9}, memory, 5)
          == "msgrcv(7, {mtype=3, mtext=\"hello\"}, 5, 9, IPC_NOWAIT) = 5");
    CHECK(shown("ipc", {21, 7, 010000, 0x3000, 0}, memory, 0) == "shmat(7, NULL, SHM_RDONLY) = 0x77000000");
    CHECK(shown("ipc", {77, 1, 2, 3, 4, 5}, memory, -ENOSYS)
          == "ipc(77, 0x1, 0x2, 0x3, 0x4, 0x5) = -1 ENOSYS (Function not implemented)");
}

}   // namespace legacy_tests
