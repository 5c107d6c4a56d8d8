// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/tracer.hpp>

#include "engine/notify/notified.hpp"
#include "engine/ptrace/placement.hpp"
#include "engine/ptrace/traced_thread.hpp"
#include "engine/reactor/own_thread.hpp"
#include "engine/reactor/reactor.hpp"
#include "engine/session/session_state.hpp"
#include "engine/start/new_members.hpp"
#include "engine/start/target_set.hpp"
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

/// A process that is to be attached. PTRACE_SEIZE takes an id, which may be reused. So a pidfd of
/// the process is opened before its threads are seized, and `includes`
/// checks whether each seized thread belongs to the process.
struct identity {
    /// The process that `thread` belongs to; no process if there is no such thread.
    static identity of(tid thread);
    /// Whether a seized thread belongs to the process. `thread` must have been read after the seize. True if the
    /// process is not known.
    bool includes(sys::thread_status const& thread) const;

    pid process{};
    sys::pidfd held{};   ///< empty if no file descriptor was free
    bool lacks_descriptor = false;
};

/// The implementation of a `tracer`: its traced threads, and the loop that collects wait
/// statuses and resumes threads.
///
/// All code of the engine, of its sessions and of its traced threads runs in turns of
/// the thread that the engine belongs to: see `own_thread`. When another thread takes a
/// turn, the engine's work ends, because the kernel refuses ptrace requests of that thread.
/// Such an engine is called lost.
class engine final : public own_thread::user, public context_user, public std::enable_shared_from_this<engine> {
    asio::any_io_executor host_;
    std::shared_ptr<own_thread> thread_ = std::make_shared<own_thread>();
    asio::any_io_executor executor_;

public:
    static std::shared_ptr<engine> make(asio::any_io_executor host, waiting how);
    engine(asio::any_io_executor host, waiting how);
    ~engine();

    /// The host's executor, on which interceptors run and operations of the host wait.
    asio::any_io_executor const& host() const noexcept { return host_; }
    /// An executor on which each function runs as a turn of this engine. The engine's own timers and descriptors use
    /// it.
    asio::any_io_executor const& executor() const noexcept { return executor_; }
    std::shared_ptr<own_thread> const& thread() const noexcept { return thread_; }
    /// Why the calling thread may make no request: the tracees belong to another process or to another thread. No error
    /// if it may.
    error_code misuse() const noexcept;
    /// Whether this is a copy that fork(2) made, which must not act on the tracees of the parent.
    bool is_copy() const noexcept { return !made_here_; }

    task<result<session, failure>> launch(command what, session_options options);
    task<result<session, failure>> attach(std::vector<target> targets, session_options options);
    /// Why the calling thread may start no session: it may make no request, or the tracer was closed or destroyed. No
    /// error if it may.
    error_code start_refusal() const noexcept;

    /// Ends all sessions, each as its options say. Error: `errc::not_stopped` if that takes too long.
    task<error_code> close();
    /// Ends all sessions, each as its options say, before it returns. During a `direct_call`, the sessions end when the
    /// executor next runs work, because the thread whose stop is being handled cannot end before that.
    void shut_down();

    /// While this object exists, the engine calls a function of the host directly, such as `interceptor::wants`. The
    /// function may destroy the tracer.
    class direct_call {
    public:
        /// `owner` may be null.
        explicit direct_call(engine* owner) noexcept
            : owner_{owner}
        {
            if (owner_ != nullptr)
                ++owner_->direct_calls_;
        }
        direct_call(direct_call const&) = delete;
        direct_call& operator=(direct_call const&) = delete;
        ~direct_call()
        {
            if (owner_ != nullptr)
                --owner_->direct_calls_;
        }

    private:
        engine* owner_;
    };

    // For sessions and traced threads.

