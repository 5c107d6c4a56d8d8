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

/// Takes the wait statuses of the traced threads. `wait_book` decides for which threads to ask, and how; this class
/// makes the system calls.
///
/// Only wait(2) reports a stop of a tracee. A blocking wait needs a thread of its own, takes statuses of the host's
/// children when it waits for any child, and cannot be combined with a socket. A pidfd becomes readable when a
/// process exits, but not when it stops. SIGCHLD is sent at stops, but several are merged into one, it names one
/// thread of several, it is not sent if it is ignored or SA_NOCLDSTOP is set, and any thread that does not block it
/// may take it. So statuses and hints are kept apart:
///
/// - A status comes from waitid(P_PID, …, WNOHANG) for one traced thread. The cost of that call does not depend on
///   the number of threads, and it never takes the status of another process.
/// - A hint says that it is worth asking. Hints come from io_uring (IORING_OP_WAITID, Linux 6.7), which names the
///   thread and does not touch the signals of the process, or else from a signalfd for SIGCHLD.
///
/// A thread that was just resumed is asked for its status at each `collect`, without a hint, because most stops
/// follow a resume within microseconds. Hints are for threads that run for longer.
///
/// Hints can fail: a host changes the disposition of SIGCHLD, or takes the tracer's stops with waitpid(-1). So a slow
/// tick asks for the status of each cold thread, and asks ptrace(2) whether a running thread is stopped although no
/// wait reports it. The tick comes once a second in the long run, and more often after it has found something.
///
/// Alternatives that were rejected: a waiting thread for each tracee (two context switches a stop), a handler for
/// SIGCHLD (its disposition belongs to the host), waitid(P_ALL) that takes statuses (takes the host's, too), and
/// polling alone (slow or expensive).
class reactor {
public:
    /// `look` is called from `host`, in a turn of `thread`, when `collect` may find something.
    reactor(asio::any_io_executor const& host, std::shared_ptr<own_thread> thread, waiting how, std::function<void()> look);
    ~reactor();

    /// The calling thread is the tracer's thread, which makes all further calls.
    void begin()
    {
        if (uring_)
            uring_->begin();
    }

    /// The thread was resumed: its next status is to be collected.
    void watch(tid thread)
    {
        if (sigchld_)
            sigchld_->begin();
        book_.watch(thread);
    }
    /// The thread leads a process that was launched or attached.
    void watch_end(tid leader)
    {
        if (sigchld_)   // a wait of io_uring ends when the thread does, in any case
            sigchld_->watch_end(leader);
    }
    void watch_idly(tid thread) { book_.watch_idly(thread); }
    void hold(tid thread) { book_.hold(thread); }
    void leave_end(tid thread) { book_.leave_end(thread); }
    void take_times(tid thread) { book_.take_times(thread); }
    void forget(tid thread);
    bool leaves_end(tid thread) const noexcept { return book_.leaves_end(thread); }
    bool has_ended(tid thread) const noexcept { return book_.has_ended(thread); }

    /// A thread may soon stop under an id that is not watched, so that no hint comes: ticks often for a while.
    void hurry();

    /// Takes the statuses that are there, of hot threads and of threads that hints are for. After a stop, only the end
    /// of a thread is reported until `watch` is called for the thread. `tracees_run_at_once` says that tracees run as
    /// soon as they are resumed. Their next call is then looked for without a wait (`sys::look_for_call`).
    void collect(std::vector<sys::wait_status>& out, bool tracees_run_at_once = false);

    /// Like `collect`, but asks for all threads, with or without a hint.
    void collect_all(std::vector<sys::wait_status>& out);

    /// Ends a round of the book: waits for hints for the threads that are cold now.
    void cool();

    /// The caller has nothing to do: waits for a hint, then calls `look`.
    void sleep();

    /// Stops waiting, so that the executor's context may run out of work.
    void rest();

    /// The signal mask of the tracer's thread without what this class changed in it.
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
    std::unique_ptr<uring_hints>   uring_;
    std::unique_ptr<sigchld_hints> sigchld_;   ///< null if `uring_` is not
    wait_book book_;
    std::vector<tid>      named_;            ///< scratch: the threads that hints named
    std::vector<sys::wait_status> found_;    ///< statuses that the tick found and that were not collected yet
    asio::posix::stream_descriptor readable_;
    asio::steady_timer    ticker_;
    bool listening_ = false;   ///< waiting for a hint
    bool ticking_   = false;
    bool hinted_    = false;   ///< a hint came that `collect` has not used
    sys::made_here made_here_;
    std::shared_ptr<void> alive_ = std::make_shared<int>();   ///< expired when a handler runs after the destructor
};

} // namespace cotrace::engine
