// SPDX-License-Identifier: BSL-1.0
#include "engine/observe/capture_plan.hpp"

#include "decode/decode.hpp"
#include "decode/limits.hpp"
#include "uapi/custom.hpp"
#include "uapi/numbers.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

namespace cotrace::engine::observe {

namespace {

using uapi::direction;
using uapi::shape;
using uapi::source;
using uapi::type;

constexpr std::size_t longest_path = 4096;   // PATH_MAX
constexpr std::size_t counted_list = 8192;   // bytes that are read of a list whose elements are only counted
constexpr std::size_t window = 256;          // bytes that are read for a value whose size only its decoder knows
constexpr unsigned deepest = 6;              // limits the depth of the nested choices and structures that are looked into

/// The structure or array element that contains a pointer.
struct container {
    type const* layout = nullptr;   ///< the innermost structure, or the element; null: the pointer is an argument
    unsigned offset = 0;            ///< offset of `layout` in the element
    unsigned parent = 0;            ///< the `planned_read::parent` of reads through the pointer; 0: the pointer is an argument
};

class compiler {
public:
    compiler(uapi::arch interface, capture_options const& options)
        : options_{options}
        , model_{uapi::model_of(interface)}
    {
        plan_.word = static_cast<u8>(uapi::size_of(uapi::width::word, model_));
    }

    call_plan run(uapi::syscall_descriptor const& what)
    {
        take_registers(what);
        for (unsigned i = 0; i < what.arity(); ++i)
            add_argument(*what.arguments[i].as, i, 0);
        add_files(what);
        add_note(what);
        // Adds the reads that follow pointers in the memory of other reads. The loop also visits the reads that it
        // adds.
        for (unsigned i = 0; i < plan_.count; ++i)
            if (elements_[i] != nullptr) {
                auto const first = plan_.count;
                add_pointers_in({elements_[i], 0, i + 1}, plan_.reads[i].when, 0);
                plan_.reads[i].first_child = first;
                plan_.reads[i].children = static_cast<u8>(plan_.count - first);
                for (unsigned each = first; each < plan_.count; ++each)
                    plan_.reads[each].in_netlink = carries_netlink_[i];
            }
        for (auto const& each : std::span{plan_.reads, plan_.count}) {
            plan_.reads_at_entry |= each.when & at_entry ? 1 : 0;
            plan_.reads_at_exit |= (each.when & (at_success | at_failure)) != 0 ? 1 : 0;
        }
        plan_.can_wait = can_wait(what);
        return plan_;
    }

private:
    /// Whether the reads at the entry of the call can be done at the exit instead, with the same result.
    bool can_wait(uapi::syscall_descriptor const& what) const
    {
        if (what.name == "execve" || what.name == "execveat")
            return false;
        auto const all = std::span{plan_.reads, plan_.count};
        return std::ranges::all_of(all, [&](auto const& each) {
            auto const is_changed = [&](auto const& other) {
                return other.argument == each.argument && (other.when & (at_success | at_failure)) != 0;
            };
            return (each.when & at_entry) == 0 || (each.kind != read_file && std::ranges::none_of(all, is_changed));
        });
    }

    /// Adds reads of the open files of descriptors. The file of an argument is looked up at the entry: the call may
    /// close the descriptor.
    void add_files(uapi::syscall_descriptor const& what)
    {
        if (!options_.descriptors.any())
            return;
        auto const add = [&](u8 when, unsigned index, type const& as) -> planned_read* {
            bool const is_own = uapi::traits_of(as.shape).refers == uapi::reference::descriptor && as.length.from == source::none;
            auto* const made = is_own ? add_read(when, index, {}, {}, sizeof(file_segment)) : nullptr;
            if (made != nullptr)
                made->kind = read_file;
            return made;
        };
        for (unsigned i = 0; i < what.arity(); ++i)
            add(at_entry, i, *what.arguments[i].as);
        auto const* result = what.returns.as;
        if (result->shape == shape::choice && result->count != 0)
            result = result->cases[0].as;   // fcntl(2): the type of the result of F_DUPFD
        if (auto* const made = add(at_success, 0, *result))
            made->length_from = length_returned;
    }

    void take_registers(uapi::syscall_descriptor const& what)
    {
        unsigned next = 0;
        for (unsigned i = 0; i < what.arity(); ++i) {
            auto const& each = what.arguments[i];
            registers_[i] = each.from >= 0 ? static_cast<unsigned>(each.from) : next;
            next = registers_[i] + (each.as->register_pair && model_ == uapi::data_model::ilp32 ? 2 : 1);
        }
    }

