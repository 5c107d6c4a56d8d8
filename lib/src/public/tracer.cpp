// SPDX-License-Identifier: BSL-1.0
#include <cotrace/tracer.hpp>

#include "engine/engine.hpp"
#include "sys/kernel.hpp"

#include <boost/asio/execution.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/system/system_error.hpp>

#include <memory>
#include <tuple>
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

/// Whether `executor` belongs to an asio::thread_pool, perhaps through a strand. `Bits` are the combinations of properties that
/// such an executor can have.
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

}   // namespace

asio::any_io_executor executor_of(std::shared_ptr<engine> const& of)
{
    return of ? of->executor() : asio::any_io_executor{asio::system_executor{}};
}

namespace {

std::tuple<error_code, session> values_of(result<session, failure> made)
{
    if (made)
        return {error_code{}, std::move(made).value()};
    return {made.error().code, session{made.error()}};
}

}   // namespace

task<std::tuple<error_code, session>> launch(std::shared_ptr<engine> by, command what, session_options options)
{
    if (!by)
        co_return values_of(failure{errc::empty_object, "launch", {}, {}});
    co_return values_of(co_await by->launch(std::move(what), std::move(options)));
}

task<std::tuple<error_code, session>> attach(std::shared_ptr<engine> by, target_list targets, session_options options)
{
    if (!by)
        co_return values_of(failure{errc::empty_object, "attach", {}, {}});
    co_return values_of(co_await by->attach(targets.all(), std::move(options)));
}

task<std::tuple<error_code>> close(std::shared_ptr<engine> which)
{
    if (!which)
        co_return error_code{errc::empty_object};
    co_return co_await which->close();
}

}   // namespace engine

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

}   // namespace cotrace
