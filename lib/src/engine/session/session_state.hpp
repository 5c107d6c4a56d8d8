// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/recycled.hpp>
#include <cotrace/session.hpp>

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

/// What a `session` stands for: its options, its threads, its queue of records.
class session_state final : public detail::channel_sender, public context_user,
                            public std::enable_shared_from_this<session_state> {
public:
    session_state(engine& owner, session_options options, ending at_end, bool launched);
    ~session_state() { queue_.forget(*this); }

    session_options const& options() const noexcept { return options_; }
    /// A call that a thread stands at the entry of, with what it is given; null
    /// where its number is wanted and it is not. Stack pointer 0: not known.
    std::shared_ptr<syscall_call> capture(tid thread, abi::arch interface, std::uint64_t number,
                                          std::array<std::uint64_t, 6> const& args, std::uint64_t ip, std::uint64_t sp);
    /// Whether an interceptor wants to be asked about it.
    bool intercepts(syscall_call const& call) const;
    /// Whether `session_options::matching` wants it.
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
    ending at_end() const noexcept { return at_end_; }
    bool launched() const noexcept { return launched_; }
    /// The host's executor, for what the host does.
    asio::any_io_executor const& host() const noexcept { return host_; }
    std::shared_ptr<own_thread> const& thread() const noexcept { return thread_; }

    // The queue.

    /// Room for what one stop gives: a record, and rarely a second one, which may then exceed the depth. True also where
    /// no record will be read any more, or none can be read yet because the program was not executed yet.
    bool has_room() const;
    /// Calls `handler` with an error code, which means nothing, when there may be room.
    template <class Handler>
    void await_room(Handler handler)
    {
        writable_.async_wait(std::move(handler));
        if (!std::exchange(awaits_room_, true))
            queue_.await_room(*this);
    }
    void publish(tid thread, pid process, event what);
    /// Wakes the reader if there is something new; once per batch.
    void flush();

    record_channel const& channel() const noexcept { return channel_; }

    // The subjects.

    void joined(subject& traced);
    void left(subject& traced);
    /// Nothing is traced any longer; in a copy that fork(2) made, nothing ever is.
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
    /// An attach waits for an execve(2), which may wait for a thread of this session to end, while nobody can read the
    /// records: the queue grows beyond its depth until the attach is over.
    void exceed_depth();
    void keep_depth() noexcept { exceeds_depth_ = false; }
    bool expects_more() const noexcept { return stop_expecting_ != nullptr; }

    // What its owner wants of it.

    result<void> detach();
    result<void> set_filter(filter wanted);
    result<void> kill();
    /// Nobody holds the session any longer.
    void abandon(std::optional<ending> how = {});
    /// The engine is going away: ends what is traced; what is queued stays readable.
    void close();
    /// The engine is gone. Where `why` is an error, operations complete with it once all records are read.
    void engine_gone(error_code why);
    error_code error() const noexcept { return error_; }
    void on_context_end() noexcept override;
    /// The engine is a copy that fork(2) made, and is not used any longer: whoever waits finds the end.
    void end_as_copy() { finish(); }
    /// Why the caller may ask for nothing; none when it may.
    error_code misuse() const noexcept;

    /// Threads are to be let go at their next stop.
    bool leaving() const noexcept { return leaving_; }
    /// Threads are to be killed as they appear.
    bool killing() const noexcept { return killing_; }

    /// A program in the kernel says which calls stop: those of the filter that
    /// it was made of. Nothing where it is refused.
    void filter_in_kernel(bool does);
    bool filters_in_kernel() const noexcept { return in_kernel_.has_value(); }

    void note_addressing(sys::addressed how) { counts.by_id += how == sys::addressed::by_id ? 1 : 0; }

    // The launch.

    /// The child has not executed its program yet, and nobody can read its records.
    bool launching() const noexcept { return launching_; }
    bool has_enough() const noexcept { return enough_; }
    void executed();

    /// Of the launch or attach being complete, from which `limits::time` counts.
    void start_alarm();

    std::shared_ptr<counters> const counted = std::make_shared<counters>();   ///< outlives us where others read it
    counters& counts = *counted;
    pid root{};
    open_files files;     ///< what descriptors refer to, where that is wanted

    condition changed;    ///< the session or its launch ended

private:
    void room_came() noexcept override;
    bool is_enough(record const& fact, std::size_t bytes, std::string& thrown) const;
    void stop_waiting_for_room() { writable_.notify_all(); }
    void stop();
    void end(std::optional<ending> how);
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
    std::array<capture_options, 4> captures_;   ///< as the session has it; in full; flat; both
    ending at_end_;
    bool launched_;
    std::shared_ptr<session_identity const> const identity_;
    record_channel channel_;
    detail::channel_state& queue_;       ///< behind `channel_`
    condition writable_;                 ///< room came, or no thread has to wait for it any longer
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
    bool launching_;
    bool exceeds_depth_ = false;         ///< see `exceed_depth`
    bool enough_    = false;             ///< of its limits, one was reached
    bool interrupt_due_ = false;         ///< … and the threads are to be stopped, so that they can be let go
    bool fresh_     = false;             ///< records were queued since `flush`
    bool unread_    = false;             ///< nobody will read any more
    bool closing_   = false;             ///< the last records come, room or not
    bool leaving_   = false;
    bool killing_   = false;
    bool ended_     = false;
};

} // namespace cotrace::engine
