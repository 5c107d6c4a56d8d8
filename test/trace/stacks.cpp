// SPDX-License-Identifier: BSL-1.0
// Call stacks in the records of a session: `capture_options::stacks`, and `symbolizer`, which names their frames.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"

#include <cotrace/stack.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <sys/syscall.h>

namespace stacks_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

using stack_pointer = std::shared_ptr<call_stack const>;

namespace {

/// Traces the guest calls_deeply, which makes calls a few functions deep.
task<trace> trace_with(stack_options stacks)
{
    session_options options;
    options.capture.stacks = stacks;
    return trace_of(program("calls_deeply"), std::move(options));
}

/// The functions of a stack, innermost first. Another thread resolves the stack, as in a program that must not block its event
/// loop.
std::vector<std::string> functions_of(stack_pointer const& stack)
{
    std::thread{[&] { symbolizer{}.resolve(stack); }}.join();
    std::vector<std::string> names;
    for (auto const& each : stack->frames())
        names.push_back(each.function);
    return names;
}

std::size_t calls_with_stacks(trace const& seen)
{
    std::size_t found = 0;
    for (auto const& each : all<syscall_exited>(seen.records))
        found += each.what.stack != nullptr;
    return found;
}

}   // namespace

LIVE_TEST("each call has its stack, if the options ask for the stacks of calls", "[stacks]")
{
    constexpr stack_options wanted{.calls = true};
    auto const seen = co_await trace_with(wanted);
    auto const asked = calls(seen.records, SYS_getppid);
    REQUIRE(asked.size() == 2);
    auto const stack = asked.front().what.stack;
    if (!symbolizer::is_available()) {   // without libdw, the options for stacks have no effect
        CHECK(stack == nullptr);
        co_return;
    }
    REQUIRE(stack != nullptr);
    CHECK(stack->addresses().size() >= 5);
    CHECK(stack->error().empty());
    CHECK(stack->frames().empty());   // the stack is not resolved yet
    auto const names = functions_of(stack);
    REQUIRE(names.size() == stack->addresses().size());
    CHECK(std::vector(names.begin(), names.begin() + 5)
          == std::vector<std::string>{"syscall", "innermost", "middle", "outermost", "main"});
    CHECK(stack->frames()[1].file == guest("calls_deeply"));
    CHECK(all<signal_received>(seen.records).front().what.stack == nullptr);
    auto const last = entries(seen.records, SYS_exit_group);
    REQUIRE(last.size() == 1);
    CHECK(last.front().what.stack != nullptr);   // exit_group(2) has no exit record, so its entry has the stack
}

LIVE_TEST("only calls that fail have stacks, if the options ask for the stacks of failed calls", "[stacks]")
{
    constexpr stack_options wanted{.failed = true};
    auto const seen = co_await trace_with(wanted);
    if (!symbolizer::is_available())
        co_return;
    for (auto const& each : all<syscall_exited>(seen.records))
        CHECK((each.what.stack != nullptr) == (each.what.outcome.error() != 0));
    auto const opened = calls(seen.records, SYS_openat);
    REQUIRE_FALSE(opened.empty());
    auto const names = functions_of(opened.back().what.stack);
    CHECK(std::ranges::find(names, "fail") != names.end());
}

LIVE_TEST("only signals have stacks, if the options ask for the stacks of signals", "[stacks]")
{
    constexpr stack_options wanted{.signals = true};
    auto const seen = co_await trace_with(wanted);
    if (!symbolizer::is_available())
        co_return;
    CHECK(calls_with_stacks(seen) == 0);
    auto const signals = all<signal_received>(seen.records);
    REQUIRE(signals.size() == 1);
    auto const names = functions_of(signals.front().what.stack);
    CHECK(std::ranges::find(names, "main") != names.end());
}

LIVE_TEST("a stack has at most as many frames as the options allow", "[stacks]")
{
    constexpr stack_options wanted{.calls = true, .limit = 3};
    auto const seen = co_await trace_with(wanted);
    if (!symbolizer::is_available())
        co_return;
    auto const stack = calls(seen.records, SYS_getppid).front().what.stack;
    REQUIRE(stack != nullptr);
    CHECK(functions_of(stack) == std::vector<std::string>{"syscall", "innermost", "middle"});
    CHECK(stack->error() == "too many stack frames");
}

LIVE_TEST("no record has a stack, unless the options ask for stacks", "[stacks]")
{
    constexpr stack_options wanted{};
    auto const seen = co_await trace_with(wanted);
    CHECK(calls_with_stacks(seen) == 0);
    CHECK(all<signal_received>(seen.records).front().what.stack == nullptr);
    CHECK(entries(seen.records, SYS_exit_group).front().what.stack == nullptr);
}

LIVE_TEST("a call that takes longer than the options say has a stack", "[stacks]")
{
    constexpr stack_options wanted{.longer_than = 24h};
    auto const seen = co_await trace_with(wanted);
    CHECK(calls_with_stacks(seen) == 0);
    constexpr stack_options every{.longer_than = 1ns};
    auto const always = co_await trace_with(every);
    CHECK((calls_with_stacks(always) != 0) == symbolizer::is_available());
}

}   // namespace stacks_tests