    static u8 when_of(type const& pointer)
    {
        auto const failed = pointer.failed != nullptr ? at_failure : 0;
        switch (pointer.way) {
        case direction::in: return at_entry;
        case direction::out: return static_cast<u8>(at_success | failed);
        case direction::remaining: return at_failure;
        default: return static_cast<u8>(at_entry | at_success | failed);
        }
    }

    void add_argument(type const& as, unsigned index, unsigned depth)
    {
        bool const unread = as.folded && !options_.verbose && as.text.counted.empty();
        if (as.shape == shape::choice && depth < deepest)
            add_choice(as, index);
        else if (as.shape == shape::pointer && !as.text.counted.empty() && !options_.verbose)
            add_window(when_of(as), index, {}, {}, counted_list);
        else if (as.shape == shape::pointer && !unread && as.after != nullptr)
            add_changing_target(as, index);
        else if (as.shape == shape::pointer && !unread)
            add_target(*as.of, when_of(as), index, {});
        else if (as.custom.decode == decode::signal_frame)
            add_signal_frame();
        else if (as.shape == shape::custom && as.custom.decode != nullptr && as.way != direction::in)
            add_window(when_of(as), index, {}, as.length.from == source::none ? uapi::returned() : as.length, longest_read);
    }

    /// Adds the reads for a pointer to memory that has another type after the call has succeeded.
    void add_changing_target(type const& as, unsigned index)
    {
        add_target(*as.of, when_of(as) & static_cast<u8>(~at_success), index, {});
        add_target(*as.after, at_success, index, {});
    }

    /// Adds a read of the frame that rt_sigreturn(2) reads from the stack.
    void add_signal_frame()
    {
        if (auto* made = add_read(at_entry, 0, {}, {}, 3 * window))
            made->argument = stack_pointer;
    }

    /// The type of the argument depends on another argument. The read is as long as the largest type, at most 2 *
    /// `window` bytes.
    void add_choice(type const& as, unsigned index)
    {
        unsigned size = 0, when = 0;
        measure(as, size, when, 0);
        if (size != 0)
            add_window(static_cast<u8>(when), index, {}, uapi::exactly(size), size);
    }

    void measure(type const& as, unsigned& size, unsigned& when, unsigned depth) const
    {
        if (as.shape == shape::choice && depth < deepest) {
            for (auto const& each : std::span{as.cases, as.count})
                measure(*each.as, size, when, depth + 1);
            measure(*as.of, size, when, depth + 1);
        } else if (as.shape == shape::pointer) {
            auto const known = as.of->shape == shape::structure || uapi::traits_of(as.of->shape).holds == uapi::holding::number
                                   ? as.of->size_in(model_)
                                   : unsigned{window};
            size = std::max(size, std::min(known, unsigned{2 * window}));
            when |= when_of(as);
        }
    }

    /// Adds reads of the values that the text output shows after the result: see `uapi::note`.
    void add_note(uapi::syscall_descriptor const& what)
    {
        auto const again = [&](unsigned index) {
            if (auto const* as = what.arguments[index].as; as != nullptr && as->shape == shape::pointer)
                add_target(*as->of, at_success, index, {});
        };
        switch (what.returns.with) {
        case uapi::note::polled:
            add_window(at_success, 0, {}, uapi::times(uapi::argument(1), 8), longest_read);
            again(2);
            break;
        case uapi::note::selected:
            for (unsigned i = 1; i < 5; ++i)
                again(i);
            break;
        case uapi::note::timed: again(4); break;
        case uapi::note::segment: again(0); break;
        default: break;
        }
    }

    /// One byte more than is shown tells the decoder that there are more. Dumps (`read_from`, `written_to`) show all
    /// bytes.
    std::size_t most_bytes() const
    {
        return options_.read_from.empty() && options_.written_to.empty() ? options_.string_limit + 1 : std::size_t{longest_read};
    }

