// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>
#include <cotrace/session.hpp>

#include "engine/host_operation.hpp"
#include "engine/interception.hpp"
#include "engine/ptrace/call_in_progress.hpp"
#include "engine/ptrace/placement.hpp"
#include "engine/ptrace/thread_coroutine.hpp"
#include "engine/reactor/wait_book.hpp"
#include "engine/session/subject.hpp"
#include "sys/process.hpp"
#include "sys/wait.hpp"
#include "tracee/registers.hpp"
#include "tracee/states.hpp"
#include "tracee/stop_decoder.hpp"

#include <coroutine>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cotrace::engine {

class engine;
class session_state;
struct thread_counters;

/// What the engine still has to do for a thread that belongs to no session.
enum class leftover_kind : std::uint8_t {
    none,
    /// The engine has to reap this untraced child of this process. `engine::close` does not wait for the child's end.
    child,
    /// The engine has to detach the thread at its first stop: a child that is not followed, or a thread attached by
    /// mistake.
    unwanted,
    /// Like `unwanted`, but the thread is a child of this process (CLONE_PARENT), so the engine also reaps it.
    unwanted_child,
    /// The engine has to reap the thread, a leader that exited before other threads. A dead thread cannot be detached.
    dead_leader,
};

/// One traced thread. The coroutine `live` handles its stops, and awaits `trace_call` or `trace_signal` for a call or a
/// signal.
///
/// While the record queue is full, a status stays in `inbox_`. A status during a wait for host code ends the wait: the
/// thread was killed.
class traced_thread final : public subject, public std::enable_shared_from_this<traced_thread> {
public:
    /// `process` is the thread group. `generation` is its generation: see `session_options::most_generations`.
    traced_thread(engine& owner, std::shared_ptr<session_state> session, tid thread, pid process, unsigned generation);

    tid id() const noexcept { return thread_; }
    pid process() const noexcept { return process_; }
    session_state const& session() const noexcept { return *session_; }
    session_state& session() noexcept { return *session_; }
    unsigned generation() const noexcept { return generation_; }

    /// Publishes the record of the thread's start, and begins to await the thread's wait statuses.
    void begin(origin how, tid parent);
    /// Copies the state that a new thread inherits from the thread `from`, which made it.
    void inherit(traced_thread const& from) noexcept;

    /// Notes that the traced program gave the thread a seccomp filter. From the next stop on, the thread stops at all
    /// calls.
    void set_own_filter() noexcept { has_own_filter_ = true; }

    /// Handles a wait status of the thread.
    void on_status(sys::wait_status const& status);
    /// Handles the statuses in `inbox_`: the record queue may have room, or the session ends all waits for room.
    void on_room();

    /// To be called when the thread, not a leader, has called execve(2): the thread gets its leader's id.
    void take_over(tid leader_id);
    /// Called when an execve(2) of the thread `by` has ended this leader. `changes` is from the wait book, which no
    /// longer has the leader.
    void be_superseded(tid by, id_changes changes);

    /// Returns the result of the last call: after a clone(2), a child's id in the thread's pid namespace. Returns 0 on
    /// failure.
    std::int64_t last_result(tracee::stopped const& at_exit) const;

    /// Whether the thread has a wait status that its coroutine has not taken yet.
    bool has_status() const noexcept { return !inbox_.empty(); }

    // Overrides of `subject`, which the session calls.

    std::shared_ptr<subject> shared() override { return shared_from_this(); }
    std::size_t threads() const noexcept override { return 1; }
    void interrupt() override;
    void kill() override;
    void give_up() override;
    bool is_given_up() const noexcept;
    /// Whether the thread is in a sleep that PTRACE_INTERRUPT does not end. Returns false if the session kills its
    /// threads.
    bool cannot_stop() const override;

    /// Called while the tracer is closed or destroyed. Ends a wait for host code, or handles the statuses in `inbox_`.
    void cut_short();
    /// Ends any wait for host code, and stops using the engine. Called when the engine's work is over.
    void engine_gone() noexcept;

