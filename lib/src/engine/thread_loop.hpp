// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>
#include <cotrace/session.hpp>

#include "engine/placement.hpp"
#include "sys/wait.hpp"
#include "tracee/call_kinds.hpp"
#include "tracee/states.hpp"
#include "tracee/stop_decoder.hpp"

#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cotrace::engine {

class engine;
class session_state;
struct thread_counters;

/// What the engine still has to do for a thread that left its session.
enum class leftover_kind : std::uint8_t {
    none,
    child,         ///< It runs untraced and is a child of this process: the engine reaps it, and nothing waits for that.
    new_child,     ///< The kernel attached it at its creation, but its session does not follow children: it is let go at its first stop.
    dead_leader,   ///< A leader that exited before its other threads. It cannot be let go, and its parent waits until the engine has reaped it.
};

/// Drives one traced thread from its first stop to its exit.
///
/// A stop that needs nobody's consent is answered in straight code, from the
/// wait status to the resume: no frame, no suspension. A stop that has to wait,
/// for room in the queue or for an interceptor, gets a coroutine for as long as
/// that takes; there is one at most. A coroutine that lived as long as the
/// thread would be woken through the executor for each stop, or would sit
/// there unused: it costs a kilobyte a thread and buys nothing.
class thread_loop : public std::enable_shared_from_this<thread_loop> {
public:
    /// `process` is the thread group; `tid{raw(process)}` leads it.
    thread_loop(engine& owner, std::shared_ptr<session_state> session, tid thread, pid process);

    tid id() const noexcept { return thread_; }
    pid process() const noexcept { return process_; }
    session_state& session() noexcept { return *session_; }

    /// It is traced from here on; a launched one is silent until its execve(2).
    void begin(origin how, tid parent);
    /// What a new thread has from the one that made it.
    void inherit(thread_loop const& from) noexcept;

    /// What a wait told about it.
    void on_status(sys::wait_status const& status);

    /// The thread called execve(2) while it was not the leader, and has the leader's id now.
    void take_over(tid leader_id);
    /// The thread was the leader, and `by` has its id now.
    void be_superseded(tid by);

    /// Stops it soon if it runs, so that it can be let go.
    void interrupt();
    void kill();

    /// The engine is going away: answers a stop that a coroutine was busy with.
    void cut_short();
    void orphan() noexcept { owner_ = nullptr; }

    /// The child that the thread has made and was killed before it could report
    /// it, by the id that the child has in the thread's pid namespace. Where there
    /// is none, no positive number.
    std::int64_t unreported_child() const;

    /// The thread's id vanished. If that may be because of its execve(2), waits for what the leader's id tells.
    bool await_leader() noexcept;
    bool missing() const noexcept { return missing_; }
    void end_missing();

    /// The session ends without the thread, which neither ended nor could be let go in time.
    void give_up();
    bool given_up() const noexcept { return given_up_; }
    /// It is to be let go, and is in a sleep that PTRACE_INTERRUPT does not end.
    bool cannot_stop() const;

private:
    /// What a coroutine waits for.
    enum class job : std::uint8_t { room, entry, exit, signal };

    void answer(sys::wait_status const& status);
    std::optional<tracee::stop> look(sys::wait_status const& status);
    bool is_at(int event) const;

    void find_unreported_children(tid reported);

    void on(tracee::syscall_entry const& why);
    void on(tracee::reported_call const& why);
    void on(tracee::syscall_exit const& why);
    void on(tracee::signal_delivery const& why);
    void on(tracee::group_stop const& why);
    void on(tracee::trap const& why);
    void on(tracee::new_child const& why);
    void on(tracee::exec const& why);
    void on(tracee::exiting const& why);
    void on(tracee::other_event const& why);
    void on_end(sys::wait_status const& status);

    void on_call(sys::syscall_info const& info);
    result<void> refuse_call(sys::syscall_info const& info);
    void adjust_clone_flags();
    void note_own_child(syscall_outcome got);
    std::optional<std::uint64_t> clone_flags(std::uint64_t number, std::uint64_t first_argument) const;
    bool makes_traced(sys::syscall_info const& info) const;
    void hide_placement(sys::syscall_info const& info);
    bool reads_proc(sys::syscall_info const& info);
    void note_descriptor(syscall_outcome got);
    void end_suspension();
    bool awaits_exit() const;
    sys::resume_mode resume_mode();
    void begin_call(abi::arch interface, std::uint64_t number, std::array<std::uint64_t, 6> const& args,
                    std::uint64_t ip, std::uint64_t sp);
    bool begin_call_at_exit(sys::syscall_info const& info);
    std::uint64_t ip() const;
    result<void> settle(syscall_outcome outcome);
    void finish_call(syscall_outcome outcome);
    bool intercepted_call() const;

