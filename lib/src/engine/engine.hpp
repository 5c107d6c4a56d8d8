// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/tracer.hpp>

#include "engine/start/target_set.hpp"
#include "engine/start/new_members.hpp"
#include "engine/notify/notified.hpp"
#include "engine/reactor/own_thread.hpp"
#include "engine/ptrace/placement.hpp"
#include "engine/reactor/reactor.hpp"
#include "engine/session/session_state.hpp"
#include "engine/ptrace/traced_thread.hpp"
#include "sys/fork.hpp"
#include "sys/process.hpp"
#include "sys/procfs.hpp"
#include "sys/scheduling.hpp"
#include "sys/spawn.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace cotrace::engine {

/// A process that is to be attached. PTRACE_SEIZE takes an id, so the process is held by a
/// pidfd before, and each thread that was seized is checked afterwards.
struct identity {
    /// The process that `thread` belongs to; no process if there is no such thread.
    static identity of(tid thread);
    /// Whether a thread belongs to the process. The status was read after the seize. True if the process is not known.
    bool includes(sys::thread_status const& thread) const;

    pid process{};
    sys::pidfd held{};             ///< empty if no file descriptor was free
    bool lacks_descriptor = false;
};

/// The implementation of a `tracer`: the traced threads, and the loop that collects wait
/// statuses and resumes threads.
///
/// All code of the engine, of its sessions and of its traced threads runs in turns of
/// the engine's thread: see `own_thread`. When another thread takes a turn, the engine is
/// lost, because the kernel refuses the requests of that thread.
class engine final : public own_thread::user, public context_user, public std::enable_shared_from_this<engine> {
    asio::any_io_executor host_;
    std::shared_ptr<own_thread> thread_ = std::make_shared<own_thread>();
    asio::any_io_executor executor_;

public:
    static std::shared_ptr<engine> make(asio::any_io_executor host, waiting how);
    engine(asio::any_io_executor host, waiting how);
    ~engine();

    /// The host's executor, for operations of the host.
    asio::any_io_executor const& host() const noexcept { return host_; }
    /// The executor on which each function is a turn of this engine, for all that the engine waits for.
    asio::any_io_executor const& executor() const noexcept { return executor_; }
    std::shared_ptr<own_thread> const& thread() const noexcept { return thread_; }
    /// Why the calling thread may make no request: the tracees belong to another process, or to another thread.
    error_code misuse() const noexcept;
    /// Whether this is a copy that fork(2) made, which must not act on the tracees of the parent.
    bool is_copy() const noexcept { return !made_here_; }

    task<result<session, failure>> launch(command what, session_options options);
    task<result<session, failure>> attach(std::vector<target> targets, session_options options);
    /// Why the calling thread may start no session: it may make no request, or the tracer was closed or destroyed.
    error_code start_refusal() const noexcept;

    /// Ends all sessions, each as its options say. Error: `errc::not_stopped` where that takes too long.
    task<error_code> close();
    /// Ends all sessions, each as its options say, before it returns.
    void shut_down();

    // For sessions and traced threads.

    void watch(tid thread) { waits_->watch(thread); }
    /// Begins to trace a new thread for `session`. The first stop of the thread is still to come, or is there already.
    void adopt(std::shared_ptr<session_state> const& session, tid thread, pid process, origin how, tid parent,
               traced_thread const* maker = nullptr);
    /// Adopts a child that the kernel attached when it was made, or lets the child go if `session` does not follow children.
    void take_child(std::shared_ptr<session_state> const& session, tid thread, pid process, origin how, tid parent,
                    traced_thread const* maker);
    void drop(traced_thread& thread, leftover_kind after);
    void drop(notified& tree);
    /// Begins to trace threads that were not reported because the thread that made them died first.
    /// These are threads and children of `process`. Without `strict`, they are all threads
    /// that the tracer's thread traces and that no engine knows.
    void find_unreported_threads(std::shared_ptr<session_state> const& session, pid process, bool strict,
                      traced_thread const* maker = nullptr);
    /// Begins to trace a thread that the tracer's thread is the tracer of and that no engine knows.
    void take_unreported(std::shared_ptr<session_state> const& session, tid thread, traced_thread const* maker);
    /// Begins to trace a child that was not reported, without /proc: the child whose id `maker` has in its registers.
    void find_unlisted(std::shared_ptr<session_state> const& session, traced_thread const& maker);
    /// The leader of `process` is not traced any longer, so no status of the leader's id comes. Ends the threads of
    /// `process` whose id is gone, unless they have the leader's id.
    void end_missing(pid process);
    /// The id of `thread` is gone, perhaps because of its execve(2). The next status of the leader's id shows that.
    bool is_missing(traced_thread const& thread) const;
    /// A thread other than the leader calls execve(2).
    void expect_exec(pid process);
    /// Threads are to be let go. One of them may be in an execve(2), and get the id of a leader that was let go.
    void hurry() { waits_->hurry(); }
    /// Reaps an untraced child of this process when the child ends.
    void reap_later(tid child);
    /// The time at which the stops that are being answered were collected.
    std::chrono::steady_clock::time_point collected_at() const noexcept { return collected_; }
    /// Calls `session_state::flush` before `pump` returns.
    void flush_later(std::shared_ptr<session_state> session) { to_flush_.push_back(std::move(session)); }
    placement places;

