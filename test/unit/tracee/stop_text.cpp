// SPDX-License-Identifier: BSL-1.0
#include "tracee/stop_text.hpp"

#include "sys/debug_log.hpp"

#include "support/catch.hpp"

#include <string>

#include <sys/wait.h>

namespace stop_text_tests {

using namespace cotrace;
using namespace cotrace::tracee;

namespace {

std::string wait_text(sys::wait_status::kind what, int code) { return text_of(sys::wait_status{tid{1}, what, code}); }

sys::syscall_info call(uapi::arch interface, std::uint64_t number)
{
    sys::syscall_info info;
    info.interface = interface;
    info.number = number;
    return info;
}

std::string logged;

void keep(std::string_view line) noexcept { logged = line; }

}   // namespace

TEST_CASE("text_of() describes a wait status in words")
{
    using enum sys::wait_status::kind;
    CHECK(wait_text(exited, 3) == "exited with 3");
    CHECK(wait_text(killed, SIGKILL) == "killed by SIGKILL");
    CHECK(wait_text(dumped, SIGSEGV) == "killed by SIGSEGV, core dumped");
    CHECK(wait_text(stopped, SIGTRAP | 0x80) == "stopped at a call");
    CHECK(wait_text(stopped, SIGCHLD) == "stopped by SIGCHLD");
    CHECK(wait_text(stopped, SIGTRAP | sys::event::exec << 8) == "stopped by PTRACE_EVENT_EXEC, SIGTRAP");
    CHECK(wait_text(stopped, SIGSTOP | sys::event::stop << 8) == "stopped by PTRACE_EVENT_STOP, SIGSTOP");
    CHECK(wait_text(stopped, SIGTRAP | 100 << 8) == "stopped by event 100, SIGTRAP");
    CHECK(wait_text(vanished, 0).starts_with("none"));
}

TEST_CASE("text_of() describes a stop in words")
{
    CHECK(text_of(stop{syscall_entry{call(uapi::arch::x86_64, 257)}}) == "entry of openat");
    CHECK(text_of(stop{syscall_entry{call(uapi::arch::x86_64, 0x7000)}}) == "entry of call 0x7000");
    CHECK(text_of(stop{syscall_entry{}}) == "entry of a call of an unknown interface");
    auto exit = call(uapi::arch::x86_64, 0);
    exit.value = -2;
    CHECK(text_of(stop{syscall_exit{exit}}) == "exit of a call, result -2");
    CHECK(text_of(stop{group_stop{signo{SIGTSTP}}}) == "group-stop by SIGTSTP");
    CHECK(text_of(stop{new_child{sys::call_that_made::vfork, tid{12}}}) == "new child 12 by vfork");
    CHECK(text_of(stop{exec{tid{12}}}) == "execve by the thread with the former id 12");
    CHECK(text_of(stop{other_event{sys::event::vfork_done}}) == "PTRACE_EVENT_VFORK_DONE");
    CHECK(text_of(std::optional<stop>{}) == "the thread has left this stop, because it was killed");
}

TEST_CASE("a line of the debug log begins with the thread, and a long line is cut")
{
    CHECK_FALSE(sys::has_debug_log());
    set_debug_log(keep);
    CHECK(sys::has_debug_log());
    sys::log(tid{7}, "stop", "entry of read");
    CHECK(logged == "7: stop: entry of read");
    sys::log(tid{7}, "stop", std::string(1000, 'x'));
    CHECK(logged == "7: stop: " + std::string(246, 'x'));
    set_debug_log(nullptr);
    sys::log(tid{8}, "stop", "nothing");
    CHECK(logged.front() == '7');
    CHECK_FALSE(sys::has_debug_log());
}

}   // namespace stop_text_tests
