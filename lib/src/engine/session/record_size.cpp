// SPDX-License-Identifier: BSL-1.0
#include "engine/session/record_size.hpp"

#include "decode/inputs.hpp"

#include <cotrace/stack.hpp>

#include <variant>

namespace cotrace::engine {

namespace {

std::size_t size_of(value_tree const& values) noexcept
{
    return values.nodes().size() * sizeof(value_node) + values.arena().size();
}

std::size_t size_of(decode::inputs const* kept) noexcept
{
    return kept == nullptr ? 0 : sizeof *kept + kept->bytes.size() + kept->pieces.size() * sizeof(decode::inputs::piece);
}

std::size_t size_of(syscall_call const& call) noexcept { return sizeof call + size_of(call.values) + size_of(call.inputs.get()); }

std::size_t size_of(call_stack const* stack) noexcept
{
    return stack == nullptr ? 0 : sizeof *stack + stack->addresses().size_bytes();
}

}   // namespace

std::size_t size_of(record const& fact, bool entries) noexcept
{
    if (auto const* entered = std::get_if<syscall_entered>(&fact.what))
        return sizeof fact + size_of(*entered->call) + size_of(entered->stack.get());
    if (auto const* left = std::get_if<syscall_exited>(&fact.what))
        return sizeof fact + size_of(left->values) + size_of(left->inputs.get())
               + (entries || !left->call ? 0 : size_of(*left->call)) + size_of(left->stack.get());
    if (auto const* signal = std::get_if<signal_received>(&fact.what))
        return sizeof fact + size_of(signal->stack.get());
    if (auto const* submitted = std::get_if<ring_submitted>(&fact.what); submitted && submitted->operation)
        return sizeof fact + size_of(*submitted->operation);
    return sizeof fact;
}

}   // namespace cotrace::engine
