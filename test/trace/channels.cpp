// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <set>
#include <thread>

namespace channels_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

/// Waits until a session has ended.
task<void> ended(session& target)
{
    auto const end = co_await target.async_wait();
    CHECK(end.known);
}

}   // namespace

LIVE_TEST("two sessions send to one channel, and each record names its session and its process", "[channel]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    record_channel const shared{ex};
    auto first_options = session_options{}.with_channel(shared).with_label("first");
    auto second_options = session_options{}.with_channel(shared).with_label("second");
    auto first = co_await launched(by, program("exits", "3"), std::move(first_options));
    auto second = co_await launched(by, program("exits", "4"), std::move(second_options));
    co_await ended(first);
    co_await ended(second);
    record_channel reader = shared;
    CHECK(reader.is_open());
    reader.close();
    auto const all = co_await drain(reader);

    std::set<std::uint32_t> numbers;
    for (auto const& each : all) {
        REQUIRE(each.session != nullptr);
        numbers.insert(each.session->number);
        bool const is_first = each.session->label == "first";
        CHECK((is_first || each.session->label == "second"));
        CHECK(each.process == (is_first ? first : second).root());
    }
    CHECK(numbers.size() == 2);
    CHECK(end_of(all, leader(first.root()))->status == 3);
    CHECK(end_of(all, leader(second.root()))->status == 4);
}

LIVE_TEST("a session that was given no channel makes its own, and closes that channel when the session ends", "[channel]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await launched(by, program("exits", "3"));
    auto own = target.channel();
    auto const all = co_await drain(own);
    CHECK(end_of(all, leader(target.root()))->status == 3);
    CHECK_FALSE(own.is_open());
    CHECK(own.counts().queued == 0);
    CHECK(own.counts().lost == 0);
}

LIVE_TEST("each output of a tee gets every record", "[channel]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    record_channel source{ex, {.depth = 4096, .when_full = overflow::drop}};
    auto one = source.tee();
    auto two = source.tee();
    auto options = session_options{}.with_channel(source);
    auto target = co_await launched(by, program("forks_many", "5", "2"), std::move(options));
    co_await ended(target);
    source.close();
    auto const first = co_await drain(one);
    auto const second = co_await drain(two);
    CHECK(count<thread_exited>(first) == 6);
    REQUIRE(second.size() == first.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
        CHECK(first[i].thread == second[i].thread);
        CHECK(first[i].what.index() == second[i].what.index());
    }
}

TEST_CASE("launches do not make a shared channel exceed its depth, unless its policy is `block`", "[channel]")
{
    constexpr std::size_t depth = 4, launches = 10;
    for (auto const how : {tracing::ptrace, tracing::notification})
        for (auto const policy : {overflow::drop, overflow::overwrite, overflow::block}) {
            CAPTURE(how, policy);
            run_for(live_limit, [how, policy]() -> task<void> {
                auto const ex = co_await asio::this_coro::executor;
                tracer by{ex};
                record_channel shared{ex, {.depth = depth, .when_full = policy}};
                auto const output = shared.tee({.depth = depth, .when_full = policy});
                for (std::size_t i = 0; i < launches; ++i) {
                    session_options options;
                    options.into = shared;
                    options.how = how;
                    options.filter = filter{"getppid"};
                    auto target = co_await launched(by, program("exits", "3"), options);
                    if (policy != overflow::block)
                        co_await ended(target);
                }
                // With `overflow::block`, a launched thread cannot be held at its first stops, so each launch adds a few records
                // to a full channel.
                std::size_t const most = policy == overflow::block ? depth + 4 * launches : depth;
                CHECK(shared.counts().highest <= most);
                CHECK(output.counts().highest <= most);
                CHECK((shared.counts().lost != 0) == (policy != overflow::block));
            });
        }
}

