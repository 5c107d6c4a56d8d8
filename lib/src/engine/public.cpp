// SPDX-License-Identifier: BSL-1.0
//
// The public objects, in terms of the engine.
#include "engine/engine.hpp"
#include "engine/session_state.hpp"
#include "sys/kernel.hpp"

#include <boost/system/system_error.hpp>

namespace cotrace {

namespace engine {

namespace {

std::shared_ptr<engine> start(asio::any_io_executor executor, waiting how)
{
    if (!sys::kernel_is_at_least(5, 3) || !sys::has_syscall_info())
        throw boost::system::system_error{errc::kernel_too_old};
    return std::make_shared<engine>(std::move(executor), how);
}

} // namespace

task<result<session, failure>> launch(std::shared_ptr<engine> by, command what, session_options options)
{
    co_return co_await by->launch(std::move(what), std::move(options));
}

task<result<session, failure>> attach(std::shared_ptr<engine> by, std::vector<target> targets, session_options options)
{
    co_return co_await by->attach(std::move(targets), std::move(options));
}

asio::steady_timer& end_timer_of(session_state& state) { return state.changed.timer(); }
bool has_ended(session_state const& state) { return state.ended(); }
thread_exited root_end(session_state const& state) { return state.root_end(); }
std::shared_ptr<counters const> counters_of(session const& of) { return of.state_->counted; }

} // namespace engine

tracer::tracer(executor_type executor, waiting how) : engine_{engine::start(std::move(executor), how)} {}

tracer& tracer::operator=(tracer&& other) noexcept
{
    if (auto const old = std::exchange(engine_, std::move(other.engine_)))
        old->shut_down();
    return *this;
}

tracer::~tracer()
{
    if (engine_)
        engine_->shut_down();
}

tracer::executor_type tracer::get_executor() const noexcept { return engine_->executor(); }

session::session(std::shared_ptr<engine::session_state> state) noexcept : state_{std::move(state)} {}

session& session::operator=(session&& other) noexcept
{
    if (auto const old = std::exchange(state_, std::move(other.state_)))
        old->abandon();
    return *this;
}

session::~session()
{
    if (state_)
        state_->abandon();
}

pid session::root() const noexcept { return state_->root; }
session::executor_type session::get_executor() const noexcept { return state_->executor(); }
record_channel session::channel() const { return state_->channel(); }
std::optional<record> session::try_next() { return channel().try_receive(); }
result<void> session::detach() { return state_->detach(); }
result<void> session::set_filter(filter wanted) { return state_->set_filter(std::move(wanted)); }
result<void> session::kill() { return state_->kill(); }
statistics session::stats() const noexcept { return state_->counts.total(); }
std::vector<thread_statistics> session::thread_stats() const { return state_->counts.by_thread(); }

task<verdict> interceptor::on_entry(intercepted, syscall_call const&) { co_return proceed{}; }
task<verdict> interceptor::on_exit(intercepted, syscall_call const&, syscall_outcome) { co_return proceed{}; }
task<signal_verdict> interceptor::on_signal(intercepted, siginfo_t const&) { co_return proceed{}; }

} // namespace cotrace
