// SPDX-License-Identifier: BSL-1.0
// Signals are delivered unchanged and recorded with their whole siginfo, and job control works as without a tracer.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/normalise.hpp"
#include "support/ready_guests.hpp"

#include <cotrace/render/text.hpp>

namespace signals_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

// The kernel defines these two error numbers in include/linux/errno.h, which is not a UAPI header.
constexpr int erestartsys = 512;
constexpr int erestart_restartblock = 516;

/// The signals that were recorded, in order.
std::vector<int> received(std::vector<record> const& records)
{
    std::vector<int> found;
    for (auto const& each : all<signal_received>(records))
        found.push_back(each.what.info.si_signo);
    return found;
}

/// Checks that the guest's output and the records show the group-stop that the signal `sig` causes.
task<void> check_group_stop(int sig)
{
    auto const seen = co_await trace_of(program("stops_child", std::to_string(sig)));
    CHECK(seen.output == "the child stopped " + std::to_string(sig) + "\nthe child continued\nthe child exited 14\n");
    auto const stops = all<group_stopped>(seen.records);
    REQUIRE(stops.size() == 1);
    CHECK(raw(stops[0].what.signal) == sig);
    CHECK(stops[0].thread != leader(seen.root));
}

}   // namespace

LIVE_TEST("a signal is recorded with its whole siginfo", "[signals][section1]")
{
    auto const seen = co_await trace_of(program("says_siginfo"));
    auto const got = all<signal_received>(seen.records);
    REQUIRE(got.size() == 3);
    CHECK(got[0].what.info.si_signo == SIGUSR1);
    CHECK(got[0].what.info.si_code == SI_USER);
    CHECK(got[0].what.info.si_pid == raw(seen.root));
    CHECK(got[0].what.info.si_uid == ::getuid());
    CHECK(got[1].what.info.si_signo == SIGUSR2);
    CHECK(got[1].what.info.si_code == SI_TKILL);
    CHECK(got[2].what.info.si_code == SI_QUEUE);
    CHECK(got[2].what.info.si_value.sival_int == 4711);
}

LIVE_TEST("a signal handler gets the same siginfo under trace as untraced", "[signals]")
{
    auto const seen = co_await trace_of(program("says_siginfo"));
    CHECK(seen.output == "10 code 0 mine value 0\n12 code -6 mine value 0\n10 code -1 mine value 4711\n");
}

LIVE_TEST("queued real-time signals are recorded in the order of their delivery", "[signals]")
{
    auto const seen = co_await trace_of(program("queues_realtime"));
    std::vector<int> values;
    for (auto const& each : all<signal_received>(seen.records))
        values.push_back(each.what.info.si_value.sival_int);
    std::vector<int> const expected{102, 105, 108, 101, 104, 107, 100, 103, 106};
    CHECK(values == expected);
}

LIVE_TEST("SIGSTOP causes a group-stop that the parent sees", "[signals][stop]") { co_await check_group_stop(SIGSTOP); }

LIVE_TEST("SIGTSTP causes a group-stop that the parent sees", "[signals][stop][section1]") { co_await check_group_stop(SIGTSTP); }

LIVE_TEST("SIGTTIN causes a group-stop that the parent sees", "[signals][stop]") { co_await check_group_stop(SIGTTIN); }

LIVE_TEST("SIGTTOU causes a group-stop that the parent sees", "[signals][stop]") { co_await check_group_stop(SIGTTOU); }

LIVE_TEST("a stop signal is recorded once as a signal and once as the group-stop that it causes", "[signals][stop]")
{
    auto const seen = co_await trace_of(program("stops_child", "19"));
    auto const told = about(story(seen.records), 2);
    std::vector<std::string> const expected{"2 started by 1 (fork)", "2 gets SIGSTOP", "2 stops by SIGSTOP", "2 gets SIGCONT",
                                            "2 exits with 14"};
    CHECK(told == expected);
}

LIVE_TEST("SIGTSTP in an orphaned process group is delivered and stops no process", "[signals][stop]")
{
    auto const seen = co_await trace_of(program("stops_orphan"));
    CHECK(count<group_stopped>(seen.records) == 0);
    CHECK(seen.output == "not stopped\nthe child exited 0\n");
}

LIVE_TEST("a stop signal stops all threads of a process, and all of them go on after SIGCONT", "[signals][stop][threads]")
{
    auto const seen = co_await trace_of(program("stops_threads"));
    CHECK(all<group_stopped>(seen.records).size() == 4);
    CHECK(seen.output == "the child stopped 19\nstopped is T\nthe child continued\nthe child killed 15\n");
}

