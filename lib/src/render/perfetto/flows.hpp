// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace cotrace::render::perfetto {

/// A signal that a process sent, or the SIGCHLD of a process that ended. A flow is an arrow between two events in Perfetto.
struct sent_signal {
    std::int32_t sender = 0;   ///< the id of the process that sent the signal, or that ended
    int signal = 0;
    /// The id of the thread or process that the call names as the receiver; 0 if the receiver is not known.
    std::int32_t receiver = 0;
    std::uint64_t flow = 0;   ///< the flow that begins at the event that sent the signal
};

/// The signal that kill(2) or a similar call sends if the call succeeds, with `flow` 0. Empty for other calls.
std::optional<sent_signal> signal_sent_by(syscall_call const& call, pid process) noexcept;

/// The last 256 signals that were sent. Older signals are forgotten, so that the memory is bounded.
class sent_signals {
public:
    void add(sent_signal const& sent) noexcept { last_[next_++ % last_.size()] = sent; }

    /// The flow of the event that sent the signal `received` to `thread`; 0 if the event is not known.
    std::uint64_t flow_to(tid thread, pid process, signal_received const& received) const noexcept;

    /// The flow of the last event that sent the signal `fatal`, which killed `process`; 0 if no event is known.
    std::uint64_t flow_to_end(pid process, int fatal) const noexcept;

private:
    std::array<sent_signal, 256> last_{};
    std::size_t next_ = 0;
};

}   // namespace cotrace::render::perfetto
