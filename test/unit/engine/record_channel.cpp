// SPDX-License-Identifier: BSL-1.0
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
#include <memory>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

namespace record_channel_tests {

using namespace cotrace;
using namespace cotrace::test;

namespace {

/// A sender that waits for room in a channel. It counts the calls of room_came().
struct waiting_sender final : detail::channel_sender {
    void room_came() noexcept override { ++times; }
    int times = 0;
};

}   // namespace

TEST_CASE("a channel gives records in the order in which they were sent")
{
    asio::io_context context;
    record_channel channel{context.get_executor()};
    for (int i = 1; i <= 3; ++i)
        CHECK(channel.try_send(numbered(i)));
    CHECK(received_from(channel) == number_list{1, 2, 3});
}

TEST_CASE("a full channel with the policy `block` rejects a record that a user sends")
{
    asio::io_context context;
    record_channel channel{context.get_executor(), options_of(2, overflow::block)};
    CHECK(channel.try_send(numbered(1)));
    CHECK(channel.try_send(numbered(2)));
    CHECK_FALSE(channel.try_send(numbered(3)));
    CHECK(received_from(channel) == number_list{1, 2});
    CHECK(channel.counts().lost == 0);
}

TEST_CASE("a channel that drops records reports the number of dropped records at the place where they are missing")
{
    asio::io_context context;
    record_channel channel{context.get_executor(), options_of(3, overflow::drop)};
    for (int i = 1; i <= 5; ++i)
        channel.try_send(numbered(i));
    CHECK(channel.counts().lost == 2);
    CHECK(raw(channel.try_receive()->thread) == 1);
    CHECK(raw(channel.try_receive()->thread) == 2);
    CHECK(channel.try_send(numbered(6)));
    CHECK(received_from(channel) == number_list{3, -2, 6});
}

TEST_CASE("a records_lost record names a session only if all lost records are of this session")
{
    asio::io_context context{1};
    auto const one = std::make_shared<session_identity const>(session_identity{1, "one"});
    auto const other = std::make_shared<session_identity const>(session_identity{2, "other"});
    auto const of = [](std::shared_ptr<session_identity const> session) {
        auto made = numbered(5);
        made.session = std::move(session);
        return made;
    };
    auto const lost_of = [&](std::vector<std::shared_ptr<session_identity const>> const& senders) {
        record_channel channel{context.get_executor(), options_of(1, overflow::overwrite)};
        for (auto const& each : senders)
            CHECK(channel.try_send(of(each)));
        auto const first = channel.try_receive();
        REQUIRE(first);
        REQUIRE(std::holds_alternative<records_lost>(first->what));
        return *first;
    };
    CHECK(lost_of({one, one, one}).session == one);
    CHECK(lost_of({one, one, one}).thread == tid{5});
    CHECK(lost_of({one, other, other}).session == nullptr);
    CHECK(lost_of({one, other, one, one}).thread == tid{});
    CHECK(lost_of({other, one}).session == other);
}

TEST_CASE("a channel that drops records has room for a record only if it also has room for the number of missing records")
{
    asio::io_context context;
    record_channel channel{context.get_executor(), options_of(2, overflow::drop)};
    for (int i = 1; i <= 3; ++i)
        channel.try_send(numbered(i));
    CHECK(raw(channel.try_receive()->thread) == 1);
    CHECK_FALSE(channel.try_send(numbered(4)));
    CHECK(received_from(channel) == number_list{2, -2});
    CHECK(channel.counts().highest == 2);
}

TEST_CASE("try_send returns false if the channel discarded the record")
{
    asio::io_context context;
    record_channel channel{context.get_executor(), options_of(1, overflow::drop)};
    auto output = channel.tee();
    CHECK(channel.try_send(numbered(1)));
    CHECK_FALSE(channel.try_send(numbered(2)));
    CHECK(channel.counts().lost == 1);
    CHECK(received_from(output) == number_list{1, 2});
}

TEST_CASE("the number of dropped records can be received as soon as the channel is empty")
{
    asio::io_context context;
    record_channel channel{context.get_executor(), options_of(1, overflow::drop)};
    auto const lose_two = [&] {
        for (int i = 1; i <= 3; ++i)
            channel.try_send(numbered(i));
    };
    lose_two();
    CHECK(received_from(channel) == number_list{1, -2});
    lose_two();
    std::vector<record> batch;
    channel.async_read(batch, [](error_code, std::size_t count) { CHECK(count == 2); });
    context.run();
    CHECK(numbers_of(batch) == number_list{1, -2});
}

TEST_CASE("a receive operation that waits completes with the number of dropped records")
{
    asio::io_context context;
    record_channel channel{context.get_executor(), options_of(1, overflow::drop)};
    std::vector<record> seen;
    for (int i = 0; i < 2; ++i)
        channel.async_receive([&](error_code, std::optional<record> got) { seen.push_back(std::move(*got)); });
    for (int i = 1; i <= 3; ++i)
        channel.try_send(numbered(i));
    context.run();
    CHECK(numbers_of(seen) == number_list{1, -2});
}

TEST_CASE("a closed channel that dropped records ends with the number of missing records")
{
    asio::io_context context;
    record_channel channel{context.get_executor(), options_of(1, overflow::drop)};
    for (int i = 1; i <= 3; ++i)
        channel.try_send(numbered(i));
    channel.close();
    CHECK(received_from(channel) == number_list{1, -2});
}

TEST_CASE("a channel that overwrites keeps the newest records, and gives the number of missing records before them")
{
    asio::io_context context;
    record_channel channel{context.get_executor(), options_of(3, overflow::overwrite)};
    for (int i = 1; i <= 10; ++i)
        CHECK(channel.try_send(numbered(i)));
    auto const counts = channel.counts();
    CHECK(counts.queued == 3);
    CHECK(counts.highest == 3);
    CHECK(counts.lost == 7);
    CHECK(received_from(channel) == number_list{-7, 8, 9, 10});
}

TEST_CASE("a record_channel that was moved from still refers to its channel")
{
    static_assert(std::is_nothrow_move_constructible_v<record_channel> && std::is_nothrow_move_assignable_v<record_channel>);
    asio::io_context context;
    record_channel channel{context.get_executor()};
    record_channel const moved = std::move(channel);
    CHECK(channel.try_send(numbered(1)));
    CHECK(channel.is_open());
    CHECK(moved.counts().queued == 1);
    CHECK(received_from(channel) == number_list{1});
}

TEST_CASE("a receive operation completes with a record that is sent later, and with an empty optional after the last record")
{
    asio::io_context context;
    record_channel channel{context.get_executor()};
    number_list seen;
    bool ended = false;
    auto consume = [&]() -> task<void> {
        while (auto next = co_await channel.async_receive())
            seen.push_back(raw(next->thread));
        ended = true;
    };
    asio::co_spawn(context, consume(), asio::detached);
    context.poll();
    CHECK(seen.empty());
    channel.try_send(numbered(1));
    channel.try_send(numbered(2));
    context.poll();
    CHECK(seen == number_list{1, 2});
    channel.close();
    context.poll();
    CHECK(ended);
    CHECK_FALSE(channel.try_send(numbered(3)));
}

TEST_CASE("async_read appends all records that the channel holds to the batch")
{
    asio::io_context context;
    record_channel channel{context.get_executor()};
    std::vector<record> batch{numbered(0)};
    std::size_t count = 0;
    for (int i = 1; i <= 3; ++i)
        channel.try_send(numbered(i));
    channel.async_read(batch, [&](error_code, std::size_t got) { count = got; });
    context.run();
    CHECK(count == 3);
    CHECK(numbers_of(batch) == number_list{0, 1, 2, 3});
}

TEST_CASE("each record goes to one of several waiting consumers")
{
    asio::io_context context;
    record_channel channel{context.get_executor()};
    number_list seen;
    for (int i = 0; i < 3; ++i)
        channel.async_receive([&](error_code, std::optional<record> got) { seen.push_back(raw(got->thread)); });
    for (int i = 1; i <= 3; ++i)
        channel.try_send(numbered(i));
    context.run();
    std::ranges::sort(seen);
    CHECK(seen == number_list{1, 2, 3});
}

TEST_CASE("a cancelled receive operation is aborted and takes no record")
{
    asio::io_context context;
    record_channel channel{context.get_executor()};
    asio::cancellation_signal stop;
    error_code seen;
    channel.async_receive(asio::bind_cancellation_slot(stop.slot(), [&](error_code ec, std::optional<record> got) {
        CHECK_FALSE(got);
        seen = ec;
    }));
    context.poll();
    stop.emit(asio::cancellation_type::partial);
    channel.try_send(numbered(1));
    context.run();
    CHECK(seen == asio::error::operation_aborted);
    CHECK(received_from(channel) == number_list{1});
}

TEST_CASE("cancel aborts all waiting operations, and the channel stays open")
{
    asio::io_context context;
    record_channel channel{context.get_executor()};
    int aborted = 0;
    for (int i = 0; i < 2; ++i)
        channel.async_receive([&](error_code ec, std::optional<record>) { aborted += ec == asio::error::operation_aborted; });
    channel.cancel();
    context.run();
    CHECK(aborted == 2);
    CHECK(channel.is_open());
}

TEST_CASE("every output of tee() gets a copy of each later record, and has an overflow policy of its own")
{
    asio::io_context context;
    record_channel channel{context.get_executor()};
    channel.try_send(numbered(1));
    auto all = channel.tee();
    auto last = channel.tee(options_of(1, overflow::overwrite));
    for (int i = 2; i <= 4; ++i)
        channel.try_send(numbered(i));
    CHECK(received_from(channel) == number_list{1, 2, 3, 4});
    CHECK(received_from(all) == number_list{2, 3, 4});
    CHECK(received_from(last) == number_list{-2, 4});
    channel.close();
    CHECK_FALSE(all.is_open());
}

TEST_CASE("a full output of tee() with the policy `block` makes the senders of its channel wait")
{
    asio::io_context context;
    record_channel channel{context.get_executor()};
    auto slow = channel.tee(options_of(2, overflow::block));
    auto const& state = detail::state_of(channel);
    CHECK(channel.try_send(numbered(1)));
    CHECK(channel.try_send(numbered(2)));
    CHECK_FALSE(channel.try_send(numbered(3)));
    waiting_sender sender;
    state->await_room(sender);
    CHECK(sender.times == 0);
    CHECK(received_from(slow) == number_list{1, 2});
    CHECK(sender.times == 1);
    CHECK(channel.try_send(numbered(3)));
}

TEST_CASE("an output of tee() without a handle is removed from its channel, and the waiting senders of the channel are notified")
{
    asio::io_context context;
    record_channel channel{context.get_executor()};
    std::optional<record_channel> output{channel.tee(options_of(1, overflow::block))};
    std::weak_ptr const state = detail::state_of(*output);
    channel.try_send(numbered(1));
    CHECK_FALSE(channel.try_send(numbered(2)));
    waiting_sender sender;
    detail::state_of(channel)->await_room(sender);
    output.reset();
    CHECK(state.expired());
    CHECK(sender.times == 1);
    CHECK(channel.try_send(numbered(2)));
}

TEST_CASE("a closed output of tee() is removed from its channel")
{
    asio::io_context context;
    record_channel channel{context.get_executor()};
    std::weak_ptr<detail::channel_state> state;
    {
        auto output = channel.tee();
        state = detail::state_of(output);
        auto const its_own = output.tee();
        output.close();
        CHECK_FALSE(its_own.is_open());
        CHECK(channel.is_open());
    }
    CHECK(state.expired());
    CHECK(channel.try_send(numbered(1)));
}

TEST_CASE("when the last handle of a channel is destroyed, its outputs of tee() are closed, but keep their records")
{
    asio::io_context context;
    std::optional<record_channel> channel{context.get_executor()};
    auto output = channel->tee();
    auto idle = channel->tee();
    std::optional<error_code> seen;
    idle.async_receive([](error_code, std::optional<record> got) { CHECK(raw(got->thread) == 1); });
    idle.async_receive([&](error_code ec, std::optional<record> got) {
        CHECK_FALSE(got);
        seen = ec;
    });
    channel->try_send(numbered(1));
    channel.reset();
    CHECK_FALSE(output.is_open());
    CHECK(received_from(output) == number_list{1});
    context.run();
    CHECK(seen == error_code{});
}

TEST_CASE("a waiting sender is notified once, when half of the channel's capacity is free")
{
    asio::io_context context;
    record_channel channel{context.get_executor(), options_of(4, overflow::block)};
    auto const& state = detail::state_of(channel);
    for (int i = 1; i <= 4; ++i)
        channel.try_send(numbered(i));
    waiting_sender sender, gone;
    state->await_room(sender);
    state->await_room(gone);
    state->forget(gone);
    channel.try_receive();
    CHECK(sender.times == 0);
    channel.try_receive();
    CHECK(sender.times == 1);
    channel.try_receive();
    CHECK(sender.times == 1);
    CHECK(gone.times == 0);
}

TEST_CASE("no sender waits for a closed channel")
{
    asio::io_context context;
    record_channel channel{context.get_executor(), options_of(1, overflow::block)};
    channel.try_send(numbered(1));
    waiting_sender sender;
    detail::state_of(channel)->await_room(sender);
    channel.close();
    CHECK(sender.times == 1);
    CHECK(detail::state_of(channel)->has_room());
}

}   // namespace record_channel_tests
