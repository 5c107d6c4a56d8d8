// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>
#include <cotrace/session.hpp>

#include "engine/observe/programs.hpp"
#include "engine/root_process.hpp"
#include "engine/session/untraced_tree.hpp"
#include "sys/process.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <unordered_map>

namespace cotrace::engine {

class engine;

/// The threads that a session observes. BPF programs report their calls through a ring buffer, and no thread stops.
///
/// While events arrive, the ring buffer is read at intervals. Events stay in the ring buffer while the session's
/// channel is full.
class observed final : public untraced_tree, public std::enable_shared_from_this<observed> {
public:
    observed(engine& owner, std::shared_ptr<session_state> session, std::unique_ptr<observe::programs> loaded,
             sys::unique_fd events);

    /// The settings of the BPF programs for a session.
    static observe::program_settings settings_for(session_options const& options);
    /// Returns an error if an observation cannot do what the options ask for.
    static failure refusal(session_options const& options);

    /// Begins to observe a child that has not executed its program yet.
    result<void, failure> begin_launch(pid root, root_descriptors process);
    /// Begins to observe all threads of a running process, or only the leader without `session_options::follow`. Skips
    /// threads that are observed already.
    result<void, failure> begin_attach(pid process);
    /// Begins to read events, even if no thread is observed yet.
    void begin_reading() { read_soon(); }
    /// Keeps the session open when no thread is observed, because more threads may join.
    void expect_more() noexcept { grows_ = true; }

    // Overrides of `untraced_tree` and `subject`.

    bool collect() override { return false; }
    void sleep() override {}
    bool saw_execve() override;
    session_state const& session() const noexcept override { return *session_; }
    bool needs_tracer() const noexcept override { return false; }
    std::shared_ptr<subject> shared() override { return shared_from_this(); }
    std::size_t threads() const noexcept override { return 0; }
    void filter_changed() override;
    void interrupt() override;
    void kill() override;
    bool cannot_stop() const override { return false; }
    void give_up() override;
    void collect_all() override;
    void engine_gone() override;
    void rest() override;

private:
    /// What is known of an observed thread.
    struct observed_thread {
        pid process{};
        /// The call under way. Null if there is none, or if the session leaves the call out.
        std::shared_ptr<syscall_call const> call{};
        std::uint64_t number = 0;   ///< the number of the call that was reported last
        bool unfinished = false;    ///< the entry of a call was reported, and its exit was not
        bool has_ended = false;     ///< the thread is a leader that ended before other threads did
        thread_exited how{};
    };
    using book = std::unordered_map<tid, observed_thread>;

    template <class Then>
    auto when_active(Then then);
    bool is_active() const noexcept;
    void make_plans();

    void read_soon();
    void wait_for_event();
    void read_events();
    bool take_events();
    void note_losses();
    void await_room();
    void on_event(std::span<std::byte const> event);

    void on_call(observe::call_event const& seen, std::span<std::byte const> segments);
    void on_entry(observe::call_event const& seen, std::span<std::byte const> segments, observed_thread& thread, bool publishes);
    void on_exit(observe::call_event const& seen, std::span<std::byte const> segments, observed_thread& thread, bool timed);
    void on_fork(observe::fork_event const& seen);
    void on_exec(observe::exec_event const& seen);
    void on_end(observe::end_event const& seen);
    void on_signal(observe::signal_event const& seen);
    void on_stop(observe::stop_event const& seen);
    observed_thread& thread_of(observe::event_header const& head);
    void end_thread(tid thread, thread_exited const& how, std::uint64_t at);
    timestamp time_of(std::uint64_t monotonic) const noexcept;
    template <class Event>
    void publish(observe::event_header const& head, std::uint64_t at, Event&& what);

    bool reap_root();
    void drop_vanished();
    void end_if_over();
    void leave();

    engine* owner_;
    std::shared_ptr<session_state> session_;
    std::unique_ptr<observe::programs> programs_;
    book threads_;
    root_process root_;                       ///< the launched process, if there is one
    asio::posix::stream_descriptor events_;   ///< a duplicate of the ring buffer's descriptor
    asio::steady_timer next_read_;
    std::chrono::nanoseconds clock_offset_{};   ///< the clock of the records minus CLOCK_MONOTONIC
    std::uint64_t lost_ = 0;
    int idle_reads_ = 0;
    int events_since_wait_ = 0;   ///< number of events since the last wait for one, counted up to `many_events`
    bool grows_ = false;          ///< threads may join at any time, for example those of a cgroup
    bool executed_ = false;       ///< the launched child has executed its program
    bool awaits_room_ = false;
    bool handles_events_ = false;   ///< `take_events` runs, so the programs must not be unloaded now
    bool interrupt_due_ = false;    ///< `interrupt` was called while `handles_events_` was set
};

}   // namespace cotrace::engine
