// SPDX-License-Identifier: BSL-1.0
//
// Captures the call stacks that `capture_options::stacks` asks for. A stack is unwound while its thread is stopped.
#include "engine/ptrace/traced_thread.hpp"
#include "engine/session/session_state.hpp"

namespace cotrace::engine {

/// The call stack of the stopped thread. Null if the session captures no stacks, or if the thread was killed.
std::shared_ptr<call_stack const> traced_thread::unwind(tracee::stopped const& at)
{
    if (!session_->stacks)
        return nullptr;
    auto const registers = tracee::registers::of(at, uapi::native);
    if (!registers)
        return nullptr;
    return session_->stacks->unwind(thread_, process_, registers.value().for_unwinding(),
                                    session_->options().capture.stacks.limit);
}

/// The stack at the entry of a call that does not return to its caller. After an execve(2), the memory of the stack is
/// gone.
std::shared_ptr<call_stack const> traced_thread::stack_at_entry(tracee::stopped const& at, call_in_progress const& call)
{
    auto const& wanted = session_->options().capture.stacks;
    bool const leaves =
        call.traits().ends_thread ? wanted.calls : call.kind() == tracee::call_kind::replaces_image && wanted.any_call();
    return call.captured && leaves && !session_->launching() ? unwind(at) : nullptr;
}

/// Null if the session wants no stack. `at` is null if the thread died while an interceptor was asked.
std::shared_ptr<call_stack const> traced_thread::stack_at_exit(tracee::stopped const* at, call_in_progress& call,
                                                               syscall_outcome outcome)
{
    auto const& wanted = session_->options().capture.stacks;
    auto const limit = wanted.longer_than;
    bool const is_slow = limit > std::chrono::nanoseconds{} && call.left - call.entered > limit;
    if (!wanted.calls && !(wanted.failed && outcome.failed) && !is_slow)
        return nullptr;
    if (call.stack || at == nullptr)
        return std::move(call.stack);
    return unwind(*at);
}

std::shared_ptr<call_stack const> traced_thread::stack_at_signal(tracee::stopped const& at)
{
    return session_->options().capture.stacks.signals ? unwind(at) : nullptr;
}

/// Tells the unwinder if the call may have changed the mappings. To be called at the exit of each call.
void traced_thread::note_mappings(call_in_progress const& call)
{
    if (session_->stacks && call.traits().changes_mappings)
        session_->stacks->mappings_changed(process_);
}

}   // namespace cotrace::engine
