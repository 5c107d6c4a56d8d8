// SPDX-License-Identifier: BSL-1.0
// Operations that pass the records of a session to functions, channels and streams.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"

#include <cotrace/streams.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/experimental/channel_error.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace streams_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

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
    co_await async_for_each_record(target, use);
    CHECK(seen == target.stats().records);
    CHECK(ended);
}

LIVE_TEST("a coroutine is awaited for each record before the next record is used", "[streams]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    auto target = co_await by.async_launch(quiet(program("hello")));
    int running = 0, most = 0;
    std::size_t count = 0;
    auto const use = [&](record const&) -> task<void> {
        most = std::max(most, ++running);
        co_await asio::post(ex, asio::use_awaitable);
        --running;
        ++count;
    };
    co_await async_for_each_record(target, use);
    CHECK(count == target.stats().records);
    CHECK(most == 1);
}

namespace {

/// A function that throws at the third record.
struct third_throws {
    int calls = 0;
    void operator()(record const&)
    {
        if (++calls == 3)
            throw std::runtime_error{"the third record"};
    }
};

std::string text_of(std::exception_ptr const& thrown)
{
    try {
        if (thrown)
            std::rethrow_exception(thrown);
    } catch (std::runtime_error const& error) {
        return error.what();
    }
    return "";
}

/// The code of the `system_error` in `thrown`.
error_code code_of(std::exception_ptr const& thrown)
{
    try {
        if (thrown)
            std::rethrow_exception(thrown);
    } catch (boost::system::system_error const& error) {
        return error.code();
    }
    return {};
}

/// Awaits `operation`, and returns what it throws.
template <class Operation>
task<std::exception_ptr> thrown_by(Operation operation)
{
    try {
        co_await std::move(operation);
    } catch (...) {
        co_return std::current_exception();
    }
    co_return nullptr;
}

}   // namespace

LIVE_TEST("an exception of the function that uses the records reaches the caller, with each completion token", "[streams]")
{
    tracer by{co_await asio::this_coro::executor};
    auto const launched_again = [&]() -> task<session> { co_return co_await by.async_launch(quiet(program("hello"))); };
    auto one = co_await launched_again();
    auto const by_default = co_await thrown_by(async_for_each_record(one, third_throws{}));
    auto two = co_await launched_again();
    auto const awaited = co_await thrown_by(async_for_each_record(two, third_throws{}, asio::use_awaitable));
    auto three = co_await launched_again();
    auto const [thrown] = co_await async_for_each_record(three, third_throws{}, use_tuple);
    for (auto const& each : {by_default, awaited, thrown})
        CHECK(text_of(each) == "the third record");
    auto four = co_await launched_again();
    auto future = async_for_each_record(four, third_throws{}, asio::use_future);
    co_await until([&] { return future.wait_for(0s) == std::future_status::ready; });
    CHECK_THROWS_WITH(future.get(), "the third record");
}

LIVE_TEST("async_for_each_record reports an error of reading as an exception", "[streams]")
{
    session none;
    auto const [thrown] = co_await async_for_each_record(none, third_throws{}, asio::as_tuple(asio::use_awaitable));
    CHECK(code_of(thrown) == errc::empty_object);
}

namespace {

/// An event loop that another thread runs.
class other_thread {
public:
    ~other_thread()
    {
        work_.reset();
        context.stop();
        thread_.join();
    }
    std::thread::id id() const { return thread_.get_id(); }

    asio::io_context context{1};

private:
    asio::executor_work_guard<asio::io_context::executor_type> work_{context.get_executor()};
    std::thread thread_{[this] { context.run(); }};
};

}   // namespace

LIVE_TEST("the function is called on the executor of the handler, also if another thread runs this executor", "[streams]")
{
    tracer by{co_await asio::this_coro::executor};
    tracer_pool pool{1};
    auto one = co_await by.async_launch(quiet(program("hello")));
    auto two = co_await by.async_launch(quiet(program("hello")));
    auto three = co_await pool.async_launch(quiet(program("hello")));
    other_thread other;
    std::set<std::thread::id> users;
    std::size_t count = 0;
    auto const use = [&](record const&) {
        users.insert(std::this_thread::get_id());
        ++count;
    };
    auto future = async_for_each_record(one, use, asio::bind_executor(other.context, asio::use_future));
    co_await until([&] { return future.wait_for(0s) == std::future_status::ready; });
    future.get();
    auto const there = [&](auto& from) -> task<void> { co_await async_for_each_record(from, use); };
    co_await asio::co_spawn(other.context, there(two), asio::use_awaitable);
    co_await asio::co_spawn(other.context, there(three), asio::use_awaitable);
    CHECK(count == one.stats().records + two.stats().records + three.stats().records);
    CHECK(users == std::set{other.id()});
}

