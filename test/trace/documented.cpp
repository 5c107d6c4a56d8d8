// SPDX-License-Identifier: BSL-1.0
// Calls the library in the documented forms, because GCC 12 destroys some temporaries of a co_await expression twice. The strings
// do not fit into std::string's buffer, so that the address sanitizer reports a second destruction.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/process_sets.hpp"

#include <cotrace/cotrace.hpp>
#include <cotrace/testing.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>

namespace documented_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;
using namespace boost::asio::experimental::awaitable_operators;

namespace {

/// Puts the guests' folder on PATH during a test, so that the test can launch guests by their names.
class guests_on_path {
public:
    guests_on_path()
        : before_{std::getenv("PATH")}
    {
        auto const folder = guest("");
        ::setenv("PATH", (folder.substr(0, folder.size() - 1) + ":" + before_).c_str(), 1);
    }
    ~guests_on_path() { ::setenv("PATH", before_.c_str(), 1); }

private:
    std::string before_;
};

// GCC 12 may destroy a temporary aggregate in a co_await expression twice, so these classes must not be aggregates.
template <class... Class>
constexpr bool none_is_aggregate = (!std::is_aggregate_v<Class> && ...);
static_assert(
    none_is_aggregate<command, session_options, limits, glob, intercept::injection, intercept::access_policy, targets::cgroup,
                      targets::named, testing::subject_options, testing::fault_options, testing::golden_options>);

// Whether an object can be passed as a condition on records: a variable if `Function` is a reference type, otherwise a temporary.
template <class Function>
constexpr bool fits_as_condition = std::is_constructible_v<cotrace::detail::function_argument<bool(record const&)>, Function>;

}   // namespace

TEST_CASE("a lambda that captures a string by value is accepted as a variable, but not as a temporary", "[documented]")
{
    std::string const text = "a text that is longer than sixteen bytes";
    auto const by_value = [text](record const&) { return text.empty(); };
    auto const by_reference = [&text](record const&) { return text.empty(); };
    STATIC_REQUIRE_FALSE(fits_as_condition<std::remove_const_t<decltype(by_value)>>);
    STATIC_REQUIRE(fits_as_condition<decltype((by_value))>);
    STATIC_REQUIRE(fits_as_condition<std::remove_const_t<decltype(by_reference)>>);
    STATIC_REQUIRE(fits_as_condition<std::function<bool(record const&)>>);
    auto const made = limits{}.with_predicate(by_value);
    CHECK_FALSE(made.when(record{}));

    auto const function = [text] { return static_cast<int>(text.size()); };
    STATIC_REQUIRE_FALSE(std::is_constructible_v<testing::child_code, std::remove_const_t<decltype(function)>>);
    STATIC_REQUIRE(std::is_constructible_v<testing::child_code, decltype((function))>);
    STATIC_REQUIRE_FALSE(std::is_invocable_v<decltype(testing::event_where), std::string, std::remove_const_t<decltype(by_value)>,
                                             std::function<bool(record const&)>>);
    STATIC_REQUIRE(std::is_invocable_v<decltype(testing::event_where), std::string, decltype((by_value)),
                                       std::function<bool(record const&)>>);
}

LIVE_TEST("guide: a launch, its records and its end", "[documented]")
{
    guests_on_path const path;
    tracer by{co_await asio::this_coro::executor};
    session target = co_await by.async_launch({"exits", "5"});
    std::size_t count = 0;
    while (std::optional<record> seen = co_await target.async_next())
        ++count;
    thread_exited const end = co_await target.async_wait();
    CHECK(count > 2);
    CHECK(end.status == 5);
}

LIVE_TEST("guide: options that select the calls to record", "[documented]")
{
    tracer by{co_await asio::this_coro::executor};
    session_options options;
    options.filter = filter{"%file,/^sched_,connect@64"};
    options.accesses.paths = {"/a/path/that/is/longer/than/sixteen/bytes"};
    options.matching = call("openat").path(glob{"/a/path/that/is/longer/than/sixteen/*"}).fails(ENOENT);
    auto target = co_await by.async_launch(quiet(program("opens_file", "/a/path/that/is/longer/than/sixteen/bytes")), options);
    std::vector<record> all;
    while (co_await target.async_read(all) != 0) {
    }
    CHECK(calls(all, SYS_openat).size() == 1);
}