    std::string  command() const;
    process_name sender_of(siginfo_t const& info) const;

    std::chrono::steady_clock::time_point note_resume();
    void has_moved();
    void go_on(signo sig = signo::none);
    void let_go(signo sig);
    void leave(leftover_kind after);
    leftover_kind after_detach() const;
    bool has_stranger() const;
    void end_session_part();
    void tell_interceptors_of_end();
    void report(error_code code, char const* operation);

    void start(job work);
    task<void> run(job work, unsigned turn);
    void conclude(job work, verdict const& decided, signal_verdict const& about_signal);
    void stop_asking();
    void catch_up();
    task<verdict> ask_about_call(job work, std::shared_ptr<syscall_call const> call, unsigned turn);
    task<signal_verdict> ask_about_signal(unsigned turn);
    void interceptor_failed(unsigned turn);
    void after_entry(verdict const& decided);
    result<void> carry_out(verdict const& decided);
    signo signal_at_entry();
    void report_half_done();
    void after_exit(verdict const& decided);
    void after_signal(signal_verdict const& decided);

    engine* owner_;
    std::shared_ptr<session_state> session_;
    tid thread_;
    pid process_;

    thread_counters* counted_ = nullptr;             ///< from `begin` to `leave`
    std::optional<tracee::stopped> at_;              ///< the stop being answered
    std::shared_ptr<syscall_call> call_;             ///< the call it is in, if the filter wants it
    std::chrono::steady_clock::time_point entered_{};
    std::chrono::nanoseconds system_entered_{};      ///< CPU time in the kernel at the entry, if it is measured
    std::chrono::nanoseconds system_now_{};          ///< the same at the present stop
    std::optional<std::int64_t> forced_;             ///< what `call_` is to return instead of running
    side_effects also_;                              ///< of interceptors on `call_`
    tampering tampered_;                             ///< by their verdicts on `call_`
    std::optional<std::array<std::uint64_t, 6>> own_args_;   ///< to be put back at the exit
    std::optional<int> exit_status_;                 ///< from PTRACE_EVENT_EXIT, as wait(2) has it
    std::optional<std::pair<remote_address, std::uint64_t>> own_clone_flags_;   ///< clone3(2)'s, to be put back
    abi::arch interface_{};                          ///< of the call it is in, or was in last
    tracee::call_kind kind_ = tracee::call_kind::ordinary;   ///< of the call it is in, wanted or not
    bool in_call_ = false;                           ///< its exit will be seen
    bool confined_ = false;                          ///< has a seccomp filter of its own, which may deny calls that ours never sees
    bool unmet_   = false;                           ///< attached, and did not stop yet
    bool silent_  = false;                           ///< launched, and not at its execve yet
    bool busy_    = false;                           ///< a coroutine works on `at_`, or on `parked_`
    bool makes_own_child_ = false;                   ///< it is in a clone(2) that makes an untraced child of this process
    bool missing_ = false;                           ///< see `await_leader`
    bool given_up_ = false;                          ///< see `give_up`
    bool gone_    = false;
    bool placed_  = false;                           ///< where it runs is for us to say
    bool suspends_placement_ = false;                ///< it is in a call that may tell affinities
    bool makes_descriptor_ = false;                  ///< it is in a call that may make a descriptor
    placement::seat seat_;

    // For the coroutine.
    job      work_{};                                ///< what it does while `busy_`
    unsigned turn_ = 0;                              ///< its number; one that has another is not waited for any longer
    std::optional<sys::wait_status> parked_;         ///< not answered yet for want of room
    syscall_outcome outcome_;                        ///< of the exit being intercepted
    std::optional<siginfo_t> signal_;                ///< being intercepted
    std::vector<sys::wait_status> queued_;           ///< came while there was no room: it was killed
    std::shared_ptr<asio::cancellation_signal> cancel_;   ///< of the last one, which shares it: it may stay for longer
};

} // namespace cotrace::engine
