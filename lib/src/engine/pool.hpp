// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/tracer.hpp>
#include <cotrace/tracer_pool.hpp>

#include "engine/condition.hpp"
#include "engine/counters.hpp"
#include "sys/fork.hpp"

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace cotrace::engine {

class delivery;
class pool_thread;

/// What a `pooled_session` stands for: the records that have left the tracing
/// thread. The reader takes them a batch at a time, so that neither side locks
/// for each of them or waits for the other to work on one.
class mailbox : public bell, public std::enable_shared_from_this<mailbox> {
public:
    mailbox(std::shared_ptr<pool_thread> home, pid root, std::shared_ptr<counters const> counted, std::size_t depth);

    pid root() const noexcept { return root_; }
    counters const& counts() const noexcept { return *counted_; }
    pool_thread& home() const noexcept { return *home_; }

    // For the reader, with the mutex.

    std::optional<record> take();
    std::size_t take_all(std::vector<record>& into);
    bool is_readable() const noexcept { return is_copy() || next_ != taken_.size() || !ready_.empty() || complete_; }
    bool has_ended() const noexcept { return is_copy() || end_.has_value(); }
    thread_exited root_end() const noexcept { return end_.value_or(thread_exited{}); }

    // For the tracing thread.

    /// Hands over a batch, and leaves it empty; false where the reader has to take the last one before.
    bool offer(std::vector<record>& batch, bool room_or_not);
    /// Nothing is traced any longer.
    void end(thread_exited const& how);
    /// No record will come any longer.
    void complete();

    delivery* source = nullptr;   ///< while there is one; for the tracing thread alone

private:
    void refill();

    std::shared_ptr<pool_thread> home_;
    pid                 root_;
    std::shared_ptr<counters const> counted_;
    std::size_t         depth_;
    std::vector<record> ready_;             ///< handed over, and not taken
    std::vector<record> taken_;             ///< what the reader has, from `next_` on
    std::size_t         next_ = 0;
    bool                wanted_ = false;    ///< somebody waits for `ready_` to be taken
    bool                complete_ = false;
    std::optional<thread_exited> end_;
};

/// On the tracing thread: a session, and the way of its records to the mailbox.
class delivery : public std::enable_shared_from_this<delivery> {
public:
    delivery(pool_thread& home, session from, std::shared_ptr<mailbox> to);

    void start();
    session& of() noexcept { return from_; }
    /// The reader took a batch, or is not waited for any longer.
    void go_on() { taken_.notify_all(); }
    /// Nobody holds the session any longer.
    void drop();

private:
    task<void> run();

    pool_thread& home_;
    session      from_;
    std::shared_ptr<mailbox> to_;
    condition    taken_;
    bool         dropped_ = false;
};

/// A launch or an attach on its way to a tracing thread, and back.
struct opening : bell {
    using function = std::function<task<result<session, failure>>(tracer&)>;
    opening(std::shared_ptr<pool> by, function what, std::size_t room) : from{std::move(by)}, how{std::move(what)}, depth{room} {}

    std::shared_ptr<pool>        from;
    function                     how;
    std::size_t                  depth;
    std::shared_ptr<pool_thread> home;     ///< once it is sent
    asio::cancellation_signal    stop;     ///< for the tracing thread alone
    std::optional<result<pooled_session, failure>> got;
};

/// A thread that traces: its loop, its tracer, and what others ask of it.
///
/// It ends when it was closed, and all that was asked before was answered: then
/// every mailbox is complete, and nobody needs the thread any longer.
class pool_thread : public std::enable_shared_from_this<pool_thread> {
public:
    /// Throws what making a tracer threw.
    static std::shared_ptr<pool_thread> start(waiting how);

    // From any thread.

    /// Has `work` done here; false where the thread takes no more work.
    bool submit(std::function<void()> work);
    /// How many threads it traces, more or less; a target that has none yet counts as one.
    std::size_t load() const;
    void close();
    /// After `close`; does not wait for the thread that calls it.
    void join();

    // On this thread.

    void open(std::shared_ptr<opening> const& asked);
    asio::any_io_executor executor() { return context_->get_executor(); }
    bool closing() const noexcept { return over_; }
    void begin(delivery& what, counters const& counted);
    void end(delivery& what, counters const& counted);

private:
    void run(waiting how, std::promise<void> started);
    task<void> opened(std::shared_ptr<opening> asked);
    void shut_down();
    void stop_if_done();

    sys::made_here     made_here_;
    mutable std::mutex guard_;
    bool               over_    = false;   ///< takes no more; changed on this thread, with the mutex
    bool               closed_  = false;
    std::size_t        pending_ = 0;       ///< given to `submit`, and not done
    std::vector<counters const*> traced_;
    std::vector<std::shared_ptr<opening>> openings_;

    std::optional<asio::io_context> context_{1};
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> busy_;
    std::optional<tracer>  tracer_;
    std::vector<delivery*> deliveries_;
    std::thread            thread_;
};

/// What a `tracer_pool` stands for.
class pool {
public:
    pool(std::size_t threads, waiting how);
    ~pool() { shut_down(); }

    std::size_t size() const noexcept { return threads_.size(); }
    /// Whether this is a copy that fork(2) made, which has no threads.
    bool is_copy() const noexcept { return !made_here_; }
    /// Who traces least.
    std::shared_ptr<pool_thread> const& idlest() const;
    void shut_down();

private:
    sys::made_here made_here_;
    std::vector<std::shared_ptr<pool_thread>> threads_;
};

} // namespace cotrace::engine
