// SPDX-License-Identifier: BSL-1.0
#include <cotrace/impl/cross_thread_operation.hpp>

#include "sys/fork.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace cotrace::engine {

class change_notifier::waiting_operation {
public:
    waiting_operation(std::shared_ptr<change_notifier> at, asio::any_io_executor const& executor);
    waiting_operation(waiting_operation const&) = delete;
    waiting_operation& operator=(waiting_operation const&) = delete;
    ~waiting_operation();

    asio::steady_timer& timer() noexcept { return timer_; }

private:
    friend context_waiters;
    void leave();

    std::shared_ptr<change_notifier> at_;
    asio::steady_timer timer_;
    std::shared_ptr<context_waiters> context_waiters_;
};

/// The waiting operations of one execution context. `close` removes all operations before the context walks its timers
/// without a lock.
class change_notifier::context_waiters {
public:
    static std::shared_ptr<context_waiters> of(asio::any_io_executor const& executor);

    void enter(waiting_operation* one)
    {
        std::lock_guard const lock{guard_};
        all_.push_back(one);
    }
    void leave(waiting_operation* one)
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
    std::vector<waiting_operation*> all_;
};

namespace {

/// Closes the `context_waiters` of its context. A context shuts down its newest service first, so this service is shut
/// down before the service of the timers.
struct context_waiters_service : asio::execution_context::service {
    using key_type = context_waiters_service;
    static inline asio::execution_context::id id;

    explicit context_waiters_service(asio::execution_context& owner)
        : service{owner}
    {
    }
    void shutdown() noexcept override { all->close(); }

    /// Shared, because waiting operations may outlive the service.
    std::shared_ptr<change_notifier::context_waiters> all = std::make_shared<change_notifier::context_waiters>();
};

}   // namespace

std::shared_ptr<change_notifier::context_waiters> change_notifier::context_waiters::of(asio::any_io_executor const& executor)
{
    return asio::use_service<context_waiters_service>(asio::query(executor, asio::execution::context)).all;
}

change_notifier::change_notifier() noexcept
    : generation_{sys::generation()}
{
}
bool change_notifier::is_copy() const noexcept { return generation_ != sys::generation(); }

change_notifier::waiting_operation::waiting_operation(std::shared_ptr<change_notifier> at, asio::any_io_executor const& executor)
    : at_{std::move(at)}
    , timer_{executor, asio::steady_timer::time_point::max()}
    , context_waiters_{context_waiters::of(executor)}
{
    context_waiters_->enter(this);
    std::lock_guard const lock{at_->guard};
    at_->waiting_.push_back(this);
}

change_notifier::waiting_operation::~waiting_operation()
{
    context_waiters_->leave(this);
    leave();
}

void change_notifier::waiting_operation::leave()
{
    if (at_->is_copy())
        return;
    std::lock_guard const lock{at_->guard};
    std::erase(at_->waiting_, this);
}

std::shared_ptr<change_notifier::waiting_operation> change_notifier::make_waiting(std::shared_ptr<change_notifier> at,
                                                                                  asio::any_io_executor const& executor)
{
    return std::make_shared<waiting_operation>(std::move(at), executor);
}

void change_notifier::wait(waiting_operation& with, asio::cancellation_slot slot, std::function<void()> woken)
{
    with.timer().async_wait(asio::bind_cancellation_slot(slot, [woken = std::move(woken)](error_code) { woken(); }));
}

void change_notifier::notify_all()
{
    for (auto* const each : waiting_)
        each->timer().cancel();
}

}   // namespace cotrace::engine
