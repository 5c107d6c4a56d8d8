// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <mutex>
#include <tuple>
#include <utility>
#include <vector>

namespace cotrace::engine {

/// What operations on other threads wait for: something behind a mutex, and
/// who wants to hear when it changed.
class bell {
public:
    class district;

    /// Where one operation waits. It is a timer of that operation's own context,
    /// so that a context which is destroyed takes along what waits there; until
    /// then anyone who has the mutex may cancel it.
    class place {
    public:
        place(std::shared_ptr<bell> at, asio::any_io_executor const& executor);
        place(place const&) = delete;
        place& operator=(place const&) = delete;
        ~place();

        asio::steady_timer& timer() noexcept { return never_; }

    private:
        friend district;
        void leave();

        std::shared_ptr<bell> at_;
        asio::steady_timer    never_;
        std::shared_ptr<district> around_;
    };

    bell() noexcept;
    /// Whether this is a copy that fork(2) made. Another thread of the parent may have held `guard` then.
    bool is_copy() const noexcept;

    std::mutex guard;

    /// Wakes all who wait. The caller has `guard`.
    void ring();

private:
    std::vector<asio::steady_timer*> waiting_;
    unsigned generation_;
};

/// An operation that something on another thread completes. Of `Step`,
/// - `where()` gives the bell that rings when something changed;
/// - `begin()` is called first;
/// - `ready()`, `take()`, which gives what to complete with, as a tuple, and
///   `give_up()`, which gives the same at a cancellation, or nothing where that
///   has to be waited for, are called with the bell's mutex.
template <class Step>
struct crossing {
    Step step;
    std::unique_ptr<bell::place> here{};
    bool started = false;

    template <class Self>
    void operator()(Self& self, error_code = {})
    {
        bool const first = !std::exchange(started, true);
        auto const at    = step.where();
        if (first) {
            self.reset_cancellation_state(asio::enable_total_cancellation());
            step.begin();
        }
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
            here = std::make_unique<bell::place>(at, self.get_executor());
            lock.lock();
            if (step.ready()) {
                lock.unlock();
                return asio::post(std::move(self));
            }
        }
        auto& timer = here->timer();
        timer.async_wait(std::move(self));
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
crossing(Step) -> crossing<Step>;

} // namespace cotrace::engine
