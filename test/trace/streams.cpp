// SPDX-License-Identifier: BSL-1.0
// What a program can do with the records of a session: pass them to functions, channels and streams, and build a
// process tree from them.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"

#include <cotrace/process_tree.hpp>
#include <cotrace/render/latency.hpp>
#include <cotrace/streams.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/experimental/channel_error.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace streams_tests {

using namespace cotrace;
using namespace cotrace::test;

LIVE_TEST("a function is called with each record of a session", "[streams]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await by.async_launch(quiet(program("hello")));
    std::size_t seen = 0;
    bool ended = false;
    auto const use = [&](record const& each) {
        ++seen;
        ended = std::holds_alternative<thread_exited>(each.what);
    };
    auto const count = co_await for_each_record(target, use);
    CHECK(count == seen);
    CHECK(count == target.stats().records);
    CHECK(ended);
}

LIVE_TEST("a coroutine is awaited for each record before the next record is used", "[streams]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    auto target = co_await by.async_launch(quiet(program("hello")));
    int running = 0, most = 0;
    auto const use = [&](record const&) -> task<void> {
        most = std::max(most, ++running);
        co_await asio::post(ex, asio::use_awaitable);
        --running;
    };
    auto const count = co_await for_each_record(target, use);
    CHECK(count == target.stats().records);
    CHECK(most == 1);
}

LIVE_TEST("an exception of the function that uses the records reaches the caller", "[streams]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await by.async_launch(quiet(program("hello")));
    bool thrown = false;
    try {
        co_await for_each_record(target, [](record const&) { throw std::runtime_error{"no"}; });
    } catch (std::runtime_error const&) {
        thrown = true;
    }
    CHECK(thrown);
}

LIVE_TEST("the records of a session go through a channel of Asio, which is closed at the end", "[streams]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    auto target = co_await by.async_launch(quiet(program("hello")));
    asio::experimental::channel<void(error_code, record)> to{ex, 2};
    std::size_t sent = 0;
    auto const send = [&]() -> task<void> { sent = co_await send_records(target, to); };
    asio::co_spawn(ex, send(), asio::detached);
    std::vector<record> received;
    for (;;) {
        auto [error, each] = co_await to.async_receive(use_tuple);
        if (error)
            break;
        received.push_back(std::move(each));
    }
    CHECK(received.size() == target.stats().records);
    co_await until([&] { return sent != 0; });
    CHECK(sent == received.size());
}

LIVE_TEST("send_records throws if it is cancelled while it waits for room in the channel", "[streams]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    auto target = co_await by.async_launch(quiet(program("hello")));
    asio::experimental::channel<void(error_code, record)> to{ex, 0};
    asio::cancellation_signal cancel;
    std::optional<error_code> why;
    auto const send = [&]() -> task<void> {
        try {
            co_await send_records(target, to);
            why = error_code{};
        } catch (boost::system::system_error const& thrown) {
            why = thrown.code();
        }
    };
    asio::co_spawn(ex, send(), asio::bind_cancellation_slot(cancel.slot(), asio::detached));
    co_await until([&] { return target.stats().records > 2; });
    cancel.emit(asio::cancellation_type::terminal);
    co_await until([&] { return why.has_value(); });
    CHECK(*why == asio::error::operation_aborted);
    CHECK_FALSE(to.is_open());
    co_await drain(target);
}

LIVE_TEST("send_records closes the channel if it cannot read, so that no receiver waits for ever", "[streams]")
{
    auto const ex = co_await asio::this_coro::executor;
    asio::experimental::channel<void(error_code, record)> to{ex, 0};
    std::optional<error_code> why;
    session none;
    auto const send = [&]() -> task<void> {
        try {
            co_await send_records(none, to);
        } catch (boost::system::system_error const& thrown) {
            why = thrown.code();
        }
    };
    asio::co_spawn(ex, send(), asio::detached);
    auto const [error, nothing] = co_await to.async_receive(use_tuple);
    CHECK(error == asio::experimental::error::channel_closed);
    REQUIRE(why.has_value());
    CHECK(*why == errc::empty_object);
}

