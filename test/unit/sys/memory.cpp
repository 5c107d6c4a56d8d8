// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"

#include <cotrace/error.hpp>
#include <cotrace/memory.hpp>

#include <array>
#include <csignal>
#include <cstring>
#include <memory>

#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

namespace memory_tests {

// These tests access the memory of their own process.

using namespace cotrace;

namespace {

constexpr std::size_t page = 4096;

memory const self{tid{::gettid()}};

remote_address address_of(void const* here) { return remote_address{reinterpret_cast<std::uintptr_t>(here)}; }

/// A readable page with an unmapped page after it.
struct page_before_hole {
    char* base = static_cast<char*>(::mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    page_before_hole() { ::munmap(base + page, page); }
    ~page_before_hole() { ::munmap(base, page); }
    char* last(std::size_t bytes) const { return base + page - bytes; }
};

}   // namespace

TEST_CASE("a read of a type returns a value of this type")
{
    std::uint64_t const there = 0x123456789abcdef0;
    CHECK(self.read<std::uint64_t>(address_of(&there)).value() == there);
}

TEST_CASE("read_some returns the number of bytes before an unmapped page, and read fails at such a page")
{
    page_before_hole const area;
    std::array<std::byte, 64> room{};
    CHECK(self.read_some(address_of(area.last(16)), room).value() == 16);
    CHECK(self.read(address_of(area.last(16)), room).error() == errc::unmapped_memory);
    CHECK(self.read_some(address_of(area.base + page), room).error() == errc::unmapped_memory);
    CHECK(self.read_some(remote_address::null, room).error() == errc::unmapped_memory);
}

TEST_CASE("a string ends at its null byte, also at the edge of an unmapped page")
{
    page_before_hole const area;
    std::memcpy(area.last(6), "hello", 6);
    CHECK(self.read_string(address_of(area.last(6))).value() == "hello");
    CHECK(self.read_string(address_of(area.last(6)), 3).value() == "hel");
}

TEST_CASE("a string without a null byte ends before the unmapped page")
{
    page_before_hole const area;
    std::memset(area.last(100), 'x', 100);
    CHECK(self.read_string(address_of(area.last(100))).value() == std::string(100, 'x'));
    CHECK(self.read_string(address_of(area.base + page)).error() == errc::unmapped_memory);
}

TEST_CASE("a string that crosses page boundaries is read")
{
    std::string const text(3 * page, 'y');
    CHECK(self.read_string(address_of(text.c_str()), 1 << 20).value() == text);
}

TEST_CASE("a string vector is read with the pointer width of its interface")
{
    std::array<char const*, 3> const wide{"one", "two", nullptr};
    CHECK(self.read_strings(address_of(wide.data()), cotrace::uapi::arch::x86_64).value()
          == std::vector<std::string>{"one", "two"});
    CHECK(self.read_strings(address_of(wide.data()), cotrace::uapi::arch::x86_64, 1).value() == std::vector<std::string>{"one"});
    std::array<std::uint32_t, 1> const narrow{0};
    CHECK(self.read_strings(address_of(narrow.data()), cotrace::uapi::arch::i386).value().empty());
}

TEST_CASE("a socket address is cut to the size of sockaddr_storage")
{
    sockaddr_in there{};
    there.sin_family = AF_INET;
    there.sin_port = htons(80);
    auto const got = self.read_address(address_of(&there), sizeof there).value();
    CHECK(got.length == sizeof there);
    CHECK(std::memcmp(&got.storage, &there, sizeof there) == 0);
    std::array<std::byte, 4096> large{};
    CHECK(self.read_address(address_of(large.data()), 4096).value().length == sizeof(sockaddr_storage));
}

// Since Linux 6.12, CONFIG_PROC_MEM_FORCE_PTRACE lets only the tracer of a process write the process's read-only memory.
TEST_CASE("read-only memory can be written")
{
    page_before_hole const area;
    ::mprotect(area.base, page, PROT_READ);
    ::pid_t const child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
        ::raise(SIGSTOP);
        ::_exit(1);
    }
    CHECK(::waitpid(child, nullptr, 0) == child);
    memory const traced{tid{child}};
    CHECK(traced.write(address_of(area.base), std::uint32_t{0xfeedf00d}));
    auto const seen = traced.read<std::uint32_t>(address_of(area.base));
    CHECK((seen && seen.value() == 0xfeedf00d));
    ::kill(child, SIGKILL);
    CHECK(::waitpid(child, nullptr, 0) == child);
}

TEST_CASE("a write to an unmapped page is an error")
{
    page_before_hole const area;
    CHECK(self.write(address_of(area.base + page), 1).error() == errc::unmapped_memory);
}

TEST_CASE("the error of a thread that does not exist differs from that of unmapped memory")
{
    memory const absent{tid{0x3fffffff}};
    CHECK(absent.read<int>(remote_address{page}).error() == errc::tracee_died);
}

}   // namespace memory_tests
