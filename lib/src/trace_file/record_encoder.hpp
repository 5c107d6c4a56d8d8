// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "trace_file/thread_context.hpp"

#include <cotrace/record.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace cotrace::trace_file {

/// The answers that are in the frame. An answer is written once in a frame, and calls name it by its number.
struct answers_of_frame {
    std::unordered_map<std::string, std::uint32_t> numbers{};   ///< by the message `Answer`
    std::string message{};                                      ///< reused memory
    std::vector<std::uint32_t> of_call{};                       ///< reused memory
};

/// Writes records as messages `Record` of a trace file. The records of one frame can be read without the other frames.
class record_encoder {
public:
    /// Appends a record to `to` as a field of the message `Trace`.
    void append(record const& seen, std::string& to);

    /// Begins a new frame: the next records do not depend on the records before.
    void begin_frame();

private:
    std::unordered_map<std::int32_t, thread_context> threads_;   ///< a call is only here if its entry is in the frame
    std::uint64_t last_time_ = 0;
    std::optional<tid> last_thread_;
    std::uint32_t last_session_ = 0;
    std::set<std::uint32_t> sessions_;   ///< the sessions whose labels are in the frame
    answers_of_frame answers_;
};

}   // namespace cotrace::trace_file
