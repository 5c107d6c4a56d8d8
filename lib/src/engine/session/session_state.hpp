// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/recycled.hpp>
#include <cotrace/session.hpp>

#include "decode/capture_choice.hpp"
#include "engine/reactor/context_user.hpp"
#include "engine/reactor/own_thread.hpp"
#include "engine/session/channel_state.hpp"
#include "engine/session/condition.hpp"
#include "engine/session/counters.hpp"
#include "engine/session/open_files.hpp"
#include "engine/session/subject.hpp"
#include "engine/session/thread_names.hpp"
#include "record/clock.hpp"
#include "stack/unwinder.hpp"
#include "sys/fork.hpp"
#include "sys/process.hpp"

#include <boost/asio/steady_timer.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace cotrace::decode {
class reader;
}

namespace cotrace::engine {

class engine;
class traced_rings;

/// If no thread has ended or was detached for this long, an ending session ends without the threads that are left.
inline constexpr std::chrono::seconds ending_deadline{5};
/// Replaces `ending_deadline` if all threads that are left are in uninterruptible sleep, for example in a vfork(2).
inline constexpr std::chrono::seconds uninterruptible_deadline{1};

/// The implementation of a `session`: its options, its subjects, its queue of records.
class session_state final : public detail::channel_sender,
                            public context_user,
                            public std::enable_shared_from_this<session_state> {
public:
    session_state(engine& owner, session_options options, ending at_end, bool launched);
    ~session_state() { queue_.forget(*this); }

    session_options const& options() const noexcept { return options_; }
    /// Decodes a call that is under way. Returns null if `accesses` or `matching` exclude the call; `filter` is not
    /// tested. An unknown `sp` is 0.
    std::shared_ptr<syscall_call> capture(tid thread, pid process, uapi::arch interface, std::uint64_t number,
                                          std::array<std::uint64_t, 6> const& args, std::uint64_t ip, std::uint64_t sp);
    /// Like the other `capture`, but reads the memory that the arguments point to with `memory`.
    std::shared_ptr<syscall_call> capture(decode::reader& memory, tid thread, pid process, uapi::arch interface,
                                          std::uint64_t number, std::array<std::uint64_t, 6> const& args, std::uint64_t ip,
                                          std::uint64_t sp);
    bool has_interceptors() const noexcept { return !options_.interceptors.empty(); }
    /// Whether an interceptor wants to be asked about the call. Also returns true if `interceptor::wants` throws.
    bool intercepts(syscall_call const& call) const;
    bool intercepts(siginfo_t const& signal) const;
    /// Whether `session_options::matching` selects the entry of a captured call, with the arguments as they are at the
    /// entry.
    bool wants(tid thread, pid process, syscall_call const& call);
    /// Whether `session_options::matching` selects the call, with its outcome.
    bool wants(tid thread, pid process, syscall_exited const& done);
    /// Returns false if the host wants no records of entries, or if `matching` has a condition on the outcome.
    bool queues_entries() const noexcept
    {
        return options_.entries && !(options_.matching && options_.matching->has_outcome_condition());
    }
    /// The capture options for this call.
    capture_options const& capture_of(syscall_call const& call) const noexcept { return captures_->of(call); }
    session_identity const& identity() const noexcept { return *identity_; }
    /// How the session ends now. An incomplete launch is killed and an incomplete attach is detached, whatever
    /// `session_options::at_end` says.
    ending at_end() const noexcept { return !starting_ ? at_end_ : launched_ ? ending::kill : ending::detach; }
    bool launched() const noexcept { return launched_; }
    asio::any_io_executor const& executor() const noexcept { return executor_; }
    /// The host's executor, on which interceptors run.
    asio::any_io_executor const& host() const noexcept { return host_; }
    std::shared_ptr<own_thread> const& thread() const noexcept { return thread_; }

    // How records are published.

    /// Whether a thread may publish the records of one stop. Several records may exceed the depth of the queue.
    ///
    /// Also returns true while the queue may exceed its depth: see `launching`, `exceed_depth`, `unread_` and
    /// `closing_`.
    bool has_room() const;
    /// Calls `handler` when the queue may have room, or when all waits for room end. The error code has no meaning.
    template <class Handler>
    void await_room(Handler handler)
    {
        writable_.async_wait(std::move(handler));
        if (!std::exchange(awaits_room_, true))
            queue_.await_room(*this);
    }
    /// Publishes a record of something that happens now. If `comm` is null and the options ask for names, the session
    /// finds the name.
    template <class Event>
    void publish(tid thread, pid process, Event&& what, std::shared_ptr<std::string const> comm = {})
    {
        if (is_recorded())
            publish(
                record{thread, clock_now(options_.clock), event{std::forward<Event>(what)}, process, identity_, std::move(comm)});
    }
    /// Publishes a record of something that happened at the time `at`.
    template <class Event>
    void publish_at(timestamp at, tid thread, pid process, Event&& what)
    {
        if (is_recorded())
            publish(record{thread, at, event{std::forward<Event>(what)}, process, identity_, {}});
    }
    /// Does the detach that `stop` has left, and notifies readers of new records. `engine::pump` calls this function
    /// before it returns.
    void flush();

    record_channel const& channel() const noexcept { return channel_; }

    // What the session traces: its subjects (see `subject`), its root process, and attached threads before their first
    // stops.

    void joined(subject& traced);
    void left(subject& traced);
    /// Whether the session traces nothing any longer. Always true for the copy in a child that the host has forked.
    bool ended() const noexcept { return ended_ || !made_here_; }

    /// How the root process ended. Valid after the end of the root process.
    thread_exited const& root_end() const noexcept { return root_end_; }
    void note_end(tid thread, thread_exited const& how) noexcept;

    /// Exists for each attached thread that has not stopped yet. Until its first stop, the thread runs untraced.
    class pending_first_stop {
    public:
        explicit pending_first_stop(session_state& of) noexcept
            : of_{of}
        {
            ++of_.first_stops_;
        }
        pending_first_stop(pending_first_stop const&) = delete;
        pending_first_stop& operator=(pending_first_stop const&) = delete;
        ~pending_first_stop()
        {
            if (--of_.first_stops_ == 0)
                of_.changed.notify_all();
        }

    private:
        session_state& of_;
    };
    /// Whether each attached thread has made its first stop.
    bool all_stopped_once() const noexcept { return first_stops_ == 0; }

    /// Keeps the session open without a subject, because more may join. Calls `stop` when the session wants no more
    /// subjects.
    void expect_more(std::function<void()> stop) { stop_expecting_ = std::move(stop); }
    void expect_no_more();
    /// Lets the queue exceed its depth while an attach waits for an execve(2): a thread that waits for room could delay
    /// the execve(2) for ever.
    void exceed_depth();
    void keep_depth() noexcept { exceeds_depth_ = false; }
    bool expects_more() const noexcept { return stop_expecting_ != nullptr; }

    // Requests of the host and of the engine.

    result<void> detach();
    result<void> set_filter(filter wanted);
    result<void> kill();
    /// Ends the session as `at_end` says. Discards the queued records, unless `session_options::into` is set.
    void abandon();
    /// Ends the session as `at_end` says, and keeps the queued records readable. Called when the engine is being closed
    /// or destroyed.
    void close();
    /// Stops using the engine, and completes all operations. Operations that wait for records complete with `why` after
    /// the queued records.
    void engine_gone(error_code why);
    error_code error() const noexcept { return error_; }
    void on_context_end() noexcept override;
    /// Completes the operations that wait. Called in a copy of the engine that fork(2) made.
    void end_as_copy() { finish(); }
    /// Returns an error if the calling thread may make no requests: see `engine::misuse`.
    error_code misuse() const noexcept;

    /// Whether threads are to be detached at their next stop.
    bool is_detaching() const noexcept { return detaching_; }
    /// Whether the session was told to kill its subjects. Threads that join it later are killed, too.
    bool is_killing() const noexcept { return killing_; }
    /// Whether the session was told to end, that is to detach or to kill its subjects.
    bool is_ending() const noexcept { return detaching_ || killing_; }

    /// Notes whether a seccomp program filters the calls, so that most other calls are not reported. False: the kernel
    /// refused the program.
    void filter_in_kernel(bool does);
    bool filters_in_kernel() const noexcept { return in_kernel_.has_value(); }

    void note_addressing(sys::addressed how) { counts.by_id += how == sys::addressed::by_id ? 1 : 0; }

    // The launch until the child has executed its program, and the limits of `session_options::stop_after`.

    /// Whether the launched child has not executed its program yet. Until then, the host cannot read the session's
    /// records.
    bool launching() const noexcept { return launching_; }
    bool has_reached_limit() const noexcept { return limit_reached_; }
    /// Notes that the launched child has executed its program.
    void executed();

    // The success of the launch or attach.

    /// Whether the launch or attach has not succeeded yet.
    bool starting() const noexcept { return starting_; }
    /// Notes that the launch or attach has succeeded, and starts the timer of `limits::time`, if that limit is set.
    void complete();
    /// To be called before the host's handler gets the session, on any thread. Returns false after `withdraw`: the
    /// handler must not get the session.
    bool hand_over() noexcept;
    /// Ends the session like one with an unfinished launch or attach, unless `hand_over` was called.
    void withdraw() noexcept;

    std::shared_ptr<counters> const counted = std::make_shared<counters>();   ///< shared with readers on other threads
    counters& counts = *counted;
    pid root{};
    open_files files;                        ///< finds out what descriptors refer to
    std::optional<stack::unwinder> stacks;   ///< unwinds call stacks; empty if none are captured
    std::shared_ptr<traced_rings> rings;     ///< records ring operations; null if the session wants none, or does not use ptrace

    /// Cancels the operations that currently wait for the end of the session.
    void cancel_waits()
    {
        ++cancels_;
        changed.notify_all();
    }
    unsigned cancels() const noexcept { return cancels_; }

    /// Notified, among others, when the session ends, its child has executed its program, or all attached threads have
    /// stopped once.
    condition changed;

private:
    void room_came() noexcept override;
    bool is_recorded() const noexcept { return !ended_ && !unread_ && options_.records; }
    void publish(record&& fact);
    template <class Test>
    bool fits(tid thread, pid process, Test test);
    template <class What>
    bool any_wants(What const& what) const;
    bool reaches_limit(record const& fact, std::size_t bytes, std::string& error_text) const;
    void stop_waiting_for_room() { writable_.notify_all(); }
    void stop();
    void end();
    void start_deadline();
    void check_deadline();
    void give_up();
    std::vector<std::shared_ptr<subject>> all_subjects() const;
    void stop_rings();
    void finish();

    engine* owner_;
    sys::made_here made_here_;
    asio::any_io_executor host_;
    asio::any_io_executor executor_;
    std::shared_ptr<own_thread> thread_;
    session_options options_;
    std::optional<decode::capture_choice> captures_;   ///< empty only during the constructor
    ending at_end_;
    bool launched_;
    std::shared_ptr<session_identity const> const identity_;
    record_channel channel_;
    detail::channel_state& queue_;   ///< the state of `channel_`
    condition writable_;             ///< notified when the queue may have room, and to end all waits for room
    unsigned cancels_ = 0;           ///< the number of calls of `cancel_waits`
    bool awaits_room_ = false;       ///< the channel will call `room_came`
    std::unordered_set<subject*> subjects_;
    thread_names names_;
    thread_exited root_end_{0, false, false, false};
    std::size_t first_stops_ = 0;   ///< number of `pending_first_stop` objects
    std::function<void()> stop_expecting_;
    error_code error_{};                           ///< the error that ended the session early, if there was one
    std::optional<filter> in_kernel_;              ///< the filter that a seccomp program applies; empty if there is no program
    std::optional<asio::steady_timer> alarm_;      ///< the timer of `limits::time`; empty if that limit is not set
    std::optional<asio::steady_timer> deadline_;   ///< the timer of `check_deadline`; set by `detach` or `kill`
    std::chrono::steady_clock::time_point left_at_{};   ///< when a subject last left; at first, when `start_deadline` was called
    bool const is_limited_;                             ///< `stop_after` limits the records or their bytes, or has a condition
    /// The call captured last if it surely fits `matching`, otherwise null. Only compared with other addresses: the
    /// call may be destroyed.
    syscall_call const* fits_surely_ = nullptr;
    bool launching_;
    bool exceeds_depth_ = false;     ///< `exceed_depth` was called, and `keep_depth` was not called after it
    bool limit_reached_ = false;     ///< a limit of `session_options::stop_after` was reached
    bool interrupt_due_ = false;     ///< the next `flush` has to detach the threads
    bool has_new_records_ = false;   ///< records were published since the last `flush`
    bool unread_ = false;            ///< no record will be read any longer; set by `abandon`
    /// The session ends, and publishes its records even if the channel is full: see `close` and `check_deadline`.
    bool closing_ = false;
    bool detaching_ = false;
    bool killing_ = false;
    bool ended_ = false;
    bool starting_ = true;   ///< the launch or attach has not succeeded yet
    enum class delivery : std::uint8_t { pending, handed_over, withdrawn };
    std::atomic<delivery> delivery_ = delivery::pending;   ///< whether the host got the `session` object
};

}   // namespace cotrace::engine
