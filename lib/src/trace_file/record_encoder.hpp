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

/// The answers in the current frame. An answer is the result of a function of `decode::reader`. System calls refer to answers
/// by number.
struct answers_of_frame {
    /// The number of each answer. The key is the encoded message `Answer`.
    std::unordered_map<std::string, std::uint32_t> numbers{};
    std::string message{};                  ///< the message `Answer` that is being encoded; a member, to reuse its memory
    std::vector<std::uint32_t> of_call{};   ///< the numbers of the current call's answers; a member, to reuse its memory
};

/// Writes records as messages `Record` of a trace file. The records of one frame can be read without the other frames.
class record_encoder {
public:
    /// Appends a record to `to` as a field of the message `Trace`.
    void append(record const& seen, std::string& to);

    /// Begins a new frame. The records of the new frame do not refer to records of earlier frames.
    void begin_frame();

private:
    /// A `thread_context::call` is set only if the record of the call's entry is in the current frame.
    std::unordered_map<std::int32_t, thread_context> threads_;
    std::uint64_t last_time_ = 0;
    std::optional<tid> last_thread_;
    std::uint32_t last_session_ = 0;
    std::set<std::uint32_t> sessions_;   ///< numbers of the sessions with a record in the current frame
    answers_of_frame answers_;
};

}   // namespace cotrace::trace_file
