// SPDX-License-Identifier: BSL-1.0
//
// What the engine does at the io_uring calls of a traced thread, if the session records the operations of rings.
#include "decode/decode.hpp"
#include "engine/engine.hpp"
#include "engine/ptrace/traced_thread.hpp"
#include "engine/rings/traced_rings.hpp"
#include "engine/session/live_reader.hpp"
#include "engine/session/session_state.hpp"
#include "uapi/numbers.hpp"

#include <memory>
#include <string_view>
#include <utility>

namespace cotrace::engine {

namespace {

bool is_call(call_in_progress const& call, std::string_view name) noexcept
{
    return uapi::name_of(call.interface(), call.number()) == name;
}

}   // namespace

/// At the entry of io_uring_enter(2): records what the call submits.
void traced_thread::record_submissions(call_in_progress const& call)
{
    if (!session_->rings || !is_call(call, "io_uring_enter"))
        return;
    auto const entries = session_->rings->queues.entries(thread_, process_, call.args());
    if (!entries) {
        if (session_->rings->is_new_failure(process_, entries.error()))
            report(entries.error(), "read submissions to an io_uring in thread");
        return;
    }
    live_reader memory{thread_, session_->files};
    for (auto const& entry : entries.value()) {
        auto operation = std::make_shared<syscall_call>();
        operation->arch = call.interface();
        auto const& options = session_->options();
        decode::decode_submission(memory, options.capture, entry, *operation);
        if (decode::accesses(memory, options.accesses, *operation))
            publish(ring_submitted{decode::kept_entry(options.capture, entry), std::move(operation),
                                   static_cast<int>(call.args()[0])});
    }
}

/// At the exit of a call: notes the rings that the call has set up, registered, unregistered or resized.
void traced_thread::note_ring(call_in_progress const& call, syscall_outcome outcome)
{
    if (!session_->rings || outcome.failed)
        return;
    if (is_call(call, "io_uring_setup"))
        session_->rings->queues.note_setup(thread_, process_, call.args(), outcome.value);
    else if (is_call(call, "io_uring_register"))
        session_->rings->queues.note_registration(thread_, process_, call.args(), outcome.value);
}

}   // namespace cotrace::engine
