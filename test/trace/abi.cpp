// SPDX-License-Identifier: BSL-1.0
// System call interfaces: 32-bit programs, 32-bit calls from 64-bit code, x32 programs, and call numbers that no kernel
// defines.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/needs_32_bit.hpp"
#include "support/normalise.hpp"

namespace abi_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t i386_write = 4, i386_getpid = 20, i386_getppid = 64;

struct seen_call {
    cotrace::uapi::arch arch{};
    std::uint64_t number = 0;
    int error = 0;
};

/// The exits of the calls that have the number `number` and were made through `interface`.
std::vector<seen<syscall_exited>> calls_by(trace const& of, cotrace::uapi::arch interface, std::uint64_t number)
{
    auto found = all<syscall_exited>(of.records);
    std::erase_if(found, [&](auto const& each) { return each.what.call->arch != interface || each.what.call->number != number; });
    return found;
}

}   // namespace

LIVE_TEST("a 32-bit program's calls have their own numbers and 32-bit arguments", "[abi]")
{
    if (lacks_32_bit_guests())
        co_return;
    auto const seen = co_await trace_of(program("hello_32"));
    auto const writes = calls_by(seen, cotrace::uapi::arch::i386, i386_write);
    REQUIRE(writes.size() == 1);
    CHECK(writes[0].what.call->args[0] == 1);
    CHECK(writes[0].what.call->args[1] >> 32 == 0);
    CHECK(writes[0].what.call->args[2] == 6);
    CHECK(writes[0].what.outcome.value == 6);
}

LIVE_TEST("a failed call of a 32-bit program is recorded with its error number", "[abi]")
{
    if (lacks_32_bit_guests())
        co_return;
    auto const seen = co_await trace_of(program("execs_32", "/no/such/file"));
    auto const execs = calls_by(seen, cotrace::uapi::arch::i386, 11);
    REQUIRE(execs.size() == 1);
    CHECK(execs[0].what.outcome.failed);
    CHECK(execs[0].what.outcome.error() == ENOENT);
}

LIVE_TEST("32-bit children are followed", "[abi][follow]")
{
    if (lacks_32_bit_guests())
        co_return;
    auto const seen = co_await trace_of(program("forks_32"));
    CHECK(count<thread_started>(seen.records) == 3);
    CHECK(seen.end.status == 1);
}

LIVE_TEST("32-bit threads are followed", "[abi][threads]")
{
    if (lacks_32_bit_guests())
        co_return;
    auto const seen = co_await trace_of(program("threads_many_32", "8"));
    CHECK(count<thread_exited>(seen.records) == 9);
}

LIVE_TEST("a call that 64-bit code makes with int 0x80 is recorded as a 32-bit call", "[abi]")
{
    if (cotrace::uapi::native != cotrace::uapi::arch::x86_64) {
        WARN("not checked: int 0x80 is an instruction of x86-64");
        co_return;
    }
    auto const seen = co_await trace_of(program("calls_by_int80"));
    bool const is_refused = seen.end.killed && seen.end.status == SIGSEGV;
    if (is_refused || seen.output.find("wrong") != std::string::npos) {
        WARN("not checked: this kernel has no 32-bit calls");
        co_return;
    }
    auto const own = calls_by(seen, cotrace::uapi::arch::i386, i386_getpid);
    auto const parents = calls_by(seen, cotrace::uapi::arch::i386, i386_getppid);
    REQUIRE(own.size() == 1);
    REQUIRE(parents.size() == 1);
    CHECK(own[0].what.outcome.value == raw(seen.root));
    CHECK(parents[0].what.outcome.value == ::getpid());
}

LIVE_TEST("a call with the number -1 is recorded as a call of a 64-bit program, not of an x32 program", "[abi]")
{
    auto const seen = co_await trace_of(program("calls_nothing"));
    std::vector<seen_call> odd;
    for (auto const& each : all<syscall_exited>(seen.records))
        if (each.what.outcome.error() == ENOSYS && each.what.call->args[5] == 6)
            odd.push_back({each.what.call->arch, each.what.call->number, each.what.outcome.error()});
    REQUIRE(odd.size() == 3);
    CHECK(odd[0].arch == cotrace::uapi::native);
    CHECK(static_cast<std::int64_t>(odd[0].number) == -1);
    CHECK(odd[0].error == ENOSYS);
}

LIVE_TEST("a call number that no kernel defines is recorded unchanged", "[abi]")
{
    auto const seen = co_await trace_of(program("calls_nothing"));
    auto const odd = calls(seen.records, 99999);
    REQUIRE(!odd.empty());
    CHECK(odd[0].what.outcome.error() == ENOSYS);
}

LIVE_TEST("the calls of an x32 program are recorded as x32 calls, where the kernel runs x32 programs", "[abi]")
{
    if (!has_guest("hello_x32") || untraced(program("hello_x32")).output != "hello\n") {
        WARN("not checked: this kernel or this compiler has no x32");
        co_return;
    }
    auto const seen = co_await trace_of(program("hello_x32"));
    constexpr std::uint64_t x32_write = 0x40000000 + SYS_write;
    CHECK(calls_by(seen, cotrace::uapi::arch::x32, x32_write).size() == 1);
}

LIVE_TEST("a 32-bit Arm program runs, and one record tells that its calls are not recorded", "[abi]")
{
    if (!has_guest("hello_arm") || untraced(program("hello_arm")).output != "hello\n") {
        WARN("not checked: no 32-bit Arm programs on this machine");
        co_return;
    }
    auto const seen = co_await trace_of(program("hello_arm"));
    CHECK(seen.output == "hello\n");
    auto const failed = all<trace_failed>(seen.records);
    REQUIRE(failed.size() == 1);
    CHECK(failed[0].what.what.code == errc::unknown_interface);
    CHECK(failed[0].thread == leader(seen.root));
}

}   // namespace abi_tests
