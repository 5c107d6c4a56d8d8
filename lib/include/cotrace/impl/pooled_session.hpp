// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/impl/crossing.hpp>

#include <boost/asio/error.hpp>

#include <functional>
#include <tuple>
#include <utility>

namespace cotrace {

namespace engine {

// What the operations below need of a mailbox; with its mutex, but for the first. It is
// null in a session that is default-constructed or was moved from.
std::shared_ptr<bell> bell_of(std::shared_ptr<mailbox> const& box);
std::optional<record> take_one(mailbox& from);
std::size_t take_all(mailbox& from, std::vector<record>& into);
/// A record is there, or none will come.
bool is_readable(mailbox const& box);
bool has_ended(mailbox const& box);
thread_exited root_end(mailbox const& box);

struct read_one {
    std::shared_ptr<mailbox> box;

    using values = std::tuple<error_code, std::optional<record>>;
    std::shared_ptr<bell> where() const { return bell_of(box); }
    void begin() {}
    bool ready() const { return !box || is_readable(*box); }
    values take()
    {
        if (!box)
            return {errc::empty_object, std::nullopt};
        return {error_code{}, take_one(*box)};
    }
    std::optional<values> give_up() { return values{asio::error::operation_aborted, std::nullopt}; }
};

struct read_all {
    std::shared_ptr<mailbox> box;
    std::vector<record>*     into;

    using values = std::tuple<error_code, std::size_t>;
    std::shared_ptr<bell> where() const { return bell_of(box); }
    void begin() {}
    bool ready() const { return !box || is_readable(*box); }
    values take()
    {
        if (!box)
            return {errc::empty_object, 0};
        return {error_code{}, take_all(*box, *into)};
    }
    std::optional<values> give_up() { return values{asio::error::operation_aborted, 0}; }
};

struct await_end {
    std::shared_ptr<mailbox> box;

    using values = std::tuple<error_code, thread_exited>;
    std::shared_ptr<bell> where() const { return bell_of(box); }
    void begin() {}
    bool ready() const { return !box || has_ended(*box); }
    values take()
    {
        if (!box)
            return {errc::empty_object, thread_exited{}};
        return {error_code{}, root_end(*box)};
    }
    std::optional<values> give_up() { return values{asio::error::operation_aborted, thread_exited{}}; }
};

/// Something to do with a session on its own thread, and what came of it.
struct request : bell {
    request(std::shared_ptr<mailbox> to, std::function<result<void>(session&)> what)
        : box{std::move(to)}, work{std::move(what)}
    {
    }

    std::shared_ptr<mailbox>             box;
    std::function<result<void>(session&)> work;
    std::optional<result<void>>          answer;
};

void send(std::shared_ptr<request> const& what);

struct await_answer {
    std::shared_ptr<request> asked;

    using values = std::tuple<result<void>>;
    std::shared_ptr<bell> where() const { return asked; }
    void begin() { send(asked); }
    bool ready() const { return asked->answer.has_value(); }
    values take() { return {*asked->answer}; }
    std::optional<values> give_up() { return values{result<void>{error_code{asio::error::operation_aborted}}}; }
};

} // namespace engine

template <asio::completion_token_for<void(error_code, std::optional<record>)> Token>
auto pooled_session::async_next(Token&& token)
{
    return asio::async_compose<Token, void(error_code, std::optional<record>)>(
        engine::crossing{engine::read_one{box_}}, token);
}

template <asio::completion_token_for<void(error_code, std::size_t)> Token>
auto pooled_session::async_read(std::vector<record>& into, Token&& token)
{
    return asio::async_compose<Token, void(error_code, std::size_t)>(
        engine::crossing{engine::read_all{box_, &into}}, token);
}

template <asio::completion_token_for<void(error_code, thread_exited)> Token>
auto pooled_session::async_wait(Token&& token)
{
    return asio::async_compose<Token, void(error_code, thread_exited)>(
        engine::crossing{engine::await_end{box_}}, token);
}

template <asio::completion_token_for<void(result<void>)> Token>
auto pooled_session::async_detach(Token&& token)
{
    auto asked = std::make_shared<engine::request>(box_, [](session& of) { return of.detach(); });
    return asio::async_compose<Token, void(result<void>)>(
        engine::crossing{engine::await_answer{std::move(asked)}}, token);
}

template <asio::completion_token_for<void(result<void>)> Token>
auto pooled_session::async_set_filter(filter wanted, Token&& token)
{
    auto asked = std::make_shared<engine::request>(
        box_, [wanted = std::move(wanted)](session& of) { return of.set_filter(wanted); });
    return asio::async_compose<Token, void(result<void>)>(
        engine::crossing{engine::await_answer{std::move(asked)}}, token);
}

template <asio::completion_token_for<void(result<void>)> Token>
auto pooled_session::async_kill(Token&& token)
{
    auto asked = std::make_shared<engine::request>(box_, [](session& of) { return of.kill(); });
    return asio::async_compose<Token, void(result<void>)>(
        engine::crossing{engine::await_answer{std::move(asked)}}, token);
}

} // namespace cotrace