LIVE_TEST("a handler without an associated executor is called on the executor of the session", "[streams]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await by.async_launch(quiet(program("hello")));
    std::set<std::thread::id> users;
    std::size_t count = 0;
    bool ended = false;
    auto const use = [&](record const&) { ++count; };
    async_for_each_record(target, use, [&](std::exception_ptr) {
        users.insert(std::this_thread::get_id());
        ended = true;
    });
    CHECK_FALSE(ended);
    co_await until([&] { return ended; });
    CHECK(count == target.stats().records);
    CHECK(users == std::set{std::this_thread::get_id()});
}

namespace {

/// Receives records until the channel is closed, and returns their number.
task<std::size_t> received_from(asio::experimental::channel<void(error_code, record)>& from)
{
    for (std::size_t count = 0;; ++count) {
        auto const [error, each] = co_await from.async_receive(use_tuple);
        if (error)
            co_return count;
    }
}

/// Reads the records of three sessions in a coroutine with an executor type other than that of `task`.
asio::awaitable<void, asio::io_context::executor_type> read_with_default_tokens(session& one, session& two, session& three,
                                                                                std::size_t& count)
{
    auto const use = [&](record const&) { ++count; };
    co_await async_for_each_record(one, use);
    auto const ex = co_await asio::this_coro::executor;
    asio::experimental::channel<void(error_code, record)> to{ex, 1000};
    asio::co_spawn(ex, received_from(to), asio::detached);
    count += co_await async_send_records(two, to);
    asio::local::stream_protocol::socket near{ex}, far{ex};
    asio::local::connect_pair(near, far);
    count += co_await async_write_json_lines(three, near) > 0 ? 1 : 0;
}

}   // namespace

TEST_CASE("the default completion tokens of the operations on streams work in awaitables with other executor types", "[streams]")
{
    asio::io_context context{1};
    std::size_t count = 0;
    std::uint64_t records = 0;
    auto const body = [&]() -> task<void> {
        tracer by{context};
        auto one = co_await by.async_launch(quiet(program("hello")));
        auto two = co_await by.async_launch(quiet(program("hello")));
        auto three = co_await by.async_launch(quiet(program("hello")));
        co_await asio::co_spawn(context, read_with_default_tokens(one, two, three, count), asio::use_awaitable);
        records = one.stats().records + two.stats().records;
    };
    auto ended = asio::co_spawn(context, body(), asio::use_future);
    context.run_for(live_limit);
    REQUIRE(ended.wait_for(0s) == std::future_status::ready);
    ended.get();
    CHECK(count == records + 1);
}

LIVE_TEST("the records of a session go through a channel of Asio, which is closed at the end", "[streams]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    auto target = co_await by.async_launch(quiet(program("hello")));
    asio::experimental::channel<void(error_code, record)> to{ex, 2};
    std::optional<std::size_t> sent;
    async_send_records(target, to, [&](error_code, std::size_t count) { sent = count; });
    auto const received = co_await received_from(to);
    CHECK(received == target.stats().records);
    co_await until([&] { return sent.has_value(); });
    CHECK(*sent == received);
}

LIVE_TEST("a receiver that is late gets the records in the buffer of the channel", "[streams]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await by.async_launch(quiet(program("hello")));
    asio::experimental::channel<void(error_code, record)> to{by.get_executor(), 10000};
    std::optional<std::size_t> sent;
    async_send_records(target, to, [&](error_code, std::size_t count) { sent = count; });
    co_await target.async_wait();
    for (int i = 0; i < 100; ++i)   // this gives the operation time to send all records
        co_await asio::post(by.get_executor(), asio::deferred);
    auto const received = co_await received_from(to);
    CHECK(received == target.stats().records);
    co_await until([&] { return sent == received; });
}

LIVE_TEST("a receiver on another thread gets the records from a concurrent channel", "[streams]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await by.async_launch(quiet(program("hello")));
    other_thread other;
    asio::experimental::concurrent_channel<void(error_code, record)> to{other.context, 2};
    auto const receive = [&]() -> task<std::size_t> {
        for (std::size_t count = 0;; ++count) {
            auto const [error, each] = co_await to.async_receive(use_tuple);
            if (error)
                co_return count;
        }
    };
    auto received = asio::co_spawn(other.context, receive(), asio::use_future);
    auto const sent = co_await async_send_records(target, to);
    co_await until([&] { return received.wait_for(0s) == std::future_status::ready; });
    CHECK(received.get() == sent);
    CHECK(sent == target.stats().records);
}

LIVE_TEST("sending records ends with operation_aborted if it is cancelled while it waits for room in the channel", "[streams]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    auto target = co_await by.async_launch(quiet(program("hello")));
    asio::experimental::channel<void(error_code, record)> to{ex, 0};
    asio::cancellation_signal cancel;
    std::optional<error_code> why;
    std::size_t sent = 1;
    auto const done = [&](error_code error, std::size_t count) {
        why = error;
        sent = count;
    };
    async_send_records(target, to, asio::bind_cancellation_slot(cancel.slot(), done));
    co_await until([&] { return target.stats().records > 2; });
    cancel.emit(asio::cancellation_type::partial);
    co_await until([&] { return why.has_value(); });
    CHECK(*why == asio::error::operation_aborted);
    CHECK(sent == 0);
    CHECK_FALSE(to.is_open());
    co_await drain(target);
}

