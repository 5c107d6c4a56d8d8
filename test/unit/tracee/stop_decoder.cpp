// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"

#include "tracee/stop_decoder.hpp"

#include <sys/ptrace.h>

namespace stop_decoder_tests {

using namespace cotrace;
using namespace cotrace::tracee;
using position = sys::syscall_info::position;

namespace {

constexpr int event_stop = 128;   // PTRACE_EVENT_STOP

constexpr int event_code(int event, int sig = SIGTRAP) { return sig | event << 8; }

sys::syscall_info at(position where)
{
    sys::syscall_info info;
    info.at = where;
    info.number = 42;
    info.value = -7;
    return info;
}

template <class Kind>
Kind decoded(int code, answer const& given)
{
    auto const why = tracee::decode(code, given);
    REQUIRE(why.has_value());
    REQUIRE(std::holds_alternative<Kind>(*why));
    return std::get<Kind>(*why);
}

siginfo_t info_of(int sig, int code)
{
    siginfo_t info{};
    info.si_signo = sig;
    info.si_code = code;
    return info;
}

}   // namespace

TEST_CASE("a syscall-stop is an entry or an exit, as PTRACE_GET_SYSCALL_INFO says", "[section1]")
{
    int const code = SIGTRAP | 0x80;
    CHECK(asks(code) == question::syscall_info);
    CHECK(decoded<syscall_entry>(code, at(position::entry)).info.number == 42);
    CHECK(decoded<syscall_exit>(code, at(position::exit)).info.value == -7);
}

TEST_CASE("a syscall-stop without syscall info is not decoded")
{
    CHECK_FALSE(tracee::decode(SIGTRAP | 0x80, at(position::none)).has_value());
    CHECK_FALSE(tracee::decode(SIGTRAP | 0x80, answer{}).has_value());
}

TEST_CASE("a stop with a signal and no event is a signal-delivery-stop, also for a SIGTRAP of the program")
{
    for (int const sig : {SIGTERM, SIGTRAP, SIGSTOP, SIGTSTP, 34, 64}) {
        CHECK(asks(sig) == question::signal_info);
        CHECK(decoded<signal_delivery>(sig, info_of(sig, SI_USER)).info.si_signo == sig);
    }
}

TEST_CASE("PTRACE_EVENT_STOP with a stopping signal is a group-stop, and with any other signal a trap")
{
    for (int const sig : {SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU}) {
        CHECK(asks(event_code(event_stop, sig)) == question::nothing);
        CHECK(decoded<group_stop>(event_code(event_stop, sig), {}).signal == signo{sig});
    }
    decoded<trap>(event_code(event_stop), {});
}

TEST_CASE("a stop with an event is decoded with the event's message")
{
    CHECK(asks(event_code(PTRACE_EVENT_FORK)) == question::event_message);
    CHECK(decoded<new_child>(event_code(PTRACE_EVENT_FORK), std::uint64_t{77}).child == tid{77});
    CHECK(decoded<new_child>(event_code(PTRACE_EVENT_FORK), std::uint64_t{77}).how == sys::call_that_made::fork);
    CHECK(decoded<new_child>(event_code(PTRACE_EVENT_VFORK), std::uint64_t{77}).how == sys::call_that_made::vfork);
    CHECK(decoded<new_child>(event_code(PTRACE_EVENT_CLONE), std::uint64_t{77}).how == sys::call_that_made::clone);
    CHECK(decoded<exec>(event_code(PTRACE_EVENT_EXEC), std::uint64_t{9}).former == tid{9});
    CHECK(decoded<exiting>(event_code(PTRACE_EVENT_EXIT), std::uint64_t{3 << 8}).status == 3 << 8);
    CHECK(is_exec(event_code(PTRACE_EVENT_EXEC)));
    CHECK_FALSE(is_exec(event_code(PTRACE_EVENT_EXIT)));
}

TEST_CASE("an unknown event is decoded as other_event", "[section1]")
{
    CHECK(decoded<other_event>(event_code(PTRACE_EVENT_VFORK_DONE), std::uint64_t{0}).number == PTRACE_EVENT_VFORK_DONE);
}

TEST_CASE("a wait status is not decoded if ptrace's answer about the stop has the wrong kind")
{
    CHECK_FALSE(tracee::decode(SIGTERM, answer{}).has_value());
    CHECK_FALSE(tracee::decode(event_code(PTRACE_EVENT_FORK), answer{}).has_value());
    CHECK_FALSE(tracee::decode(SIGTRAP | 0x80, std::uint64_t{1}).has_value());
}

TEST_CASE("a lost wait status can be recovered from the siginfo of the stop")
{
    // At a syscall-stop or a PTRACE_EVENT stop, si_code is the code of the wait status.
    CHECK(code_from(info_of(SIGTRAP, SIGTRAP | 0x80)) == (SIGTRAP | 0x80));
    CHECK(code_from(info_of(SIGTRAP, event_code(PTRACE_EVENT_EXEC))) == event_code(PTRACE_EVENT_EXEC));
    CHECK(code_from(info_of(SIGTSTP, event_code(event_stop, SIGTSTP))) == event_code(event_stop, SIGTSTP));
    // At a signal-delivery-stop, si_code comes from the sender of the signal.
    CHECK(code_from(info_of(SIGTERM, SI_USER)) == SIGTERM);
    CHECK(code_from(info_of(SIGTRAP, TRAP_BRKPT)) == SIGTRAP);
    CHECK(code_from(info_of(SIGCHLD, CLD_EXITED)) == SIGCHLD);
    CHECK(code_from(info_of(SIGUSR1, SI_QUEUE)) == SIGUSR1);
}

}   // namespace stop_decoder_tests
