// SPDX-License-Identifier: BSL-1.0
#include "engine/pool/pool.hpp"

#include "engine/session/channel_state.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <exception>

namespace cotrace::engine {

// The functions of `pooled_state`.

pooled_state::pooled_state(std::shared_ptr<pool_thread> home, session traced, std::shared_ptr<counters const> counted)
    : of{std::move(traced)}
    , home_{std::move(home)}
    , root_{of.root()}
    , counted_{std::move(counted)}
    , channel_{of.channel()}
{
}

void pooled_state::cancel_waits()
{
    std::lock_guard const lock{guard};
    ++cancels_;
    notify_all();
}

void pooled_state::end(thread_exited const& how)
{
    std::lock_guard const lock{guard};
    end_ = how;
    notify_all();
}

// How a launch or an attach is sent to a tracing thread.

namespace {

std::tuple<error_code, pooled_session> refused(failure why)
{
    auto const error = why.code;
    return {error, pooled_session{std::move(why)}};
}

std::shared_ptr<pending_session> plan(std::shared_ptr<pool> by, pending_session::function how)
{
    return std::make_shared<pending_session>(std::move(by), std::move(how));
}

}   // namespace

std::shared_ptr<pending_session> plan_launch(std::shared_ptr<pool> by, command what, session_options options)
{
    return plan(std::move(by), [what = std::move(what), options = std::move(options)](tracer& with) -> task<session> {
        co_return co_await with.async_launch(what, options);
    });
}

std::shared_ptr<pending_session> plan_attach(std::shared_ptr<pool> by, target_list which, session_options options)
{
    return plan(std::move(by), [which = std::move(which), options = std::move(options)](tracer& with) -> task<session> {
        co_return co_await with.async_attach(which, options);
    });
}

std::shared_ptr<change_notifier> await_session::where() const { return asked; }

void await_session::begin()
{
    auto const by = std::exchange(asked->from, nullptr);
    if (!by) {
        asked->got = refused(failure{errc::empty_object, "trace with a pool", {}, {}});
        return;
    }
    if (by->is_copy()) {
        asked->got = refused(failure{errc::wrong_process, "trace with a pool", {}, {}});
        return;
    }
    asked->home = by->least_loaded();
    if (!asked->home->submit([asked = asked] { asked->home->open(asked); }))
        asked->got = refused(failure{asio::error::operation_aborted, "trace with a pool that is gone", {}, {}});
}

bool await_session::ready() const { return asked->got.has_value(); }
await_session::values await_session::take() { return std::move(*asked->got); }

std::optional<await_session::values> await_session::give_up()
{
    asked->home->submit([asked = asked] { asked->stop.emit(asio::cancellation_type::terminal); });
    return std::nullopt;   // the tracing thread completes the operation after it has undone the launch or attach
}

// The functions of `pool_thread`.

std::shared_ptr<pool_thread> pool_thread::start(waiting how)
{
    auto const made = std::make_shared<pool_thread>();
    std::promise<void> started;
    auto began = started.get_future();
    made->thread_ = std::thread{[made, how](std::promise<void> tell) { made->run(how, std::move(tell)); }, std::move(started)};
    try {
        began.get();
    } catch (...) {
        made->thread_.join();
        throw;
    }
    return made;
}

void pool_thread::run(waiting how, std::promise<void> started)
{
    try {
        busy_.emplace(context_->get_executor());
        tracer_.emplace(context_->get_executor(), how);
    } catch (...) {
        busy_.reset();
        context_.reset();
        return started.set_exception(std::current_exception());
    }
    started.set_value();
    context_->run();
    // Destroys the coroutines of interceptors that still run, on the thread that they ran on.
    context_.reset();
}

bool pool_thread::submit(std::function<void()> work)
{
    if (!made_here_)
        return false;
    std::lock_guard const lock{guard_};
    if (over_)
        return false;
    ++submitted_;
    asio::post(*context_, [this, work = std::move(work)] {
        work();
        {
            std::lock_guard const done{guard_};
            --submitted_;
        }
        stop_if_done();
    });
    return true;
}

std::size_t pool_thread::load() const
{
    std::lock_guard const lock{guard_};
    std::size_t all = submitted_ + pending_sessions_.size();
    for (auto const& each : traced_)
        all += std::max<std::size_t>(1, each->counts().threads);
    return all;
}

void pool_thread::close()
{
    {
        std::lock_guard const lock{guard_};
        if (std::exchange(closed_, true))
            return;
    }
    submit([this] { shut_down(); });
}

void pool_thread::join()
{
    if (!thread_.joinable())
        return;
    if (thread_.get_id() == std::this_thread::get_id())
        thread_.detach();
    else
        thread_.join();
}

void pool_thread::shut_down()
{
    {
        std::lock_guard const lock{guard_};
        over_ = true;
    }
    for (auto const& each : std::vector{pending_sessions_})
        each->stop.emit(asio::cancellation_type::terminal);
    tracer_.reset();   // ends all sessions
    busy_.reset();
}

void pool_thread::stop_if_done()
{
    std::lock_guard const lock{guard_};
    if (over_ && submitted_ == 0 && pending_sessions_.empty() && traced_.empty())
        context_->stop();
}

void pool_thread::begin(std::shared_ptr<pooled_state> const& traced)
{
    {
        std::lock_guard const lock{guard_};
        traced_.push_back(traced);
    }
    traced->of.async_wait([this, traced](error_code, thread_exited how) {
        {
            std::lock_guard const lock{guard_};
            std::erase(traced_, traced);
        }
        forget(traced->of);
        traced->end(how);
        stop_if_done();
    });
}

void pool_thread::open(std::shared_ptr<pending_session> const& asked)
{
    {
        std::lock_guard const lock{guard_};
        pending_sessions_.push_back(asked);
    }
    asio::co_spawn(*context_, opened(asked),
                   asio::bind_cancellation_slot(asked->stop.slot(), [this, asked](std::exception_ptr broken) {
                       if (broken)
                           std::rethrow_exception(broken);
                       {
                           std::lock_guard const lock{guard_};
                           std::erase(pending_sessions_, asked);
                       }
                       stop_if_done();
                   }));
}

task<void> pool_thread::opened(std::shared_ptr<pending_session> asked)
{
    std::tuple<error_code, pooled_session> made;
    try {
        if (over_)   // the pool was shut down after `open` was posted
            throw failed{failure{asio::error::operation_aborted, "trace with a pool that is gone", {}, {}}};
        auto from = co_await asked->how(*tracer_);
        auto counted = counters_of(from);
        auto const state = std::make_shared<pooled_state>(shared_from_this(), std::move(from), std::move(counted));
        begin(state);
        std::get<1>(made) = pooled_session{state};
    } catch (failed const& error) {
        made = refused(error.why());
    } catch (boost::system::system_error const& cancelled) {   // the launch or attach was cancelled before it began
        made = refused(failure{cancelled.code(), "trace with a pool", {}, {}});
    }
    std::lock_guard const lock{asked->guard};
    asked->got = std::move(made);
    asked->notify_all();
}

// The functions of `pool`.

pool::pool(std::size_t threads, waiting how)
{
    if (threads == 0)
        threads = std::max(1u, std::thread::hardware_concurrency());
    while (threads_.size() < threads)
        try {
            threads_.push_back(pool_thread::start(how));
        } catch (...) {
            shut_down();
            throw;
        }
}

std::shared_ptr<pool_thread> const& pool::least_loaded() const
{
    return *std::ranges::min_element(threads_, {}, [](auto const& each) { return each->load(); });
}

void pool::shut_down()
{
    if (is_copy()) {   // only the parent has the threads, and one of them may have held a mutex at the fork
        for (auto const& each : threads_)
            sys::never_destroy(each);
        return;
    }
    for (auto const& each : threads_)
        each->close();
    for (auto const& each : threads_)
        each->join();
}

// How an operation waits for the end of a pooled session, and how requests are sent to the tracing thread.

std::shared_ptr<change_notifier> await_end::where() const
{
    return !state || state->is_copy() ? std::make_shared<change_notifier>() : state;
}

void await_end::begin()
{
    if (state)
        cancels = state->cancels();
}

bool await_end::ready() const { return !state || state->has_ended() || cancels != state->cancels(); }

await_end::values await_end::take()
{
    if (!state)
        return {errc::empty_object, thread_exited{}};
    if (!state->has_ended())
        return {asio::error::operation_aborted, thread_exited{}};
    return {error_code{}, state->root_end()};
}

std::optional<await_end::values> await_end::give_up() { return values{asio::error::operation_aborted, thread_exited{}}; }

std::shared_ptr<request> plan_detach(std::shared_ptr<pooled_state> of)
{
    return std::make_shared<request>(std::move(of), [](session& with) { return with.detach(); });
}

std::shared_ptr<request> plan_filter(std::shared_ptr<pooled_state> of, filter wanted)
{
    return std::make_shared<request>(std::move(of),
                                     [wanted = std::move(wanted)](session& with) { return with.set_filter(wanted); });
}

std::shared_ptr<request> plan_kill(std::shared_ptr<pooled_state> of)
{
    return std::make_shared<request>(std::move(of), [](session& with) { return with.kill(); });
}

std::shared_ptr<change_notifier> await_answer::where() const { return asked; }

void await_answer::begin()
{
    auto const answer = [](request& by, result<void> said) {
        std::lock_guard const lock{by.guard};
        by.answer = said ? error_code{} : said.error();
        by.notify_all();
    };
    if (!asked->to)
        return answer(*asked, errc::empty_object);
    if (asked->to->is_copy())
        return answer(*asked, errc::wrong_process);
    bool const sent = asked->to->home().submit([asked = asked, answer] {
        answer(*asked, asked->to->has_ended() ? result<void>{errc::session_ended} : asked->work(asked->to->of));
    });
    if (!sent)
        answer(*asked, errc::session_ended);
}

bool await_answer::ready() const { return asked->answer.has_value(); }
await_answer::values await_answer::take() { return {*asked->answer}; }
std::optional<await_answer::values> await_answer::give_up() { return values{asio::error::operation_aborted}; }

}   // namespace cotrace::engine
