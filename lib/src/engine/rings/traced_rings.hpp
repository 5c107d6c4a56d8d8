// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include "engine/observe/programs.hpp"
#include "engine/rings/ring_queues.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace cotrace::engine {

class engine;
class session_state;

/// The io_urings of the processes that a session traces with ptrace(2).
///
/// Submissions are read from the rings at the entry of io_uring_enter(2). Completions, and the submissions of rings that a
/// thread of the kernel polls, are reported by BPF programs. The session publishes their records in the order of their times
/// as far as possible: all events in the buffer become records before the session publishes a record of its own.
class traced_rings : public std::enable_shared_from_this<traced_rings> {
public:
    /// If the BPF programs cannot be loaded, publishes a `trace_failed`.
    static std::shared_ptr<traced_rings> start(engine& owner, session_state& of);
    traced_rings(engine& owner, session_state& of);

    /// To be called before the session publishes `next`. Publishes records of the events that came before.
    void before(record const& next);
    /// Publishes the records of all events, and ends the observation.
    void stop();

    ring_queues queues;

private:
    void load();
    void await_events();
    void read_events();
    void on_event(std::span<std::byte const> event);
    void observe(pid process);

    engine* owner_;            ///< null after `stop`
    session_state* session_;   ///< null after `stop`
    std::unique_ptr<observe::programs> programs_;
    asio::posix::stream_descriptor events_;   ///< a duplicate of the descriptor of the programs
    std::uint64_t lost_ = 0;
    bool reads_ = false;         ///< `read_events` runs
    bool awaits_room_ = false;   ///< the channel is full
};

}   // namespace cotrace::engine