LIVE_TEST("a session does not wait for room in an output that was destroyed", "[channel]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    record_channel source{ex};
    std::optional<record_channel> output{source.tee({.depth = 4})};
    auto target = co_await launched(by, program("exits", "3"), session_options{}.with_channel(source));
    co_await until([&] { return output->counts().queued >= 4; });
    output.reset();
    co_await ended(target);
    source.close();
    auto const all = co_await drain(source);
    CHECK(end_of(all, leader(target.root()))->status == 3);
}

LIVE_TEST("a session keeps its channel, and the outputs of that channel, open until the session is destroyed", "[channel]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    std::optional<record_channel> source{ex};
    auto output = source->tee();
    auto options = session_options{}.with_channel(*source);
    std::optional<session> target{co_await launched(by, program("exits", "3"), std::move(options))};
    source.reset();
    options = {};
    co_await ended(*target);
    CHECK(output.is_open());
    auto const root = leader(target->root());
    target.reset();
    auto const all = co_await drain(output);   // `drain` returns because the output is closed
    CHECK(end_of(all, root)->status == 3);
}

LIVE_TEST("a channel with the policy `overwrite` keeps the newest records and reports how many were lost", "[channel]")
{
    tracer by{co_await asio::this_coro::executor};
    auto options = session_options{}.with_queue(8, overflow::overwrite);
    auto target = co_await launched(by, program("exits", "3"), std::move(options));
    co_await ended(target);
    auto const kept = target.channel().counts();
    CHECK(kept.queued == 8);
    auto const all = co_await drain(target);
    REQUIRE(all.size() == 9);
    auto const* const lost = std::get_if<records_lost>(&all.front().what);
    REQUIRE(lost != nullptr);
    CHECK(lost->count == kept.lost);
    CHECK(lost->count == target.stats().lost);
    CHECK(std::holds_alternative<thread_exited>(all.back().what));
}

// The handlers' executor runs on another thread. Intermediate steps of async_next must not run on this executor.
TEST_CASE("a consumer on the event loop of another thread gets every record, however small the queue is", "[channel][sessions]")
{
    for (std::size_t const depth : {std::size_t{2}, std::size_t{4096}}) {
        CAPTURE(depth);
        run_for(live_limit, [depth]() -> task<void> {
            tracer by{co_await asio::this_coro::executor};
            auto options = session_options{}.with_queue(depth);
            auto target = co_await launched(by, program("forks_many", "20", "4"), std::move(options));
            asio::io_context elsewhere{1};
            auto consume = [](session& from) -> task<std::vector<record>> {
                std::vector<record> all;
                while (auto next = co_await from.async_next())
                    all.push_back(std::move(*next));
                co_return all;
            };
            auto reading = asio::co_spawn(elsewhere, consume(target), asio::use_future);
            std::thread consumer{[&] { elsewhere.run(); }};
            auto const [error, end] = co_await target.async_wait(use_tuple);
            CHECK_FALSE(error);
            consumer.join();
            auto const all = reading.get();
            CHECK(count<thread_exited>(all) == 21);
            CHECK(all.size() == target.stats().records);
        });
    }
}

LIVE_TEST("a thread that clone(2) creates with an exit signal is not taken for a process", "[channel][follow]")
{
    auto const seen = co_await trace_of(program("clones_thread_by_signal"));
    auto const asked = calls(seen.records, SYS_getppid);
    REQUIRE(asked.size() == 1);
    CHECK(asked[0].thread != leader(seen.root));
    for (auto const& each : seen.records)
        CHECK(each.process == seen.root);
}

LIVE_TEST("the records of a session with tracing::notification name the process of each thread", "[channel][notify]")
{
    session_options options;
    options.how = tracing::notification;
    auto const seen = co_await trace_of(program("clones_thread_by_signal"), options);
    auto const asked = entries(seen.records, SYS_getppid);
    REQUIRE(asked.size() == 1);
    CHECK(asked[0].thread != leader(seen.root));
    for (auto const& each : seen.records)
        CHECK(each.process == seen.root);
}

}   // namespace channels_tests
