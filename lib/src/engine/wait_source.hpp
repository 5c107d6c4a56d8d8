// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/task.hpp>
#include <cotrace/waiting.hpp>

#include "engine/hints.hpp"
#include "sys/fork.hpp"
#include "sys/wait.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cotrace::engine {

/// How we wait.
///
/// Stops of a tracee are told by wait alone. A blocking wait needs a thread of
/// its own, takes other people's children when it is for "any", and cannot be
/// joined with a socket. A pidfd becomes readable at a process's exit, never at
/// a stop. SIGCHLD comes at stops, but merges, names one thread of many, is
/// not sent at all where it is ignored or SA_NOCLDSTOP is set, and may be taken
/// by any thread that does not block it. So truth and hint are kept apart:
///
/// - the truth is waitid(P_PID, …, WNOHANG) for one thread of ours. It costs
///   the same however many there are and can never take a stranger's status;
/// - a hint says that it is worth looking. Two sides give hints: io_uring
///   (IORING_OP_WAITID, Linux 6.7), which names the thread, while they are few,
///   and leaves the process's signals alone, and signalfd on SIGCHLD, which is
///   always there.
///
/// A thread just resumed is "hot": it is polled at every `collect`, without any
/// hint, since most stops follow their resume within microseconds. Going to
/// sleep makes all threads cold; while we are awake, those become cold that did
/// not stop in many rounds. For cold ones a hint is listened for.
///
/// Hints can fail: a host changes SIGCHLD's disposition later, or calls
/// waitpid(-1) and takes our stops. So a slow tick polls every thread that is
/// cold and runs, and asks ptrace whether it is stopped though no wait says
/// so. When the tick finds something, it runs fast until it finds nothing for
/// a while; in peace it runs once a second.
///
/// Looked at and left: a waiting thread per tracee (two switches a stop), a
/// handler for SIGCHLD (the host's property), waitid(P_ALL) to take statuses
/// (not ours to take), polling alone (slow or costly).
class wait_source {
public:
    /// `look` is called from the executor when `collect` is worth a try.
    wait_source(asio::any_io_executor const& executor, waiting how, std::function<void()> look);
    ~wait_source();

    /// The calling thread is the one that waits from here on.
    void begin();

    /// The thread runs: its next stop is to be collected.
    void watch(tid thread);

    /// The thread runs untraced and is a child that we reap. It keeps nobody awake:
    /// its end is noticed when there is another reason to look.
    void watch_idly(tid thread);

    /// The thread is stopped for us, and its status was taken. `watch` says when it runs again.
    void hold(tid thread);

    /// A thread may soon stop under an id that is not watched, so that no hint comes: polls often for a while.
    void hurry();

    /// Its end is told, but not taken: the host, whose child it is, waits for it, too.
    void leave_end(tid thread) { threads_[thread].leaves_end = true; }

    /// Its statuses are to have `wait_status::system_time`.
    void take_times(tid thread) { threads_[thread].times = true; }
    bool leaves_end(tid thread) const;
    /// The last status of `thread` was taken.
    bool has_ended(tid thread) const;

    /// It is not ours any longer.
    void forget(tid thread);

    /// Takes what can be had without waiting. A thread whose stop is given out
    /// is watched only for its death until `watch` is called for it again. Where
    /// subjects run as soon as they are resumed, they are asked for their next call
    /// without a wait (`sys::look_for_call`).
    void collect(std::vector<sys::wait_status>& out, bool subjects_run_at_once = false);

    /// As `collect`, for all threads, hints or not.
    void collect_all(std::vector<sys::wait_status>& out);

    /// Makes threads cold that have not stopped since the last time that this was called.
    void cool();

    /// Nothing more to do: waits for a hint, then calls `look`.
    void sleep();

    /// Nobody is traced, so that the executor's context may run out of work.
    void rest();

    /// The signal mask of the tracer's thread without what `wait_source` did to it.
    sigset_t host_mask() const;

    waiting how() const noexcept { return uring_ ? waiting::io_uring : waiting::signalfd; }

private:
    struct watched {
        bool runs  = true;    ///< false: stopped, as far as we know
        bool hot   = false;   ///< in `hot_`
        unsigned turn = 0;    ///< `turn_` when it was resumed
        bool armed = false;   ///< io_uring has a wait for it
        bool listed = false;  ///< in `unarmed_`
        bool ended = false;   ///< its last status was taken
        bool idle  = false;   ///< see `watch_idly`
        bool leaves_end = false;   ///< see `leave_end`
        bool times = false;        ///< see `take_times`
        bool fresh = false;        ///< resumed, and not looked at since
        bool untaken = false;      ///< at a call, whose wait status was not taken
    };

    static void take(watched& about, sys::wait_status const& status, std::vector<sys::wait_status>& out);
    static bool poll(tid thread, watched& about, std::vector<sys::wait_status>& out);
    void end_idling(watched& about) noexcept { idle_ -= std::exchange(about.idle, false) ? 1 : 0; }
    static bool look(tid thread, watched& about, std::vector<sys::wait_status>& out);
    void gather_hinted(std::vector<sys::wait_status>& out);
    void peek_cold(std::vector<sys::wait_status>& out);
    void list_unarmed(tid thread, watched& about);
    void arm();
    bool is_crowd() const noexcept;
    bool has_strangers_news();
    void listen();
    void start_tick();
    void tick();

    std::function<void()> look_;
    std::unordered_map<tid, watched> threads_;
    std::vector<tid>      hot_;
    unsigned              turn_ = 0;         ///< how often `cool` was called
    std::size_t           idle_ = 0;         ///< of `threads_`
    std::vector<tid>      unarmed_;          ///< those io_uring is to wait for at the next sleep
    std::vector<tid>      named_;            ///< scratch: the threads that hints named
    std::vector<sys::wait_status> found_;    ///< by the tick; not yet collected
    std::unique_ptr<uring_hints>   uring_;
    std::unique_ptr<sigchld_hints> sigchld_;
    asio::posix::stream_descriptor readable_;
    asio::steady_timer    ticker_;
    std::chrono::milliseconds period_;
    std::chrono::steady_clock::time_point look_at_cold_{};   ///< when, if the wait for all has ended
    bool strangers_ = false;   ///< a wait for all was ended by nobody of ours
    bool listening_ = false;   ///< for a hint
    bool ticking_  = false;
    bool hinted_   = false;
    sys::made_here made_here_;
    std::shared_ptr<void> alive_ = std::make_shared<int>();   ///< handlers that outlive us must not call us
};

} // namespace cotrace::engine
