// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/task.hpp>
#include <cotrace/waiting.hpp>

#include "engine/reactor/hints.hpp"
#include "engine/reactor/own_thread.hpp"
#include "engine/reactor/wait_book.hpp"
#include "sys/fork.hpp"
#include "sys/wait.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <csignal>
#include <functional>
#include <memory>
#include <vector>

namespace cotrace::engine {

/// Takes the wait statuses of the traced threads. `wait_book` decides for which threads to ask, and how.
///
/// A wait(2) for any child would take statuses of the host's children, and SIGCHLD is not reliable. So this class
/// distinguishes statuses from hints:
///
/// - A status comes from waitid(P_PID, …, WNOHANG) for one thread. In two cases, ptrace(2) is asked instead: see
///   `collect`, and the tick below.
/// - A hint says that a thread may have a status. Hints come from io_uring (Linux 6.7), or from a signalfd and pidfds.
///
/// A resumed thread is hot: `collect` asks for its status without a hint, because most stops come within microseconds.
/// A thread that is stopped, or runs for longer, is cold.
///
/// Hints can fail. So each tick of a timer asks waitid(2) and ptrace(2) about the cold threads, after one millisecond
/// to one second.
class reactor {
public:
    /// `look` is called on the executor `host`, in a turn of `thread`, when `collect` may find a status.
    reactor(asio::any_io_executor const& host, std::shared_ptr<own_thread> thread, waiting how, std::function<void()> look);
    ~reactor();

    /// Makes the calling thread the tracer's thread. To be called first. Other threads may call only `rest` and
    /// `has_ended`.
    void begin()
    {
        if (uring_)
            uring_->begin();
    }

    /// Makes the reactor collect the next status of the thread. To be called after the thread was resumed.
    void watch(tid thread)
    {
        if (sigchld_)
            sigchld_->begin();
        book_.watch(thread);
    }
    /// Watches for the end of the process that `leader` leads. To be called for processes that were launched or
    /// attached.
    void watch_end(tid leader)
    {
        if (sigchld_)   // io_uring needs nothing more: its wait for a thread ends when the thread ends
            sigchld_->watch_end(leader);
    }
    void watch_idly(tid thread) { book_.watch_idly(thread); }
    void hold(tid thread) { book_.hold(thread); }
    void leave_end(tid thread) { book_.leave_end(thread); }
    void take_times(tid thread) { book_.take_times(thread); }
    void forget(tid thread);
    id_changes& id_changes_of(tid thread) { return book_.id_changes_of(thread); }
    id_changes id_changes_of(tid thread) const noexcept { return book_.id_changes_of(thread); }
    bool leaves_end(tid thread) const noexcept { return book_.leaves_end(thread); }
    bool has_ended(tid thread) const noexcept { return book_.has_ended(thread); }
    bool is_exiting(tid thread) const noexcept { return book_.is_exiting(thread); }

    /// For a while, asks for all statuses at short intervals. To be called when an execve(2) may change a thread's id:
    /// possibly no hint names the new id.
    void hurry();

    /// Appends to `out` the statuses of hot threads, and of cold threads with hints. A second status before the next
    /// `watch` means that the thread was killed.
    ///
    /// `tracees_run_at_once`: tracees run as soon as they are resumed. Then ptrace(2) is asked first whether a tracee
    /// is at a call (`sys::look_for_call`).
    void collect(std::vector<sys::wait_status>& out, bool tracees_run_at_once = false);

    /// Like `collect`, but asks for the statuses of all threads, with or without a hint.
    void collect_all(std::vector<sys::wait_status>& out);

    /// Makes each hot thread cold that was not resumed since the last `cool`. If any thread is cold, starts to wait for
    /// hints.
    void cool();

    /// Called when the tracer has nothing to do. Makes all threads cold, and starts to wait if any thread needs hints.
    void sleep();

    /// Stops waiting for hints and for the tick, and restores the signal mask. The executor's context may run out of
    /// work.
    void rest();

    /// Returns the signal mask of the tracer's thread, as it would be without changes by tracers.
    sigset_t host_mask() const;

    waiting how() const noexcept { return uring_ ? waiting::io_uring : waiting::signalfd; }

private:
    static bool ask(tid thread, watched_thread& about, std::vector<sys::wait_status>& out, bool may_look = false);
    void ask_hinted(std::vector<sys::wait_status>& out);
    void ask_after_wait_for_all(std::vector<sys::wait_status>& out);
    void ask_cold(std::vector<sys::wait_status>& out);
    void scan_cold(std::vector<sys::wait_status>& out);
    void arm();
    void listen();
    void start_tick();
    void tick();

    std::shared_ptr<own_thread> thread_;
    std::function<void()> look_;
    std::unique_ptr<uring_hints> uring_;
    std::unique_ptr<sigchld_hints> sigchld_;   ///< gives the hints if there is no `uring_`; otherwise null
    wait_book book_;
    std::vector<tid> named_;   ///< the threads that the last hints named; a member, so that `ask_hinted` reuses the memory
    std::vector<sys::wait_status> found_;   ///< statuses that the tick found and that were not collected yet
    asio::posix::stream_descriptor readable_;
    asio::steady_timer ticker_;
    bool listening_ = false;   ///< `readable_` waits for a hint
    bool ticking_ = false;     ///< `ticker_` waits for the next tick
    bool hinted_ = false;      ///< a hint has come that `collect` has not used yet
    sys::made_here made_here_;
    /// Handlers have a weak_ptr to this member, which shows whether this object still exists.
    std::shared_ptr<void> alive_ = std::make_shared<int>();
};

}   // namespace cotrace::engine
