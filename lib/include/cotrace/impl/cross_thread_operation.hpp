// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/detail/waking_function.hpp>
#include <cotrace/result.hpp>
#include <cotrace/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/post.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <tuple>
#include <utility>
#include <vector>

namespace cotrace::engine {

/// A base class for a state that the mutex `guard` protects. Keeps a list of the operations that wait for a change of
/// the state, and wakes them.
class change_notifier {
public:
    class context_waiters;

    /// An operation that waits for a change, by a timer of its handler's execution context. Destroying the context
    /// destroys the operation. Any thread that holds `guard` may wake the operation.
    class waiting_operation;

    /// Makes a waiting operation whose handler runs on `executor`.
    static std::shared_ptr<waiting_operation> make_waiting(std::shared_ptr<change_notifier> at,
                                                           asio::any_io_executor const& executor);
    /// Calls `woken` after a change, or when a cancellation is emitted to `slot`. The caller holds `guard`.
    static void wait(waiting_operation& with, asio::cancellation_slot slot, std::function<void()> woken);

    change_notifier() noexcept;
    /// Returns whether this object is a copy in a child that fork(2) made. The mutex of a copy must not be locked: a
    /// thread of the parent may have held the mutex at the fork.
    bool is_copy() const noexcept;

    std::mutex guard;

    /// Wakes all waiting operations after a change of the state. The caller holds `guard`.
    void notify_all();

private:
    std::vector<waiting_operation*> waiting_;
    unsigned generation_;
};

/// An asynchronous operation that completes when another thread has changed a state. `Step` has these member functions:
///
/// - `where()` returns the `change_notifier` of the state;
/// - `begin()` starts the work, and is called once, before `ready`, `take` and `give_up`;
/// - `ready()` returns whether the operation can complete;
/// - `take()` returns the values to complete with, as a tuple;
/// - `give_up()` is called after a cancellation. It returns the values to complete with, or an empty optional if the
///   operation must wait until it is ready.
///
/// The operation holds `guard` when it calls `ready`, `take` and `give_up`.
template <class Step>
struct cross_thread_operation {
    Step step;
    std::shared_ptr<change_notifier::waiting_operation> here{};
    bool started = false;

    template <class Self>
    void operator()(Self& self)
    {
        bool const first = !std::exchange(started, true);
        auto const at = step.where();
        if (first) {
            self.reset_cancellation_state(asio::enable_total_cancellation());
            step.begin();
        }
        // `waiting` is declared before `lock`, to be destroyed after `lock`: the destructor of the operation locks the
        // mutex.
        std::shared_ptr<change_notifier::waiting_operation> waiting;
        std::unique_lock lock{at->guard};
        if (step.ready()) {
            if (!first)
                return finish(self, lock, step.take());
            lock.unlock();
            return asio::post(std::move(self));
        }
        if (self.cancelled() != asio::cancellation_type::none) {
            if (auto instead = step.give_up())
                return finish(self, lock, std::move(*instead));
            self.reset_cancellation_state(asio::disable_cancellation());
        }
        if (!here) {
            lock.unlock();
            here = change_notifier::make_waiting(at, self.get_executor());
            lock.lock();
            if (step.ready()) {
                lock.unlock();
                return asio::post(std::move(self));
            }
        }
        waiting = here;
        auto const slot = asio::get_associated_cancellation_slot(self);
        change_notifier::wait(*waiting, slot, detail::waking_function(std::move(self)));
    }

private:
    template <class Self, class Values>
    void finish(Self& self, std::unique_lock<std::mutex>& lock, Values values)
    {
        lock.unlock();
        here.reset();
        std::apply([&](auto&&... each) { self.complete(std::move(each)...); }, std::move(values));
    }
};

template <class Step>
cross_thread_operation(Step) -> cross_thread_operation<Step>;

}   // namespace cotrace::engine
