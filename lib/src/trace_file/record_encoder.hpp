// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "trace_file/thread_context.hpp"

#include <cotrace/record.hpp>

#include <cstdint>
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
    std::unordered_map<std::int32_t, thread_context> threads_;   ///< a call is only here if its entry is in the frame
    std::int64_t last_time_ = 0;
    std::set<std::uint32_t> sessions_;   ///< the sessions whose labels are in the frame
};

}   // namespace cotrace::trace_file
