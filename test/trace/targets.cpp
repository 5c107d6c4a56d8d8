// SPDX-License-Identifier: BSL-1.0
// Attaching to sets of processes: trees, cgroups and names, with the processes that exist and those that join later.
#include "support/attaching.hpp"
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/process_sets.hpp"
#include "support/ready_guests.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <array>

#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

namespace targets_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

/// Options that record no calls.
session_options without_calls()
{
    session_options options;
    options.filter = filter{"none"};
    return options;
}

/// The threads with a `thread_started` record, in the order of these records.
std::vector<tid> newcomers_in(std::vector<record> const& records)
{
    std::vector<tid> found;
    for (auto const& each : all<thread_started>(records))
        found.push_back(each.thread);
    return found;
}

bool has(std::vector<tid> const& all, tid one) { return std::ranges::find(all, one) != all.end(); }

/// Reads records until `count` threads have ended. A waitpid(2) would take wait statuses from the tracer.
task<std::vector<record>> ends_of(session& from, std::size_t count)
{
    return read_until(
        from, [count](record const& each) mutable { return std::holds_alternative<thread_exited>(each.what) && --count == 0; });
}

/// Creates a sleeping child in `folder`, a cgroup of version 2 (CLONE_INTO_CGROUP, Linux 5.7). Returns -1 if this fails.
::pid_t created_in(std::string const& folder)
{
    unique_fd const home{must(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC))};
    struct {
        std::uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
    } const how{0x200000000, 0, 0, 0, SIGCHLD, 0, 0, 0, 0, 0, static_cast<std::uint64_t>(home.get())};
    auto const child = static_cast<::pid_t>(::syscall(SYS_clone3, &how, sizeof how));
    if (child == 0) {
        ::execl("/bin/sleep", "sleep", "600", static_cast<char*>(nullptr));
        ::_exit(127);
    }
    return child;
}

}   // namespace

LIVE_TEST("attaching to a tree traces all descendants of its root", "[targets]")
{
    auto const ex = co_await asio::this_coro::executor;
    started outside{ex, program("reads_line")};
    started root{ex, command_of("/bin/sh", "-c", "(sleep 600 & exec sleep 600) & (sleep 600; :) & echo ready; read x; exit 7")};
    co_await root.line();
    tracer by{ex};
    auto target = co_await attached(by, targets::tree{root.id()}, without_calls());
    CHECK(target.root() == root.id());
    std::vector<record> seen;
    co_await until([&] {   // the shell forks some of the five processes after the attach
        while (auto next = target.try_next())
            seen.push_back(*next);
        return newcomers_in(seen).size() == 5;
    });
    auto const found = newcomers_in(seen);
    CHECK(std::ranges::all_of(found, is_traced_here));
    CHECK(has(found, root.leader()));
    CHECK_FALSE(is_traced_here(outside.leader()));
    REQUIRE(target.kill());
    auto const rest = co_await drain(target);
    CHECK(all<thread_exited>(rest).size() == 5);
}

TEST_CASE("attaching to a cgroup traces the processes in it and in cgroups below it, and processes moved into it later",
          "[targets]")
{
    for (auto const& hierarchy : hierarchies()) {
        INFO(hierarchy);
        run_for(live_limit, [&]() -> task<void> {
            auto const ex = co_await asio::this_coro::executor;
            started member{ex, program("reads_line")}, below{ex, program("reads_line")}, later{ex, program("reads_line")},
                outside{ex, program("reads_line")};
            group const home{hierarchy};
            group const inner{home.path(), "inner"};
            std::array<started*, 4> const guests{&member, &below, &later, &outside};
            for (auto* const each : guests)
                co_await each->line();
            REQUIRE(home.add(member.id()));
            REQUIRE(inner.add(below.id()));
            tracer by{ex};
            if (!co_await process_events_work(by))
                co_return;
            auto target = co_await attached(by, targets::cgroup{home.path(), targets::also_later}, without_calls());
            CHECK(is_traced_here(member.leader()));
            CHECK(is_traced_here(below.leader()));
            CHECK_FALSE(is_traced_here(later.leader()));
            REQUIRE(home.add(later.id()));
            co_await until([&] { return is_traced_here(later.leader()); });
            CHECK_FALSE(is_traced_here(outside.leader()));
            for (auto* const each : guests)
                each->close_input();
            auto seen = co_await ends_of(target, 3);
            REQUIRE(target.detach());
            auto const rest = co_await drain(target);
            CHECK(rest.empty());
            CHECK(newcomers_in(seen).size() == 3);
            for (auto const& each : all<thread_exited>(seen))
                CHECK((!each.what.killed && each.what.status == 0));
        });
    }
}

