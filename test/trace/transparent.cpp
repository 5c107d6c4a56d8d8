// SPDX-License-Identifier: BSL-1.0
// Transparency: a program under trace has the output and the exit status that it has untraced.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"

#include <map>
#include <string_view>
#include <vector>

namespace transparent_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

constexpr char const* says_limits = "death signal, dumpable flag, privileges and umask are the same";
constexpr char const* busy_on_all_processors = "the processors allowed are the same, also for a busy program and its children";

struct behaviour {
    char const* sentence;
    command subject;
};

std::vector<behaviour> behaviours()
{
    std::vector<behaviour> all{
        {"a program exits with its status", program("exits", "9")},
        {"a program has the same descriptors", program("says_descriptors")},
        {"a program has the same users and groups", program("says_ids")},
        {"the blocked, ignored and pending signals are the same", program("says_signals")},
        {"process group and session are the same", program("says_group")},
        {busy_on_all_processors, program("says_affinity")},
        {"a busy program, and its child, are scheduled the same", program("says_scheduling")},
        {"a signal with the si_code of a stop is not taken for a stop", program("makes_up_stops")},
        {"a busy program's children may use its processors", program("says_childrens_affinity")},
        {says_limits, program("says_limits")},
        {"many threads start, meet at a barrier and end", program("threads_many", "20")},
        {"a chain of threads grows", program("grows_threads", "50")},
        {"many short threads start", program("churns_threads")},
        {"the length of a sleep is the same", program("sleeps", "50")},
        {"children and grandchildren end with the same statuses", program("forks")},
        {"a vfork's child runs first", program("vforks")},
        {"a vfork's child executes", program("vforks_and_execs", guest("exits"), "9")},
        {"a child without an exit signal needs __WALL", program("clones_plain")},
        {"CLONE_VFORK waits", program("clones_vfork")},
        {"an untraced clone can ask to be traced", program("clones_untraced")},
        {"clone3 works", program("clones_three")},
        {"threads come one after the other", program("threads")},
        {"sixty children end, sixteen at a time", program("forks_many", "60", "16")},
        {"an exec works", program("execs", guest("exits"), "8")},
        {"an exec by descriptor works", program("execs_by_descriptor", guest("exits"), "8")},
        {"an exec that fails changes nothing", program("exec_fails")},
        {"a thread that is not the leader executes", program("thread_execs", guest("hello"))},
        {"one of several threads wins the race to execute", program("threads_race_to_exec", guest("hello"))},
        {"a thread executes after its leader has exited", program("leader_gone_exec", guest("hello"))},
        {"a program executes itself again and again", program("execs_again", "5")},
        {"a program dies by SIGTERM", program("dies_by", "15")},
        {"a program dies by SIGKILL", program("dies_by", "9")},
        {"a program dies by SIGABRT", program("dies_by", "6")},
        {"a program dies by a real-time signal", program("dies_by", "40")},
        {"the leader exits first", program("leader_exits_first")},
        {"a thread ends its process", program("thread_ends_group")},
        {"a thread's fault kills its process", program("thread_dies")},
        {"the siginfo of a handler has the sender and the si_code", program("says_siginfo")},
        {"queued real-time signals come in order with their values", program("queues_realtime")},
        {"a blocked signal stays pending", program("blocks_signal")},
        {"ignored signals do nothing", program("ignores_signals")},
        {"SIGSTOP stops", program("stops_child", "19")},
        {"SIGTSTP stops", program("stops_child", "20")},
        {"SIGTTIN stops", program("stops_child", "21")},
        {"SIGTTOU stops", program("stops_child", "22")},
        {"SIGTSTP does not stop an orphaned process group", program("stops_orphan")},
        {"a process of several threads stops as one", program("stops_threads")},
        {"SIGKILL ends a stopped process", program("stops_then_kills")},
        {"SIGCONT runs its handler after a stop", program("handles_continue")},
        {"SIGCONT to a running process is a signal like any other", program("continues_running")},
        {"a SIGTRAP that a program sends itself is delivered", program("raises_trap")},
        {"the SIGTRAP of a breakpoint instruction is delivered", program("hits_breakpoint")},
        {"a program single-steps itself", program("steps_itself")},
        {"a sleep goes on after a stop", program("restarts_sleep")},
        {"a timer's signal ends a sleep", program("interrupts_sleep")},
        {"a signal is taken with sigwaitinfo", program("waits_for_signal")},
        {"sigsuspend lets one signal through", program("suspends")},
        {"a fault is handled with its address", program("segfaults")},
        {"SIGCHLD reports stop, continuation and death", program("says_child_signal")},
        {"a seccomp filter traps with SIGSYS", program("filters_calls", "trap")},
        {"a seccomp filter makes a call fail", program("filters_calls", "errno")},
        {"a seccomp filter with SECCOMP_RET_TRACE gives ENOSYS without a tracer", program("filters_calls", "trace")},
        {"a seccomp filter kills", program("filters_calls", "kill")},
        {"int 0x80 works from 64-bit code", program("calls_by_int80")},
        {"calls that do not exist give ENOSYS", program("calls_nothing")},
        {"the end of a pid namespace's first process ends the other processes", program("pid_namespace")},
        {"argument registers are kept", program("keeps_registers")},
        {"getppid gives the parent's id", program("asks_parent")},
        {"two threads make calls at the same time", program("two_threads_call")},
        {"a signal to oneself is handled", program("signals_itself")},
    };
    if (has_guest("hello_32")) {
        all.push_back({"a 32-bit program writes", program("hello_32")});
        all.push_back({"a 32-bit program forks", program("forks_32")});
        all.push_back({"a 32-bit program vforks", program("vforks_32")});
        all.push_back({"a 32-bit program has threads", program("threads_many_32", "10")});
        all.push_back({"a 32-bit program gets queued signals in order", program("queues_realtime_32")});
        all.push_back({"a 32-bit program stops and goes on", program("stops_child_32", "19")});
        all.push_back({"a 32-bit program's sleep goes on after a stop", program("restarts_sleep_32")});
        all.push_back({"a 64-bit program executes a 32-bit one", program("execs", guest("hello_32"))});
        all.push_back({"a 32-bit program executes a 64-bit one", program("execs_32", guest("hello"))});
        all.push_back({"a thread of a 64-bit program executes a 32-bit one", program("thread_execs", guest("hello_32"))});
        all.push_back({"a thread of a 32-bit program executes a 64-bit one", program("thread_execs_32", guest("hello"))});
    }
    return all;
}

