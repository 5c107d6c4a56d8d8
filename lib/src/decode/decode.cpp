// SPDX-License-Identifier: BSL-1.0
#include "decode/decode.hpp"

#include "decode/capture.hpp"
#include "decode/dump.hpp"
#include "decode/explanations.hpp"
#include "decode/inputs.hpp"
#include "uapi/numbers.hpp"
#include "uapi/ring_operations.hpp"

#include <cotrace/uapi/syscalls.hpp>
#include <cotrace/uapi/vocabulary.hpp>

#include <algorithm>
#include <cerrno>
#include <optional>

namespace cotrace::decode {
namespace {

using uapi::direction;
using uapi::shape;

bool waits_for_exit(uapi::type const& as) noexcept
{
    return (as.shape == shape::pointer || as.shape == shape::custom) && as.way != direction::in;
}

bool has_input(uapi::type const& as) noexcept
{
    return as.way == direction::in || as.way == direction::inout || as.way == direction::changed || as.way == direction::reported;
}

std::span<uapi::parameter const> parameters(uapi::syscall_descriptor const& what) noexcept
{
    return {what.arguments, what.arity()};
}

// Whether a signal interrupted the call. The result is then an internal code of the kernel for a restart.
bool interrupted(syscall_outcome const& outcome) noexcept
{
    constexpr int restart_system = 512, no_ioctl_command = 515, restart_block = 516;   // include/linux/errno.h of the kernel
    auto const error = outcome.error();
    return error >= restart_system && error <= restart_block && error != no_ioctl_command;
}

// Finds the `syscall_descriptor` of a call. A descriptor in `capture_options::vocabulary` replaces the built-in descriptor.
uapi::syscall_descriptor const* descriptor_of(capture_options const& options, syscall_call const& call) noexcept
{
    auto const* own = options.vocabulary ? options.vocabulary->find(call.arch, call.number, call.args) : nullptr;
    return own ? own : uapi::find(call.arch, call.number);
}

// With -v, strace shows the arguments of some ioctl(2) requests (`named_request::bytes`) as bytes: at entry the bytes that the
// call reads, at exit the bytes that it writes.
void add_request_bytes(capture& made, std::uint32_t place)
{
    constexpr std::uint64_t writes = 0x40000000, reads = 0x80000000;   // _IOC_WRITE and _IOC_READ, shifted by _IOC_DIRSHIFT
    auto& tree = made.into();
    if (place >= tree.nodes().size())   // a custom decoder may add no value
        return;
    auto const& as = *tree.node(place).as;
    bool const wanted = as.text.only_named == uapi::named_request::bytes && made.options().verbose && made.options().decode
                        && (made.call().args[1] & (made.outcome() ? reads : writes)) != 0;
    auto const size = wanted ? std::min<std::uint64_t>(made.count_here(uapi::request_size()), made.most_of_buffer()) : 0;
    if (size == 0)
        return;
    auto const begin = tree.add_bytes(size);
    if (made.read_shown(made.call().args[2], tree.bytes_at(begin, size)) != size)
        return tree.drop_bytes(size);
    tree.node(place).begin = begin;
    tree.node(place).length = static_cast<std::uint32_t>(size);
}

void add_at_entry(capture& made, uapi::type const& as, std::string_view name, std::uint64_t number)
{
    auto& tree = made.into();
    auto const place = static_cast<std::uint32_t>(tree.nodes().size());
    bool const later = waits_for_exit(as);
    if (!later || has_input(as))
        made.add(as, name, number);
    else
        made.add_plain(as, name, number);
    add_request_bytes(made, place);
    if (later)
        tree.node(place).state = value_state::later;
}

// Whether an argument of type `as` has a value at exit.
bool has_value_at_exit(uapi::type const& as, syscall_outcome const& outcome) noexcept
{
    if (as.way == direction::remaining)
        return interrupted(outcome);
    return !outcome.failed || as.failed;
}

// Adds the elements of poll(2)'s array that report an event; without -v, no more than the string limit.
void add_ready(capture& made, uapi::type const& list, std::uint64_t at, std::uint64_t many)
{
    constexpr std::uint64_t size = 8, revents_at = 6, per_read = 256;   // `size` is that of struct pollfd
    auto& tree = made.into();
    auto const place = tree.open({.as = &list, .name = "ready"});
    std::uint64_t found = 0;
    auto const end_with = [&](value_state state) {
        tree.node(place).state = state;
        tree.close(place);
    };
    std::array<std::byte, per_read * size> buffer;
    for (std::uint64_t i = 0; i < many;) {
        auto const raw = std::span{buffer}.first(std::min(many - i, per_read) * size);
        auto const got = made.read(at + i * size, raw) / size;
        for (std::uint64_t k = 0; k < got; ++k) {
            auto const element = std::span<std::byte const>{raw}.subspan(k * size, size);
            if (load(element.subspan(revents_at, 2)) == 0)
                continue;
            if (found == made.options().string_limit && !made.options().verbose)
                return end_with(value_state::cut);
            made.add_part_of(*list.of, {}, element, at + (i + k) * size);
            ++found;
        }
        i += got;
        if (got * size < raw.size()) {
            made.add_plain(uapi::as::address, {}, at + i * size);
            break;
        }
    }
    end_with(value_state::complete);
}

// Whether the whole struct user_desc can be read.
bool has_segment(capture& made, std::uint64_t at)
{
    std::array<std::uint32_t, 4> words;
    return made.read_value(at, words);
}

void add_note(capture& made, uapi::syscall_descriptor const& what, syscall_outcome const& outcome)
{
    if (outcome.failed || !made.options().follow)
        return;
    made.add_numbers_only();   // the values at entry already describe the files of the descriptors
    auto const again = [&](unsigned index, std::string_view name) {
        auto const& as = *what.arguments[index].as;
        return made.argument(index) != 0 && made.add_at(*as.of, name, made.argument(index));
    };
    auto const left = [&](unsigned index) {
        if (made.argument(index) != 0 && !again(index, "left"))
            made.add_plain(uapi::as::address, "left", made.argument(index));
    };
    if (what.returns.with == uapi::note::segment && made.argument(0) != 0 && has_segment(made, made.argument(0)))
        made.add_at(uapi::as::uint32, "entry_number", made.argument(0));
    if (outcome.value == 0)
        return;
    // An array that wraps around the end of the address space is not read.
    constexpr std::uint64_t pollfd_size = 8;
    bool const wraps = made.argument(0) + made.argument(1) * pollfd_size <= made.argument(0);
    if (what.returns.with == uapi::note::polled && !wraps && made.argument(0) != 0) {
        add_ready(made, *what.arguments[0].as->of, made.argument(0), made.argument(1));
        if (what.arguments[2].as->shape == shape::pointer)
            left(2);
    }
    if (what.returns.with == uapi::note::timed)
        left(4);
    if (what.returns.with == uapi::note::selected) {
        again(1, "in");
        again(2, "out");
        again(3, "except");
        left(4);
    }
}

using registers = std::array<std::uint64_t, 6>;

// `which`, the lower 16 bits of ipc(2)'s first argument, selects another call. An element of `from` is a register of ipc(2), or a
// word in memory that the fifth register points to.
constexpr std::int8_t first_word = 8, second_word = 9;
struct ipc_order {
    unsigned which;
    std::array<std::int8_t, 5> from;
};
constexpr ipc_order ipc_orders[] = {
    {1, {1, 4, 2}},    {2, {1, 2, 3}},     {3, {1, 2, 3, 4}},
    {4, {1, 4, 2, 5}}, {11, {1, 4, 2, 3}}, {12, {1, first_word, 2, second_word, 3}},
    {13, {1, 2}},      {14, {1, 2, 4}},    {21, {1, 4, 2}},
    {22, {4}},         {23, {1, 2, 3}},    {24, {1, 2, 4}},
};
// The newer version of msgrcv(2) in ipc(2), which takes all arguments from registers.
constexpr ipc_order newer_msgrcv{12, {1, 4, 2, 5, 3}};

ipc_order const* order_of(syscall_call const& call) noexcept
{
    auto const which = call.args[0] & 0xffff;
    if (call.arch != uapi::arch::i386 || call.number != uapi::i386_ipc)
        return nullptr;
    if (which == newer_msgrcv.which && call.args[0] >> 16 != 0)
        return &newer_msgrcv;
    auto const* found =
        std::find_if(std::begin(ipc_orders), std::end(ipc_orders), [&](auto const& each) { return each.which == which; });
    return found != std::end(ipc_orders) ? found : nullptr;
}

// A call of i386 with arguments in memory, or in registers in another order than usual.
struct indirect_call {
    uapi::syscall_descriptor const* what;
    std::uint64_t at;
    ipc_order const* order = nullptr;   ///< null if the arguments are words in memory at `at`
};

std::optional<indirect_call> indirect(syscall_call const& call) noexcept
{
    auto const* known = uapi::find(call.arch, call.number);
    if (known && known->in_memory)
        return indirect_call{known->in_memory, call.args[0]};
    auto const* one = uapi::find_indirect_call(call.arch, call.number, call.args[0]);
    if (!one)
        return std::nullopt;
    if (auto const* order = order_of(call))
        return indirect_call{one, call.args[4], order};
    return indirect_call{one, call.args[1]};
}

bool read_words(capture& made, std::uint64_t at, std::span<std::uint32_t> into) noexcept
{
    auto const wanted = std::as_writable_bytes(into);
    return made.read_shown(at, wanted) == wanted.size();
}

bool read_arguments(capture& made, indirect_call const& call, registers& into) noexcept
{
    std::array<std::uint32_t, 6> words{};
    if (!call.order) {
        if (!read_words(made, call.at, std::span{words}.first(call.what->arity())))
            return false;
        std::copy(words.begin(), words.end(), into.begin());
        return true;
    }
    auto const& from = call.order->from;
    if (from[1] == first_word && !read_words(made, call.at, std::span{words}.first(2)))
        return false;
    auto const given = into;
    for (std::size_t i = 0; i < from.size(); ++i) {
        auto const place = static_cast<std::size_t>(from[i]);
        into[i] = from[i] >= first_word ? words[place - first_word] : given[place];
    }
    return true;
}

// Arguments from memory have the values that were read at entry, because the memory may have changed.
registers arguments_of(syscall_call const& call) noexcept
{
    auto made = call.args;
    auto const multiplexed = call.arch == uapi::arch::i386 ? indirect(call) : std::nullopt;
    if (!multiplexed || multiplexed->what != call.what)
        return made;
    std::size_t i = 0;
    for (auto const each : call.values.all()) {
        while (i < made.size() && call.what->arguments[i].name != each.name())
            ++i;
        if (i < made.size())
            made[i] = each.number();
    }
    return made;
}

// Whether the options ask for a description of the result.
bool returns_described(uapi::syscall_descriptor const& what, capture_options const& options,
                       syscall_outcome const& outcome) noexcept
{
    return !outcome.failed && (options.descriptors.any() || options.processes.any() || options.contexts)
           && what.returns.as->shape != shape::nothing;
}

// Adds the result of a shmat(2) that was called through ipc(2), which stores the address in memory. Returns false if nothing was
// added.
bool add_attached(capture& made, syscall_call const& call, syscall_outcome const& outcome)
{
    constexpr unsigned shmat = 21;
    auto const* order = outcome.failed ? nullptr : order_of(call);
    std::uint32_t address = 0;
    if (!order || order->which != shmat || !made.read_value(call.args[3], address))
        return false;
    made.add(uapi::as::address, "return", address);
    return true;
}

bool has_unread_argument(syscall_call const& call) noexcept
{
    for (auto const each : call.values.all())
        if ((each.shape() == shape::pointer || each.shape() == shape::address) && each.parts().empty())
            return true;
    return false;
}

void add_result(capture& made, uapi::syscall_descriptor const& what, syscall_outcome const& outcome)
{
    // If the first argument is an operation that decides what the result means, and the memory of an argument was not read, the
    // result is a plain number.
    bool const by_operation = what.returns.as->shape == shape::choice && what.returns.as->length.from == uapi::source::argument
                              && what.returns.as->length.index == 0;
    bool const unknown = by_operation && has_unread_argument(made.call());
    auto const& as = unknown ? uapi::as::long_signed : made.settle(*what.returns.as);
    if (uapi::traits_of(as.shape).refers != uapi::reference::none)
        made.add(as, "return", static_cast<std::uint64_t>(outcome.value));
}

void add_arguments(capture& made, capture_options const& options, syscall_call& call,
                   std::array<std::uint64_t, 6> const& arguments)
{
    auto const list = parameters(*call.what);
    call.values.reserve(2 * list.size());   // each argument may be a pointer that has a target
    made.take_arguments(list, arguments);
    if (options.decode)
        made.fetch(list);
    for (unsigned i = 0; i < list.size(); ++i) {
        auto const& as = made.settle(*list[i].as);
        if (as.shape != shape::nothing)
            add_at_entry(made, as, list[i].name, made.argument(i));
    }
}

void decode_arguments(reader& memory, capture_options const& options, syscall_call& call)
{
    call.values.clear();
    call.values.lay_out_as(uapi::model_of(call.arch));
    call.what = descriptor_of(options, call);
    if (!call.what)
        return;
    capture made{memory, options, call, call.values, nullptr};
    auto arguments = call.args;
    // A call that takes its arguments from memory, or makes another call (socketcall(2), ipc(2)), gets the descriptor with the
    // real arguments. A descriptor from `capture_options::vocabulary` is kept.
    bool const may_be_indirect =
        call.arch == uapi::arch::i386 && options.decode && call.what == uapi::find(call.arch, call.number);
    auto const multiplexed = may_be_indirect ? indirect(call) : std::nullopt;
    if (multiplexed && read_arguments(made, *multiplexed, arguments))
        call.what = multiplexed->what;
    add_arguments(made, options, call, arguments);
}

void decode_operation(reader& memory, capture_options const& options, uapi::ring_entry const& entry, syscall_call& call)
{
    call.number = entry.opcode;
    call.args = uapi::arguments_of(entry);
    call.what = &uapi::describe_operation(entry);
    call.values.clear();
    call.values.lay_out_as(uapi::model_of(call.arch));
    capture made{memory, options, call, call.values, nullptr};
    add_arguments(made, options, call, call.args);
}

void add_settled(reader& memory, capture_options const& options, syscall_call const& call, syscall_exited& exited)
{
    auto const list = parameters(*call.what);
    auto const note = call.what->returns.with;
    bool const noted =
        note == uapi::note::polled || note == uapi::note::selected || note == uapi::note::segment || note == uapi::note::timed;
    bool const returned = returns_described(*call.what, options, exited.outcome);
    bool wanted = noted || returned || order_of(call) != nullptr;
    for (auto const& each : list)
        wanted = wanted || each.as->shape == shape::choice || waits_for_exit(*each.as);
    if (!wanted)
        return;

    exited.values.reserve(list.size());
    capture made{memory, options, call, exited.values, &exited.outcome};
    made.take_arguments(list, arguments_of(call));
    if (!exited.outcome.failed)
        made.fetch(list);
    for (unsigned i = 0; i < list.size(); ++i) {
        auto const& as = made.settle(*list[i].as);
        if (!waits_for_exit(as))
            continue;
        auto const place = static_cast<std::uint32_t>(exited.values.nodes().size());
        if (has_value_at_exit(as, exited.outcome))
            made.add(as, list[i].name, made.argument(i));
        else
            made.add_plain(as, list[i].name, made.argument(i), value_state::unreadable);
        add_request_bytes(made, place);
    }
    if (!add_attached(made, call, exited.outcome) && returned)
        add_result(made, *call.what, exited.outcome);
    if (noted)
        add_note(made, *call.what, exited.outcome);
}

void decode_results(reader& memory, capture_options const& options, syscall_call const& call, syscall_exited& exited)
{
    exited.values.clear();
    exited.values.lay_out_as(uapi::model_of(call.arch));
    if (!call.what || !options.decode)
        return;
    add_settled(memory, options, call, exited);
    add_explanations(memory, options, call, exited);
    add_dump(memory, options, call, exited);
}

/// With `capture_options::keep_inputs`, stores in `into` what `decode` reads. If contents are redacted, memory that is not shown
/// is stored as zeros.
template <class Decode>
void keep_inputs(reader& memory, capture_options const& options, std::shared_ptr<inputs const>& into, Decode decode)
{
    if (!options.keep_inputs)
        return decode(memory);
    auto kept = std::allocate_shared<inputs>(recycling<inputs>{});
    recording_reader recorded{memory, *kept};
    decode(recorded);
    if (options.redact != redaction::none)
        recorded.hide_rest();
    if (!kept->empty())
        into = std::move(kept);
}

}   // namespace

void decode_entry(reader& memory, capture_options const& options, syscall_call& call)
{
    keep_inputs(memory, options, call.inputs, [&](reader& from) { decode_arguments(from, options, call); });
}

void decode_submission(reader& memory, capture_options const& options, uapi::ring_entry const& entry, syscall_call& call)
{
    keep_inputs(memory, options, call.inputs, [&](reader& from) { decode_operation(from, options, entry, call); });
}

uapi::ring_entry kept_entry(capture_options const& options, uapi::ring_entry const& entry) noexcept
{
    return options.redact == redaction::none ? entry : uapi::without_command(entry);
}

void decode_exit(reader& memory, capture_options const& options, syscall_call const& call, syscall_exited& exited)
{
    keep_inputs(memory, options, exited.inputs, [&](reader& from) { decode_results(from, options, call, exited); });
}

}   // namespace cotrace::decode
