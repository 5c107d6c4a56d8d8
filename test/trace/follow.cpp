// SPDX-License-Identifier: BSL-1.0
// Following: threads and processes that a traced process creates are traced from their first instruction.
#include "support/attaching.hpp"
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/first_argument.hpp"
#include "support/live_test.hpp"
#include "support/normalise.hpp"
#include "support/ready_guests.hpp"

#include <cstdlib>
#include <map>

#include <sched.h>

namespace follow_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

/// How each new thread or process of a trace was created, in the order of the records.
std::vector<origin> origins(trace const& of)
{
    std::vector<origin> found;
    for (auto const& each : all<thread_started>(of.records))
        if (each.thread != leader(of.root))
            found.push_back(each.what.how);
    return found;
}

/// Checks that the root created one child, in the way `how`, and that the child exited with `status`.
void check_one_child(trace const& seen, origin how, int status)
{
    auto const born = all<thread_started>(seen.records);
    REQUIRE(born.size() == 2);
    CHECK(born[1].what.how == how);
    CHECK(born[1].what.parent == leader(seen.root));
    auto const end = end_of(seen.records, born[1].thread);
    REQUIRE(end.has_value());
    CHECK(end->status == status);
    CHECK(!end->killed);
}

session_options following(unsigned generations)
{
    session_options options;
    options.most_generations = generations;
    return options;
}

/// Checks the trace of the guest `clones_with_tracer`, which adds `flags` to CLONE_PTRACE. If CLONE_PTRACE cannot be removed, the
/// guest would wait for the stopped child of a CLONE_VFORK, so it is detached. Then the trace ends before the guest's output.
void check_untraced_child(trace const& seen, char const* flags)
{
    bool const is_detached = (std::strtoul(flags, nullptr, 0) & CLONE_VFORK) != 0 && !can_change_first_argument();
    if (!is_detached)
        CHECK(seen.output == "traced 0\nthe child exited 12\n");
    CHECK(count<thread_started>(seen.records) == 1);
    CHECK(count<trace_failed>(seen.records) == (is_detached ? 1 : 0));
    CHECK(count<detached>(seen.records) == (is_detached ? 1 : 0));
}

}   // namespace

LIVE_TEST("a child and a grandchild made by fork are followed", "[follow][section1]")
{
    auto const seen = co_await trace_of(program("forks"));
    auto told = story(seen.records);
    std::ranges::sort(told);
    std::vector<std::string> expected{"1 started (launched)",  "1 becomes another program",
                                      "2 started by 1 (fork)", "3 started by 2 (fork)",
                                      "3 exits with 3",        "2 gets SIGCHLD",
                                      "2 exits with 2",        "1 gets SIGCHLD",
                                      "1 exits with 1"};
    std::ranges::sort(expected);
    CHECK(told == expected);
}

LIVE_TEST("a child made by vfork is followed", "[follow]")
{
    check_one_child(co_await trace_of(program("vforks")), origin::vfork, 4);
}

LIVE_TEST("a child made by vfork is followed through its exec", "[follow][exec]")
{
    auto const seen = co_await trace_of(program("vforks_and_execs", guest("exits"), "9"));
    check_one_child(seen, origin::vfork, 9);
    CHECK(count<image_replaced>(seen.records) == 2);
}

LIVE_TEST("a child made by clone is followed even if it sends its parent no signal when it ends", "[follow]")
{
    check_one_child(co_await trace_of(program("clones_plain")), origin::clone, 5);
}

LIVE_TEST("a child made with CLONE_VFORK is followed, and its parent waits for it as without a tracer", "[follow]")
{
    auto const seen = co_await trace_of(program("clones_vfork"));
    check_one_child(seen, origin::vfork, 6);
    CHECK(seen.output == "the child runs\nwe go on, ran is 0\nthe child exited 6\n");
}

LIVE_TEST("a child made by clone3 is followed", "[follow]")
{
    check_one_child(co_await trace_of(program("clones_three")), origin::fork, 11);
}

LIVE_TEST("a child made with CLONE_PARENT is followed", "[follow]")
{
    auto const before = children();
    auto const seen = co_await trace_of(program("clones_parent"));
    check_one_child(seen, origin::fork, 8);
    CHECK(seen.output == "the same parent\nnot our child 1\n");
    // CLONE_PARENT makes the new process a child of the tracer's process. Only the tracer's process can reap it.
    CHECK(children() == before);
}

TEST_CASE("a child made with CLONE_PARENT is reaped also if it is not followed", "[follow]")
{
    auto const side = GENERATE(waiting::automatic, waiting::signalfd);
    run_for(live_limit, [&]() -> task<void> {
        auto const before = children();
        tracer by{co_await asio::this_coro::executor, side};
        auto const seen = co_await trace_of(by, program("outlives_sibling"), without_following());
        CHECK(seen.output == "reaped\n");
        CHECK(count<thread_started>(seen.records) == 1);
        CHECK(children() == before);
    });
}

