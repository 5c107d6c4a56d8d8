// SPDX-License-Identifier: BSL-1.0
#include "engine/session/kernel_program.hpp"

#include "sys/notify.hpp"
#include "tracee/call_kinds.hpp"
#include "uapi/numbers.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <cstring>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

namespace kernel_program_tests {

namespace engine = cotrace::engine;
namespace sys = cotrace::sys;
namespace tracee = cotrace::tracee;
using cotrace::filter;
using cotrace::syscall_call;
using cotrace::uapi::arch;
using cotrace::uapi::native;

namespace {

/// The interfaces of the calls that a program on this processor can make.
#ifdef __x86_64__
constexpr arch interfaces[] = {arch::x86_64, arch::i386, arch::x32};
#else
constexpr arch interfaces[] = {native};
#endif

constexpr std::uint32_t audit_arch_of(arch interface) noexcept
{
    switch (interface) {
    case arch::i386: return AUDIT_ARCH_I386;
    case arch::aarch64: return AUDIT_ARCH_AARCH64;
    case arch::riscv64: return AUDIT_ARCH_RISCV64;
    default: return AUDIT_ARCH_X86_64;
    }
}

/// Runs a seccomp program for a call as the kernel does. Supports the instructions that libseccomp generates.
std::uint32_t answer(sys::seccomp_program const& program, seccomp_data const& call)
{
    std::uint32_t accumulator = 0;
    for (std::size_t at = 0; at < program.size(); ++at) {
        auto const& step = program[at];
        switch (step.code) {
        case BPF_LD | BPF_W | BPF_ABS:
            REQUIRE(step.k + 4 <= sizeof call);
            std::memcpy(&accumulator, reinterpret_cast<char const*>(&call) + step.k, 4);
            break;
        case BPF_JMP | BPF_JA: at += step.k; break;
        case BPF_JMP | BPF_JEQ | BPF_K: at += accumulator == step.k ? step.jt : step.jf; break;
        case BPF_JMP | BPF_JGT | BPF_K: at += accumulator > step.k ? step.jt : step.jf; break;
        case BPF_JMP | BPF_JGE | BPF_K: at += accumulator >= step.k ? step.jt : step.jf; break;
        case BPF_JMP | BPF_JSET | BPF_K: at += (accumulator & step.k) != 0 ? step.jt : step.jf; break;
        case BPF_ALU | BPF_AND | BPF_K: accumulator &= step.k; break;
        case BPF_RET | BPF_K: return step.k;
        default: FAIL("an instruction that the test does not support: " << step.code);
        }
    }
    FAIL("the program has no end");
    return 0;
}

bool reports(sys::seccomp_program const& program, arch interface, std::uint64_t number, std::uint64_t first = 0)
{
    seccomp_data call{};
    call.nr = static_cast<int>(number);
    call.arch = audit_arch_of(interface);
    call.args[0] = first;
    auto const said = answer(program, call);
    if (said == SECCOMP_RET_ALLOW)
        return false;
    CHECK(said == (SECCOMP_RET_TRACE | sys::our_report));
    return true;
}

}   // namespace

TEST_CASE("the seccomp program reports the calls that a filter wants, on every interface")
{
    auto const* const expression = GENERATE("execve", "openat,close", "%file", "%network", "%desc", "!futex", "none", "/^s",
                                            "statmount", "connect@32", "777777");
    auto const parsed = filter::parse(expression);
    filter const wanted = parsed ? parsed.value() : filter{"?nothing"};
    auto const program = engine::kernel_program(wanted).value();
    CHECK(program.size() <= 4096);   // 4096 is the kernel's limit, BPF_MAXINSNS
    for (auto const interface : interfaces)
        for (auto const& row : cotrace::uapi::syscalls(interface)) {
            auto const number = kernel_number(interface, row.number);
            if (!wanted.wants(interface, number))
                continue;
            CAPTURE(expression, static_cast<int>(interface), row.name);
            // The number of a call with subcalls, such as socketcall(2), must be reported if a subcall is wanted.
            auto const behind = cotrace::uapi::subcalls(interface, row.number);
            for (std::size_t at = 0; at < std::max<std::size_t>(behind.size(), 1); ++at) {
                syscall_call call;
                call.arch = interface;
                call.number = number;
                call.args = {at};
                if (wanted.wants(call))
                    CHECK(reports(program, interface, number, at));
            }
        }
}

TEST_CASE("the seccomp program allows the calls that a filter does not want, except those that the engine must see")
{
    auto const program = engine::kernel_program(filter{"openat"}).value();
    for (auto const interface : interfaces)
        for (auto const& row : cotrace::uapi::syscalls(interface)) {
            if (row.name == "openat")
                continue;
            CAPTURE(static_cast<int>(interface), row.name);
            auto const number = kernel_number(interface, row.number);
            bool const needed = tracee::traits_of(interface, number).kind != tracee::call_kind::ordinary;
            CHECK(reports(program, interface, number) == needed);
        }
}

TEST_CASE("the seccomp program reports a number that no call has if the filter wants this number")
{
    CHECK(reports(engine::kernel_program(filter{"!read"}).value(), native, 500));
    CHECK_FALSE(reports(engine::kernel_program(filter{"read"}).value(), native, 500));
}

TEST_CASE("the seccomp program reports unknown numbers on every interface if the filter is a list of calls to leave out")
{
    auto const [expression, wanted] = GENERATE(table<char const*, bool>(
        {{"!open", true}, {"!%file", true}, {"!/^s", true}, {"open", false}, {"%file", false}, {"/^s", false}, {"none", false}}));
    filter const chosen{expression};
    auto const program = engine::kernel_program(chosen).value();
    for (auto const interface : interfaces)
        for (std::uint64_t const unknown : {500, 559, 560, 0x7000, 0xfffff}) {
            CAPTURE(expression, static_cast<int>(interface), unknown);
            auto const number = kernel_number(interface, unknown);
            CHECK(chosen.wants(interface, number) == wanted);
            // If libseccomp does not know the calls of i386 or x32, the program reports all calls of this interface.
            CHECK((reports(program, interface, number) == wanted || (interface != native && !wanted)));
        }
}

TEST_CASE("sys::notifying() makes a seccomp program that notifies of exactly the calls that the given program reports")
{
    auto const stopping = engine::kernel_program(filter{"openat,getppid"}, {.ends = true}).value();
    auto const notifying = sys::notifying(stopping, 0x123456789abcdef0);
    for (auto const interface : interfaces)
        for (auto const& row : cotrace::uapi::syscalls(interface)) {
            CAPTURE(static_cast<int>(interface), row.name);
            seccomp_data call{};
            call.nr = static_cast<int>(kernel_number(interface, row.number));
            call.arch = audit_arch_of(interface);
            bool const stops = answer(stopping, call) != SECCOMP_RET_ALLOW;
            CHECK(answer(notifying, call) == (stops ? SECCOMP_RET_USER_NOTIF : SECCOMP_RET_ALLOW));
            if (row.name == "exit_group")
                CHECK(stops);
        }
}

TEST_CASE("a seccomp program that notifies of all calls allows only a sendmsg(2) with the token `pass` as its sixth argument")
{
    constexpr std::uint64_t pass = 0x123456789abcdef0;
    auto const program = sys::notifying(engine::kernel_program(filter{}).value(), pass);
    seccomp_data call{};
    call.nr = static_cast<int>(cotrace::uapi::number_of(native, "sendmsg").value());
    call.arch = audit_arch_of(native);
    call.args[5] = pass;
    CHECK(answer(program, call) == SECCOMP_RET_ALLOW);
    for (auto const other : {pass + 1, pass + (std::uint64_t{1} << 32), std::uint64_t{0}}) {
        call.args[5] = other;
        CHECK(answer(program, call) == SECCOMP_RET_USER_NOTIF);
    }
    call.args[5] = pass;
    call.nr = static_cast<int>(cotrace::uapi::number_of(native, "write").value());
    CHECK(answer(program, call) == SECCOMP_RET_USER_NOTIF);
}

TEST_CASE("the seccomp program of a filter for a class of calls has fewer than 200 instructions")
{
    auto const program = engine::kernel_program(filter{"%file"}).value();
    CHECK(program.size() < 200);
}

}   // namespace kernel_program_tests