    void watch(tid thread) { waits_->watch(thread); }
    /// Begins to trace a thread for `session`. The kernel has attached the thread to the tracer already. Whether the
    /// thread has made its first stop does not matter.
    void adopt(std::shared_ptr<session_state> const& session, tid thread, pid process, origin how, tid parent,
               traced_thread const* maker = nullptr);
    /// Begins to trace a child that the kernel attached to the tracer when the child was made. If `session` does not
    /// follow children, detaches the child at its first stop instead.
    void take_child(std::shared_ptr<session_state> const& session, tid thread, pid process, origin how, tid parent,
                    traced_thread const* maker);
    void drop(traced_thread& thread, leftover_kind after);
    void drop(notified& tree);
    /// Begins to trace threads that no event reported, because the thread that made them died
    /// first. With `strict`, looks for threads and children of `process`. Without `strict`, looks
    /// for all threads that the tracer's thread traces and that no engine knows.
    void find_unreported_threads(std::shared_ptr<session_state> const& session, pid process, bool strict,
                                 traced_thread const* maker = nullptr);
    /// Begins to trace a thread that no event reported. Does nothing if the thread is not a tracee of the tracer's
    /// thread, or if an engine knows it.
    void take_unreported(std::shared_ptr<session_state> const& session, tid thread, traced_thread const* maker);
    /// Begins to trace a child of `maker` that no event reported: the child whose id is in the registers of `maker`.
    /// Used if there is no /proc to find such children.
    void find_unlisted(std::shared_ptr<session_state> const& session, traced_thread const& maker);
    /// Ends the tracing of the threads of `process` whose ids are gone, unless they have got the leader's id. To be
    /// called when the leader of `process` is not traced any longer, because no status of the leader's id can come
    /// then.
    void end_missing(pid process);
    /// Whether the id of `thread` is gone, and the thread may have got its leader's id by an execve(2). The next status
    /// of the leader's id shows whether it has.
    bool is_missing(traced_thread const& thread) const;
    /// Whether the last status of the thread was that of its PTRACE_EVENT_EXIT stop.
    bool is_exiting(tid thread) const noexcept { return waits_->is_exiting(thread); }
    /// To be called when a thread of `process` other than the leader calls execve(2). If this engine does not trace the
    /// leader, it has to look often for a stop with the leader's id.
    void expect_exec(pid process);
    /// Looks often for stops for a while. To be called when threads are to be detached: one of them may be in an
    /// execve(2), and get the id of a leader that was detached.
    void hurry() { waits_->hurry(); }
    /// Reaps an untraced child of this process when the child ends.
    void reap_later(tid child);
    /// The time at which the stops that are being handled were collected.
    std::chrono::steady_clock::time_point collected_at() const noexcept { return collected_; }
    /// Makes `pump` call `session_state::flush` for the session before it returns.
    void flush_later(std::shared_ptr<session_state> session) { to_flush_.push_back(std::move(session)); }
    placement places;

    /// Posts a call of `pump`, which looks for stops. To be called after a thread was resumed outside of `pump`.
    void wake();
    /// Restores the scheduling attributes and the affinity mask of the tracer's thread. To be called before host code
    /// runs.
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
    /// The engine that traces `thread`, among all engines of the calling thread; null if none does.
    engine* holder_of(tid thread);
    /// Whether an engine of the calling thread knows the tracee `thread`: either traces the thread, or has it in
    /// `leftovers_`, where untraced children do not count.
    bool is_known_here(tid thread) const;
    void flush();
    void on_first_turn() override { waits_->begin(); }
    void on_wrong_thread() override;
    void on_context_end() noexcept override;

    // In closing.cpp.

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
    task<result<void, failure>> seize_member(std::shared_ptr<session_state> state, target_set const& which, pid process,
                                             bool is_new);
    void attach_later(std::shared_ptr<session_state> const& state, std::shared_ptr<new_members> from);
    task<void> attach_new_members(std::shared_ptr<session_state> state, std::shared_ptr<new_members> from);
    task<result<void, failure>> seize_all(std::shared_ptr<session_state> state, pid process, identity expected);
    void let_reused_id_go(tid thread);

    enum class seizing : std::uint8_t {
        done,
        known,             ///< the session traces the thread already
        vanished,          ///< the thread has ended and has no id any longer
        gone,              ///< the thread is a zombie, or its id belongs to another process now
        try_again,         ///< the process is in an execve(2) that waits for the end of other threads
        ours_unreported,   ///< the calling thread is its tracer already, and the event that reports it is still to come
    };
    result<seizing, failure> seize_one(std::shared_ptr<session_state> const& state, tid thread, identity const& expected);

    sys::made_here made_here_;
    std::optional<reactor> waits_;   ///< empty after the context was destroyed
    std::unordered_map<tid, std::shared_ptr<traced_thread>> threads_;
    std::unordered_map<tid, leftover_kind> leftovers_;   ///< threads that no session traces and that need work
    std::vector<std::shared_ptr<notified>> trees_;       ///< processes whose calls arrive as seccomp notifications
    std::vector<std::weak_ptr<session_state>> sessions_;
    std::vector<asio::posix::stream_descriptor*> launches_;   ///< sockets to children that are being launched
    std::vector<std::shared_ptr<session_state>> to_flush_, flushing_;
    std::vector<sys::wait_status> batch_;   ///< the statuses that the last round collected
    std::size_t dispatched_ = 0;            ///< number of statuses in `batch_` that were dispatched
    unsigned rounds_ = 0;                   ///< number of rounds of `pump`, each of which collects and dispatches a batch
    int busy_rounds_ = 0;                   ///< number of rounds with stops since the engine slept or host code ran
    unsigned turns_ = 0;                    ///< how often `longer_slice_` began
    sys::longer_time_slice longer_slice_;   ///< not active while host code runs
    int turns_without_yield_ = 0;           ///< number of calls of `yield` that will do nothing, after a slow yield
    int next_turns_without_yield_ = 1;      ///< value of `turns_without_yield_` after the next slow yield
    std::chrono::steady_clock::time_point collected_{};
    int direct_calls_ = 0;                        ///< number of `direct_call` objects
    bool awake_ = false;                          ///< `pump` runs or is posted
    std::optional<asio::steady_timer> closing_;   ///< the timer that all calls of `close` wait for
    bool over_ = false;                           ///< the engine was closed, shut down or lost
    bool lost_ = false;                           ///< a thread took a turn that the engine does not belong to
    /// The root processes that a lost engine kills and reaps when the tracer is destroyed.
    std::vector<std::pair<pid, sys::pidfd>> roots_;
};

}   // namespace cotrace::engine