TEST_CASE("a process that is created in a cgroup, or in a new cgroup below it, joins the session of the cgroup", "[targets]")
{
    for (auto const& hierarchy : hierarchies()) {
        if (!std::filesystem::exists(hierarchy / "cgroup.controllers"))   // the hierarchy is of version 1
            continue;
        run_for(live_limit, [&]() -> task<void> {
            auto const ex = co_await asio::this_coro::executor;
            group const home{hierarchy};
            tracer by{ex};
            if (!co_await process_events_work(by))
                co_return;
            auto target = co_await attached(by, targets::cgroup{home.path(), targets::also_later}, without_calls());
            CHECK(target.root() == pid{});
            auto const child = created_in(home.path());
            REQUIRE(child > 0);
            co_await until([&] { return is_traced_here(tid{child}); });
            CHECK(target.root() == pid{child});
            group const inner{home.path(), "inner"};
            auto const other = created_in(inner.path());
            REQUIRE(other > 0);
            co_await until([&] { return is_traced_here(tid{other}); });
            auto moved = co_await ready_untraced(program("reads_line"));
            REQUIRE(inner.add(moved.id()));
            co_await until([&] { return is_traced_here(moved.leader()); });
            REQUIRE(target.kill());
            auto const seen = co_await drain(target);
            CHECK(newcomers_in(seen).size() == all<thread_exited>(seen).size());
            co_await until([&] { return ::waitpid(child, nullptr, WNOHANG) != 0; });
            co_await until([&] { return ::waitpid(other, nullptr, WNOHANG) != 0; });
        });
    }
}

LIVE_TEST("attaching to a name traces all processes with the name, and those that get it by an exec", "[targets]")
{
    auto const ex = co_await asio::this_coro::executor;
    renamed const wanted{"reads_line"};
    started before{ex, command_of(wanted.path.string())}, other{ex, program("reads_line")};
    co_await before.line();
    tracer by{ex};
    if (!co_await process_events_work(by))
        co_return;
    auto target = co_await attached(by, targets::named{wanted.name, targets::also_later}, without_calls());
    CHECK(is_traced_here(before.leader()));
    started after{ex, command_of(wanted.path.string())};
    co_await until([&] { return is_traced_here(after.leader()); });
    CHECK_FALSE(is_traced_here(other.leader()));
    before.tell("x\n");
    after.tell("x\n");
    auto const first = co_await ends_of(target, 2);
    CHECK(newcomers_in(first).size() == 2);
    // The session goes on although none of its processes is left.
    started last{ex, command_of(wanted.path.string())};
    co_await until([&] { return is_traced_here(last.leader()); });
    REQUIRE(target.detach());
    auto const seen = co_await drain(target);
    CHECK(newcomers_in(seen).size() == 1);
    CHECK(all<detached>(seen).size() == 1);
    CHECK_FALSE(is_traced_here(last.leader()));
    // No process joins after the detach.
    started late{ex, command_of(wanted.path.string())};
    co_await late.line();
    CHECK_FALSE(is_traced_here(late.leader()));
}

LIVE_TEST("attaching to a name finds scripts, and processes that set their name", "[targets]")
{
    auto const ex = co_await asio::this_coro::executor;
    renamed const script{"reads_line"};
    std::ofstream{script.path, std::ios::trunc} << "#!/bin/sh\nread x\n";
    tracer by{ex};
    if (!co_await process_events_work(by))
        co_return;
    auto target = co_await attached(by, targets::named{script.name, targets::also_later}, without_calls());
    started one{ex, command_of(script.path.string())};
    co_await until([&] { return is_traced_here(one.leader()); });
    auto const taker = must(::fork());
    if (taker == 0) {
        ::prctl(PR_SET_NAME, script.name.c_str());
        for (;;)
            ::pause();
    }
    co_await until([&] { return is_traced_here(tid{taker}); });
    REQUIRE(target.kill());
    co_await drain(target);
    co_await until([&] { return ::waitpid(taker, nullptr, WNOHANG) != 0; });
}

LIVE_TEST("without also_later, attaching to a name traces the present processes and their followed children", "[targets]")
{
    auto const ex = co_await asio::this_coro::executor;
    renamed const wanted{"reads_line"};
    started before{ex, command_of(wanted.path.string())};
    co_await before.line();
    tracer by{ex};
    auto target = co_await attached(by, targets::named{wanted.name}, without_calls());
    started after{ex, command_of(wanted.path.string())};
    co_await after.line();
    CHECK_FALSE(is_traced_here(after.leader()));
    before.close_input();
    auto const seen = co_await drain(target);   // the session ends with its last process
    CHECK(newcomers_in(seen).size() == 1);
}