    /// Adds the read of a value of type `as`. The address is in argument `index`, or in a pointer of `in`.
    void add_target(type const& as, u8 when, unsigned index, container const& in)
    {
        auto const elements = decode::most_elements(options_) + 1;
        switch (as.shape) {
        case shape::characters: {
            // The last byte is for the null byte with which the kernel ends the copy.
            auto const most = (as.unlimited ? longest_path : options_.string_limit + 1) + 1;
            if (auto* made = add_read(when, index, in, as.length, most))
                made->kind = read_string;
            return;
        }
        case shape::bytes: add_read(when, index, in, as.length, most_bytes()); return;
        case shape::signal_set: add_read(when, index, in, as.length, 8); return;
        case shape::cpu_set: add_read(when, index, in, as.length, 128); return;
        case shape::fd_set:
            if (auto* made = add_read(when, index, in, as.length, 8192))
                made->in_bits = 1;
            return;
        case shape::array: {
            auto const each = as.of->size_in(model_);
            auto const listed = as.length.from == source::none;
            auto const length = listed ? as.length : uapi::times(as.length, as.length.unit * each);
            auto const count = as.length.from == source::constant ? as.length.value : elements;
            auto const counted = listed && !as.names ? std::size_t{std::max<std::size_t>(count, 32)} : count;
            if (auto* made = add_read(when, index, in, listed || as.length.from == source::constant ? uapi::amount{} : length,
                                      counted * each))
                follow(*made, *as.of, each, listed ? read_list : read_bytes);
            return;
        }
        case shape::structure:
            if (auto* made = add_read(when, index, in, as.length, as.size_in(model_)))
                follow(*made, as, as.size_in(model_), read_bytes);
            return;
        case shape::custom: return add_custom(as, when, index, in);
        case shape::choice: add_window(when, index, in, {}, window); return;
        case shape::nothing: return;
        default: add_read(when, index, in, {}, as.size_in(model_)); return;
        }
    }

    void add_custom(type const& as, u8 when, unsigned index, container const& in)
    {
        if (as.of != nullptr && uapi::traits_of(as.of->shape).holds == uapi::holding::memory) {
            auto const made = plan_.count;
            add_target(*as.of, when, index, in);
            if (as.custom.decode == decode::socket_buffer && plan_.count != made)
                plan_.reads[made].in_netlink = 1;
            return;
        }
        if (as.custom.decode == decode::capability_words)   // argument 0 is the header, which says how many words there are
            add_window(when, 0, {}, {}, 8);
        add_window(when, index, in, as.length, as.length.from == source::returned ? longest_path : 2 * window);
    }

    void add_window(u8 when, unsigned index, container const& in, uapi::amount const& length, std::size_t most)
    {
        bool const known = length.from != source::none && length.from != source::constant;
        add_read(when, index, in, known ? length : uapi::amount{}, most);
    }

    /// Notes the type of the elements of a read, so that `run` adds reads through their pointers.
    void follow(planned_read& made, type const& element, unsigned size, read_kind kind)
    {
        made.kind = kind;
        made.element = static_cast<u16>(size);
        elements_[static_cast<std::size_t>(&made - plan_.reads)] = &element;
    }

    void add_pointers_in(container const& in, u8 when, unsigned depth)
    {
        auto const& as = *in.layout;
        if (depth > deepest)
            return;
        if (as.shape == shape::pointer)
            return add_pointer(as, when, in);
        if (as.shape == shape::custom && as.of != nullptr)
            return add_pointers_in({as.of, in.offset, in.parent}, when, depth + 1);
        if (as.shape != shape::structure || as.fields == nullptr)
            return;
        for (auto const& part : std::span{as.fields, as.count}) {
            auto const at = in.offset + part.offset[static_cast<unsigned>(model_)];
            auto const* is = part.as;
            bool const carries_netlink = is->custom.decode == decode::message_vectors;
            if (is->shape == shape::custom && is->of != nullptr)
                is = is->of;
            auto const made = plan_.count;
            if (is->shape == shape::pointer)
                add_pointer(*is, when, {&as, in.offset, in.parent}, at);
            else if (is->shape == shape::structure)
                add_pointers_in({is, at, in.parent}, when, depth + 1);
            if (carries_netlink && plan_.count != made)
                carries_netlink_[made] = true;
        }
    }

    void add_pointer(type const& as, u8 when, container const& in, unsigned at = 0)
    {
        if (as.folded && !options_.verbose)
            return;
        auto const before = plan_.count;
        add_target(*as.of, when, 0, in);
        if (plan_.count != before)
            plan_.reads[before].offset = static_cast<u16>(at);
    }