    /// A thread was resumed outside of `pump`: looks for stops again.
    void wake();
    /// Host code is about to run: restores the scheduling attributes and the affinity mask of the thread.
    void host_runs();

private:
    void pump();
    void yield();
    void dispatch_batch();
    void dispatch(sys::wait_status const& status);
    void dispatch_exec(sys::wait_status const& status);
    void deliver(sys::wait_status const& status);
    bool has_moved(traced_thread& thread);
    void hand_over(tid former, tid leader_id);
    void wait_for(traced_thread& thread);
    void end_leftover(sys::wait_status const& status);
    bool collect_notified();
    void sleep();
    void rest_as_copy();
    bool is_done() const;
    bool is_stuck() const;
    /// The engine of this thread that traces `thread`; null where there is none.
    engine* holder_of(tid thread);
    /// Whether an engine of this thread, which traces `thread`, knows of it.
    bool is_known_here(tid thread) const;
    void flush();
    void on_first_turn() override { waits_->begin(); }
    void on_wrong_thread() override;
    void on_context_end() noexcept override;
    // closing.cpp

    void end_sessions();
    void end_detached_child(session_state& launch);
    bool gives_up_after(std::chrono::steady_clock::duration waited, std::chrono::steady_clock::duration idle) const;
    void end_roots();
    void release(error_code why);
    void unlist();
    std::shared_ptr<session_state> open(session_options options, ending otherwise, bool launched);

    task<result<session, failure>> launch_notified(command what, session_options options);
    task<result<session, failure>> launched(std::shared_ptr<session_state> state, sys::spawned child,
                                            std::shared_ptr<notified> tree);
    task<result<void, failure>> see_exec(session_state& state, sys::spawned& child, notified* tree);
    task<result<void, failure>> first_stops(std::shared_ptr<session_state> state);
    task<result<void, failure>> seize_targets(std::shared_ptr<session_state> state, std::vector<target> const& targets);
    task<result<void, failure>> seize_set(std::shared_ptr<session_state> state, target_set const& which);
    task<result<void, failure>> seize_member(std::shared_ptr<session_state> state, target_set const& which, pid process, bool is_new);
    void attach_later(std::shared_ptr<session_state> const& state, std::shared_ptr<new_members> from);
    task<void> attach_new_members(std::shared_ptr<session_state> state, std::shared_ptr<new_members> from);
    task<result<void, failure>> seize_all(std::shared_ptr<session_state> state, pid process, identity expected);
    void let_reused_id_go(tid thread);

    enum class seizing : std::uint8_t {
        done,
        known,             ///< the session traces the thread already
        vanished,          ///< the thread has ended and has no id any longer
        gone,              ///< the thread is a zombie, or its id belongs to another process now
        try_again,
        ours_unreported,   ///< this thread traces it, and its event is still to come
    };
    result<seizing, failure> seize_one(std::shared_ptr<session_state> const& state, tid thread, identity const& expected);

    sys::made_here made_here_;
    std::optional<reactor> waits_;   ///< none once the context was destroyed
    std::unordered_map<tid, std::shared_ptr<traced_thread>> threads_;
    std::unordered_map<tid, leftover_kind> leftovers_;   ///< threads that left their session
    std::vector<std::shared_ptr<notified>> trees_;   ///< processes whose calls arrive as seccomp notifications
    std::vector<std::weak_ptr<session_state>> sessions_;
    std::vector<asio::posix::stream_descriptor*> launches_;   ///< sockets to children that are being launched
    std::vector<std::shared_ptr<session_state>> to_flush_, flushing_;
    std::vector<sys::wait_status> batch_;   ///< statuses that were collected
    std::size_t dispatched_ = 0;            ///< number of statuses in `batch_` that were dispatched
    unsigned rounds_ = 0;                 ///< number of rounds of collecting
    int  busy_rounds_ = 0;                ///< rounds with stops since the engine slept or host code ran
    unsigned turns_ = 0;                  ///< number of turns with a longer time slice
    sys::longer_time_slice longer_slice_;   ///< not active while host code runs
    int  turns_without_yield_ = 0;        ///< number of next calls of `yield` that do nothing, because a yield was slow
    int  next_turns_without_yield_ = 1;   ///< value of `turns_without_yield_` after the next slow yield
    std::chrono::steady_clock::time_point collected_{};
    bool awake_ = false;                  ///< `pump` runs or is posted
    std::optional<asio::steady_timer> closing_;   ///< from the first `close` on: each `close` waits for it
    bool over_  = false;                  ///< closed, shut down or lost
    bool lost_  = false;                  ///< another thread took a turn
    /// The root processes that a lost engine kills and reaps when the tracer is destroyed.
    std::vector<std::pair<pid, sys::pidfd>> roots_;
};

} // namespace cotrace::engine
