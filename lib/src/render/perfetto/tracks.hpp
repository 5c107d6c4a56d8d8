// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "render/perfetto/packet_writer.hpp"

#include <cotrace/record.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cotrace::render::perfetto {

/// A call between its entry and its exit.
struct call_in_progress {
    std::shared_ptr<syscall_call const> call;
    std::shared_ptr<call_stack const> stack{};   ///< the call stack at the entry, if it was captured there
    /// The time of the entry, or the end of the previous slice if that is later.
    timestamp since{};
    std::uint64_t track = 0;              ///< the track of the thread at the entry: an execve(2) may change the thread's id
    bool shown = false;                   ///< whether the call is shown if it does not return
    bool counted = true;                  ///< whether the counter of the calls in progress includes this call
    std::vector<std::uint64_t> flows{};   ///< the flows that begin at the call
    /// A thread that the call created. If the call is not shown, an event for the new thread is shown instead.
    struct start {
        std::uint64_t flow = 0;
        origin how{};
    };
    std::vector<start> starts{};
};

/// A thread that has a track.
struct traced_thread {
    pid process{};
    std::uint64_t track = 0;
    std::string name{};
    timestamp last{};   ///< the end of the last slice on the track, so that slices do not overlap if a clock is set back
    std::optional<call_in_progress> call{};
};

/// The threads that exist, with their tracks. A reused thread id gets a new track.
class tracks {
public:
    explicit tracks(packet_writer& packets) noexcept
        : packets_{packets}
    {
    }

    /// The thread of a record. Describes the tracks of the thread and of its process, if necessary. If `name` is empty,
    /// `record::comm` is the name.
    traced_thread& of(record const& seen, std::string_view name, std::string& to);

    traced_thread* find(tid thread) noexcept;
    void forget(tid thread) noexcept;
    /// Changes the id of a thread from `former` to `now` after an execve(2). If `now` has a track, later events go to that track.
    void rename(tid former, tid now) noexcept;

    /// Forgets all threads if there are 20,000 or more, for a session that does not record the ends of all threads.
    void limit_memory() noexcept;

    /// All threads. The keys are their ids.
    std::unordered_map<std::int32_t, traced_thread>& all() noexcept { return threads_; }

private:
    struct traced_process {
        std::uint64_t track = 0;
        std::size_t threads = 0;
    };

    packet_writer& packets_;
    std::unordered_map<std::int32_t, traced_thread> threads_;
    std::unordered_map<std::int32_t, traced_process> processes_;
};

}   // namespace cotrace::render::perfetto