    /// Adds a read of at most `most` bytes, or of exactly `most` bytes without a length. Returns null if nothing was
    /// added.
    planned_read* add_read(u8 when, unsigned index, container const& in, uapi::amount const& length, std::size_t most)
    {
        if (plan_.count == plan_reads || most == 0 || when == 0)
            return nullptr;
        auto& made = plan_.reads[plan_.count];
        made = {};
        made.when = when;
        made.argument = static_cast<u8>(registers_[index]);
        made.parent = static_cast<u8>(in.parent);
        made.unit = 1;
        made.mask = ~u64{0};
        made.most = static_cast<u32>(std::min<std::size_t>(most, longest_read - 1));
        set_length(made, length, in);
        ++plan_.count;
        return &made;
    }

    void set_length(planned_read& made, uapi::amount const& length, container const& in) const
    {
        if (length.from == source::none || (length.from == source::field && in.layout == nullptr))
            return;
        made.mask = length.mask;
        made.shift = length.shift;
        made.unit = length.unit;
        made.more = length.more;
        switch (length.from) {
        case source::argument:
            made.length_from = length_argument;
            made.length_index = static_cast<u8>(registers_[length.index]);
            if (model_ == uapi::data_model::lp64)
                break;
            made.mask &= 0xffffffff;
            break;
        case source::pointee:
            made.length_from = length_pointee;
            made.length_index = static_cast<u8>(registers_[length.index]);
            made.length_offset = static_cast<u16>(length.value);
            break;
        case source::returned: made.length_from = length_returned; break;
        case source::field:
            if (length.index < in.layout->count) {
                auto const& part = in.layout->fields[length.index];
                made.length_from = length_field;
                made.length_offset = static_cast<u16>(in.offset + part.offset[static_cast<unsigned>(model_)]);
                made.length_width = static_cast<u8>(part.as->size_in(model_));
            }
            break;
        default: made.most = static_cast<u32>(std::min<u64>(made.most, length.value)); break;
        }
    }

    capture_options const& options_;
    uapi::data_model model_;
    call_plan plan_{};
    std::array<unsigned, 6> registers_{};
    std::array<type const*, plan_reads> elements_{};   ///< for each read, the type of its elements; null: it has no elements
    std::array<bool, plan_reads> carries_netlink_{};   ///< for each read: its elements may point to netlink messages
};

/// The call of a slot. For `other_slot`, `number` is a number that no call has.
struct numbered_call {
    uapi::arch interface;
    std::uint64_t number;
};

numbered_call call_in(std::size_t index) noexcept
{
    auto const interface = interface_at(static_cast<std::uint32_t>(index / plan_slots));
    auto const slot = index % plan_slots;
    std::uint64_t const number = slot == other_slot ? 0x1fffffff : slot;
    return {interface, interface == uapi::arch::x32 ? number + uapi::x32_bit : number};
}

}   // namespace

uapi::arch interface_at(std::uint32_t index) noexcept
{
    return index == interface_i386 ? uapi::arch::i386 : index == interface_x32 ? uapi::arch::x32 : uapi::native;
}

std::uint32_t index_of(uapi::arch interface) noexcept
{
    return interface == uapi::arch::i386 ? interface_i386 : interface == uapi::arch::x32 ? interface_x32 : interface_x86_64;
}

call_plan plan_for(uapi::arch interface, uapi::syscall_descriptor const* what, capture_options const& options)
{
    if (what == nullptr || !options.decode)
        return {};
    return compiler{interface, options}.run(*what);
}

void make_plans(std::span<call_slot> slots, std::span<call_plan> plans, capture_options const& options)
{
    std::size_t used = 1;
    for (std::size_t i = 0; i < slots.size(); ++i) {
        auto const [interface, number] = call_in(i);
        auto const plan = plan_for(interface, uapi::find(interface, number), options);
        if (plan.count == 0)
            continue;   // the slot keeps plan 0, which reads nothing
        auto const same = std::find_if(plans.begin(), plans.begin() + static_cast<std::ptrdiff_t>(used),
                                       [&](auto const& each) { return std::memcmp(&each, &plan, sizeof plan) == 0; });
        auto const at = static_cast<std::size_t>(same - plans.begin());
        if (at == plans.size())   // no room for another plan: the slot keeps plan 0, and the memory of the call is read late
            continue;
        plans[at] = plan;
        used = std::max(used, at + 1);
        slots[i].plan = static_cast<u16>(at);
    }
}

void select_calls(std::span<call_slot> slots, filter const& wanted, access_filter const& accessed)
{
    for (std::size_t i = 0; i < slots.size(); ++i) {
        auto const [interface, number] = call_in(i);
        slots[i].wanted = wanted.wants(interface, number) && decode::can_access(accessed, uapi::find(interface, number));
    }
}

}   // namespace cotrace::engine::observe
