// SPDX-License-Identifier: BSL-1.0
// The table of call traits is made from names of calls. These tests look up traits by call numbers of the kernel.
#include "tracee/call_kinds.hpp"

#include "support/catch.hpp"

#include <cstdint>
#include <optional>

namespace call_kinds_tests {

using namespace cotrace;
using tracee::call_kind;
using tracee::traits_of;

namespace {

constexpr std::uint64_t x32 = 0x40000000;

}   // namespace

TEST_CASE("the kinds of calls are known in each interface")
{
    struct {
        uapi::arch interface;
        std::uint64_t clone, clone3, execve, execveat, prctl, seccomp, sets_affinity, gets_affinity, exit_group;
    } const numbers[] = {
        {uapi::arch::x86_64, 56, 435, 59, 322, 157, 317, 203, 204, 231},
        {uapi::arch::i386, 120, 435, 11, 358, 172, 354, 241, 242, 252},
        {uapi::arch::x32, x32 + 56, x32 + 435, x32 + 520, x32 + 545, x32 + 157, x32 + 317, x32 + 203, x32 + 204, x32 + 231},
        {uapi::arch::aarch64, 220, 435, 221, 281, 167, 277, 122, 123, 94},
        {uapi::arch::riscv64, 220, 435, 221, 281, 167, 277, 122, 123, 94},
    };
    for (auto const& of : numbers) {
        CAPTURE(of.interface);
        CHECK(traits_of(of.interface, of.clone).kind == call_kind::makes_thread);
        CHECK(traits_of(of.interface, of.clone).is_clone);
        CHECK_FALSE(traits_of(of.interface, of.clone).is_clone3);
        CHECK(traits_of(of.interface, of.clone3).kind == call_kind::makes_thread);
        CHECK(traits_of(of.interface, of.clone3).is_clone3);
        CHECK(traits_of(of.interface, of.execve).kind == call_kind::replaces_image);
        CHECK(traits_of(of.interface, of.execve).makes_descriptor);
        CHECK(traits_of(of.interface, of.execveat).kind == call_kind::replaces_image);
        CHECK(traits_of(of.interface, of.prctl).is_prctl);
        CHECK(traits_of(of.interface, of.seccomp).kind == call_kind::adds_filter);
        CHECK(traits_of(of.interface, of.sets_affinity).kind == call_kind::about_cpus);
        CHECK(traits_of(of.interface, of.gets_affinity).kind == call_kind::about_cpus);
        CHECK(traits_of(of.interface, of.exit_group).ends_process);
    }
    CHECK(traits_of(uapi::arch::x86_64, 58).kind == call_kind::makes_thread);   // 58 is vfork
    CHECK(traits_of(uapi::arch::i386, 2).kind == call_kind::makes_thread);      // 2 is fork
    CHECK(traits_of(uapi::arch::x32, x32 + 59).kind == call_kind::ordinary);    // 59 is x86-64's execve, which fails in x32
}

TEST_CASE("the calls that read a file are known in each interface")
{
    for (std::uint64_t const number : {0, 17, 19, 275, 295, 326, 327})
        CHECK(traits_of(uapi::arch::x86_64, number).read_descriptor == 0);
    for (std::uint64_t const number : {3, 145, 180, 313, 333, 377, 378})
        CHECK(traits_of(uapi::arch::i386, number).read_descriptor == 0);
    for (std::uint64_t const number : {0, 17, 515, 275, 534, 326, 546})
        CHECK(traits_of(uapi::arch::x32, x32 + number).read_descriptor == 0);
    for (auto const interface : {uapi::arch::aarch64, uapi::arch::riscv64})
        for (std::uint64_t const number : {63, 65, 67, 69, 76, 285, 286})
            CHECK(traits_of(interface, number).read_descriptor == 0);
    CHECK(traits_of(uapi::arch::x86_64, 40).read_descriptor == 1);   // 40 is sendfile
    CHECK(traits_of(uapi::arch::i386, 187).read_descriptor == 1);
    CHECK(traits_of(uapi::arch::i386, 239).read_descriptor == 1);   // 239 is sendfile64
    CHECK(traits_of(uapi::arch::aarch64, 71).read_descriptor == 1);
    CHECK(traits_of(uapi::arch::x86_64, 1).read_descriptor == std::nullopt);   // 1 is write
}

TEST_CASE("the calls that make a descriptor are known in each interface")
{
    for (std::uint64_t const number : {2, 85, 257, 437, 304, 32, 33, 292, 72, 438, 47, 299})
        CHECK(traits_of(uapi::arch::x86_64, number).makes_descriptor);
    for (std::uint64_t const number : {5, 8, 295, 437, 342, 41, 63, 330, 55, 221, 438, 102, 337, 372, 417})
        CHECK(traits_of(uapi::arch::i386, number).makes_descriptor);
    for (std::uint64_t const number : {2, 85, 257, 437, 304, 32, 33, 292, 72, 438, 519, 537})
        CHECK(traits_of(uapi::arch::x32, x32 + number).makes_descriptor);
    for (auto const interface : {uapi::arch::aarch64, uapi::arch::riscv64})
        for (std::uint64_t const number : {56, 437, 265, 23, 24, 25, 212, 243, 438})
            CHECK(traits_of(interface, number).makes_descriptor);
    CHECK_FALSE(traits_of(uapi::arch::x86_64, 3).makes_descriptor);   // 3 is close
}

TEST_CASE("a number that no call has counts as an ordinary call")
{
    for (auto const interface : {uapi::arch::x86_64, uapi::arch::i386, uapi::arch::x32, uapi::arch::aarch64, uapi::arch::riscv64})
        for (std::uint64_t const number : {~std::uint64_t{0}, std::uint64_t{5000}, std::uint64_t{0xffffffff}})
            CHECK(traits_of(interface, number).kind == call_kind::ordinary);
}

}   // namespace call_kinds_tests
