// SPDX-License-Identifier: BSL-1.0
#include "engine/pool/pool.hpp"

#include "engine/session/channel_state.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <exception>

namespace cotrace::engine {

// Waking other threads.

/// The places of one context. A context that is being destroyed walks its timers
/// without a lock, so no thread may cancel a timer from then on.
class bell::district {
public:
    static std::shared_ptr<district> of(asio::any_io_executor const& executor);

    void enter(place* one)
    {
        std::lock_guard const lock{guard_};
        all_.push_back(one);
    }
    void leave(place* one)
    {
        std::lock_guard const lock{guard_};
        std::erase(all_, one);
    }
    void close()
    {
        std::lock_guard const lock{guard_};
        for (auto* const each : all_)
            each->leave();
    }

private:
    std::mutex guard_;
    std::vector<place*> all_;
};

namespace {

/// Is shut down before the service of the timers, which was made earlier: see Asio's execution_context.
struct district_service : asio::execution_context::service {
    using key_type = district_service;
    static inline asio::execution_context::id id;

    explicit district_service(asio::execution_context& owner) : service{owner} {}
    void shutdown() noexcept override { all->close(); }

    std::shared_ptr<bell::district> all = std::make_shared<bell::district>();   ///< its places may outlive the service
};

} // namespace

std::shared_ptr<bell::district> bell::district::of(asio::any_io_executor const& executor)
{
    return asio::use_service<district_service>(asio::query(executor, asio::execution::context)).all;
}

bell::bell() noexcept : generation_{sys::generation()} {}
bool bell::is_copy() const noexcept { return generation_ != sys::generation(); }

bell::place::place(std::shared_ptr<bell> at, asio::any_io_executor const& executor)
    : at_{std::move(at)}, never_{executor, asio::steady_timer::time_point::max()}, around_{district::of(executor)}
{
    around_->enter(this);
    std::lock_guard const lock{at_->guard};
    at_->waiting_.push_back(&never_);
}

bell::place::~place()
{
    around_->leave(this);
    leave();
}

void bell::place::leave()
{
    if (at_->is_copy())
        return;
    std::lock_guard const lock{at_->guard};
    std::erase(at_->waiting_, &never_);
}

void bell::ring()
{
    for (auto* const each : waiting_)
        each->cancel();
}

// A pooled session.

pooled_state::pooled_state(std::shared_ptr<pool_thread> home, session traced, std::shared_ptr<counters const> counted)
    : of{std::move(traced)}, home_{std::move(home)}, root_{of.root()}, counted_{std::move(counted)}, channel_{of.channel()}
{
}

void pooled_state::end(thread_exited const& how)
{
    std::lock_guard const lock{guard};
    end_ = how;
    ring();
}

// Openings.

namespace {

std::shared_ptr<opening> plan(std::shared_ptr<pool> by, opening::function how)
{
    return std::make_shared<opening>(std::move(by), std::move(how));
}

} // namespace

std::shared_ptr<opening> plan_launch(std::shared_ptr<pool> by, command what, session_options options)
{
    return plan(std::move(by), [what = std::move(what), options = std::move(options)](tracer& with) {
        return with.async_launch(what, options, asio::use_awaitable);
    });
}

std::shared_ptr<opening> plan_attach(std::shared_ptr<pool> by, target_list which, session_options options)
{
    return plan(std::move(by), [which = std::move(which), options = std::move(options)](tracer& with) {
        return with.async_attach(which, options, asio::use_awaitable);
    });
}

void send(std::shared_ptr<opening> const& what)
{
    auto const by = std::exchange(what->from, nullptr);
    if (!by) {
        what->got.emplace(failure{errc::empty_object, "trace with a pool", {}, {}});
        return;
    }
    if (by->is_copy()) {
        what->got.emplace(failure{errc::wrong_process, "trace with a pool", {}, {}});
        return;
    }
    what->home = by->least_loaded();
    if (!what->home->submit([what] { what->home->open(what); }))
        what->got.emplace(failure{asio::error::operation_aborted, "trace with a pool that is gone", {}, {}});
}

std::shared_ptr<bell> bell_of(std::shared_ptr<opening> const& asked) { return asked; }
bool is_open(opening const& asked) { return asked.got.has_value(); }
result<pooled_session, failure> take_session(opening& asked) { return std::move(*asked.got); }

void cancel(std::shared_ptr<opening> const& asked)
{
    asked->home->submit([asked] { asked->stop.emit(asio::cancellation_type::terminal); });
}

// A tracing thread.

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
    // Interceptors for which no thread waits any longer end here, on the thread that they ran on.
    context_.reset();
}

