// SPDX-License-Identifier: BSL-1.0
// Tests of intercept::policy, an interceptor that decides which paths and addresses a traced program may use.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/temporary_folder.hpp"

#include <cotrace/policy.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace policy_tests {

using namespace cotrace;
using namespace cotrace::test;
using intercept::access_policy;
using intercept::decision;
using intercept::path_access;

namespace {

session_options under(access_policy rules, char const* calls = "%file,%network")
{
    return session_options{}.with_filter(filter{calls}).with_interceptor(intercept::policy(std::move(rules)));
}

command in_shell(std::string text)
{
    command made{"/bin/sh", "-c", std::move(text)};
    return made;
}

}   // namespace

LIVE_TEST("a policy that allows every path changes nothing, and gets each path as an absolute path", "[policy]")
{
    std::vector<path_access> asked;
    access_policy rules;
    rules.path = [&](path_access const& what) -> task<decision> {
        asked.push_back(what);
        co_return decision::allow;
    };
    auto what = in_shell("cat passwd; echo x >/dev/null");
    what.directory = "/etc";
    auto const seen = co_await trace_of(what, under(std::move(rules)));
    CHECK(seen.end.status == 0);
    CHECK(seen.output.starts_with("root:"));
    auto const asked_about = [&](std::string const& path, bool writes) {
        return std::ranges::any_of(asked, [&](auto const& each) { return each.path == path && each.writes == writes; });
    };
    CHECK(asked_about("/etc/passwd", false));
    CHECK(asked_about("/dev/null", true));
    CHECK_FALSE(asked_about("/etc/passwd", true));
}

LIVE_TEST("a policy denies a path with the errno of its choice, after it has waited", "[policy]")
{
    access_policy rules;
    rules.error = EROFS;
    rules.path = [](path_access const& what) -> task<decision> {
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
        if (what.path == "/etc/passwd")
            co_return decision::deny;
        co_return decision::allow;
    };
    auto const seen = co_await trace_of(program("opens_file", "/etc/passwd", "1"), under(std::move(rules)));
    CHECK(seen.output == "errno " + std::to_string(EROFS) + "\n");
}

LIVE_TEST("the decision `kill` of a policy ends all processes of the session, and the call does not run", "[policy]")
{
    auto const folder = std::filesystem::temp_directory_path() / ("cotrace-policy-" + std::to_string(::getpid()));
    access_policy rules;
    rules.path = [&](path_access const& what) -> task<decision> {
        if (what.writes && what.path == folder.native())
            co_return decision::kill;
        co_return decision::allow;
    };
    auto const seen = co_await trace_of(in_shell("mkdir " + folder.native() + "; echo survived"), under(std::move(rules)));
    CHECK(seen.end.killed);
    CHECK(seen.end.status == SIGKILL);
    CHECK(seen.output.empty());
    CHECK_FALSE(std::filesystem::exists(folder));
}

LIVE_TEST("a policy sees the address of a connect, and denies it", "[policy]")
{
    std::vector<std::string> asked;
    access_policy rules;
    rules.error = ECONNREFUSED;
    rules.address = [&](intercept::address_access const& what) -> task<decision> {
        if (auto const path = what.address.find("sun_path"))
            asked.emplace_back(path->text());
        co_return decision::deny;
    };
    auto const what = in_shell("exec 2>&1; python3 -c 'import socket; s = socket.socket(socket.AF_UNIX); s.connect(\"/nowhere\")'"
                               " | tail -n 1");
    auto const seen = co_await trace_of(what, under(std::move(rules)));
    // The C library may also connect to the socket of nscd(8).
    CHECK(std::ranges::count_if(asked, [](auto const& each) { return each.starts_with("/nowhere"); }) == 1);
    CHECK(seen.output.find("Connection refused") != seen.output.npos);
}

namespace {

/// The text that the guest `uses_odd_paths` prints under the policy `rules`. Without `rules`, the guest is not traced.
task<std::string> output_of_odd_paths(std::optional<access_policy> rules, capture_options const* capture = nullptr)
{
    temporary_folder const folder;
    auto const what = program("uses_odd_paths", folder.path());
    if (!rules)
        co_return untraced(what).output;
    auto options = under(std::move(*rules));
    if (capture != nullptr)
        options.capture = *capture;
    auto const seen = co_await trace_of(what, std::move(options));
    co_return seen.output;
}

std::string without_line(std::string const& text, std::string const& start)
{
    auto const from = text.find(start);
    REQUIRE(from != text.npos);
    return text.substr(0, from) + text.substr(text.find('\n', from) + 1);
}

}   // namespace