LIVE_TEST("a process that the host stops with SIGSTOP stays stopped until SIGCONT", "[signals][stop]")
{
    auto [by, talk, target] = co_await ready_launched(program("reads_line"));
    auto const root = raw(target.root());
    must(::kill(root, SIGSTOP));
    auto const before =
        co_await read_until(target, [](record const& each) { return std::holds_alternative<group_stopped>(each.what); });
    CHECK(count<group_stopped>(before) == 1);
    talk.tell("hello\n");
    // The process is stopped. Neither the input nor SIGWINCH continues it.
    must(::kill(root, SIGWINCH));
    CHECK(state_of(leader(target.root())) == 't');
    must(::kill(root, SIGCONT));
    co_await drain(target);
    co_await check_rest(talk, "read 6 errno 0 hello\n\n");
}

LIVE_TEST("a traced process can be stopped and continued many times", "[signals][stop]")
{
    auto [by, talk, target] = co_await ready_launched(program("calls_busily"));
    auto const root = raw(target.root());
    std::size_t stops = 0;
    for (int i = 0; i < 20; ++i) {
        must(::kill(root, SIGSTOP));
        stops += count<group_stopped>(
            co_await read_until(target, [](record const& each) { return std::holds_alternative<group_stopped>(each.what); }));
        must(::kill(root, SIGCONT));
    }
    CHECK(stops == 20);
    must(::kill(root, SIGUSR1));
    co_await drain(target);
    co_await check_rest(talk, "wrong 0\n");
}

LIVE_TEST("the handler of SIGCONT runs after a stop, and the delivery of SIGCONT is recorded", "[signals][stop]")
{
    auto const seen = co_await trace_of(program("handles_continue"));
    CHECK(std::ranges::count(received(seen.records), SIGCONT) == 1);
    CHECK(seen.output == "the child stopped 19\nhandled 18\nwent on\nthe child exited 0\n");
}

LIVE_TEST("a SIGTRAP that a program sends itself is recorded as a signal and nothing else", "[signals][trap]")
{
    auto const seen = co_await trace_of(program("raises_trap"));
    std::vector<int> const expected{SIGTRAP, SIGTRAP};
    CHECK(received(seen.records) == expected);
    CHECK(seen.output == "handled 5 code 0\nhandled 5 code -6\n");
}

LIVE_TEST("a breakpoint instruction is recorded as a SIGTRAP of the program", "[signals][trap]")
{
    auto const seen = co_await trace_of(program("hits_breakpoint"));
    auto const got = all<signal_received>(seen.records);
    REQUIRE(got.size() == 1);
    CHECK(got[0].what.info.si_signo == SIGTRAP);
    CHECK(got[0].what.info.si_code == (cotrace::uapi::native == cotrace::uapi::arch::x86_64 ? SI_KERNEL : SI_TKILL));
}

LIVE_TEST("the SIGTRAPs of a program that single-steps itself are delivered to the program", "[signals][trap]")
{
    auto const expected = untraced(program("steps_itself"));
    auto const seen = co_await trace_of(program("steps_itself"));
    CHECK(seen.output == expected.output);
}

LIVE_TEST("a read that a signal with SA_RESTART interrupts is recorded with ERESTARTSYS, and then with its result",
          "[signals][restart]")
{
    auto [by, talk, target] = co_await ready_launched(program("restarts_read", "1"));
    co_await until([&] { return state_of(leader(target.root())) == 'S'; });
    must(::kill(raw(target.root()), SIGUSR1));
    auto const line = co_await talk.line();
    CHECK(line == "handled 10");
    talk.tell("x");
    auto const seen = co_await drain(target);
    std::vector<std::int64_t> outcomes;
    for (auto const& each : calls(seen, SYS_read))
        if (each.what.call->args[0] == 0)
            outcomes.push_back(each.what.outcome.value);
    std::vector<std::int64_t> const expected{-erestartsys, 1};
    CHECK(outcomes == expected);
    co_await check_rest(talk, "read 1 errno 0\n");
}

LIVE_TEST("a read that a signal without SA_RESTART interrupts is recorded with ERESTARTSYS, and gives EINTR",
          "[signals][restart]")
{
    auto [by, talk, target] = co_await ready_launched(program("restarts_read", "0"));
    co_await until([&] { return state_of(leader(target.root())) == 'S'; });
    must(::kill(raw(target.root()), SIGUSR1));
    auto const seen = co_await drain(target);
    auto const reads = calls(seen, SYS_read);
    REQUIRE(!reads.empty());
    CHECK(reads.back().what.outcome.error() == erestartsys);
    co_await check_rest(talk, "handled 10\nread -1 errno 4\n");
}

LIVE_TEST("an ignored signal during a read restarts the read, and the program does not notice", "[signals][restart]")
{
    auto [by, talk, target] = co_await ready_launched(program("reads_line"));
    co_await until([&] { return state_of(leader(target.root())) == 'S'; });
    must(::kill(raw(target.root()), SIGWINCH));
    auto const before =
        co_await read_until(target, [](record const& each) { return std::holds_alternative<signal_received>(each.what); });
    CHECK(received(before).back() == SIGWINCH);
    talk.tell("hello\n");
    co_await drain(target);
    co_await check_rest(talk, "read 6 errno 0 hello\n\n");
}

