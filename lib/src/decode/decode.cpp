// SPDX-License-Identifier: BSL-1.0
#include "decode/decode.hpp"

#include "decode/capture.hpp"

#include <cotrace/abi/syscalls.hpp>
#include <cotrace/abi/vocabulary.hpp>

#include <cerrno>

namespace cotrace::decode {
namespace {

using abi::direction;
using abi::shape;

bool waits_for_exit(abi::type const& as) noexcept
{
    return (as.shape == shape::pointer || as.shape == shape::custom) && as.way != direction::in;
}

bool has_input(abi::type const& as) noexcept
{
    return as.way == direction::in || as.way == direction::inout || as.way == direction::changed || as.way == direction::reported;
}

std::span<abi::parameter const> parameters(abi::syscall_descriptor const& what) noexcept
{
    return {what.arguments, what.arity()};
}

bool interrupted(syscall_outcome const& outcome) noexcept
{
    constexpr int erestart_restartblock = 516;   // linux/errno.h of the kernel's own
    return outcome.error() == EINTR || outcome.error() == erestart_restartblock;
}

// The user's own word comes before ours.
abi::syscall_descriptor const* descriptor_of(capture_options const& options, syscall_call const& call) noexcept
{
    auto const* own = options.words ? options.words->find(call.arch, call.number, call.args) : nullptr;
    return own ? own : abi::find(call.arch, call.number);
}

void add_at_entry(capture& made, abi::type const& as, std::string_view name, std::uint64_t number)
{
    if (!waits_for_exit(as)) {
        made.add(as, name, number);
        return;
    }
    auto& tree = made.into();
    auto const place = static_cast<std::uint32_t>(tree.nodes().size());
    if (has_input(as))
        made.add(as, name, number);
    else
        made.add_plain(as, name, number);
    tree.node(place).state = value_state::later;
}

// What the call wrote, or a note about what it returned, is there to be read.
bool tells_more(abi::type const& as, syscall_outcome const& outcome) noexcept
{
    if (as.way == direction::remaining)
        return interrupted(outcome);
    return !outcome.failed || as.failed;
}

void add_note(capture& made, abi::syscall_descriptor const& what, syscall_outcome const& outcome)
{
    if (outcome.failed || outcome.value == 0)
        return;
    made.ask_no_more();   // the arguments have it
    auto const again = [&](unsigned index, std::string_view name) {
        auto const& as = *what.arguments[index].as;
        if (made.argument(index) != 0)
            made.add_at(*as.of, name, made.argument(index));
    };
    if (what.returns.with == abi::note::polled) {
        again(0, "ready");
        if (what.arguments[2].as->shape == shape::pointer)
            again(2, "left");
    }
    if (what.returns.with == abi::note::selected) {
        again(1, "in");
        again(2, "out");
        again(3, "except");
        again(4, "left");
    }
}

// A result that is more than a number: what the new descriptor refers to.
bool returns_more(abi::syscall_descriptor const& what, capture_options const& options, syscall_outcome const& outcome) noexcept
{
    return !outcome.failed && (options.descriptors.any() || options.processes.any()) && what.returns.as->shape != shape::nothing;
}

void add_result(capture& made, abi::syscall_descriptor const& what, syscall_outcome const& outcome)
{
    auto const& as = made.settle(*what.returns.as);
    if (as.shape == shape::fd || as.shape == shape::process_id || as.shape == shape::process_group)
        made.add(as, "return", static_cast<std::uint64_t>(outcome.value));
}

} // namespace

void decode_entry(reader& memory, capture_options const& options, syscall_call& call)
{
    call.values.clear();
    call.values.lay_out_as(abi::model_of(call.arch));
    call.what = descriptor_of(options, call);
    if (!call.what)
        return;
    auto const list = parameters(*call.what);
    call.values.reserve(2 * list.size());   // a pointer and its target
    capture made{memory, options, call, call.values, nullptr};
    made.take_arguments(list);
    if (options.decode)
        made.fetch(list);
    for (unsigned i = 0; i < list.size(); ++i) {
        auto const& as = made.settle(*list[i].as);
        if (as.shape != shape::nothing)
            add_at_entry(made, as, list[i].name, made.argument(i));
    }
}

void decode_exit(reader& memory, capture_options const& options, syscall_call const& call, syscall_exited& exited)
{
    exited.values.clear();
    exited.values.lay_out_as(abi::model_of(call.arch));
    if (!call.what || !options.decode)
        return;
    auto const list = parameters(*call.what);
    bool const noted = call.what->returns.with == abi::note::polled || call.what->returns.with == abi::note::selected;
    bool const returned = returns_more(*call.what, options, exited.outcome);
    bool wanted = noted || returned;
    for (auto const& each : list)
        wanted = wanted || each.as->shape == shape::choice || waits_for_exit(*each.as);
    if (!wanted)
        return;

    exited.values.reserve(list.size());
    capture made{memory, options, call, exited.values, &exited.outcome};
    made.take_arguments(list);
    if (!exited.outcome.failed)
        made.fetch(list);
    for (unsigned i = 0; i < list.size(); ++i) {
        auto const& as = made.settle(*list[i].as);
        if (!waits_for_exit(as))
            continue;
        if (tells_more(as, exited.outcome))
            made.add(as, list[i].name, made.argument(i));
        else
            made.add_plain(as, list[i].name, made.argument(i), value_state::unreadable);
    }
    if (returned)
        add_result(made, *call.what, exited.outcome);
    if (noted)
        add_note(made, *call.what, exited.outcome);
}

} // namespace cotrace::decode
