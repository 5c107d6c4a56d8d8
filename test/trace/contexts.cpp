// SPDX-License-Identifier: BSL-1.0
// Tests of the SELinux contexts of records. The guest prints its own contexts.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/needs_selinux.hpp"

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include <sys/syscall.h>
#include <unistd.h>

namespace contexts_tests {

using namespace cotrace;
using namespace cotrace::test;

namespace {

session_options with_contexts(tracing how = tracing::ptrace)
{
    session_options options;
    options.capture.contexts = true;
    options.how = how;
    return options;
}

std::string context_of(record const& each) { return each.context != nullptr ? *each.context : "none"; }

/// The contexts of the records of type `Event` that are about the system call `number`.
template <class Event>
std::vector<std::string> contexts_at(trace const& seen, long number)
{
    std::vector<std::string> found;
    for (auto const& each : seen.records)
        if (auto const* const what = std::get_if<Event>(&each.what);
            what && what->call->number == static_cast<std::uint64_t>(number))
            found.push_back(context_of(each));
    return found;
}

std::vector<std::string> lines_of(std::string const& text)
{
    std::istringstream from{text};
    std::vector<std::string> lines;
    for (std::string line; std::getline(from, line);)
        lines.push_back(line);
    return lines;
}

command changing_program()
{
    return program("says_context", "current=" + first_context, "thread=" + second_context, "exec=" + other_context);
}

}   // namespace

LIVE_TEST("a record has the SELinux context that its thread has at the time of the record", "[contexts]")
{
    if (lacks_test_policy())
        co_return;
    auto const seen = co_await trace_of(changing_program(), with_contexts());
    auto const said = lines_of(seen.output);
    REQUIRE(said.size() == 5);
    auto const& initial = said[0];
    CHECK(initial != first_context);
    CHECK(said == std::vector{initial, first_context, second_context, first_context, other_context});
    // Each write(2) prints the context that the thread has.
    CHECK(contexts_at<syscall_entered>(seen, SYS_write) == said);
    CHECK(contexts_at<syscall_exited>(seen, SYS_write) == said);
    // The calls of pwrite(2) change the contexts of two threads, and the context for execve(2).
    CHECK(contexts_at<syscall_entered>(seen, SYS_pwrite64) == std::vector{initial, first_context, first_context});
    CHECK(contexts_at<syscall_exited>(seen, SYS_pwrite64) == std::vector{first_context, second_context, first_context});
    CHECK(contexts_at<syscall_entered>(seen, SYS_execve).back() == first_context);
    CHECK(contexts_at<syscall_exited>(seen, SYS_execve).back() == other_context);
    std::vector<std::string> of_images;
    for (auto const& each : seen.records) {
        if (std::holds_alternative<image_replaced>(each.what))
            of_images.push_back(context_of(each));
        if (std::holds_alternative<thread_exited>(each.what))
            CHECK(each.context == nullptr);
    }
    CHECK(of_images == std::vector{initial, other_context});
}

LIVE_TEST("with tracing::notification, the record of a call has the SELinux context that its thread had at the call",
          "[contexts][notify]")
{
    if (lacks_test_policy())
        co_return;
    auto const seen = co_await trace_of(changing_program(), with_contexts(tracing::notification));
    auto const said = lines_of(seen.output);
    REQUIRE(said.size() == 5);
    CHECK(contexts_at<syscall_entered>(seen, SYS_write) == said);
    CHECK(contexts_at<syscall_entered>(seen, SYS_pwrite64) == std::vector{said[0], first_context, first_context});
    CHECK(contexts_at<syscall_entered>(seen, SYS_execve).back() == first_context);
}

LIVE_TEST("a record has no SELinux context unless the options ask for contexts", "[contexts]")
{
    auto const seen = co_await trace_of(program("exits", "8"));
    CHECK(std::ranges::all_of(seen.records, [](auto const& each) { return each.context == nullptr; }));
}

LIVE_TEST("a record has no SELinux context if SELinux is not enabled", "[contexts]")
{
    if (::access("/sys/fs/selinux/enforce", F_OK) == 0)
        co_return;
    auto const seen = co_await trace_of(program("exits", "8"), with_contexts());
    CHECK(std::ranges::all_of(seen.records, [](auto const& each) { return each.context == nullptr; }));
}

}   // namespace contexts_tests
