// SPDX-License-Identifier: BSL-1.0
// Tests of receive operations that are destroyed before their handlers run, and of record channels that several threads use.
#include <cotrace/record_channel.hpp>

#include "engine/session/channel_state.hpp"
#include "support/catch.hpp"
#include "unit/engine/numbered_records.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>

#include <unistd.h>

namespace record_channel_consumers_tests {

using namespace cotrace;
using namespace cotrace::test;

TEST_CASE("the destruction of a context removes its receive operations from the channel")
{
    asio::io_context context;
    record_channel channel{context.get_executor()};
    auto const held = std::make_shared<int>(1);
    {
        asio::io_context other;
        channel.async_receive(asio::bind_executor(other, [held](error_code, std::optional<record>) { FAIL("called"); }));
        CHECK(held.use_count() == 2);
    }
    CHECK(held.use_count() == 1);
    channel.try_send(numbered(1));
    CHECK(received_from(channel) == number_list{1});
}

TEST_CASE("the records of operations whose context is destroyed before their handlers run stay in the channel, in order")
{
    asio::io_context context;
    record_channel channel{context.get_executor(), options_of(4, overflow::block)};
    {
        asio::io_context other;
        auto const fail = [](error_code, auto const&) { FAIL("called"); };
        std::vector<record> batch;
        for (int i = 1; i <= 2; ++i)
            channel.async_receive(asio::bind_executor(other, fail));
        channel.async_read(batch, asio::bind_executor(other, fail));
        for (int i = 1; i <= 4; ++i)
            CHECK(channel.try_send(numbered(i)));
    }
    CHECK(received_from(channel) == number_list{1, 2, 3, 4});
    CHECK(channel.counts().lost == 0);
}

TEST_CASE("when a receive operation is destroyed with its context, an operation in another context gets the record")
{
    asio::io_context context;
    record_channel channel{context.get_executor()};
    auto other = std::make_unique<asio::io_context>();
    channel.async_receive(asio::bind_executor(*other, [](error_code, std::optional<record>) { FAIL("called"); }));
    long seen = 0;
    channel.async_receive([&](error_code, std::optional<record> got) { seen = raw(got->thread); });
    channel.try_send(numbered(1));
    context.poll();
    CHECK(seen == 0);
    other.reset();
    context.run();
    CHECK(seen == 1);
}

// While the context of a strand is being destroyed, the strand destroys posted functions without a call. Here, this destruction
// sends a record to the channel.
TEST_CASE("a channel can be used by the destructors of handlers that a strand destroys with its context")
{
    asio::io_context context;
    record_channel channel{context.get_executor()};
    {
        asio::io_context other;
        channel.async_receive(asio::bind_executor(other, [](error_code, std::optional<record>) {}));
        channel.try_send(numbered(0));
        other.run();
        auto const strand = asio::make_strand(other);
        for (int i = 0; i < 3; ++i) {
            std::shared_ptr<void> const last_action{nullptr, [channel, i](void*) mutable { channel.try_send(numbered(10 + i)); }};
            channel.async_receive(
                asio::bind_executor(strand, [last_action](error_code, std::optional<record>) { FAIL("called"); }));
        }
        channel.try_send(numbered(1));
    }
    auto seen = received_from(channel);
    std::ranges::sort(seen);
    CHECK(seen == number_list{1, 10, 11, 12});
}

TEST_CASE("a receive operation whose record another consumer took waits again, and can be cancelled")
{
    asio::io_context context;
    record_channel channel{context.get_executor()};
    asio::cancellation_signal stop;
    std::vector<error_code> ended;
    number_list seen;
    auto const handler = [&](error_code ec, std::optional<record> got) {
        ended.push_back(ec);
        if (got)
            seen.push_back(raw(got->thread));
    };
    channel.async_receive(handler);
    channel.async_receive(asio::bind_cancellation_slot(stop.slot(), handler));
    for (int i = 1; i <= 2; ++i)
        channel.try_send(numbered(i));
    CHECK(received_from(channel) == number_list{1, 2});
    stop.emit(asio::cancellation_type::total);
    context.poll();
    CHECK(ended == std::vector<error_code>{asio::error::operation_aborted});
    channel.try_send(numbered(3));
    context.restart();
    context.run();
    CHECK(seen == number_list{3});
}

TEST_CASE("a waiting receive operation is aborted when the last handle of its channel is destroyed")
{
    asio::io_context context;
    error_code seen;
    {
        record_channel channel{context.get_executor()};
        channel.async_receive([&](error_code ec, std::optional<record>) { seen = ec; });
    }
    context.run();
    CHECK(seen == asio::error::operation_aborted);
}

namespace {

/// The state letter of a thread of this process, as in /proc/self/task/TID/stat. Returns '?' if the thread has ended.
char state_of(pid_t thread)
{
    std::ifstream file{"/proc/self/task/" + std::to_string(thread) + "/stat"};
    std::string text;
    std::getline(file, text);
    auto const after_name = text.rfind(") ");
    return after_name == text.npos ? '?' : text[after_name + 2];
}

/// The context of an executor that runs a function on a new thread.
struct other_thread {
    asio::execution_context context;
    std::thread thread;
    std::atomic<pid_t> id = 0;
    std::atomic<bool> called = false;   ///< set by the handler
    bool called_in_post = false;        ///< whether the handler was called before `execute` returned
};

/// An executor whose `execute` returns when the new thread has called the handler or sleeps, for example in a wait for a lock.
struct slow_executor {
    other_thread* on;

