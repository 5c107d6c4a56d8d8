// SPDX-License-Identifier: BSL-1.0
//
// The bodies of the public classes, which call the engine.
#include "engine/engine.hpp"
#include "engine/session/session_state.hpp"
#include "sys/kernel.hpp"

#include <boost/asio/execution.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/system/system_error.hpp>

#include <memory>
#include <utility>

namespace cotrace {

namespace engine {

namespace {

/// Whether `executor` runs on a thread pool of Asio, which usually has several threads.
bool runs_on_many_threads(asio::any_io_executor const& executor);

template <class Executor>
bool holds(asio::any_io_executor const& executor)
{
    return executor.target<Executor>() != nullptr || executor.target<asio::strand<Executor>>() != nullptr;
}

/// `Bits` are the properties that asio::require and asio::prefer gave an executor of a pool.
template <unsigned... Bits>
bool holds_pool(asio::any_io_executor const& executor, std::integer_sequence<unsigned, Bits...>)
{
    return (holds<asio::thread_pool::basic_executor_type<std::allocator<void>, Bits>>(executor) || ...);
}

template <class Blocking>
bool holds_system(asio::any_io_executor const& executor)
{
    using relationship = asio::execution::relationship_t;
    return holds<asio::basic_system_executor<Blocking, relationship::fork_t, std::allocator<void>>>(executor)
        || holds<asio::basic_system_executor<Blocking, relationship::continuation_t, std::allocator<void>>>(executor);
}

bool runs_on_many_threads(asio::any_io_executor const& executor)
{
    using blocking = asio::execution::blocking_t;
    if (auto const* const strand = executor.target<asio::strand<asio::any_io_executor>>())
        return runs_on_many_threads(strand->get_inner_executor());
    return holds_pool(executor, std::make_integer_sequence<unsigned, 16>{}) || holds_system<blocking::possibly_t>(executor)
        || holds_system<blocking::always_t>(executor) || holds_system<blocking::never_t>(executor);
}

std::shared_ptr<engine> start(asio::any_io_executor executor, waiting how)
{
    if (!sys::kernel_is_at_least(5, 3) || !sys::has_syscall_info())
        throw boost::system::system_error{errc::kernel_too_old};
    if (runs_on_many_threads(executor))
        throw boost::system::system_error{errc::wrong_thread, "make a tracer"};
    return engine::make(std::move(executor), how);
}

} // namespace

asio::any_io_executor executor_of(std::shared_ptr<engine> const& of)
{
    return of ? of->executor() : asio::any_io_executor{asio::system_executor{}};
}

task<result<session, failure>> launch(std::shared_ptr<engine> by, command what, session_options options)
{
    if (!by)
        co_return failure{errc::empty_object, "launch", {}, {}};
    co_return co_await by->launch(std::move(what), std::move(options));
}

task<result<session, failure>> attach(std::shared_ptr<engine> by, std::vector<target> targets, session_options options)
{
    if (!by)
        co_return failure{errc::empty_object, "attach", {}, {}};
    co_return co_await by->attach(std::move(targets), std::move(options));
}

task<error_code> close(std::shared_ptr<engine> which)
{
    if (!which)
        co_return errc::empty_object;
    co_return co_await which->close();
}

asio::steady_timer& end_timer_of(session_state& state) { return state.changed.timer(); }
bool has_ended(session_state const& state) { return state.ended(); }
thread_exited root_end(session_state const& state) { return state.root_end(); }

error_code error_of(session_state const& state) { return state.error(); }

std::unique_lock<std::recursive_mutex> enter(session_state& state) { return own_thread::turn{*state.thread()}.take_lock(); }

std::shared_ptr<counters const> counters_of(session const& of) { return of.state_->counted; }
void forget(session& ended) noexcept { ended.state_.reset(); }

namespace {

/// Makes a request of a session. On a thread other than the tracer's, returns an error and does nothing.
template <class Request>
result<void> request(session_state* of, Request make)
{
    if (of == nullptr)
        return errc::empty_object;
    if (auto const why = of->misuse(); why)
        return why;
    own_thread::turn const here{*of->thread()};
    return make(*of);
}

void abandon(session_state& of)
{
    own_thread::turn const here{*of.thread()};
    of.abandon();
}

} // namespace

} // namespace engine

std::shared_ptr<engine::engine> tracer::start(executor_type executor, waiting how)
{
    return engine::start(std::move(executor), how);
}

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

tracer::executor_type tracer::get_executor() const noexcept
{
    return engine_ ? engine_->host() : executor_type{asio::system_executor{}};
}

session::session(std::shared_ptr<engine::session_state> state) noexcept : state_{std::move(state)} {}

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

record_channel session::channel() const
{
    return state_ ? state_->channel() : detail::closed_channel(errc::empty_object);
}

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

session_reference::session_reference(std::shared_ptr<engine::session_state> const& session) noexcept : session_{session} {}

session_identity session_reference::identity() const
{
    auto const session = session_.lock();
    return session ? session->identity() : session_identity{};
}

result<void> session_reference::kill() const
{
    auto const session = session_.lock();
    return session ? engine::request(session.get(), [](engine::session_state& of) { return of.kill(); })
                   : result<void>{errc::session_ended};
}

result<void> session_reference::detach() const
{
    auto const session = session_.lock();
    return session ? engine::request(session.get(), [](engine::session_state& of) { return of.detach(); })
                   : result<void>{errc::session_ended};
}

task<verdict> interceptor::on_entry(intercepted, syscall_call const&) { co_return proceed{}; }
task<verdict> interceptor::on_exit(intercepted, syscall_call const&, syscall_outcome) { co_return proceed{}; }
task<signal_verdict> interceptor::on_signal(intercepted, siginfo_t const&) { co_return proceed{}; }

} // namespace cotrace
