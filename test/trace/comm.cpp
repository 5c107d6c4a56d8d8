// SPDX-License-Identifier: BSL-1.0
// Each record has the name of its thread (the "comm" of proc(5)), if the options ask for names.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace comm_tests {

using namespace cotrace;
using namespace cotrace::test;

namespace {

session_options with_names(tracing how = tracing::ptrace)
{
    session_options options;
    options.capture.processes.command = true;
    options.how = how;
    return options;
}

std::string name_of(record const& each) { return each.comm != nullptr ? *each.comm : "none"; }

/// The names in the records of a thread, in order. Successive records with the same name give one element.
std::vector<std::string> names_of(std::vector<record> const& records, tid thread)
{
    std::vector<std::string> names;
    for (auto const& each : records)
        if (each.thread == thread && (names.empty() || names.back() != name_of(each)))
            names.push_back(name_of(each));
    return names;
}

}   // namespace

LIVE_TEST("a record has the name of its thread, which changes at an execve(2)", "[comm]")
{
    auto const seen = co_await trace_of(program("execs", guest("exits"), "8"), with_names());
    auto const names = names_of(seen.records, leader(seen.root));
    REQUIRE(names.size() >= 2);
    CHECK(names.end()[-2] == "execs");
    CHECK(names.back() == "exits");
    for (auto const& each : seen.records) {
        REQUIRE(each.comm != nullptr);
        if (auto const* const started = std::get_if<thread_started>(&each.what))
            CHECK(*each.comm == started->command);
        if (auto const* const replaced = std::get_if<image_replaced>(&each.what))
            CHECK(*each.comm == replaced->command);
    }
    CHECK(std::holds_alternative<thread_exited>(seen.records.back().what));
    CHECK(name_of(seen.records.back()) == "exits");
}

LIVE_TEST("with only the option `thread_names`, records have thread names, but the records of starts and execs have no commands",
          "[comm]")
{
    session_options options;
    options.capture.thread_names = true;
    auto const seen = co_await trace_of(program("execs", guest("exits"), "8"), std::move(options));
    auto const names = names_of(seen.records, leader(seen.root));
    REQUIRE(names.size() >= 2);
    CHECK(names.end()[-2] == "execs");
    CHECK(names.back() == "exits");
    for (auto const& each : seen.records) {
        if (auto const* const started = std::get_if<thread_started>(&each.what))
            CHECK(started->command.empty());
        if (auto const* const replaced = std::get_if<image_replaced>(&each.what))
            CHECK(replaced->command.empty());
    }
}

LIVE_TEST("a record has no name unless the options ask for names", "[comm]")
{
    auto const seen = co_await trace_of(program("exits", "8"));
    CHECK(std::ranges::all_of(seen.records, [](auto const& each) { return each.comm == nullptr; }));
}

LIVE_TEST("with tracing::notification, the record of a call has the name that its thread had at the time of the call",
          "[comm][notify]")
{
    auto const seen = co_await trace_of(program("execs", guest("exits"), "8"), with_names(tracing::notification));
    std::vector<std::string> of_execs, of_ends;
    for (auto const& each : seen.records)
        if (auto const* const entered = std::get_if<syscall_entered>(&each.what)) {
            if (entered->call->number == SYS_execve)
                of_execs.push_back(name_of(each));
            if (entered->call->number == SYS_exit_group)
                of_ends.push_back(name_of(each));
        }
    REQUIRE_FALSE(of_execs.empty());
    CHECK(of_execs.back() == "execs");
    CHECK(of_ends == std::vector<std::string>{"exits"});
}

LIVE_TEST("when another thread gets the leader's id by execve(2), the last record of the leader has the leader's old name",
          "[comm][threads]")
{
    auto const seen = co_await trace_of(program("thread_execs", guest("exits"), "8"), with_names());
    bool superseded_yet = false, replaced_yet = false;
    for (auto const& each : seen.records) {
        if (std::holds_alternative<superseded>(each.what)) {
            superseded_yet = true;
            CHECK(name_of(each) == "thread_execs");
        }
        if (!superseded_yet)
            continue;
        if (auto const* const replaced = std::get_if<image_replaced>(&each.what); replaced && replaced->former != each.thread)
            replaced_yet = true;
        if (replaced_yet && each.thread == leader(seen.root))
            CHECK(name_of(each) == "exits");
    }
    CHECK(superseded_yet);
    CHECK(replaced_yet);
}

}   // namespace comm_tests