    asio::execution_context& query(asio::execution::context_t) const noexcept { return on->context; }
    static constexpr auto query(asio::execution::blocking_t) noexcept { return asio::execution::blocking.never; }
    bool operator==(slow_executor const&) const noexcept = default;

    template <class Function>
    void execute(Function function) const
    {
        on->thread = std::thread{[on = on, function = std::move(function)]() mutable {
            on->id = ::gettid();
            function();
        }};
        while (!on->called && (on->id == 0 || state_of(on->id) != 'S'))
            std::this_thread::yield();
        on->called_in_post = on->called;
    }
};

}   // namespace

// A handler may destroy the execution context, so it must not run while the aborting thread uses this context in `post`.
TEST_CASE("an aborted receive operation does not complete before the aborting thread has posted it")
{
    bool const by_cancel = GENERATE(true, false);
    asio::io_context context;
    other_thread other;
    std::optional<record_channel> channel{std::in_place, context.get_executor()};
    channel->async_receive(
        asio::bind_executor(slow_executor{&other}, [&](error_code, std::optional<record>) { other.called = true; }));
    if (by_cancel)
        channel->cancel();
    else
        channel.reset();
    other.thread.join();
    CHECK(other.called);
    CHECK_FALSE(other.called_in_post);
}

TEST_CASE("consumers on several threads receive every record of several senders once")
{
    constexpr int senders = 2, consumers = 2, each = 2000;
    asio::io_context home;
    record_channel channel{home.get_executor(), options_of(16, overflow::block)};
    std::vector<std::vector<record>> seen(consumers);
    std::vector<std::thread> threads;
    for (auto& mine : seen)
        threads.emplace_back([&mine, channel]() mutable {
            asio::io_context context;
            auto consume = [&]() -> task<void> {
                while (auto next = co_await channel.async_receive())
                    mine.push_back(std::move(*next));
            };
            asio::co_spawn(context, consume(), asio::detached);
            context.run();
        });
    std::atomic<int> done = 0;
    for (int s = 0; s < senders; ++s)
        threads.emplace_back([&done, channel, s]() mutable {
            for (int i = 0; i < each; ++i)
                while (!channel.try_send(numbered(s * each + i)))
                    std::this_thread::yield();
            if (++done == senders)
                channel.close();
        });
    for (auto& thread : threads)
        thread.join();
    number_list all;
    for (auto const& mine : seen) {
        auto const got = numbers_of(mine);
        all.insert(all.end(), got.begin(), got.end());
    }
    std::ranges::sort(all);
    REQUIRE(all.size() == senders * each);
    for (std::size_t i = 0; i < all.size(); ++i)
        CHECK(all[i] == static_cast<long>(i));
}

TEST_CASE("senders on several threads do not exceed the depth of a channel or of its output")
{
    constexpr int senders = 4, each = 5000;
    asio::io_context home;
    for (auto const policy : {overflow::block, overflow::drop, overflow::overwrite}) {
        CAPTURE(policy);
        record_channel channel{home.get_executor(), options_of(2, policy)};
        auto output = channel.tee(options_of(3, policy));
        std::atomic<int> running = senders, queued = 0;
        std::vector<std::thread> threads;
        for (int s = 0; s < senders; ++s)
            threads.emplace_back([&, channel]() mutable {
                for (int i = 0; i < each; ++i)
                    queued += channel.try_send(numbered(i)) ? 1 : 0;
                --running;
            });
        std::uint64_t received = 0, told = 0;
        auto const drain = [&] {
            while (auto const next = channel.try_receive())
                if (auto const* lost = std::get_if<records_lost>(&next->what))
                    told += lost->count;
                else
                    ++received;
            (void)received_from(output);
        };
        while (running != 0)
            drain();
        for (auto& thread : threads)
            thread.join();
        drain();
        CHECK(channel.counts().highest <= 2);
        CHECK(output.counts().highest <= 3);
        CHECK(channel.counts().lost == told);
        CHECK(received + (policy == overflow::overwrite ? told : 0) == static_cast<std::uint64_t>(queued));
    }
}

}   // namespace record_channel_consumers_tests
