// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "decode/capture_choice.hpp"
#include "trace_file/inputs_decoder.hpp"
#include "trace_file/thread_context.hpp"

#include <cotrace/access_filter.hpp>
#include <cotrace/record.hpp>

#include <protozero/data_view.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

namespace cotrace::trace_file {

/// Makes records from the messages `Record` of a trace file.
class record_decoder {
public:
    /// The result of decoding a message.
    enum class outcome : std::uint8_t {
        made,       ///< the record was stored in `into`
        left_out,   ///< `accesses` does not select the record, or a later version of cotrace added its kind
        damaged,    ///< `record_encoder` cannot have written the message
    };

    decode::capture_choice captures{{}, {}, {}};   ///< the options with which calls are decoded
    access_filter accesses{};                      ///< calls and io_uring operations that it does not select are left out

    /// Decodes one message `Record`. Changes `into` only if the result is `made`.
    outcome decode(protozero::data_view message, record& into);

    /// Must be called before the first message of each frame.
    void begin_frame();

private:
    /// `begin_frame` keeps the member `call`: the entry and the exit of a call may be in different frames, but share one
    /// `syscall_call`.
    struct known_thread : thread_context {
        bool is_left_out = false;   ///< set if `accesses` does not select the thread's current call
    };

    outcome decode_fields(protozero::data_view message, record& into);
    outcome decode_event(std::uint32_t field, protozero::data_view message, known_thread& known, record& into);
    std::shared_ptr<syscall_call const> decode_call(protozero::data_view message, known_thread& of,
                                                    std::shared_ptr<call_stack const>* stack);
    outcome decode_submission(protozero::data_view message, record& into);
    outcome decode_exit(protozero::data_view message, known_thread& of, record& into);

    std::unordered_map<std::int32_t, known_thread> threads_;
    std::uint64_t time_ = 0;      ///< the time of the previous record in the frame, in nanoseconds; 0 before the first record
    tid thread_{};                ///< the thread of the previous record in the frame
    std::uint32_t session_ = 0;   ///< the number of the session of the previous record in the frame; 0: no session
    inputs_decoder inputs_;
    std::unordered_map<std::uint32_t, std::shared_ptr<session_identity const>> sessions_;
};

}   // namespace cotrace::trace_file
