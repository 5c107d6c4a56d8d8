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

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace cotrace::engine {

class observed;

/// A process to attach. Ids may be reused, so a pidfd is opened before threads are seized, and `includes` checks each seized
/// thread.
struct identity {
    /// `process` of the result is `pid{}` if the process cannot be found, for example because `thread` has ended.
    static identity of(tid thread);
    /// Whether a seized thread belongs to the process. `thread` must have been read from /proc after the seize.
    bool includes(sys::thread_status const& thread) const;

    pid process{};
    sys::pidfd held{};   ///< a pidfd of the process; empty if no file descriptor was free
    bool lacks_descriptor = false;
};

/// Returns an error if `capture.decode` is false although `matching` or `accesses` needs decoded calls.
inline error_code unfit(session_options const& options) noexcept
{
    bool const reads = !options.accesses.wants_all() || (options.matching && options.matching->needs_decoding());
    return reads && !options.capture.decode ? error_code{errc::not_decoded} : error_code{};
}

/// The implementation of a `tracer`: its traced threads, and the loop that collects wait
/// statuses and resumes threads.
///
/// The engine belongs to the thread of its first turn (`own_thread::turn`). When another thread takes a turn, the engine's work
/// ends: the engine is lost.
class engine final : public own_thread::user, public context_user, public std::enable_shared_from_this<engine> {
    asio::any_io_executor host_;
    std::shared_ptr<own_thread> thread_ = std::make_shared<own_thread>();
    asio::any_io_executor executor_;

public:
    static std::shared_ptr<engine> make(asio::any_io_executor host, waiting how);
    engine(asio::any_io_executor host, waiting how);
    ~engine();

    /// The host's executor, on which interceptors run.
    asio::any_io_executor const& host() const noexcept { return host_; }
    /// An executor on which each function runs as a turn of this engine.
    asio::any_io_executor const& executor() const noexcept { return executor_; }
    std::shared_ptr<own_thread> const& thread() const noexcept { return thread_; }
    /// An error if the calling thread may make no requests of this engine.
    error_code misuse() const noexcept;
    /// Whether this engine is a copy that fork(2) made. Such a copy must not act on the tracees of the parent.
    bool is_copy() const noexcept { return !made_here_; }

    task<result<session, failure>> launch(command what, session_options options);
    task<result<session, failure>> attach(std::vector<target> targets, session_options options);
    /// An error if the calling thread may start no session: the error of `misuse`, or `errc::tracer_closed`.
    error_code start_refusal() const noexcept;

    /// Ends each session as its `session_options::at_end` says. Errors: the errors of `misuse`, `errc::wrong_thread`, and
    /// `errc::not_stopped` if a subject is left at the deadline of `gives_up_after`.
    task<error_code> close();
    /// Ends each session as its `session_options::at_end` says, and waits for the ends until the deadline of `gives_up_after`.
    ///
    /// While a `direct_call` exists, the engine may be handling a stop. In this case, the function only posts a call of itself.
    void shut_down();

    /// Exists while the engine calls a function of the host directly, such as `interceptor::wants`. The function may destroy the
    /// tracer.
    class direct_call {
    public:
        /// `owner` is null if the work of the engine is over.
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

    // Functions for the other classes of the engine: sessions, traced threads and trees.

    void watch(tid thread) { waits_->watch(thread); }
    /// The `id_changes` of `thread`, which this engine must trace.
    id_changes& id_changes_of(tid thread) { return waits_->id_changes_of(thread); }
    /// Calls `traced_thread::set_own_filter` of all traced threads of the process.
    void set_own_filter(pid process) noexcept;
    /// Begins to trace a thread that the kernel has attached to the tracer. Does nothing if this engine traces the thread
    /// already.
    void adopt(std::shared_ptr<session_state> const& session, tid thread, pid process, origin how, tid parent,
               traced_thread const* maker = nullptr, unsigned generation = 0);
    /// Begins to trace a child that the kernel attached when the child was made. A child that `session` does not follow is
    /// detached at its first stop.
    void take_child(std::shared_ptr<session_state> const& session, tid thread, pid process, origin how, tid parent,
                    traced_thread const* maker);
    /// Detaches a child that `session` does not follow, unless `is_known_here` returns true or the calling thread does not trace
    /// it.
    void detach_unfollowed(session_state const& session, tid child);
    void drop(traced_thread& thread, leftover_kind after);
    void drop(untraced_tree& tree);
    /// Looks for threads of `process`, and for leaders of all processes, that no ptrace event has reported. With `strict`, leaves
    /// out leaders of processes that are neither `process` nor its children.
    ///
    /// Without a /proc that lists processes (`sys::sees_processes`), only calls `find_unlisted` if `maker` and `at_exit` are
    /// passed.
    void find_unreported_threads(std::shared_ptr<session_state> const& session, pid process, bool strict,
                                 traced_thread const* maker = nullptr, tracee::stopped const* at_exit = nullptr);
    /// Calls `take_child` for a tracee of the calling thread that no ptrace event reported, unless `is_known_here` returns true.
    /// A zombie child of this process is not taken.
    void take_unreported(std::shared_ptr<session_state> const& session, tid thread, traced_thread const* maker);
    /// Finds an unreported child without /proc. The result of the last call of `maker`, which is at its PTRACE_EVENT_EXIT stop
    /// `at_exit`, is the id of the child.
    void find_unlisted(std::shared_ptr<session_state> const& session, traced_thread const& maker, tracee::stopped const& at_exit);
    /// Handles missing threads of `process`. A thread that has got its leader's id by an execve(2) gets the new id; the tracing
    /// of the other threads ends. To be called when the leader is not traced any longer.
    void end_missing(pid process);
    /// Whether no thread has the id of `thread` any longer, and `thread` may have got its leader's id by an execve(2).
    bool is_missing(traced_thread const& thread) const;
    /// Whether the last status of the thread was that of its PTRACE_EVENT_EXIT stop.
    bool is_exiting(tid thread) const noexcept { return waits_->is_exiting(thread); }
    /// To be called when a thread that is not the leader calls execve(2). If the leader is not traced, no hint names the id that
    /// the thread gets.
    void expect_exec(pid process);
    /// Makes the reactor ask for the statuses of all threads at short intervals for a while, because hints may be missing for a
    /// thread in an execve(2).
    void hurry() { waits_->hurry(); }
    /// Reaps an untraced child of this process when the child ends.
    void reap_later(tid child);
    /// The time at which the stops that are being handled were collected.
    std::chrono::steady_clock::time_point collected_at() const noexcept { return collected_; }
    /// Makes `pump` call `session_state::flush` for the session before `pump` returns.
    void flush_later(std::shared_ptr<session_state> session) { to_flush_.push_back(std::move(session)); }
    placement places;

    /// Posts a call of `pump`, unless `pump` runs or is posted already.
    void wake();
    /// Restores the scheduling attributes and the affinity mask of the tracer's thread. To be called before host code runs.
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
    unsigned generation_of(session_state const& session, pid process, traced_thread const* maker) const;
    void end_leftover(sys::wait_status const& status);
    void detach_at_first_stop(session_state const& session, tid thread);
    bool collect_from_trees();
    void sleep();
    void rest_as_copy();
    bool is_done() const;
    bool is_stuck() const;
    /// The engine that traces `thread`, among all engines of the calling thread; null if none does.
    engine* holder_of(tid thread);
    /// Whether an engine of the calling thread traces `thread`, or has it in `leftovers_` other than as `leftover_kind::child`.
    bool is_known_here(tid thread) const;
    void flush();
    void on_first_turn() override { waits_->begin(); }
    void on_wrong_thread() override;
    void on_context_end() noexcept override;

    // The end of sessions and of the engine.

    void end_sessions();
    void end_detached_child(session_state& launch);
    bool gives_up_after(std::chrono::steady_clock::duration waited, std::chrono::steady_clock::duration idle) const;
    void end_roots();
    void release(error_code why);
    void unlist();

    // How sessions begin: see start/launch.cpp, start/attach.cpp and start/observe.cpp.

    std::shared_ptr<session_state> open(session_options options, ending otherwise, bool launched);

    task<result<session, failure>> launch_notified(command what, session_options options);
    task<result<session, failure>> launch_observed(command what, session_options options);
    task<void> observe_new_members(std::shared_ptr<session_state> state, std::shared_ptr<observed> tree,
                                   std::shared_ptr<new_members> from);
    task<result<session, failure>> attach_observed(std::vector<target> targets, session_options options);
    task<result<session, failure>> launched(std::shared_ptr<session_state> state, sys::spawned child,
                                            std::shared_ptr<untraced_tree> tree);
    task<result<void, failure>> see_exec(session_state& state, sys::spawned& child, untraced_tree* tree);
    task<result<void, failure>> first_stops(std::shared_ptr<session_state> state);
    task<result<void, failure>> seize_targets(std::shared_ptr<session_state> state, std::vector<target> const& targets);
    task<result<void, failure>> seize_set(std::shared_ptr<session_state> state, target_set const& which);
    task<result<void, failure>> seize_member(std::shared_ptr<session_state> state, target_set const& which, pid process,
                                             bool is_new);
    void expect_members(session_state& state, std::shared_ptr<new_members> const& from, task<void> attach);
    task<void> attach_new_members(std::shared_ptr<session_state> state, std::shared_ptr<new_members> from);
    task<result<void, failure>> seize_all(std::shared_ptr<session_state> state, pid process, identity expected);
    void let_reused_id_go(tid thread);

    /// The result of an attempt to seize a thread.
    enum class seizing : std::uint8_t {
        done,
        known,             ///< the session traces the thread already
        vanished,          ///< the thread has ended, and no thread has its id
        gone,              ///< the thread is a zombie, or its id belongs to another process now
        try_again,         ///< the process is in an execve(2), which may wait for the end of other threads
        ours_unreported,   ///< the calling thread traces the thread already, but no ptrace event has reported it yet
    };
    result<seizing, failure> seize_one(std::shared_ptr<session_state> const& state, tid thread, identity const& expected);

    sys::made_here made_here_;
    std::optional<reactor> waits_;   ///< empty after the context was destroyed
    std::unordered_map<tid, std::shared_ptr<traced_thread>> threads_;
    std::unordered_map<tid, leftover_kind> leftovers_;    ///< key: thread; value: what is left to do for it
    std::vector<std::shared_ptr<untraced_tree>> trees_;   ///< processes that are traced without ptrace
    std::vector<std::weak_ptr<session_state>> sessions_;
    std::vector<asio::posix::stream_descriptor*> launches_;   ///< sockets to children that are being launched
    std::vector<std::shared_ptr<session_state>> to_flush_, flushing_;
    std::vector<sys::wait_status> batch_;   ///< the statuses that were collected last
    std::size_t dispatched_ = 0;            ///< number of statuses in `batch_` that were dispatched
    unsigned rounds_ = 0;                   ///< number of rounds of `pump`; a round collects and dispatches a batch
    int busy_rounds_ = 0;   ///< rounds with stops or notifications since the last `host_runs`, outside of longer time slices
    unsigned turns_ = 0;    ///< number of longer time slices begun so far
    sys::longer_time_slice longer_slice_;   ///< time slice of the tracer's thread; lengthened only while `pump` runs
    int turns_without_yield_ = 0;           ///< how many of the next calls of `yield` do nothing
    int next_turns_without_yield_ = 1;      ///< value of `turns_without_yield_` after the next slow yield
    std::chrono::steady_clock::time_point collected_{};
    int direct_calls_ = 0;                        ///< number of `direct_call` objects
    bool awake_ = false;                          ///< `pump` runs or is posted
    std::optional<asio::steady_timer> closing_;   ///< the timer that all calls of `close` wait for; set by the first call
    bool over_ = false;                           ///< the engine was closed or shut down, or is lost
    bool lost_ = false;                           ///< a thread other than the engine's own took a turn
    /// If the engine is lost: the launched processes that the destructor of the tracer kills and reaps, and their
    /// pidfds.
    std::vector<std::pair<pid, sys::pidfd>> roots_;
};

}   // namespace cotrace::engine
