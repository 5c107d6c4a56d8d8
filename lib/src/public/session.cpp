// SPDX-License-Identifier: BSL-1.0
#include <cotrace/session.hpp>

#include "public/request.hpp"

#include <boost/asio/system_executor.hpp>

#include <memory>
#include <utility>

namespace cotrace {

namespace engine {

asio::steady_timer& end_timer_of(session_state& state) { return state.changed.timer(); }
bool has_ended(session_state const& state) { return state.ended(); }
thread_exited root_end(session_state const& state) { return state.root_end(); }

error_code error_of(session_state const& state) { return state.error(); }

std::unique_lock<std::recursive_mutex> enter(session_state& state) { return own_thread::turn{*state.thread()}.take_lock(); }

std::shared_ptr<counters const> counters_of(session const& of) { return of.state_->counted; }
void forget(session& ended) noexcept { ended.state_.reset(); }

void hand_over(result<session, failure>& made)
{
    if (!made)
        return;
    auto const& state = made.value().state_;
    if (!state->hand_over())
        made = failure{errc::tracer_closed, state->launched() ? "launch" : "attach", {}, {}};
}

namespace {

void abandon(session_state& of)
{
    own_thread::turn const here{*of.thread()};
    of.abandon();
}

}   // namespace

}   // namespace engine

session::session(std::shared_ptr<engine::session_state> state) noexcept
    : state_{std::move(state)}
{
}

session& session::operator=(session&& other) noexcept
{
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

statistics session::stats() const noexcept { return state_ ? state_->counts.total() : statistics{}; }
std::vector<thread_statistics> session::thread_stats() const
{
    return state_ ? state_->counts.by_thread() : std::vector<thread_statistics>{};
}

}   // namespace cotrace