bool pool_thread::submit(std::function<void()> work)
{
    if (!made_here_)
        return false;
    std::lock_guard const lock{guard_};
    if (over_)
        return false;
    ++pending_;
    asio::post(*context_, [this, work = std::move(work)] {
        work();
        {
            std::lock_guard const done{guard_};
            --pending_;
        }
        stop_if_done();
    });
    return true;
}

std::size_t pool_thread::load() const
{
    std::lock_guard const lock{guard_};
    std::size_t all = pending_ + openings_.size();
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
    for (auto const& each : std::vector{openings_})
        each->stop.emit(asio::cancellation_type::terminal);
    tracer_.reset();   // ends all sessions
    busy_.reset();
}

void pool_thread::stop_if_done()
{
    std::lock_guard const lock{guard_};
    if (over_ && pending_ == 0 && openings_.empty() && traced_.empty())
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

void pool_thread::open(std::shared_ptr<opening> const& asked)
{
    {
        std::lock_guard const lock{guard_};
        openings_.push_back(asked);
    }
    asio::co_spawn(*context_, opened(asked),
                   asio::bind_cancellation_slot(asked->stop.slot(), [this, asked](std::exception_ptr broken) {
                       if (broken)
                           std::rethrow_exception(broken);
                       {
                           std::lock_guard const lock{guard_};
                           std::erase(openings_, asked);
                       }
                       stop_if_done();
                   }));
}

task<void> pool_thread::opened(std::shared_ptr<opening> asked)
{
    std::optional<result<session, failure>> got;
    try {
        if (over_)   // the pool was shut down after this was posted
            got.emplace(failure{asio::error::operation_aborted, "trace with a pool that is gone", {}, {}});
        else
            got.emplace(co_await asked->how(*tracer_));
    } catch (boost::system::system_error const& cancelled) {   // cancelled before the operation began
        got.emplace(failure{cancelled.code(), "trace with a pool", {}, {}});
    }
    result<pooled_session, failure> made = got->has_value() ? result<pooled_session, failure>{pooled_session{}}
                                                            : result<pooled_session, failure>{got->error()};
    if (*got) {
        auto& from = got->value();
        auto counted = counters_of(from);
        auto const state = std::make_shared<pooled_state>(shared_from_this(), std::move(from), std::move(counted));
        begin(state);
        made = pooled_session{state};
    }
    std::lock_guard const lock{asked->guard};
    asked->got.emplace(std::move(made));
    asked->ring();
}

// The pool.

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
    if (is_copy()) {   // the threads exist in the parent only, and one of them may have held a mutex at the fork
        for (auto const& each : threads_)
            sys::never_destroy(each);
        return;
    }
    for (auto const& each : threads_)
        each->close();
    for (auto const& each : threads_)
        each->join();
}

// The rest of a pooled session.

std::shared_ptr<bell> bell_of(std::shared_ptr<pooled_state> const& state)
{
    return !state || state->is_copy() ? std::make_shared<bell>() : state;
}
bool has_ended(pooled_state const& state) { return state.has_ended(); }
thread_exited root_end(pooled_state const& state) { return state.root_end(); }

void send(std::shared_ptr<request> const& what)
{
    auto const answer = [](request& asked, result<void> said) {
        std::lock_guard const lock{asked.guard};
        asked.answer = said;
        asked.ring();
    };
    if (!what->to)
        return answer(*what, errc::empty_object);
    if (what->to->is_copy())
        return answer(*what, errc::wrong_process);
    bool const sent = what->to->home().submit([what, answer] {
        answer(*what, what->to->has_ended() ? result<void>{errc::session_ended} : what->work(what->to->of));
    });
    if (!sent)
        answer(*what, errc::session_ended);
}

} // namespace cotrace::engine