LIVE_TEST("a sleep that a stop interrupts is recorded with ERESTART_RESTARTBLOCK and goes on by restart_syscall",
          "[signals][restart]")
{
    auto const seen = co_await trace_of(program("restarts_sleep"));
    bool interrupted = false;
    for (auto const& each : all<syscall_exited>(seen.records))
        interrupted |= each.what.outcome.error() == erestart_restartblock;
    CHECK(interrupted);
    auto const again = calls(seen.records, SYS_restart_syscall);
    REQUIRE(!again.empty());
    CHECK(again.back().what.outcome.value == 0);
}

LIVE_TEST("a blocked signal is recorded when it is delivered, not when it is sent", "[signals]")
{
    auto const seen = co_await trace_of(program("blocks_signal"));
    std::vector<told_call> const calls{{SYS_kill, "kill"}, {SYS_rt_sigpending, "rt_sigpending"}};
    auto told = story(seen.records, calls);
    auto const sent = std::ranges::find(told, "1 leaves kill with 0");
    auto const asked = std::ranges::find(told, "1 leaves rt_sigpending with 0");
    auto const got = std::ranges::find(told, "1 gets SIGUSR1");
    REQUIRE(sent != told.end());
    REQUIRE(got != told.end());
    CHECK(sent < asked);
    CHECK(asked < got);
}

LIVE_TEST("the return from a signal handler shows the signal mask that it restores", "[signals]")
{
    auto const seen = co_await trace_of(program("handles_while_blocking"));
    auto const returns = calls(seen.records, SYS_rt_sigreturn);
    REQUIRE(returns.size() == 1);
    auto const line = render::text({returns[0].thread, {}, returns[0].what});
    CHECK(line.starts_with("rt_sigreturn({mask=[USR2 RT_32]})"));
}

LIVE_TEST("ignored signals are recorded and have no effect", "[signals]")
{
    auto const seen = co_await trace_of(program("ignores_signals"));
    // Every signal except SIGKILL causes a signal-delivery-stop of a tracee, also an ignored signal, see ptrace(2).
    std::vector<int> const expected{SIGUSR1, SIGURG, SIGWINCH};
    CHECK(received(seen.records) == expected);
    CHECK(seen.output == "alive\n");
}

LIVE_TEST("a signal that sigwaitinfo takes is not delivered, and is not recorded", "[signals]")
{
    auto const seen = co_await trace_of(program("waits_for_signal"));
    CHECK(received(seen.records).empty());
    CHECK(seen.output == "got 10 value 12\n");
}

LIVE_TEST("a SIGSEGV is recorded with the fault's address", "[signals]")
{
    auto const seen = co_await trace_of(program("segfaults"));
    auto const got = all<signal_received>(seen.records);
    REQUIRE(got.size() == 1);
    CHECK(got[0].what.info.si_signo == SIGSEGV);
    CHECK(got[0].what.info.si_code == SEGV_MAPERR);
    CHECK(reinterpret_cast<std::uintptr_t>(got[0].what.info.si_addr) == 0x10);
}

LIVE_TEST("SIGCHLD is recorded with the child's id and status", "[signals]")
{
    auto const seen = co_await trace_of(program("forks"));
    auto const got = all<signal_received>(seen.records);
    REQUIRE(got.size() == 2);
    CHECK(got[1].what.info.si_signo == SIGCHLD);
    CHECK(got[1].what.info.si_code == CLD_EXITED);
    CHECK(got[1].what.info.si_status == 2);
    CHECK(got[1].what.info.si_pid == raw(got[0].thread));
}

LIVE_TEST("a SIGSYS of seccomp is recorded with the call that caused it", "[signals][seccomp]")
{
    auto const seen = co_await trace_of(program("filters_calls", "trap"));
    auto const got = all<signal_received>(seen.records);
    REQUIRE(got.size() == 1);
    CHECK(got[0].what.info.si_signo == SIGSYS);
    CHECK(got[0].what.info.si_syscall == SYS_getppid);
    CHECK(got[0].what.info.si_errno == 7);
}

LIVE_TEST("a call for which seccomp kills the process is the last call of the process", "[signals][seccomp][exit]")
{
    auto const seen = co_await trace_of(program("filters_calls", "kill"));
    CHECK(seen.end.killed);
    CHECK(seen.end.status == SIGSYS);
    auto const made = all<syscall_entered>(seen.records);
    REQUIRE(!made.empty());
    CHECK(made.back().what.call->number == SYS_getppid);
}

}   // namespace signals_tests