/// The output and the end of the program without a tracer. Each program runs only once.
outcome_of const& expected_of(behaviour const& of)
{
    static std::map<std::string_view, outcome_of> known;
    auto at = known.find(of.sentence);
    if (at == known.end())
        at = known.emplace(of.sentence, untraced(of.subject)).first;
    return at->second;
}

/// Checks that each program has the output and the end under trace that it has untraced.
void compare_all(session_options const& options, std::vector<std::string_view> const& except = {})
{
    for (auto const& each : behaviours()) {
        if (std::ranges::count(except, std::string_view{each.sentence}) != 0)
            continue;
        DYNAMIC_SECTION(each.sentence)
        {
            run_for(live_limit, [&]() -> task<void> {
                auto const& expected = expected_of(each);
                auto const seen = co_await trace_of(each.subject, options);
                CHECK(seen.output == expected.output);
                CHECK(wait_status(seen.end) == expected.status);
                for (auto const& failed : all<trace_failed>(seen.records))
                    FAIL_CHECK(failed.what.what.message());
            });
        }
    }
}

}   // namespace

TEST_CASE("a program has the same output and end under trace as untraced", "[transparent]") { compare_all({}); }

TEST_CASE("a program whose children are not followed has the same output and end as untraced", "[transparent]")
{
    session_options options;
    options.follow = false;
    compare_all(options);
}

TEST_CASE("a program that waits for room in the queue at every stop has the same output and end as untraced", "[transparent]")
{
    session_options options;
    options.depth = 1;
    compare_all(options);
}

TEST_CASE("a program of which only threads, signals and ends are recorded has the same output and end as untraced",
          "[transparent]")
{
    session_options options;
    options.filter = filter{"none"};
    options.in_kernel = kernel_filter::off;
    compare_all(options);
}

TEST_CASE("a program whose calls the kernel filters has the same output and end as untraced", "[transparent][filters]")
{
    session_options options;
    options.filter = filter{GENERATE("none", "%file,write", "!getppid")};
    // The documentation of kernel_filter::automatic and cpu_placement explains why these behaviours differ.
    std::vector<std::string_view> except{"an untraced clone can ask to be traced", busy_on_all_processors};
    if (::geteuid() != 0)   // without privilege, a filter in the kernel sets no_new_privs
        except.emplace_back(says_limits);
    compare_all(options, except);
}

LIVE_TEST("a busy program whose calls the kernel filters may use its processors", "[transparent][filters]")
{
    for (auto const* const wanted : {"none", "%file,write", "!getppid"}) {
        session_options options;
        options.filter = filter{wanted};
        auto const subject = program("says_affinity", "without /proc");
        auto const seen = co_await trace_of(subject, options);
        CHECK(seen.output == untraced(subject).output);
    }
}

LIVE_TEST("a traced debugger can debug its child if the child is not followed", "[transparent][nested]")
{
    session_options options;
    options.follow = false;
    auto const seen = co_await trace_of(program("debugs_child"), options);
    CHECK(seen.output == "the child stopped 19\nsteps 100\nthe child exited 16\n");
}

}   // namespace transparent_tests
