// SPDX-License-Identifier: BSL-1.0
#include <cotrace/pooled_session.hpp>

#include "engine/pool/pool.hpp"
#include "engine/session/channel_state.hpp"

#include <boost/asio/system_executor.hpp>

#include <memory>
#include <utility>

namespace cotrace {

namespace engine {

namespace {

void drop(std::shared_ptr<pooled_state> const& state)
{
    if (state && state->is_copy())
        sys::never_destroy(state);
    else if (state)
        state->home().submit([state] { state->of = session{}; });
}

}   // namespace

}   // namespace engine

pooled_session::pooled_session(std::shared_ptr<engine::pooled_state> state) noexcept
    : state_{std::move(state)}
{
}

pooled_session::pooled_session(failure why)
    : why_{std::make_shared<failure>(std::move(why))}
{
}

pooled_session& pooled_session::operator=(pooled_session&& other) noexcept
{
    why_ = std::move(other.why_);
    engine::drop(std::exchange(state_, std::move(other.state_)));
    return *this;
}

pooled_session::~pooled_session() { engine::drop(state_); }

pid pooled_session::root() const noexcept { return state_ ? state_->root() : pid{}; }
failure pooled_session::why() const { return why_ ? *why_ : failure{}; }
pooled_session::executor_type pooled_session::get_executor() const noexcept { return asio::system_executor{}; }
record_channel pooled_session::channel() const { return state_ ? state_->channel() : detail::closed_channel(errc::empty_object); }
std::optional<record> pooled_session::try_next() { return channel().try_receive(); }

void pooled_session::cancel()
{
    channel().cancel();
    if (state_ && !state_->is_copy())
        state_->cancel_waits();
}

statistics pooled_session::stats() const noexcept
{
    if (!state_)
        return {};
    auto made = state_->counts().total();
    made.channel = state_->channel().counts();
    return made;
}

std::vector<thread_statistics> pooled_session::thread_stats() const
{
    return state_ ? state_->counts().by_thread() : std::vector<thread_statistics>{};
}

}   // namespace cotrace
