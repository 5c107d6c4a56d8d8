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

/// Takes the wait statuses of the traced threads. `wait_book` decides which threads are asked for a status, and how;
/// this class makes the system calls.
///
/// Only wait(2) and its relatives give the tracer the wait status of a stop. A blocking wait would need a thread of its
/// own, and a wait for any child would also take statuses of the host's own children. SIGCHLD is not reliable: the
/// kernel merges several pending SIGCHLD into one, and sends none for a stop if SIGCHLD is ignored or SA_NOCLDSTOP is
/// set. Any thread of the process that does not block SIGCHLD may take the signal. So this class distinguishes statuses
/// from hints:
///
/// - A status comes from waitid(P_PID, …, WNOHANG), which takes the status of one thread. So no status of the host's
///   other children is taken. In two cases, ptrace(2) is asked instead: see `collect`, and the tick below.
/// - A hint says that a thread may have a status. Hints come from io_uring (IORING_OP_WAITID, Linux 6.7), which does
///   not touch the signals of the process. Without io_uring, hints come from a signalfd for SIGCHLD, and from the
///   pidfds of launched and attached processes.
///
/// After a thread was resumed, each `collect` asks for its status without a hint, because most stops follow a resume
/// within microseconds. Such a thread is called hot. A thread that is stopped, or that runs for longer, is called cold.
/// The reactor waits for a hint that a cold thread may have a status.
///
/// Hints can fail: the host may change the disposition of SIGCHLD, or take the statuses of tracees with waitpid(-1). So
/// a timer, the tick, asks for the status of each cold thread. The tick also asks ptrace(2) whether a resumed thread is
/// stopped although no wait has reported a stop. After a tick that has found a status, the next tick comes after a
/// millisecond. Each tick that finds no status doubles this time, up to a second. If SIGCHLD cannot be relied on
/// (`sigchld_hints::trusted`), a tick always comes after a millisecond.
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

    /// For a while, asks for the statuses of all threads at short intervals, with or without a hint. To be called when
    /// an execve(2) may soon give a thread its leader's id, because possibly no hint names that id.
    void hurry();

    /// Asks for the statuses of the hot threads, and of the cold threads that may have a status according to a hint. If
    /// a scan is due (see `wait_book`), asks for the statuses of all cold threads. Appends to `out` the statuses that
    /// it finds and those that the tick has found. After a stop of a thread was appended, a second status of this
    /// thread can come before the next `watch` only if the thread was killed.
    ///
    /// Pass true as `tracees_run_at_once` if tracees run as soon as they are resumed. The reactor then asks ptrace(2)
    /// whether a resumed tracee is already at the entry or the exit of a call (`sys::look_for_call`), before it asks
    /// waitid(2). It does so only if `wait_book::may_look_for_calls` returns true.
    void collect(std::vector<sys::wait_status>& out, bool tracees_run_at_once = false);

    /// Like `collect`, but asks for the statuses of all threads, with or without a hint.
    void collect_all(std::vector<sys::wait_status>& out);

    /// Makes each hot thread cold that was not resumed since the last call of `cool`. If any thread is cold after that,
    /// starts to wait for hints.
    void cool();

    /// Makes all threads cold, and starts to wait for hints. To be called when the tracer has nothing to do. If no
    /// thread needs hints (`wait_book::is_idle`), calls `rest` instead of waiting.
    void sleep();

    /// Stops waiting for hints and for the tick, so that the executor's context may run out of work. Also undoes the
    /// change of the signal mask, if there is one.
    void rest();

    /// Returns the signal mask of the tracer's thread. If this reactor uses a signalfd, returns the mask that the
    /// thread would have if no tracer had changed it.
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
