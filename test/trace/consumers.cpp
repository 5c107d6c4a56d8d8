// SPDX-License-Identifier: BSL-1.0
// Classes that take the records of a session: the tree of processes, and the histograms of latencies.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"

#include <cotrace/process_tree.hpp>
#include <cotrace/render/latency.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace consumers_tests {

using namespace cotrace;
using namespace cotrace::test;

LIVE_TEST("a process tree has the parents, the command lines and the ends of processes", "[consumers][follow]")
{
    auto const what = program("execs", guest("exits"), "8");
    auto const seen = co_await trace_of(what);
    process_tree tree;
    for (auto const& each : seen.records)
        tree.add(each);
    REQUIRE(tree.all().size() == 1);
    auto const& only = tree.all().front();
    CHECK(only.id == seen.root);
    CHECK_FALSE(only.parent.has_value());
    REQUIRE(only.command.size() == 2);
    CHECK(guest("exits").starts_with(only.command[0].substr(0, 32)));   // arguments are cut at the string limit
    CHECK(only.command[1] == "8");
    REQUIRE(only.end.has_value());
    CHECK(only.end->status == 8);
    CHECK(only.ended >= only.began);

    auto const family = co_await trace_of(program("forks"));
    process_tree forked;
    for (auto const& each : family.records)
        forked.add(each);
    auto const processes = static_cast<std::size_t>(std::ranges::count_if(family.records, [](record const& each) {
        return std::holds_alternative<thread_started>(each.what) && each.thread == leader(each.process);
    }));
    CHECK(forked.all().size() == processes);
    CHECK(processes > 1);
    for (std::size_t at = 1; at < forked.all().size(); ++at) {
        auto const& each = forked.all()[at];
        REQUIRE(each.parent.has_value());
        CHECK(std::ranges::count(forked.all()[*each.parent].children, at) == 1);
        CHECK(each.command == forked.all()[0].command);
        CHECK(each.end.has_value());
    }
    CHECK(forked.find(family.root) == std::size_t{0});
    CHECK(static_cast<std::size_t>(std::ranges::count(forked.text(), '\n')) == processes);
}

LIVE_TEST("a latency histogram has the durations of calls, grouped by the names of the calls", "[consumers]")
{
    auto const seen = co_await trace_of(program("sleeps", "50"));
    render::latency_histogram times;
    for (auto const& each : seen.records)
        times.count(each);
    auto const at = times.all().find("clock_nanosleep");
    REQUIRE(at != times.all().end());
    CHECK(at->second.calls() == 1);
    CHECK(at->second.percentile(0.5) >= std::chrono::milliseconds{50});
    std::string text;
    times.append(text);
    CHECK(text.find("clock_nanosleep\n") != text.npos);
}

}   // namespace consumers_tests
