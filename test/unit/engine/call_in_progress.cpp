// SPDX-License-Identifier: BSL-1.0
#include "engine/ptrace/call_in_progress.hpp"
#include "support/catch.hpp"

#include <cerrno>

namespace call_in_progress_tests {

using namespace cotrace;
using engine::call_in_progress;
using engine::call_resume;
using engine::register_changes;
using tracee::call_kind;

namespace {

using arguments = std::array<std::uint64_t, 6>;

constexpr arguments given{1, 2, 3, 4, 5, 6};

constexpr tracee::call_traits ordinary;
constexpr tracee::call_traits makes_thread{.kind = call_kind::makes_thread};

call_in_progress made(tracee::call_traits const& traits = ordinary) { return {cotrace::uapi::arch::x86_64, 39, given, traits}; }

call_in_progress recorded()
{
    auto call = made();
    call.captured = std::make_shared<syscall_call>();
    return call;
}

}   // namespace

TEST_CASE("a call that no interceptor changes has no register changes at its entry and exit")
{
    auto call = made();
    CHECK(call.decide_entry(proceed{}) == register_changes{});
    syscall_outcome outcome{7, false};
    CHECK(call.restore_after_call(outcome) == register_changes{});
    CHECK(call.decide_exit(proceed{}, outcome) == register_changes{});
    CHECK(outcome.value == 7);
    CHECK_FALSE(call.tampered().any());
}

TEST_CASE("a call that a verdict lets fail is skipped, and gets the error as its result")
{
    auto call = made();
    CHECK(call.decide_entry(fail_with{ENOSPC}) == register_changes{.skip = true});
    syscall_outcome outcome{-ENOSYS, true};
    CHECK(call.restore_after_call(outcome) == register_changes{.result = -ENOSPC});
    CHECK(outcome.error() == ENOSPC);
    CHECK(call.tampered().result);
}

TEST_CASE("a call that a verdict lets return a value is skipped, and gets this value as its result")
{
    auto call = made();
    CHECK(call.decide_entry(return_value{42}) == register_changes{.skip = true});
    syscall_outcome outcome{-ENOSYS, true};
    CHECK(call.restore_after_call(outcome) == register_changes{.result = 42});
    CHECK_FALSE(outcome.failed);
}

TEST_CASE("at the exit, changed arguments are put back, and the call keeps its own result")
{
    auto call = made();
    arguments const other{9, 9, 9, 9, 9, 9};
    CHECK(call.decide_entry(change_arguments{other}) == register_changes{.args = other});
    syscall_outcome outcome{3, false};
    CHECK(call.restore_after_call(outcome) == register_changes{.args = given, .result = 3});
    CHECK(call.restore_after_call(outcome) == register_changes{});
    CHECK(call.tampered().arguments);
    CHECK_FALSE(call.tampered().result);
}

TEST_CASE("a verdict at the entry that could not be carried out changes nothing at the exit")
{
    arguments const other{9, 9, 9, 9, 9, 9};
    for (verdict const& decided : {verdict{return_value{42}}, verdict{change_arguments{other}}, verdict{kill_target{}}}) {
        auto call = made();
        (void)call.decide_entry(decided);
        call.forget_entry();
        syscall_outcome outcome{3, false};
        CHECK(call.restore_after_call(outcome) == register_changes{});
        CHECK(outcome.value == 3);
        CHECK_FALSE(call.tampered().arguments);
        CHECK_FALSE(call.tampered().result);
    }
}

TEST_CASE("run_instead sets the number of the other call at the entry, and the given result at the exit")
{
    auto call = made();
    CHECK(call.decide_entry(run_instead{102, -EPERM}) == register_changes{.number = 102});
    syscall_outcome outcome{0, false};
    CHECK(call.restore_after_call(outcome) == register_changes{.result = -EPERM});
    CHECK(outcome.error() == EPERM);
}

TEST_CASE("a verdict that kills the target skips the call")
{
    auto call = made();
    CHECK(call.decide_entry(kill_target{}) == register_changes{.skip = true});
}

TEST_CASE("a verdict at the exit changes registers only if the verdict's result differs from the call's result")
{
    auto call = made();
    syscall_outcome outcome{5, false};
    CHECK(call.decide_exit(return_value{5}, outcome) == register_changes{});
    CHECK(call.decide_exit(fail_with{EIO}, outcome) == register_changes{.result = -EIO});
    CHECK(outcome.error() == EIO);
}

TEST_CASE("CLONE_UNTRACED is cleared in the arguments at the entry and restored at the exit")
{
    constexpr std::uint64_t untraced = 0x00800000;
    arguments const asked{untraced | 17, 2, 3, 4, 5, 6};
    call_in_progress call{cotrace::uapi::arch::x86_64, 56, asked, makes_thread};
    arguments const traced{17, 2, 3, 4, 5, 6};
    CHECK(call.clear_clone_flags(asked, untraced) == register_changes{.args = traced});
    syscall_outcome outcome{4711, false};
    CHECK(call.restore_after_call(outcome) == register_changes{.args = asked, .result = 4711});
    CHECK_FALSE(call.tampered().any());
}

TEST_CASE("the side effects of several interceptors add up, and the last of their signals is delivered")
{
    auto call = made();
    call.merge({.delayed = true, .signal = signo{10}});
    call.merge({.poked = true, .signal = signo{12}});
    CHECK(call.tampered().delayed);
    CHECK(call.tampered().arguments);
    CHECK(call.take_signal() == signo{12});
    CHECK(call.take_signal() == signo::none);
}

TEST_CASE("the thread stops at each exit if the engine has no seccomp program, or if the thread has one of its own")
{
    CHECK(call_in_progress::resume_from_entry(false, false, false) == call_resume{sys::resume_mode::syscall, true});
    CHECK(call_in_progress::resume_from_entry(true, true, false) == call_resume{sys::resume_mode::syscall, true});
}

TEST_CASE("with a seccomp program of the engine only, the thread stops at an exit only if the exit is needed")
{
    CHECK(call_in_progress::resume_from_entry(true, false, true) == call_resume{sys::resume_mode::syscall, true});
    CHECK(call_in_progress::resume_from_entry(true, false, false) == call_resume{sys::resume_mode::cont, false});
}

TEST_CASE("a stop at the exit is needed for a record, an interceptor, undoing changes, and a call that makes tracees")
{
    CHECK_FALSE(made().needs_exit(true, true));
    CHECK_FALSE(recorded().needs_exit(false, false));
    CHECK(recorded().needs_exit(true, false));
    CHECK(recorded().needs_exit(false, true));
    CHECK(made(makes_thread).needs_exit(false, false));
    auto failing = made();
    failing.decide_entry(fail_with{EIO});
    CHECK(failing.needs_exit(false, false));
    auto changed = made();
    changed.note_cleared_flags(remote_address{0x1000}, 0x800000);
    CHECK(changed.needs_exit(false, false));
}

}   // namespace call_in_progress_tests
