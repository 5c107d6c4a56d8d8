// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/tracer.hpp>

#include "engine/start/target_set.hpp"
#include "engine/start/newcomers.hpp"
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
    /// The process that `thread` belongs to; none where there is no such thread.
    static identity of(tid thread);
    /// Whether a thread, whose status was read after it was seized, belongs to the process. True where none is known.
    bool includes(sys::thread_status const& thread) const;

    pid process{};
    sys::pidfd held{};             ///< none where no file descriptor was free
    bool lacks_descriptor = false;
};

/// What a `tracer` stands for: who is traced, and the loop from waits to resumes.
///
/// All of its code, and that of its sessions and traced threads, runs in turns of
/// its thread: see `own_thread`. When another thread takes a turn, the engine is
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
    /// Why the calling thread may start no session: it may make no request, or the tracer was closed.
    error_code start_refusal() const noexcept;

    /// Ends all sessions, each as its options say. Error: `errc::not_stopped` where that takes too long.
    task<error_code> close();
    /// Ends all sessions, each as its options say, before it returns.
    void shut_down();

    // For sessions and traced threads.

    void watch(tid thread) { waits_->watch(thread); }
    /// A new thread of `session`; its first stop comes, or is there already.
    void adopt(std::shared_ptr<session_state> const& session, tid thread, pid process, origin how, tid parent,
               traced_thread const* maker = nullptr);
    /// A child that the kernel attached when it was made: adopts it, or lets it go where `session` does not follow children.
    void take_child(std::shared_ptr<session_state> const& session, tid thread, pid process, origin how, tid parent,
                    traced_thread const* maker);
    void drop(traced_thread& thread, leftover_kind after);
    void drop(notified& tree);
    /// Takes threads whose maker died before it could report them. They are the
    /// new ones of `process`, its children, and unless `strict` any that we trace
    /// and do not know.
    void find_unreported_threads(std::shared_ptr<session_state> const& session, pid process, bool strict,
                      traced_thread const* maker = nullptr);
    /// Takes a thread that this thread of the tracer traces, but that no engine knows.
    void take_unreported(std::shared_ptr<session_state> const& session, tid thread, traced_thread const* maker);
    /// The same where /proc does not help, for the one child that `maker` itself has the id of.
    void find_unlisted(std::shared_ptr<session_state> const& session, traced_thread const& maker);
    /// The leader of `process` is not traced any longer: no thread of it can still get the leader's id by an execve(2).
    void end_missing(pid process);
    /// The id of `thread` is gone, perhaps because of its execve(2). The next status of the leader's id tells.
    bool is_missing(traced_thread const& thread) const;
    /// A thread other than the leader calls execve(2).
    void expect_exec(pid process);
    /// Threads are to be let go, and may be in an execve(2) while their leader is let go.
    void hurry() { waits_->hurry(); }
    /// An untraced child of this process: reaps it once it ends.
    void reap_later(tid child);
    /// When the stops that are being answered were collected.
    std::chrono::steady_clock::time_point collected_at() const noexcept { return collected_; }
    /// `session` has records that its reader was not told of.
    void touched(std::shared_ptr<session_state> session) { touched_.push_back(std::move(session)); }
    placement places;

    /// A thread was resumed outside of `pump`: looks for stops again.
    void wake();
    /// The host's code is about to be called, and is to find its thread as it left it.
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
    bool gives_up_after(std::chrono::steady_clock::duration waited, std::chrono::steady_clock::duration idle) const;
    void end_roots();
    void release(error_code why);
    void unlist();
    std::shared_ptr<session_state> open(session_options options, ending otherwise, bool launched);

    task<result<session, failure>> launch_notified(command what, session_options options);
    task<result<session, failure>> launched(std::shared_ptr<session_state> state, sys::spawned child,
                                            std::shared_ptr<notified> tree);
    task<result<void, failure>> see_exec(session_state& state, sys::spawned& child, notified* tree);
    task<void> first_stops(std::shared_ptr<session_state> state);
    task<result<void, failure>> seize_targets(std::shared_ptr<session_state> state, std::vector<target> const& targets);
    task<result<void, failure>> seize_crowd(std::shared_ptr<session_state> state, crowd const& which);
    task<result<void, failure>> seize_member(std::shared_ptr<session_state> state, crowd const& which, pid process, bool is_new);
    void welcome_more(std::shared_ptr<session_state> const& state, std::shared_ptr<newcomers> from);
    task<void> welcome(std::shared_ptr<session_state> state, std::shared_ptr<newcomers> from);
    task<result<void, failure>> seize_all(std::shared_ptr<session_state> state, pid process, identity who);
    void let_stranger_go(tid thread);

    enum class seizing : std::uint8_t { done, known, gone, try_again, ours_unseen };
    result<seizing, failure> seize_one(std::shared_ptr<session_state> const& state, tid thread, identity const& who);

    sys::made_here made_here_;
    std::optional<reactor> waits_;   ///< none once the context was destroyed
    std::unordered_map<tid, std::shared_ptr<traced_thread>> threads_;
    std::unordered_map<tid, leftover_kind> leftovers_;   ///< of no session any longer
    std::vector<std::shared_ptr<notified>> trees_;   ///< whose calls seccomp tells
    std::vector<std::weak_ptr<session_state>> sessions_;
    std::vector<asio::posix::stream_descriptor*> launches_;   ///< the lines to children that are being launched
    std::vector<std::shared_ptr<session_state>> touched_, flushed_;
    std::vector<sys::wait_status> batch_;   ///< collected
    std::size_t dispatched_ = 0;            ///< number of statuses in `batch_` that were dispatched
    unsigned rounds_ = 0;                 ///< of collecting
    int  busy_rounds_ = 0;                ///< that had stops, since we slept or the host's code ran
    unsigned turns_ = 0;                  ///< that were patient
    sys::patient_turn patient_;           ///< but while the host's code runs
    int  turns_to_sleep_ = 0;             ///< so often we do not yield, because it took long
    int  patience_lost_  = 1;             ///< how often not, the next time that it does
    std::chrono::steady_clock::time_point collected_{};
    bool awake_ = false;                  ///< `pump` runs or is posted
    std::optional<asio::steady_timer> closing_;   ///< from `close` on: its wait for the end of the last session
    bool over_  = false;                  ///< closed, shut down or lost
    bool lost_  = false;                  ///< another thread took a turn
    /// Of a lost engine: the root processes to kill and reap when the tracer is destroyed.
    std::vector<std::pair<pid, sys::pidfd>> roots_;
};

} // namespace cotrace::engine