LIVE_TEST("sending records closes the channel if no record can be read, so that no receiver waits for ever", "[streams]")
{
    auto const ex = co_await asio::this_coro::executor;
    asio::experimental::channel<void(error_code, record)> to{ex, 0};
    session none;
    auto future = async_send_records(none, to, asio::bind_executor(ex, asio::use_future));
    auto const [error, nothing] = co_await to.async_receive(use_tuple);
    CHECK(error == asio::experimental::error::channel_closed);
    co_await until([&] { return future.wait_for(0s) == std::future_status::ready; });
    error_code why;
    try {
        future.get();
    } catch (boost::system::system_error const& thrown) {
        why = thrown.code();
    }
    CHECK(why == errc::empty_object);
}

LIVE_TEST("sending records ends with channel_closed when the receiver has closed the channel", "[streams]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    auto target = co_await by.async_launch(quiet(program("hello")));
    asio::experimental::channel<void(error_code, record)> to{ex, 1};
    to.close();
    auto const [error, sent] = co_await async_send_records(target, to, asio::as_tuple(asio::use_awaitable));
    CHECK(error == asio::experimental::error::channel_closed);
    CHECK(sent == 0);
    co_await drain(target);
}

namespace {

template <class Use>
concept usable = requires(session& from, Use& use)
{
    async_for_each_record(from, use);
};

template <class Use>
concept usable_as_temporary = requires(session& from, Use& use)
{
    async_for_each_record(from, std::move(use));
};

}   // namespace

// async_for_each_record accepts functions that return void or task<void>. A call with any other function does not compile.
static_assert(usable<void (*)(record const&)>);
static_assert(usable<task<void> (*)(record&)>);
static_assert(!usable<bool (*)(record const&)>);
static_assert(!usable<task<int> (*)(record const&)>);
static_assert(!usable<void (*)(int)>);

LIVE_TEST("a lambda with a string captured by value is accepted as a variable, and copied, but not as a temporary", "[streams]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await by.async_launch(quiet(program("hello")));
    std::string const text = "a text that is longer than sixteen bytes";
    std::string seen;
    auto const by_value = [text, &seen](record const&) { seen = text; };
    auto const by_reference = [&text](record const&) { (void)text; };
    STATIC_REQUIRE_FALSE(usable_as_temporary<std::remove_const_t<decltype(by_value)>>);
    STATIC_REQUIRE(usable<decltype(by_value)>);
    STATIC_REQUIRE(usable_as_temporary<std::remove_const_t<decltype(by_reference)>>);
    STATIC_REQUIRE(usable_as_temporary<std::function<void(record const&)>>);
    co_await async_for_each_record(target, by_value);
    CHECK(seen == text);
    auto other = co_await by.async_launch(quiet(program("hello")));
    third_throws counts;
    auto const [thrown] = co_await async_for_each_record(other, std::ref(counts), use_tuple);
    CHECK(counts.calls == 3);
}

LIVE_TEST("close_with_last_owner closes a channel when its last owner is destroyed, also if a launch fails", "[streams]")
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
    co_await async_for_each_record(all, use);   // this operation ends because the channel is closed
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
    std::optional<std::size_t> written;
    async_write_json_lines(target, near, [&](error_code, std::size_t count) {
        written = count;
        near.close();
    });
    std::string text;
    co_await asio::async_read(far, asio::dynamic_buffer(text), use_tuple);
    REQUIRE(written.has_value());
    CHECK(*written == text.size());
    CHECK(text.starts_with("{\"schema\":2"));
    CHECK(text.ends_with("}\n"));
    CHECK(text.find("\"execve\"") != text.npos);
    CHECK(static_cast<std::uint64_t>(std::ranges::count(text, '\n')) == target.stats().records);
}

LIVE_TEST("writing lines of JSON ends with the error of the stream, and entries are written only if the options say so",
          "[streams]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    auto target = co_await by.async_launch(quiet(program("hello")));
    asio::local::stream_protocol::socket near{ex}, far{ex};
    asio::local::connect_pair(near, far);
    auto const exits = co_await async_write_json_lines(target, near, render::json_options{});
    near.close();
    std::string text;
    co_await asio::async_read(far, asio::dynamic_buffer(text), use_tuple);
    CHECK(exits == text.size());
    CHECK(text.find("\"syscall_entered\"") == text.npos);
    auto other = co_await by.async_launch(quiet(program("hello")));
    auto const [error, written] = co_await async_write_json_lines(other, near, use_tuple);
    CHECK(error == asio::error::bad_descriptor);
    CHECK(written == 0);
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

}   // namespace streams_tests
