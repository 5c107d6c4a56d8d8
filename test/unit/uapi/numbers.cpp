// SPDX-License-Identifier: BSL-1.0
#include "uapi/numbers.hpp"

#include "support/catch.hpp"

#include <cstdlib>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include <seccomp.h>

namespace numbers_tests {

using namespace cotrace::uapi;

namespace {

constexpr std::uint64_t newest = 471;   // the number of rseq_slice_yield, the last new call of Linux 7.0

struct interface_case {
    arch interface;
    std::uint32_t token;   ///< libseccomp's token for the interface
};

constexpr interface_case cases[] = {
    {arch::x86_64, SCMP_ARCH_X86_64},   {arch::i386, SCMP_ARCH_X86},        {arch::x32, SCMP_ARCH_X32},
    {arch::aarch64, SCMP_ARCH_AARCH64}, {arch::riscv64, SCMP_ARCH_RISCV64},
};

std::string seccomp_name(std::uint32_t token, int number)
{
    char* const name = ::seccomp_syscall_resolve_num_arch(token, number);
    std::string const found = name ? name : "";
    std::free(name);
    return found;
}

/// The system call numbers in the first kernel header of `candidates` that defines __NR_ constants. The numbers do not
/// include __X32_SYSCALL_BIT.
std::map<std::string, std::uint64_t> numbers_in(std::vector<std::string> const& candidates)
{
    std::regex const line{R"(#define __NR(?:3264)?_(\w+)\s+(?:\(__X32_SYSCALL_BIT \+ )?(\d+)\)?\s*)"};
    std::map<std::string, std::uint64_t> found;
    for (auto const& path : candidates) {
        std::ifstream header{path};
        std::smatch parts;
        for (std::string text; std::getline(header, text);)
            if (std::regex_match(text, parts, line))
                found.emplace(parts[1], std::stoul(parts[2]));
        if (!found.empty())
            break;
    }
    return found;
}

std::map<std::string, std::uint64_t> x86_header(std::string const& name)
{
    return numbers_in({"/usr/include/x86_64-linux-gnu/asm/" + name, "/usr/include/asm/" + name});
}

void check_against_header(arch interface, std::map<std::string, std::uint64_t> const& header)
{
    if (header.empty())
        WARN("this machine has no such header");
    for (auto const& [name, number] : header) {
        INFO(name);
        if (number <= newest || (interface == arch::x32 && number >= 512))
            CHECK(name_of(interface, kernel_number(interface, number)) == name);
    }
}

}   // namespace

TEST_CASE("every system call that libseccomp knows has libseccomp's number")
{
    for (auto const& [interface, token] : cases) {
        INFO("interface " << static_cast<int>(interface));
        for (auto const& row : syscalls(interface)) {
            std::string const name{row.name};
            INFO(name);
            auto const number = number_of(interface, row.name);
            REQUIRE(number.has_value());
            int const theirs = ::seccomp_syscall_resolve_name_arch(token, name.c_str());
            if (theirs >= 0)   // `theirs` is negative if only other interfaces have the call, or if libseccomp does not know it
                CHECK(static_cast<std::uint64_t>(theirs) == *number);
        }
    }
}

TEST_CASE("no system call that libseccomp knows is missing in the tables")
{
    for (auto const& [interface, token] : cases) {
        auto const first = kernel_number(interface, 0);
        unsigned known = 0;
        for (std::uint64_t number = first; number < first + slot_limit; ++number) {
            auto const theirs = seccomp_name(token, static_cast<int>(number));
            if (theirs.empty())
                continue;
            ++known;
            INFO("interface " << static_cast<int>(interface) << ", " << theirs << ", " << number);
            CHECK(name_of(interface, number) == theirs);
        }
        CHECK(known > 250);
    }
}

TEST_CASE("the names and numbers of system calls are those of this machine's kernel headers")
{
    check_against_header(arch::x86_64, x86_header("unistd_64.h"));
    check_against_header(arch::i386, x86_header("unistd_32.h"));
    check_against_header(arch::x32, x86_header("unistd_x32.h"));
}

TEST_CASE("aarch64 and riscv64 have the numbers of asm-generic/unistd.h")
{
    auto const generic = numbers_in({"/usr/include/asm-generic/unistd.h"});
    for (auto const interface : {arch::aarch64, arch::riscv64}) {
        for (auto const& row : syscalls(interface)) {
            auto const at = generic.find(std::string{row.name});
            INFO(row.name);
            if (at != generic.end())
                CHECK(at->second == row.number);
        }
    }
    CHECK(name_of(arch::aarch64, 38) == "renameat");
    CHECK(name_of(arch::riscv64, 38).empty());
    CHECK(name_of(arch::riscv64, 259) == "riscv_flush_icache");
    CHECK(name_of(arch::aarch64, 79) == "newfstatat");
}

TEST_CASE("the tables contain the system calls of Linux up to version 7.0")
{
    for (auto const& [interface, token] : cases) {
        auto const first = kernel_number(interface, 0);
        CHECK(name_of(interface, first + newest) == "rseq_slice_yield");
        CHECK(name_of(interface, first + newest + 1).empty());
        CHECK(name_of(interface, first + 467) == "open_tree_attr");
    }
    CHECK(name_of(arch::x86_64, 336) == "uprobe");
}

TEST_CASE("the number of a call tells x32 from x86-64, which have the same AUDIT_ARCH_ value")
{
    CHECK(interface_of(AUDIT_ARCH_X86_64, 0) == arch::x86_64);
    CHECK(interface_of(AUDIT_ARCH_X86_64, kernel_number(arch::x32, 0)) == arch::x32);
    CHECK(interface_of(AUDIT_ARCH_X86_64, ~std::uint64_t{0}) == arch::x86_64);   // a tracer sets this number to skip a call
    CHECK(interface_of(AUDIT_ARCH_I386, x32_bit) == arch::i386);
    CHECK_FALSE(interface_of(AUDIT_ARCH_SPARC, 0).has_value());
}

TEST_CASE("a number without a system call has no name, no arity and no slot, and an unknown name has no number")
{
    CHECK(name_of(arch::x86_64, 337).empty());
    CHECK(name_of(arch::x86_64, ~std::uint64_t{0}).empty());
    CHECK(name_of(arch::x32, ~std::uint64_t{0}).empty());
    CHECK(name_of(arch::x32, 0xffffffff).empty());
    CHECK(name_of(arch::x32, 0).empty());
    CHECK(name_of(arch::x86_64, x32_bit).empty());
    CHECK_FALSE(arity_of(arch::x86_64, 337));
    CHECK_FALSE(number_of(arch::x86_64, "openatt"));
    CHECK_FALSE(number_of(arch::x86_64, ""));
    CHECK_FALSE(slot_of(arch::x32, ~std::uint64_t{0}));
}

TEST_CASE("x32 has its own numbers for calls that pass pointers in memory")
{
    CHECK(number_of(arch::x32, "ioctl") == (x32_bit | 514));
    CHECK(number_of(arch::x32, "read") == x32_bit);
    CHECK(slot_of(arch::x32, x32_bit | 514) == 514);
}

TEST_CASE("the arity of a call depends on the interface")
{
    CHECK(arity_of(arch::x86_64, 0) == 3U);
    CHECK(arity_of(arch::x86_64, 39) == 0U);
    CHECK(arity_of(arch::x86_64, *number_of(arch::x86_64, "fallocate")) == 4U);
    CHECK(arity_of(arch::i386, *number_of(arch::i386, "fallocate")) == 6U);
    CHECK(arity_of(arch::i386, *number_of(arch::i386, "mmap")) == 1U);
    CHECK(arity_of(arch::aarch64, *number_of(arch::aarch64, "openat")) == 4U);
    for (auto const& [interface, token] : cases)
        for (auto const& row : syscalls(interface))
            CHECK(row.arity <= 6);
}

TEST_CASE("the subcalls of i386's socketcall and ipc are known")
{
    CHECK(find_subcall(arch::i386, 102, 1)->name == "socket");
    CHECK(find_subcall(arch::i386, 102, 20)->name == "sendmmsg");
    CHECK(find_subcall(arch::i386, 102, 21) == nullptr);
    CHECK(find_subcall(arch::i386, 102, 0) == nullptr);
    CHECK(find_subcall(arch::i386, 117, 24)->name == "shmctl");
    CHECK(find_subcall(arch::i386, 117, 0x10000 | 12)->name == "msgrcv");
    CHECK(find_subcall(arch::i386, 117, 7) == nullptr);
    CHECK(find_subcall(arch::x86_64, 102, 1) == nullptr);
}

}   // namespace numbers_tests
