// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/tracer.hpp>
#include <cotrace/tracer_pool.hpp>

#include "engine/session/counters.hpp"
#include "sys/fork.hpp"

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <tuple>
#include <vector>

namespace cotrace::engine {

class pool_thread;

/// The implementation of a `pooled_session`. Its `session` is used on one thread only, a tracing thread of the pool.
class pooled_state : public change_notifier {
public:
    pooled_state(std::shared_ptr<pool_thread> home, session of, std::shared_ptr<counters const> counted);

    // May be called on any thread.

    pid root() const noexcept { return root_; }
    counters const& counts() const noexcept { return *counted_; }
    record_channel& channel() noexcept { return channel_; }
    /// Cancels the operations that currently wait for the end of the session.
    void cancel_waits();
    unsigned cancels() const noexcept { return cancels_; }
    pool_thread& home() const noexcept { return *home_; }

    // May be called on any thread with `guard` held. The tracing thread needs no `guard`, because only that thread
    // changes `end_`.

    bool has_ended() const noexcept { return is_copy() || end_.has_value(); }
    thread_exited root_end() const noexcept { return end_.value_or(thread_exited{}); }

    // May be used on the tracing thread only.

    session of;
    void end(thread_exited const& how);

private:
    std::shared_ptr<pool_thread> home_;
    pid root_;
    std::shared_ptr<counters const> counted_;
    record_channel channel_;
    std::optional<thread_exited> end_;
    std::atomic<unsigned> cancels_{0};   ///< the number of calls of `cancel_waits`
};

/// A launch or an attach that runs on a tracing thread, and its result.
struct pending_session : change_notifier {
    using function = std::function<task<session>(tracer&)>;   ///< throws `failed` if the launch or attach fails
    pending_session(std::shared_ptr<pool> by, function what)
        : from{std::move(by)}
        , how{std::move(what)}
    {
    }

    std::shared_ptr<pool> from;
    function how;
    std::shared_ptr<pool_thread> home;   ///< the tracing thread; null before one was chosen
    asio::cancellation_signal stop;      ///< cancels the launch or attach; only the tracing thread uses it
    std::optional<std::tuple<error_code, pooled_session>> got;
};

/// A request to a session. The tracing thread of the session carries out `work`, and stores the result in `answer`.
struct request : change_notifier {
    request(std::shared_ptr<pooled_state> state, std::function<result<void>(session&)> what)
        : to{std::move(state)}
        , work{std::move(what)}
    {
    }

    std::shared_ptr<pooled_state> to;
    std::function<result<void>(session&)> work;
    std::optional<error_code> answer;
};

/// A tracing thread: its event loop, its tracer, and the work that other threads submit to it.
///
/// After `close`, the thread ends when the submitted work is done and all sessions of its tracer have ended.
class pool_thread : public std::enable_shared_from_this<pool_thread> {
public:
    /// Throws what the constructor of `tracer` throws.
    static std::shared_ptr<pool_thread> start(waiting how);

    // May be called on any thread.

    /// Posts `work` to the tracing thread. Returns false if the thread takes no more work.
    bool submit(std::function<void()> work);
    /// The approximate number of traced threads. Submitted work, an unfinished launch or attach, and a session without
    /// threads count as one each.
    std::size_t load() const;
    void close();
    /// Waits for the end of the tracing thread, except on that thread. To be called after `close`.
    void join();

    // May be called on the tracing thread only.

    void open(std::shared_ptr<pending_session> const& asked);
    void begin(std::shared_ptr<pooled_state> const& traced);

private:
    void run(waiting how, std::promise<void> started);
    task<void> opened(std::shared_ptr<pending_session> asked);
    void shut_down();
    void stop_if_done();

    sys::made_here made_here_;
    mutable std::mutex guard_;
    bool over_ = false;   ///< no more work is taken; only the tracing thread sets this, with `guard_` held
    bool closed_ = false;
    std::size_t submitted_ = 0;   ///< number of functions given to `submit` that have not returned yet
    /// The sessions that have not ended. Only the tracing thread changes the list, with `guard_` held.
    std::vector<std::shared_ptr<pooled_state>> traced_;
    std::vector<std::shared_ptr<pending_session>> pending_sessions_;

    std::optional<asio::io_context> context_{1};
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> busy_;
    std::optional<tracer> tracer_;
    std::thread thread_;
};

/// The implementation of a `tracer_pool`.
class pool {
public:
    pool(std::size_t threads, waiting how);
    ~pool() { shut_down(); }

    std::size_t size() const noexcept { return threads_.size(); }
    /// Whether this pool is a copy that fork(2) made. Such a copy has no tracing threads.
    bool is_copy() const noexcept { return !made_here_; }
    /// The tracing thread with the least load.
    std::shared_ptr<pool_thread> const& least_loaded() const;
    void shut_down();

private:
    sys::made_here made_here_;
    std::vector<std::shared_ptr<pool_thread>> threads_;
};

}   // namespace cotrace::engine
