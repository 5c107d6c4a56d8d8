// SPDX-License-Identifier: BSL-1.0
#include <cotrace/session.hpp>

#include "public/request.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/system_executor.hpp>

#include <functional>
#include <memory>
#include <tuple>
#include <utility>

namespace cotrace {

namespace engine {

void wait_for_change(session_state& state, asio::cancellation_slot slot, std::function<void()> woken)
{
    state.changed.async_wait(asio::bind_cancellation_slot(slot, [woken = std::move(woken)](error_code) { woken(); }));
}

bool has_ended(session_state const& state) { return state.ended(); }
thread_exited root_end(session_state const& state) { return state.root_end(); }

error_code error_of(session_state const& state) { return state.error(); }

std::unique_lock<std::recursive_mutex> enter(session_state& state) { return own_thread::turn{*state.thread()}.take_lock(); }

std::shared_ptr<counters const> counters_of(session const& of) { return of.state_->counted; }
void forget(session& ended) noexcept { ended.state_.reset(); }

void hand_over(error_code& error, session& made)
{
    if (error || made.state_->hand_over())
        return;
    error = errc::tracer_closed;
    made = session{failure{error, made.state_->launched() ? "launch" : "attach", {}, {}}};
}

asio::any_io_executor executor_of(std::shared_ptr<session_state> const& of)
{
    return of ? of->executor() : asio::any_io_executor{asio::system_executor{}};
}

unsigned cancels_of(session_state const& state) { return state.cancels(); }

namespace {

std::tuple<error_code> error_of(result<void> const& done) { return {done ? error_code{} : done.error()}; }

void abandon(session_state& of)
{
    own_thread::turn const here{*of.thread()};
    of.abandon();
}

}   // namespace

task<std::tuple<error_code>> request_detach(std::shared_ptr<session_state> of)
{
    co_return error_of(request(of.get(), [](session_state& to) { return to.detach(); }));
}

task<std::tuple<error_code>> request_kill(std::shared_ptr<session_state> of)
{
    co_return error_of(request(of.get(), [](session_state& to) { return to.kill(); }));
}

task<std::tuple<error_code>> request_filter(std::shared_ptr<session_state> of, filter wanted)
{
    co_return error_of(request(of.get(), [&](session_state& to) { return to.set_filter(std::move(wanted)); }));
}

}   // namespace engine

session::session(std::shared_ptr<engine::session_state> state) noexcept
    : state_{std::move(state)}
{
}

session::session(failure why)
    : why_{std::make_shared<failure>(std::move(why))}
{
}

session& session::operator=(session&& other) noexcept
{
    why_ = std::move(other.why_);
    if (auto const old = std::exchange(state_, std::move(other.state_)))
        engine::abandon(*old);
    return *this;
}

session::~session()
{
    if (state_)
        engine::abandon(*state_);
}

pid session::root() const noexcept { return state_ ? state_->root : pid{}; }
session::executor_type session::get_executor() const noexcept
{
    return state_ ? state_->host() : executor_type{asio::system_executor{}};
}

failure session::why() const { return why_ ? *why_ : failure{}; }

record_channel session::channel() const { return state_ ? state_->channel() : detail::closed_channel(errc::empty_object); }

std::optional<record> session::try_next() { return channel().try_receive(); }

result<void> session::detach()
{
    return engine::request(state_.get(), [](engine::session_state& of) { return of.detach(); });
}

result<void> session::set_filter(filter wanted)
{
    return engine::request(state_.get(), [&](engine::session_state& of) { return of.set_filter(std::move(wanted)); });
}

result<void> session::kill()
{
    return engine::request(state_.get(), [](engine::session_state& of) { return of.kill(); });
}

void session::cancel()
{
    channel().cancel();
    // If the calling thread is not the tracer's thread, this request fails, and only operations of the channel are
    // cancelled.
    (void)engine::request(state_.get(), [](engine::session_state& of) -> result<void> {
        of.cancel_waits();
        return outcome::success();
    });
}

statistics session::stats() const noexcept
{
    if (!state_)
        return {};
    auto made = state_->counts.total();
    made.channel = state_->channel().counts();
    return made;
}

std::vector<thread_statistics> session::thread_stats() const
{
    return state_ ? state_->counts.by_thread() : std::vector<thread_statistics>{};
}

}   // namespace cotrace
