// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/recycled.hpp>
#include <cotrace/session.hpp>

#include "engine/reactor/clock.hpp"
#include "engine/session/channel_state.hpp"
#include "engine/session/condition.hpp"
#include "engine/reactor/context_user.hpp"
#include "engine/session/counters.hpp"
#include "engine/session/open_files.hpp"
#include "engine/reactor/own_thread.hpp"
#include "engine/session/subject.hpp"
#include "sys/fork.hpp"
#include "sys/process.hpp"

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

namespace cotrace::engine {

class engine;

/// How long a session that is being ended waits for the next of its threads to end
/// or to be let go; and how long where the last ones are in uninterruptible sleep,
/// such as the parent of a vfork(2), and cannot stop.
inline constexpr std::chrono::seconds ending_deadline{5};
inline constexpr std::chrono::seconds uninterruptible_deadline{1};

/// The implementation of a `session`: its options, its threads, its queue of records.
class session_state final : public detail::channel_sender, public context_user,
                            public std::enable_shared_from_this<session_state> {
public:
    session_state(engine& owner, session_options options, ending at_end, bool launched);
    ~session_state() { queue_.forget(*this); }

    session_options const& options() const noexcept { return options_; }
    /// The call at whose entry a thread is stopped, with its arguments; null if the
    /// options of the session exclude the call. Stack pointer 0: not known.
    std::shared_ptr<syscall_call> capture(tid thread, abi::arch interface, std::uint64_t number,
                                          std::array<std::uint64_t, 6> const& args, std::uint64_t ip, std::uint64_t sp);
    /// Whether an interceptor wants to be asked about the call.
    bool has_interceptors() const noexcept { return !options_.interceptors.empty(); }
    bool intercepts(syscall_call const& call) const;
    /// Whether `session_options::matching` selects the call.
    bool wants(syscall_exited const& done) const { return !options_.matching || options_.matching->fits(done); }
    bool queues_entries() const noexcept
    {
        return options_.entries && !(options_.matching && options_.matching->has_outcome_condition());
    }
    /// How much of this call is to be captured.
    capture_options const& capture_of(syscall_call const& call) const noexcept
    {
        bool const in_full = options_.in_full && options_.in_full->wants(call);
        bool const flat = options_.flat && options_.flat->wants(call);
        return captures_[(in_full ? 1 : 0) | (flat ? 2 : 0)];
    }
    session_identity const& identity() const noexcept { return *identity_; }
    /// How the session ends if it ends now. After a launch or an attach that has not completed, nothing is left, whatever
    /// the options say.
    ending at_end() const noexcept { return !starting_ ? at_end_ : launched_ ? ending::kill : ending::detach; }
    bool launched() const noexcept { return launched_; }
    /// The host's executor, for operations of the host.
    asio::any_io_executor const& host() const noexcept { return host_; }
    std::shared_ptr<own_thread> const& thread() const noexcept { return thread_; }

    // The queue.

    /// Whether the queue has room for the records of one stop: one record, rarely two, of which the second may exceed
    /// the depth. Also true if no record will be read any more, or none can be read yet because of the launch.
    bool has_room() const;
    /// Calls `handler` with an error code, which means nothing, when there may be room.
    template <class Handler>
    void await_room(Handler handler)
    {
        writable_.async_wait(std::move(handler));
        if (!std::exchange(awaits_room_, true))
            queue_.await_room(*this);
    }
    template <class Event>
    void publish(tid thread, pid process, Event&& what)
    {
        if (is_recorded())
            publish(record{thread, clock_now(), event{std::forward<Event>(what)}, process, identity_});
    }
    /// Interrupts the threads if that is due, and notifies readers of new records. Called once per batch of stops.
    void flush();

    record_channel const& channel() const noexcept { return channel_; }

    // The subjects.

    void joined(subject& traced);
    void left(subject& traced);
    /// Nothing is traced any longer. Always true in a copy that fork(2) made.
    bool ended() const noexcept { return ended_ || !made_here_; }

    /// How the root process ended, once it has.
    thread_exited const& root_end() const noexcept { return root_end_; }
    void note_end(tid thread, thread_exited const& how) noexcept;

    /// An attached thread that has not stopped yet, and runs untraced until then.
    class pending_first_stop {
    public:
        explicit pending_first_stop(session_state& of) noexcept : of_{of} { ++of_.first_stops_; }
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
    bool all_stopped_once() const noexcept { return first_stops_ == 0; }

    /// Further subjects may join, so the session does not end when no subject is left. `stop` is called when no further
    /// subjects are wanted.
    void expect_more(std::function<void()> stop) { stop_expecting_ = std::move(stop); }
    void expect_no_more();
    /// Lets a queue that blocks grow beyond its depth until the attach is over. The attach waits for an execve(2), which
    /// may wait for a thread of this session to end, and no records can be read before the attach is over.
    void exceed_depth();
    void keep_depth() noexcept { exceeds_depth_ = false; }
    bool expects_more() const noexcept { return stop_expecting_ != nullptr; }

    // Requests of the owner of the session.

    result<void> detach();
    result<void> set_filter(filter wanted);
    result<void> kill();
    /// The last `session` object is gone: ends the session.
    void abandon();
    /// The engine is being closed: ends the session. Queued records stay readable.
    void close();
    /// The engine is gone. Where `why` is an error, operations complete with it once all records are read.
    void engine_gone(error_code why);
    error_code error() const noexcept { return error_; }
    void on_context_end() noexcept override;
    /// The engine is a copy that fork(2) made, and is not used any longer: operations that wait complete.
    void end_as_copy() { finish(); }
    /// Why the calling thread may make no request; no error if it may.
    error_code misuse() const noexcept;

    /// Threads are to be let go at their next stop.
    bool leaving() const noexcept { return leaving_; }
    /// Threads are to be killed as they appear.
    bool killing() const noexcept { return killing_; }

    /// Whether a seccomp program decides which calls stop, namely those of the present
    /// filter. False after the kernel refused the program.
    void filter_in_kernel(bool does);
    bool filters_in_kernel() const noexcept { return in_kernel_.has_value(); }

    void note_addressing(sys::addressed how) { counts.by_id += how == sys::addressed::by_id ? 1 : 0; }

    // The launch.

    /// The child has not executed its program yet, and its records cannot be read.
    bool launching() const noexcept { return launching_; }
    bool has_reached_limit() const noexcept { return limit_reached_; }
    void executed();

    // The launch or the attach.

    /// The launch or attach has not succeeded yet.
    bool starting() const noexcept { return starting_; }
    /// The launch or attach has succeeded: starts the timer of `limits::time`.
    void complete();
    /// The handler of the launch or attach is about to be called with the session. Called on any thread. False if
    /// `withdraw` was called before: the handler must not get the session.
    bool hand_over() noexcept;
    /// The tracer or the context is being destroyed. If the handler of the launch or attach was not called yet, the
    /// session ends like one whose launch or attach has not succeeded.
    void withdraw() noexcept;

    std::shared_ptr<counters> const counted = std::make_shared<counters>();   ///< shared with readers on other threads
    counters& counts = *counted;
    pid root{};
    open_files files;     ///< looks up what descriptors refer to

    condition changed;    ///< the session or its launch ended

private:
    void room_came() noexcept override;
    bool is_recorded() const noexcept { return !ended_ && !unread_ && options_.records; }
    void publish(record&& fact);
    bool reaches_limit(record const& fact, std::size_t bytes, std::string& error_text) const;
    void stop_waiting_for_room() { writable_.notify_all(); }
    void stop();
    void end();
    void start_deadline();
    void check_deadline();
    void give_up();
    std::vector<std::shared_ptr<subject>> all_subjects() const;
    void finish();

    engine* owner_;
    sys::made_here made_here_;
    asio::any_io_executor host_;
    asio::any_io_executor executor_;
    std::shared_ptr<own_thread> thread_;
    session_options options_;
    std::array<capture_options, 4> captures_;   ///< by index: default; in full; flat; both
    ending at_end_;
    bool launched_;
    std::shared_ptr<session_identity const> const identity_;
    record_channel channel_;
    detail::channel_state& queue_;       ///< the state of `channel_`
    condition writable_;                 ///< there may be room, or no thread has to wait for room any longer
    bool awaits_room_ = false;           ///< the channel will say when there is room
    std::unordered_set<subject*> subjects_;
    thread_exited root_end_{0, false, false, false};
    std::size_t first_stops_ = 0;        ///< number of `pending_first_stop`
    std::function<void()> stop_expecting_;
    error_code error_{};                 ///< why the session ended early
    std::optional<filter> in_kernel_;    ///< what the program in the kernel reports
    std::optional<asio::steady_timer> alarm_;   ///< for `limits::time`
    std::optional<asio::steady_timer> deadline_;   ///< from `detach` or `kill` on
    std::chrono::steady_clock::time_point left_at_{};   ///< when the last subject left, from then on
    bool const is_limited_;              ///< records are checked against `session_options::stop_after`
    bool launching_;
    bool exceeds_depth_ = false;         ///< see `exceed_depth`
    bool limit_reached_ = false;         ///< a limit of `session_options::stop_after` was reached
    bool interrupt_due_ = false;         ///< the threads are to be interrupted by the next `flush`
    bool has_new_records_ = false;       ///< records were queued since `flush`
    bool unread_    = false;             ///< no record will be read any more
    bool closing_   = false;             ///< the last records are published even without room
    bool leaving_   = false;
    bool killing_   = false;
    bool ended_     = false;
    bool starting_  = true;              ///< see `starting`
    enum class delivery : std::uint8_t { pending, handed_over, withdrawn };
    std::atomic<delivery> delivery_ = delivery::pending;   ///< of the `session` to the handler of the launch or attach
};

} // namespace cotrace::engine