    call_frame_room& call_frame() noexcept { return call_frame_; }

private:
    template <class Verdict>
    class question;
    class status_awaiter;
    class execve_scope;
    class before_first_stop;
    struct progress;

    // The life of a thread: see traced_thread.cpp, children.cpp and ring_calls.cpp.

    thread_coroutine live(origin how);
    void drain_inbox();
    void await_room();
    void resume();
    void host_done();
    void end_host_wait(given_up why);
    void fail(std::exception_ptr const& why);
    /// The coroutine of the thread awaits the result. The wait ends when the thread has a wait status and the record
    /// queue has room.
    status_awaiter next_status() noexcept;
    sys::wait_status const& take_status(sys::wait_status& place);
    call_coroutine on_next_status(bool is_first, progress& so_far);
    /// Puts `status`, which the caller has not handled, back into the inbox, so that the next `take_status` returns it.
    void requeue_status(sys::wait_status const& status);

    void answer(tracee::stopped at, tracee::stop const& why, progress& so_far);
    void on_group_stop(tracee::stopped at, tracee::group_stop const& why);
    void on_new_child(tracee::new_child const& why);
    /// Handles the stop after an execve(2). Returns false if the caller must detach the process.
    bool on_exec(tracee::exec const& why);
    void on_exiting(tracee::stopped const& at, tracee::exiting const& why, progress& so_far);
    void on_end(sys::wait_status const& status, progress const& so_far);

    void find_unreported_children(tracee::stopped const& at, tracee::stop const& first);
    std::optional<tracee::registers> registers_at(tracee::stopped const& at) const;

    bool is_traced() const noexcept { return counted_ != nullptr; }
    void resume_or_detach(tracee::stopped at, signo sig = signo::none);
    void resume_or_detach(tracee::stopped at, sys::resume_mode how, signo sig, bool may_move);
    template <class Event>
    void publish(Event&& what);
    void report(error_code code, std::string operation);
    void record_submissions(call_in_progress const& call);
    void note_ring(call_in_progress const& call, syscall_outcome outcome);
    std::string command() const;
    process_name sender_of(siginfo_t const& info) const;
    std::uint64_t ip() const;

    // How to find out why the thread has stopped: see stops.cpp.

    std::optional<tracee::stop> decode_stop(sys::wait_status const& status);
    std::optional<tracee::stop> ask_about_stop(sys::wait_status const& status);
    bool is_at(int event) const;
    /// Handles the status of a stop that the thread has left, because it was killed.
    void on_outdated_status();

    // How a thread leaves its session: see detaching.cpp.

    void detach_at_stop(tracee::stopped at, signo sig);
    leftover_kind after_detach() const;
    result<void> send(signo sig, sys::receiver to);
    bool is_id_reused() const;
    void leave_undetached(leftover_kind after);
    void leave(leftover_kind after);
    void end_session_part();

    // How a system call or a signal is traced: see traced_call.cpp, and children.cpp for calls that make a thread or
    // process.

    class placement_suspension;
    call_coroutine trace_call(tracee::stopped at, call_in_progress call, std::optional<syscall_outcome> outcome,
                              progress& so_far);
    call_coroutine trace_signal(tracee::stopped at, siginfo_t info);

    std::optional<call_in_progress> call_at(tracee::stopped const& at, sys::syscall_info const& info, progress const& so_far);
    void begin_call(tracee::stopped const& at, call_in_progress& call, placement_suspension& suspension);
    bool resume_from_entry(tracee::stopped at, call_in_progress& call, bool suspends_placement, signo to_deliver);
    bool on_status_within(tracee::stopped& at, std::optional<syscall_outcome>& outcome);
    bool answer_within(tracee::stopped at, tracee::stop const& why);
    void note_own_filter(call_in_progress const& call, syscall_outcome const& outcome);
    bool restore_after_call(tracee::stopped& at, call_in_progress& call, syscall_outcome& outcome);
    void record_exit(tracee::stopped const* at, call_in_progress& call, syscall_outcome outcome);

