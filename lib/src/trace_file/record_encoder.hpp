// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>

namespace cotrace::trace_file {

/// Writes records as messages `Record` of a trace file. The records of one frame can be read without the other frames.
class record_encoder {
public:
    /// Appends a record to `to` as a field of the message `Trace`.
    void append(record const& seen, std::string& to);

    /// Begins a new frame: the next records do not depend on the records before.
    void begin_frame();

private:
    /// What the frame already says about a thread.
    struct known_thread {
        pid process{};
        std::shared_ptr<std::string const> comm{};
        std::uint64_t sp = 0;                         ///< the stack pointer at the last call
        std::int64_t entered = 0;                     ///< the time of the record of the last entry
        std::shared_ptr<syscall_call const> call{};   ///< the call that the thread is in, if its entry is in the frame
    };

    std::unordered_map<std::int32_t, known_thread> threads_;
    std::int64_t last_time_ = 0;
    std::set<std::uint32_t> sessions_;   ///< the sessions whose labels are in the frame
};

}   // namespace cotrace::trace_file
