// SPDX-License-Identifier: BSL-1.0
// Sessions with the class %io_uring in their filter record what is submitted to io_urings and what completes there.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/observation.hpp"

#include <map>
#include <optional>

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace rings_tests {

using namespace cotrace;
using namespace cotrace::test;

namespace {

session_options wanting(char const* calls) { return session_options{}.with_filter(filter{calls}); }

constexpr int no_rings = 77;   // the status of the guest if the kernel provides no io_uring

/// Traces the guest submits_to_ring in the mode `mode`. Without liburing or io_uring, returns an empty result.
task<std::optional<trace>> rings_of(tracer& by, std::string mode, session_options options)
{
    if (!has_guest("submits_to_ring")) {
        WARN("not checked: this build has no liburing");
        co_return std::nullopt;
    }
    auto seen = co_await trace_of(by, program("submits_to_ring", mode), std::move(options));
    if (seen.end.status == no_rings) {
        WARN("not checked: the kernel provides no io_uring here");
        co_return std::nullopt;
    }
    CHECK(wait_status(seen.end) == 0);
    co_return seen;
}

/// The order of submissions ("s1" has the `user_data` 1), completions ("c1"), and entries "(" and exits ")" of io_uring_enter(2).
std::string story_of(std::vector<record> const& records)
{
    std::string story;
    auto const add = [&](std::string const& what) { story.append(story.empty() ? "" : " ").append(what); };
    for (auto const& each : records) {
        auto const* const entered = std::get_if<syscall_entered>(&each.what);
        auto const* const exited = std::get_if<syscall_exited>(&each.what);
        if (auto const* const submitted = std::get_if<ring_submitted>(&each.what))
            add("s" + std::to_string(submitted->entry.user_data));
        else if (auto const* const completed = std::get_if<ring_completed>(&each.what))
            add("c" + std::to_string(completed->user_data));
        else if (entered != nullptr && entered->call->number == SYS_io_uring_enter)
            add("(");
        else if (exited != nullptr && exited->call->number == SYS_io_uring_enter)
            add(")");
    }
    return story;
}

/// The expected result of `story_of` for each mode of the guest that these tests use.
std::map<std::string, std::string> const stories = {
    {"batch", "s1 s2 s3 s4 s5 s6 s7 s8 ( c1 c2 c3 c4 c5 c6 c7 c8 )"},
    {"two_rings", "s1 ( c1 ) s16 ( c16 ) s2 ( c2 ) s17 ( c17 ) s3 ( c3 ) s18 ( c18 )"},
    {"forked", "s1 ( c1 ) s2 ( c2 )"},
};

/// The story without completions.
std::string submissions_in(std::string story)
{
    for (auto at = story.find(" c"); at != story.npos; at = story.find(" c"))
        story.erase(at, story.find(' ', at + 1) - at);
    return story;
}

/// Whether the session has no completions, and has one record that says that it cannot observe completions.
bool says_why(trace const& seen)
{
    auto const failures = all<trace_failed>(seen.records);
    return failures.size() == 1 && failures.front().what.what.code == errc::not_observable
           && count<ring_completed>(seen.records) == 0;
}

}   // namespace

LIVE_TEST("what a call submits to an io_uring is recorded before the entry of the call", "[rings]")
{
    tracer by{co_await asio::this_coro::executor};
    for (auto const& [mode, story] : stories) {
        INFO(mode);
        auto const seen = co_await rings_of(by, mode, wanting("%io_uring"));
        if (!seen)
            co_return;
        CHECK(submissions_in(story_of(seen->records)) == submissions_in(story));
        CHECK((count<trace_failed>(seen->records) == 0 || says_why(*seen)));
    }
}

LIVE_TEST("a submission has the operation, the thread that submits it, and the descriptor of the ring", "[rings]")
{
    tracer by{co_await asio::this_coro::executor};
    auto const seen = co_await rings_of(by, "two_rings", wanting("%io_uring"));
    if (!seen)
        co_return;
    auto const made = calls(seen->records, SYS_io_uring_setup), entered = calls(seen->records, SYS_io_uring_enter);
    auto const submitted = all<ring_submitted>(seen->records);
    REQUIRE(made.size() == 2);
    REQUIRE(submitted.size() == 6);
    REQUIRE(entered.size() == 6);
    std::vector<std::string> const names = {"nop", "nop", "openat", "openat", "close", "close"};
    for (std::size_t i = 0; i < submitted.size(); ++i) {
        INFO("submission " << i);
        auto const& what = submitted[i].what;
        CHECK(submitted[i].thread == leader(seen->root));
        CHECK(what.ring == made[i % 2].what.outcome.value);
        CHECK(what.ring == static_cast<int>(entered[i].what.call->args[0]));
        REQUIRE(what.operation);
        CHECK(what.operation->name() == names[i]);
        CHECK(what.operation->arch == uapi::native);
    }
    CHECK(submitted[2].what.operation->argument("pathname")->text() == "/dev/null");
}

LIVE_TEST("what completes during a call is recorded before the exit of the call, with the `user_data` of the submission",
          "[rings]")
{
    tracer by{co_await asio::this_coro::executor};
    if (co_await cannot_observe(by))
        co_return;
    for (auto const& [mode, story] : stories) {
        INFO(mode);
        auto const seen = co_await rings_of(by, mode, wanting("%io_uring"));
        if (!seen)
            co_return;
        CHECK(story_of(seen->records) == story);
        CHECK(count<trace_failed>(seen->records) == 0);
        CHECK(seen->stats.lost == 0);
    }
}

LIVE_TEST("a completion has the operation and its result", "[rings]")
{
    tracer by{co_await asio::this_coro::executor};
    if (co_await cannot_observe(by))
        co_return;
    auto const seen = co_await rings_of(by, "two_rings", wanting("%io_uring"));
    if (!seen)
        co_return;
    auto const submitted = all<ring_submitted>(seen->records);
    auto const completed = all<ring_completed>(seen->records);
    REQUIRE(submitted.size() == 6);
    REQUIRE(completed.size() == 6);
    for (std::size_t i = 0; i < completed.size(); ++i) {
        INFO("completion " << i);
        CHECK(completed[i].what.opcode == submitted[i].what.entry.opcode);
        CHECK(completed[i].what.flags == 0);
        CHECK_FALSE(completed[i].what.outcome.failed);
        CHECK(completed[i].thread == submitted[i].thread);
    }
    for (std::size_t const opened : {2, 3})   // the guest closes what it has opened
        CHECK(completed[opened].what.outcome.value == submitted[opened + 2].what.entry.fd);
}

LIVE_TEST("the operations of a child process on a ring of its parent have the ids of the child", "[rings]")
{
    tracer by{co_await asio::this_coro::executor};
    auto const seen = co_await rings_of(by, "forked", wanting("%io_uring"));
    if (!seen)
        co_return;
    auto const born = all<thread_started>(seen->records);
    REQUIRE(born.size() == 2);
    std::size_t operations = 0;
    for (auto const& each : seen->records) {
        if (!std::holds_alternative<ring_submitted>(each.what) && !std::holds_alternative<ring_completed>(each.what))
            continue;
        ++operations;
        CHECK(each.thread == born[1].thread);
        CHECK(leader(each.process) == born[1].thread);
    }
    CHECK(operations == 2 + count<ring_completed>(seen->records));
}

LIVE_TEST("a session that records no entries of calls records the operations of rings, too", "[rings]")
{
    tracer by{co_await asio::this_coro::executor};
    auto const seen = co_await rings_of(by, "two_rings", wanting("%io_uring").without_entries());
    if (!seen)
        co_return;
    CHECK(submissions_in(story_of(seen->records)) == "s1 ) s16 ) s2 ) s17 ) s3 ) s18 )");
}

LIVE_TEST("without the class %io_uring in its filter, a session records no operations of rings", "[rings]")
{
    tracer by{co_await asio::this_coro::executor};
    for (auto const* const expression : {"all", "io_uring_enter", "!read"}) {
        INFO(expression);
        auto const seen = co_await rings_of(by, "batch", wanting(expression));
        if (!seen)
            co_return;
        CHECK(story_of(seen->records) == "( )");
        CHECK(count<trace_failed>(seen->records) == 0);
    }
}

LIVE_TEST("sessions at the same time have only the operations of their own programs", "[rings][sessions]")
{
    tracer by{co_await asio::this_coro::executor};
    if (co_await cannot_observe(by))
        co_return;
    auto const possible = co_await rings_of(by, "batch", wanting("%io_uring"));
    if (!possible)
        co_return;
    auto first = co_await launched(by, program("submits_to_ring", "batch"), wanting("%io_uring"));
    auto second = co_await launched(by, program("submits_to_ring", "two_rings"), wanting("%io_uring"));
    std::vector<record> one, two;
    bool more = true;
    while (more) {
        std::size_t got = co_await first.async_read(one);
        got += co_await second.async_read(two);
        more = got != 0;
    }
    CHECK(story_of(one) == stories.at("batch"));
    CHECK(story_of(two) == stories.at("two_rings"));
}

TEST_CASE("without the privileges for BPF, one record says why there are no completions, and submissions are recorded", "[rings]")
{
    auto const status = in_a_process([] {
        // A process that changed its user id is not dumpable, and cannot trace its children until it is dumpable again.
        if (::geteuid() == 0 && (!become_another_user() || ::prctl(PR_SET_DUMPABLE, 1) != 0))
            return 97;
        int outcome = 1;
        run_for(live_limit, [&]() -> task<void> {
            tracer by{co_await asio::this_coro::executor};
            auto const seen = co_await rings_of(by, "batch", wanting("%io_uring"));
            if (!seen)
                outcome = no_rings;
            else if (says_why(*seen) && story_of(seen->records) == "s1 s2 s3 s4 s5 s6 s7 s8 ( )")
                outcome = 0;
        });
        return outcome;
    });
    if (WEXITSTATUS(status) == no_rings)
        WARN("not checked: there are no io_urings for users without privileges");
    else
        CHECK(status == 0);
}

}   // namespace rings_tests