LIVE_TEST("attaching to a set of processes that does not exist fails with an error that names the set", "[targets]")
{
    tracer by{co_await asio::this_coro::executor};
    auto const name = co_await refused(by, targets::named{"no-such-program"});
    CHECK(name.message() == "attach to processes called 'no-such-program': No such process");
    auto const nowhere = co_await refused(by, targets::cgroup{"/no/such/folder"});
    CHECK(nowhere.code == boost::system::errc::no_such_file_or_directory);
    auto const elsewhere = co_await refused(by, targets::cgroup{"/tmp", targets::also_later});
    CHECK(elsewhere.code == boost::system::errc::not_a_directory);
    auto const tree = co_await refused(by, targets::tree{pid{4194303}});
    CHECK(tree.code == boost::system::errc::no_such_process);
    CHECK(tree.message() == "attach to the tree of 4194303: No such process");
}

LIVE_TEST("a process of a set that is already traced is reported as a failure, and the other processes are traced", "[targets]")
{
    auto const ex = co_await asio::this_coro::executor;
    auto [guest, child] = co_await ready_untraced_with(program("seizes_child"), "child ");
    tracer by{ex}, other{ex};
    auto target = co_await attached(by, targets::tree{guest.id()}, without_calls());
    CHECK(is_traced_here(guest.leader()));
    CHECK(tracer_of(leader(child)) == guest.leader());
    auto const alone = co_await refused(other, targets::tree{child});
    CHECK(alone.code == errc::already_traced);
    REQUIRE(target.kill());
    auto const failed = all<trace_failed>(co_await drain(target));
    REQUIRE(failed.size() == 1);
    CHECK(failed[0].thread == leader(child));
    CHECK(failed[0].what.what.code == errc::already_traced);
    CHECK(failed[0].what.what.other == guest.leader());
}

LIVE_TEST("an attach to a name skips the host's own process and kernel threads", "[targets]")
{
    auto const ex = co_await asio::this_coro::executor;
    std::array<char, 16> before{};
    ::prctl(PR_GET_NAME, before.data());
    auto const own = "ct-own-" + std::to_string(::getpid());
    ::prctl(PR_SET_NAME, own.c_str());
    tracer by{ex};
    auto const said = co_await refused(by, targets::named{own});
    ::prctl(PR_SET_NAME, before.data());
    CHECK(said.code == boost::system::errc::no_such_process);
    auto const kernel = co_await refused(by, targets::named{"kthreadd"});
    CHECK(kernel.code == boost::system::errc::no_such_process);
}

LIVE_TEST("a session that waits for more processes ends when the session or its tracer is destroyed", "[targets]")
{
    auto const ex = co_await asio::this_coro::executor;
    renamed const wanted{"reads_line"};
    targets::named const which{wanted.name, targets::also_later};
    tracer probe{ex};   // Asio keeps descriptors that it opens for the first tracer
    auto const before = open_descriptors();
    if (!co_await process_events_work(probe))
        co_return;
    co_await until([&] { return open_descriptors() == before; });
    {
        tracer by{ex};
        auto const with_tracer = open_descriptors();
        {
            auto const dropped = co_await attached(by, which);
            CHECK(open_descriptors().size() > with_tracer.size());
        }
        co_await until([&] { return open_descriptors() == with_tracer; });
        started guest{ex, command_of(wanted.path.string())};
        co_await guest.line();
        CHECK_FALSE(is_traced_here(guest.leader()));
    }
    std::optional<session> outlives;
    {
        tracer by{ex};
        outlives.emplace(co_await attached(by, which));
    }
    co_await drain(*outlives);
    co_await until([&] { return open_descriptors() == before; });
}

TEST_CASE("also_later fails with no_process_events where the kernel does not report new processes", "[targets]")
{
    bool possible = true;
    auto const status = in_a_process([&] {
        if (::unshare(CLONE_NEWPID | CLONE_NEWNS) != 0)
            return 77;
        return WEXITSTATUS(in_a_process([] {
            // Without a /proc of the new pid namespace, the attach would fail with another error.
            if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0
                || ::mount("proc", "/proc", "proc", 0, nullptr) != 0)
                return 3;
            int answer = 2;
            asio::io_context context{1};
            asio::co_spawn(
                context,
                [&]() -> task<void> {
                    tracer by{co_await asio::this_coro::executor};
                    auto const said = co_await refused(by, targets::named{"x", targets::also_later});
                    answer = said.code == errc::no_process_events ? 0 : 1;
                },
                asio::detached);
            context.run_for(live_limit);
            return answer;
        }));
    });
    possible = WEXITSTATUS(status) != 77;
    if (!possible)
        WARN("not checked: the kernel allows no pid namespace here");
    CHECK((WEXITSTATUS(status) == 0 || !possible));
}

}   // namespace targets_tests