LIVE_TEST("with most_generations = 0, new threads are followed and new processes are not", "[follow]")
{
    auto const threads = co_await trace_of(program("threads"), following(0));
    CHECK(threads.output == "thread 1\nthread 2\nthread 3\n");
    CHECK(origins(threads) == std::vector{origin::clone, origin::clone, origin::clone});
    for (auto const* const maker : {"forks", "vforks", "clones_plain", "clones_vfork", "clones_three"}) {
        auto const plain = co_await trace_of(program(maker));
        auto const seen = co_await trace_of(program(maker), following(0));
        CHECK(seen.output == plain.output);
        CHECK(seen.end.status == plain.end.status);
        CHECK(count<thread_started>(seen.records) == 1);
        CHECK(count<trace_failed>(seen.records) == 0);
    }
}

LIVE_TEST("most_generations = 1 follows the children of the launched process, but not the grandchildren", "[follow]")
{
    auto const seen = co_await trace_of(program("forks"), following(1));
    CHECK(seen.output == "the grandchild exited 3\nthe child exited 2\n");
    check_one_child(seen, origin::fork, 2);
    auto const all = co_await trace_of(program("forks"), following(2));
    CHECK(origins(all) == std::vector{origin::fork, origin::fork});
}

LIVE_TEST("with most_generations, the calls of a process that is not followed do not fail, although a filter selects them",
          "[follow][filter]")
{
    // If the untraced child had a seccomp program of the tracer, its openat(2) would fail with ENOSYS (SECCOMP_RET_TRACE).
    for (auto const* const flags : {"0", "0x4000", "0x800000", "0x804000"}) {
        auto options = following(0);
        options.filter = filter{"openat,read,write"};
        auto const seen = co_await trace_of(program("clones_with_tracer", flags), options);
        check_untraced_child(seen, flags);
    }
}

LIVE_TEST("with most_generations, a child made with CLONE_PARENT is reaped also if it is not followed", "[follow]")
{
    auto const before = children();
    tracer by{co_await asio::this_coro::executor};
    for (int i = 0; i < 10; ++i) {
        auto const seen = co_await trace_of(by, program("outlives_sibling"), following(0));
        CHECK(seen.output == "reaped\n");
        CHECK(count<thread_started>(seen.records) == 1);
    }
    CHECK(children() == before);
}

LIVE_TEST("most_generations counts from an attached process", "[follow][attach]")
{
    auto [guest, by, target] = co_await ready_attached(program("vforks_when_told"), following(0));
    guest.tell("x\n");
    guest.close_input();
    auto const records = co_await drain(target);
    CHECK(count<thread_started>(records) == 1);
    auto const status = co_await guest.status();
    CHECK(status == 0);
}

TEST_CASE("the host can reap a process that its own child made with CLONE_PARENT", "[follow][attach]")
{
    bool const follow = GENERATE(true, false);
    run_for(live_limit, [&]() -> task<void> {
        auto const before = children();
        session_options options;
        options.follow = follow;
        auto [guest, by, target] = co_await ready_attached(program("reads_then_clones_parent"), options);
        guest.tell("x\n");
        auto const line = co_await guest.line();
        auto const sibling = number_after(line, "sibling ");
        co_await drain(target);
        int status = -1;
        CHECK(::waitpid(raw(sibling), &status, 0) == raw(sibling));
        CHECK(status == 8 << 8);
        auto const own = co_await guest.status();
        CHECK(own == 0);
        CHECK(children() == before);
    });
}

TEST_CASE("a child made with CLONE_PTRACE that is not followed has no tracer", "[follow]")
{
    // The flags that the guest adds to CLONE_PTRACE: none, CLONE_VFORK, CLONE_UNTRACED, or CLONE_VFORK|CLONE_UNTRACED.
    auto const flags = GENERATE("0", "0x4000", "0x800000", "0x804000");
    run_for(live_limit, [&]() -> task<void> {
        auto const seen = co_await trace_of(program("clones_with_tracer", flags), without_following());
        check_untraced_child(seen, flags);
    });
}

LIVE_TEST("a child made by clone3 with CLONE_PTRACE that is not followed has no tracer, and its parent's flags are unchanged",
          "[follow]")
{
    auto const seen = co_await trace_of(program("clones_with_tracer", "0", "clone3"), without_following());
    std::vector<std::string> lines;
    std::istringstream text{seen.output};
    for (std::string line; std::getline(text, line);)
        lines.push_back(line);
    std::ranges::sort(lines);
    std::vector<std::string> const expected{"flags unchanged 1", "the child exited 12", "traced 0"};
    CHECK(lines == expected);
}