LIVE_TEST("guide: an interceptor made from a function, and a chain of options inside co_await", "[documented]")
{
    tracer by{co_await asio::this_coro::executor};
    int asked = 0;
    session_options options;
    options.interceptors.push_back(intercept::ask(call("getppid"), [&](intercepted, syscall_call const&) -> task<verdict> {
        ++asked;
        co_return fail_with{EACCES};
    }));
    auto const what = quiet(program("two_threads_call"));
    auto target = co_await by.async_launch(what, std::move(options));
    co_await drain(target);
    CHECK(asked == 1);
    auto other = co_await by.async_launch(
        what,
        session_options{}.with_filter(filter{"getppid"}).with_label("a label of more than sixteen bytes").without_entries());
    auto const seen = co_await drain(other);
    CHECK(calls(seen, SYS_getppid).size() == 1);
    CHECK(seen.front().session->label == "a label of more than sixteen bytes");
}

LIVE_TEST("guide: waiting for the end or for a timer, and a chain of limits", "[documented]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    session_options options;
    options.stop_after = cotrace::limits{}.with_records(10).with_time(30s);
    auto target = co_await by.async_launch(quiet(program("calls_busily")), options);
    asio::steady_timer timer{ex, 1h};
    auto const either = co_await (target.async_wait(asio::use_awaitable) || timer.async_wait(asio::use_awaitable));
    CHECK(either.index() == 0);
    auto next =
        co_await by.async_launch(quiet(program("exits", "3")), session_options{}.with_limits(limits{}.with_records(1'000'000)));
    auto const next_end = co_await next.async_wait();
    CHECK(next_end.status == 3);
}

LIVE_TEST("guide: attaching to running processes", "[documented]")
{
    auto const ex = co_await asio::this_coro::executor;
    renamed const copy{"reads_line"};
    started guest{ex, command{copy.path.string()}};
    co_await guest.line();
    tracer by{ex};
    {
        session one = co_await by.async_attach(pid{guest.id()});
        CHECK(one.detach());
        co_await drain(one);
    }
    {
        session tree = co_await by.async_attach(targets::tree{pid{guest.id()}});
        CHECK(tree.detach());
        co_await drain(tree);
    }
    {
        session named = co_await by.async_attach(targets::named{copy.name});
        CHECK(named.detach());
        co_await drain(named);
    }
    auto const none = co_await result_of(by.async_attach(targets::named{"a name that is longer than sixteen bytes"}, use_tuple));
    CHECK(none.has_error());
    auto const no_group =
        co_await result_of(by.async_attach(targets::cgroup{"/sys/fs/cgroup/system.slice/there-is-no-such.service"}, use_tuple));
    CHECK(no_group.has_error());
    guest.tell("x\n");
    co_await guest.rest();
}

LIVE_TEST("guide: a pool with two threads", "[documented]")
{
    guests_on_path const path;
    session_options options;
    tracer_pool pool{2};
    pooled_session target = co_await pool.async_launch({"exits", "4"}, options);
    std::vector<record> all;
    while (co_await target.async_read(all) != 0) {
    }
    auto const target_end = co_await target.async_wait();
    CHECK(target_end.status == 4);
    CHECK(end_of(all, leader(target.root())).has_value());
}

LIVE_TEST("headers: a channel that several sessions share, and its copy", "[documented]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    record_channel all{ex, {.depth = 64}};
    auto newest = all.tee({.depth = 8, .when_full = overflow::overwrite});
    auto const what = quiet(program("exits", "0"));
    auto first = co_await by.async_launch(what, session_options{}.with_channel(all).with_label("the first of the two sessions"));
    auto second =
        co_await by.async_launch(what, session_options{}.with_channel(all).with_label("the second of the two sessions"));
    int ends = 0;
    std::size_t received = 0;
    while (ends < 2) {
        auto const seen = co_await all.async_receive();
        ++received;
        ends += std::holds_alternative<thread_exited>(seen->what);
    }
    all.close();
    std::vector<record> rest;
    while (co_await newest.async_read(rest) != 0) {
    }
    CHECK(rest.size() < received);
    CHECK(std::holds_alternative<records_lost>(rest.front().what));
}

LIVE_TEST("headers: closing a tracer", "[documented]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await by.async_launch(quiet(program("calls_busily")));
    co_await by.async_close();
    CHECK_FALSE(exists(target.root()));
}

}   // namespace documented_tests