    void fail_with_enosys(tracee::stopped const& at, sys::syscall_info const& info);
    /// What a clone(2), clone3(2), fork(2) or vfork(2) means for the thread.
    enum class clone_consequence {
        none,
        unfollowed_child,   ///< when the call returns, `note_unfollowed_child` must look at the child
        endless_wait,       ///< the thread would wait for a child that is stopped, so the thread must be detached
    };
    clone_consequence adjust_clone_flags(tracee::stopped const& at, call_in_progress& call);
    void note_unfollowed_child(syscall_outcome got);
    std::optional<std::uint64_t> clone_flags(uapi::arch interface, std::uint64_t number, std::uint64_t first_argument) const;
    bool follows_child(std::uint64_t clone_flags) const;
    bool makes_traced_child(call_in_progress const& call) const;
    bool reads_proc(call_in_progress const& call);
    void note_descriptor(syscall_outcome got);
    void hide_placement(call_in_progress const& call, placement_suspension& suspension);

    bool is_intercepted(call_in_progress const& call) const;
    std::shared_ptr<interceptor_list const> interceptors() const;
    std::shared_ptr<interception> intercept();
    question<verdict>& ask_at_entry(std::optional<question<verdict>>& asked, call_in_progress const& call);
    question<verdict>& ask_at_exit(std::optional<question<verdict>>& asked, call_in_progress const& call,
                                   syscall_outcome outcome);
    question<signal_verdict> ask_about(siginfo_t const& info);
    std::optional<verdict> answer_to(question<verdict>& asked, call_in_progress& call);
    bool after_entry(tracee::stopped const& at, question<verdict>& asked, call_in_progress& call, signo& to_deliver);
    bool after_exit(tracee::stopped const& at, question<verdict>& asked, call_in_progress& call, syscall_outcome& outcome);
    bool after_signal(question<signal_verdict>& asked, signo& to_deliver);
    result<void> store(tracee::stopped const& at, call_in_progress const& call, register_changes const& changes);

    // How call stacks are captured: see unwinding.cpp.

    std::shared_ptr<call_stack const> unwind(tracee::stopped const& at);
    std::shared_ptr<call_stack const> stack_at_entry(tracee::stopped const& at, call_in_progress const& call);
    std::shared_ptr<call_stack const> stack_at_exit(tracee::stopped const* at, call_in_progress& call, syscall_outcome outcome);
    std::shared_ptr<call_stack const> stack_at_signal(tracee::stopped const& at);
    void note_mappings(call_in_progress const& call);

    engine* owner_;
    std::shared_ptr<session_state> session_;
    tid thread_;
    pid process_;
    unsigned generation_;
    placement::assigned_cpu assigned_cpu_;
    bool may_be_bound_;   ///< the engine may bind the thread to a CPU
    /// The traced program has loaded a seccomp filter for the thread. The engine's own filter does not report the calls
    /// that the loaded filter denies, so the thread has to stop at all its calls.
    bool has_own_filter_ = false;
    std::chrono::nanoseconds system_time_{};   ///< `wait_status::system_time` of the last stop; 0: not measured
    thread_counters* counted_ = nullptr;       ///< counts of the thread; null: the thread is not traced

    sys::wait_status const* arriving_ = nullptr;   ///< a new status that the coroutine has not taken yet; null if none
    std::vector<sys::wait_status> inbox_;          ///< statuses that the coroutine has not taken, or that it has put back
    /// The coroutine to resume: `life_`, or the coroutine that `life_` awaits. Null while this coroutine runs.
    std::coroutine_handle<> suspended_;
    std::shared_ptr<host_operation> awaits_host_;   ///< the host code that the coroutine waits for; null if none
    call_frame_room call_frame_;
    thread_coroutine life_;
};

}   // namespace cotrace::engine