LIVE_TEST("a policy that allows everything leaves calls with odd or unreadable arguments as they are", "[policy]")
{
    access_policy rules;
    std::vector<std::string> paths;
    int addresses = 0;
    rules.path = [&](path_access const& what) -> task<decision> {
        paths.push_back(what.path);
        co_return decision::allow;
    };
    rules.address = [&](intercept::address_access const&) -> task<decision> {
        ++addresses;
        co_return decision::allow;
    };
    auto const expected = co_await output_of_odd_paths({});
    auto const seen = co_await output_of_odd_paths(std::move(rules));
    // A sendmmsg(2) with messages that were not captured is denied.
    CHECK(expected.find("sendmmsg many 1 errno 0\n") != expected.npos);
    CHECK(seen.find("sendmmsg many -1 errno 13\n") != seen.npos);
    CHECK(without_line(seen, "sendmmsg many") == without_line(expected, "sendmmsg many"));
    CHECK(addresses == 1 + 2 + 32);
    for (auto const& each : paths)
        CHECK(each.starts_with('/'));
    CHECK(std::ranges::count(paths, "/somewhere/else") == 0);
}

LIVE_TEST("a policy can deny paths and addresses, and a call with an unreadable address fails with EFAULT", "[policy]")
{
    access_policy rules;
    rules.path = [](path_access const& what) -> task<decision> {
        co_return what.path.ends_with("link") || what.path.ends_with("socket") ? decision::deny : decision::allow;
    };
    rules.address = [](intercept::address_access const&) -> task<decision> { co_return decision::deny; };
    auto const seen = co_await output_of_odd_paths(std::move(rules));
    for (auto const* const denied : {"unlink", "symlink", "bind", "sendmmsg two", "sendmmsg many"})
        CHECK(seen.find(std::string{denied} + " -1 errno 13\n") != seen.npos);
    CHECK(seen.find("connect unreadable -1 errno 14\n") != seen.npos);
}

LIVE_TEST("a policy denies an openat2(2) with unreadable flags, and is told for other calls whether they write", "[policy]")
{
    bool wrote = false;
    access_policy rules;
    rules.path = [&](path_access const& what) -> task<decision> {
        wrote = wrote || (what.call.name() == "openat2" && what.writes);
        co_return what.call.name() == "openat2" && !what.writes ? decision::kill : decision::allow;
    };
    auto const seen = co_await output_of_odd_paths(rules);
    CHECK(wrote);
    CHECK(seen.find("openat2 unreadable -1 errno 14\nopenat2 small -1 errno 22\nopenat2 0 errno 0\n") != seen.npos);

    wrote = false;
    capture_options flat;
    flat.follow = false;   // the structure that the argument `how` points to is not captured
    auto const unseen = co_await output_of_odd_paths(rules, &flat);
    CHECK_FALSE(wrote);
    CHECK(unseen.find("openat2 -1 errno 14\n") != unseen.npos);
}

LIVE_TEST("the text of an exception in a policy is recorded, and the call fails", "[policy][notify]")
{
    access_policy rules;
    rules.path = [](path_access const& what) -> task<decision> {
        if (what.path == "/etc/passwd")
            throw std::runtime_error{"no answer"};
        co_return decision::allow;
    };
    for (auto const how : {tracing::ptrace, tracing::notification}) {
        auto options = under(rules);
        options.how = how;
        auto const seen = co_await trace_of(program("opens_file", "/etc/passwd", "1"), options);
        CHECK(seen.output == "errno " + std::to_string(EACCES) + "\n");
        auto const failures = all<trace_failed>(seen.records);
        REQUIRE(failures.size() == 1);
        CHECK(failures.front().what.what.code == errc::interceptor_failed);
        CHECK(failures.front().what.what.operation == "no answer");
    }
}

LIVE_TEST("a policy that waits when its session is killed leaves no record of a failure", "[policy][notify]")
{
    auto const how = GENERATE(tracing::ptrace, tracing::notification);
    asio::steady_timer asked{co_await asio::this_coro::executor, asio::steady_timer::time_point::max()};
    access_policy rules;
    rules.path = [&](path_access const& what) -> task<decision> {
        if (what.path == "/etc/passwd") {
            asked.cancel();
            asio::steady_timer answer{co_await asio::this_coro::executor, asio::steady_timer::time_point::max()};
            co_await answer.async_wait(asio::use_awaitable);
        }
        co_return decision::allow;
    };
    auto options = under(std::move(rules), "%file");
    options.how = how;
    tracer by{co_await asio::this_coro::executor};
    auto const reader = program("opens_file", "/etc/passwd", "1");
    auto target = co_await by.async_launch(reader, options);
    co_await asked.async_wait(use_tuple);
    REQUIRE(target.kill());
    std::size_t failures = 0;
    while (auto const seen = co_await target.async_next())
        failures += std::holds_alternative<trace_failed>(seen->what) ? 1 : 0;
    CHECK(failures == 0);
}

LIVE_TEST("a policy works by notification, too", "[policy][notify]")
{
    access_policy rules;
    rules.path = [](path_access const& what) -> task<decision> {
        if (what.path == "/etc/passwd")
            co_return decision::deny;
        co_return decision::allow;
    };
    auto options = under(std::move(rules));
    options.how = tracing::notification;
    auto const seen = co_await trace_of(program("opens_file", "/etc/passwd", "1"), options);
    CHECK(seen.output == "errno " + std::to_string(EACCES) + "\n");
}

}   // namespace policy_tests