namespace {

template <class Use>
concept usable = requires(session& from, Use& use)
{
    for_each_record(from, use);
};

template <class Use>
concept usable_as_temporary = requires(session& from, Use& use)
{
    for_each_record(from, std::move(use));
};

}   // namespace

// for_each_record accepts functions that return void or task<void>. A call with any other function does not compile.
static_assert(usable<void (*)(record const&)>);
static_assert(usable<task<void> (*)(record&)>);
static_assert(!usable<bool (*)(record const&)>);
static_assert(!usable<task<int> (*)(record const&)>);
static_assert(!usable<void (*)(int)>);

TEST_CASE("for_each_record accepts a lambda with a captured string as a variable, but not as a temporary", "[streams]")
{
    std::string const text = "a text that is longer than sixteen bytes";
    auto const by_value = [text](record const&) { (void)text; };
    auto const by_reference = [&text](record const&) { (void)text; };
    STATIC_REQUIRE_FALSE(usable_as_temporary<std::remove_const_t<decltype(by_value)>>);
    STATIC_REQUIRE(usable<decltype(by_value)>);
    STATIC_REQUIRE(usable_as_temporary<std::remove_const_t<decltype(by_reference)>>);
    STATIC_REQUIRE(usable_as_temporary<std::function<void(record const&)>>);
}

LIVE_TEST("a channel of several sessions is closed when its last owner has ended, also if a launch fails", "[streams]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    record_channel all{ex};
    auto const trace_one = [&](command what, std::shared_ptr<record_channel> into) -> task<void> {
        auto options = session_options{}.with_channel(*into);
        auto [error, target] = co_await by.async_launch(std::move(what), std::move(options), use_tuple);
        if (!error)
            co_await target.async_wait();
    };
    {
        auto const owner = close_with_last_owner(all);
        for (auto const& each : {quiet(program("hello")), command{"/no/such/program"}, quiet(program("exits", "7"))})
            asio::co_spawn(ex, trace_one(each, owner), asio::detached);
    }
    CHECK(all.is_open());
    std::set<int> statuses;
    auto const use = [&](record const& seen) {
        if (auto const* const end = std::get_if<thread_exited>(&seen.what))
            statuses.insert(end->status);
    };
    co_await for_each_record(all, use);   // ends because the channel is closed
    CHECK(statuses.contains(0));
    CHECK(statuses.contains(7));
    CHECK_FALSE(all.is_open());
}

LIVE_TEST("the records of a session are written to a socket as lines of JSON", "[streams]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    auto target = co_await by.async_launch(quiet(program("exits", "7")), session_options{}.without_entries());
    asio::local::stream_protocol::socket near{ex}, far{ex};
    asio::local::connect_pair(near, far);
    std::size_t written = 0;
    auto const write = [&]() -> task<void> {
        written = co_await write_json_lines(target, near);
        near.close();
    };
    asio::co_spawn(ex, write(), asio::detached);
    std::string text;
    co_await asio::async_read(far, asio::dynamic_buffer(text), use_tuple);
    CHECK(written == text.size());
    CHECK(text.starts_with("{\"schema\":1"));
    CHECK(text.ends_with("}\n"));
    CHECK(text.find("\"execve\"") != text.npos);
    CHECK(static_cast<std::uint64_t>(std::ranges::count(text, '\n')) == target.stats().records);
}

LIVE_TEST("several sessions that share a channel are one stream of records", "[streams]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    record_channel all{ex};
    std::vector<session> targets;
    for (int i = 0; i < 3; ++i)
        targets.push_back(co_await by.async_launch(quiet(program("hello")), session_options{}.with_channel(all)));
    int ends = 0;
    std::vector<std::uint32_t> sessions;
    while (ends < 3) {
        auto const seen = co_await all.async_receive();
        sessions.push_back(seen->session->number);
        ends += std::holds_alternative<thread_exited>(seen->what) ? 1 : 0;
    }
    std::ranges::sort(sessions);
    sessions.erase(std::unique(sessions.begin(), sessions.end()), sessions.end());
    CHECK(sessions.size() == 3);
}

LIVE_TEST("a process tree shows which process made which, with command lines and ends", "[streams][follow]")
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

LIVE_TEST("a histogram has the times of the calls by name", "[streams]")
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

}   // namespace streams_tests
