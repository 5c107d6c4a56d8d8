// SPDX-License-Identifier: BSL-1.0
#pragma once

// Guests that have printed their first line and so are ready for the test, and checks of their later output.

#include "support/attaching.hpp"
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/guests.hpp"

#include <cotrace/tracer.hpp>

#include <boost/asio/this_coro.hpp>

#include <optional>
#include <string_view>
#include <utility>

namespace cotrace::test {

/// Starts a guest without a tracer, and waits for its first line. With `state`, also waits until the guest's leader has this
/// state letter.
inline task<started> ready_untraced(command what, std::optional<char> state = {})
{
    started guest{co_await asio::this_coro::executor, what};
    co_await guest.line();
    if (state)
        co_await until([&] { return state_of(guest.leader()) == *state; });
    co_return std::move(guest);
}

/// A guest that was started without a tracer, and another process that the guest named.
struct guest_with_other {
    started guest;
    pid other{};
};

/// Starts a guest without a tracer, and reads its first line, which has the process id `other` after `word`.
inline task<guest_with_other> ready_untraced_with(command what, std::string_view word)
{
    started guest{co_await asio::this_coro::executor, what};
    auto const line = co_await guest.line();
    co_return guest_with_other{std::move(guest), number_after(line, word)};
}

/// A guest that was started without a tracer, and a session that is attached to it.
struct attached_guest {
    started guest;
    tracer by;
    session target;
};

/// Starts a guest as `ready_untraced` does, and then attaches to it.
inline task<attached_guest> ready_attached(command what, std::optional<char> state, session_options options = {})
{
    auto guest = co_await ready_untraced(std::move(what), state);
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await attached(by, guest.id(), std::move(options));
    co_return attached_guest{std::move(guest), std::move(by), std::move(target)};
}

/// Starts a guest without a tracer, waits for its first line, and then attaches to it.
inline task<attached_guest> ready_attached(command what, session_options options = {})
{
    return ready_attached(std::move(what), std::nullopt, std::move(options));
}

/// A guest that a session launched, and the pipes that are its standard input and output.
struct launched_guest {
    tracer by;
    conversation talk;
    session target;
};

/// Launches a guest, and checks that its first line is "ready".
inline task<launched_guest> ready_launched(command what, session_options options = {})
{
    auto const executor = co_await asio::this_coro::executor;
    tracer by{executor};
    conversation talk{executor};
    auto target = co_await launched(by, std::move(what), talk, std::move(options));
    auto const line = co_await talk.line();
    CHECK(line == "ready");
    co_return launched_guest{std::move(by), std::move(talk), std::move(target)};
}

/// Checks the rest of the output of the guest `of`. The type of `of` is `started` or `conversation`.
template <class Guest>
task<void> check_rest(Guest& of, std::string_view expected)
{
    auto const said = co_await of.rest();
    CHECK(said == expected);
}

}   // namespace cotrace::test
