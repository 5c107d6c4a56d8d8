// SPDX-License-Identifier: BSL-1.0
#include <cotrace/testing/sync_subject.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace cotrace::testing {

namespace {

// A function, because the captures of a temporary lambda would be destroyed before the coroutine ends.
template <class T>
task<void> put(task<T> work, std::optional<T>& into)
{
    into.emplace(co_await std::move(work));
}

/// Runs `context` until `work` has ended, and returns the result of `work`.
template <class T>
T result_of(asio::io_context& context, task<T> work)
{
    std::optional<T> got;
    std::optional<std::exception_ptr> ended;
    asio::co_spawn(context, put(std::move(work), got), [&](std::exception_ptr thrown) { ended = thrown; });
    context.restart();
    while (!ended)
        context.run_one();
    if (*ended)
        std::rethrow_exception(*ended);
    return std::move(*got);
}

}   // namespace

struct sync_subject::state {
    asio::io_context context{1};
    std::optional<subject> traced{};   // declared after the context, so that the context is destroyed last
};

sync_subject::sync_subject(command what, subject_options options, std::source_location at)
    : state_{std::make_unique<state>()}
{
    state_->traced.emplace(result_of(state_->context, launch(std::move(what), std::move(options), at)));
}

sync_subject::sync_subject(child_code what, subject_options options, std::source_location at)
    : state_{std::make_unique<state>()}
{
    state_->traced.emplace(result_of(state_->context, launch(std::move(what), std::move(options), at)));
}

sync_subject::sync_subject(sync_subject&&) noexcept = default;
sync_subject& sync_subject::operator=(sync_subject&&) noexcept = default;
sync_subject::~sync_subject() = default;

record sync_subject::next(pattern what, std::optional<limit> within, std::source_location at)
{
    return result_of(state_->context, state_->traced->next(std::move(what), within, at));
}

finished sync_subject::finish(std::optional<limit> within, std::source_location at)
{
    return result_of(state_->context, state_->traced->finish(within, at));
}

subject& sync_subject::get() noexcept { return *state_->traced; }
run sync_subject::so_far() const { return state_->traced->so_far(); }
pid sync_subject::root() const noexcept { return state_->traced->root(); }
void sync_subject::kill() { state_->traced->kill(); }

finished trace(command what, subject_options options, std::source_location at)
{
    return sync_subject{std::move(what), std::move(options), at}.finish({}, at);
}

finished trace(child_code what, subject_options options, std::source_location at)
{
    return sync_subject{std::move(what), std::move(options), at}.finish({}, at);
}

}   // namespace cotrace::testing