LIVE_TEST("a child made with CLONE_PTRACE and CLONE_UNTRACED has no tracer, although other children are followed", "[follow]")
{
    auto const seen = co_await trace_of(program("clones_with_tracer", "0x800000"));
    CHECK(seen.output == "traced 0\nthe child exited 12\n");
    CHECK(count<thread_started>(seen.records) == 1);
}

LIVE_TEST("a child made with CLONE_PTRACE is followed once", "[follow]")
{
    auto const seen = co_await trace_of(program("clones_with_tracer", "0"));
    check_one_child(seen, origin::fork, 12);
    CHECK(seen.output == "traced 1\nthe child exited 12\n");
}

LIVE_TEST("a child made with CLONE_UNTRACED is not traced", "[follow]")
{
    auto const seen = co_await trace_of(program("clones_untraced"));
    CHECK(count<thread_started>(seen.records) == 1);
    CHECK(seen.output == "the child exited 9\n");
}

LIVE_TEST("threads are followed", "[follow][threads]")
{
    auto const seen = co_await trace_of(program("threads"));
    std::vector<origin> const expected{origin::clone, origin::clone, origin::clone};
    CHECK(origins(seen) == expected);
    CHECK(all<thread_exited>(seen.records).size() == 4);
}

LIVE_TEST("the first system call of a new thread is recorded", "[follow][threads]")
{
    auto const seen = co_await trace_of(program("clones_plain"));
    auto const born = all<thread_started>(seen.records);
    REQUIRE(born.size() == 2);
    auto const child = born[1].thread;
    // The child's return from clone(2) is not recorded as a call. The child's first call is exit_group(2).
    std::vector<std::uint64_t> made;
    for (auto const& each : all<syscall_entered>(seen.records))
        if (each.thread == child)
            made.push_back(each.what.call->number);
    std::vector<std::uint64_t> const expected{SYS_exit_group};
    CHECK(made == expected);
}

LIVE_TEST("the start of a thread is the first record of the thread", "[follow][threads]")
{
    auto const seen = co_await trace_of(program("threads_many", "30"));
    std::map<tid, int> events;
    for (auto const& each : seen.records)
        if (events[each.thread]++ == 0)
            CHECK(std::holds_alternative<thread_started>(each.what));
    CHECK(events.size() == 31);
}

LIVE_TEST("each of many children is followed, whether its first stop or its parent's ptrace event is reported first",
          "[follow][section1]")
{
    session_options options;
    options.filter = filter{"none"};
    auto const seen = co_await trace_of(program("forks_many", "300", "16"), options);
    CHECK(count<thread_started>(seen.records) == 301);
    CHECK(count<thread_exited>(seen.records) == 301);
    CHECK(count<trace_failed>(seen.records) == 0);
}

LIVE_TEST("with `follow = false`, only the launched process is recorded", "[follow]")
{
    auto const seen = co_await trace_of(program("forks"), without_following());
    CHECK(std::ranges::all_of(seen.records, [&](record const& each) { return each.thread == leader(seen.root); }));
    CHECK(seen.output == "the grandchild exited 3\nthe child exited 2\n");
}

LIVE_TEST("with `follow = false`, new threads are not traced either", "[follow][threads]")
{
    auto const seen = co_await trace_of(program("threads"), without_following());
    CHECK(std::ranges::all_of(seen.records, [&](record const& each) { return each.thread == leader(seen.root); }));
    CHECK(seen.output == "thread 1\nthread 2\nthread 3\n");
}

LIVE_TEST("a session lasts until the last of its processes has ended", "[follow][sessions]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    conversation talk{ex};
    auto target = co_await launched(by, program("orphans"), talk);
    auto const line = co_await talk.line();
    CHECK(line == "the first ends");
    auto const first = co_await read_until(target, [&](record const& each) {
        return each.thread == leader(target.root()) && std::holds_alternative<thread_exited>(each.what);
    });
    CHECK(std::get<thread_exited>(first.back().what).status == 0);
    talk.close_input();
    auto const rest = co_await drain(target);
    auto const ends = all<thread_exited>(rest);
    REQUIRE(!ends.empty());
    CHECK(ends.back().what.status == 12);
    co_await check_rest(talk, "the orphan ends\n");
}

LIVE_TEST("children in another pid namespace are recorded by their ids in the tracer's namespace", "[follow]")
{
    auto const seen = co_await trace_of(program("pid_namespace"));
    if (seen.end.status == 77) {
        WARN("not checked: the kernel allows no pid namespace here");
        co_return;
    }
    auto const born = all<thread_started>(seen.records);
    REQUIRE(born.size() == 3);
    CHECK(raw(born[1].thread) > 2);   // in their own namespace, the child has the id 1 and the grandchild the id 2
    CHECK(raw(born[2].thread) > 2);
    CHECK(born[2].what.parent == born[1].thread);
    CHECK(end_of(seen.records, born[1].thread)->status == 17);
    CHECK(end_of(seen.records, born[2].thread)->killed);
}

}   // namespace follow_tests
