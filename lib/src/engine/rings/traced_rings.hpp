// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>
#include <cotrace/task.hpp>

#include "engine/observe/programs.hpp"
#include "engine/rings/ring_queues.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <utility>

namespace cotrace::engine {

class engine;
class session_state;

/// Records the operations of the io_urings of processes that a session traces with ptrace(2).
///
/// Submissions are read at the entry of io_uring_enter(2). BPF programs report completions, and submissions to rings
/// with IORING_SETUP_SQPOLL.
class traced_rings : public std::enable_shared_from_this<traced_rings> {
public:
    /// If the BPF programs cannot be loaded, publishes a `trace_failed`. The object then records only the submissions of
    /// io_uring_enter(2).
    static std::shared_ptr<traced_rings> start(engine& owner, session_state& of);
    traced_rings(engine& owner, session_state& of);

    /// To be called before the session publishes `next`. Publishes the events so far, and begins or ends the
    /// observation of the process of `next`.
    void publish_events_before(record const& next);
    /// Whether the error `code` was not reported for the process yet. Notes that it was reported.
    bool is_new_failure(pid process, error_code code) { return failures_.insert({process, code.value()}).second; }
    /// Publishes all events, even if the channel is full, and ends the observation, at once or after the present
    /// reading.
    void stop();
    /// Stops waiting for events. Called in a copy of the engine that fork(2) made.
    void rest() { events_.cancel(); }

    ring_queues queues;

private:
    void load();
    void await_events();
    void await_room();
    void read_events(bool needs_room);
    void take_events(bool needs_room);
    void on_event(std::span<std::byte const> event, std::chrono::nanoseconds clock_offset);
    void observe_process(pid process);
    void forget_process(pid process);

    engine* owner_;            ///< null after `stop`
    session_state* session_;   ///< null after `stop`
    std::unique_ptr<observe::programs> programs_;
    asio::posix::stream_descriptor events_;   ///< a duplicate of the programs' descriptor; Asio closes it
    std::set<std::pair<pid, int>> failures_;
    std::uint64_t lost_ = 0;
    bool is_reading_ = false;    ///< `take_events` runs
    bool stop_due_ = false;      ///< `stop` was called while `is_reading_` was set
    bool awaits_room_ = false;   ///< the channel was full, and `await_room` waits
};

}   // namespace cotrace::engine
