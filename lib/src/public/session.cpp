// SPDX-License-Identifier: BSL-1.0
#include <cotrace/session.hpp>

#include "public/request.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/system_executor.hpp>

#include <functional>
#include <memory>
#include <tuple>
#include <utility>

namespace cotrace {

namespace engine {

namespace {

/// The work of a `session::async_wait`.
class end_wait : public std::enable_shared_from_this<end_wait> {
public:
    end_wait(std::shared_ptr<session_state> of, asio::cancellation_slot slot, std::function<void(error_code, thread_exited)> done)
        : state_{std::move(of)}
        , slot_{slot}
        , cancellation_{slot, asio::enable_total_cancellation()}
        , done_{std::move(done)}
        , cancels_{state_->cancels()}
    {
    }

    /// Completes the operation if the session has ended or the operation was cancelled. Otherwise waits for a change.
    void look()
    {
        own_thread::turn const here{*state_->thread()};
        if (state_->ended())
            return complete(state_->error(), state_->root_end());
        if (cancellation_.cancelled() != asio::cancellation_type::none || cancels_ != state_->cancels())
            return complete(asio::error::operation_aborted, {});
        state_->changed.async_wait(
            asio::bind_cancellation_slot(cancellation_.slot(), [self = shared_from_this()](error_code) { self->look(); }));
    }

private:
    // A cancellation that is emitted later must not reach the timer of a session that was destroyed.
    void complete(error_code error, thread_exited how)
    {
        slot_.clear();
        done_(error, how);
    }

    std::shared_ptr<session_state> state_;
    asio::cancellation_slot slot_;
    asio::cancellation_state cancellation_;
    std::function<void(error_code, thread_exited)> done_;
    unsigned const cancels_;   ///< how often `session::cancel` had been called when the operation began
};

}   // namespace

void wait_for_end(std::shared_ptr<session_state> of, asio::cancellation_slot slot,
                  std::function<void(error_code, thread_exited)> done)
{
    if (!of)
        return done(errc::empty_object, {});
    auto const thread = of->thread();   // must live longer than `here`
    own_thread::turn const here{*thread};
    std::make_shared<end_wait>(std::move(of), slot, std::move(done))->look();
}

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
